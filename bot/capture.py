"""Writing down what was seen and judged: the events of one comment, in their order, in one transaction."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from bot import action_requests as asking
from bot import tasks
from bot.config import Page
from bot.events import (
    ActionUnexplained,
    Actor,
    CommentClassified,
    CommentEdited,
    CommentFlagged,
    CommentSeen,
    PostSeen,
    Subject,
)
from bot.judgement import Judgement, Rulebook
from bot.moments import same_state, timestamp
from bot.records import CommentState, Entry, Writing
from models.comment import Comment, Post, State
from models.policy import Hit, Urgency, Verdict


def raw_text(raw: bytes) -> str:
    """Give the platform's bytes as text; bytes that are not UTF-8 come as base64 behind a mark."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(raw).decode()


@dataclass(frozen=True, slots=True)
class Recorder:
    """Appends what happened on one page, inside one write transaction."""

    writing: Writing
    name: str
    page: Page
    rulebook: Rulebook
    actor: Actor
    now: datetime
    via: str | None = None
    """``backfill``, where comments are only recorded."""

    def post(self, post: Post) -> None:
        """Capture a post, unless this version of it is already known."""
        known = self.writing.known_posts(self.name, [post.platform_id]).get(post.platform_id)
        if known is not None and self.writing.same_digest(known, post.digest):
            return
        self.writing.append(
            PostSeen(
                actor=self.actor,
                subject=Subject("post", self.writing.post_ref(self.name, post.platform_id)),
                page=self.name,
                platform=self.page.platform,
                version=known.version + 1 if known else 1,
                created=timestamp(post.created) if post.created else None,
                platform_id=post.platform_id,
                text=post.text,
                permalink=post.permalink,
                digest=post.digest,
                raw=raw_text(post.raw),
            )
        )

    def comment(self, comment: Comment, before: CommentState | None, judgement: Judgement | None) -> tuple[bool, bool]:
        """Capture a new version of a comment and what follows from it.

        Args:
            comment: the version; its key is new, or its digest differs from the newest one in the log.
            before: how the comment stood in the log, or None when it is new.
            judgement: what the policy makes of it; None for the Department's own comments. Of no use once it is gone.

        Returns:
            Whether the comment was flagged, and whether a hide was requested.
        """
        ref = self.writing.comment_ref(self.name, comment.platform_id)
        if before is not None and comment.state is not State.GONE and not self.explained(before, comment.state):
            self.unexplained(before, comment.state)
        seen = self._seen(ref, comment, before)
        if before is not None:
            tasks.edited(self.writing, before, self.actor)
        if judgement is None or comment.state is State.GONE:
            return False, False
        classified = self._classified(ref, seen, judgement)
        return self._consequence(ref, comment, before, judgement, (seen, classified))

    def explained(self, before: CommentState, observed: State) -> bool:
        """Whether it is no wonder what the platform shows: the log says the same, or an act of ours is under way."""
        return same_state(before.state, observed) or any(
            action.open_intent for action in self.writing.actions_of(before.ref)
        )

    def unexplained(self, before: CommentState, observed: State) -> bool:
        """Record that the platform shows a state that nobody here brought about.

        Returns:
            Whether that was so: a person's work by hand explains it, and is verified by it.
        """
        if tasks.show_that_it_is_done(self.writing, before.ref, observed, self.actor):
            return False
        self.writing.append(
            ActionUnexplained(
                actor=self.actor,
                subject=Subject("comment", before.ref),
                page=self.name,
                was=before.state,
                observed=observed.value,
            )
        )
        return True

    def _seen(self, ref: str, comment: Comment, before: CommentState | None) -> Entry:
        parent = self.writing.known(self.name, [comment.parent_id]) if comment.parent_id else {}
        event = CommentEdited if before else CommentSeen
        return self.writing.append(
            event(
                actor=self.actor,
                subject=Subject("comment", ref),
                page=self.name,
                platform=self.page.platform,
                post_ref=self.writing.post_ref(self.name, comment.post_id),
                parent_ref=parent[comment.parent_id].ref if comment.parent_id in parent else None,
                version=before.version + 1 if before else 1,
                via=self.via,
                state=self._state(comment, before),
                by_page=comment.by_page,
                created=timestamp(comment.created),
                backlog=self._backlog(comment),
                platform_id=comment.platform_id,
                text=comment.text,
                media=[{"id": each.id, "kind": each.kind, "url": each.url} for each in comment.media] or None,
                permalink=comment.permalink,
                digest=comment.digest,
                author_name=comment.author.name,
                author_id=comment.author.platform_id,
                raw=raw_text(comment.raw),
                attachments=self._to_fetch(comment, before) or None,
            )
        )

    def _to_fetch(self, comment: Comment, before: CommentState | None) -> list[int]:
        """Which attachments have bytes that no earlier version was captured with; a link leads to somebody's page."""
        known = self.writing.captured(before.ref) if before else None
        old = {each.get("id") for each in known.media} if known else set()
        there = enumerate(comment.media)
        return [at for at, each in there if each.url and each.kind != "link" and each.id not in old]

    def _state(self, comment: Comment, before: CommentState | None) -> str:
        """The state as the log calls it: a hide of ours stays *hidden*, and provisional, where it is read as *held*."""
        if before is not None and comment.state is not State.GONE and self.explained(before, comment.state):
            return before.state  # of an act under way, its outcome will tell
        return comment.state.value

    def came_back(self, before: CommentState) -> bool:
        """Queue a comment again that left the queue unanswered by going away. Returns whether it was queued."""
        last = self.writing.last("comment.flagged", before.ref)
        if last is None or before.decided_seq is not None or self.writing.open_flag(before.ref) is not None:
            return False
        pub = last.pub
        self.writing.append(
            CommentFlagged(
                actor=self.actor,
                subject=Subject("comment", before.ref),
                cause=(last.seq,),
                page=self.name,
                version=before.version,
                verdict=pub["verdict"],
                act=Verdict.QUEUE.value,
                urgency=pub["urgency"],
                categories=pub["categories"],
                rule=pub.get("rule"),
                clause=pub.get("clause"),
                reason="it came back to the page",
            )
        )
        return True

    def _classified(self, ref: str, seen: Entry, judgement: Judgement) -> Entry:
        decision = judgement.decision
        return self.writing.append(
            CommentClassified(
                actor=self.actor,
                subject=Subject("comment", ref),
                cause=(seen.seq,),
                page=self.name,
                version=seen.pub["version"],
                verdict=decision.verdict.value,
                urgency=int(decision.urgency),
                scores_bp=judgement.scores_bp,
                rules_hit=[hit.rule.name for hit in decision.hits],
                rules_missed=list(decision.misses),
                caps=[cap.value for cap in decision.caps],
                language=judgement.language,
                models=self.rulebook.models,
                policy=self.rulebook.policy.version,
                rules_sha256=self.rulebook.policy.digest,
                reasons=judgement.reasons,
            )
        )

    def _consequence(
        self,
        ref: str,
        comment: Comment,
        before: CommentState | None,
        judgement: Judgement,
        cause: tuple[Entry, Entry],
    ) -> tuple[bool, bool]:
        decision = judgement.decision
        edited_in_hiding = before is not None and before.state == State.HIDDEN
        if decision.verdict is Verdict.ALLOW and not edited_in_hiding:
            return False, False
        held_back = self._held_back(comment, before)
        hides = decision.verdict is Verdict.HIDE and not held_back
        basis = decision.basis
        flagged = self.writing.append(
            CommentFlagged(
                actor=self.actor,
                subject=Subject("comment", ref),
                cause=tuple(entry.seq for entry in cause),
                page=self.name,
                version=cause[0].pub["version"],
                verdict=(Verdict.QUEUE if decision.verdict is Verdict.ALLOW else decision.verdict).value,
                act=(Verdict.HIDE if hides else Verdict.QUEUE).value,
                urgency=int(Urgency.NORMAL if edited_in_hiding and not decision.hits else decision.urgency),
                categories=list(decision.categories),
                rule=basis.rule.name if basis else None,
                clause=basis.rule.clause if basis else None,
                reason=held_back or _words(judgement),
            )
        )
        if hides and basis is not None:
            self._request_hide(ref, judgement, basis, flagged)
        return True, hides

    def _request_hide(self, ref: str, judgement: Judgement, hit: Hit, flagged: Entry) -> None:
        state = self.writing.comment(ref)
        assert state is not None, "captured a moment ago, in this transaction"
        policy = self.rulebook.policy.version
        asking.request(
            self.writing,
            state,
            asking.HIDE,
            actor=self.actor,
            reason="rule",
            cause=(*flagged.cause, flagged.seq),
            basis=asking.Basis(hit.rule.clause, policy, hit.rule.name, self.rulebook.models, judgement.span),
            provisional_until=self.now + self.page.confirm_within,
        )

    def _held_back(self, comment: Comment, before: CommentState | None) -> str:
        """Why the bot does not hide this version by itself, whatever the rules say; empty when it may."""
        if before is not None and before.state == State.HIDDEN:
            return "edited while hidden"
        if before is not None and (before.decided_seq is not None or before.lapsed or self._changed_elsewhere(before)):
            return "a person has decided before"
        if comment.state is not State.VISIBLE:
            return f"not public: {comment.state.value}"
        if self.page.mode != "live":
            return f"the page is {self.page.mode}"
        return "posted too long ago" if self._backlog(comment) else ""

    def _changed_elsewhere(self, before: CommentState) -> bool:
        """Whether a person on the platform has, or may have, put the comment into another state than the log's.

        A hide that is found undone after a crash may never have arrived, or a person may have undone it.
        """
        if any(self.writing.last(each, before.ref) for each in ("action.unexplained", "action.unconfirmed")):
            return True
        overtaken = self.writing.last("action.superseded", before.ref)
        return overtaken is not None and overtaken.pub["why"] == "state_changed"

    def _backlog(self, comment: Comment) -> bool:
        return self.page.mode != "live" or self.now - comment.created > self.page.act_within


def _words(judgement: Judgement) -> str:
    decision = judgement.decision
    if decision.basis is not None:
        return f"rule {decision.basis.rule.name}"
    return ", ".join(cap.value for cap in decision.caps if cap.leaves_a_doubt)
