"""Finding connectors by their platform's name, and opening the one of a page."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from types import ModuleType
from typing import Any, Protocol, cast

from pydantic import BaseModel, ValidationError

import connectors
from bot.budget import Meter
from bot.config import ConfigError, Loaded, Page, explain, keys_at
from bot.moments import utc_now
from bot.page_secret import PageSecret
from connectors._authorisation import Authorisation
from connectors._covered import COVERED
from connectors._library import MissingLibraryError
from connectors._limits import Limit
from connectors.base import Budget, Capability, Connector, Means, Secret

_NOT_PLATFORMS = {"base"}


class _Platform(Protocol):
    """What a connector module offers; see `connectors.base.Connector`."""

    Settings: type[BaseModel]
    capability: Capability

    def connect(self, page: str, settings: BaseModel, means: Means) -> Connector: ...


@dataclass(frozen=True, slots=True)
class Platform:
    """A connector that is installed."""

    name: str
    summary: str
    """The first line of its documentation."""
    capability: Capability
    """Of a platform that another module covers: that module's."""
    limits: tuple[Limit, ...] = ()
    """What it allows in a time."""
    covered_by: tuple[str, ...] = ()
    """The modules that cover a platform which has none of its own, the first one first."""

    def as_json(self) -> dict[str, Any]:
        """The form of ``ofrecord platforms --json``."""
        return {
            "platform": self.name,
            "summary": self.summary,
            "covered_by": self.covered_by,
            **asdict(self.capability),
            "proved": self.proved,
        }

    @property
    def proved(self) -> str:
        """How it was proved; of a name that is covered: that it was not, and how what covers it was."""
        if not self.covered_by:
            return self.capability.proved
        return f"nothing of {self.name} itself took part; {self.covered_by[0]}: {self.capability.proved}"


def names() -> list[str]:
    """The platforms that can be named in the configuration."""
    found = (module.name for module in pkgutil.iter_modules(connectors.__path__))
    return sorted(name for name in found if name not in _NOT_PLATFORMS and not name.startswith("_"))


def platforms() -> Iterator[Platform]:
    """Every installed connector with its capabilities, and then every name that one of them covers."""
    known = names()
    for name in known:
        module = _module(name)
        summary = (module.__doc__ or "").strip().partition("\n")[0]
        yield Platform(name, summary, module.capability, getattr(module, "limits", ()))
    for each in COVERED:
        if by := tuple(name for name in each.by if name in known):
            yield Platform(each.name, each.why, _module(by[0]).capability, covered_by=by)


class PageNameError(Exception):
    """No page, or more than one, is meant by the name that a person gave; the message lists them."""


def page_named(config: Loaded, name: str) -> str:
    """Find the page that a person means: by its name, or by its platform where that has only one.

    Raises:
        PageNameError: when there is none, or more than one.
    """
    if name in config.pages:
        return name
    pages = [each for each, page in config.pages.items() if page.platform == name]
    if len(pages) == 1:
        return pages[0]
    if pages:
        raise PageNameError(f"{name} has several pages; name one of them: {', '.join(pages)}")
    known = ", ".join(config.pages) or "none"
    raise PageNameError(f"{name} is neither a page nor the platform of one in {config.path.name}; pages are {known}")


def meter(config: Loaded, name: str, now: Callable[[], datetime] = utc_now) -> Meter:
    """Give the budget of the page `name`: what its platform allows, or less where the configuration says so.

    Raises:
        ConfigError: when the platform is unknown, or a cap fits none of its limits.
    """
    page = config.pages[name]
    limits: tuple[Limit, ...] = getattr(_platform(config, name), "limits", ())
    caps, problems = {}, []
    for kind, cap in page.budget.caps.items():
        limit = next((each for each in limits if each.kind == kind), None)
        place = f"pages.{name}.budget.{kind}"
        if limit is None:
            known = ", ".join(each.kind for each in limits) or "none"
            problems.append(f"{place}: unknown limit; known are {known}")
        elif isinstance(cap, bool) or not isinstance(cap, int | float) or cap < 0:
            problems.append(f"{place}: give a number, 0 or more")
        else:
            caps[kind] = round(cap * 1_000_000) if limit.money else int(cap)
    if problems:
        raise ConfigError(config.path, problems)
    return Meter(name, limits, caps, page.budget.account, now)


def connect(config: Loaded, name: str, budget: Budget | None = None, secret: Secret | None = None) -> Connector:
    """Open the connector of the page `name`. Its secret is read at the first call that needs it.

    Args:
        config: the configuration.
        name: the page's name in it.
        budget: what the page may use; None leaves that uncounted.
        secret: its credential; None for the one in the page's secret file.

    Raises:
        ConfigError: when the platform is unknown, its library is not installed, or the page's own keys do not fit it.
    """
    page = config.pages[name]
    module = _platform(config, name)
    settings = _settings(config, name, page, module.Settings)
    means = Means(secret or secret_of(config, name), budget or meter(config, name))
    try:
        return module.connect(name, settings, means)
    except MissingLibraryError as error:
        raise ConfigError(config.path, [f"pages.{name}.platform: {error}"]) from error


def secret_of(config: Loaded, name: str) -> PageSecret:
    """Give the credential of the page `name`, unread."""
    return PageSecret(name, config.pages[name].secret_file, config.path.parent)


def authorisation_of(config: Loaded, name: str) -> tuple[Authorisation | None, dict[str, Any]]:
    """How a person gets the credential of the page `name`, and the page's own keys, for the addresses in it.

    Raises:
        ConfigError: when the platform is unknown or the page's own keys do not fit it.
    """
    module = _platform(config, name)
    settings = _settings(config, name, config.pages[name], module.Settings)
    return getattr(module, "authorisation", None), settings.model_dump()


def _platform(config: Loaded, name: str) -> _Platform:
    platform = config.pages[name].platform
    if platform not in names():
        raise ConfigError(config.path, [f"pages.{name}.platform: {_unknown(platform)}"])
    return cast("_Platform", _module(platform))


def _unknown(platform: str) -> str:
    for each in COVERED:
        if each.name == platform:
            return f"{each.why} Give platform = {' or '.join(each.by)} instead"
    return f"{platform} is not known; known are {', '.join(names())}"


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
