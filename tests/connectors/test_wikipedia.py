"""The traps of watching Wikipedia: no right to act, a budget, pages that come and go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from connectors.base import BudgetSpentError, Coverage, Result, UnsupportedError
from connectors.wikipedia import Settings, capability, connect
from models.comment import State
from tests.connectors.means import Purse, means
from tests.connectors.wiki_site import TALK, a_wiki, later, reader, texts
from tests.simulators.mediawiki import Wiki, lagging


@pytest.fixture
def wiki() -> Iterator[Wiki]:
    with a_wiki() as made:
        yield made


def test_a_hide_is_a_task_with_the_steps_of_somebody_with_an_interest(wiki: Wiki) -> None:
    number = str(wiki.say("Pat", TALK, "you are scum"))
    assert reader(wiki).hide(number).result is Result.UNSUPPORTED
    assert capability.coverage is Coverage.WATCHED
    assert any("Change nothing in an article" in step for step in capability.hide_steps)


def test_nothing_is_ever_written(wiki: Wiki) -> None:
    number = str(wiki.say("Pat", TALK, "you are scum"))
    connector = reader(wiki)
    connector.check()
    connector.fetch(None)
    connector.hide(number)
    connector.unhide(number)
    assert wiki.wire.count("POST") == 0


def test_who_calls_is_said_with_an_address(wiki: Wiki) -> None:
    """Wikimedia turns away programs that do not say whom to turn to (``Policy:User-Agent policy``)."""
    reader(wiki).fetch(None)
    assert "records@pd.example.gov" in wiki.wire.requests[0].headers["User-Agent"]


def test_each_call_says_that_it_gives_way(wiki: Wiki) -> None:
    reader(wiki).fetch(None)
    assert {request.params.get("maxlag") for request in wiki.wire.requests} == {"5"}


def test_a_page_without_news_costs_no_call_of_its_own(wiki: Wiki) -> None:
    wiki.say("Pat", TALK, "hello")
    purse = Purse()
    connector = reader(wiki, purse)
    cursor = connector.fetch(None).cursor
    spent = purse.spent["reads"]
    assert connector.fetch(cursor).comments == ()
    assert purse.spent["reads"] == spent + 1


def test_a_budget_that_ends_midway_loses_nothing(wiki: Wiki) -> None:
    titles = tuple(f"Talk:Page {n}" for n in range(4))
    numbers = {str(wiki.say("Pat", title, "hello")) for title in titles}
    settings = Settings(url=wiki.api, pages=titles, contact="records@pd.example.gov")
    first = connect("encyclopedia", settings, means(budget=Purse({"reads": 4}))).fetch(None)
    assert first.more
    second = connect("encyclopedia", settings, means()).fetch(first.cursor)
    assert {each.platform_id for each in (*first.comments, *second.comments)} == numbers


def test_what_is_read_for_an_act_may_use_what_is_kept_for_it(wiki: Wiki) -> None:
    purse = Purse()
    reader(wiki, purse).state(str(wiki.say("Pat", TALK, "hello")))
    assert purse.acts["reads"] == purse.spent["reads"] > 0


def test_a_spent_budget_is_told_as_such(wiki: Wiki) -> None:
    with pytest.raises(BudgetSpentError):
        reader(wiki, Purse({"reads": 0})).state("5")


def test_what_its_author_took_away_is_gone_by_its_author(wiki: Wiki) -> None:
    wiki.say("Zoe", TALK, "hello")
    number = str(wiki.say("Pat", TALK, "you are scum"))
    connector = reader(wiki)
    cursor = connector.fetch(None).cursor
    wiki.replace("Pat", TALK, "you are scum", "")
    batch = connector.fetch(cursor)
    assert (number in batch.gone, batch.gone_by.get(number)) == (True, "author")


def test_what_another_editor_took_away_is_gone_without_a_guess(wiki: Wiki) -> None:
    wiki.say("Zoe", TALK, "hello")
    number = str(wiki.say("Pat", TALK, "you are scum"))
    connector = reader(wiki)
    cursor = connector.fetch(None).cursor
    wiki.replace("Zoe", TALK, "you are scum", "")
    batch = connector.fetch(cursor)
    assert (number in batch.gone, batch.gone_by) == (True, {})
    assert connector.state(number).state is State.GONE


def test_what_an_administrator_hid_is_gone_by_the_platform(wiki: Wiki) -> None:
    wiki.say("Zoe", TALK, "hello")
    number = wiki.say("Pat", TALK, "you are scum")
    connector = reader(wiki)
    cursor = connector.fetch(None).cursor
    wiki.replace("Zoe", TALK, "you are scum", "")
    wiki.set_hidden([number], {"content", "comment"})
    batch = connector.fetch(cursor)
    assert batch.gone_by[str(number)] == "platform"
    assert connector.state(str(number)).state is State.GONE


def test_a_revert_brings_a_comment_back(wiki: Wiki) -> None:
    wiki.say("Zoe", TALK, "hello")
    number = str(wiki.say("Pat", TALK, "is the bridge open?"))
    connector = reader(wiki)
    wiki.replace("Ann", TALK, "is the bridge open?", "")
    cursor = connector.fetch(None).cursor
    wiki.revert("Zoe", TALK, "mw-rollback")
    assert [each.platform_id for each in connector.fetch(cursor).comments] == [number]


def test_the_departments_own_account_speaks_for_it(wiki: Wiki) -> None:
    wiki.say("JacksonPD", TALK, "We ask for a correction.")
    assert [each.by_page for each in reader(wiki).fetch(None).comments] == [True]


def test_a_long_talk_page_is_begun_at_its_end(wiki: Wiki) -> None:
    for number in range(150):
        wiki.say(f"User{number}", TALK, f"remark {number}")
    connector = reader(wiki)
    batch = connector.fetch(None)
    assert "remark 149" in texts(batch)["User149"]
    assert 50 < len(batch.comments) < 100


def test_older_remarks_are_the_backfills(wiki: Wiki) -> None:
    wiki.say("Old", TALK, "too old")
    later(wiki, days=2)
    since = wiki.clock()
    for number in range(150):
        wiki.say(f"User{number}", TALK, f"remark {number}")
    batch = reader(wiki).backfill(since, None)
    assert (len(batch.comments), batch.more) == (150, False)


def test_a_page_that_nobody_has_written_yet_is_a_warning(wiki: Wiki) -> None:
    assert TALK in reader(wiki).check().warnings[0]
    wiki.say("Pat", TALK, "hello")
    assert reader(wiki).check().warnings == ()


def test_an_article_is_no_talk_page(wiki: Wiki) -> None:
    settings = Settings(url=wiki.api, pages=("Road closure",), contact="records@pd.example.gov")
    with pytest.raises(UnsupportedError, match="no talk page"):
        connect("encyclopedia", settings, means()).check()


def test_a_lag_of_wikipedia_is_told_with_its_time(wiki: Wiki) -> None:
    wiki.wire.next(lagging("7"))
    with pytest.raises(Exception, match="busy") as caught:
        reader(wiki).fetch(None)
    assert getattr(caught.value, "retry_after", None) == 7


@pytest.mark.parametrize("pages", [[], ["Talk:A|Talk:B"], ["Talk:A#Section"], [" "]])
def test_titles_that_cannot_be_are_refused(pages: list[str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"pages": pages, "contact": "records@pd.example.gov"})


@pytest.mark.parametrize(
    "url", ["http://wiki.example/w/api.php", "https://u:p@wiki.example/api.php", "https://a.example"]
)
def test_unsafe_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"pages": ["Talk:A"], "contact": "a@b.example", "url": url})
