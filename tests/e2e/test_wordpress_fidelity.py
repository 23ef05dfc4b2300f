"""The simulated WordPress must behave as the real one does: the same round of requests, the same answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from tests.e2e.wordpress import Site
from tests.simulators.wordpress import WordPressSite, running

LIST = "/wp/v2/comments"


@dataclass
class Asker:
    """Asks one site, and notes what matters of each answer; comment numbers are given relative to the first."""

    url: str
    auth: tuple[str, str]
    post: int
    first: int

    def ask(self, route: str, method: str = "GET", *, password: str | None = None, **params: str) -> requests.Response:
        auth = self.auth if password is None else (self.auth[0], password)
        body = {"status": params.pop("to")} if "to" in params else None
        query = {"rest_route": route, **params}
        return requests.request(method, f"{self.url}/", params=query, json=body, auth=auth, timeout=30)

    def refusal(self, route: str, method: str = "GET", **more: str) -> tuple[int, str]:
        answer = self.ask(route, method, **more)
        return answer.status_code, answer.json()["code"]

    def listed(self, **params: str) -> tuple[int, list[int]]:
        answer = self.ask(LIST, **{"post": str(self.post), "order": "asc", "orderby": "id", **params})
        return answer.status_code, [row["id"] - self.first for row in answer.json() if row["id"] >= self.first]

    def set(self, number: int, status: str) -> tuple[int, str]:
        answer = self.ask(f"{LIST}/{self.first + number}", "POST", to=status)
        return answer.status_code, answer.json()["status"]

    def on_the_page(self) -> list[int]:
        page = requests.get(f"{self.url}/", params={"p": str(self.post)}, timeout=30).text
        return sorted(int(number) - self.first for number in re.findall(r'id="comment-(\d+)"', page))

    def row(self, number: int) -> dict[str, Any]:
        return dict(self.ask(f"{LIST}/{self.first + number}", context="edit").json())


def identity(asker: Asker) -> list[object]:
    """What becomes of a wrong password."""
    wrong = {"password": "wrong"}
    plain = asker.ask(LIST, **wrong)
    return [
        (plain.status_code, any("raw" in row["content"] for row in plain.json())),
        asker.refusal(LIST, context="edit", **wrong),
        asker.refusal(LIST, status="hold", **wrong),
        asker.refusal("/wp/v2/users/me", **wrong),
        asker.refusal(f"{LIST}/{asker.first}", context="edit", **wrong),
        asker.refusal(f"{LIST}/{asker.first}", "POST", to="hold", **wrong),
        asker.ask("/wp/v2/users/me", context="edit").json()["capabilities"]["moderate_comments"],
    ]


def accounts(asker: Asker) -> list[object]:
    """Who may ask for the accounts that write posts."""
    asked = {"who": "authors", "include": "1,2,99"}
    return [
        asker.refusal("/wp/v2/users", context="edit", **asked),
        asker.refusal("/wp/v2/users", password="wrong", **asked),
        sorted(user["id"] for user in asker.ask("/wp/v2/users", **asked).json()),
    ]


def absence(asker: Asker) -> list[object]:
    """What is said of what does not exist, or is too much."""
    return [
        asker.refusal(f"{LIST}/999999", context="edit"),
        asker.refusal(f"{LIST}/999999", "POST", to="hold"),
        asker.refusal("/wp/v2/nothing-like-that", include="1"),
        asker.refusal(LIST, per_page="101"),
        asker.listed(after="2090-01-01T00:00:00"),
    ]


def statuses(asker: Asker) -> list[object]:
    """How a comment moves between the lists, and what a repeated change says."""
    seen: list[object] = []
    for status in ("hold", "hold", "approved", "approved", "spam", "trash", "hold", "approve"):
        seen.append(asker.set(0, status))
        seen.extend(asker.listed(status=each, context="edit", type="all") for each in ("all", "spam", "trash", "hold"))
    return seen


def public_after_a_hold(asker: Asker) -> list[object]:
    """The answer to a held comment stays in the public list, and leaves the page."""
    asker.set(0, "hold")
    seen: list[object] = [asker.listed(), asker.on_the_page()]
    asker.set(0, "approved")
    return [*seen, asker.listed(), asker.on_the_page(), asker.row(1)["parent"] - asker.first]


def time_filter(asker: Asker) -> list[object]:
    """`after` excludes, goes by the wall clock, and converts what names a zone."""
    row = asker.row(0)
    return [
        asker.listed(after=row["date"], before=row["date"]),
        0 in asker.listed(after=row["date"])[1],
        0 in asker.listed(after=row["date_gmt"] + "Z")[1],
        0 in asker.listed(after="2026-01-01T00:00:00")[1],
        row["date"] == row["date_gmt"],
        sorted(row["content"]),
        [name for name in row if "modif" in name or "edit" in name],
    ]


def stored_words(asker: Asker) -> list[object]:
    """What is left of markup."""
    return [asker.row(number)["content"]["raw"] for number in range(3)]


WORDS = ("5 < 6 & <b>bold</b> &amp; f&#117;n", "an answer <script>alert(1)</script>", "  \U0001f46e\u200d♀️\tend ")
ROUNDS: tuple[Callable[[Asker], list[object]], ...] = (
    identity,
    accounts,
    absence,
    statuses,
    public_after_a_hold,
    time_filter,
    stored_words,
)


def test_the_simulated_site_answers_as_the_real_one(wordpress: Site) -> None:
    post = wordpress.publish("News", "Something happened.")
    first = wordpress.comment(post, WORDS[0])
    wordpress.comment(post, WORDS[1], parent=first)
    wordpress.comment(post, WORDS[2])
    real = Asker(wordpress.url, (wordpress.user, wordpress.secret), post, first)
    with running(WordPressSite()) as simulated:
        post = simulated.publish("Something happened.")
        first = simulated.comment(post, WORDS[0])
        simulated.comment(post, WORDS[1], parent=first)
        simulated.comment(post, WORDS[2])
        copy = Asker(simulated.url, (simulated.user, simulated.password), post, first)
        for round_of_requests in ROUNDS:
            assert round_of_requests(copy) == round_of_requests(real), round_of_requests.__doc__
