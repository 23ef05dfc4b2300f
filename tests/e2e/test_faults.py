"""Real faults under the real programs: a full disk, a read-only one, a lock that is kept, a damaged file.

Each must be named with the next step, nothing may act that cannot be recorded, and nothing may be lost by it.
"""

from __future__ import annotations

import fcntl
import json
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import bot.records.standalone
from bot.config import Loaded, load
from bot.exit_codes import Exit
from bot.records import Entry
from connectors.practice.page import Draft, Page
from tests.bot.town import ALERTED, log_of, page_of, page_table, town
from tests.e2e.programs import run, running, wait_until

OBSCENE = "This is fucking bullshit."
APPROVED = """
[[rules]]
name = "strong-language"
category = "obscenity"
at_least = 0.97
verdict = "hide"
clause = "5.04 A.3.d(1) obscenities"
approved = { by = "City Attorney", on = 2026-11-02 }
"""
_PAGE_SIZE = 4096
pytestmark = pytest.mark.timeout(180)


class Disk:
    """A small disk of its own."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._filler = place / "filler"

    def fill(self) -> None:
        """Leave not a byte."""
        with self._filler.open("ab", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * _PAGE_SIZE):
                pass
        assert shutil.disk_usage(self.place).free == 0

    def make_room(self) -> None:
        self._filler.unlink()

    def remount(self, how: str) -> None:
        """Make it ``ro`` (read-only) or ``rw``."""
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.place)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(place)], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a disk of its own cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def department(folder: Path, *pages: str, store: Path | None = None) -> Loaded:
    """A Department whose live pages hide strong language, polling without a pause."""
    tables = [page_table(name, 'poll_every = "0s"', mode="live") for name in pages]
    config = town(folder, *tables, ALERTED, APPROVED)
    if store is not None:
        config.path.write_text(config.path.read_text().replace('dir = "store"', f'dir = "{store}"'))
    return load(config.path)


def once(config: Loaded) -> subprocess.CompletedProcess[str]:
    return run("once", "--json", "-c", str(config.path))


def visible(page: Page) -> list[str]:
    return [entry.text for entry in page.visible_to_visitors()]


def captured(config: Loaded) -> list[str]:
    return [entry.opened["comment.text"] for entry in log_of(config, "comment.seen")]


def require_sound(config: Loaded) -> None:
    told = run("records", "verify", "-c", str(config.path))
    assert told.returncode == Exit.OK, told.stdout


def error_of(config: Loaded, where: str) -> str:
    """What `check` finds wrong there."""
    told = run("check", "--json", "-c", str(config.path))
    assert told.returncode == Exit.PROBLEM
    found = {each["where"]: each["message"] for each in json.loads(told.stdout)["findings"] if each["level"] == "error"}
    return str(found[where])


# --- a full disk


def test_on_a_full_disk_nothing_is_done_and_nothing_lost(tmp_path: Path, disk: Disk) -> None:
    config = department(tmp_path, "a", store=disk.place / "store")
    page = page_of(config, "a", "Thank you.")
    assert once(config).returncode == Exit.OK
    disk.fill()
    page.comment(Draft("p1", OBSCENE, "Pat"))
    refused = once(config)
    assert (refused.returncode, refused.stdout) == (Exit.STORE, "")
    assert "is full" in refused.stderr
    assert "Free some space" in refused.stderr
    assert "is full" in error_of(config, "store")
    assert visible(page) == ["Thank you.", OBSCENE]
    disk.make_room()
    assert once(config).returncode == Exit.OK
    assert visible(page) == ["Thank you."]
    assert captured(config) == ["Thank you.", OBSCENE]
    require_sound(config)


def test_a_daemon_waits_out_a_full_disk_by_itself(tmp_path: Path, disk: Disk) -> None:
    config = department(tmp_path, "a", store=disk.place / "store")
    page = page_of(config, "a", "Thank you.")
    with running(tmp_path / "daemon.output", "run", "-c", str(config.path)) as daemon:
        daemon.wait_for("page is read")
        disk.fill()
        page.comments([Draft("p1", f"{OBSCENE} {number}", "Pat") for number in range(300)])
        daemon.wait_for("the log cannot be written; nothing is done meanwhile")
        assert "is full" in daemon.said()
        logged = len(captured_readable(config))
        hidden = 301 - len(visible(page))
        assert hidden <= logged
        disk.make_room()
        wait_until(lambda: visible(page) == ["Thank you."], "what was written meanwhile is hidden")
        assert daemon.stop() == Exit.OK
        assert "Traceback" not in daemon.said()
    assert len(captured(config)) == 301
    require_sound(config)


def captured_readable(config: Loaded) -> list[str]:
    """What was captured, read while the disk is full."""
    told = run("records", "tail", "-n", "100000", "--json", "-c", str(config.path))
    assert told.returncode == Exit.OK, told.stderr
    return [line for line in told.stdout.splitlines() if json.loads(line)["type"] == "comment.seen"]


def test_a_page_whose_disk_is_full_waits_for_a_person_and_the_other_goes_on(tmp_path: Path, disk: Disk) -> None:
    config = department(tmp_path, "a", "b")
    (tmp_path / "b").symlink_to(disk.place)
    long = f"{OBSCENE} {'And so on. ' * 500}"  # no room is left for it in the file's last block
    a, b = page_of(config, "a", "Thank you."), page_of(config, "b", long)
    disk.fill()
    a.comment(Draft("p1", OBSCENE, "Pat"))
    results = {each["page"]: each for each in json.loads(once(config).stdout)["pages"]}
    assert (results["a"]["health"], visible(a)) == ("ok", ["Thank you."])
    assert visible(b) == [long]
    disk.make_room()
    assert once(config).returncode == Exit.OK
    outcomes = [entry.type for entry in log_of(config) if entry.type.startswith("action.") and entry.pub["page"] == "b"]
    assert outcomes == ["action.requested", "action.intent", "action.unconfirmed"]
    require_sound(config)


# --- a read-only disk


def test_on_a_read_only_disk_nothing_is_done_and_the_log_can_still_be_proved(tmp_path: Path, disk: Disk) -> None:
    config = department(tmp_path, "a", store=disk.place / "store")
    page = page_of(config, "a", "Thank you.")
    assert once(config).returncode == Exit.OK
    page.comment(Draft("p1", OBSCENE, "Pat"))
    disk.remount("ro")
    refused = once(config)
    assert refused.returncode == Exit.STORE
    assert "mounted read-write" in refused.stderr
    assert "mounted read-write" in error_of(config, "store")
    assert visible(page) == ["Thank you.", OBSCENE]
    require_sound(config)
    disk.remount("rw")
    assert once(config).returncode == Exit.OK
    assert visible(page) == ["Thank you."]


# --- a lock that is kept


@contextmanager
def locked(config: Loaded) -> Iterator[None]:
    """Another program that keeps the store's lock."""
    with (config.store_dir / "records.lock").open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def test_a_lock_that_is_kept_for_a_while_only_delays(tmp_path: Path) -> None:
    config = department(tmp_path, "a")
    page = page_of(config, "a", "Thank you.")
    with running(tmp_path / "daemon.output", "run", "-c", str(config.path)) as daemon:
        daemon.wait_for("page is read")
        with locked(config):
            page.comment(Draft("p1", OBSCENE, "Pat"))
            threading.Event().wait(4)
            assert OBSCENE in visible(page)
        wait_until(lambda: visible(page) == ["Thank you."], "it is hidden once the lock is free")
        assert daemon.stop() == Exit.OK
        assert "cannot be written" not in daemon.said()
    require_sound(config)


def test_a_lock_that_is_never_given_back_is_named_and_nothing_is_done(tmp_path: Path) -> None:
    config = department(tmp_path, "a")
    page = page_of(config, "a", OBSCENE)
    assert run("check", "-c", str(config.path)).returncode == Exit.OK
    with locked(config):
        refused = once(config)
    assert refused.returncode == Exit.BUSY
    assert "records.lock for over 30 seconds" in refused.stderr
    assert "fuser" in refused.stderr
    assert visible(page) == [OBSCENE]
    assert once(config).returncode == Exit.OK
    assert visible(page) == []


def test_a_second_daemon_ends_at_once_and_the_first_goes_on(tmp_path: Path) -> None:
    config = department(tmp_path, "a")
    page = page_of(config, "a", "Thank you.")
    with running(tmp_path / "daemon.output", "run", "-c", str(config.path)) as daemon:
        daemon.wait_for("page is read")
        second = run("run", "-c", str(config.path))
        assert second.returncode == Exit.BUSY
        assert "Another daemon is at work" in second.stderr
        page.comment(Draft("p1", OBSCENE, "Pat"))
        wait_until(lambda: visible(page) == ["Thank you."], "the first daemon goes on")


# --- a damaged file


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Department's folder after some work, whole, to be copied and damaged."""
    folder = tmp_path_factory.mktemp("whole") / "town"
    assert run("demo", "--once", "--json", "--dir", str(folder)).returncode == Exit.OK
    return folder


def copy_of(whole: Path, folder: Path) -> tuple[Loaded, Path]:
    shutil.copytree(whole, folder / "town")
    config = load(folder / "town" / "config.toml")
    return config, config.store_dir / "records.sqlite3"


def test_a_changed_letter_in_a_captured_comment_is_found_and_its_entry_named(whole: Path, tmp_path: Path) -> None:
    config, database = copy_of(whole, tmp_path)
    entry, text = unique_text(config, database.read_bytes())
    database.write_bytes(database.read_bytes().replace(text, text.swapcase()))
    told = run("records", "verify", "--json", "-c", str(config.path))
    found = json.loads(told.stdout)
    assert (told.returncode, found["ok"], found["first_bad"]) == (Exit.PROBLEM, False, entry.seq)
    assert alone(config.store_dir).returncode == Exit.PROBLEM


def unique_text(config: Loaded, content: bytes) -> tuple[Entry, bytes]:
    """A captured text that stands in the file as it is, and in no other comment."""
    texts = [(entry, str(entry.opened["comment.text"]).encode()) for entry in log_of(config, "comment.seen")]
    lonely = (each for each in texts if sum(each[1] in other for _, other in texts) == 1)
    return next((entry, text) for entry, text in lonely if len(text) > 20 and text in content)


@pytest.mark.parametrize("seed", range(10))
def test_a_damaged_page_of_the_file_is_found_and_never_a_riddle(whole: Path, tmp_path: Path, seed: int) -> None:
    config, database = copy_of(whole, tmp_path)
    pages = database.stat().st_size // _PAGE_SIZE
    overwrite(database, random.Random(seed).randrange(1, pages), seed)
    told = [run("records", "verify", "-c", str(config.path)), once(config), run("check", "-c", str(config.path))]
    assert [each.stderr for each in told if "Traceback" in each.stderr] == []
    verified = told[0]
    assert verified.returncode in (Exit.PROBLEM, Exit.STORE), verified.stdout
    assert "backup" in verified.stdout + verified.stderr
    assert alone(config.store_dir).returncode != 0


def test_a_damaged_head_of_the_file_stops_everything_with_the_next_step(whole: Path, tmp_path: Path) -> None:
    config, database = copy_of(whole, tmp_path)
    overwrite(database, 0, 1)
    for words in (["once"], ["run"], ["records", "verify"], ["records", "tail"], ["summary"]):
        told = run(*words, "-c", str(config.path))
        assert told.returncode in (Exit.STORE, Exit.PROBLEM), words
        assert "Traceback" not in told.stderr
        assert "backup" in told.stderr + told.stdout, words
    assert "damaged" in error_of(config, "store")


def test_a_store_that_was_put_back_from_an_older_copy_is_refused(whole: Path, tmp_path: Path) -> None:
    config, database = copy_of(whole, tmp_path)
    older = database.read_bytes()
    page = Page(config.path.parent / "practice")
    page.comment(Draft("p1", "Thank you.", "Pat"))
    run("once", "-c", str(config.path))
    database.write_bytes(older)
    refused = once(config)
    assert refused.returncode == Exit.STORE
    assert "older copy was put back" in refused.stderr


def overwrite(database: Path, number: int, seed: int) -> None:
    """Put noise over one page of the file."""
    with database.open("r+b") as file:
        file.seek(number * _PAGE_SIZE)
        file.write(random.Random(seed).randbytes(_PAGE_SIZE))


def alone(store: Path) -> subprocess.CompletedProcess[str]:
    """Verify with the script that shares nothing with the product."""
    script = next(iter(bot.records.standalone.__path__)) + "/verify.py"
    return subprocess.run([sys.executable, script, str(store)], check=False, capture_output=True, text=True)
