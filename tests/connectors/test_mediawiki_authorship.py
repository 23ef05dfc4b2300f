"""What a comment on a wiki is: who wrote which lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from connectors.mediawiki.authorship import Authorship, changes
from connectors.mediawiki.history import BACK, History, Revision
from connectors.mediawiki.layout import put_back, without

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def revision(number: int, user: str, text: str | None, *tags: str, summary: str = "") -> Revision:
    return Revision(
        id=number,
        parent=number - 1,
        user=user,
        user_id=1,
        created=START + timedelta(minutes=number),
        summary=summary,
        summary_hidden=False,
        text=text,
        text_hidden=text is None,
        tags=frozenset(tags),
        fields={},
    )


def page(*steps: tuple[str, str | None] | Revision) -> Authorship:
    """A page from its first revision on: of each step the author and the whole text."""
    revisions = tuple(
        step if isinstance(step, Revision) else revision(number, *step) for number, step in enumerate(steps, 1)
    )
    return Authorship(History(1, "Talk:A", "A", revisions), "OfRecord")


def versions(authorship: Authorship, first: int) -> list[str]:
    remark = authorship.remark(first)
    return [each.text for each in remark.versions] if remark else []


def test_a_comment_is_what_a_revision_added() -> None:
    talk = page(("Ann", "one"), ("Ben", "one\n\ntwo"))
    assert (versions(talk, 1), versions(talk, 2)) == (["one"], ["two"])


def test_a_comment_between_others_is_what_was_added_there() -> None:
    talk = page(("Ann", "one\n\nthree"), ("Ben", "one\n\ntwo\n\nthree"))
    assert versions(talk, 2) == ["two"]


def test_an_edit_of_ones_own_words_is_a_version() -> None:
    talk = page(("Ann", "one"), ("Ben", "one\n\ntwo"), ("Ben", "one\n\ntwo, corrected"))
    assert versions(talk, 2) == ["two", "two, corrected"]
    assert talk.touched(2) == {2}


def test_a_further_remark_of_the_same_author_is_a_comment_of_its_own() -> None:
    talk = page(("Ann", "one"), ("Ann", "one\n\ntwo"))
    assert (versions(talk, 1), versions(talk, 2)) == (["one"], ["two"])


def test_a_changed_line_of_somebody_else_is_a_comment_of_whom_changed_it() -> None:
    talk = page(("Ann", "one is fine"), ("Ben", "one is a fool"))
    remark = talk.remark(2)
    assert remark is not None
    assert (versions(talk, 1), versions(talk, 2), remark.overwrote) == (["one is fine"], ["one is a fool"], True)


def test_moved_lines_stay_whose_they_were() -> None:
    talk = page(("Ann", "one\n\nlast"), ("Ben", "one\n\nlast\n\ntwo"), ("Zoe", "two\n\none\n\nlast"))
    assert talk.touched(2) == set()
    remark = talk.remark(2)
    assert remark is not None
    assert remark.in_page


def test_an_indented_line_stays_whose_it_was() -> None:
    talk = page(("Ann", "one"), ("Ben", "one\ntwo"), ("Zoe", "one\n:two"))
    assert talk.touched(2) == set()


def test_a_revert_brings_lines_back_to_their_author() -> None:
    talk = page(("Ann", "one\n\ntwo"), ("Ben", "one"), revision(3, "Zoe", "one\n\ntwo", "mw-undo"))
    assert talk.touched(2) == {1}
    remark = talk.remark(1)
    assert remark is not None
    assert remark.in_page
    assert talk.remark(3) is None


def test_words_that_are_written_anew_are_a_comment_of_whoever_wrote_them() -> None:
    talk = page(("Ann", "one\n\ntwo"), ("Ben", "one"), ("Zoe", "one\n\ntwo"))
    assert versions(talk, 3) == ["two"]


def test_what_ofrecord_does_is_no_comment() -> None:
    talk = page(("Ann", "one"), ("OfRecord", ""), ("OfRecord", "one"))
    assert (talk.touched(1), talk.touched(2)) == ({1}, {1})
    assert talk.remark(3) is None


def test_a_comment_knows_who_took_it_away() -> None:
    talk = page(("Ann", "one"), ("Ben", "one\n\ntwo"), ("Zoe", "one"))
    remark = talk.remark(2)
    assert remark is not None
    assert remark.removed is not None
    assert (remark.in_page, remark.removed.user) == (False, "Zoe")
    assert [each.id for each in remark.carriers] == [2]


def test_an_answer_names_the_nearest_comment_that_is_less_indented() -> None:
    talk = page(
        ("Ann", "one"), ("Ben", "one\n:two"), ("Ann", "one\n:two\n::three"), ("Zoe", "one\n:two\n::three\n:four")
    )
    parents = [remark.parent for first in (1, 2, 3, 4) if (remark := talk.remark(first))]
    assert parents == [None, 1, 2, 1]


def test_an_answer_does_not_reach_beyond_its_section() -> None:
    talk = page(("Ann", "one"), ("Ben", "one\n== New ==\n:two"))
    remark = talk.remark(2)
    assert remark is not None
    assert remark.parent is None


def test_nobody_is_given_what_an_unreadable_revision_may_have_brought() -> None:
    talk = page(("Ann", "one"), ("Ben", None), ("Zoe", "one\n\ntwo\n\nthree"), ("Ann", "one\n\ntwo\n\nthree\n\nfour"))
    assert talk.remark(3) is None
    assert versions(talk, 4) == ["four"]


def test_a_summary_is_a_comment_where_nothing_was_added() -> None:
    talk = page(("Ann", "one\n\ntwo"), revision(2, "Ben", "one", summary="what fools you are"))
    assert talk.touched(1) == {1, 2}
    assert versions(talk, 2) == [""]


def test_a_far_edit_of_ones_own_words_is_the_same_whenever_it_is_looked_at() -> None:
    """The window goes by the edit, not by the poll, or one edit would be taken down twice under two numbers."""
    between = [("Zoe", "one\n\n" + "\n\n".join(f"z{n}" for n in range(count + 1))) for count in range(BACK)]
    talk = page(("Ann", "one"), *between, ("Ann", "one!\n\n" + "\n\n".join(f"z{n}" for n in range(BACK))))
    last = len(talk.history.revisions) - 1
    assert talk.touched(last) == {1, last + 1}
    assert versions(talk, 1) == ["one"]
    assert versions(talk, last + 1) == ["one!"]


def test_a_huge_rewrite_takes_no_long_time() -> None:
    """Comparing these in order takes minutes: each line stands there a thousand times, in another place."""
    lines = [f"line {n % 100}" for n in range(100_000)]
    old, new = list(lines), list(lines)
    Random(1).shuffle(old)
    Random(2).shuffle(new)
    assert page(("Ann", "\n".join(old)), ("Ben", "\n".join(new))).touched(1) == set()


LINES = st.lists(st.sampled_from(["a", "b", "c", "", "d"]), max_size=12)


@given(LINES, LINES)
def test_the_changes_between_two_texts_lead_from_one_to_the_other(old: list[str], new: list[str]) -> None:
    result, at = list[str](), 0
    for a, b, c, d in changes(old, new):
        result += old[at:a] + new[c:d]
        at = b
    assert result + old[at:] == new


@given(LINES, LINES)
def test_lines_that_are_taken_out_can_be_put_back(above: list[str], below: list[str]) -> None:
    before = [*((line, None) for line in above), ("the words", 7), *((line, None) for line in below)]
    taken = without(before, 7)
    now = [(line, None) for line in taken.split("\n")] if above or below else []
    assert put_back(before, now, 7).strip("\n") == "\n".join(line for line, _ in before).strip("\n")


def test_words_return_to_where_they_stood_though_the_page_has_grown() -> None:
    before = [("one", None), ("bad", 7), ("two", None)]
    now = [("zero", None), ("one", None), ("two", None), ("three", None)]
    assert put_back(before, now, 7) == "zero\none\nbad\ntwo\nthree"
