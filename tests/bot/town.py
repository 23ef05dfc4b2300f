"""A small Department on disk: a configuration file, practice pages, and nothing that waits."""

from __future__ import annotations

from pathlib import Path

from bot.config import Loaded, load
from bot.records import Entry, Records
from connectors.practice.page import Draft, Page

APPROVAL = 'approval = { by = "Chief Pat Nash", on = 2026-11-02, policy = "2010-08" }'
ALERTED = '[alerts]\nto = ["duty@pd.example.gov"]\n[mail]\nfolder = "mail"\nsender = "bot@pd.example.gov"\n'
_HEAD = """
[department]
name = "Jackson PD"
timezone = "America/Denver"
policy_version = "2010-08"
origin = "pd.example.gov/log"

[store]
dir = "store"
"""


def page_table(name: str, *lines: str, mode: str = "shadow", approval: str = APPROVAL) -> str:
    """The table of a practice page."""
    table = [f"[pages.{name}]", 'platform = "practice"', f'folder = "{name}"', f'mode = "{mode}"', approval, *lines]
    return "\n".join(table) + "\n"


def town(folder: Path, *tables: str) -> Loaded:
    """Write the configuration and read it."""
    path = folder / "config.toml"
    path.write_text("\n".join([_HEAD, *tables]))
    return load(path)


def page_of(config: Loaded, name: str, *texts: str) -> Page:
    """A practice page of the Department, with a post and these comments under it."""
    page = Page.create(config.path.parent / name, synced=False)
    post = page.publish("Road works on Main Street.")
    page.comments([Draft(post, text, "Pat") for text in texts])
    return page


def log_of(config: Loaded, *types: str) -> list[Entry]:
    """The entries of the Department's log, of some types or of all."""
    with Records.open(config.store_dir, None, readonly=True) as records:
        return records.entries(limit=records.size(), types=types or None)
