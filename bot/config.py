"""The one described schema of the configuration, and how a file becomes it.

Unknown keys are errors that name the path and the nearest known key. Nothing here reads a secret: a page's credential
is read by the program that uses it, at the moment it does.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.media_addresses import origin
from models.combine import How
from models.policy import DEFAULT_RULES, Approval, Life, Policy, Rule, Urgency, Verdict
from models.score import Category, Target

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")


class ConfigError(Exception):
    """The configuration cannot be used. `problems` holds one line each, with the path of the key and the next step."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        """Join the problems under the file's name."""
        self.path = path
        self.problems = problems
        super().__init__("\n".join(f"{path.name}: {problem}" for problem in problems))


def _duration(value: object) -> object:
    match = re.fullmatch(r"(\d+)([smhd])", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('give a whole number and a unit, for example "90s", "15m", "72h" or "7d"')
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


Duration = Annotated[timedelta, BeforeValidator(_duration)]
"""A length of time as text: ``90s``, ``15m``, ``72h``, ``7d``."""


MediaType = Literal["image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "video/webm"]
"""What may be captured; see `bot.media_types`."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Department(_Table):
    """Who is speaking, in which time zone, and under which policy."""

    name: str = Field(min_length=1, description="The Department's name, as it signs its mail.")
    timezone: str = Field(description="IANA time zone of weeks, deadlines and displayed times.")
    languages: tuple[str, ...] = Field(
        default=("en",), description="Languages the classifiers were tested on; others are only queued."
    )
    other_languages: Literal["queue", "allow"] = Field(
        default="queue",
        description="A comment in another language in which nothing was found: queue for a person, or allow.",
    )
    scope: str = Field(
        default="",
        description="What the pages are for, in a sentence: off-topic is judged against it and the post.",
    )
    site: str = Field(default="", description="The official website, which each page is to link to (policy 5.04 A.1).")
    contact: tuple[str, ...] = Field(
        default=(), description="Telephone, e-mail or address of which each page is to show one (policy 5.04 A.3.b)."
    )
    policy_file: Path | None = Field(default=None, description="The written policy, kept with the configuration.")
    policy_version: str = Field(min_length=1, description="Version of the written policy that the rules carry out.")
    origin: str = Field(
        pattern=r"^[a-z0-9.-]+(/[a-z0-9._-]+)*$",
        description="The log's name for ever, such as pd.example.gov/moderation-log. Never change it.",
    )

    @model_validator(mode="after")
    def _known_timezone(self) -> Self:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError):
            raise ValueError(f'timezone "{self.timezone}" is not known; give one such as "America/Denver"') from None
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The Department's time zone."""
        return ZoneInfo(self.timezone)


class Store(_Table):
    """Where the record lies."""

    dir: Path = Field(description="Folder of the log, the media and the generated secrets. Back it up whole.")


class Media(_Table):
    """What is attached to comments: whether its bytes are captured too, and what is let through."""

    enabled: bool = Field(default=True, description="false records the addresses of attachments alone.")
    largest_mb: int = Field(default=25, ge=1, le=1024, description="A larger attachment is not captured.")
    store_gb: int = Field(
        default=20, ge=1, description="When all captured attachments together take so much, no more are fetched."
    )
    types: tuple[MediaType, ...] = Field(
        default=get_args(MediaType), description="What is captured, told by its first bytes."
    )
    own_servers: tuple[str, ...] = Field(
        default=(),
        description="Servers of your own that may lie in your own network, such as https://wiki.pd.example.gov.",
    )

    @model_validator(mode="after")
    def _servers(self) -> Self:
        for each in self.own_servers:
            if origin(each) is None or "@" in each or urlsplit(each)[2:] not in (("", "", ""), ("/", "", "")):
                raise ValueError(f'own_servers: "{each}" is not a server; give one such as "https://wiki.example.gov"')
        return self


class PageApproval(_Table):
    """The written approval of a page (policy 5.04 A.3.a)."""

    by: str = Field(min_length=1, description="The Chief of Police or their designee.")
    on: date = Field(description="Day of the approval.")
    policy: str = Field(min_length=1, description="Policy version that was approved.")


class PageBudget(_Table):
    """How much of what a platform allows may be used. The other keys are its limits, by name; money in dollars."""

    model_config = ConfigDict(extra="allow", frozen=True)

    account: str = Field(
        default="", description="Pages with the same account count together: they share one key on the platform."
    )

    @property
    def caps(self) -> dict[str, Any]:
        """The cap of each limit that has one."""
        return dict(self.model_extra or {})


class Page(_Table):
    """One official page. Keys that are not named here belong to the platform's connector."""

    model_config = ConfigDict(extra="allow", frozen=True)

    platform: str = Field(pattern=r"^[a-z][a-z0-9]*$", description="Name of the connector.")
    url: str = Field(default="", description="Address of the page, as a visitor opens it.")
    mode: Literal["shadow", "live", "paused"] = Field(
        default="shadow",
        description="shadow: hides nothing by itself; live: carries out the rules; paused: only queues.",
    )
    approval: PageApproval | None = Field(default=None, description="Without it the page is not touched at all.")
    secret_file: str | None = Field(
        default=None,
        description="File with the credential, mode 0600; or credential:NAME for a systemd credential.",
    )
    poll_every: Duration = Field(default=timedelta(seconds=60), description="Time between two polls.")
    budget: PageBudget = Field(
        default=PageBudget(), description="Less than the platform allows: a cap for each of its limits."
    )
    confirm_within: Duration = Field(
        default=timedelta(hours=72),
        description="A hide by the bot that no person confirms in this time is restored.",
    )
    act_within: Duration = Field(
        default=timedelta(days=7),
        description="Comments posted longer ago than this are never hidden by the bot.",
    )

    @property
    def options(self) -> dict[str, Any]:
        """The keys that belong to the platform's connector."""
        return dict(self.model_extra or {})


class RuleApproval(_Table):
    """Who let a rule hide by itself, and when."""

    by: str = Field(min_length=1, description="An attorney's or chief's name.")
    on: date = Field(description="Day of the approval.")


class RuleRow(_Table):
    """One row of the policy table."""

    name: str = Field(pattern=_NAME.pattern, description="Short name, cited in the log.")
    category: Category = Field(description="What the row is about.")
    targets: tuple[Target, ...] | None = Field(default=None, description="Only findings aimed at one of these.")
    at_least: float = Field(ge=0, le=1, description="Threshold of the score, 0 to 1.")
    verdict: Verdict = Field(description="allow, queue or hide.")
    urgency: Literal["low", "normal", "urgent"] = Field(default="normal", description="urgent also alerts a person.")
    clause: str = Field(default="", description="Clause of the written policy.")
    life: Life = Field(default=Life.AUTOMATIC, description="draft, shadow, queue-only or automatic.")
    waives: Category | None = Field(default=None, description="Category whose findings this row sets aside.")
    approved: RuleApproval | None = Field(default=None, description="A rule that hides needs it, else it queues.")

    @model_validator(mode="after")
    def _lawful(self) -> Self:
        if self.verdict is Verdict.HIDE and self.category not in (Category.OBSCENITY, Category.SLUR):
            raise ValueError(f'a rule about {self.category.value} may not hide; give verdict = "queue"')
        if self.verdict is not Verdict.ALLOW and not self.clause:
            raise ValueError("a rule that flags names its clause of the policy; give clause")
        if self.category is Category.CRITICISM and self.verdict is not Verdict.ALLOW:
            raise ValueError('criticism is protected; give verdict = "allow"')
        if self.waives not in (None, Category.PERSONAL_ATTACK, Category.OFF_TOPIC):
            raise ValueError('a rule may set aside "personal_attack" or "off_topic" only; give waives one of them')
        return self

    def rule(self) -> Rule:
        """The row as the policy evaluates it."""
        return Rule(
            name=self.name,
            category=self.category,
            at_least=self.at_least,
            verdict=self.verdict,
            clause=self.clause,
            urgency=Urgency[self.urgency.upper()],
            targets=frozenset(self.targets) if self.targets is not None else None,
            waives=self.waives,
            life=self.life,
            approved=Approval(self.approved.by, self.approved.on) if self.approved else None,
        )


class ClassifierTable(_Table):
    """Whether a classifier is in use. Keys that are not named here belong to the classifier."""

    model_config = ConfigDict(extra="allow", frozen=True)

    enabled: bool = Field(default=True, description="false leaves the classifier out.")

    @property
    def options(self) -> dict[str, Any]:
        """The keys that belong to the classifier."""
        return dict(self.model_extra or {})


class CombineTable(_Table):
    """How several classifiers' findings of one category are counted together; without it every score counts.

    A value never becomes larger than the largest that went into it. Classifiers that are not named stand beside it,
    except with `only`.
    """

    rule: How = Field(
        description="max, mean or all (the smallest) of their values; only: what others find is set aside."
    )
    of: tuple[str, ...] = Field(min_length=1, description="Names of classifiers in use.")


class Mail(_Table):
    """The mail server that summaries, alerts and referrals go through; or, for trying out, a folder."""

    host: str | None = Field(default=None, description="Name of the SMTP server.")
    folder: Path | None = Field(
        default=None, description="Instead of a server: a folder in which each message becomes an .eml file."
    )
    port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="none only for a server on this machine."
    )
    user: str | None = Field(default=None, description="Name to log in with; leave out where none is needed.")
    password_file: str | None = Field(default=None, description="File with the password, mode 0600.")
    sender: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", description="Address that the mail comes from.")
    reply_to: str | None = Field(default=None, description="A person who reads answers.")
    summary_to: tuple[str, ...] = Field(default=(), description="Who gets the weekly summary.")

    @model_validator(mode="after")
    def _one_way_out(self) -> Self:
        if (self.host is None) == (self.folder is None):
            raise ValueError("give host, or folder for trying out; one of the two")
        return self


class Alerts(_Table):
    """Who is told at once about threats, self-harm and private information."""

    to: tuple[str, ...] = Field(default=(), description="Addresses; a live page needs at least one.")


class Referral(_Table):
    """The role that takes over a matter."""

    role: str = Field(min_length=1, description="The role's name, as moderators see it.")
    to: tuple[str, ...] = Field(default=(), description="Addresses that get the notice.")


class Web(_Table):
    """The review application."""

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8400, ge=0, le=65535, description="Port to listen on.")
    url: str = Field(default="", description="Address that people open, for links in mail.")
    secure: bool = Field(default=True, description="true when people reach it by https; false only on this machine.")


Matter = Literal["tip", "help_needed", "complaint", "own_conduct"]


class Config(_Table):
    """Everything that one Department configures."""

    department: Department
    store: Store
    media: Media = Media()
    pages: dict[str, Page] = Field(default={}, description="The official pages, by a name that is never reused.")
    classifiers: dict[str, ClassifierTable] = Field(default={}, description="Classifiers, by name.")
    combine: dict[Category, CombineTable] = Field(default={}, description="How findings are counted, by category.")
    rules: tuple[RuleRow, ...] | None = Field(
        default=None, description="The policy table; the default one if left out."
    )
    mail: Mail | None = None
    alerts: Alerts = Alerts()
    referrals: dict[Matter, Referral] = Field(default={}, description="Who takes over which matter.")
    web: Web = Web()

    @model_validator(mode="after")
    def _names(self) -> Self:
        for name in self.pages:
            if not _NAME.fullmatch(name):
                raise ValueError(f'pages.{name}: a page\'s name is lower-case letters, digits and "-"')
        rows = [row.name for row in self.rules or ()]
        if twice := {name for name in rows if rows.count(name) > 1}:
            raise ValueError(f"rules: the name {min(twice)} is used twice")
        return self

    @property
    def policy(self) -> Policy:
        """The rules in force."""
        rules = DEFAULT_RULES if self.rules is None else tuple(row.rule() for row in self.rules)
        return Policy(self.department.policy_version, rules)


class Loaded(Config):
    """A configuration together with the file that it came from."""

    path: Path
    sha256: str

    def resolve(self, path: str | Path) -> Path:
        """Give a path of the configuration as seen from the configuration's own folder."""
        return (self.path.parent / Path(path).expanduser()).resolve()

    @property
    def store_dir(self) -> Path:
        """The store's folder."""
        return self.resolve(self.store.dir)


def load(path: Path) -> Loaded:
    """Read the configuration.

    Raises:
        ConfigError: when the file is missing, is not TOML, or does not fit the schema; with every problem found.
    """
    try:
        content = path.read_bytes()
        tables = tomllib.loads(content.decode())
    except FileNotFoundError:
        step = "copy config.example.toml, or name yours with -c"
        raise ConfigError(path, [f"there is no such file in {path.absolute().parent}; {step}"]) from None
    except OSError as error:
        raise ConfigError(path, [f"cannot be read ({error.strerror}); name the file with -c"]) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(path, [f"cannot be read as TOML: {error}"]) from error
    if clash := {"path", "sha256"} & tables.keys():
        raise ConfigError(path, [f"{min(clash)}: unknown key"])
    try:
        return Loaded(**tables, path=path.resolve(), sha256=hashlib.sha256(content).hexdigest())
    except ValidationError as error:
        raise ConfigError(
            path, [explain(each, "", lambda at: keys_at(Config, at)) for each in error.errors()]
        ) from None


def explain(problem: Any, place: str, known: Callable[[tuple[int | str, ...]], Iterable[str]]) -> str:
    """Put one of pydantic's findings into a line that names the key and the next step.

    Args:
        problem: an item of ``ValidationError.errors()``.
        place: where the checked table stands, for example ``pages.blog``; empty for the whole file.
        known: gives the keys that are known at a location.
    """
    location = ".".join(str(part) for part in (*filter(None, [place]), *problem["loc"]))
    if problem["type"] == "extra_forbidden":
        return f"{location}: unknown key{_nearest(str(problem['loc'][-1]), list(known(problem['loc'][:-1])))}"
    if problem["type"] == "missing":
        return f"{location}: is missing; see config.example.toml"
    message = problem["msg"].removeprefix("Value error, ")
    return f"{location}: {message}" if location else str(message)


def _nearest(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    return f'; did you mean "{near[0]}"?' if near else f"; known are {', '.join(sorted(known))}"


def keys_at(schema: type[BaseModel], location: tuple[int | str, ...]) -> Iterator[str]:
    """The keys that the schema knows at a place such as ``("pages", "blog")``."""
    table: Any = schema
    for part in location:
        if isinstance(table, type) and issubclass(table, BaseModel) and part in table.model_fields:
            table = _inner_table(table.model_fields[str(part)].annotation)
    if isinstance(table, type) and issubclass(table, BaseModel):
        yield from table.model_fields


def _inner_table(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if (found := _inner_table(inner)) is not None:
            return found
    return None
