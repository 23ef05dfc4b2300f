"""The credential of one page: what a person is told when there is none yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.page_secret import PageSecret
from connectors.base import UnauthorizedError


def test_a_page_without_a_credential_yet_is_told_the_command_that_gets_one(tmp_path: Path) -> None:
    with pytest.raises(UnauthorizedError, match=r"put the secret there, mode 0600, or run: ofrecord connect videos$"):
        PageSecret("videos", "secrets/videos", tmp_path).read()


def test_a_file_that_others_can_read_is_not_answered_with_another_connect(tmp_path: Path) -> None:
    path = tmp_path / "videos"
    path.write_text("token")
    path.chmod(0o644)
    with pytest.raises(UnauthorizedError, match=f"chmod 600 {path}$"):
        PageSecret("videos", "videos", tmp_path).read()
