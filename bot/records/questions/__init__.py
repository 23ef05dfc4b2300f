"""Every question that may be asked of the store, by name; the answers are frozen values."""

from __future__ import annotations

from bot.records.questions.actions import Action, ActionQuestions
from bot.records.questions.board import BoardQuestions
from bot.records.questions.budget import BudgetQuestions
from bot.records.questions.comments import (
    Captured,
    CapturedPost,
    CommentState,
    PostState,
)
from bot.records.questions.decided import Decided, DecidedQuestions
from bot.records.questions.entries import Entry
from bot.records.questions.flags import Flag, FlagCounts
from bot.records.questions.media import DueMedia, MediaFact, MediaQuestions
from bot.records.questions.pages import BackfillState, Claim, PageQuestions
from bot.records.questions.proofs import ProofQuestions
from bot.records.questions.rules import RuleQuestions
from bot.records.questions.tasks import Task, TaskQuestions
from bot.records.questions.week import PageFigures, SummaryState, WeekFigures, WeekQuestions


class Questions(
    BoardQuestions,
    ActionQuestions,
    PageQuestions,
    WeekQuestions,
    ProofQuestions,
    DecidedQuestions,
    RuleQuestions,
    TaskQuestions,
    BudgetQuestions,
    MediaQuestions,
):
    """All questions together; asked of the store at rest or from inside a write transaction."""


__all__ = [
    "Action",
    "BackfillState",
    "Captured",
    "CapturedPost",
    "Claim",
    "CommentState",
    "Decided",
    "DueMedia",
    "Entry",
    "Flag",
    "FlagCounts",
    "MediaFact",
    "PageFigures",
    "PostState",
    "Questions",
    "SummaryState",
    "Task",
    "WeekFigures",
]
