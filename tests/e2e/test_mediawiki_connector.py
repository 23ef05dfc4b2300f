"""The MediaWiki connector and a real wiki: what an anonymous visitor can find is what counts."""

from __future__ import annotations

import itertools

import pytest

from connectors.base import Result
from connectors.mediawiki import MediaWiki
from connectors.wikipedia import Settings, connect
from models.comment import State
from tests.connectors.means import means
from tests.e2e.mediawiki import Wiki
from tests.e2e.mediawiki_peer import connector_of

_NUMBERS = itertools.count(1)
pytestmark = pytest.mark.timeout(240)
"""A wiki that has just begun renders its first pages slowly."""


@pytest.fixture
def connector(mediawiki: Wiki) -> MediaWiki:
    return connector_of(mediawiki)


@pytest.fixture
def talk(mediawiki: Wiki) -> str:
    """A talk page below a notice of the Department, with a remark on it."""
    title = f"Closure {next(_NUMBERS)}"
    mediawiki.edit("Chief", title, text="Main Street is closed.")
    mediawiki.edit("Zoe", f"Talk:{title}", text="== Bridge ==\nIs the bridge open?")
    return f"Talk:{title}"


@pytest.fixture
def bad() -> str:
    """Words that stand nowhere else on the wiki."""
    return f"you are scum number {next(_NUMBERS)}"


def places(wiki: Wiki, title: str, revision: int, words: str) -> dict[str, bool]:
    """Where an anonymous visitor finds the words."""
    shown = {
        "page": wiki.read(title=title),
        "difference": wiki.read(diff=str(revision)),
        "old revision": wiki.read(oldid=str(revision)),
        "history": wiki.read(title=title, action="history"),
        "recent changes": wiki.read(title="Special:RecentChanges", hidebots="0", days="30", limit="500"),
        "API": str(wiki.query(prop="revisions", titles=title, rvprop="content|comment", rvslots="main", rvlimit="50")),
    }
    return {place: words in text for place, text in shown.items()}


def everything(connector: MediaWiki) -> str:
    """The cursor after all that there is."""
    batch = connector.fetch(None)
    while batch.more:
        batch = connector.fetch(batch.cursor)
    return batch.cursor


def test_a_whole_round(mediawiki: Wiki, connector: MediaWiki, talk: str, bad: str) -> None:
    cursor = everything(connector)
    number = mediawiki.edit("", talk, section="new", sectiontitle=bad, text=f"{bad}, all of you ~~~~")
    mediawiki.edit("Ann", talk, appendtext="\n\nThe bridge is open again.")
    batch = connector.fetch(cursor)
    listed = {each.platform_id: each for each in batch.comments}
    assert listed[str(number)].text == f"{bad}\n\n{bad}, all of you"
    assert listed[str(number)].post_id == talk.removeprefix("Talk:")
    was = mediawiki.text(talk)
    assert all(places(mediawiki, talk, number, bad).values())

    assert connector.hide(str(number)).result is Result.DONE
    assert not any(places(mediawiki, talk, number, bad).values())
    assert "The bridge is open again." in mediawiki.text(talk)
    assert connector.state(str(number)).state is State.HIDDEN
    hidden = {each.platform_id: each for each in connector.fetch(batch.cursor).comments}[str(number)]
    assert (hidden.state, hidden.digest) == (State.HIDDEN, listed[str(number)].digest)

    assert connector.unhide(str(number)).result is Result.DONE
    assert all(places(mediawiki, talk, number, bad).values())
    assert mediawiki.text(talk) == was
    assert connector.state(str(number)).state is State.VISIBLE


def test_the_first_remark_of_a_page_can_be_hidden_though_it_cannot_be_undone(
    mediawiki: Wiki, connector: MediaWiki, bad: str
) -> None:
    title = f"Talk:First {next(_NUMBERS)}"
    number = mediawiki.edit("Pat Visitor", title, text=bad)
    assert connector.hide(str(number)).result is Result.DONE
    assert not any(places(mediawiki, title, number, bad).values())
    assert connector.unhide(str(number)).result is Result.DONE
    assert mediawiki.text(title) == bad


def test_every_version_of_an_edited_comment_is_hidden(
    mediawiki: Wiki, connector: MediaWiki, talk: str, bad: str
) -> None:
    number = mediawiki.edit("Pat Visitor", talk, appendtext=f"\n\n{bad}")
    mediawiki.edit("Ann", talk, appendtext="\n\nplease stay civil")
    later = mediawiki.edit("Pat Visitor", talk, text=mediawiki.text(talk).replace(bad, f"{bad} indeed"))
    assert connector.hide(str(number)).result is Result.DONE
    assert not any(places(mediawiki, talk, number, bad).values())
    assert not any(places(mediawiki, talk, later, bad).values())
    assert "please stay civil" in mediawiki.text(talk)


def test_words_that_were_written_over_come_back_with_the_hide(
    mediawiki: Wiki, connector: MediaWiki, talk: str, bad: str
) -> None:
    mediawiki.edit("Ann", talk, appendtext="\n\nThe mayor is kind.\n\nYours, Ann")
    number = mediawiki.edit(
        "Pat Visitor", talk, text=mediawiki.text(talk).replace("The mayor is kind.", f"The mayor: {bad}")
    )
    assert connector.hide(str(number)).result is Result.DONE
    assert "The mayor is kind." in mediawiki.text(talk)
    assert not any(places(mediawiki, talk, number, bad).values())


def test_words_that_somebody_puts_back_are_noticed(mediawiki: Wiki, connector: MediaWiki, talk: str, bad: str) -> None:
    number = mediawiki.edit("Pat Visitor", talk, appendtext=f"\n\n{bad}")
    was = mediawiki.text(talk)
    connector.hide(str(number))
    cursor = everything(connector)
    mediawiki.edit("Ann", talk, text=was)
    found = connector.fetch(cursor).comments
    assert [(each.text, each.state) for each in found if bad in each.text] == [(bad, State.VISIBLE)]


def test_a_deleted_talk_page_is_noticed(mediawiki: Wiki, connector: MediaWiki, talk: str, bad: str) -> None:
    number = mediawiki.edit("Pat Visitor", talk, appendtext="\n\nregretted")
    mediawiki.act("Chief", "delete", title=talk, reason="")
    cursor, gone, more = None, set[str](), True
    while more:
        batch = connector.fetch(cursor)
        cursor, gone, more = batch.cursor, gone | set(batch.gone), batch.more
    assert str(number) in gone
    assert connector.hide(str(number)).result is Result.GONE


def test_the_check_passes_and_names_what_is_missing(mediawiki: Wiki, connector: MediaWiki, bad: str) -> None:
    mediawiki.edit("Chief", "Project:About", text="Maintained by the Police Department.")
    assert "Maintained by the Police Department." in (connector.check().about or "")


def test_the_same_wiki_can_be_watched_without_an_account(mediawiki: Wiki, talk: str, bad: str) -> None:
    number = mediawiki.edit("Pat Visitor", talk, appendtext=f"\n\n{bad}")
    settings = Settings(url=mediawiki.api, pages=(talk,), contact="records@pd.example.gov")
    watcher = connect("encyclopedia", settings, means())
    first = watcher.fetch(None)
    assert bad in {each.text for each in first.comments}
    assert watcher.hide(str(number)).result is Result.UNSUPPORTED
    mediawiki.edit("Ann", talk, text=mediawiki.text(talk).replace(bad, ""))
    assert str(number) in watcher.fetch(first.cursor).gone
    assert watcher.state(str(number)).state is State.GONE
