"""Every event that the log can hold, one frozen class each. The docstring of a class is its reference page.

A field made with `committed(name)` is personal or textual: the log entry holds only its salted commitment, under that
name, and its value lies beside the entry, where retention can destroy it. Every other field is public: it may hold no
personal data, no platform id, no permalink and no free text, and no floating-point number (scores are in basis
points, 0 to 10000).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, ClassVar, NamedTuple

type_names: dict[str, type[Event]] = {}
"""Every event class by the name it has in the log."""


def committed(name: str) -> Any:
    """Declare a field whose value the log entry only commits to, under `name`; None leaves it out."""
    return field(default=None, metadata={"committed": name})


def new_ref(kind: str) -> str:
    """Make a random reference such as ``c_5d1f9a0b7c3e2f84``; it says nothing about what it stands for."""
    return f"{kind}_{secrets.token_hex(8)}"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it. `kind` is bot, human, system or public; a human's `id` is opaque."""

    kind: str
    id: str
    role: str | None = None
    build: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What it is about. `kind` is comment, post, page, account, rule, summary, user or log.

    `ref` holds no personal data.
    """

    kind: str
    ref: str


LOG = Subject("log", "log")
"""The subject of events about the log and the programs that write it."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """What every event has."""

    type: ClassVar[str]
    changes: ClassVar[bool] = False
    """Whether the event changes what a moderator would decide on: an answer given on older knowledge is refused."""

    actor: Actor
    subject: Subject
    corr: str | None = None
    """Ties a request, its intents and its outcome together."""
    cause: tuple[int, ...] = ()
    """Sequence numbers of the entries that led to this one."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "type" in cls.__dict__:
            type_names[cls.type] = cls

    @property
    def public(self) -> dict[str, Any]:
        """The fields that stand open in the log entry; those that are None are left out."""
        return self._values(_names(self.type).public)

    @property
    def private(self) -> dict[str, Any]:
        """The values that the log entry only commits to, by committed name; those that are None are left out."""
        return self._values(_names(self.type).private)

    def _values(self, names: Mapping[str, str]) -> dict[str, Any]:
        return {name: _plain(value) for own, name in names.items() if (value := getattr(self, own)) is not None}


class _Names(NamedTuple):
    """The fields of an event class, with their names in the log."""

    public: Mapping[str, str]
    private: Mapping[str, str]


@cache
def _names(event_type: str) -> _Names:
    envelope = {each.name for each in fields(Event)}
    own = [each for each in fields(type_names[event_type]) if each.name not in envelope]
    return _Names(
        {each.name: each.name for each in own if not each.metadata},
        {each.name: each.metadata["committed"] for each in own if each.metadata},
    )


_ATOMS = frozenset({str, int, bool})


def _plain(value: Any) -> Any:
    # Most values are atoms, and asking for an abstract class is slow.
    if type(value) in _ATOMS:
        return value
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


def all_events() -> Iterator[type[Event]]:
    """Every event class, ordered by its name in the log."""
    return (type_names[name] for name in sorted(type_names))


# --- what was on the page -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PostSeen(Event):
    """A post of the Department was captured, in a version not seen before. Subject: the post."""

    type = "post.seen"
    page: str
    platform: str
    version: int = 1
    created: str | None = None
    platform_id: str | None = committed("post.platform_id")
    text: str | None = committed("post.text")
    permalink: str | None = committed("post.permalink")
    digest: str | None = committed("post.digest")
    raw: str | None = committed("raw.api_json")


@dataclass(frozen=True, kw_only=True)
class Capture(Event):
    """What the capture of a comment holds, whether first seen or edited."""

    changes = True
    page: str
    platform: str
    post_ref: str | None = None
    parent_ref: str | None = None
    version: int
    state: str
    by_page: bool
    created: str
    """When it was posted, by the platform's clock (UTC, ISO 8601)."""
    backlog: bool = False
    """True when the page was not live, or the comment was posted too long ago, when this version was first seen."""
    via: str | None = None
    """backfill, where a person had older comments recorded: nobody was asked about it, and nothing was done."""
    platform_id: str | None = committed("comment.platform_id")
    text: str | None = committed("comment.text")
    media: list[dict[str, str]] | None = committed("comment.media")
    permalink: str | None = committed("comment.permalink")
    digest: str | None = committed("comment.digest")
    author_name: str | None = committed("author.name")
    author_id: str | None = committed("author.platform_id")
    raw: str | None = committed("raw.api_json")
    attachments: list[int] | None = None
    """Which of `media`, by their place in it, have bytes of their own that are still to be captured."""


@dataclass(frozen=True, kw_only=True)
class CommentSeen(Capture):
    """A comment was captured whole for the first time: version 1. Subject: the comment."""

    type = "comment.seen"


@dataclass(frozen=True, kw_only=True)
class CommentEdited(Capture):
    """A comment was captured again because its text or its attachments changed. Subject: the comment."""

    type = "comment.edited"


@dataclass(frozen=True, kw_only=True)
class CommentGone(Event):
    """A comment is no longer on the platform. `by` is author or platform where that is known. Subject: the comment."""

    type = "comment.gone"
    changes = True
    page: str
    was: str
    by: str | None = None


@dataclass(frozen=True, kw_only=True)
class MediaOutcome(Event):
    """What both outcomes of fetching an attachment hold."""

    page: str
    capture_seq: int
    """The entry that captured the comment in the version that it is attached to."""
    at: int
    """Its place in the `media` of that version, from 0."""
    media_id: str | None = committed("media.id")


@dataclass(frozen=True, kw_only=True)
class MediaCaptured(MediaOutcome):
    """The bytes of an attachment were captured, and are on disk. Subject: the comment."""

    type = "media.captured"
    kind: str
    """What the bytes are, such as image/png; told by themselves and not by the server."""
    file: dict[str, Any] | None = committed("media.file")
    """The SHA-256 (hex), which names the file in the folder `media` of the store, the size in bytes and the type."""


@dataclass(frozen=True, kw_only=True)
class MediaRefused(MediaOutcome):
    """The bytes of an attachment were not captured, and are not tried again. Subject: the comment."""

    type = "media.refused"
    reason: str
    """scheme, credential, port, address (none that may be asked), redirects (too many), type, size, encoded (packed),
    unavailable (after several attempts), or destroyed (with the comment, before it was fetched)."""
    attempts: int
    status: int | None = None
    """What the server answered last, as an HTTP status, where it was unavailable."""


@dataclass(frozen=True, kw_only=True)
class CommentClassified(Event):
    """A version of a comment was scored and the policy applied to it. Subject: the comment."""

    type = "comment.classified"
    page: str
    version: int
    verdict: str
    urgency: int
    scores_bp: dict[str, int]
    """The highest value of each category, in basis points."""
    rules_hit: list[str]
    rules_missed: list[str]
    caps: list[str]
    models: dict[str, str]
    policy: str
    rules_sha256: str
    reasons: list[dict[str, Any]] | None = committed("explain.reasons")
    """Every finding: category, value_bp, span, why, rule, target."""
    language: str | None = None
    """The likeliest language, an ISO 639-1 code; left out for a text under 20 letters."""


@dataclass(frozen=True, kw_only=True)
class CommentFlagged(Event):
    """A comment awaits a moderator. Subject: the comment."""

    type = "comment.flagged"
    changes = True
    page: str
    version: int
    verdict: str
    """What the policy said: queue or hide."""
    act: str
    """What the bot does about it now: queue or hide. Less than `verdict` in shadow, while paused, or for backlog."""
    urgency: int
    categories: list[str]
    rule: str | None = None
    clause: str | None = None
    reason: str
    """Why it is in the queue, in a few fixed words."""


@dataclass(frozen=True, kw_only=True)
class PageGap(Event):
    """A platform could not show everything; comments may have been missed. Subject: the page."""

    type = "page.gap"
    page: str
    what: str | None = committed("gap.what")


# --- what was done about it -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ActionRequested(Event):
    """A hide or an unhide was asked for; the daemon will carry it out. Subject: the comment."""

    type = "action.requested"
    changes = True
    page: str
    action: str
    """hide or unhide."""
    reason: str
    """rule, review, undo or lapse."""
    precondition_seq: int
    """The capture that the request is based on."""
    precondition_state: str
    """The state that the platform must still show."""
    clause: str | None = None
    policy: str | None = None
    rule: str | None = None
    models: dict[str, str] | None = None
    provisional_until: str | None = None
    """For a hide by the bot: when it is restored unless a person confirms it (UTC, ISO 8601)."""
    span: list[int] | None = committed("basis.span")
    """Start and end of the evidence in the text."""


@dataclass(frozen=True, kw_only=True)
class ActionIntent(Event):
    """The platform is about to be called. Written to disk before the call. Subject: the comment."""

    type = "action.intent"
    page: str
    action: str
    attempt: int
    idem: str
    precondition_seq: int
    observed: str
    hide_scope: str | None = None
    """Where a hide works on this platform: everywhere, own_thread or client_dependent."""
    side_effects: list[str] | None = None
    """What else a hide does or leaves undone on this platform, as the moderator was shown it."""


@dataclass(frozen=True, kw_only=True)
class ActionOutcome(Event):
    """What every outcome holds. A request has exactly one outcome."""

    changes = True
    page: str
    action: str
    observed: str
    """The state that the platform showed when it was read back."""
    via: str
    """response, already, reconcile or withdrawn."""
    detail: str | None = committed("platform.answer")


@dataclass(frozen=True, kw_only=True)
class ActionHidden(ActionOutcome):
    """The comment was read back hidden. Subject: the comment."""

    type = "action.hidden"


@dataclass(frozen=True, kw_only=True)
class ActionRestored(ActionOutcome):
    """The comment was read back visible. Subject: the comment."""

    type = "action.restored"


@dataclass(frozen=True, kw_only=True)
class ActionRefused(ActionOutcome):
    """The platform refused, or cannot do it; nothing changed. Subject: the comment."""

    type = "action.refused"
    problem: str
    """denied, unsupported or exhausted (three attempts)."""


@dataclass(frozen=True, kw_only=True)
class ActionUnconfirmed(ActionOutcome):
    """It cannot be told whether the call took effect or was undone since: a person decides. Subject: the comment."""

    type = "action.unconfirmed"


@dataclass(frozen=True, kw_only=True)
class ActionSuperseded(ActionOutcome):
    """The request was overtaken and not carried out. Subject: the comment."""

    type = "action.superseded"
    why: str
    """edited, state_changed, gone, not_allowed (mode or rule changed meanwhile), decided or withdrawn."""


@dataclass(frozen=True, kw_only=True)
class ActionUnexplained(Event):
    """The platform shows a state that nobody here brought about. Subject: the comment."""

    type = "action.unexplained"
    changes = True
    page: str
    was: str
    observed: str


# --- what people do by hand -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TaskEvent(Event):
    """What every event about a task holds. `corr` names the task; of a hide or an unhide it is that of the request."""

    changes = True
    page: str
    action: str
    """hide, unhide, look (at the page), or unblock (review a blocked account)."""


@dataclass(frozen=True, kw_only=True)
class TaskOpened(TaskEvent):
    """A person has to do something by hand, because no program can. Subject: the comment, the page, or the account."""

    type = "task.opened"
    key: str | None = None
    """Names a duty within its page."""
    steps: list[str]
    """What to do, as the platform's connector says."""
    why: str | None = committed("platform.answer")
    """Why it cannot be done from here."""
    link: str | None = committed("task.link")
    """Where to do it."""


@dataclass(frozen=True, kw_only=True)
class TaskDone(TaskEvent):
    """A person says that they did it by hand. Subject: the comment, the page, or the account."""

    type = "task.done"
    outcome: str | None = None
    """Of a blocked account: unblocked or kept. A block is kept only with a note."""
    note: str | None = committed("review.note")


@dataclass(frozen=True, kw_only=True)
class TaskVerified(TaskEvent):
    """The platform was read and shows what the task was for. Subject: the comment."""

    type = "task.verified"
    observed: str


@dataclass(frozen=True, kw_only=True)
class TaskDropped(TaskEvent):
    """A task that need not be done any more. Subject: the comment, or the page."""

    type = "task.dropped"
    why: str
    """decided (a person decided otherwise), edited or gone."""


@dataclass(frozen=True, kw_only=True)
class BlocksImported(Event):
    """A person brought a list of accounts that had been blocked on a page, to review them. Subject: the page."""

    type = "blocks.imported"
    page: str
    rows: int
    """Lines that say something: added, known before, repeated in the list, or refused."""
    added: int
    known: int
    repeated: int
    refused: int
    text: str | None = committed("blocks.list")
    """The whole list as it was given."""


@dataclass(frozen=True, kw_only=True)
class BlockListed(Event):
    """An account stands on an imported list of blocked ones. Nobody here blocked it. Subject: the account."""

    type = "block.listed"
    page: str
    platform_id: str | None = committed("account.platform_id")
    """What tells it from others of the page: its link, its account or its name."""
    name: str | None = committed("account.name")
    account: str | None = committed("account.handle")
    link: str | None = committed("account.link")
    note: str | None = committed("account.note")
    """What the list said of it."""


# --- what people decided --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ReviewOpened(Event):
    """A moderator took a flag to work on; others see it held. Subject: the comment."""

    type = "review.opened"
    page: str
    until: str


@dataclass(frozen=True, kw_only=True)
class ReviewDecided(Event):
    """A moderator answered. Subject: the comment."""

    type = "review.decided"
    changes = True
    page: str
    decision: str
    """leave_up, hide, cannot_decide or undo."""
    version: int
    seen_seq: int
    """The newest entry about the comment that the moderator had seen."""
    ground: str | None = None
    clause: str | None = None
    policy: str | None = None
    undoes: int | None = None
    """For an undo: the sequence number of the answer that is taken back."""
    note: str | None = committed("review.note")


@dataclass(frozen=True, kw_only=True)
class ReviewReferred(Event):
    """A comment was passed on to a role, apart from any decision. Subject: the comment."""

    type = "review.referred"
    page: str
    matter: str
    """tip, help_needed, complaint or own_conduct."""
    role: str
    note: str | None = committed("review.note")


# --- pages and policy -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PageDescribed(Event):
    """What a page is and how it does, whenever any of it changed. Subject: the page."""

    type = "page.described"
    page: str
    platform: str
    url: str
    mode: str
    health: str
    """ok, failing (is tried again) or stopped (needs a person)."""
    capabilities: dict[str, Any]
    budget: dict[str, Any] | None = None
    """The cap of each limit of the platform; for days and months, how many tenths of it are used."""
    expires_at: str | None = None
    """When the credential ends, where that is known (UTC, ISO 8601)."""
    since: str | None = None
    problem: str | None = committed("page.problem")


@dataclass(frozen=True, kw_only=True)
class PageCredentialEnding(Event):
    """The credential of a page ends soon: 14, 7, 3 or 1 days ahead, once each. Subject: the page."""

    type = "page.credential_ending"
    page: str
    days: int
    """At most so many days are left."""
    expires_at: str
    """When it ends (UTC, ISO 8601)."""


@dataclass(frozen=True, kw_only=True)
class PageBackfilled(Event):
    """A person had older comments of a page recorded, and that came to its end. Subject: the page."""

    type = "page.backfilled"
    page: str
    since: str
    """The oldest comments that were asked for (UTC, ISO 8601)."""
    count: int
    """How many comments it recorded."""


@dataclass(frozen=True, kw_only=True)
class PageNotice(Event):
    """What a page says about itself was held against the policy, and what seems missing changed. Subject: the page."""

    type = "page.notice"
    page: str
    missing: list[str]
    """maintained, contact, site, opinions, monitored, removal, disclosure: what it does not seem to say. A hint."""
    about: str | None = committed("page.about")
    """What it said: its About, biography or pinned text."""


@dataclass(frozen=True, kw_only=True)
class PageModeChanged(Event):
    """A page went to another mode: shadow, live or paused. Subject: the page."""

    type = "page.mode_changed"
    page: str
    mode: str
    was: str | None = None
    approved_by: str | None = None
    approved_on: str | None = None
    approved_policy: str | None = None


@dataclass(frozen=True, kw_only=True)
class RuleChanged(Event):
    """A person moved the threshold of a rule, or took such a change back. It lies over the file. Subject: the rule."""

    type = "rule.changed"
    rule: str
    at_least_bp: int
    """The threshold in force from now on."""
    was_bp: int
    """The threshold in force until now."""
    file_bp: int
    """The threshold of the configuration file when this was decided; a file with another one is refused."""
    decisions: int
    """How many decided comments the change rests on; 0 when it takes another back."""
    undoes: int | None = None
    """The entry of the change that is taken back."""
    note: str | None = committed("rule.note")


@dataclass(frozen=True, kw_only=True)
class ConfigLoaded(Event):
    """A program started with this configuration. Subject: the log."""

    type = "config.loaded"
    sha256: str
    policy: str
    rules: list[dict[str, Any]]
    rules_sha256: str
    words: dict[str, Any] | None = None
    """What the Department adds to the word list and takes from it, each with its sign-off."""


@dataclass(frozen=True, kw_only=True)
class ModelLoaded(Event):
    """A classifier is in use. Subject: the log."""

    type = "model.loaded"
    name: str
    version: str


# --- the running of it ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SystemStarted(Event):
    """A program that acts has started. Subject: the log."""

    type = "system.started"
    python: str
    sqlite: str


@dataclass(frozen=True, kw_only=True)
class SystemStopped(Event):
    """A program that acts has stopped in good order. Subject: the log."""

    type = "system.stopped"


@dataclass(frozen=True, kw_only=True)
class SystemHeartbeat(Event):
    """The daemon is alive. Subject: the log."""

    type = "system.heartbeat"


@dataclass(frozen=True, kw_only=True)
class SystemClockStep(Event):
    """The machine's clock jumped against its steady clock. Subject: the log."""

    type = "system.clock_step"
    by_ms: int


@dataclass(frozen=True, kw_only=True)
class SystemDegraded(Event):
    """Something does not work as it should, for example a full disk or a missing model. Subject: the log."""

    type = "system.degraded"
    what: str
    detail: str | None = committed("problem.detail")


@dataclass(frozen=True, kw_only=True)
class AlertRaised(Event):
    """A person was told by e-mail. `about` is the entry that called for it. Subject: that entry's subject."""

    type = "alert.raised"
    kind: str
    """urgent, referral, credential, media (no room for attachments) or page."""
    about: int
    recipients: int
    """How many the mail server took it for; 0 when no address is configured for it."""
    message_id: str


@dataclass(frozen=True, kw_only=True)
class SummaryClaimed(Event):
    """The weekly summary is about to be sent; it is composed once and sent as composed. Subject: the summary."""

    type = "summary.claimed"
    week: str
    recipients: int
    message_id: str
    message: str | None = committed("summary.eml")


@dataclass(frozen=True, kw_only=True)
class SummarySent(Event):
    """The mail server accepted the weekly summary. Subject: the summary."""

    type = "summary.sent"
    week: str
    message_id: str


@dataclass(frozen=True, kw_only=True)
class CheckpointPublished(Event):
    """A signed checkpoint left this machine. Subject: the log."""

    type = "checkpoint.published"
    size: int
    root: str
    to: str


@dataclass(frozen=True, kw_only=True)
class LogVerified(Event):
    """The log was verified. Subject: the log."""

    type = "log.verified"
    size: int
    ok: bool
    first_bad: int | None = None


@dataclass(frozen=True, kw_only=True)
class RecordViewed(Event):
    """A person looked at captured comments: one event a screen. Subject: the comment, or the log for a list."""

    type = "record.viewed"
    screen: str
    count: int


@dataclass(frozen=True, kw_only=True)
class AccessSignedIn(Event):
    """A person signed in. Subject: the user."""

    type = "access.signed_in"


@dataclass(frozen=True, kw_only=True)
class AccessSignedOut(Event):
    """A person signed out. Subject: the user."""

    type = "access.signed_out"


@dataclass(frozen=True, kw_only=True)
class AccessRefused(Event):
    """A sign-in failed. The name that was tried is committed, not open. Subject: the log."""

    type = "access.refused"
    login: str | None = committed("access.login")


@dataclass(frozen=True, kw_only=True)
class AccessRolesChanged(Event):
    """A person's account was made or got other roles. Subject: the user."""

    type = "access.roles_changed"
    roles: list[str]


@dataclass(frozen=True, kw_only=True)
class AccessExported(Event):
    """Captured comments were given out as a file. Written before the first of them leaves. Subject: the log."""

    type = "access.exported"
    what: str
    """labels: decided comments with their answers."""
    count: int
    held_back: int
    """How many were left out because their content is held or was destroyed."""
    sha256: str
    """Of the whole file, so that a copy can be told from another."""
    page: str | None = None
    """The one page that it was limited to."""


@dataclass(frozen=True, kw_only=True)
class AccessTested(Event):
    """A person tried a text on the classifiers. Neither the text nor the answer is kept. Subject: the log."""

    type = "access.tested"
