from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from models.comment import Author, Comment, Key, Media, Post, safe_text

COMMENT = Comment(
    page="town",
    platform_id="7",
    post_id="1",
    author=Author("Ann Visitor"),
    text="Thank you!",
    created=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
)
ANY_TEXT = st.text(st.characters())


def test_the_key_is_the_page_and_the_platforms_id() -> None:
    assert COMMENT.key == Key("town", "7")


def test_another_text_is_another_digest() -> None:
    assert replace(COMMENT, text="Thank you").digest != COMMENT.digest


def test_another_attachment_is_another_digest() -> None:
    assert replace(COMMENT, media=(Media("m1", "image"),)).digest != COMMENT.digest


def test_the_order_and_the_address_of_attachments_do_not_change_the_digest() -> None:
    one = replace(COMMENT, media=(Media("a", "image", "https://x/1"), Media("b", "image")))
    other = replace(COMMENT, media=(Media("b", "image"), Media("a", "image", "https://y/2")))
    assert one.digest == other.digest


def test_a_new_name_or_state_does_not_change_the_digest() -> None:
    assert replace(COMMENT, author=Author("Ann V."), permalink="https://x").digest == COMMENT.digest


def test_the_digest_is_that_of_the_canonical_json() -> None:
    assert COMMENT.digest == "bdf7cff39e82851243fc09cc52a1876a6a631fd42e1aa12192cbf6dee651345e"


@given(ANY_TEXT)
def test_any_text_can_be_kept_written_and_digested(text: str) -> None:
    comment = replace(COMMENT, text=text, author=Author(text))
    assert comment.text.encode().decode() == comment.text
    assert comment.author.name == safe_text(text)
    assert len(comment.digest) == 64


@given(ANY_TEXT)
def test_a_text_that_can_be_written_is_kept_as_it_is(text: str) -> None:
    once = safe_text(text)
    assert safe_text(once) == once
    assert len(once) == len(text)


def test_a_lone_surrogate_becomes_the_replacement_character() -> None:
    assert Post("town", "1", "a\ud800b").text == "a\ufffdb"
