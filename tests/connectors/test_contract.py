"""What every connector promises, asked of each one that is installed, against its peer."""

from __future__ import annotations

import importlib
import inspect
import json
import logging
import pkgutil
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import ValidationError

import connectors
from connectors._authorisation import Authorisation, Way
from connectors._limits import Limit
from connectors.base import (
    BudgetSpentError,
    Capability,
    Checked,
    Connector,
    ConnectorError,
    Coverage,
    HideScope,
    Result,
    UnauthorizedError,
)
from models.comment import Comment, Post, State, safe_text
from tests.connectors.means import Purse, UnreadSecret, means
from tests.connectors.peers import Peer, RefusedError, open_peer

PLATFORMS = sorted(
    module.name
    for module in pkgutil.iter_modules(connectors.__path__)
    if module.name != "base" and not module.name.startswith("_")
)
HIDDEN = (State.HIDDEN, State.HELD)
"""Some platforms have one state for what was hidden and what waits for approval."""
NO_ABOUT = {
    "checklist": "a person looks at the page",
    "dropfolder": "the page itself is not read",
    "mailbox": "the page itself is not read",
    "practice": "it has none",
    "wikipedia": "it is not the Department's page",
    "wordpress": "which of a blog's pages is the notice, the interface does not say",
}
"""Platforms of which no About can be read, with the reason."""
ODD_TEXTS = {
    "empty": "",
    "NUL": "a\x00b",
    "lone surrogate": "a\ud800b",
    "bidi override": "\u202egnitset\u202c",
    "64 kB": "long " * 13_000,
    "emoji": "👩🏽‍🚒 👍🏿 🇺🇸",
    "markup": "<script>alert(1)</script> &amp; <b>bold</b> \\ 'quoted' \"twice\"",
    "lines": "one\n\n  two\t!",
    "composed and not": "café cafe\u0301",
    "Spanish": "¿Dónde está la comisaría?",
}


@dataclass
class Fetched:
    """What several fetches brought together; the newest version of each comment wins."""

    cursor: str | None = None
    posts: dict[str, Post] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)


@pytest.fixture(params=PLATFORMS)
def peer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Peer]:
    with open_peer(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture(params=PLATFORMS)
def module(request: pytest.FixtureRequest) -> ModuleType:
    return importlib.import_module(f"connectors.{request.param}")


def requires(peer: Peer, *flags: str) -> None:
    """Skip a promise that the platform's own capability does not make."""
    for flag in flags:
        if not getattr(peer.connector.capability, flag):
            pytest.skip(f"its capability says: {flag} = False")


def told(peer: Peer, *states: State) -> tuple[State, ...]:
    """What reading one comment gives where it stands like this; some platforms do not say whether it is hidden."""
    return states if peer.connector.capability.tells_hidden else (State.UNKNOWN,)


def drain(connector: Connector, cursor: str | None = None, *, since: Fetched | None = None) -> Fetched:
    """Fetch until nothing more comes. What was in `since` and is missing from a complete listing counts as gone."""
    fetched = Fetched(cursor)
    complete = None
    for _ in range(100):
        batch = connector.fetch(fetched.cursor)
        fetched.cursor = batch.cursor
        fetched.posts |= {post.platform_id: post for post in batch.posts}
        fetched.comments |= {comment.platform_id: comment for comment in batch.comments}
        fetched.gone |= set(batch.gone)
        complete = batch.complete_since or complete
        if not batch.more:
            break
    else:
        raise AssertionError("a hundred fetches, and there is still more")
    if complete is not None and since is not None:
        due = {each.platform_id for each in since.comments.values() if each.created >= complete}
        fetched.gone |= due - fetched.comments.keys()
    return fetched


def secret_parts(secret: str) -> set[str]:
    """What must not be told of a credential: all of it, and each long text in a JSON object."""
    try:
        parts = json.loads(secret)
    except ValueError:
        return {secret}
    hidden = (
        {text for name, text in parts.items() if name not in ("scope", "expires_at", "client_id")}
        if isinstance(parts, dict)
        else set()
    )
    return {secret, *(text for text in hidden if isinstance(text, str) and len(text) >= 8)}


def test_every_platform_is_found() -> None:
    assert "practice" in PLATFORMS


def test_a_new_comment_comes_whole(peer: Peer) -> None:
    post_id = peer.post("The bridge is closed until Friday.")
    comment_id = peer.comment(post_id, "Thank you for telling us.", author="Rosa Blanchard")
    comment = drain(peer.connector).comments[comment_id]
    assert (comment.page, comment.post_id, comment.parent_id) == (peer.page, post_id, None)
    assert (comment.text, comment.author.name) == ("Thank you for telling us.", "Rosa Blanchard")
    assert (comment.state, comment.by_page) == (State.VISIBLE, False)


def test_its_time_is_the_platforms_in_utc(peer: Peer) -> None:
    comment_id = peer.comment(peer.post("A post."), "What time is it?")
    created = drain(peer.connector).comments[comment_id].created
    assert created.utcoffset() == timedelta(0)
    assert abs(peer.now().astimezone(UTC) - created) < timedelta(minutes=2)


def test_its_post_comes_with_it(peer: Peer) -> None:
    post_id = peer.post("The bridge is closed until Friday.")
    peer.comment(post_id, "Which bridge?")
    assert "The bridge is closed until Friday." in drain(peer.connector).posts[post_id].text


def test_an_answer_names_the_comment_that_it_answers(peer: Peer) -> None:
    post_id = peer.post("A post.")
    first = peer.comment(post_id, "Which bridge?")
    second = peer.comment(post_id, "The one by the mill.", parent=first)
    assert drain(peer.connector).comments[second].parent_id == first


def test_raw_bytes_are_those_of_the_comment_alone(peer: Peer) -> None:
    post_id = peer.post("A post.")
    ids = [peer.comment(post_id, f"distinct-words-{n}") for n in (1, 2)]
    raws = [drain(peer.connector).comments[each].raw for each in ids]
    assert b"distinct-words-1" in raws[0]
    assert b"distinct-words-2" not in raws[0]


def test_the_cursor_resumes_where_it_stopped(peer: Peer) -> None:
    post_id = peer.post("A post.")
    early = [peer.comment(post_id, f"early {n}") for n in range(20)]
    first = drain(peer.connector)
    late = peer.comment(post_id, "late")
    second = drain(peer.connector, first.cursor)
    assert set(early) <= first.comments.keys()
    assert second.comments[late].text == "late"


def test_fetching_again_brings_the_same_digest(peer: Peer) -> None:
    comment_id = peer.comment(peer.post("A post."), "The same, always.")
    first, second = drain(peer.connector), drain(peer.connector)
    assert first.comments[comment_id].digest == second.comments[comment_id].digest


def test_a_hidden_comment_is_not_shown_to_visitors(peer: Peer) -> None:
    requires(peer, "can_hide")
    comment_id = peer.comment(peer.post("A post."), "Not for everybody.")
    assert peer.visible(comment_id)
    assert peer.connector.hide(comment_id).result is Result.DONE
    assert not peer.visible(comment_id)
    assert peer.connector.state(comment_id).state in told(peer, *HIDDEN)


def test_hiding_twice_does_no_harm(peer: Peer) -> None:
    requires(peer, "can_hide")
    comment_id = peer.comment(peer.post("A post."), "Not for everybody.")
    peer.connector.hide(comment_id)
    assert peer.connector.hide(comment_id).result in (Result.ALREADY, Result.DONE)
    assert not peer.visible(comment_id)


def test_a_restored_comment_is_shown_again(peer: Peer) -> None:
    requires(peer, "can_hide", "can_restore")
    comment_id = peer.comment(peer.post("A post."), "For everybody.")
    peer.connector.hide(comment_id)
    assert peer.connector.unhide(comment_id).result is Result.DONE
    assert peer.visible(comment_id)
    assert peer.connector.state(comment_id).state in told(peer, State.VISIBLE)


def test_hiding_changes_neither_text_nor_digest(peer: Peer) -> None:
    requires(peer, "can_hide")
    comment_id = peer.comment(peer.post("A post."), "Kept as it was.")
    before = peer.connector.state(comment_id).digest
    peer.connector.hide(comment_id)
    assert peer.connector.state(comment_id).digest == before == drain(peer.connector).comments[comment_id].digest


def test_a_hide_by_somebody_else_is_noticed(peer: Peer) -> None:
    requires(peer, "lists_hidden")
    comment_id = peer.comment(peer.post("A post."), "Who hid this?")
    first = drain(peer.connector)
    peer.set_state(comment_id, State.HIDDEN)
    assert drain(peer.connector, first.cursor).comments[comment_id].state in HIDDEN


def test_a_held_comment_is_captured(peer: Peer) -> None:
    requires(peer, "lists_held")
    comment_id = peer.comment(peer.post("A post."), "Waiting.")
    peer.set_state(comment_id, State.HELD)
    assert drain(peer.connector).comments[comment_id].state in HIDDEN
    assert not peer.visible(comment_id)


def test_a_spam_comment_is_captured_where_the_platform_lists_it(peer: Peer) -> None:
    requires(peer, "lists_spam")
    comment_id = peer.comment(peer.post("A post."), "Cheap watches.")
    peer.set_state(comment_id, State.SPAM)
    assert drain(peer.connector).comments[comment_id].state is State.SPAM


def test_an_edit_comes_as_another_digest(peer: Peer) -> None:
    requires(peer, "reports_edits")
    comment_id = peer.comment(peer.post("A post."), "Before.")
    first = drain(peer.connector)
    peer.edit(comment_id, "After.")
    second = drain(peer.connector, first.cursor)
    assert second.comments[comment_id].text == "After."
    assert second.comments[comment_id].digest != first.comments[comment_id].digest


def test_a_removed_comment_is_gone(peer: Peer) -> None:
    comment_id = peer.comment(peer.post("A post."), "Sorry I said that.")
    first = drain(peer.connector)
    peer.remove(comment_id)
    assert comment_id in drain(peer.connector, first.cursor, since=first).gone
    assert peer.connector.state(comment_id).state is State.GONE
    if peer.connector.capability.can_hide:
        assert peer.connector.hide(comment_id).result is Result.GONE


def test_a_removed_comment_leaves_the_others(peer: Peer) -> None:
    post_id = peer.post("A post.")
    ids = [peer.comment(post_id, f"comment {n}") for n in range(3)]
    first = drain(peer.connector)
    peer.remove(ids[1])
    gone = drain(peer.connector, first.cursor, since=first).gone
    assert not gone & {ids[0], ids[2]}


def test_an_unknown_comment_is_gone(peer: Peer) -> None:
    if peer.connector.capability.coverage in (Coverage.INTAKE, Coverage.CHECKLIST):
        pytest.skip("the platform cannot be asked about a comment")
    known = peer.comment(peer.post("A post."), "Here.")
    unknown = known[:-1] + "987654"
    assert peer.connector.state(unknown).state is State.GONE
    assert peer.connector.state(unknown).digest is None
    if peer.connector.capability.can_restore:
        assert peer.connector.unhide(unknown).result is Result.GONE


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_odd_texts_come_as_the_platform_keeps_them(peer: Peer, text: str) -> None:
    try:
        comment_id = peer.comment(peer.post("A post."), text)
    except RefusedError:
        pytest.skip("the platform takes no such text")
    comment = drain(peer.connector).comments[comment_id]
    assert comment.text == safe_text(peer.stored(comment_id))
    assert peer.connector.state(comment_id).digest in (comment.digest, None)


def test_a_check_of_a_good_page_changes_nothing(peer: Peer) -> None:
    comment_id = peer.comment(peer.post("A post."), "Still here.")
    assert isinstance(peer.connector.check(), Checked)
    assert drain(peer.connector).comments[comment_id].state is State.VISIBLE


def test_what_the_page_says_about_itself_is_read_where_the_platform_shows_it(peer: Peer) -> None:
    about = peer.connector.check().about
    if why := NO_ABOUT.get(peer.connector.platform):
        assert about is None, f"take it out of NO_ABOUT, where it says: {why}"
    else:
        assert isinstance(about, str)


def test_an_unreachable_page_is_an_error_that_names_it(peer: Peer) -> None:
    cursor = drain(peer.connector).cursor
    peer.cut_off()
    with pytest.raises(ConnectorError, match=peer.page) as caught:
        peer.connector.fetch(cursor)
    assert not peer.secret or peer.secret not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_an_unreachable_page_hides_nothing_and_says_so(peer: Peer) -> None:
    comment_id = peer.comment(peer.post("A post."), "Out of reach.")
    peer.cut_off()
    outcome = peer.connector.hide(comment_id)
    can = peer.connector.capability.can_hide
    assert outcome.result in ((Result.RETRY, Result.UNKNOWN) if can else (Result.UNSUPPORTED,))
    assert not peer.secret or peer.secret not in outcome.detail


def test_a_revoked_credential_is_an_error_not_an_empty_page(peer: Peer) -> None:
    if not peer.secret:
        pytest.skip("the platform has no credential")
    peer.comment(peer.post("A post."), "Still here.")
    peer.revoke()
    with pytest.raises(UnauthorizedError, match=peer.page) as caught:
        peer.connector.fetch(None)
    assert peer.secret not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_connecting_reads_no_secret(peer: Peer) -> None:
    module = importlib.import_module(f"connectors.{peer.connector.platform}")
    connector = module.connect(peer.page, module.Settings.model_validate(peer.settings), means(UnreadSecret()))
    assert connector.platform == peer.connector.platform


def test_an_unknown_key_of_the_page_is_refused(peer: Peer) -> None:
    module = importlib.import_module(f"connectors.{peer.connector.platform}")
    with pytest.raises(ValidationError, match="colour"):
        module.Settings.model_validate({**peer.settings, "colour": "blue"})


def test_every_key_of_the_page_is_described(module: ModuleType) -> None:
    assert [name for name, key in module.Settings.model_fields.items() if not key.description] == []


def test_a_hide_that_the_platform_cannot_do_is_never_a_success(peer: Peer) -> None:
    if peer.connector.capability.can_hide:
        pytest.skip("the platform can")
    comment_id = peer.comment(peer.post("A post."), "A person has to see to this.")
    outcome = peer.connector.hide(comment_id)
    assert outcome.result is Result.UNSUPPORTED
    assert outcome.detail
    assert drain(peer.connector).comments[comment_id].state is State.VISIBLE


def test_a_restore_that_the_platform_cannot_do_is_never_a_success(peer: Peer) -> None:
    if peer.connector.capability.can_restore:
        pytest.skip("the platform can")
    comment_id = peer.comment(peer.post("A post."), "A person has to see to this.")
    assert peer.connector.unhide(comment_id).result is Result.UNSUPPORTED


def test_no_credential_is_ever_logged(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    if not peer.secret:
        pytest.skip("the platform has no credential")
    comment_id = peer.comment(peer.post("A post."), "A whole round.")
    with caplog.at_level(logging.DEBUG):
        drain(peer.connector)
        peer.connector.check()
        peer.connector.hide(comment_id)
        peer.connector.unhide(comment_id)
        peer.revoke()
        with pytest.raises(ConnectorError) as caught:
            peer.connector.fetch(None)
    told = "".join([caplog.text, *traceback.format_exception(caught.value)])
    assert [part for part in secret_parts(peer.secret) if part in told] == []


def test_a_spent_budget_stops_a_fetch_before_anything_is_sent(peer: Peer) -> None:
    module = importlib.import_module(f"connectors.{peer.connector.platform}")
    limits = getattr(module, "limits", ())
    if not limits:
        pytest.skip("the platform has no limit")
    purse = Purse({limit.kind: 0 for limit in limits}, wait=321.0)
    spent = module.connect(peer.page, module.Settings.model_validate(peer.settings), means(peer.secret, purse))
    with pytest.raises(BudgetSpentError) as caught:
        spent.fetch(None)
    assert caught.value.retry_after == 321.0


def backfilled(peer: Peer, since: datetime) -> list[str]:
    """The ids of older comments, asked for until there are no more."""
    if not hasattr(peer.connector, "backfill"):
        pytest.skip("the platform lists no older comments")
    found: list[str] = []
    cursor = None
    for _ in range(100):
        batch = peer.connector.backfill(since, cursor)
        found += [comment.platform_id for comment in batch.comments]
        cursor = batch.cursor
        if not batch.more:
            return found
    raise AssertionError("a hundred fetches, and there is still more")


def test_a_backfill_brings_what_was_posted_since_and_ends(peer: Peer) -> None:
    post_id = peer.post("A post.")
    ids = {peer.comment(post_id, f"comment {n}") for n in range(30)}
    assert ids <= set(backfilled(peer, peer.now() - timedelta(days=1)))


def test_a_backfill_leaves_out_what_is_older_than_was_asked_for(peer: Peer) -> None:
    peer.comment(peer.post("A post."), "Yesterday's news.")
    assert backfilled(peer, peer.now() + timedelta(days=1)) == []


def test_a_spent_budget_stops_a_backfill_before_anything_is_sent(peer: Peer) -> None:
    module = importlib.import_module(f"connectors.{peer.connector.platform}")
    limits = getattr(module, "limits", ())
    if not limits or not hasattr(peer.connector, "backfill"):
        pytest.skip("the platform has no limit, or lists no older comments")
    purse = Purse({limit.kind: 0 for limit in limits}, wait=321.0)
    spent = module.connect(peer.page, module.Settings.model_validate(peer.settings), means(peer.secret, purse))
    with pytest.raises(BudgetSpentError) as caught:
        spent.backfill(peer.now() - timedelta(days=1), None)
    assert caught.value.retry_after == 321.0


def test_every_limit_is_described(module: ModuleType) -> None:
    limits: tuple[Limit, ...] = getattr(module, "limits", ())
    assert len({limit.kind for limit in limits}) == len(limits)
    for limit in limits:
        assert limit.meaning.endswith(".")
        assert 0 <= limit.reserved < limit.most


def test_whoever_has_a_credential_says_how_a_person_gets_it(peer: Peer) -> None:
    if not peer.secret:
        pytest.skip("the platform has no credential")
    authorisation = importlib.import_module(f"connectors.{peer.connector.platform}").authorisation
    assert isinstance(authorisation, Authorisation)
    assert all(step.endswith(".") for step in authorisation.steps)
    assert authorisation.asks
    assert not authorisation.plain or len(authorisation.asks) == 1
    assert all(scope.allows for scope in authorisation.scopes)
    if authorisation.way is not Way.PASTE:
        assert authorisation.token_url
        assert "client_id" in {ask.name for ask in authorisation.asks}
        assert authorisation.authorise_url or authorisation.device_url


def test_the_module_says_what_the_platform_can_do(module: ModuleType) -> None:
    capability = module.capability
    assert isinstance(capability, Capability)
    assert isinstance(capability.hide_scope, HideScope)
    assert capability.proved
    sentences = (*capability.side_effects, *capability.hide_steps, *capability.restore_steps)
    assert [each for each in sentences if not each.endswith(".")] == []


def test_the_tests_that_it_says_it_was_proved_by_are_there(module: ModuleType) -> None:
    name, proved = module.__name__, module.capability.proved
    tests = Path(__file__).parent.parent
    evidence = {
        "make e2e": [each for each in (tests / "e2e").glob("test_*.py") if _tells_of(each, name)],
        "simulat": [each for each in (tests / "connectors").glob("peer_*.py") if _tells_of(each, name, "simulators")],
        "compared with recorded traffic": [
            each for each in (tests / "connectors").glob("test_*.py") if _tells_of(each, name, "OFRECORD_MATERIAL")
        ],
        "contract": [tests / "connectors" / f"peer_{module.__name__.partition('.')[2]}.py"],
    }
    claimed = [words for words in evidence if words in proved]
    assert claimed, "it names none of the kinds of test that there are"
    assert [words for words in claimed if not evidence[words]] == []
    real = "make e2e" in proved or "takes part" in proved or "page itself" in proved
    assert real or "no real" in proved or "not tried" in proved, "say that nobody tried it on the real platform"


def _tells_of(test: Path, *names: str) -> bool:
    text = test.read_text(encoding="utf-8")
    return all(name in text for name in names)


def test_what_the_module_says_fits_together(module: ModuleType) -> None:
    capability: Capability = module.capability
    assert capability.can_hide == (capability.coverage is Coverage.MODERATED)
    assert capability.hide_is_reversible or not capability.can_restore
    if not capability.can_hide and capability.coverage is not Coverage.CHECKLIST:
        assert capability.hide_steps, "a person needs the steps"


def test_no_connector_can_destroy_a_comment_or_act_against_its_author(peer: Peer) -> None:
    names = {name for name, _ in inspect.getmembers(peer.connector, callable)}
    forbidden = ("delete", "remove", "trash", "block", "ban", "mute", "report")
    assert [name for name in names if name.strip("_").split("_")[0] in forbidden] == []
