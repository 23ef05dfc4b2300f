"""The log: append, read, prove, verify. All SQL that touches the record lives here."""

from __future__ import annotations

from bot.records.connection import sqlite_version
from bot.records.entry import EntryError
from bot.records.errors import (
    BusyError,
    DamagedError,
    DiskFullError,
    DriverError,
    InconsistentError,
    KeyFileError,
    LeaseLostError,
    MissingError,
    NewerSchemaError,
    OriginError,
    ReadOnlyError,
    RefusedError,
    RolledBackError,
    SchemaError,
    StoreError,
)
from bot.records.findings import VerifyResult
from bot.records.questions import (
    Action,
    BackfillState,
    Captured,
    CapturedPost,
    Claim,
    CommentState,
    Decided,
    Entry,
    Flag,
    FlagCounts,
    PageFigures,
    PostState,
    Questions,
    SummaryState,
    Task,
    WeekFigures,
)
from bot.records.store import Records
from bot.records.verification import verify
from bot.records.writing import StaleError, Writing

__all__ = [
    "Action",
    "BackfillState",
    "BusyError",
    "Captured",
    "CapturedPost",
    "Claim",
    "CommentState",
    "DamagedError",
    "Decided",
    "DiskFullError",
    "DriverError",
    "Entry",
    "EntryError",
    "Flag",
    "FlagCounts",
    "InconsistentError",
    "KeyFileError",
    "LeaseLostError",
    "MissingError",
    "NewerSchemaError",
    "OriginError",
    "PageFigures",
    "PostState",
    "Questions",
    "ReadOnlyError",
    "Records",
    "RefusedError",
    "RolledBackError",
    "SchemaError",
    "StaleError",
    "StoreError",
    "SummaryState",
    "Task",
    "VerifyResult",
    "WeekFigures",
    "Writing",
    "sqlite_version",
    "verify",
]
