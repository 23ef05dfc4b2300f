"""What a running program says on standard error: one line for each thing done, never a comment's text or a secret."""

from __future__ import annotations

import logging
import sys

import structlog


def speak(*, quiet: bool = False) -> None:
    """Set up the lines: plain words on a terminal, JSON otherwise; with `quiet`, only warnings."""
    terminal = sys.stderr.isatty()
    shape: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=terminal, pad_event_to=22, sort_keys=False)
        if terminal
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S" if terminal else "iso", utc=not terminal),
            structlog.processors.format_exc_info,
            shape,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
