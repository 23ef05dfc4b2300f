"""Secrets: read late, from files that nobody else can read, and never shown."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.secret_files import SecretError, read_secret, write_secret


def secret(tmp_path: Path, content: bytes, mode: int = 0o600) -> Path:
    path = tmp_path / "secret"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_secret_is_read_without_the_white_space_around_it(tmp_path: Path) -> None:
    secret(tmp_path, b"  s3cret\n")
    assert read_secret("secret", tmp_path) == "s3cret"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_that_others_can_read_is_refused_with_the_command_to_mend_it(tmp_path: Path, mode: int) -> None:
    path = secret(tmp_path, b"s3cret", mode)
    with pytest.raises(SecretError, match=f"chmod 600 {path}"):
        read_secret("secret", tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match=str(tmp_path / "nowhere")):
        read_secret("nowhere", tmp_path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    secret(tmp_path, b"\n")
    with pytest.raises(SecretError, match="is empty"):
        read_secret("secret", tmp_path)


def test_a_huge_file_is_not_a_secret(tmp_path: Path) -> None:
    secret(tmp_path, b"x" * 70_000)
    with pytest.raises(SecretError, match="larger"):
        read_secret("secret", tmp_path)


def test_no_message_holds_the_secret(tmp_path: Path) -> None:
    secret(tmp_path, b"s3cret\xff", 0o600)
    with pytest.raises(SecretError) as caught:
        read_secret("secret", tmp_path)
    assert "s3cret" not in str(caught.value)


def test_a_systemd_credential_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret(tmp_path, b"s3cret", 0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read_secret("credential:secret", Path("/")) == "s3cret"


def test_a_credential_without_systemd_says_what_to_add(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(SecretError, match="LoadCredential"):
        read_secret("credential:secret", tmp_path)


def test_a_written_secret_is_read_back_and_is_for_nobody_else(tmp_path: Path) -> None:
    write_secret("secrets/page", tmp_path, "s3cret")
    path = tmp_path / "secrets/page"
    assert read_secret("secrets/page", tmp_path) == "s3cret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_secret_is_replaced_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write_secret("page", tmp_path, "a long secret that was there before")
    write_secret("page", tmp_path, "new")
    assert read_secret("page", tmp_path) == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["page"]


def test_a_secret_that_others_could_read_is_for_nobody_else_once_written(tmp_path: Path) -> None:
    secret(tmp_path, b"old", 0o644)
    write_secret("secret", tmp_path, "new")
    assert read_secret("secret", tmp_path) == "new"


def test_a_secret_that_systemd_hands_over_cannot_be_replaced(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="name a file instead"):
        write_secret("credential:page", tmp_path, "new")


def test_a_secret_that_cannot_be_written_names_the_file_and_not_the_secret(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SecretError, match="cannot be written") as error:
        write_secret("file/secret", tmp_path, "hunter2")
    assert "hunter2" not in str(error.value)
