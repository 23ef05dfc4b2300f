"""Replies from before an account was watched: thread after thread, the newest post first, resumable."""

from __future__ import annotations

import json
from datetime import datetime

from connectors._schedule import Thread
from connectors._threads import Reading
from connectors.base import Batch, BudgetSpentError
from connectors.bluesky import news
from connectors.bluesky.reader import Gathered, Reader

_POSTS = 20
"""Posts in one batch."""


def backfill(reader: Reader, since: datetime, cursor: str | None) -> Batch:
    """Bring replies that came since a moment, below posts of any age, one page of posts at a time.

    Args:
        reader: the account.
        since: the moment.
        cursor: of the last batch; None for the first.

    Raises:
        ConnectorError: when nothing could be read.
    """
    onward, done = json.loads(cursor) if cursor else ("", [])
    views, following = news.posts(reader.api, onward, _POSTS)
    gathered = Gathered()
    for view in views:
        key = view.place.key
        if key in done:
            continue
        if view.replies:
            try:
                reader.look(key, Reading(Thread(0.0)), 0.0, gathered)
            except BudgetSpentError:
                if not gathered.posts:
                    raise
                gathered.more = True
                return _since(since, gathered.batch(json.dumps([onward, done])))
        gathered.posts[view.uri] = view.as_post(reader.api.page)
        done = [*done, key]
    gathered.more = bool(following)
    return _since(since, gathered.batch(json.dumps([following, []])))


def _since(since: datetime, batch: Batch) -> Batch:
    comments = tuple(comment for comment in batch.comments if comment.created >= since)
    return Batch(batch.posts, comments, batch.cursor, gap=batch.gap, more=batch.more)
