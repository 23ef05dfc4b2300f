"""The line at the top of every working screen that says where the bot hides nothing by itself."""

from __future__ import annotations

from bot.config import Config
from bot.records import Records

_LINES = {
    "shadow": "Shadow: nothing is being hidden by itself on {}.",
    "paused": "Paused: nothing is being hidden by itself on {} for now.",
}


def page_mode(records: Records, config: Config, name: str) -> str:
    """The mode that the daemon last gave a page, or the configuration's where it has not run yet."""
    described = records.page_described(name)
    return str(described.pub["mode"]) if described else config.pages[name].mode


def banner(records: Records, config: Config) -> list[str]:
    """One line for each mode in which the bot hides nothing, with the pages that are in it."""
    modes = {name: page_mode(records, config, name) for name in config.pages}
    by_mode = {mode: [name for name in modes if modes[name] == mode] for mode in _LINES}
    return [_LINES[mode].format(", ".join(names)) for mode, names in by_mode.items() if names]
