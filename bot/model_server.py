"""Asking a Department's own model: one POST, bounded in time and size; left alone for a while when it keeps failing.

Redirects and proxies are not followed: comments and the token go to the configured address or nowhere. A message names
the host and never holds the token, a comment, or what the server sent.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import TypeVar
from urllib.parse import urlsplit

import structlog
from pybreaker import CircuitBreaker, CircuitBreakerError, CircuitBreakerListener, CircuitBreakerState

from bot.secret_files import SecretError, read_secret
from models.remote import Settings
from models.score import ScoringError

_LARGEST = 4 * 1024 * 1024
"""Bytes of an answer."""
T = TypeVar("T")
log = structlog.get_logger()


class ModelServer:
    """The address of a Department's own model. `ask` is what `models.remote.Remote` is handed.

    Threads take turns: the breaker lets one question through at a time.
    """

    def __init__(self, settings: Settings, folder: Path) -> None:
        """Connect to nothing yet.

        Args:
            settings: the table of the model.
            folder: where the configuration lies.
        """
        self._settings = settings
        self._folder = folder
        self._host = urlsplit(settings.url).netloc
        self._breaker = CircuitBreaker(
            fail_max=settings.failures,
            reset_timeout=settings.pause_seconds,
            listeners=[_Telling(self._host)],
            throw_new_error_on_trip=False,
        )

    def ask(self, question: bytes, read: Callable[[bytes], T]) -> T:
        """Send a question and give what `read` makes of the whole answer. Nothing is tried twice.

        Raises:
            ScoringError: when no answer came, not in time, not whole, not of status 200, or `read` refused it; or the
                model is left alone for now.
        """
        try:
            return self._breaker.call(lambda: read(self._answer(question)))
        except CircuitBreakerError:
            raise ScoringError(
                f"The own model at {self._host} failed {self._settings.failures} times on end and is left alone for "
                f"{self._settings.pause_seconds:g} s. Look at that server; comments are queued meanwhile."
            ) from None

    def _answer(self, question: bytes) -> bytes:
        token = self._token()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        parts = urlsplit(self._settings.url)
        with self._connected(parts.scheme, parts.netloc) as connection:
            connection.request(
                "POST", parts.path + (f"?{parts.query}" if parts.query else "") or "/", question, headers
            )
            answer = connection.getresponse()
            body = answer.read(_LARGEST + 1)
        whole = self._whole(answer, body)
        if token and token.encode() in whole:
            raise self._failure(
                "sends the token back, which would reach the record with its reasons; correct that server"
            )
        return whole

    def _whole(self, answer: http.client.HTTPResponse, body: bytes) -> bytes:
        if answer.status in (401, 403):
            raise self._failure("refuses the token; renew the file that classifiers.remote.secret_file names")
        if 300 <= answer.status < 400:
            raise self._failure("leads to another address, which is not followed; correct classifiers.remote.url")
        if answer.status != http.client.OK:
            raise self._failure(f"answers with status {answer.status}; look at its own log")
        if len(body) > _LARGEST:
            raise self._failure(f"sends more than {_LARGEST} bytes; see what it sends")
        if answer.length:
            raise self._failure("broke off its answer")
        return body

    @contextmanager
    def _connected(self, scheme: str, netloc: str) -> Iterator[http.client.HTTPConnection]:
        """A connection that is cut when the time is up: a server that drips, in its headers too, never falls silent."""
        within = self._settings.timeout_seconds
        kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
        connection, late = kind(netloc, timeout=within), _Late()
        try:
            connection.connect()
            with late.after(within, connection.sock):
                yield connection
            if late:
                raise TimeoutError
        except ScoringError:
            raise
        except ssl.SSLCertVerificationError:
            raise self._failure("shows no valid certificate; renew it, or correct classifiers.remote.url") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            if late or isinstance(error, TimeoutError):
                raise self._failure(f"did not answer within {within:g} s") from None
            raise self._failure(_kind_of(error)) from None
        finally:
            connection.close()

    def _token(self) -> str | None:
        if self._settings.secret_file is None:
            return None
        try:
            token = read_secret(self._settings.secret_file, self._folder)
        except SecretError as error:
            raise ScoringError(f"The own model's token: {error}") from error
        if not (token.isascii() and token.isprintable()):
            raise ScoringError("The own model's token holds characters that no header can carry; check secret_file.")
        return token

    def _failure(self, what: str) -> ScoringError:
        return ScoringError(f"The own model at {self._host} {what}.")


def _kind_of(error: Exception) -> str:
    """What went wrong, in words that hold nothing of the request or of the answer."""
    if isinstance(error, ConnectionRefusedError | socket.gaierror):
        return "cannot be reached; is it running, and is the address right?"
    if isinstance(error, http.client.HTTPException):
        return "does not answer as HTTP, or broke off its answer"
    return "broke off the connection"


@dataclass
class _Late:
    """Whether the time was up. True once the connection was cut for it."""

    _cut: bool = False

    def __bool__(self) -> bool:
        return self._cut

    @contextmanager
    def after(self, seconds: float, connected: socket.socket) -> Iterator[None]:
        timer = Timer(seconds, self._end, (connected,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _end(self, connected: socket.socket) -> None:
        self._cut = True
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)


class _Telling(CircuitBreakerListener):
    """Says once that the model is left alone, and once that it answers again."""

    def __init__(self, host: str) -> None:
        self._host = host

    def state_change(
        self,
        cb: CircuitBreaker,  # noqa: ARG002 - pybreaker's signature
        old_state: CircuitBreakerState | None,  # noqa: ARG002
        new_state: CircuitBreakerState,
    ) -> None:
        if new_state.name == "open":
            log.error("the own model fails and is left alone; comments are queued", host=self._host)
        elif new_state.name == "closed":
            log.info("the own model answers again", host=self._host)
