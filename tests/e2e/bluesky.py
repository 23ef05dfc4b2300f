"""A real Bluesky on this machine, made from nothing: directory, account server and index, from npm, over PostgreSQL.

It is the development network that Bluesky's own programmers use (@atproto/dev-env). The index learns of everything by
the account server's stream of events, as the real one does, so each change takes a second or some to be seen.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from tests.e2e.wordpress import free_port

_FILES = Path(__file__).parent / "servers" / "bluesky"
_PATIENCE = 60.0
_STARTING = 240.0
"""Seconds until the network works: its 350 MB of packages are read from a disk that may be busy."""
_POST, _GATE = "app.bsky.feed.post", "app.bsky.feed.threadgate"
_PASSWORD = "a main password of the tests"


class RefusedTextError(Exception):
    """The account server did not take a text; the message is what it said."""


@dataclass(frozen=True)
class Account:
    """Somebody with an account."""

    did: str
    handle: str
    token: str = field(repr=False)


@dataclass
class Network:
    """A running network, met as its people meet it."""

    url: str
    """The account server, which passes on what it is asked of the index."""
    index: str
    """The index, as anybody may ask it who is not signed in."""
    department: Account = field(default_factory=lambda: Account("", "", ""))
    """See `with_another_department`."""
    people: dict[str, Account] = field(default_factory=dict)

    def with_another_department(self) -> Network:
        """The same network, with a new account for the Department."""
        return replace(self, department=self.open_account(f"jacksonpd{len(self.people)}", "Jackson Police"))

    # --- what people do -------------------------------------------------------------------------------------------

    def open_account(self, name: str, shown: str = "") -> Account:
        """Open an account, once for each name."""
        if name not in self.people:
            asked: dict[str, Any] = {"handle": f"{name}.test", "email": f"{name}@mail.example", "password": _PASSWORD}
            made = self.call("com.atproto.server.createAccount", **asked)
            account = self.people[name] = Account(made["did"], made["handle"], made["accessJwt"])
            profile = {"displayName": shown or name, "description": f"The account of {shown or name}."}
            self.write(account, "app.bsky.actor.profile", "self", profile)
            self.wait(lambda: self.profile(account).get("displayName") == (shown or name), f"the profile of {name}")
        return self.people[name]

    def publish(self, text: str, account: Account | None = None) -> str:
        """Begin a thread, as the Department unless said otherwise; gives its address once everybody sees it."""
        return self._posted(account or self.department, {"text": text})

    def reply(self, parent: str, text: str, account: Account | None = None, **more: Any) -> str:
        """Reply to a post; `more` goes into the record. Gives the address once everybody sees it.

        Raises:
            RefusedTextError: when the account server does not take it.
        """
        above = self.post_of(parent)
        to = {"uri": parent, "cid": above["cid"]}
        root = above["record"].get("reply", {}).get("root", to)
        links = {"parent": to, "root": {"uri": root["uri"], "cid": root["cid"]}}
        return self._posted(
            account or self.open_account("pat-visitor", "Pat Visitor"), {"text": text, "reply": links, **more}
        )

    def edit(self, uri: str, account: Account, text: str) -> None:
        """Change a post's text, and wait until everybody sees it."""
        old = self.post_of(uri)["record"]
        self.write(account, _POST, uri.rpartition("/")[2], {**old, "text": text})
        self.wait(lambda: self.post_of(uri)["record"]["text"] == text, "the edit")

    def remove(self, uri: str, account: Account) -> None:
        """Delete a post, and wait until nobody sees it."""
        key = {"repo": account.did, "collection": _POST, "rkey": uri.rpartition("/")[2]}
        self.call("com.atproto.repo.deleteRecord", account, **key)
        self.wait(lambda: not self.indexed(uri), "the removal")

    def set_gate(self, root: str, **values: Any) -> None:
        """Change a gate from elsewhere, as the Department's staff may in the app."""
        record = {**self.gate(root), **values}
        self.write(self.department, _GATE, root.rpartition("/")[2], {"post": root, **record})

    def gate(self, root: str) -> dict[str, Any]:
        """The gate's record as it stands in the Department's repository; empty where there is none."""
        asked = {"repo": self.department.did, "collection": _GATE, "rkey": root.rpartition("/")[2]}
        answer = self.ask("com.atproto.repo.getRecord", self.url, **asked)
        return dict(answer.json()["value"]) if answer.ok else {}

    def shown(self, root: str) -> list[str]:
        """The replies that a visitor finds in a thread, as Bluesky's own app asks for them, without an account."""
        answer = self.ask("app.bsky.unspecced.getPostThreadV2", anchor=root, below=20)
        answer.raise_for_status()
        return [item["uri"] for item in answer.json()["thread"] if item["depth"] > 0]

    def shown_by_v1(self, root: str) -> str:
        """The whole thread as other apps may ask for it, without an account."""
        answer = self.ask("app.bsky.feed.getPostThread", uri=root, depth=20)
        answer.raise_for_status()
        return answer.text

    def post_of(self, uri: str) -> dict[str, Any]:
        """One post, as the index has it."""
        answer = self.ask("app.bsky.feed.getPostThread", uri=uri, depth=0)
        answer.raise_for_status()
        return dict(answer.json()["thread"]["post"])

    def indexed(self, uri: str) -> bool:
        """Whether everybody sees a post at its own address."""
        return self.ask("app.bsky.feed.getPostThread", uri=uri, depth=0).ok

    def profile(self, account: Account) -> dict[str, Any]:
        """What the account says about itself, as the index has it; empty where it does not know it yet."""
        answer = self.ask("app.bsky.actor.getProfile", actor=account.did)
        return dict(answer.json()) if answer.ok else {}

    # --- the Department's own affairs -----------------------------------------------------------------------------

    def app_password(self, name: str) -> str:
        """Make an app password of the Department's."""
        return str(self.call("com.atproto.server.createAppPassword", self.department, name=name)["password"])

    def revoke(self, name: str) -> None:
        """Revoke an app password."""
        self.call("com.atproto.server.revokeAppPassword", self.department, name=name)

    # --- the wire -------------------------------------------------------------------------------------------------

    def ask(self, method: str, base: str = "", **params: Any) -> requests.Response:
        """Ask without an account, the index unless said otherwise."""
        return requests.get(f"{base or self.index}/xrpc/{method}", params=params, timeout=_PATIENCE)

    def call(self, method: str, account: Account | None = None, **fields: Any) -> dict[str, Any]:
        """Let somebody do something at the account server."""
        signed = {"Authorization": f"Bearer {account.token}"} if account else {}
        answer = requests.post(f"{self.url}/xrpc/{method}", json=fields, headers=signed, timeout=_PATIENCE)
        if answer.status_code == 400:
            raise RefusedTextError(answer.text[:200])
        answer.raise_for_status()
        return dict(answer.json()) if answer.content else {}

    def write(self, account: Account, collection: str, key: str, record: Mapping[str, Any]) -> str:
        """Put a record into somebody's repository; gives its address."""
        dated = {"$type": collection, "createdAt": _now(), **record}
        where = {"repo": account.did, "collection": collection, "rkey": key}
        return str(self.call("com.atproto.repo.putRecord", account, **where, record=dated)["uri"])

    def wait(self, ready: Callable[[], bool], what: str) -> None:
        """Wait until the index has learned of something."""
        _wait(ready, what, lambda: "")

    def _posted(self, account: Account, record: Mapping[str, Any]) -> str:
        dated = {"$type": _POST, "createdAt": _now(), **record}
        made = self.call("com.atproto.repo.createRecord", account, repo=account.did, collection=_POST, record=dated)
        self.wait(lambda: self.indexed(made["uri"]), "the post")
        return str(made["uri"])


@contextmanager
def running_network(folder: Path) -> Iterator[Network]:
    """Start a new network whose logs lie in `folder`; stop it at the end.

    Raises:
        RuntimeError: when it cannot be installed, or does not start.
    """
    modules = _installed()
    directory, accounts, index = free_port(), free_port(), free_port()
    with ExitStack() as running:
        scratch = Path(tempfile.mkdtemp(prefix="ofrecord-bluesky-"))
        running.callback(shutil.rmtree, scratch, ignore_errors=True)
        database = running.enter_context(_database(scratch, folder / "postgres.log"))
        environment = {**os.environ, "DB_POSTGRES_URL": database, "TMPDIR": str(scratch), "LOG_ENABLED": "false"}
        log = folder / "network.log"
        command = ["node", str(_FILES / "network.js"), modules, str(directory), str(accounts), str(index)]
        server = running.enter_context(_process(command, log, environment))
        _wait(lambda: "READY" in _read(log) or server.poll() is not None, "the network", lambda: _read(log), _STARTING)
        if server.poll() is not None:
            raise RuntimeError(f"the network did not start: {_read(log)[-2000:]}")
        # The account's own document says localhost, whatever the address that was asked.
        yield Network(f"http://localhost:{accounts}", f"http://localhost:{index}")


def _installed() -> str:
    """Where the network's packages lie; installs them where they do not."""
    done = subprocess.run(["bash", str(_FILES / "install.sh")], check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"Bluesky's development network cannot be installed: {done.stderr[-2000:]}")
    return done.stdout.strip().splitlines()[-1]


@contextmanager
def _database(scratch: Path, log: Path) -> Iterator[str]:
    """Start PostgreSQL, which refuses to run as root: then as the account that Debian makes for it."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if programs is None:
        raise RuntimeError("PostgreSQL is missing; run as root: bash tests/e2e/install-packages.sh")
    data, port = scratch / "postgres", free_port()
    data.mkdir()
    user: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    if user:
        scratch.chmod(0o755)
        shutil.chown(data, "postgres", "postgres")
    made = [f"{programs}/initdb", "-D", str(data), "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run([*made, "--no-sync"], check=True, capture_output=True, cwd=data, **user)
    kept_small = ["fsync=off", "shared_buffers=64MB", "max_connections=100", "unix_socket_directories="]
    options = [part for each in ("listen_addresses=127.0.0.1", *kept_small) for part in ("-c", each)]
    command = [f"{programs}/postgres", "-D", str(data), "-p", str(port), *options]
    with _process(command, log, None, stop=signal.SIGINT, cwd=data, **user):
        _wait(lambda: "ready to accept connections" in _read(log), "PostgreSQL", lambda: _read(log))
        yield f"postgresql://tests@127.0.0.1:{port}/postgres"


@contextmanager
def _process(
    command: list[str],
    log: Path,
    environment: Mapping[str, str] | None,
    stop: signal.Signals = signal.SIGTERM,
    **options: Any,
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, stdout=output, stderr=output, env=environment, start_new_session=True, **options
        )
        try:
            yield server
        finally:
            server.send_signal(stop)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(ready: Callable[[], bool], what: str, told: Callable[[], str], patience: float = _PATIENCE) -> None:
    until = time.monotonic() + patience
    while not ready():
        if time.monotonic() > until:
            raise RuntimeError(f"in {patience:.0f} s it did not come: {what} {told()[-2000:]}")
        time.sleep(0.05)


def _read(log: Path) -> str:
    return log.read_text(errors="replace") if log.exists() else ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
