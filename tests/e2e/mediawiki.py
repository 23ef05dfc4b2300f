"""A real MediaWiki on this machine, made from nothing: Debian's package in place, SQLite, PHP's own web server."""

from __future__ import annotations

import html
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.e2e.programs import wait_until
from tests.e2e.wordpress import free_port, serving_process, write_secret

_CODE = Path("/usr/share/mediawiki")
_SETTINGS = Path(__file__).parent / "servers" / "mediawiki" / "settings.php"
_PATIENCE = 60.0
_PASSWORD = "correct horse battery staple 7"
_BOT_PASSWORD = "0123456789abcdefghijklmnopqrstuv"
_GRANTS = "basic,highvolume,editpage,delete,viewdeleted"
_BOT = ("createBotPassword", "--appid=moderation", f"--grants={_GRANTS}", "OfRecord")


class EditRefusedError(Exception):
    """The wiki did not take an edit."""


@dataclass
class Wiki:
    """A running wiki, met as a visitor meets it, and as its staff do."""

    url: str
    folder: Path
    user: str = "OfRecord@moderation"
    """The name of the bot password."""
    revoked: bool = False
    _sessions: dict[str, requests.Session] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def api(self) -> str:
        """The address of ``api.php``."""
        return f"{self.url}/api.php"

    @property
    def password_file(self) -> Path:
        """The bot password, mode 0600."""
        return self.folder / "bot.password"

    @property
    def secret(self) -> str:
        """The bot password."""
        return self.password_file.read_text().strip()

    def query(self, user: str = "", **params: str) -> dict[str, Any]:
        """Ask the API as somebody; without a name, as an anonymous visitor."""
        fields = {"action": "query", "format": "json", "formatversion": "2", **params}
        return dict(self._session(user).get(self.api, params=fields, timeout=_PATIENCE).json())

    def act(self, user: str, action: str, **params: str) -> dict[str, Any]:
        """Change something as somebody.

        Raises:
            EditRefusedError: when the wiki does not do it.
        """
        session = self._session(user)
        if user not in self._tokens:
            self._tokens[user] = self.query(user, meta="tokens")["query"]["tokens"]["csrftoken"]
        fields = {"action": action, "format": "json", "formatversion": "2", "token": self._tokens[user], **params}
        said = dict(session.post(self.api, data=fields, timeout=_PATIENCE).json())
        if "error" in said or said.get("edit", {}).get("result", "Success") != "Success":
            raise EditRefusedError(str(said)[:300])
        return said

    def edit(self, user: str, title: str, **how: str) -> int:
        """Edit a page as somebody; gives the number of the new revision.

        Raises:
            EditRefusedError: when nothing was changed.
        """
        said = self.act(user, "edit", title=title, **how)["edit"]
        if "newrevid" not in said:
            raise EditRefusedError("nothing changed")
        return int(said["newrevid"])

    def text(self, title: str) -> str:
        """A page's text as it is; empty when there is none."""
        answer = requests.get(f"{self.url}/index.php", params={"title": title, "action": "raw"}, timeout=_PATIENCE)
        return answer.text if answer.ok else ""

    def read(self, **params: str) -> str:
        """What an anonymous visitor's browser shows of a page of the wiki."""
        answer = requests.get(f"{self.url}/index.php", params=params, timeout=_PATIENCE)
        return html.unescape(answer.text)

    def words_of(self, revision: int) -> str | None:
        """The text of a revision as an anonymous visitor gets it; None when they do not."""
        said = self.query(prop="revisions", revids=str(revision), rvprop="content", rvslots="main")["query"]
        revisions = (said.get("pages") or [{}])[0].get("revisions", [{}])
        return revisions[0].get("slots", {}).get("main", {}).get("content") if revisions else None

    def destroy(self, title: str, revision: int) -> None:
        """Let an administrator delete a page and bring back all of it but one revision."""
        # Revisions are brought back by their second, so the doomed one gets a second of its own.
        self._sql(f"UPDATE revision SET rev_timestamp = '20200101000000' WHERE rev_id = {revision}")
        kept = self._others(title, revision)
        self.act("Chief", "delete", title=title, reason="")
        if kept:
            self.act("Chief", "undelete", title=title, timestamps="|".join(kept), reason="")

    def _others(self, title: str, revision: int) -> list[str]:
        said = self.query(prop="revisions", titles=title, rvprop="ids|timestamp", rvlimit="50")["query"]["pages"][0]
        return [str(each["timestamp"]) for each in said["revisions"] if each["revid"] != revision]

    def revoke_password(self) -> None:
        """Take the bot password away."""
        self._sql("DELETE FROM bot_passwords")
        self.revoked = True

    def renew_password(self) -> None:
        """Give the bot password again."""
        _maintain(self.folder, *_BOT, _BOT_PASSWORD)
        self.revoked = False

    def _sql(self, command: str) -> None:
        with closing(sqlite3.connect(self.folder / "db" / "wiki.sqlite", timeout=30)) as database, database:
            database.execute(command)

    def _session(self, user: str) -> requests.Session:
        if user not in self._sessions:
            session = requests.Session()
            if user:
                self._log_in(session, user)
            self._sessions[user] = session
        return self._sessions[user]

    def _log_in(self, session: requests.Session, user: str) -> None:
        if user not in ("Chief", "OfRecord"):
            self._register(user)
        ask = {"action": "query", "meta": "tokens", "type": "login", "format": "json"}
        token = session.get(self.api, params=ask, timeout=_PATIENCE).json()["query"]["tokens"]["logintoken"]
        fields = {"action": "login", "lgname": user, "lgpassword": _PASSWORD, "lgtoken": token, "format": "json"}
        said = session.post(self.api, data=fields, timeout=_PATIENCE).json()
        assert said["login"]["result"] == "Success", said

    def _register(self, user: str) -> None:
        """Make an account, as a visitor would."""
        stranger = requests.Session()
        ask = {"action": "query", "meta": "tokens", "type": "createaccount", "format": "json"}
        token = stranger.get(self.api, params=ask, timeout=_PATIENCE).json()["query"]["tokens"]["createaccounttoken"]
        fields = {
            "action": "createaccount",
            "username": user,
            "password": _PASSWORD,
            "retype": _PASSWORD,
            "createreturnurl": self.url,
            "createtoken": token,
            "format": "json",
        }
        said = stranger.post(self.api, data=fields, timeout=_PATIENCE).json()
        assert said["createaccount"]["status"] == "PASS", said


@contextmanager
def running_wiki(folder: Path) -> Iterator[Wiki]:
    """Start a new MediaWiki whose state lies in `folder`; stop it at the end."""
    url = f"http://127.0.0.1:{free_port()}"
    for name in ("db", "conf", "cache"):
        (folder / name).mkdir()
    _install(folder, url)
    environment = {**_environment(folder), "PHP_CLI_SERVER_WORKERS": "2"}
    server = ["php", "-d", "opcache.enable_cli=1", "-S", url.removeprefix("http://"), "-t", str(_CODE)]
    try:
        with serving_process(server, folder / "site.log", environment):
            wait_until(lambda: _answers(f"{url}/api.php"), f"the wiki; see {folder / 'site.log'}")
            wiki = Wiki(url, folder)
            write_secret(wiki.password_file, _BOT_PASSWORD)
            yield wiki
    finally:
        shutil.rmtree(folder / "db", ignore_errors=True)


def _install(folder: Path, url: str) -> None:
    _maintain(
        folder,
        "install",
        *("--dbtype=sqlite", f"--dbpath={folder / 'db'}", "--dbname=wiki", f"--confpath={folder / 'conf'}"),
        *(f"--server={url}", "--scriptpath=", f"--pass={_PASSWORD}", "Department wiki", "Chief"),
        configured=False,
    )
    with (folder / "conf" / "LocalSettings.php").open("a") as settings:
        settings.write(re.sub(r"^<\?php", "", _SETTINGS.read_text()))
        settings.write(f"$wgCacheDirectory = '{folder / 'cache'}';\n")
    _maintain(folder, "createAndPromote", "--bot", "--sysop", "OfRecord", _PASSWORD)
    _maintain(folder, *_BOT, _BOT_PASSWORD)


def _maintain(folder: Path, script: str, *words: str, configured: bool = True) -> None:
    """Run one of MediaWiki's maintenance scripts."""
    environment = _environment(folder) if configured else dict(os.environ)
    done = subprocess.run(
        ["php", f"maintenance/{script}.php", *words],
        cwd=_CODE,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=2 * _PATIENCE,
    )
    if done.returncode:
        raise RuntimeError(f"{script} failed: {done.stdout[-500:]} {done.stderr[-500:]}")


def _environment(folder: Path) -> Mapping[str, str]:
    return {**os.environ, "MW_CONFIG_FILE": str(folder / "conf" / "LocalSettings.php")}


def _answers(url: str) -> bool:
    try:
        return requests.get(url, params={"action": "query", "format": "json"}, timeout=_PATIENCE).ok
    except requests.ConnectionError:
        return False
