"""Characters that hide or reorder text are shown; the rest of the text is left as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.visible import mark, name_of, pieces, visible


@pytest.mark.parametrize("char", ["\u202e", "\u200b", "\u2066", "\x00", "\x1b", "\u00ad", "\ufeff", "\u2028", "\u3164"])
def test_an_unseen_character_becomes_a_mark(char: str) -> None:
    assert visible(f"a{char}b") == f"a⟦U+{ord(char):04X}⟧b"


@pytest.mark.parametrize("text", ["plain", "two\nlines\tand a tab", "a\r\nb", "👨‍👩‍👧", "می‌خواهم", "¿Qué?", "🇺🇸"])
def test_text_that_can_be_read_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_a_joiner_between_latin_letters_is_an_attempt_to_hide() -> None:
    assert visible("f\u200dk") == "f⟦U+200D⟧k"


def test_a_mark_names_its_character() -> None:
    assert name_of(mark("\u202e")) == "right-to-left override"


@given(st.text())
def test_no_piece_of_plain_text_holds_a_control_character(text: str) -> None:
    plain = "".join(piece for unseen, piece in pieces(text) if not unseen)
    assert not set(plain) & {"\x00", "\x07", "\x1b", "\u200b", "\u202e", "\u2066"}


@given(st.text())
def test_nothing_of_a_text_is_lost(text: str) -> None:
    back = "".join(chr(int(piece[3:-1], 16)) if unseen else piece for unseen, piece in pieces(text))
    assert back == text
