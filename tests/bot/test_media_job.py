"""Attachments are captured beside the polls: stored once, recorded with their hash, and given up with a reason."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO

import pytest

from bot.check import check
from bot.config import Loaded
from bot.config import Media as Settings
from bot.events import MediaCaptured, Subject
from bot.media_fetch import Fetched, Guard, NotNowError
from bot.media_job import PAUSES, MediaJob, media_pass, sweep
from bot.once import once
from bot.records import Entry, LeaseLostError, Records, StoreError, Writing, verify
from bot.records.standalone import verify as verifier
from models.comment import Media
from tests.bot.conftest import BOT, Work
from tests.bot.destruction import destroy
from tests.bot.media_files import GIF, PNG
from tests.bot.records.samples import seen
from tests.bot.test_daemon import eventually, working
from tests.bot.town import ALERTED, log_of, page_of, page_table, town
from tests.fakes import FakeClock, comment, rulebook
from tests.simulators.loopback import Reply, Wire, broken, redirecting, serving

SHA256 = hashlib.sha256(PNG).hexdigest()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def address(wire: Wire) -> Iterator[str]:
    with serving(lambda request: wire.carry(request, lambda: Reply(200, PNG))) as url:
        yield url


@pytest.fixture
def job(address: str, clock: FakeClock) -> MediaJob:
    return MediaJob(Settings(own_servers=(address,)), BOT, clock)


def picture(address: str, name: str = "m1") -> Media:
    return Media(name, "image", f"{address}/{name}.png")


def watched(work: Work, *media: Media, platform_id: str = "1", text: str = "Look at this.") -> None:
    work.connector.show(comment(platform_id, text, media=media))
    work.poll()


def all_done(job: MediaJob, records: Records) -> None:
    while job.step(records):
        pass


def outcomes(records: Records) -> list[Entry]:
    return records.entries(types=["media.captured", "media.refused"])


def reasons(records: Records) -> list[str]:
    return [entry.pub["reason"] for entry in records.entries(types=["media.refused"])]


def stored(records: Records) -> list[str]:
    return sorted(each.name for each in records.layout.media.iterdir())


def test_the_bytes_of_an_attachment_are_stored_by_their_hash_and_recorded(
    work: Work, job: MediaJob, address: str
) -> None:
    watched(work, picture(address))
    all_done(job, work.records)
    (captured,) = outcomes(work.records)
    assert (captured.type, captured.subject.ref) == ("media.captured", work.state("1").ref)
    assert captured.opened["media.file"] == {"sha256": SHA256, "size": len(PNG), "type": "image/png"}
    assert (captured.opened["media.id"], captured.cause) == ("m1", (work.state("1").capture_seq,))
    path = work.records.layout.media / SHA256
    assert path.read_bytes() == PNG
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_entry_itself_holds_no_hash_and_no_size(work: Work, job: MediaJob, address: str) -> None:
    watched(work, picture(address))
    all_done(job, work.records)
    (captured,) = outcomes(work.records)
    assert captured.pub == {"page": "page", "capture_seq": work.state("1").capture_seq, "at": 0, "kind": "image/png"}


def test_the_same_bytes_twice_are_stored_once(work: Work, job: MediaJob, address: str) -> None:
    watched(work, picture(address, "m1"), picture(address, "m2"))
    watched(work, picture(address, "m3"), platform_id="2")
    all_done(job, work.records)
    assert [entry.type for entry in outcomes(work.records)] == ["media.captured"] * 3
    assert stored(work.records) == [SHA256]


def test_an_edit_of_the_words_fetches_nothing_again(work: Work, job: MediaJob, address: str, wire: Wire) -> None:
    watched(work, picture(address))
    all_done(job, work.records)
    watched(work, picture(address), picture(address, "m2"), text="Look at this!")
    all_done(job, work.records)
    assert [request.path for request in wire.requests] == ["/m1.png", "/m2.png"]


def test_links_and_what_has_no_address_are_not_fetched(work: Work, job: MediaJob, address: str, wire: Wire) -> None:
    watched(work, Media("l", "link", f"{address}/page"), Media("n", "image"))
    assert not job.step(work.records)
    assert (wire.requests, outcomes(work.records)) == ([], [])


def test_what_the_guard_does_not_let_through_is_recorded_with_its_reason_at_once(
    work: Work, job: MediaJob, address: str, wire: Wire
) -> None:
    wire.next(redirecting("https://169.254.169.254/latest/meta-data/"))
    watched(work, picture(address), Media("m2", "image", "http://cdn.example.com/a.png"))
    all_done(job, work.records)
    assert sorted(reasons(work.records)) == ["address", "scheme"]
    assert stored(work.records) == []
    assert not job.step(work.records)


def test_a_failure_is_tried_again_later(work: Work, job: MediaJob, address: str, wire: Wire, clock: FakeClock) -> None:
    wire.next(broken(404))
    watched(work, picture(address))
    all_done(job, work.records)
    assert outcomes(work.records) == []
    clock.forward(seconds=61)
    all_done(job, work.records)
    assert [entry.type for entry in outcomes(work.records)] == ["media.captured"]
    assert work.records._db.execute("SELECT count(*) FROM media_retry").fetchone() == (0,)


def test_a_failure_that_stays_is_given_up_with_a_reason(
    work: Work, job: MediaJob, address: str, wire: Wire, clock: FakeClock
) -> None:
    wire.next(broken(404), times=99)
    watched(work, picture(address))
    for pause in (timedelta(0), *PAUSES):
        clock.moment += pause
        all_done(job, work.records)
    (refused,) = outcomes(work.records)
    assert refused.pub["reason"] == "unavailable"
    assert (refused.pub["attempts"], refused.pub["status"], len(wire.requests)) == (7, 404, 7)


def test_an_attachment_that_fails_does_not_hold_up_the_others(
    work: Work, job: MediaJob, address: str, wire: Wire
) -> None:
    watched(work, picture(address, "m1"))
    wire.next(broken(503))
    watched(work, picture(address, "m2"), platform_id="2")
    all_done(job, work.records)
    assert [entry.opened["media.id"] for entry in outcomes(work.records)] == ["m1"]


def test_a_comment_with_a_captured_attachment_is_still_not_hidden_by_the_bot(
    work: Work, job: MediaJob, address: str
) -> None:
    watched(work, picture(address), text="This is filth.")
    all_done(job, work.records)
    work.poll()
    assert work.last("1", "comment.flagged").pub["act"] == "queue"
    assert "action.requested" not in work.types("1")


def test_an_attachment_that_comes_does_not_make_an_answer_stale(work: Work, job: MediaJob, address: str) -> None:
    watched(work, picture(address))
    before = work.state("1").last_seq
    all_done(job, work.records)
    assert work.state("1").last_seq == before


# --- crashes, disks, other daemons -----------------------------------------------------------------------------------

KILLED = """
import os, sys
from pathlib import Path
from bot.config import Media
from bot.media_job import MediaJob
from bot.moments import utc_now
from bot.records import Records, Writing
from tests.bot.conftest import BOT, ORIGIN

Writing.append = lambda *_: os._exit(9)
with Records.open(Path(sys.argv[1]), ORIGIN, utc_now) as records:
    MediaJob(Media(own_servers=(sys.argv[2],)), BOT, utc_now).step(records)
"""


def test_a_kill_between_the_file_and_its_entry_leaves_nothing_wrong(work: Work, job: MediaJob, address: str) -> None:
    watched(work, picture(address))
    store = work.records.layout.folder
    killed = subprocess.run([sys.executable, "-c", KILLED, str(store), address], check=False, timeout=60)
    assert (killed.returncode, stored(work.records), outcomes(work.records)) == (9, [SHA256], [])
    assert verify(store).ok
    all_done(job, work.records)
    assert (len(outcomes(work.records)), stored(work.records)) == (1, [SHA256])
    assert verify(store).ok


def test_the_beginning_of_a_file_that_a_crash_left_is_removed(work: Work, job: MediaJob) -> None:
    (work.records.layout.media / ".incoming-0011223344556677").write_bytes(b"half")
    job.step(work.records)
    assert stored(work.records) == []


def test_a_daemon_that_was_followed_by_another_records_nothing(work: Work, address: str, clock: FakeClock) -> None:
    def overtaken(_: Writing) -> None:
        raise LeaseLostError("another one")

    watched(work, picture(address))
    with pytest.raises(LeaseLostError):
        MediaJob(Settings(own_servers=(address,)), BOT, clock, overtaken).step(work.records)
    assert (outcomes(work.records), stored(work.records)) == ([], [])


def test_what_somebody_else_captured_meanwhile_is_not_recorded_twice(
    work: Work, address: str, clock: FakeClock
) -> None:
    settings = Settings(own_servers=(address,))

    def slow(url: str, into: IO[bytes], guard: Guard) -> Fetched:
        MediaJob(settings, BOT, clock).step(work.records)
        raise NotNowError

    watched(work, picture(address))
    MediaJob(settings, BOT, clock, fetch=slow).step(work.records)
    assert [entry.type for entry in outcomes(work.records)] == ["media.captured"]
    assert work.records.due_media(clock() + timedelta(days=1)) is None


def full(url: str, into: IO[bytes], guard: Guard) -> Fetched:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_told_once_and_the_attachment_stays_due(work: Work, address: str, clock: FakeClock) -> None:
    seconds = [0.0]
    job = MediaJob(Settings(own_servers=(address,)), BOT, clock, fetch=full, steady=lambda: seconds[-1])
    watched(work, picture(address))
    for _ in range(3):
        assert not job.step(work.records)
        seconds.append(seconds[-1] + 600)
    (told,) = work.records.entries(types=["system.degraded"])
    assert told.opened["problem.detail"] == "media/ cannot be written (No space left on device)"
    assert work.records.due_media(clock()) is not None


def test_no_more_is_fetched_than_the_store_may_hold(work: Work, job: MediaJob, address: str, wire: Wire) -> None:
    watched(work, picture(address))
    with (work.records.layout.media / ("0" * 64)).open("wb") as large:
        large.truncate(20 * 1024**3)
    assert not job.step(work.records)
    assert wire.requests == []
    told = work.records.last("system.degraded")
    assert told is not None
    assert "media.store_gb (20)" in told.opened["problem.detail"]


def test_people_are_told_once_by_mail_that_there_is_no_room(tmp_path: Path, address: str) -> None:
    config = department(tmp_path, address, ALERTED)
    with Records.create(config.store_dir, config.department.origin) as records:
        file, about = {"sha256": "0" * 64}, Subject("comment", "c_0")
        records.append(MediaCaptured(actor=BOT, subject=about, page="page", capture_seq=0, at=9, kind="x", file=file))
    with (config.store_dir / "media" / ("0" * 64)).open("wb") as large:
        large.truncate(20 * 1024**3)
    for _ in range(3):
        once(config, book=rulebook())
    (letter,) = (tmp_path / "mail").glob("*.eml")
    assert "No room for attachments" in letter.read_text()
    assert "media.store_gb (20); raise it" in letter.read_text()
    assert ("warning", "media") in [(found.level, found.where) for found in check(config, offline=True)]


def test_capturing_goes_on_when_there_is_room_again(work: Work, job: MediaJob, address: str) -> None:
    watched(work, picture(address))
    large = work.records.layout.media / ("0" * 64)
    with large.open("wb") as file:
        file.truncate(20 * 1024**3)
    job.step(work.records)
    large.unlink()
    job._resume = 0.0
    assert job.step(work.records)
    assert len(outcomes(work.records)) == 1


def test_a_pass_ends_when_nothing_is_due(work: Work, job: MediaJob, address: str) -> None:
    watched(work, picture(address, "m1"), picture(address, "m2"))
    media_pass(work.records, job)
    assert len(outcomes(work.records)) == 2


def test_a_pass_begins_no_fetch_when_its_time_is_over(work: Work, address: str, clock: FakeClock) -> None:
    ticks = iter([0.0, 0.0, 0.0, 21.0])
    job = MediaJob(Settings(own_servers=(address,)), BOT, clock, steady=lambda: next(ticks))
    watched(work, picture(address, "m1"), picture(address, "m2"))
    media_pass(work.records, job)
    assert len(outcomes(work.records)) == 1


# --- in the programs -------------------------------------------------------------------------------------------------


def department(folder: Path, address: str, *more: str) -> Loaded:
    """A Department in whose log a comment with a picture waits."""
    config = town(folder, page_table("page"), "[media]", f'own_servers = ["{address}"]', *more)
    page_of(config, "page")
    with Records.create(config.store_dir, config.department.origin) as records:
        picture = {"id": "m1", "kind": "image", "url": f"{address}/m1.png"}
        records.append(seen("c_1", media=[picture], attachments=[0]))
    return config


def test_one_pass_captures_what_is_due(tmp_path: Path, address: str) -> None:
    config = department(tmp_path, address)
    once(config, book=rulebook())
    assert len(log_of(config, "media.captured")) == 1


def test_the_daemon_captures_what_is_due(tmp_path: Path, address: str) -> None:
    config = department(tmp_path, address)
    with working(config):
        assert eventually(lambda: len(log_of(config, "media.captured")) == 1)


def test_nothing_is_fetched_where_that_is_switched_off(tmp_path: Path, address: str, wire: Wire) -> None:
    config = department(tmp_path, address, "enabled = false")
    once(config, book=rulebook())
    assert (log_of(config, "media.captured"), wire.requests) == ([], [])


# --- destruction and proof --------------------------------------------------------------------------------------------


def test_a_file_goes_with_the_last_entry_that_speaks_of_it(work: Work, job: MediaJob, address: str) -> None:
    watched(work, picture(address), picture(address, "m2"))
    all_done(job, work.records)
    first, second = outcomes(work.records)
    destroy(work.records, first.seq)
    assert (sweep(work.records), stored(work.records)) == (0, [SHA256])
    destroy(work.records, second.seq)
    assert (sweep(work.records), stored(work.records)) == (1, [])


def test_an_attachment_whose_comment_was_destroyed_is_not_fetched(
    work: Work, job: MediaJob, address: str, wire: Wire
) -> None:
    watched(work, picture(address))
    destroy(work.records, work.state("1").capture_seq)
    all_done(job, work.records)
    assert (reasons(work.records), wire.requests) == (["destroyed"], [])


@pytest.fixture
def store(work: Work, job: MediaJob, address: str) -> Path:
    watched(work, picture(address))
    all_done(job, work.records)
    assert verify(work.records.layout.folder).ok
    return work.records.layout.folder


def standalone(store: Path) -> str:
    """What is wrong, as the verifier says that needs nothing of this project."""
    command = [sys.executable, "-I", verifier.__file__, str(store), "--json"]
    said = subprocess.run(command, capture_output=True, check=False, timeout=60)
    return "; ".join(json.loads(said.stdout)["problems"])


def test_verifying_notices_a_changed_byte(store: Path) -> None:
    (store / "media" / SHA256).write_bytes(PNG[:-1] + b"\0")
    (problem,) = verify(store).problems
    assert problem.endswith(f"the captured file media/{SHA256} is not what was captured")
    assert "is not what was captured" in standalone(store)


def test_verifying_notices_a_missing_file(store: Path) -> None:
    assert standalone(store) == ""
    (store / "media" / SHA256).unlink()
    assert verify(store).problems[0].endswith(f"the captured file media/{SHA256} is missing")
    assert "is missing" in standalone(store)


def test_what_a_rebuild_makes_is_what_the_appends_made(store: Path, work: Work, address: str) -> None:
    watched(work, picture(address, "m2"), platform_id="2")
    before = work.records.count_due_media()
    work.records.rebuild()
    assert (before, work.records.count_due_media()) == (1, 1)
    assert verify(store).ok


def test_another_files_bytes_under_a_known_name_are_healed_by_the_next_capture(
    store: Path, work: Work, job: MediaJob, address: str
) -> None:
    (store / "media" / SHA256).write_bytes(GIF)
    watched(work, picture(address, "m2"), platform_id="2")
    all_done(job, work.records)
    assert verify(store).ok


def test_a_store_that_cannot_be_written_keeps_the_attachment_due(work: Work, job: MediaJob, address: str) -> None:
    watched(work, picture(address))
    with Records.open(work.records.layout.folder, None, readonly=True) as readonly, pytest.raises(StoreError):
        job.step(readonly)
    assert work.records.count_due_media() == 1
