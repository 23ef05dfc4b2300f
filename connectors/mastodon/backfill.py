"""Answers from before an account was watched: thread after thread, the newest post first, resumable."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from connectors._schedule import Thread
from connectors._threads import Reading
from connectors.base import Batch, BudgetSpentError
from connectors.mastodon import news
from connectors.mastodon.reader import Gathered, Reader

_POSTS = 20
"""Posts in one batch."""


def backfill(reader: Reader, since: datetime, cursor: str | None) -> Batch:
    """Bring answers that came since a moment, below posts of any age, one page of posts at a time.

    Args:
        reader: the account.
        since: the moment.
        cursor: of the last batch; None for the first.

    Raises:
        ConnectorError: when nothing could be read.
    """
    below, done = json.loads(cursor) if cursor else ("", [])
    views, following = news.posts(reader.api, below, _POSTS)
    gathered, more = Gathered(more=bool(following)), json.dumps([following, []])
    for view in views:
        if view.id in done:
            continue
        if view.replies:
            try:
                reader.look(view.id, Reading(Thread(0.0)), 0.0, gathered)
            except BudgetSpentError:
                if not gathered.posts:
                    raise
                gathered.more, more = True, json.dumps([below, done])
                break
        gathered.posts[view.id] = view.as_post(reader.page)
        done = [*done, view.id]
    batch = gathered.batch(more)
    return replace(batch, comments=tuple(comment for comment in batch.comments if comment.created >= since))
