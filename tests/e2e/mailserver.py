"""A real mail server on this machine, made from nothing: aiosmtpd takes mail into a Maildir, Dovecot gives it out.

The set-up (rootless paths, a Maildir made beforehand, no chroot) is what proved to work with Debian's Dovecot 2.3.
"""

from __future__ import annotations

import mailbox
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bot.postbox import Postbox, running

_CONFIGURATION = """
base_dir = {folder}/state
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{folder}/mail/%u
mail_uid = {user}
mail_gid = {user}
first_valid_uid = 1
namespace inbox {{
  inbox = yes
}}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={user} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service stats {{
  chroot =
}}
service anvil {{
  chroot =
}}
"""
_USER = "mail"
_PATIENCE = 30.0


class _Maildir(Postbox):
    """Delivers what it takes, with what this server found out about the sender, as a real one puts it on top."""

    folder: Path
    verdict: str = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        content: bytes = envelope.content
        if self.verdict:
            content = f"Authentication-Results: mx.pd.example.gov; {self.verdict}\r\n".encode() + content
        mailbox.Maildir(self.folder).add(content)
        _give_away(self.folder)
        return "250 taken"


@dataclass
class Mailserver:
    """A running server with one account."""

    folder: Path
    imap: int
    smtp: _Maildir
    user: str = "dept"
    password: str = "secret-of-the-department"

    def send(self, message: bytes, verdict: str = "dmarc=pass header.from=visitor.example") -> None:
        """Send a mail by SMTP; `verdict` is what the server finds out about its sender."""
        self.smtp.verdict = verdict
        with smtplib.SMTP("127.0.0.1", self.smtp.port) as connection:
            connection.sendmail("pat@visitor.example", ["dept@pd.example.gov"], message)

    @property
    def maildir(self) -> Path:
        """Where the mail lies."""
        return self.folder / "mail" / self.user

    def renumber(self) -> None:
        """Let Dovecot make its index anew, as after a restore from backup: another UIDVALIDITY."""
        for each in self.maildir.glob("dovecot*"):
            each.unlink()
        for each in (self.maildir / "cur").iterdir():
            each.rename(self.maildir / "new" / each.name.partition(":")[0])
        time.sleep(1.1)  # the new UIDVALIDITY is the time in seconds

    def flags(self) -> list[str]:
        """The flags of each mail, as the Maildir keeps them in its names."""
        return [each.name.partition(":2,")[2] for each in (self.maildir / "cur").iterdir()]

    def names(self) -> set[str]:
        """What mails there are."""
        return {each.name.partition(":")[0] for part in ("cur", "new") for each in (self.maildir / part).iterdir()}


def _give_away(folder: Path) -> None:
    owner = pwd.getpwnam(_USER)
    for each in (folder, *folder.rglob("*")):
        os.chown(each, owner.pw_uid, owner.pw_gid)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                if connection.recv(16):
                    return
        except OSError:
            if time.monotonic() > end:
                raise
        time.sleep(0.1)


@contextmanager
def running_mailserver(folder: Path) -> Iterator[Mailserver]:
    """Serve mail from an empty folder that every account may enter, for the length of the block."""
    port = _free_port()
    shutil.rmtree(folder, ignore_errors=True)
    maildir = folder / "mail" / Mailserver.user
    for each in (folder / "state", maildir / "cur", maildir / "new", maildir / "tmp"):
        each.mkdir(parents=True)
    _give_away(folder / "mail")
    folder.chmod(0o755)
    (folder / "users").write_text(f"{Mailserver.user}:{{PLAIN}}{Mailserver.password}::::::\n")
    configuration = folder / "dovecot.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, user=_USER, port=port))
    smtp = _Maildir()
    smtp.folder = maildir
    subprocess.run(["dovecot", "-c", str(configuration)], check=True, stdin=subprocess.DEVNULL)
    try:
        _wait_for(port)
        with running(smtp):
            yield Mailserver(folder, port, smtp)
    finally:
        subprocess.run(["doveadm", "-c", str(configuration), "stop"], check=False)
