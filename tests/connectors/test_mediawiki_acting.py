"""The traps of hiding on a wiki: two acts, errors of single items, conflicts, answers that never come."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from connectors.base import Result
from connectors.mediawiki import MediaWiki
from models.comment import State
from tests.connectors.wiki_site import TALK, a_wiki, moderator
from tests.simulators.loopback import Fault, Reply, Request, broken, json_reply, lost_after_doing, too_many
from tests.simulators.mediawiki import Wiki, api_error, lagging

BAD = "you are scum"


@pytest.fixture
def wiki() -> Iterator[Wiki]:
    with a_wiki() as made:
        yield made


@pytest.fixture
def connector(wiki: Wiki) -> MediaWiki:
    return moderator(wiki)


def before(action: str, act: Callable[[], object]) -> Fault:
    """Something else happens just before a call of the API."""

    def first(request: Request, do: Callable[[], Reply]) -> Reply:
        if f"action={action}" in request.body.decode():
            act()
        return do()

    return first


def on(action: str, fault: Fault) -> Fault:
    """Let a fault wait for a call of the API."""

    def choose(request: Request, do: Callable[[], Reply]) -> Reply:
        return fault(request, do) if f"action={action}" in request.body.decode() else do()

    return choose


def with_an_answer(wiki: Wiki) -> str:
    """A page with a comment, a bad one, and one after it; gives the number of the bad one."""
    wiki.say("Zoe", TALK, "hello")
    number = wiki.say("Pat", TALK, BAD)
    wiki.say("Ann", TALK, "a good answer")
    return str(number)


def test_a_hide_leaves_nothing_for_a_visitor_to_find(wiki: Wiki, connector: MediaWiki) -> None:
    number = with_an_answer(wiki)
    assert connector.hide(number).result is Result.DONE
    assert BAD not in wiki.seen(TALK)
    assert "a good answer" in wiki.text(TALK)
    assert "hello" in wiki.text(TALK)


def test_later_revisions_that_carry_the_words_are_hidden_as_well(wiki: Wiki, connector: MediaWiki) -> None:
    """Each revision is the whole page (run: the revision after the comment's showed it still)."""
    number = with_an_answer(wiki)
    connector.hide(number)
    hidden = [each.id for each in wiki.pages[TALK].revisions if "content" in each.hidden]
    assert len(hidden) == 2


def test_the_summary_that_the_wiki_made_of_the_words_is_hidden_as_well(wiki: Wiki, connector: MediaWiki) -> None:
    number = str(wiki.say("Pat", TALK, BAD))
    assert BAD in wiki.pages[TALK].revisions[0].summary
    connector.hide(number)
    assert BAD not in wiki.seen(TALK)


def test_others_in_the_hidden_revisions_stay_visible_comments(wiki: Wiki, connector: MediaWiki) -> None:
    number = with_an_answer(wiki)
    connector.hide(number)
    states = {each.author.name: each.state for each in connector.fetch(None).comments}
    assert states == {"Zoe": State.VISIBLE, "Pat": State.HIDDEN, "Ann": State.VISIBLE}


def test_a_restore_brings_everything_back_where_it_was(wiki: Wiki, connector: MediaWiki) -> None:
    number = with_an_answer(wiki)
    was = wiki.text(TALK)
    connector.hide(number)
    assert connector.unhide(number).result is Result.DONE
    assert wiki.text(TALK) == was
    assert not any(each.hidden for each in wiki.pages[TALK].revisions)
    assert connector.state(number).state is State.VISIBLE


def test_a_restored_comment_is_no_comment_of_ofrecords(wiki: Wiki, connector: MediaWiki) -> None:
    number = with_an_answer(wiki)
    cursor = connector.fetch(None).cursor
    connector.hide(number)
    connector.unhide(number)
    assert "OfRecord" not in {each.author.name for each in connector.fetch(cursor).comments}


def test_hide_and_restore_can_follow_each_other_again_and_again(wiki: Wiki, connector: MediaWiki) -> None:
    number = with_an_answer(wiki)
    for _ in range(3):
        assert connector.hide(number).result is Result.DONE
        assert BAD not in wiki.seen(TALK)
        assert connector.unhide(number).result is Result.DONE
        assert BAD in wiki.text(TALK)


def test_every_version_of_an_edited_comment_is_hidden(wiki: Wiki, connector: MediaWiki) -> None:
    number = with_an_answer(wiki)
    wiki.replace("Pat", TALK, BAD, "you are all scum, really")
    assert connector.hide(number).result is Result.DONE
    assert "scum" not in wiki.seen(TALK)
    assert "a good answer" in wiki.text(TALK)
    assert connector.unhide(number).result is Result.DONE
    assert "you are all scum, really" in wiki.text(TALK)


def test_a_comment_whose_neighbours_changed_is_taken_out_all_the_same(wiki: Wiki, connector: MediaWiki) -> None:
    """Undoing fails then (run: ``undofailure``), and always for the first revision of a page (``nosuchrevid``)."""
    wiki.say("Zoe", TALK, "hello")
    number = str(wiki.say("Pat", TALK, BAD))
    wiki.replace("Ann", TALK, f"{BAD}", f"{BAD}\nright below it")
    assert connector.hide(number).result is Result.DONE
    assert BAD not in wiki.seen(TALK)
    assert "right below it" in wiki.text(TALK)


def test_undoing_gives_back_the_words_that_were_written_over(wiki: Wiki, connector: MediaWiki) -> None:
    wiki.say("Zoe", TALK, "hello\n\nThe bridge is fine.\n\nbye")
    number = wiki.replace("Pat", TALK, "The bridge is fine.", "The mayor is scum.")
    assert connector.hide(str(number)).result is Result.DONE
    assert "The bridge is fine." in wiki.text(TALK)


def test_words_written_over_that_cannot_be_undone_are_left_to_a_person(wiki: Wiki, connector: MediaWiki) -> None:
    wiki.say("Zoe", TALK, "hello\n\nThe bridge is fine.\n\nbye")
    number = wiki.replace("Pat", TALK, "The bridge is fine.", "The mayor is scum.")
    wiki.replace("Ann", TALK, "The mayor is scum.", "The mayor is scum.\nbeside it")
    was = wiki.text(TALK)
    outcome = connector.hide(str(number))
    assert (outcome.result, "by hand" in outcome.detail) == (Result.UNSUPPORTED, True)
    assert wiki.text(TALK) == was


def items(*said: dict[str, object]) -> Fault:
    """An answer about single revisions, with success for the whole (run)."""
    return on(
        "revisiondelete", lambda request, do: json_reply({"revisiondelete": {"status": "Success", "items": said}})
    )


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("revdelete-hide-current", Result.RETRY),
        ("revdelete-concurrent-change", Result.RETRY),
        ("revdelete-modify-missing", Result.GONE),
        ("revdelete-modify-no-access", Result.DENIED),
        ("something new", Result.UNKNOWN),
    ],
)
def test_success_with_an_error_inside_is_no_success(
    wiki: Wiki, connector: MediaWiki, code: str, result: Result
) -> None:
    """The present text cannot be hidden, and the item says ``Success`` all the same, with an error (run)."""
    number = with_an_answer(wiki)
    connector.check()
    said: dict[str, object] = {"status": "Success", "id": int(number), "errors": [{"code": code}]}
    wiki.wire.next(items(said), "POST", 3)
    outcome = connector.hide(number)
    assert (outcome.result, outcome.detail) == (result, code)
    assert connector.state(number).state is State.VISIBLE


def test_success_that_leaves_a_revision_out_is_no_success(wiki: Wiki, connector: MediaWiki) -> None:
    number = with_an_answer(wiki)
    connector.check()
    wiki.wire.next(items(), "POST", 3)
    assert connector.hide(number).result is Result.UNKNOWN


def test_an_edit_meanwhile_is_no_loss_of_it(wiki: Wiki, connector: MediaWiki) -> None:
    """The page is written only as it was read (``baserevid``); else the newer words of others would be gone."""
    number = str(wiki.say("Pat", TALK, BAD))
    connector.check()
    wiki.wire.next(before("edit", lambda: wiki.say("Ann", TALK, "just now")), "POST", 1)
    assert connector.hide(number).result is Result.RETRY
    assert "just now" in wiki.text(TALK)
    assert connector.hide(number).result is Result.DONE
    assert BAD not in wiki.seen(TALK)
    assert "just now" in wiki.text(TALK)


@pytest.mark.parametrize("action", ["edit", "revisiondelete"])
def test_an_answer_that_never_comes_proves_nothing(wiki: Wiki, connector: MediaWiki, action: str) -> None:
    number = with_an_answer(wiki)
    connector.check()
    wiki.wire.next(on(action, lost_after_doing()), "POST", 3 if action == "revisiondelete" else 1)
    assert connector.hide(number).result is Result.UNKNOWN
    assert connector.hide(number).result in (Result.DONE, Result.ALREADY)
    assert BAD not in wiki.seen(TALK)


@pytest.mark.parametrize("action", ["edit", "revisiondelete"])
@pytest.mark.parametrize(
    "fault",
    [api_error("ratelimited"), api_error("readonly"), lagging(), too_many("60")],
    ids=["ratelimited", "readonly", "lagging", "too many"],
)
def test_a_call_that_was_turned_away_may_be_made_again(
    wiki: Wiki, connector: MediaWiki, action: str, fault: Fault
) -> None:
    number = with_an_answer(wiki)
    connector.check()
    for _ in range(3):
        wiki.wire.next(on(action, fault), "POST")
    assert connector.hide(number).result is Result.RETRY
    wiki.wire._faults.clear()
    assert connector.hide(number).result is Result.DONE
    assert BAD not in wiki.seen(TALK)


@pytest.mark.parametrize("code", ["permissiondenied", "protectedpage", "blocked", "abusefilter-disallowed"])
def test_a_refusal_is_told_by_its_name(wiki: Wiki, connector: MediaWiki, code: str) -> None:
    number = with_an_answer(wiki)
    connector.check()
    wiki.wire.next(on("edit", api_error(code)), "POST", 1)
    outcome = connector.hide(number)
    assert (outcome.result, outcome.detail) == (Result.DENIED, code)
    assert connector.state(number).state is State.VISIBLE


def test_an_edit_that_a_filter_refuses_with_status_200_is_a_refusal(wiki: Wiki, connector: MediaWiki) -> None:
    number = with_an_answer(wiki)
    wiki.filtered = "hello"
    outcome = connector.hide(number)
    assert (outcome.result, outcome.detail) == (Result.DENIED, "abusefilter-disallowed")


def test_a_token_that_has_ended_is_renewed(wiki: Wiki, connector: MediaWiki) -> None:
    number = with_an_answer(wiki)
    connector.hide(number)
    wiki.salt += 1
    assert connector.unhide(number).result is Result.DONE


def test_a_session_that_ended_between_the_two_acts_is_begun_again(wiki: Wiki, connector: MediaWiki) -> None:
    number = with_an_answer(wiki)
    connector.check()
    wiki.wire.next(before("edit", wiki.sessions.clear), "POST", 1)
    assert connector.hide(number).result is Result.DONE


def test_a_failure_inside_the_wiki_proves_nothing(wiki: Wiki, connector: MediaWiki) -> None:
    number = with_an_answer(wiki)
    connector.check()
    wiki.wire.next(on("edit", broken(500)), "POST", 1)
    assert connector.hide(number).result is Result.UNKNOWN


def test_what_is_hidden_elsewhere_in_a_revision_is_not_shown_with_a_restore(wiki: Wiki, connector: MediaWiki) -> None:
    """Two hidden comments stand in one revision; bringing one back must not bring back the other."""
    wiki.say("Zoe", TALK, "hello")
    first = str(wiki.say("Pat", TALK, BAD))
    second = str(wiki.say("Ann", TALK, "a wrong accusation"))
    assert connector.hide(first).result is Result.DONE
    assert connector.hide(second).result is Result.DONE
    assert connector.unhide(second).result is Result.DONE
    assert "a wrong accusation" in wiki.text(TALK)
    assert BAD not in wiki.seen(TALK)
    assert connector.state(second).state is State.VISIBLE
    assert connector.state(first).state is State.HIDDEN


def test_what_its_author_took_back_is_not_put_on_the_page_again(wiki: Wiki, connector: MediaWiki) -> None:
    wiki.say("Zoe", TALK, "hello")
    number = str(wiki.say("Pat", TALK, BAD))
    wiki.replace("Pat", TALK, BAD, "")
    connector.hide(number)
    connector.unhide(number)
    assert BAD not in wiki.text(TALK)
    assert BAD in wiki.seen(TALK)


def test_a_summary_alone_can_be_hidden_and_shown(wiki: Wiki, connector: MediaWiki) -> None:
    wiki.say("Zoe", TALK, "hello")
    wiki.say("Ann", TALK, "goodbye")
    number = str(wiki.replace("Pat", TALK, "goodbye", "", "what fools you are"))
    assert connector.hide(number).result is Result.DONE
    assert "what fools" not in wiki.seen(TALK)
    assert connector.state(number).state is State.HIDDEN
    assert connector.unhide(number).result is Result.DONE
    assert "what fools" in wiki.seen(TALK)


def test_acts_on_the_wiki_tell_nothing_of_the_words(wiki: Wiki, connector: MediaWiki) -> None:
    number = with_an_answer(wiki)
    connector.hide(number)
    own = [each for each in wiki.pages[TALK].revisions if each.user == wiki.user]
    assert all("scum" not in each.summary for each in own)
    assert all(number in each.summary for each in own)
