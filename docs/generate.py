"""Writes the reference pages that the code itself can tell: ``python -m docs.generate`` (or ``make docs``).

The words come from where they are kept true: docstrings, the configuration's schema, the command line's own help.
``tests/test_docs.py`` fails when a page and the code differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from bot.cli import app
from bot.exit_codes import Exit
from bot.platforms import Platform, platforms
from connectors.base import Capability
from docs import configuration_page, events_page, modules_page
from docs.markdown import MADE, attributes, grid

REFERENCE = Path(__file__).parent / "reference"
SOURCE_CODE = Path(__file__).parent / "source-code.md"
_TERMINAL = 78
"""What the help is wrapped to on a terminal of 80 columns."""
_COMMANDS = """\
What `--help` prints, for every command. [Exit codes](exit-codes.md) mean the same everywhere;
the forms of `--json` are on [a page of their own](json.md).
"""
_PLATFORMS = """\
What each platform lets a page owner do; `ofrecord platforms` says the same. No connector can delete a comment
or block an author. The keys of a page are in [the configuration](configuration.md).
"""
_CAPABILITIES = {
    "can_hide": "The page owner can take a comment out of visitors' sight, reversibly.",
    "can_restore": "The page owner can bring it back.",
    "lists_spam": "What the platform took for spam appears in its listing.",
    "has_time_filter": "The listing can be asked for what came since a moment.",
}
"""What the class does not say, because the names do."""


def pages() -> dict[str, str]:
    """Every page that is made here whole, by its file name in ``docs/reference/``."""
    return {
        "commands.md": _commands(),
        "configuration.md": configuration_page.page(),
        "events.md": events_page.page(),
        "platforms.md": "\n".join([f"{MADE}\n# Platforms\n", _PLATFORMS, *map(_platform, platforms())]),
        "exit-codes.md": _exit_codes(),
    }


def main() -> None:
    """Write every page."""
    REFERENCE.mkdir(exist_ok=True)
    for name, content in pages().items():
        (REFERENCE / name).write_text(content, encoding="utf-8")
    SOURCE_CODE.write_text(modules_page.filled(SOURCE_CODE.read_text(encoding="utf-8")), encoding="utf-8")


def commands() -> Iterator[tuple[str, Any]]:
    """Every command of the command line with its full name, ``ofrecord`` first."""
    yield from _below("ofrecord", typer.main.get_command(app))


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield name, command
    for each, inner in getattr(command, "commands", {}).items():
        yield from _below(f"{name} {each}", inner)


def _commands() -> str:
    parts = [f"{MADE}\n# Commands\n", _COMMANDS]
    for name, command in commands():
        context = command.make_context(name, [], resilient_parsing=True, terminal_width=_TERMINAL)
        parts.append(f"## {name}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(parts)


def _platform(platform: Platform) -> str:
    meanings, facts = {**_CAPABILITIES, **attributes(Capability)}, asdict(platform.capability)
    rows = [(f"`{name}`", _fact(facts[name]), meanings[name]) for name in facts if name != "side_effects"]
    effects = "".join(f"- {effect}\n" for effect in platform.capability.side_effects)
    table = grid(("capability", "here", "meaning"), rows)
    return f"## {platform.name}\n\n{platform.summary}\n\n{table}\nWhat else a hide does or leaves undone:\n\n{effects}"


def _fact(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _exit_codes() -> str:
    meanings = attributes(Exit)
    rows = [(str(int(code)), code.name, meanings[code.name]) for code in Exit]
    return f"{MADE}\n# Exit codes\n\nThe same for every command.\n\n{grid(('code', 'name', 'meaning'), rows)}"


if __name__ == "__main__":
    main()
