"""The wheel as people install it, used from an empty directory: nothing of the source tree is in reach."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from bot import __version__
from tests.e2e.programs import wait_until
from tests.e2e.wordpress import free_port

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def wheel() -> Path:
    """The wheel that `make wheel` has built."""
    found = sorted((ROOT / "dist").glob("ofrecord-*.whl"))
    assert found, "there is no wheel to test; run: make wheel"
    return found[-1]


@dataclass(frozen=True)
class Installed:
    """The wheel in a virtual environment of its own, and an empty directory to work in."""

    environment: Path
    folder: Path

    def python(self, *words: str) -> str:
        """Run Python there, isolated from the current directory and from PYTHONPATH."""
        return self._run(self.environment / "bin" / "python", "-I", *words).stdout.strip()

    def ofrecord(self, *words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run the installed command."""
        return self._run(self.environment / "bin" / "ofrecord", *words, text=text)

    def _run(self, program: Path, *words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [program, *words], check=False, capture_output=True, text=True, input=text, cwd=self.folder, env={}
        )
        assert done.returncode == 0, done.stderr
        return done


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install it. The dependencies are those that are installed already; the source tree is not among them."""
    folder = tmp_path_factory.mktemp("installed")
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(python)]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    packages = next((environment / "lib").glob("python3*/site-packages"))
    # A directory that is named in a .pth file is searched, but its own .pth files, the source tree's, are not read.
    (packages / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    (folder / "empty").mkdir()
    return Installed(environment, folder / "empty")


def test_what_runs_is_the_installed_package(installed: Installed) -> None:
    for package in ("bot", "connectors", "models"):
        place = installed.python("-c", f"import {package}; print({package}.__file__)")
        assert Path(place).is_relative_to(installed.environment)


def test_the_command_tells_its_version_and_its_help(installed: Installed) -> None:
    assert installed.ofrecord("--version").stdout.strip() == f"ofrecord {__version__}"
    assert "Usage: ofrecord" in installed.ofrecord("--help").stdout


def test_every_connector_is_there(installed: Installed) -> None:
    found = json.loads(installed.ofrecord("platforms", "--json").stdout)["platforms"]
    assert {"practice", "wordpress"} <= {each["platform"] for each in found}


def test_the_classifiers_find_their_data(installed: Installed) -> None:
    lines = ['{"id": 1, "text": "Thank you, officers."}', '{"id": 2, "text": "what the fuck", "post": "The bridge."}']
    answers = [json.loads(line) for line in installed.ofrecord("classify", text="\n".join(lines)).stdout.splitlines()]
    assert [(each["id"], each["verdict"]) for each in answers] == [(1, "allow"), (2, "hide")]
    assert "toxicity.obscenity" in {reason["rule"] for reason in answers[1]["reasons"]}


def test_the_model_card_came_along(installed: Installed) -> None:
    told = installed.ofrecord("models", "info", "toxicity", "--json").stdout
    assert json.loads(told)["card"].startswith("# Model card")


def test_the_demonstration_runs_and_the_log_verifies(installed: Installed) -> None:
    counts = json.loads(installed.ofrecord("demo", "--once", "--json", "--dir", "demo").stdout)
    assert (counts["verified"], counts["wrong_hides"]) == (True, 0)
    assert json.loads(installed.ofrecord("records", "verify", "--json", "-c", "demo/config.toml").stdout)["ok"]


def test_the_review_application_has_its_templates_and_its_style(installed: Installed) -> None:
    port = free_port()
    installed.ofrecord("demo", "--once", "--dir", "web", "--json")
    path = installed.folder / "web" / "config.toml"
    path.write_text(path.read_text().replace("8400", str(port)))
    url = f"http://127.0.0.1:{port}"
    command = [str(installed.environment / "bin" / "ofrecord"), "web", "-c", str(path)]
    with subprocess.Popen(command, cwd=installed.folder, env={}, stderr=subprocess.DEVNULL) as web:
        try:
            wait_until(lambda: answers(f"{url}/healthz"), "the review application answers")
            assert "<h1>Sign in</h1>" in requests.get(url, timeout=10).text
            assert requests.get(f"{url}/static/web/app.css", timeout=10).ok
        finally:
            web.terminate()
            web.wait(20)


def test_the_example_configuration_is_in_the_wheel_and_the_same(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        example = archive.read("bot/config.example.toml").decode()
    assert example == (ROOT / "config.example.toml").read_text()
    assert "department" in tomllib.loads(example)


def test_the_wheel_holds_the_three_packages_and_no_tests_training_or_sources_of_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"bot", "connectors", "models"}
    assert [name for name in names if "test" in Path(name).name.lower() or "models/training" in name] == []
    assert {"LICENSE", "NOTICE"} <= {Path(name).name for name in names}
    assert "bot/records/standalone/verify.py" in names


def answers(url: str) -> bool:
    """Whether somebody listens there."""
    try:
        return requests.get(url, timeout=5).ok
    except requests.ConnectionError:
        return False
