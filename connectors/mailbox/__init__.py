"""A mailbox: notifications from sites without an interface, and what people answer, read over IMAP.

The mailbox is only ever read: no mail is marked, moved or deleted. Mail can be forged and repeated, so nothing follows
from it by itself but a task for a person. What an operator needs to know stands in ``docs/how-to/connect-mailbox.md``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from connectors._authorisation import Ask, Authorisation, Way
from connectors.base import (
    Batch,
    Capability,
    Checked,
    Coverage,
    HideScope,
    Means,
    Observed,
    Outcome,
    Result,
    UnauthorizedError,
    UnavailableError,
)
from connectors.mailbox.letter import Letter, read
from connectors.mailbox.proof import doubt
from connectors.mailbox.rows import House, comment_of
from connectors.mailbox.senders import NAMES
from models.comment import State
from models.loopback import is_loopback

if TYPE_CHECKING:
    from connectors.mailbox.imap import Box, Limits, Mail

capability = Capability(
    coverage=Coverage.INTAKE,
    can_hide=False,
    can_restore=False,
    hide_is_reversible=False,
    hide_scope=HideScope.EVERYWHERE,
    can_remove=False,
    lists_hidden=False,
    lists_held=False,
    lists_spam=False,
    reports_edits=False,
    has_time_filter=True,
    side_effects=(
        "Only what mail tells of is captured: edits and removals on the site itself go unnoticed.",
        "A mail says how a comment stood when it was sent; nobody can see here whether it is still there.",
    ),
    hide_steps=(
        "Make sure that it is the comment on record, by its author and words; follow no link that stands in a mail.",
        "Hide it there in the way that the site offers; never take it away for good.",
        "A mail that somebody wrote to the Department is on no page: there is nothing to hide; say so in the note.",
        'Press "done by hand" here.',
    ),
    restore_steps=("Open the comment on the site and show it again.", 'Press "done by hand" here.'),
    proved="real servers Dovecot and aiosmtpd, in make e2e; the notifications' forms are assumptions",
)
authorisation = Authorisation(
    way=Way.PASTE,
    steps=(
        "Let the mail server's administrator make a mailbox, or a folder that mail rules fill, for this page alone.",
        "Let them give an account that may read it, with a password of its own (an app password where they have such).",
    ),
    asks=(Ask("password", "Password of the mailbox", pattern=r"[^\x00-\x1f\x7f]+"),),
    plain=True,
)
_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_LOOKED_AT = 20
"""So many of the newest mails are looked at by a check."""


class Settings(BaseModel):
    """The keys of such a page's table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(default="", description="Address of the page that the mail tells of, for people.")
    host: str = Field(min_length=1, description="Name of the IMAP server.")
    port: int = Field(default=0, ge=0, le=65_535, description="Its port; 0: 993 with tls, else 143.")
    security: Literal["tls", "starttls", "none"] = Field(
        default="tls", description="tls, starttls, or none (only for a server on this machine)."
    )
    ca_file: Path | None = Field(
        default=None, description="Certificates to trust instead of the system's, for a server with one of its own."
    )
    user: str = Field(min_length=1, pattern=r"^[^\x00-\x1f\x7f]+$", description="Name of the account that reads.")
    folder: str = Field(
        default="INBOX", min_length=1, pattern=r"^[^\x00-\x1f\x7f]+$", description="Folder with this page's mail."
    )
    authserv_id: str = Field(
        default="",
        pattern=r"^[^\s;]*$",
        description="Name by which your own mail server signs Authentication-Results; without it, no sender is proved.",
    )
    own: tuple[str, ...] = Field(default=(), description="Addresses, or whole domains, that speak for the Department.")
    senders: dict[str, tuple[str, ...]] = Field(
        default={}, description=f"Further domains from which a named sender's mail comes; known are {', '.join(NAMES)}."
    )
    at_once: int = Field(default=50, ge=1, le=1000, description="How many mails one fetch brings at most.")
    largest_kb: int = Field(
        default=1024, ge=16, le=10_240, description="So much of a mail is read; the rest stays in the mailbox."
    )

    @field_validator("ca_file")
    @classmethod
    def _beside_the_configuration(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        base: Path | None = (info.context or {}).get("folder")
        return file if base is None or file is None else base / file.expanduser()

    @field_validator("senders")
    @classmethod
    def _known(cls, senders: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if unknown := sorted(senders.keys() - set(NAMES)):
            raise ValueError(f"no sender is called {unknown[0]}; known are {', '.join(NAMES)}")
        return {name: tuple(each.lower() for each in domains) for name, domains in senders.items()}

    @model_validator(mode="after")
    def _not_in_the_clear(self) -> Settings:
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError("use tls or starttls: the password would cross the network in the clear")
        return self


@dataclass(frozen=True, slots=True)
class _Place:
    """The cursor: the folder's UIDVALIDITY, and the number of the last mail that was read."""

    validity: int = 0
    last: int = 0

    def text(self) -> str:
        return json.dumps([self.validity, self.last])


Open = Callable[[str], "AbstractContextManager[Box]"]
"""Opens the folder with a password."""


class Mailbox:
    """One folder of one mailbox."""

    platform: ClassVar[str] = "mailbox"
    capability: ClassVar[Capability] = capability

    def __init__(self, page: str, settings: Settings, means: Means, open_box: Open) -> None:
        self._page = page
        self._settings = settings
        self._means = means
        self._open_box = open_box
        own = tuple(each.lower() for each in settings.own)
        self._house = House(page, settings.authserv_id, own, settings.senders)

    def fetch(self, cursor: str | None) -> Batch:
        """Bring the mail that came since `cursor`.

        When the folder was made anew (its UIDVALIDITY changed), all of it is read again: the log knows what it has,
        because a mail is known by its Message-ID and content and not by its number.
        """
        place = self._place(cursor)
        with self._opened() as box:
            last = place.last if place.validity == box.validity else 0
            waiting = box.uids_after(last)
            found: list[tuple[Letter, Mail]] = []
            for uid in waiting[: self._settings.at_once]:
                mail = box.mail(uid, self._settings.largest_kb * 1024)
                last = uid
                if mail is not None:
                    found.append((read(mail.raw, mail.size), mail))
                if box.half_spent:
                    break
            end = _Place(box.validity, last)
        return self._batch(found, end, more=bool(waiting) and last < waiting[-1])

    def state(self, platform_id: str) -> Observed:  # noqa: ARG002
        """The site that a mail tells of cannot be asked."""
        return Observed(State.UNKNOWN)

    def hide(self, platform_id: str) -> Outcome:  # noqa: ARG002
        """A task for a person."""
        return Outcome(Result.UNSUPPORTED, "mail only tells of it: a person has to act on the site itself")

    def unhide(self, platform_id: str) -> Outcome:
        """A task for a person."""
        return self.hide(platform_id)

    def check(self) -> Checked:
        """Prove that the folder can be read, and look whether the server says who sent the newest mails."""
        with self._opened() as box:
            newest = box.uids_after(0)[-_LOOKED_AT:]
            mails = [mail for uid in newest if (mail := box.mail(uid, 16 * 1024)) is not None]
        letters = [read(mail.raw, mail.size) for mail in mails]
        return Checked(warnings=tuple(self._warnings(letters)))

    def _warnings(self, letters: list[Letter]) -> Iterator[str]:
        server = self._settings.authserv_id
        if not server:
            yield "authserv_id is not set, so every sender counts as not proved; name your own mail server there."
        elif letters and all(server in doubt(each.results, server, each.domain) for each in letters):
            hint = "correct authserv_id, or let the server check DKIM and DMARC."
            yield f"None of the newest {len(letters)} mails has a sender that {server} confirmed; {hint}"

    def _batch(self, found: list[tuple[Letter, Mail]], end: _Place, *, more: bool) -> Batch:
        rows = [comment_of(letter, mail.arrived, self._house) for letter, mail in found]
        posts = {post.platform_id: post for _, post in rows}
        partly = [
            f"{letter.message_id or 'a mail without an id'}: {letter.unread}" for letter, _ in found if letter.unread
        ]
        gap = f"{len(partly)} mails were read in part and lie whole in the mailbox; {partly[0]}" if partly else ""
        return Batch(tuple(posts.values()), tuple(comment for comment, _ in rows), end.text(), gap=gap, more=more)

    @contextmanager
    def _opened(self) -> Iterator[Box]:
        password = self._means.secret.read()
        if not password.isprintable():
            raise UnauthorizedError(f"Page {self._page}: its password holds control characters; write it anew.")
        with self._open_box(password) as box:
            yield box

    def _place(self, cursor: str | None) -> _Place:
        if cursor is None:
            return _Place()
        try:
            match json.loads(cursor):
                case [int(validity), int(last)] if last >= 0:
                    return _Place(validity, last)
        except ValueError:
            pass
        hint = "restore the store's cursor."
        raise UnavailableError(f"Page {self._page}: {cursor[:40]!r} is no place in a mailbox; {hint}")


def connect(page: str, settings: Settings, means: Means, limits: Limits | None = None) -> Mailbox:
    """Give the connector of a page. Nothing is sent, and no secret read, until it is used.

    Args:
        page: the page's name in the configuration.
        settings: the page's own keys.
        means: the secret is the mailbox's password; it has no limit to keep to.
        limits: how long a visit may take; None for the usual.
    """
    from connectors.mailbox.imap import Where, opened

    where = Where(
        page=page,
        host=settings.host,
        port=settings.port or _PORTS[settings.security],
        security=settings.security,
        user=settings.user,
        folder=settings.folder,
        trusted=None if settings.ca_file is None else str(settings.ca_file),
    )
    return Mailbox(page, settings, means, lambda password: opened(where, password, limits))
