from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from bot.download import DownloadError, download, part_of
from tests.bot.release_server import published, ranges
from tests.simulators.loopback import Reply, Wire, broken, lost_after_doing, redirecting, serving, truncated

CONTENT = bytes(range(256)) * 2_000
Serve = Callable[..., AbstractContextManager[str]]


def quiet(there: int, whole: int | None) -> None:
    """Nobody looks."""


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def serve(wire: Wire) -> Serve:
    @contextmanager
    def start(*, ranged: bool = True) -> Iterator[str]:
        files = {"model.ckpt": CONTENT}
        with serving(lambda asked: wire.carry(asked, lambda: published(files, asked, ranged=ranged))) as address:
            yield f"{address}/model.ckpt"

    return start


def test_a_file_comes_whole_and_its_progress_is_told(serve: Serve, tmp_path: Path) -> None:
    heard: list[tuple[int, int | None]] = []
    with serve() as url:
        download(url, tmp_path / "model", lambda there, whole: heard.append((there, whole)))
    assert (tmp_path / "model").read_bytes() == CONTENT
    assert heard[0][0] < len(CONTENT)
    assert heard[-1] == (len(CONTENT), len(CONTENT))


def test_after_a_broken_connection_the_next_try_goes_on(serve: Serve, wire: Wire, tmp_path: Path) -> None:
    wire.next(truncated())
    with serve() as url:
        with pytest.raises(DownloadError, match="Run the same command again: it goes on where this one stopped"):
            download(url, tmp_path / "model", quiet)
        begun = part_of(tmp_path / "model").stat().st_size
        download(url, tmp_path / "model", quiet)
    assert 0 < begun < len(CONTENT)
    assert ranges(wire) == ["", f"bytes={begun}-"]
    assert (tmp_path / "model").read_bytes() == CONTENT
    assert not part_of(tmp_path / "model").exists()


def test_a_server_that_cannot_continue_gives_everything_again(serve: Serve, tmp_path: Path) -> None:
    part_of(tmp_path / "model").write_bytes(b"x" * 1_000)
    with serve(ranged=False) as url:
        download(url, tmp_path / "model", quiet)
    assert (tmp_path / "model").read_bytes() == CONTENT


def test_a_part_that_is_already_everything_is_taken(serve: Serve, tmp_path: Path) -> None:
    part_of(tmp_path / "model").write_bytes(CONTENT)
    with serve() as url:
        download(url, tmp_path / "model", quiet)
    assert (tmp_path / "model").read_bytes() == CONTENT


def test_a_part_that_is_longer_than_the_file_is_thrown_away(serve: Serve, wire: Wire, tmp_path: Path) -> None:
    part_of(tmp_path / "model").write_bytes(CONTENT + b"more")
    with serve() as url:
        download(url, tmp_path / "model", quiet)
    assert (tmp_path / "model").read_bytes() == CONTENT
    assert ranges(wire) == [f"bytes={len(CONTENT) + 4}-", ""]


def test_a_server_that_leaves_out_the_end_is_noticed(wire: Wire, serve: Serve, tmp_path: Path) -> None:
    part_of(tmp_path / "model").write_bytes(CONTENT[:1_000])
    wire.next(truncated(length_tells=False))
    with serve() as url, pytest.raises(DownloadError, match=rf"ended after \d+ of {len(CONTENT)} bytes"):
        download(url, tmp_path / "model", quiet)
    assert not (tmp_path / "model").exists()


def test_without_a_network_the_message_names_the_other_way(tmp_path: Path) -> None:
    with serving(lambda request: Reply(404)) as address:
        gone = address
    with pytest.raises(DownloadError, match=r"cannot be reached from this machine.*--from"):
        download(f"{gone}/model.ckpt", tmp_path / "model", quiet)


@pytest.mark.parametrize(
    ("fault", "says"), [(broken(503), "the server answers 503"), (lost_after_doing(), "cannot be reached")]
)
def test_a_server_in_trouble_is_told(serve: Serve, wire: Wire, tmp_path: Path, fault: object, says: str) -> None:
    wire.next(fault)  # type: ignore[arg-type]
    with serve() as url, pytest.raises(DownloadError, match=says):
        download(url, tmp_path / "model", quiet)


def test_a_redirect_is_followed(serve: Serve, wire: Wire, tmp_path: Path) -> None:
    with serve() as url:
        wire.next(redirecting(url))
        download(url, tmp_path / "model", quiet)
    assert (tmp_path / "model").read_bytes() == CONTENT


def test_a_full_disk_is_called_one(serve: Serve, tmp_path: Path) -> None:
    part_of(tmp_path / "model").symlink_to("/dev/full")
    with (
        serve() as url,
        pytest.raises(DownloadError, match=r"disk is full\. Make room; run the same command again"),
    ):
        download(url, tmp_path / "model", quiet)


def test_a_folder_that_cannot_be_written_is_named(serve: Serve, tmp_path: Path) -> None:
    with serve() as url, pytest.raises(DownloadError, match=r"absent.*cannot be written.*--to"):
        download(url, tmp_path / "absent" / "model", quiet)


@pytest.mark.parametrize("ranged", [True, False])
def test_more_than_such_a_file_has_is_not_taken(serve: Serve, tmp_path: Path, ranged: bool) -> None:
    with serve(ranged=ranged) as url, pytest.raises(DownloadError, match="nothing was taken"):
        download(url, tmp_path / "model", quiet, largest=1_000)
    assert not (tmp_path / "model").exists()
