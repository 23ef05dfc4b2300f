"""The folder that a demonstration leaves: a configuration, a practice page and a store for every other command."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot.config import Loaded, load

PAGE = "practice"
_APPROVED = '{ by = "Demonstration", on = 2026-11-02 }'
_CONFIG = """\
# Written by `ofrecord demo`. Every other command works on it: ofrecord check -c {path}
[department]
name = "Jackson Police Department (demonstration)"
timezone = "America/Denver"
languages = ["en", "es"]
scope = "The Jackson Police Department, its work, its people, and public safety in the Town of Jackson."
policy_version = "2010-08"
origin = "demo.example/moderation-log"

[store]
dir = "store"

[pages.{page}]
platform = "practice"
url = "{site}"
mode = "live"
approval = {{ by = "Demonstration", on = 2026-11-02, policy = "2010-08" }}
poll_every = "2s"
folder = "practice"

[mail]
folder = "mail"
sender = "moderation@demo.example"
summary_to = ["chief@demo.example", "clerk@demo.example"]

[alerts]
to = ["watch-commander@demo.example"]

[referrals.tip]
role = "Detectives"
to = ["detectives@demo.example"]

[referrals.help_needed]
role = "Watch commander"
to = ["watch-commander@demo.example"]

[referrals.complaint]
role = "Professional standards"
to = ["standards@demo.example"]

[referrals.own_conduct]
role = "Supervisor"
to = ["supervisor@demo.example"]

[web]
host = "127.0.0.1"
port = {port}
url = "http://127.0.0.1:{port}"
secure = false

"""


class DemoError(Exception):
    """The demonstration cannot go on; the message says why and what to do."""


def prepare(folder: Path | None, *, port: int = 8400, site: str = "") -> tuple[Loaded, Path]:
    """Make the folder and its configuration, whose hiding rules are approved. Returns it and the folder.

    Args:
        folder: where; None for a new temporary folder.
        port: where the review application will listen.
        site: the address of the practice page's public site.

    Raises:
        DemoError: when the folder holds something already.
    """
    base = Path(tempfile.mkdtemp(prefix="ofrecord-demo-")) if folder is None else folder.resolve()
    base.mkdir(parents=True, exist_ok=True)
    if any(base.iterdir()):
        raise DemoError(f"{base} is not empty; give --dir a new folder, so that nothing is mixed up.")
    path = base / "config.toml"
    path.write_text(_CONFIG.format(path=path, page=PAGE, site=site, port=port) + _rules(), encoding="utf-8")
    return load(path), base


def practice_page(base: Path) -> Path:
    """The folder of the demonstration's practice page."""
    return base / "practice"


def _rules() -> str:
    """The default rules as tables of the configuration, with those that hide approved."""
    from models.policy import DEFAULT_RULES, Rule, Verdict

    def lines(rule: Rule) -> list[str]:
        found = [
            "[[rules]]",
            f'name = "{rule.name}"',
            f'category = "{rule.category.value}"',
            f"at_least = {rule.at_least}",
            f'verdict = "{rule.verdict.value}"',
            f'urgency = "{rule.urgency.name.lower()}"',
        ]
        if rule.clause:
            found.append(f'clause = "{rule.clause}"')
        if rule.targets is not None:
            found.append(f"targets = {sorted(target.value for target in rule.targets)}".replace("'", '"'))
        if rule.waives is not None:
            found.append(f'waives = "{rule.waives.value}"')
        if rule.verdict is Verdict.HIDE:
            found.append(f"approved = {_APPROVED}")
        return found

    return "\n\n".join("\n".join(lines(rule)) for rule in DEFAULT_RULES) + "\n"
