"""A Department's own words for the word list, as its configuration gives them, and what is refused among them."""

from __future__ import annotations

import difflib
import re
from datetime import date
from typing import Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from models import lexicon, viewpoint
from models.folding import fold
from models.lexicon import Tier
from models.settings import ClassifierSettings

_PLAIN = re.compile(r"[a-zñ]{2,40}(?: [a-zñ']{1,40}){0,9}")


class SignOff(ClassifierSettings):
    """Who allowed a word in writing."""

    by: str = Field(min_length=1, description="The attorney's name.")
    on: date = Field(description="Day of the sign-off.")


class Added(ClassifierSettings):
    """A word or phrase of the Department's own."""

    word: str = Field(description="In plain letters; disguised spellings are read by themselves.")
    tier: Tier = Field(description="strong and slur flag; mild never does alone.")
    approved: SignOff | None = Field(
        default=None,
        description="An attorney's sign-off; needed where the word names a stance, person, party, cause or people.",
    )

    @field_validator("word")
    @classmethod
    def _plain(cls, word: str) -> str:
        return fold(" ".join(word.split())).text

    @model_validator(mode="after")
    def _lawful(self, info: ValidationInfo) -> Self:
        what = viewpoint.named(self.word, (info.context or {}).get("names", ()))
        if what is not None and self.approved is None:
            raise ValueError(
                f'"{self.word}" names {viewpoint.IN_WORDS[what.kind]} ("{what.word}"), and a page may not filter by '
                "viewpoint; take it out, or record who answers for it: "
                'approved = { by = "City Attorney …", on = 2026-11-02 }'
            )
        if not _PLAIN.fullmatch(self.word):
            raise ValueError(
                f'"{self.word}" is not a word or phrase of letters; write it plainly, disguises of it are read'
            )
        return self


class OwnWords(ClassifierSettings):
    """The keys of the word list's table."""

    add: tuple[Added, ...] = Field(
        default=(),
        description="Own words: { word, tier, approved = { by, on } }; what needs approved is refused without.",
    )
    remove: tuple[str, ...] = Field(default=(), description="Words of the shipped list that are not looked for.")

    @field_validator("remove")
    @classmethod
    def _listed(cls, remove: tuple[str, ...]) -> tuple[str, ...]:
        words = lexicon.load()
        known = {*words.tiers, *(" ".join(phrase) for phrase in words.phrases)}
        plain = tuple(fold(" ".join(word.split())).text for word in remove)
        for word in plain:
            if word not in known:
                near = difflib.get_close_matches(word, known, n=1)
                raise ValueError(
                    f'"{word}" is not on the shipped list' + (f'; did you mean "{near[0]}"?' if near else "")
                )
        return plain
