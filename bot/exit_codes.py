"""What the exit code of every command means."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """An exit code."""

    OK = 0
    """Done, and nothing is wrong."""
    PROBLEM = 1
    """Done, and something is wrong that the output names: a failed check, a page that failed, damage in the log,
    twins of another viewpoint that got another verdict."""
    USAGE = 2
    """Not done: the command line, the configuration or a secret is wrong; the output says what to change."""
    BUSY = 3
    """Not done, or not to its end: another daemon holds the store, the store stayed locked, or a budget is spent for
    now. Try again later."""
    STORE = 4
    """Not done: the store cannot be used (missing, read-only, full, damaged); the output says what to do."""
