"""What a classifier's own keys in the configuration are described with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo


class ClassifierSettings(BaseModel):
    """The keys of a classifier's table, apart from those that every one has."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _beside_the_configuration(path: Path, info: ValidationInfo) -> Path:
    base: Path | None = (info.context or {}).get("folder")
    return path if base is None else base / path.expanduser()


Beside = Annotated[Path, AfterValidator(_beside_the_configuration)]
"""A path; a relative one starts at the folder of the configuration."""
