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
from bot.words import how_long
from connectors._limits import Limit
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
    "coverage": "How its pages are looked after: moderated, watched, intake or checklist.",
    "hide_scope": "Where a hide works: everywhere, own_thread or client_dependent.",
}
"""What the class does not say, because the names do."""
_LISTS = {
    "side_effects": "What else a hide does or leaves undone:",
    "hide_steps": "To take a comment out of sight by hand, with its link open:",
    "restore_steps": "To bring it back by hand:",
}


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
    if platform.covered_by:
        links = " or ".join(f"[{name}](#{name})" for name in platform.covered_by)
        return f"## {platform.name}\n\n{platform.summary} It is covered by {links}. Proved: {platform.proved}.\n"
    rows = [(f"`{name}`", _fact(facts[name]), meanings[name]) for name in facts if name not in _LISTS]
    table = grid(("capability", "here", "meaning"), rows)
    lists = "".join(
        f"\n{title}\n\n" + "".join(f"- {line}\n" for line in facts[name])
        for name, title in _LISTS.items()
        if facts[name]
    )
    limits = "".join(f"- `{limit.kind}`: {_limit(limit)}\n" for limit in platform.limits)
    caps = f"\nIts limits, which `[pages.NAME.budget]` can lower:\n\n{limits}" if limits else ""
    return f"## {platform.name}\n\n{platform.summary}\n\n{table}{lists}{caps}"


def _limit(limit: Limit) -> str:
    most = f"{limit.most / 1_000_000:.2f} dollars" if limit.money else str(limit.most)
    spans = {"daily": f"a day ({limit.window.zone})", "monthly": f"a month ({limit.window.zone})"}
    return f"{most} in {spans.get(limit.window.kind, how_long(limit.window.length))}. {limit.meaning}"


def _fact(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _exit_codes() -> str:
    meanings = attributes(Exit)
    rows = [(str(int(code)), code.name, meanings[code.name]) for code in Exit]
    return f"{MADE}\n# Exit codes\n\nThe same for every command.\n\n{grid(('code', 'name', 'meaning'), rows)}"


if __name__ == "__main__":
    main()
