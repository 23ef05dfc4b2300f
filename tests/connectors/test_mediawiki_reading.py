"""The traps of reading a wiki: sessions, sleeps, errors with status 200, lists that move."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.base import (
    ForbiddenError,
    Result,
    UnauthorizedError,
    UnavailableError,
)
from connectors.mediawiki import MediaWiki
from models.comment import State
from tests.connectors.wiki_site import TALK, Stopwatch, a_wiki, later, moderator, texts
from tests.simulators.loopback import Reply, broken, dragging, huge, json_reply, redirecting, truncated, web_page
from tests.simulators.mediawiki import Wiki, api_error, lagging


@pytest.fixture
def wiki() -> Iterator[Wiki]:
    with a_wiki() as made:
        yield made


@pytest.fixture
def connector(wiki: Wiki) -> MediaWiki:
    return moderator(wiki)


# --- mwclient waits for hours by itself -----------------------------------------------------------------------------


def test_a_server_that_fails_is_asked_once_and_not_for_hours(wiki: Wiki, connector: MediaWiki) -> None:
    """By itself mwclient asks 26 times, and sleeps two and a half hours in between (its ``sleep.py``)."""
    connector.check()
    asked = len(wiki.wire.requests)
    wiki.wire.next(broken(503))
    with pytest.raises(UnavailableError, match="wiki"):
        connector.fetch(None)
    assert len(wiki.wire.requests) == asked + 1


@pytest.mark.parametrize("code", ["internal_api_error_DBQueryError", "internal_api_error_DBConnectionError"])
def test_a_failing_database_is_asked_once(wiki: Wiki, connector: MediaWiki, code: str) -> None:
    """For these two mwclient sleeps too, though the status is 200 (its ``client.py``, `handle_api_result`)."""
    connector.check()
    asked = len(wiki.wire.requests)
    wiki.wire.next(api_error(code))
    with pytest.raises(UnavailableError):
        connector.fetch(None)
    assert len(wiki.wire.requests) == asked + 1


@pytest.mark.parametrize(("seconds", "told"), [("5", 5.0), (None, None)])
def test_a_lag_is_told_and_not_waited_for(
    wiki: Wiki, connector: MediaWiki, seconds: str | None, told: float | None
) -> None:
    """mwclient sleeps for it, and fails where the heading that says how long is missing."""
    connector.check()
    wiki.wire.next(lagging(seconds))
    with pytest.raises(UnavailableError) as caught:
        connector.fetch(None)
    assert caught.value.retry_after == told


def test_a_log_in_that_is_throttled_is_told_and_not_waited_for(wiki: Wiki, connector: MediaWiki) -> None:
    wiki.log_in_answer = {"result": "Throttled", "wait": 300}
    with pytest.raises(UnavailableError) as caught:
        connector.fetch(None)
    assert caught.value.retry_after == 300


def test_lost_cookies_end_in_an_error_and_not_in_a_loop(wiki: Wiki, connector: MediaWiki) -> None:
    """mwclient logs in again for ever when the answer is that a token is needed."""
    wiki.log_in_answer = {"result": "NeedToken", "token": "another"}
    with pytest.raises(UnavailableError, match="forgot the session"):
        connector.fetch(None)


def test_an_answer_that_drips_is_given_up(wiki: Wiki) -> None:
    stopwatch = Stopwatch()
    connector = moderator(wiki, stopwatch)
    connector.check()
    wiki.wire.next(dragging(stopwatch.wait_too_long))
    with pytest.raises(UnavailableError, match="in time"):
        connector.fetch(None)


# --- who we are -----------------------------------------------------------------------------------------------------


def test_a_session_that_ended_is_begun_again(wiki: Wiki, connector: MediaWiki) -> None:
    """The API answers strangers too: without saying who asks, what is hidden would look as if it were gone."""
    number = wiki.say("Pat", TALK, "Is the bridge open?")
    wiki.say("Zoe", TALK, "It is.")
    wiki.set_hidden([number], {"content"})
    connector.check()
    wiki.sessions.clear()
    assert texts(connector.fetch(None))["Pat"] == "Is the bridge open?"


def test_a_wrong_password_is_an_error_though_the_status_is_200(wiki: Wiki) -> None:
    connector = moderator(wiki)
    wiki.bot_password = "x" * 32
    with pytest.raises(UnauthorizedError, match="Special:BotPasswords"):
        connector.fetch(None)


def test_a_missing_right_is_named_with_what_to_write(wiki: Wiki, connector: MediaWiki) -> None:
    """`deleterevision` is no right of an administrator by default (run)."""
    wiki.rights = ("read", "edit", "deletedtext", "deletedhistory")
    with pytest.raises(ForbiddenError, match=r"deleterevision.*LocalSettings\.php"):
        connector.check()


def test_a_block_is_named(wiki: Wiki, connector: MediaWiki) -> None:
    wiki.blocked = True
    with pytest.raises(ForbiddenError, match="blocked"):
        connector.check()


def test_a_wiki_that_takes_no_changes_is_a_warning(wiki: Wiki, connector: MediaWiki) -> None:
    wiki.read_only = True
    assert "no changes" in connector.check().warnings[0]


def test_the_about_page_comes_with_the_check(wiki: Wiki, connector: MediaWiki) -> None:
    assert connector.check().about == ""
    wiki.edit("Chief", "Project:About", "Maintained by the Police Department.")
    assert "Maintained by the Police Department." in (connector.check().about or "")


# --- answers that are none ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        web_page(),
        truncated(),
        truncated(length_tells=False),
        huge(3_000_000),
        redirecting("https://elsewhere.example/"),
        lambda request, do: json_reply([]),
        lambda request, do: json_reply({"query": {"recentchanges": [{}]}}),
        lambda request, do: Reply(200),
    ],
    ids=["a web page", "cut off", "cut off unnoticed", "huge", "moved", "a list", "a row without fields", "nothing"],
)
def test_what_is_no_answer_is_an_error(wiki: Wiki, connector: MediaWiki, fault: object) -> None:
    wiki.say("Pat", TALK, "Is the bridge open?")
    connector.check()
    wiki.wire.next(fault)  # type: ignore[arg-type]
    with pytest.raises(UnavailableError, match="wiki"):
        connector.fetch(None)


# --- the list of recent changes -------------------------------------------------------------------------------------


def test_a_backlog_comes_in_pieces_and_whole(wiki: Wiki, connector: MediaWiki) -> None:
    numbers = [str(wiki.say("Pat", f"Talk:Page {n}", f"remark {n}")) for n in range(120)]
    found: set[str] = set()
    cursor, pieces, more = None, 0, True
    while more:
        batch = connector.fetch(cursor)
        found |= {each.platform_id for each in batch.comments}
        cursor, more, pieces = batch.cursor, batch.more, pieces + 1
        assert pieces < 10
    assert found == set(numbers)


def test_what_was_read_is_not_read_again_at_each_poll(wiki: Wiki, connector: MediaWiki) -> None:
    wiki.say("Pat", TALK, "Is the bridge open?")
    cursor = connector.fetch(None).cursor
    asked = len(wiki.wire.requests)
    assert connector.fetch(cursor).comments == ()
    assert len(wiki.wire.requests) == asked + 1


def test_a_change_that_is_entered_late_is_not_missed(wiki: Wiki, connector: MediaWiki) -> None:
    """Its time stamp is older than that of a change which was listed before it."""
    wiki.say("Pat", TALK, "first")
    later(wiki, seconds=60)
    wiki.say("Zoe", "Talk:Other", "second")
    cursor = connector.fetch(None).cursor
    later(wiki, seconds=-30)
    late = wiki.say("Ann", "Talk:Third", "entered late")
    assert [each.platform_id for each in connector.fetch(cursor).comments] == [str(late)]


def test_a_cursor_that_cannot_be_read_begins_anew(wiki: Wiki, connector: MediaWiki) -> None:
    wiki.say("Pat", TALK, "Is the bridge open?")
    for cursor in ("nonsense", "[]", '{"newest": 7}', '{"seen": ["x"]}'):
        assert len(connector.fetch(cursor).comments) == 1


def test_a_list_that_no_longer_reaches_back_is_a_gap(wiki: Wiki, connector: MediaWiki) -> None:
    """A wiki keeps its recent changes for 90 days."""
    wiki.say("Pat", TALK, "Is the bridge open?")
    cursor = connector.fetch(None).cursor
    later(wiki, days=100)
    wiki.changes.clear()
    wiki.say("Zoe", TALK, "It is.")
    assert "backfill" in connector.fetch(cursor).gap


def test_comments_of_a_deleted_page_are_gone_and_come_back_with_it(wiki: Wiki, connector: MediaWiki) -> None:
    number = str(wiki.say("Pat", TALK, "Is the bridge open?"))
    cursor = connector.fetch(None).cursor
    wiki.delete(TALK)
    batch = connector.fetch(cursor)
    assert number in batch.gone
    wiki.restore(TALK)
    back = connector.fetch(batch.cursor)
    assert [(each.platform_id, each.state) for each in back.comments] == [(number, State.VISIBLE)]


def test_the_departments_own_pages_are_captured_without_any_comment(wiki: Wiki, connector: MediaWiki) -> None:
    assert [post.platform_id for post in connector.fetch(None).posts] == ["Road closure"]


def test_staff_speak_for_the_department(wiki: Wiki, connector: MediaWiki) -> None:
    wiki.say("Pat", TALK, "Is the bridge open?")
    wiki.say("Chief", TALK, ": Yes.")
    wiki.say("127.0.0.1", TALK, ":: Thanks.")
    speaks = {each.author.name: each.by_page for each in connector.fetch(None).comments}
    assert speaks == {"Pat": False, "Chief": True, "127.0.0.1": False}


def test_a_visitor_without_an_account_is_named_as_the_page_names_them(wiki: Wiki, connector: MediaWiki) -> None:
    wiki.say("192.0.2.7", TALK, "Is the bridge open?")
    author = connector.fetch(None).comments[0].author
    assert (author.name, author.platform_id) == ("192.0.2.7", None)


def test_a_summary_is_captured_with_what_it_came_with(wiki: Wiki, connector: MediaWiki) -> None:
    wiki.say("Ann", TALK, "hello")
    wiki.say("Pat", TALK, "Is the bridge open?", "what fools you are")
    assert texts(connector.fetch(None))["Pat"] == "Is the bridge open?\n\nwhat fools you are"


def test_a_summary_of_an_edit_that_adds_nothing_is_captured_too(wiki: Wiki, connector: MediaWiki) -> None:
    wiki.say("Ann", TALK, "hello")
    wiki.say("Zoe", TALK, "goodbye")
    wiki.replace("Pat", TALK, "goodbye", "", "what fools you are")
    assert texts(connector.fetch(None))["Pat"] == "what fools you are"


def test_others_changes_to_a_page_make_no_new_version_of_a_comment(wiki: Wiki, connector: MediaWiki) -> None:
    number = str(wiki.say("Pat", TALK, "one\n\ntwo\n\nthree"))
    before = connector.state(number).digest
    wiki.replace("Zoe", TALK, "two", "")
    later_on = connector.state(number)
    assert (later_on.state, later_on.digest) == (State.VISIBLE, before)
    found = {each.platform_id: each.digest for each in connector.fetch(None).comments}
    assert found[number] == before


def test_what_somebody_took_off_the_page_is_visible_while_the_history_shows_it(
    wiki: Wiki, connector: MediaWiki
) -> None:
    wiki.say("Zoe", TALK, "hello")
    number = wiki.say("Pat", TALK, "Pat's address is 5 Mill Lane")
    wiki.replace("Zoe", TALK, "Pat's address is 5 Mill Lane", "")
    assert connector.state(str(number)).state is State.VISIBLE
    assert connector.hide(str(number)).result is Result.DONE
    assert "Mill Lane" not in wiki.seen(TALK)


def test_words_of_a_hidden_comment_that_somebody_puts_back_are_noticed(wiki: Wiki, connector: MediaWiki) -> None:
    wiki.say("Zoe", TALK, "hello")
    number = str(wiki.say("Pat", TALK, "you are scum"))
    connector.hide(number)
    cursor = connector.fetch(None).cursor
    wiki.revert("Ann", TALK)
    states = {each.platform_id: each.state for each in connector.fetch(cursor).comments}
    assert states[number] is State.VISIBLE


def test_a_comment_too_far_back_is_left_to_a_person(wiki: Wiki, connector: MediaWiki) -> None:
    number = str(wiki.say("Pat", TALK, "long ago"))
    for count in range(2010):
        wiki.edit("Zoe", TALK, f"long ago\n\n{count}")
    assert connector.state(number).state is State.UNKNOWN
    outcome = connector.hide(number)
    assert (outcome.result, "by hand" in outcome.detail) == (Result.UNSUPPORTED, True)


def test_a_backfill_goes_through_all_talk_pages(wiki: Wiki, connector: MediaWiki) -> None:
    wiki.say("Pat", TALK, "too old")
    later(wiki, days=1)
    since = wiki.clock()
    titles = ("Talk:A", "Talk:B", "User talk:Chief")
    numbers = {str(wiki.say("Pat", title, f"about {title}")) for title in titles} | {str(wiki.say("Zoe", TALK, "new"))}
    wiki.changes.clear()
    found: set[str] = set()
    cursor, more, steps = None, True, 0
    while more:
        batch = connector.backfill(since, cursor)
        found |= {each.platform_id for each in batch.comments}
        cursor, more, steps = batch.cursor, batch.more, steps + 1
        assert steps < 50
    assert found == numbers
