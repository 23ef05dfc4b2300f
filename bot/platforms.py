"""Finding connectors by their platform's name, and opening the one of a page."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from types import ModuleType
from typing import Any, Protocol, cast

from pydantic import BaseModel, ValidationError

import connectors
from bot.config import ConfigError, Loaded, Page, explain, keys_at
from bot.secret_files import SecretError, read_secret
from connectors.base import Capability, Connector, UnauthorizedError

_NOT_PLATFORMS = {"base"}


class _Platform(Protocol):
    """What a connector module offers; see `connectors.base.Connector`."""

    Settings: type[BaseModel]
    capability: Capability

    def connect(self, page: str, settings: BaseModel, secret: Callable[[], str]) -> Connector: ...


@dataclass(frozen=True, slots=True)
class Platform:
    """A connector that is installed."""

    name: str
    summary: str
    """The first line of its documentation."""
    capability: Capability

    def as_json(self) -> dict[str, Any]:
        """The form of ``ofrecord platforms --json``."""
        return {"platform": self.name, "summary": self.summary, **asdict(self.capability)}


def names() -> list[str]:
    """The platforms that can be named in the configuration."""
    found = (module.name for module in pkgutil.iter_modules(connectors.__path__))
    return sorted(name for name in found if name not in _NOT_PLATFORMS and not name.startswith("_"))


def platforms() -> Iterator[Platform]:
    """Every installed connector with its capabilities."""
    for name in names():
        module = _module(name)
        yield Platform(name, (module.__doc__ or "").strip().partition("\n")[0], module.capability)


def connect(config: Loaded, name: str) -> Connector:
    """Open the connector of the page `name`. Its secret is read at the first call that needs it.

    Raises:
        ConfigError: when the platform is unknown or the page's own keys do not fit it.
    """
    page = config.pages[name]
    if page.platform not in names():
        known = ", ".join(names())
        raise ConfigError(config.path, [f"pages.{name}.platform: {page.platform} is not known; known are {known}"])
    module = cast("_Platform", _module(page.platform))
    return module.connect(name, _settings(config, name, page, module.Settings), _secret(config, name, page))


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"connectors.{name}")


def _settings(config: Loaded, name: str, page: Page, schema: type[BaseModel]) -> BaseModel:
    shared = {"url": page.url} if "url" in schema.model_fields else {}
    try:
        return schema.model_validate({**shared, **page.options}, context={"folder": config.path.parent})
    except ValidationError as error:
        known = [*keys_at(Page, ()), *schema.model_fields]
        raise ConfigError(
            config.path, [explain(each, f"pages.{name}", lambda _: known) for each in error.errors()]
        ) from None


def _secret(config: Loaded, name: str, page: Page) -> Callable[[], str]:
    def read() -> str:
        if page.secret_file is None:
            raise UnauthorizedError(f"Page {name} has no credential; set pages.{name}.secret_file.")
        try:
            return read_secret(page.secret_file, config.path.parent)
        except SecretError as error:
            raise UnauthorizedError(f"Page {name}: {error}") from error

    return read
