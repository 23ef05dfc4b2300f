"""Texts that are hard on a reader: what the hypothesis suite and the fuzz run are both made of."""

from __future__ import annotations

import base64
import random

KILOBYTE = 1024

PIECES = (
    # plain letters and words that rules begin with
    "a ", "a.", "@a", "'a", '"a', "ab,", "fuck ", "f*ck ", "f**k.", "f u c k ", "f(u)ck ", "fu ", "motherf-",
    "a$$", "s h i t",
    "i will ", "i will a b ", "kill ", "i'm going to ", "shoot the ", "should be ", "someone should ",
    "you are ", "You are Ab, ",
    "Shut up Brenda ", "my a ", "that ", "the ", "hope you ", "i want to ", "world is better ", "next a ",
    "know where ", "te voy a ",
    "eres un ", "quiero ", "a la ", "vive en la calle a ", "dr a ", "make $1,1", "earn $1 per ",
    "recover my a ", "widow ", "account is ",
    "(ab) ", "15 year old ", "son named Al ", "Ann Bell ", "1 N Maple ", "5 Ab ", "lives at 1 ", "plate A1",
    "555-", "5-", "5 ", "4111 ",
    "a.b@a.b.c.", "a@", "http://", "www.a ", "https://a b ", "t.me/", "no ", "not ", "he said ", '"', "'",
    "*", "-", "_", "~", "$", "!", "?!",
    ". ", "\n", "\t", " ", "  ", "5", "0x41", "A", "haha", "lol ",
    # other scripts, look-alikes, and what joins or turns text
    "привет ", "п", "مرحبا ", "ع", "漢", "ก", "שלום ", "аbсδ", "ＦＵＣＫ", "𝓯𝓾", "🅵🆄", "🇫🇺🇨🇰", "ﷺ", "ß", "İ", "ŉ",
    "ñ", "n\u0303", "\u1100\u1161\u11a8",
    "😀", "👍🏽", "👨‍👩‍👧", "🖕", "e\u0301", "\u0301", "f\u0301\u0302\u0303", "\u0f71\u0f72", "\u200b", "\u200d",
    "\u00ad", "\ufeff", "\u2060", "\u202e",
    "\u202c", "\u2066", "\U000e0041", "\u3164", "\x00", "\x07", "\x1b[2J", "\x7f", "\x85", "\u2028", "\ufffd",
    "\ud800", "\udfff", "\U0010ffff",
    # code, and what bombs are made of
    "<a href=\"", "<script>", "{\"a\":[", "((((", "[[[[", "\\", "%00", "../", "';--", "${", "(a+)+",
    "(?:a|a)*", "aaaaaaaaaaaaaaaaaaaaaaaa!",
)  # fmt: skip
"""Each is tried alone, repeated to 64 kB, and mixed with others."""


def repeated(piece: str, length: int) -> str:
    """`piece` again and again, `length` characters in all, with an end that keeps a greedy pattern from matching."""
    return (piece * (length // len(piece) + 1))[:length] + "\x01x"


def encoded(size: int) -> str:
    """Base64 of `size` bytes that are always the same."""
    return base64.b64encode(random.Random(5).randbytes(size)).decode()


def mixture(chance: random.Random, length: int) -> str:
    """A text of up to `length` characters of some pieces: runs of one, and of several in turn."""
    chosen = chance.sample(PIECES, chance.randint(1, 6))
    text = ""
    while len(text) < length:
        some = chance.choices(chosen, k=chance.randint(1, 4))
        text += "".join(some) * chance.choice((1, 1, 2, 8, 200))
    return text[:length]
