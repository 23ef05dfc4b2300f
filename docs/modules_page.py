"""The list of every package and module in ``docs/source-code.md``, from the first line of each docstring."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("models", "connectors", "bot", "benchmarks", "docs")
_BEGIN, _END = "<!-- modules -->", "<!-- /modules -->"


def filled(page: str) -> str:
    """The page with the list between its marks made anew."""
    before, rest = page.split(_BEGIN)
    after = rest.split(_END)[1]
    return "\n".join([f"{before}{_BEGIN}\n", *_packages(), f"{_END}{after}"])


def modules() -> list[Path]:
    """Every module of the project apart from the tests, seen from the top of the tree."""
    found = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return [path.relative_to(ROOT) for path in found]


def _packages() -> Iterator[str]:
    every = modules()
    for folder in dict.fromkeys(path.parent for path in every):
        inside = [path for path in every if path.parent == folder]
        own = [path for path in inside if path.name == "__init__.py"]
        yield f"### {folder}/\n"
        yield from (f"{_first_line(path)}\n" for path in own)
        yield from (f"- `{path.name}`: {_first_line(path)}" for path in inside if path not in own)
        yield ""


def _first_line(path: Path) -> str:
    described = ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8")))
    assert described, f"{path} does not say what it is"
    return described.partition("\n")[0].replace("``", "`")
