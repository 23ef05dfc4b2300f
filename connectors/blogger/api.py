"""Blogger's interface: what is asked of it. Each request counts as one, whatever it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from connectors._google import Google, Page
from connectors._http import Http
from connectors.base import ForbiddenError, GoneError, Means
from connectors.blogger.wire import BLOGGER

Status = Literal["LIVE", "PENDING", "SPAM", "EMPTIED"]
_SECOND = timedelta(seconds=1)
AT_ONCE = 100
"""Comments in one page of a listing."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who the authorisation is, and what the blog says about itself."""

    profile: str
    about: str | None


class Api(Google):
    """Requests to Blogger on behalf of one blog."""

    def __init__(
        self,
        addresses: tuple[str, str],
        blog: str,
        means: Means,
        http: Http,
        clock: Callable[[], datetime],
    ) -> None:
        """Connect to nothing yet, and read no secret.

        Args:
            addresses: of the interface, and of the token endpoint.
            blog: the blog's number.
            means: the credential and the budget.
            http: the connection.
            clock: the present moment (UTC).
        """
        super().__init__(BLOGGER, addresses, means, http, clock)
        self.blog = blog

    def comments(self, status: Status, since: datetime, until: datetime | None, onward: str | None) -> Page:
        """One page of the comments of the whole blog, by when they were published.

        https://developers.google.com/blogger/docs/3.0/reference/comments/listByBlog
        """
        asked = {
            "blogId": self.blog,
            "status": status,
            "startDate": _stamp(since),
            "maxResults": AT_ONCE,
            **({"endDate": _stamp(until + _SECOND)} if until else {}),
            **({"pageToken": onward} if onward else {}),
        }
        self.spend()
        return self.listed(lambda blogger: blogger.comments().listByBlog(**asked))

    def below(self, post: str, status: Status, onward: str | None, *, act: bool) -> Page:
        """One page of the comments below a post, of any age."""
        asked = {
            "blogId": self.blog,
            "postId": post,
            "status": status,
            "view": "ADMIN",
            "maxResults": AT_ONCE,
            **({"pageToken": onward} if onward else {}),
        }
        self.spend(act=act)
        return self.listed(lambda blogger: blogger.comments().list(**asked))

    def comment(self, post: str, comment: str) -> str:
        """One comment as it is written, in a request that was counted already.

        Raises:
            GoneError: when Blogger has no such comment, or the authorisation may not see it.
        """
        self.call(
            lambda blogger: blogger.comments().get(blogId=self.blog, postId=post, commentId=comment, view="ADMIN")
        )
        return self.wire.text

    def post(self, post: str) -> str:
        """One post as it is written.

        Raises:
            GoneError: when it was deleted, or is no post.
        """
        self.spend()
        said = self.call(lambda blogger: blogger.posts().get(blogId=self.blog, postId=post, view="ADMIN"))
        if not isinstance(said, dict) or str(said.get("id")) != post:
            raise self.wire.nonsense()
        return self.wire.text

    def administrator(self, *, act: bool = False) -> Owner:
        """Who the authorisation is, proved to be an administrator of the blog.

        To others Blogger says that things do not exist, and never how a comment stands.

        Raises:
            ForbiddenError: when it is not.
        """
        self.spend(act=act)
        try:
            said = self.call(lambda blogger: blogger.blogUserInfos().get(userId="self", blogId=self.blog))
        except GoneError:
            raise self._not_administrator() from None
        user, blog = _object(said, "blog_user_info"), _object(said, "blog")
        if blog.get("id") != self.blog or user.get("hasAdminAccess") is not True:
            raise self._not_administrator()
        about = blog.get("description")
        return Owner(str(user.get("userId") or ""), about if isinstance(about, str) else None)

    def _not_administrator(self) -> ForbiddenError:
        return ForbiddenError(
            f"Page {self.page}: the authorisation is not an administrator's of blog {self.blog}; correct blog_id, make"
            f" it one in the blog's settings, or run ofrecord connect {self.page} and choose {BLOGGER.owner}"
        )

    def mark(self, post: str, comment: str, status: Literal["SPAM", "LIVE"]) -> None:
        """Mark a comment as spam, or as no spam, in a request that was counted already.

        https://developers.google.com/blogger/docs/3.0/reference/comments/markAsSpam

        Raises:
            ConnectorError: what kind, says what became of it; also when the answer shows it standing otherwise.
        """
        which = {"blogId": self.blog, "postId": post, "commentId": comment}

        def change(blogger: Any) -> Any:
            comments = blogger.comments()
            return comments.markAsSpam(**which) if status == "SPAM" else comments.approve(**which)

        said = self.call(change)
        shown = (str(said.get("id")), str(said.get("status")).upper()) if isinstance(said, dict) else None
        if shown != (comment, status):
            raise self.wire.nonsense()


def _object(said: object, name: str) -> dict[str, Any]:
    found = said.get(name) if isinstance(said, dict) else None
    return found if isinstance(found, dict) else {}


def _stamp(moment: datetime) -> str:
    """A second, and not a part of one."""
    return moment.isoformat(timespec="seconds")
