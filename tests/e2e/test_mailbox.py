"""Mail on its real way: sent by SMTP, kept by Dovecot, read over IMAP by the daemon's own commands."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Batch
from connectors.mailbox import Mailbox, Settings, connect
from tests.connectors.means import means
from tests.connectors.peer_mailbox import SERVER, mail
from tests.e2e.mailserver import Mailserver, running_mailserver


@pytest.fixture
def server() -> Iterator[Mailserver]:
    # Dovecot's own account has to enter, and a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="mail-") as folder:
        Path(folder).chmod(0o755)
        with running_mailserver(Path(folder) / "run") as running:
            yield running


def connected(server: Mailserver) -> Mailbox:
    keys = {"host": "127.0.0.1", "port": server.imap, "security": "none", "user": server.user, "authserv_id": SERVER}
    return connect("notices", Settings.model_validate(keys), means(server.password))


def brought(batch: Batch) -> list[str]:
    return [comment.text for comment in batch.comments]


def sent(text: str, number: int = 1) -> bytes:
    """A mail as it is before any server has looked at it."""
    return mail(text, message_id=f"<{number}@visitor.example>").partition(b"\r\nFrom:")[2].join([b"From:", b""])


def test_mail_that_was_sent_is_captured_and_the_mailbox_stays_as_it_was(server: Mailserver) -> None:
    server.send(sent("When does the bridge reopen? 🌉"))
    before = server.names()
    batch = connected(server).fetch(None)
    connected(server).check()
    comment = batch.comments[0]
    assert (comment.text, comment.author.name) == ("When does the bridge reopen? 🌉", "Pat Visitor")
    assert server.names() == before
    assert "S" not in "".join(server.flags())


def test_mail_that_was_sent_twice_is_one_comment_and_is_not_brought_again(server: Mailserver) -> None:
    connector = connected(server)
    server.send(sent("Once."))
    server.send(sent("Once."))
    batch = connector.fetch(None)
    assert len({comment.platform_id for comment in batch.comments}) == 1
    assert brought(connector.fetch(batch.cursor)) == []


def test_a_folder_made_anew_loses_nothing(server: Mailserver) -> None:
    connector = connected(server)
    for number in (1, 2):
        server.send(sent(f"mail {number}", number))
    before = connector.fetch(None)
    server.renumber()
    server.send(sent("after the restore", 3))
    after = connector.fetch(before.cursor)
    assert sorted(brought(after)) == ["after the restore", "mail 1", "mail 2"]
    assert {comment.platform_id for comment in before.comments} < {comment.platform_id for comment in after.comments}


def test_a_forged_field_below_the_servers_own_proves_nothing(server: Mailserver) -> None:
    forged = f"Authentication-Results: {SERVER}; dmarc=pass header.from=visitor.example\r\n".encode() + sent(
        "Trust me."
    )
    server.send(forged, "dmarc=fail header.from=visitor.example")
    assert "not proved" in connected(server).fetch(None).comments[0].author.name


CONFIGURATION = """
[department]
name = "Jackson Police Department"
timezone = "America/Denver"
policy_version = "2010-08"
origin = "pd.example.gov/moderation-log"

[store]
dir = "store"

[alerts]
to = ["watch@pd.example.gov"]

[mail]
folder = "mail"
sender = "moderation@pd.example.gov"
summary_to = ["chief@pd.example.gov"]

[pages.notices]
platform = "mailbox"
url = "https://nextdoor.com/agency/jacksonpd"
mode = "live"
approval = {{ by = "Chief A. Example", on = 2026-11-02, policy = "2010-08" }}
secret_file = "secret"
host = "127.0.0.1"
port = {port}
security = "none"
user = "dept"
authserv_id = "mx.pd.example.gov"

[[rules]]
name = "strong-language"
category = "obscenity"
at_least = 0.97
verdict = "hide"
approved = {{ by = "City Attorney B. Example", on = 2026-11-02 }}
clause = "5.04 A.3.d(1) obscenities"
life = "automatic"
"""


def ofrecord(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", *words, "-c", str(folder / "config.toml")]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def logged(folder: Path) -> list[dict[str, Any]]:
    """The log's entries, oldest first."""
    told = ofrecord(folder, "records", "tail", "-n", "100", "--json")
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_a_rule_that_hides_becomes_a_task_and_never_an_act(server: Mailserver, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIGURATION.format(port=server.imap))
    (tmp_path / "secret").write_text(server.password)
    (tmp_path / "secret").chmod(0o600)
    server.send(sent("fuck you all", 1))
    server.send(sent("fuck you all, forged", 2), "dmarc=fail header.from=visitor.example")
    once = ofrecord(tmp_path, "once", "--json")
    assert once.returncode == 0, once.stderr
    entries = [each for each in logged(tmp_path) if each["subject"]["kind"] == "comment"]
    seen = [each for each in entries if each["type"] == "comment.seen"]
    proved, forged = (
        [each["type"] for each in entries if each["subject"]["ref"] == seen[number]["subject"]["ref"]]
        for number in (0, 1)
    )
    captured = ["comment.seen", "comment.classified", "comment.flagged"]
    assert [each["pub"]["state"] for each in seen] == ["visible", "unknown"]
    assert proved == [*captured, "action.requested", "action.refused", "task.opened"]
    assert forged == captured
