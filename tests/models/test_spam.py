from __future__ import annotations

import pytest

from models.score import Item
from models.spam import Spam

SPAM = Spam()
FLAGS = 0.8


def value(text: str) -> float:
    return max((score.value for score in SPAM.score([Item(text)])[0]), default=0.0)


@pytest.mark.parametrize(
    "text",
    [
        "Earn $5000 weekly from home, WhatsApp +1 234 567 8900",
        "Dr Obinna herbs cured my illness",
        "You have been selected! Claim your free gift card http://bit.ly/xx",
        "Order now! 50% off http://shop.example",
        "Hot girls in your area",
        "He helped me recover my account contact hackerpro on instagram",
        "https://a.example/x https://a.example/x https://a.example/x",
        "follow my new channel " * 6,
    ],
)
def test_scams_and_adverts_flag(text: str) -> None:
    assert value(text) >= FLAGS


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for the link https://town.gov/agenda",
        "Beware of the scam: you have been selected, click here",
        "Bake sale on Saturday, order now at the church",
        "message me if you find my dog",
        "You make $90k a year to sit in parking lots",
        "My house is for sale because of the crime here",
        "no no no no no no no no",
        "help help help help help help help help",
        "sign up here for the citizens academy https://jpd.gov/academy",
        "justice for Ann! justice for Ann! justice for Ann!",
    ],
)
def test_ordinary_comments_do_not(text: str) -> None:
    assert value(text) < FLAGS


def test_one_weak_sign_is_not_enough() -> None:
    assert 0 < value("Check out my page") < FLAGS
