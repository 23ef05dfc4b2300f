"""A Department's own model behind an address: comments out as JSON, scores back, nothing believed unchecked.

How a question and an answer look is in docs/reference/http-classifier.md. This module has no network: it is handed a
function that carries one question to the server and brings the answer back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter, ValidationError

from models.comment import safe_text
from models.language import language_of
from models.loopback import is_loopback
from models.score import Category, Item, Score, ScoringError, Target
from models.settings import ClassifierSettings
from models.target import IN_WORDS, target_of
from models.text import normalise

T = TypeVar("T")

HIGHEST = {Category.OBSCENITY: 0.96, Category.SLUR: 0.89}
"""The most that is believed of what a rule may hide for: below the default rules (docs/decisions/0029)."""
_URL = TypeAdapter(HttpUrl)
_PERSONS = frozenset({Target.COMMENTER, Target.PRIVATE_PERSON})
_LONGEST_REASON = 300
_MOST_FINDINGS = 20


def _address(url: str) -> str:
    """Refuse an address over which comments or the token could be read on the way, or that holds a credential."""
    parts = _URL.validate_python(url)
    if parts.username or parts.password or parts.fragment:
        raise ValueError("give the address without a user, a password or a #; a token goes into secret_file")
    if parts.scheme != "https" and not is_loopback((parts.host or "").strip("[]")):
        raise ValueError("give an address with https; http only for a server on this machine")
    return url


class Ask(Protocol):
    """Carries a question to the server."""

    def __call__(self, question: bytes, read: Callable[[bytes], T]) -> T:
        """Give what `read` makes of the answer. An answer that it refuses counts as a failure of the server.

        Raises:
            ScoringError: when no answer can be had, or `read` raised it.
        """
        ...


class Settings(ClassifierSettings):
    """The keys of the table of a Department's own model, asked over HTTP."""

    url: Annotated[str, AfterValidator(_address)] = Field(
        description="Where the model is asked; https, or http for a server on this machine."
    )
    model: str = Field(
        pattern=r"^[A-Za-z0-9._:+-]{1,60}$",
        description="Name and version of the model, such as attack-3; an answer of another one is refused.",
    )
    categories: tuple[Category, ...] = Field(
        min_length=1, description="What the model scores; anything else is refused."
    )
    secret_file: str | None = Field(
        default=None, description="File with a token, mode 0600, sent as Authorization: Bearer; or credential:NAME."
    )
    at_once: int = Field(default=32, ge=1, le=256, description="How many comments one question holds at most.")
    timeout_seconds: float = Field(
        default=10, gt=0, le=60, description="How long one answer may take, to its last byte."
    )
    failures: int = Field(
        default=5, ge=1, le=100, description="After so many failures on end it is left alone a while."
    )
    pause_seconds: float = Field(default=60, gt=0, le=3600, description="How long it is left alone.")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Finding(_Table):
    category: Category
    value: float = Field(ge=0, le=1, allow_inf_nan=False)
    why: str = Field(default="", max_length=_LONGEST_REASON)
    span: tuple[int, int] | None = None
    target: Target | None = None


class _Answer(_Table):
    model: str
    scores: list[Annotated[list[_Finding], Field(max_length=_MOST_FINDINGS)]]


class Remote:
    """Asks the Department's own model, so many comments at a time. It never reaches the value at which a rule may hide.

    One finding that is not as documented refuses the whole answer: who gets a part wrong may have the rest wrong.
    """

    name = "remote"

    def __init__(self, ask: Ask, model: str, categories: Sequence[Category], at_once: int = 32) -> None:
        """Nothing is asked yet.

        Args:
            ask: carries a question to the server.
            model: the name and version that every answer must give.
            categories: what the model may score.
            at_once: how many comments one question holds at most.
        """
        self._ask = ask
        self._model = model
        self.categories = tuple(categories)
        self._at_once = at_once
        self.version = f"1+{model}"

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        """Give what the model finds in each item.

        Raises:
            ScoringError: when the server does not answer, or not as documented.
        """
        found: list[list[Score]] = []
        for at in range(0, len(items), self._at_once):
            some = items[at : at + self._at_once]
            found += self._ask(question(some), partial(self._read, some))
        return found

    def _read(self, items: Sequence[Item], content: bytes) -> list[list[Score]]:
        try:
            answer = _Answer.model_validate_json(content)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise ScoringError(
                f"The own model's answer is not as documented: {place[:80]!a} {first['msg'][:200]}."
            ) from None
        if answer.model != self._model:
            raise ScoringError(
                f"The own model's answer is of {answer.model[:60]!a}; the configuration says {self._model}."
            )
        if len(answer.scores) != len(items):
            raise ScoringError(
                f"The own model was asked about {len(items)} comments and answered about {len(answer.scores)}."
            )
        return [list(self._scores(*each)) for each in zip(items, answer.scores, strict=True)]

    def _scores(self, item: Item, findings: Sequence[_Finding]) -> Iterator[Score]:
        for each in findings:
            if each.category not in self.categories:
                raise ScoringError(f"The own model scored {each.category}, which remote.categories does not name.")
            if each.span is not None and not 0 <= each.span[0] < each.span[1] <= len(item.text):
                raise ScoringError(f"The own model's evidence {list(each.span)} lies outside of the text.")
            if not each.why.isprintable():
                raise ScoringError("The own model's reason holds characters that cannot be shown.")
            yield _score(item, each)


def question(items: Sequence[Item]) -> bytes:
    """The question about some comments, as JSON."""
    return json.dumps({"comments": [_asked(each) for each in items]}, ensure_ascii=True).encode()


def _asked(item: Item) -> dict[str, Any]:
    """A comment as it is asked about. A lone surrogate goes out as U+FFFD: places stay the same."""
    return {
        "text": safe_text(item.text),
        "post": None if item.post is None else safe_text(item.post),
        "ancestors": [safe_text(each) for each in item.ancestors],
        "scope": item.scope,
        "language": language_of(item.text),
    }


def _score(item: Item, found: _Finding) -> Score:
    value = round(min(found.value, HIGHEST.get(found.category, 1.0)), 4)
    target = _target(item, found) if found.category is Category.PERSONAL_ATTACK else None
    words = found.why or f"finds {found.category.replace('_', ' ')}"
    aimed = f", aimed at {IN_WORDS[target]}" if target else ""
    return Score(
        found.category,
        value,
        f"remote.{found.category}",
        f"The own model: {words} ({value:.0%}){aimed}.",
        found.span,
        target,
    )


def _target(item: Item, found: _Finding) -> Target:
    """Whom an attack is aimed at: as the model says, but what our rules read as criticism of officials stays that.

    A model that names a person has to show the words: without them it is not known whom they are aimed at.
    """
    ours = target_of(normalise(item.text), item, found.span)
    if found.target is None or ours is Target.OFFICIAL:
        return ours
    return Target.UNKNOWN if found.target in _PERSONS and found.span is None else found.target
