"""A real WordPress on this machine, made from nothing: Debian's package, MariaDB, PHP's own web server.

The idea of the set-up (Debian's tree copied with its links resolved, a private database socket, a router instead of
rewrite rules) is what proved to work; see ``docs/how-to/connect-wordpress.md`` for the real thing.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter

_FILES = Path(__file__).parent / "servers" / "wordpress"
_DEBIAN = Path("/usr/share/wordpress")
_THEME = Path("/var/lib/wordpress/wp-content/themes/twentytwentythree")
_ANCHOR = re.compile(r'id="comment-(\d+)"')
_PATIENCE = 60.0


class FormRefusedError(Exception):
    """The public comment form did not take a comment; the message is what the visitor read."""


class _From(HTTPAdapter):
    """Speaks from a chosen loopback address: each stands for another visitor's computer."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, source_address=(self._address, 0))


@dataclass
class Site:
    """A running site, met as a visitor meets it, as its staff do, and as the moderation bot does."""

    url: str
    folder: Path
    accounts: Mapping[str, Mapping[str, Any]]
    user: str = "moderator"
    """The editor account of the bot."""
    revoked: bool = False
    """The bot's password is worthless just now."""
    _visitors: Iterator[int] = field(default_factory=lambda: itertools.count(2))

    @property
    def password_file(self) -> Path:
        """The bot's application password, mode 0600."""
        return self.folder / "moderator.password"

    @property
    def secret(self) -> str:
        """The bot's application password."""
        return self.password_file.read_text().strip()

    def publish(self, title: str, text: str, kind: str = "posts") -> int:
        """Publish as the Department's chief; `kind` is posts or pages. Gives the id."""
        made = self.as_staff(
            "POST", f"/wp/v2/{kind}", title=title, content=text, status="publish", comment_status="open"
        )
        return int(made["id"])

    def visit(self, post_id: int) -> str:
        """What an anonymous visitor's browser gets when opening the post."""
        return self.read(f"/?p={post_id}")

    def read(self, address: str) -> str:
        """What an anonymous visitor gets at an address of the site."""
        answer = requests.get(f"{self.url}{address}", timeout=_PATIENCE)
        answer.raise_for_status()
        return answer.text

    def comment(self, post_id: int, text: str, author: str = "Pat Visitor", parent: int | None = None) -> int:
        """Write a comment through the public form, each time from another address: flood control allows four a minute.

        Raises:
            FormRefusedError: when the form does not take it.
        """
        number = next(self._visitors)
        form = {
            "author": author,
            "email": f"visitor{number}@mail.example",
            "url": "",
            "comment": text,
            "comment_post_ID": str(post_id),
            "comment_parent": str(parent or 0),
        }
        answer = self._visitor(number).post(
            f"{self.url}/wp-comments-post.php", data=form, timeout=_PATIENCE, allow_redirects=False
        )
        if answer.status_code != 302:
            raise FormRefusedError(re.sub(r"<[^>]+>|\s+", " ", answer.text).strip()[-200:])
        written = re.search(r"#comment-(\d+)|unapproved=(\d+)", answer.headers["Location"])
        if written is None:
            return self._newest(post_id)
        return int(written[1] or written[2])

    def trackback(self, post_id: int, text: str) -> int:
        """Leave a trackback, as any other site may; gives its id. It needs no form, and WordPress shows it at once."""
        address = str(self.as_staff("GET", f"/wp/v2/posts/{post_id}")["link"])
        fields = {"url": "http://other.example/", "title": "Elsewhere", "blog_name": "Other", "excerpt": text}
        self._visitor(next(self._visitors)).post(f"{address}trackback/", data=fields, timeout=_PATIENCE)
        rows = self.as_staff("GET", f"/wp/v2/comments?post={post_id}&type=trackback&context=edit&per_page=1")
        return int(rows[0]["id"])

    def edit(self, comment_id: int, text: str) -> None:
        """Change a comment's text in the site's own administration."""
        self.as_staff("POST", f"/wp/v2/comments/{comment_id}", content=text)

    def set_status(self, comment_id: int, status: str) -> None:
        """Let the staff, or a plugin, make a comment approved, hold, spam or trash."""
        self.as_staff("POST", f"/wp/v2/comments/{comment_id}", status=status)

    def destroy(self, comment_id: int) -> None:
        """Let the staff take a comment away for good."""
        self.as_staff("DELETE", f"/wp/v2/comments/{comment_id}", force=True)

    def stored(self, comment_id: int) -> dict[str, Any]:
        """The comment as the staff see it through the REST API."""
        return dict(self.as_staff("GET", f"/wp/v2/comments/{comment_id}?context=edit"))

    def status(self, comment_id: int) -> str:
        """The comment's status: approved, hold, spam or trash."""
        return str(self.stored(comment_id)["status"])

    def visible(self, post_id: int, comment_id: int) -> bool:
        """Whether an anonymous visitor finds the comment on the post's public page."""
        return str(comment_id) in _ANCHOR.findall(self.visit(post_id))

    def revoke_password(self) -> None:
        """Revoke every application password of the bot."""
        self.as_staff("DELETE", f"/wp/v2/users/{self.accounts[self.user]['id']}/application-passwords")
        self.revoked = True

    def renew_password(self) -> None:
        """Give the bot a new application password, in `password_file`."""
        path = f"/wp/v2/users/{self.accounts[self.user]['id']}/application-passwords"
        write_secret(self.password_file, self.as_staff("POST", path, name=f"renewed {time.time()}")["password"])
        self.revoked = False

    @contextmanager
    def plain_permalinks(self) -> Iterator[None]:
        """Switch pretty permalinks off for a while: the site then has no ``/wp-json``."""
        switch = self.folder / "site" / "plain-permalinks"
        switch.touch()
        try:
            yield
        finally:
            switch.unlink()

    @contextmanager
    def maintenance(self) -> Iterator[None]:
        """Show the maintenance page for a while, as during an update."""
        switch = self.folder / "site" / ".maintenance"
        switch.write_text("<?php $upgrading = time();")
        try:
            yield
        finally:
            switch.unlink()

    def as_staff(self, method: str, path: str, account: str = "chief", **fields: Any) -> Any:
        """Call the REST API as one of the accounts: chief, writer, resident or moderator."""
        route, _, query = path.partition("?")
        answer = requests.request(
            method,
            f"{self.url}/?rest_route={route}&{query}",
            json=fields or None,
            auth=(account, self.secret if account == self.user else self.accounts[account]["password"]),
            timeout=_PATIENCE,
        )
        answer.raise_for_status()
        return answer.json()

    def _newest(self, post_id: int) -> int:
        rows = self.as_staff("GET", f"/wp/v2/comments?context=edit&post={post_id}&status=spam&orderby=id&per_page=1")
        return int(rows[0]["id"])

    def _visitor(self, number: int) -> requests.Session:
        session = requests.Session()
        session.mount("http://", _From(f"127.0.{number // 250}.{number % 250 + 2}"))
        return session


def write_secret(path: Path, secret: str) -> None:
    """Write a file that only its owner can read."""
    path.touch(mode=0o600)
    path.write_text(secret)


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """Start a new WordPress whose files and database lie in `folder`; stop it at the end."""
    url = f"http://127.0.0.1:{free_port()}"
    root = folder / "site"
    environment = {**os.environ, "SITE_URL": url, "SITE_SOCKET": str(folder / "db.sock"), "PHP_CLI_SERVER_WORKERS": "4"}
    _copy_site(root)
    with ExitStack() as running:
        # The logs stay for whoever looks into a failure; some 200 MB of site and database do not.
        running.callback(shutil.rmtree, root, ignore_errors=True)
        running.callback(shutil.rmtree, folder / "db", ignore_errors=True)
        running.enter_context(_database(folder))
        accounts = _install(root, environment)
        running.enter_context(_web_server(root, folder, url, environment))
        site = Site(url, folder, accounts)
        write_secret(site.password_file, accounts["moderator"]["password"])
        yield site


def _copy_site(root: Path) -> None:
    """Copy Debian's tree with its links resolved: WordPress takes its place from where its files really lie."""
    shutil.copytree(
        _DEBIAN,
        root,
        ignore=shutil.ignore_patterns("languages", "wp-config.php", ".htaccess"),
        ignore_dangling_symlinks=True,
    )
    shutil.copytree(_THEME, root / "wp-content" / "themes" / _THEME.name, dirs_exist_ok=True)
    shutil.copy(_FILES / "wp-config.php", root)
    (root / "wp-content" / "mu-plugins").mkdir()
    shutil.copy(_FILES / "mu-plugin.php", root / "wp-content" / "mu-plugins")


@contextmanager
def _database(folder: Path) -> Iterator[None]:
    data, socket_file = folder / "db", folder / "db.sock"
    _run(
        "mariadb-install-db",
        "--no-defaults",
        f"--datadir={data}",
        "--auth-root-authentication-method=normal",
        "--user=root",
    )
    server = [
        "mariadbd",
        "--no-defaults",
        "--user=root",
        f"--datadir={data}",
        f"--socket={socket_file}",
        "--skip-networking",
        f"--pid-file={folder / 'db.pid'}",
        "--innodb-buffer-pool-size=64M",
        "--innodb-flush-log-at-trx-commit=0",
    ]
    client = ["mariadb", "--no-defaults", "-uroot", f"-S{socket_file}", "-e"]
    with serving_process(server, folder / "db.log"):
        _wait(lambda: _succeeds([*client, "select 1"]), "the database", folder / "db.log")
        _run(*client, "create database wp")
        yield


def _install(root: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    done = _run("php", str(_FILES / "install.php"), str(root), environment=environment)
    return dict(json.loads(done))


@contextmanager
def _web_server(root: Path, folder: Path, url: str, environment: Mapping[str, str]) -> Iterator[None]:
    address = url.removeprefix("http://")
    server = ["php", "-d", "opcache.enable_cli=1", "-S", address, "-t", str(root), str(_FILES / "router.php")]
    with serving_process(server, folder / "site.log", environment):
        _wait(lambda: _answers(f"{url}/wp-json/"), "the site", folder / "site.log")
        yield


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=_PATIENCE).ok
    except requests.ConnectionError:
        return False


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _run(*command: str, environment: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout[-500:]} {done.stderr[-500:]}")
    return done.stdout


@contextmanager
def serving_process(command: list[str], log: Path, environment: Mapping[str, str] | None = None) -> Iterator[None]:
    """Run a server in its own process group, and stop the whole group: PHP's workers outlive their parent."""
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, env=environment, start_new_session=True)
        try:
            yield
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=_PATIENCE)


def _wait(ready: Callable[[], bool], what: str, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while not ready():
        if time.monotonic() > until:
            raise RuntimeError(f"{what} did not start: {log.read_text(errors='replace')[-500:]}")
        time.sleep(0.1)
