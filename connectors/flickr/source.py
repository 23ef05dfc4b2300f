"""The photos of one account, and the comments below them.

Which photos to look at, Flickr tells by itself: ``flickr.photos.recentlyUpdated`` lists the account's photos by their
last change, and a comment is a change, so one below an old photo brings that photo to the top. A photo's comments come
in one answer, the oldest first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from connectors._html import readable
from connectors._watch.source import Listed, Published, Row
from connectors.base import ForbiddenError, GoneError
from connectors.flickr.api import Api, nonsense
from connectors.flickr.rows import comment_of, content, photo_of, post_of, rows, stamp_of
from models.comment import Comment

READ = "read"
USER_ID = r"[0-9]{1,20}@N[0-9]{2}"
_ALLOWED = (READ, "write", "delete")
"""What a token may do; each includes the ones before it."""
_AT_ONCE = 500
_EXTRAS = "date_upload,description,last_update,path_alias,count_comments"
_FROM_THE_BEGINNING = "1"
_CONNECT = "run: ofrecord connect"


class FlickrSource:
    """One account."""

    def __init__(self, api: Api, user_id: str, site: str, *, most: float) -> None:
        """Take the account.

        Args:
            api: the way to Flickr.
            user_id: the account's id.
            site: address of Flickr's pages.
            most: so many photos are listed, those that changed last.
        """
        self.page = api.page
        self._api = api
        self._user = user_id
        self._site = site
        self._most = most
        self._at_once = int(min(most, _AT_ONCE))

    def posts(self, onward: str | None) -> tuple[tuple[Published, ...], str | None]:
        """One page of the account's photos, the last changed first.

        Raises:
            ForbiddenError: when the token is another account's; nobody else's photos are read.
        """
        number = int(onward or "1")
        asked = {"min_date": _FROM_THE_BEGINNING, "per_page": str(self._at_once), "page": str(number)}
        said = self._api.call("photos.recentlyUpdated", {"extras": _EXTRAS, **asked})
        with self._understanding():
            found = list(rows(said.text, "photos", "photo"))
            last = int(said.fields["photos"]["pages"])
            if others := [fields["owner"] for fields, _ in found if fields["owner"] != self._user]:
                raise self._another(others[0])
            listed = tuple(Published(post_of(self.page, self._site, *row), stamp_of(row[0])) for row in found)
        more = number < last and number * self._at_once < self._most
        return listed, str(number + 1) if more else None

    def comments(self, post_id: str, onward: str | None, *, act: bool = False) -> Listed:  # noqa: ARG002 - in one answer
        """All comments of a photo, newest first."""
        said = self._api.call("photos.comments.getList", {"photo_id": post_id}, act=act)
        with self._understanding():
            listed = said.fields["comments"]
            if str(listed.get("photo_id", post_id)) != post_id:
                raise ValueError("the comments of another photo")
            found = [comment_of(self.page, post_id, self._user, *row) for row in rows(said.text, "comments", "comment")]
        newest_first = sorted(found, key=lambda comment: comment.created, reverse=True)
        return Listed(tuple(Row(comment, comment.created.timestamp()) for comment in newest_first), None)

    def read(self, platform_id: str, post_id: str) -> tuple[Comment, ...]:
        """One comment that was missing, looked for once more; empty where it is still not there."""
        return tuple(row.comment for row in self.comments(post_id, None).rows if row.comment.platform_id == platform_id)

    def one(self, platform_id: str) -> Comment | None:
        """One comment for a task; None only when it is certain that it is gone."""
        photo = photo_of(platform_id)
        if photo is None:
            return None
        try:
            listed = self.comments(photo, None, act=True)
        except GoneError:
            self.perms(act=True)
            return None
        return next((row.comment for row in listed.rows if row.comment.platform_id == platform_id), None)

    def prove(self) -> None:
        """Make sure that the token is good."""
        self.perms()

    def perms(self, *, act: bool = False) -> str:
        """Make sure that the token is good, the account's own, and may read; gives what it may do."""
        said = self._api.call("auth.oauth.checkToken", {}, act=act)
        with self._understanding():
            perms, user = content(said.fields["oauth"]["perms"]), said.fields["oauth"]["user"]["nsid"]
        if user != self._user:
            raise self._another(user)
        if perms not in _ALLOWED:
            raise ForbiddenError(
                f"Page {self.page}: the token lacks {READ} (to read photos and the comments below them);"
                f" {_CONNECT} {self.page}"
            )
        return perms

    def about(self) -> str:
        """What the account says about itself."""
        said = self._api.call("people.getInfo", {"user_id": self._user})
        with self._understanding():
            person = said.fields["person"]
        parts = (readable(content(person.get(name))) for name in ("realname", "location", "description"))
        return "\n".join(part for part in parts if part)

    def _another(self, user: object) -> ForbiddenError:
        whose = user if isinstance(user, str) and re.fullmatch(USER_ID, user) else "somebody else"
        return ForbiddenError(
            f"Page {self.page}: the token belongs to {whose}, not to {self._user}; correct user_id, or sign in to"
            f" Flickr as {self._user} and {_CONNECT} {self.page}"
        )

    @contextmanager
    def _understanding(self) -> Iterator[None]:
        """Tell an answer that is JSON and still not what Flickr documents."""
        try:
            yield
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            raise nonsense(self.page) from None
