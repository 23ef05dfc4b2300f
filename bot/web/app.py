"""Builds the review application for one Department and serves it."""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from bot.config import ConfigError, Loaded
from bot.moments import utc_now
from bot.records import Records
from bot.secret_files import read_secret
from bot.web import settings as defaults

if TYPE_CHECKING:
    from bot.web.site import Site

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_THREADS = 8


def make_app(config: Loaded, clock: Callable[[], datetime] | None = None) -> Application:
    """Build the review application of a Department as a WSGI application.

    Makes the store and the database of accounts where they do not exist yet.

    Raises:
        StoreError: when the record cannot be opened.
    """
    site = make_site(config, clock)
    respond = get_wsgi_application()

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        return respond({**environ, "ofrecord.site": site}, start)

    return application


def make_site(config: Loaded, clock: Callable[[], datetime] | None = None) -> Site:
    """Prepare everything that answering a request needs, and give the site that requests carry."""
    configure(config)
    from bot.web.site import Site

    return Site(config, clock or utc_now)


def configure(config: Loaded) -> None:
    """Point Django at a Department's accounts. A second call points the process at another Department's."""
    Records.create(config.store_dir, config.department.origin).close()
    values = {name: getattr(defaults, name) for name in dir(defaults) if name.isupper()}
    values |= defaults.for_department(config, _secret_key(config))
    if settings.configured:
        for name, value in values.items():
            setattr(settings, name, value)
        connections["default"].close()
        connections.settings["default"]["NAME"] = values["DATABASES"]["default"]["NAME"]
    else:
        settings.configure(**values)
        django.setup()
    _migrate(defaults.accounts_file(config))


def serve(config: Loaded, ready: Callable[[str], None]) -> None:
    """Serve the review application until SIGTERM or Ctrl-C; `ready` is told the address once it listens.

    Raises:
        ConfigError: when the address of [web] cannot be listened on.
        StoreError: when the record cannot be opened.
    """
    import waitress

    application = make_app(config)
    try:
        server = waitress.create_server(
            application,
            host=config.web.host,
            port=config.web.port,
            threads=_THREADS,
            ident=None,
            # A reverse proxy on this machine may say who asked and whether they used https; nobody else may.
            trusted_proxy="127.0.0.1",
            trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
            clear_untrusted_proxy_headers=True,
        )
    except (OSError, ValueError) as error:
        where = f"{config.web.host}:{config.web.port}"
        problem = f"web: nobody can listen on {where} ({error}); give another host or port, or stop what has it"
        raise ConfigError(config.path, [problem]) from error
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    listening = getattr(server, "effective_listen", None) or [(config.web.host, server.effective_port)]
    host, port = listening[0]
    ready(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
    server.run()


def _secret_key(config: Loaded) -> str:
    path = config.store_dir / "secrets" / "web.key"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_secret(str(path), path.parent)
    key = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def _migrate(accounts: Path) -> None:
    """Bring the database of accounts up to date, one process at a time."""
    with accounts.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.close(os.open(accounts, os.O_RDWR | os.O_CREAT, 0o600))
        executor = MigrationExecutor(connections["default"])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
    connections["default"].close()
