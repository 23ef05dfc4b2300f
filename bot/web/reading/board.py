"""The board: how the pages do, and how much waits for a person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.config import Config
from bot.notice import unsaid
from bot.records import Entry, FlagCounts, Records
from bot.web.reading.banner import banner, page_mode
from bot.web.times import Clock, When
from bot.web.words import HEALTH, MODES
from bot.words import listed, said_of

_CREDENTIAL_SOON = timedelta(days=14)
_SILENT_AFTER = timedelta(minutes=25)
"""The daemon says every ten minutes that it is alive."""


@dataclass(frozen=True, slots=True)
class Light:
    """How one page does."""

    page: str
    platform: str
    mode: str
    mode_words: str
    health: str
    health_words: str
    since: When | None
    problem: str
    ends: When | None
    """When the page's credential ends, where that is soon."""
    unsaid: str
    """What its notice does not seem to say, as the policy asks; empty where nothing is known to be missing."""
    open: int


@dataclass(frozen=True, slots=True)
class Tile:
    """One number, with the part of the queue that it counts."""

    name: str
    label: str
    count: int
    note: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the board shows."""

    banner: list[str]
    waiting: int
    tiles: list[Tile]
    lights: list[Light]
    heard: When | None
    """When the daemon last said that it is alive."""
    silent: bool


def board(records: Records, config: Config, clock: Clock) -> Board:
    """Read the board."""
    counts = records.flag_counts()
    heard = _heard(records)
    silent = heard is None or heard.type == "system.stopped" or clock.now - heard.ts > _SILENT_AFTER
    lights = [_light(records, config, name, counts, clock) for name in config.pages]
    return Board(
        banner=banner(records, config),
        waiting=counts.open,
        tiles=_tiles(records, counts, clock),
        lights=[_unknown(light) for light in lights] if silent else lights,
        heard=clock.when(heard.ts) if heard else None,
        silent=silent,
    )


def _heard(records: Records) -> Entry | None:
    kinds = ("system.started", "system.heartbeat", "system.stopped", "page.described")
    said = [entry for kind in kinds if (entry := records.last(kind))]
    return max(said, key=lambda entry: entry.seq, default=None)


def _tiles(records: Records, counts: FlagCounts, clock: Clock) -> list[Tile]:
    hidden, visible = records.count_of_part("hidden"), records.count_of_part("visible")
    elsewhere = len(records.unexplained_hides())
    return [
        Tile("urgent", "Urgent", counts.urgent, "Threats, self-harm, private information"),
        Tile("hidden", "Hidden by the bot", hidden, _restore_note(records, clock)),
        Tile("visible", "Flagged, still visible", visible, _oldest_note(counts, clock)),
        Tile("stuck", "Could not be decided", counts.stuck, "For a supervisor"),
        Tile("elsewhere", "Hidden elsewhere", elsewhere, "On the platform, by nobody here"),
        Tile("tasks", "To be done by hand", records.count_waiting_tasks(), "What no program can do on the platform"),
    ]


def _restore_note(records: Records, clock: Clock) -> str:
    soonest = records.next_lapse()
    if soonest is None:
        return "None awaits confirmation"
    when = clock.when(soonest)
    return "The oldest is due to be restored" if when.past else f"The oldest is restored {when.words}"


def _oldest_note(counts: FlagCounts, clock: Clock) -> str:
    return f"The oldest flag waits for {clock.when(counts.oldest).distance}" if counts.oldest else "None waits"


def _light(records: Records, config: Config, name: str, counts: FlagCounts, clock: Clock) -> Light:
    described = records.page_described(name)
    mode = page_mode(records, config, name)
    health = str(described.pub["health"]) if described else "unheard"
    since = described.pub.get("since") if described else None
    return Light(
        page=name,
        platform=config.pages[name].platform,
        mode=mode,
        mode_words=said_of(mode, MODES),
        health=health,
        health_words=HEALTH.get(health, "Not heard from yet"),
        since=clock.read(since) if since else (clock.when(described.ts) if described else None),
        problem=str(described.opened.get("page.problem") or "") if described else "",
        ends=_ends_soon(described, clock),
        unsaid=listed(unsaid(records, name)),
        open=counts.by_page.get(name, 0),
    )


def _unknown(light: Light) -> Light:
    """While the bot is silent, nobody reads a page that worked when it was last heard."""
    if light.health != "ok":
        return light
    return replace(light, health="unheard", health_words="Not known while the bot is silent", since=None)


def _ends_soon(described: Entry | None, clock: Clock) -> When | None:
    said = described.pub.get("expires_at") if described else None
    if said is None or datetime.fromisoformat(said) - clock.now > _CREDENTIAL_SOON:
        return None
    return clock.read(said)
