"""From a page's batch to events: captured first, judged once, flagged or requested, never lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config import Page
from bot.pipeline import Polled
from bot.review import LEAVE_UP, decide
from connectors.base import UnavailableError
from models.comment import Media, State
from models.score import Item, Score
from tests.bot.conftest import MODERATOR, Work, live_page
from tests.fakes import START, FakeClassifier, comment, rulebook


def test_a_clean_comment_is_captured_and_classified_and_not_flagged(work: Work) -> None:
    work.connector.show(comment("1", "Thank you all."))
    work.poll()
    assert work.types("1") == ["comment.seen", "comment.classified"]


def test_a_comment_that_a_rule_hides_is_captured_judged_flagged_and_requested_in_this_order(work: Work) -> None:
    work.connector.show(comment("1", "This is filth."))
    work.poll()
    assert work.types("1") == ["comment.seen", "comment.classified", "comment.flagged", "action.requested"]


def test_a_request_names_clause_policy_rule_models_evidence_and_deadline(work: Work) -> None:
    work.connector.show(comment("1", "This is filth."))
    work.poll()
    request = work.last("1", "action.requested")
    assert request.pub["clause"] == "5.04 A.3.d(1) obscenities"
    assert (request.pub["policy"], request.pub["rule"]) == ("2010-08", "strong-language")
    assert request.pub["models"] == {"fake": "1"}
    assert request.pub["provisional_until"] == "2026-11-19T17:00:00.000Z"
    assert request.opened["basis.span"] == [8, 13]


def test_the_likeliest_language_of_a_comment_is_recorded_where_it_can_be_told(work: Work) -> None:
    work.connector.show(comment("1", "Gracias por todo lo que hacen por el pueblo"), comment("2", "Hola"))
    work.poll()
    assert [work.last(each, "comment.classified").pub.get("language") for each in ("1", "2")] == ["es", None]


def test_what_is_captured_is_whole(work: Work) -> None:
    work.connector.show(comment("1", "Hello \x00 \u202e there", media=(Media("m1", "image", "http://x/y"),)))
    work.poll()
    captured = work.records.captured(work.state("1").ref)
    assert captured is not None
    assert (captured.text, captured.author_name) == ("Hello \x00 \u202e there", "Visitor")
    assert captured.media[0]["id"] == "m1"


def test_a_second_poll_of_the_same_comments_appends_nothing(work: Work) -> None:
    work.connector.show(comment("1", "Thank you all."), comment("2", "This is filth."))
    work.poll()
    size = work.records.size()
    work.poll()
    assert work.records.size() == size


def test_an_unapproved_rule_queues_instead_of_hiding(work: Work) -> None:
    work.book = rulebook(approved=False)
    work.connector.show(comment("1", "This is filth."))
    work.poll()
    assert work.last("1", "comment.flagged").pub["act"] == "queue"
    assert "action.requested" not in work.types("1")


@pytest.mark.parametrize("mode", ["shadow", "paused"])
def test_a_page_that_is_not_live_only_queues(work: Work, mode: str) -> None:
    work.page = Page(platform="fake", mode=mode)
    work.connector.show(comment("1", "This is filth."))
    work.poll()
    flagged = work.last("1", "comment.flagged")
    assert (flagged.pub["verdict"], flagged.pub["act"]) == ("hide", "queue")
    assert flagged.pub["reason"] == f"the page is {mode}"


def test_going_live_acts_on_nothing_already_seen(work: Work) -> None:
    work.page = Page(platform="fake", mode="shadow")
    work.connector.show(comment("1", "This is filth."))
    work.poll()
    work.page = live_page()
    work.poll()
    assert "action.requested" not in work.types("1")


def test_a_comment_posted_too_long_ago_is_only_queued(work: Work) -> None:
    work.connector.show(comment("1", "This is filth.", created=START - timedelta(days=8)))
    work.poll()
    assert work.last("1", "comment.flagged").pub["reason"] == "posted too long ago"


def test_a_classifier_that_fails_queues_everything_and_hides_nothing(work: Work) -> None:
    work.book = rulebook(broken=True)
    work.connector.show(comment("1", "This is filth."), comment("2", "Thank you."))
    work.poll()
    assert {work.last(each, "comment.flagged").pub["act"] for each in "12"} == {"queue"}
    assert work.last("2", "comment.flagged").pub["reason"] == "scoring failed"


def test_a_comment_of_media_alone_goes_to_a_person(work: Work) -> None:
    work.connector.show(comment("1", "", media=(Media("m", "image"),)))
    work.poll()
    assert work.last("1", "comment.flagged").pub["reason"] == "media only"


def test_a_comment_whose_attachments_were_not_captured_is_queued_instead_of_hidden(work: Work) -> None:
    work.connector.show(comment("1", "This is filth.", media=(Media("m", "image"),)))
    work.poll()
    flagged = work.last("1", "comment.flagged")
    assert (flagged.pub["act"], work.last("1", "comment.classified").pub["caps"]) == ("queue", ["capture incomplete"])


def test_a_clean_comment_with_an_attachment_is_not_flagged(work: Work) -> None:
    work.connector.show(comment("1", "Thank you.", media=(Media("m", "image"),)))
    work.poll()
    assert "comment.flagged" not in work.types("1")


def test_the_departments_own_comments_are_captured_and_never_judged(work: Work) -> None:
    work.connector.show(comment("1", "No filth please.", by_page=True))
    work.poll()
    assert work.types("1") == ["comment.seen"]


@pytest.mark.parametrize("state", [State.HELD, State.SPAM, State.HIDDEN])
def test_what_is_not_public_is_captured_and_queued_but_not_hidden(work: Work, state: State) -> None:
    work.connector.show(comment("1", "This is filth.", state=state))
    work.poll()
    assert work.state("1").state == state
    assert work.last("1", "comment.flagged").pub["act"] == "queue"


def test_an_edit_is_a_new_version_and_is_judged_anew(work: Work) -> None:
    work.connector.show(comment("1", "Thank you."))
    work.poll()
    work.connector.edit("1", "This is filth.")
    work.poll()
    assert work.types("1")[2:] == ["comment.edited", "comment.classified", "comment.flagged", "action.requested"]
    assert work.state("1").version == 2


def test_a_hidden_comment_that_is_edited_clean_is_queued(work: Work) -> None:
    work.connector.show(comment("1", "This is filth."))
    work.poll()
    work.perform()
    work.connector.edit("1", "Sorry about that.")
    work.poll()
    assert work.last("1", "comment.flagged").pub["reason"] == "edited while hidden"
    assert work.connector.calls == [("hide", "1")]


def test_after_a_person_decided_later_versions_are_only_queued(work: Work) -> None:
    from bot.review import LEAVE_UP, decide

    work.connector.show(comment("1", "A threat maybe."))
    work.poll()
    state = work.state("1")
    decide(
        work.records,
        ref=state.ref,
        user=MODERATOR,
        decision=LEAVE_UP,
        seen_seq=state.last_seq,
        policy="2010-08",
    )
    work.connector.edit("1", "This is filth.")
    work.poll()
    flagged = work.last("1", "comment.flagged")
    assert (flagged.pub["act"], flagged.pub["reason"]) == ("queue", "a person has decided before")


def test_a_hide_that_nobody_here_made_is_recorded_as_unexplained(work: Work) -> None:
    work.connector.show(comment("1", "Thank you."))
    work.poll()
    work.connector.set_state("1", State.HIDDEN)
    assert work.poll().unexplained == 1
    assert work.last("1", "action.unexplained").pub["observed"] == "hidden"


def test_a_hide_of_ours_that_the_platform_calls_held_is_not_unexplained(work: Work) -> None:
    work.connector.show(comment("1", "This is filth."))
    work.poll()
    work.perform()
    work.connector.set_state("1", State.HELD)
    assert work.poll().unexplained == 0


def test_a_removed_comment_is_recorded_as_gone_and_its_capture_kept(work: Work) -> None:
    work.connector.show(comment("1", "Thank you."))
    work.poll()
    work.connector.remove("1")
    assert work.poll().gone == 1
    captured = work.records.captured(work.state("1").ref)
    assert (work.state("1").state, captured.text if captured else None) == ("gone", "Thank you.")


def test_a_comment_that_the_platform_lists_as_gone_is_gone_and_leaves_the_queue(work: Work) -> None:
    work.connector.show(comment("1", "A threat maybe."))
    work.poll()
    work.connector.set_state("1", State.GONE)
    work.connector.removed.append("1")
    assert work.poll() == Polled(gone=1)
    assert work.records.open_flag(work.state("1").ref) is None


def test_a_comment_first_seen_when_gone_is_captured_and_not_flagged(work: Work) -> None:
    work.connector.show(comment("1", "A threat maybe.", state=State.GONE))
    work.poll()
    assert work.types("1") == ["comment.seen"]


def test_a_comment_missing_from_a_complete_batch_is_gone(work: Work) -> None:
    work.connector.show(comment("1", "Thank you."))
    work.poll()
    del work.connector.comments["1"]
    work.connector.complete_since = START - timedelta(days=1)
    assert work.poll().gone == 1


def test_a_reply_knows_its_parent_and_its_post(work: Work) -> None:
    work.connector.show(comment("2", "I agree.", parent_id="1"), comment("1", "Thank you."))
    work.poll()
    ancestors = work.records.ancestors(work.state("2").ref)
    assert [each.text for each in ancestors] == ["Thank you."]
    assert work.state("2").post_ref == work.state("1").post_ref


def test_a_gap_is_recorded(work: Work) -> None:
    work.connector.gap = "older comments were not listed"
    work.poll()
    entry = work.records.last("page.gap")
    assert entry is not None
    assert entry.opened["gap.what"] == "older comments were not listed"


def test_the_same_gap_is_recorded_once(work: Work) -> None:
    work.connector.gap = "older comments were not listed"
    work.poll()
    work.poll()
    assert len(work.records.entries(types=["page.gap"])) == 1


def test_a_page_that_cannot_be_read_leaves_the_log_and_the_cursor_as_they_were(work: Work) -> None:
    work.connector.fails = [UnavailableError("Page page does not answer.")]
    with pytest.raises(UnavailableError):
        work.poll()
    assert (work.records.size(), work.records.cursor("page")) == (0, None)


def test_thousands_of_replies_at_once_are_captured(work: Work) -> None:
    work.connector.show(comment("0", "Start."), *(comment(str(n), "Agreed.", parent_id="0") for n in range(1, 2_001)))
    assert work.poll().seen == 2_001


def test_a_flagged_comment_that_went_away_and_came_back_waits_in_the_queue_again(work: Work) -> None:
    work.connector.show(comment("1", "A threat maybe."))
    work.poll()
    work.connector.remove("1")
    work.poll()
    work.connector.removed.clear()
    work.connector.show(comment("1", "A threat maybe."))
    assert work.poll().flagged == 1
    flag = work.records.open_flag(work.state("1").ref)
    assert flag is not None
    assert (flag.categories, flag.urgency) == (("threat",), 2)


def test_a_comment_that_was_decided_is_not_queued_for_coming_back(work: Work) -> None:
    work.connector.show(comment("1", "A threat maybe."))
    work.poll()
    state = work.state("1")
    decide(work.records, ref=state.ref, user=MODERATOR, decision=LEAVE_UP, seen_seq=state.last_seq, policy="2010-08")
    work.connector.remove("1")
    work.poll()
    work.connector.removed.clear()
    work.connector.show(comment("1", "A threat maybe."))
    assert work.poll().flagged == 0


@pytest.mark.parametrize("state", [State.HIDDEN, State.HELD, State.SPAM])
def test_what_somebody_else_took_out_of_sight_is_listed_whatever_the_platform_calls_it(
    work: Work, state: State
) -> None:
    work.connector.show(comment("1", "Thank you."))
    work.poll()
    work.connector.set_state("1", state)
    work.poll()
    assert [each.ref for each in work.records.unexplained_hides()] == [work.state("1").ref]


def test_an_edit_of_a_hidden_comment_that_the_platform_calls_held_leaves_the_hide_provisional(work: Work) -> None:
    work.connector.show(comment("1", "This is filth."))
    work.poll()
    work.perform()
    deadline = work.state("1").provisional_until
    work.connector.show(comment("1", "Thank you.", state=State.HELD))
    work.poll()
    assert (work.state("1").state, work.state("1").provisional_until) == ("hidden", deadline)


def test_an_address_that_is_no_unicode_stops_nothing(work: Work) -> None:
    work.connector.show(comment("1", "Thank you.", permalink="https://blog.example.gov/\ud800"))
    assert work.poll().seen == 1


def test_a_classifier_with_a_defect_queues_the_comment_and_captures_the_page(work: Work) -> None:
    work.book = replace(work.book, classifiers=(Defective(),))
    work.connector.show(comment("1", "Thank you."), comment("2", "Odd."))
    assert work.poll().seen == 2
    assert work.last("2", "comment.flagged").pub["reason"] == "scoring failed"
    assert "comment.flagged" not in work.types("1")


class Defective(FakeClassifier):
    """Fails at one comment in a way that nobody foresaw."""

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        if any("Odd" in item.text for item in items):
            raise IndexError(items)
        return super().score(items)
