"""The Department of the soak on disk: its configuration, and the secret files of its pages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from bot.config import Loaded, load
from bot.demo_store import _rules
from tests.bot.town import APPROVAL
from tests.soak.place import Place

_HEAD = """
[department]
name = "Jackson PD"
timezone = "America/Denver"
policy_version = "2010-08"
origin = "pd.example.gov/log"

[store]
dir = "store"

[alerts]
to = ["duty@pd.example.gov"]

[mail]
folder = "mail"
sender = "bot@pd.example.gov"
summary_to = ["chief@pd.example.gov"]

[referrals.tip]
role = "Detectives"
to = ["detectives@pd.example.gov"]

"""
CAPS: dict[str, dict[str, float]] = {
    "facebook": {"calls": 200},
    "instagram": {"calls": 120},
    "youtube": {"units": 2500},
    "x": {"hides": 4},
    "bluesky": {"writes_a_day": 24},
    "reddit": {"requests": 150},
    "wikipedia": {"reads": 120},
}
"""What the Department allows, low enough to be felt."""


def write_secret(folder: Path, place: Place) -> None:
    """Put the credential where the page's connector looks for it."""
    path = folder / f"{place.name}.secret"
    path.touch(mode=0o600)
    path.write_text(place.granted())


def configured(folder: Path, places: Iterable[Place]) -> Loaded:
    """Write the configuration and read it."""
    path = folder / "config.toml"
    path.write_text("\n".join([_HEAD, *map(_table, places), _rules()]))
    return load(path)


def _table(place: Place) -> str:
    keys: dict[str, object] = {
        "url": f"https://pages.example/{place.name}",
        "platform": place.peer.connector.platform,
        "mode": "live",
        "poll_every": "15m",
        "confirm_within": "20h",
        "secret_file": f"{place.name}.secret",
        **place.peer.settings,
    }
    lines = [f"[pages.{place.name}]", *(f"{name} = {json.dumps(value)}" for name, value in keys.items()), APPROVAL]
    caps = CAPS.get(place.name, {})
    return (
        "\n".join([*lines, f"[pages.{place.name}.budget]", *(f"{kind} = {cap}" for kind, cap in caps.items())]) + "\n"
    )
