"""The documentation says what the code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot import __version__
from bot.config import Config
from bot.events import all_events
from bot.platforms import names
from docs import configuration_page, generate, modules_page

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SOURCES = sorted(path for package in ("bot", "connectors", "models") for path in (ROOT / package).rglob("*.py"))
COMMANDS = list(generate.commands())


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", generate.pages())
def test_a_generated_page_is_what_the_code_says_now(name: str) -> None:
    assert read(f"docs/reference/{name}") == generate.pages()[name], "run: make docs"


def test_the_tour_lists_every_module() -> None:
    tour = read("docs/source-code.md")
    assert modules_page.filled(tour) == tour, "run: make docs"
    assert all(f"- `{path.name}`: " in tour for path in modules_page.modules() if path.name != "__init__.py")


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_and_option_is_in_the_reference(name: str, command: Any) -> None:
    section = read("docs/reference/commands.md").partition(f"## {name}\n")[2].partition("\n## ")[0]
    options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
    assert section
    assert [option for option in options if option not in section] == []


def test_every_command_and_option_says_what_it_does() -> None:
    for name, command in COMMANDS:
        silent = [each.name for each in command.params if not getattr(each, "help", "")]
        assert (command.help, silent) == (command.help or "?", []), name


def test_every_event_has_a_section_and_its_committed_names() -> None:
    page = read("docs/reference/events.md")
    assert [each.type for each in all_events() if f"\n## {each.type}\n" not in page] == []
    assert "committed as `comment.text`" in page


def test_every_key_of_the_configuration_is_described() -> None:
    schemas = [*(schema for _, schema in configuration_page.tables()), *map(configuration_page.settings, names())]
    silent = [key for schema in schemas for key, field in schema.model_fields.items() if not field.description]
    assert silent == []


def test_every_key_of_the_example_is_in_the_reference() -> None:
    page = read("docs/reference/configuration.md")
    example = tomllib.loads(read("config.example.toml"))
    assert [key for key in _keys(example, Config) if f"| `{key}` |" not in page] == []


def _keys(table: dict[str, Any], schema: type[BaseModel] | None) -> set[str]:
    """The keys of a table and of those in it, apart from the names that the Department gives."""
    found: set[str] = set()
    for key, value in table.items():
        inner = value if isinstance(value, list) else [value]
        own_names = schema is Config and key in ("pages", "classifiers", "referrals")
        if key in ("budget", "senders"):  # what stands in them is named by the platform
            found.add(key)
            continue
        tables = [each for one in inner if isinstance(one, dict) for each in (one.values() if own_names else [one])]
        found |= {each for one in tables for each in _keys(one, None)}
        found |= set() if schema is Config else {key}
    return found


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    relative = [link.partition("#") for link in links if not re.match(r"[a-z]+:", link)]
    broken = [path for path, _, _ in relative if path and not (page.parent / path).exists()]
    assert broken == []
    anchored = [(page.parent / (path or page.name), anchor) for path, _, anchor in relative if anchor]
    assert [anchor for target, anchor in anchored if anchor not in _anchors(target)] == []


def test_every_how_to_is_in_the_index() -> None:
    index = read("docs/index.md")
    how_tos = [page.name for page in (ROOT / "docs" / "how-to").glob("*.md")]
    assert [name for name in how_tos if f"(how-to/{name})" not in index] == []


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_decision_has_a_number_of_its_own() -> None:
    notes = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    headings = [note.read_text(encoding="utf-8").partition(".")[0] for note in notes]
    assert headings == [f"# {number}" for number in range(1, len(notes) + 1)]


def test_the_changelog_has_this_version() -> None:
    assert re.search(rf"^## \[{re.escape(__version__)}\]", read("CHANGELOG.md"), flags=re.MULTILINE)


def test_the_readme_keeps_a_place_for_the_figures() -> None:
    assert re.search(r"<!-- benchmarks -->.*<!-- /benchmarks -->", read("README.md"), flags=re.DOTALL)


@pytest.mark.parametrize("command", re.findall(r"^([a-z][a-z0-9-]*):", read("Makefile"), flags=re.MULTILINE))
def test_every_make_target_is_in_the_readme(command: str) -> None:
    assert f"`make {command}`" in read("README.md")


def test_names_are_words_of_the_field() -> None:
    forbidden = re.compile(r"class \w*(?:Manager|Service|Handler)\b|toxic[ _]user|\b(?:ban|block)_(?:user|author)\b")
    assert [str(path) for path in SOURCES if forbidden.search(path.read_text(encoding="utf-8"))] == []
    assert [str(path) for path in SOURCES if path.stem in ("utils", "helpers", "misc")] == []


def test_nothing_names_a_place_on_somebody_s_machine() -> None:
    private = re.compile(r"(?<![\w.])/(?:work|root|home)/")
    assert [str(path) for path in (*PAGES, *SOURCES) if private.search(path.read_text(encoding="utf-8"))] == []
