"""Text from strangers, as it can be shown on a terminal: whatever a terminal might obey is written out."""

from __future__ import annotations

from collections.abc import Iterator

from models.comment import safe_text


def visible(text: str) -> str:
    r"""Give `text` with everything that does not print, but for line ends, written as in a Python string.

    So a colour sequence is ``\x1b[31m``, a right-to-left override ``\u202e``, a zero-width space ``\u200b``.
    """
    return "".join(pieces(text))


def pieces(text: str) -> Iterator[str]:
    """One piece for each character of `text`: itself, or how it is written out."""
    return (each if each.isprintable() or each == "\n" else _written(each) for each in safe_text(text))


def _written(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
