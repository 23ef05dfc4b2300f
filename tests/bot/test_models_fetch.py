from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.download import Told
from bot.models_fetch import RELEASES, FetchError, Release, fetch
from models.detoxify_folder import CONFIG, TOKENIZER, record, sums_of
from tests.bot.release_server import published
from tests.simulators.loopback import serving

CHECKPOINT = b"weights " * 50_000
DIGEST = hashlib.sha256(CHECKPOINT).hexdigest()
NAME = f"tiny-{DIGEST[:8]}.ckpt"
RELEASE = Release("detoxify-tiny", f"https://example.invalid/v1/{NAME}", "tiny-base")


@pytest.fixture
def files() -> dict[str, bytes]:
    return {NAME: CHECKPOINT, CONFIG: b'{"hidden_size": 8}', TOKENIZER: b'{"version": "1.0"}'}


@pytest.fixture
def mirror(files: dict[str, bytes]) -> Iterator[str]:
    with serving(lambda request: published(files, request)) as address:
        yield address


def quiet(name: str) -> Told:
    return lambda there, whole: None


def test_a_release_comes_whole_with_its_sums(mirror: str, files: dict[str, bytes], tmp_path: Path) -> None:
    fetch(RELEASE, tmp_path / "tiny", mirror, quiet)
    assert {name: (tmp_path / "tiny" / name).read_bytes() for name in files} == files
    assert sums_of(tmp_path / "tiny") == {name: hashlib.sha256(each).hexdigest() for name, each in files.items()}


def test_the_sums_are_written_as_sha256sum_reads_them(mirror: str, tmp_path: Path) -> None:
    fetch(RELEASE, tmp_path, mirror, quiet)
    assert f"{DIGEST}  {NAME}\n" in (tmp_path / "SHA256SUMS").read_text()


def test_a_second_fetch_takes_what_is_there(mirror: str, files: dict[str, bytes], tmp_path: Path) -> None:
    fetch(RELEASE, tmp_path, mirror, quiet)
    files.clear()
    assert all("is there already" in line for line in fetch(RELEASE, tmp_path, mirror, quiet))


def test_a_checkpoint_whose_sum_is_not_that_of_its_name_is_not_kept(
    mirror: str, files: dict[str, bytes], tmp_path: Path
) -> None:
    files[NAME] = b"other weights"
    with pytest.raises(FetchError, match=f"its name says that its SHA-256 begins with {DIGEST[:8]}.*It was not kept"):
        fetch(RELEASE, tmp_path, mirror, quiet)
    assert not (tmp_path / NAME).exists()
    assert NAME not in sums_of(tmp_path)


def test_a_tokenizer_that_changed_since_the_first_fetch_is_refused(
    mirror: str, files: dict[str, bytes], tmp_path: Path
) -> None:
    fetch(RELEASE, tmp_path, mirror, quiet)
    (tmp_path / TOKENIZER).unlink()
    files[TOKENIZER] = b'{"version": "2.0"}'
    with pytest.raises(FetchError, match=r"tokenizer\.json is not the file that was fetched first.*a new folder"):
        fetch(RELEASE, tmp_path, mirror, quiet)
    assert not (tmp_path / TOKENIZER).exists()


def test_a_file_that_was_changed_on_this_machine_is_refused(mirror: str, tmp_path: Path) -> None:
    fetch(RELEASE, tmp_path, mirror, quiet)
    (tmp_path / CONFIG).write_text("{}")
    with pytest.raises(FetchError, match=r"config\.json is not the file that was fetched first.*Delete .*config\.json"):
        fetch(RELEASE, tmp_path, mirror, quiet)


def test_the_same_beginning_with_another_end_is_refused_too(files: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "plain.ckpt").write_bytes(b"first")
    record(tmp_path, "plain.ckpt")
    (tmp_path / "plain.ckpt").unlink()
    files["plain.ckpt"] = b"second"
    unnamed = replace(RELEASE, checkpoint_url="https://example.invalid/plain.ckpt")
    with (
        serving(lambda request: published(files, request)) as address,
        pytest.raises(FetchError, match="fetched first"),
    ):
        fetch(unnamed, tmp_path, address, quiet)


def test_files_are_taken_from_a_folder(files: dict[str, bytes], tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    for name, content in files.items():
        (stick / name).write_bytes(content)
    fetch(RELEASE, tmp_path / "tiny", str(stick), quiet)
    assert sums_of(tmp_path / "tiny").keys() == files.keys()


def test_a_file_that_the_folder_lacks_is_named_with_where_it_is_published(tmp_path: Path) -> None:
    with pytest.raises(
        FetchError, match=r"config\.json is not there\. It is published as https://huggingface\.co/tiny"
    ):
        fetch(RELEASE, tmp_path / "tiny", str(tmp_path), quiet)


def test_without_a_network_nothing_half_done_has_the_files_name(tmp_path: Path) -> None:
    with serving(lambda request: published({}, request)) as address:
        gone = address
    with pytest.raises(FetchError, match="cannot be reached"):
        fetch(RELEASE, tmp_path, gone, quiet)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_downloaded_is_listed_with_where_to_get_it(tmp_path: Path) -> None:
    with serving(lambda request: published({}, request)) as address, pytest.raises(FetchError) as caught:
        fetch(RELEASE, tmp_path, address, quiet)
    assert all(f"\n  {name}  {url}" in str(caught.value) for name, url in RELEASE.addresses.items())


def test_a_folder_that_cannot_be_made_is_named(mirror: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FetchError, match=r"file.*--to"):
        fetch(RELEASE, tmp_path / "file" / "tiny", mirror, quiet)


@pytest.mark.parametrize("release", RELEASES.values(), ids=list(RELEASES))
def test_every_release_is_https_and_its_checkpoint_names_its_sum(release: Release) -> None:
    assert all(url.startswith("https://") for url in release.addresses.values())
    assert release.checkpoint.rpartition("-")[2].removesuffix(".ckpt").isalnum()
    assert set(release.addresses) == {CONFIG, TOKENIZER, release.checkpoint}
