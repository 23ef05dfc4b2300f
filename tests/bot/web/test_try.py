"""Testing a comment: what becomes of a text, without keeping it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.web.scoring import LONGEST, MOST
from tests.bot.web.conftest import Desk, text_of

OBSCENE = "You are full of shit, all of you."


def tried(desk: Desk, text: str = OBSCENE, post: str = "", *roles: str) -> Any:
    return desk.client("kim", *roles).post("/try/", {"text": text, "post": post})


def row(page: str, rule: str) -> str:
    found = re.search(rf'<th scope="row">{rule}</th>.*?</tr>', page, flags=re.DOTALL)
    assert found, rule
    return found[0]


def test_a_text_shows_its_verdict_its_evidence_and_its_reasons(desk: Desk) -> None:
    page = text_of(tried(desk))
    assert "A person would be asked" in page
    assert re.search(r'<mark class="hit-obscenity[^"]*">shit</mark>', page)
    assert "strong language" in page


def test_every_row_of_the_policy_is_shown_as_hit_or_not(desk: Desk) -> None:
    page = text_of(tried(desk))
    assert "hit: ask a person (not approved to hide)" in row(page, "strong-language")
    assert "did not apply" in row(page, "threat")


def test_criticism_in_filthy_words_is_promised_no_more_than_that_the_view_is_protected(desk: Desk) -> None:
    page = text_of(tried(desk, "Chief Marsh can kiss my ass and eat shit."))
    assert "That view is protected and no reason to hide it; only the words listed as reasons are judged." in page
    assert "Policy does not allow hiding criticism." not in page


def test_criticism_that_no_rule_is_against_is_promised_to_stay(desk: Desk) -> None:
    page = text_of(tried(desk, "The police chief is incompetent and should resign."))
    assert "This criticises the Department. Policy does not allow hiding criticism." in page


def test_off_topic_is_judged_against_the_post(desk: Desk) -> None:
    text = "Buy the finest pasta recipes from my grandmother's kitchen in Naples today"
    page = text_of(tried(desk, text, "The bridge on Mill Road is closed for repairs until Friday afternoon."))
    assert "off-topic" in page


def test_nothing_of_the_text_is_kept_and_the_use_is_written_down(desk: Desk) -> None:
    tried(desk, "A sentence that nobody has said before, zanzibar.")
    entry = desk.last("access.tested")
    assert (entry.actor.id, entry.pub, entry.opened, entry.withheld) == (desk.people["kim"].ref, {}, {}, ())
    for path in desk.site.config.store_dir.rglob("*"):
        assert not path.is_file() or b"zanzibar" not in path.read_bytes()


def test_looking_at_the_form_is_not_written_down(desk: Desk) -> None:
    before = desk.records.size()
    assert "Test a comment" in text_of(desk.client().get("/try/"))
    assert desk.records.size() == before


def test_a_hostile_text_is_shown_and_not_run(desk: Desk) -> None:
    page = text_of(tried(desk, "</textarea><script>alert(1)</script> shit \u202eback", "</textarea><img src=x>"))
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;" in page
    assert 'class="unseen-char"' in page


@pytest.mark.parametrize(
    "text", ["\x00", "\ud83d", "\U0001f600" * 50, "a" * 10_000, "e\u0301" * 5_000, "=?utf-8?b?Zm9v?="]
)
def test_a_strange_text_gets_an_answer(text: str, desk: Desk) -> None:
    assert tried(desk, text.encode("utf-8", "replace").decode()).status_code == 200


def test_an_empty_text_is_asked_for_again(desk: Desk) -> None:
    answer = tried(desk, "  \n")
    assert (answer.status_code, desk.records.last("access.tested")) == (422, None)
    assert "Write a text to try." in text_of(answer)


@pytest.mark.parametrize("field", ["text", "post"])
def test_more_than_64_kb_is_refused(field: str, desk: Desk) -> None:
    answer = desk.client().post("/try/", {"text": "short", field: "é" * (LONGEST // 2 + 1)})
    assert (answer.status_code, desk.records.last("access.tested")) == (413, None)
    assert "longer than 64 kB" in text_of(answer)


def test_64_kb_are_judged(desk: Desk) -> None:
    assert tried(desk, "word " * (LONGEST // 5)).status_code == 200


def test_too_many_texts_in_a_minute_wait(desk: Desk) -> None:
    client, other = desk.client(), desk.client("lee", "moderator")
    found = [client.post("/try/", {"text": "a"}).status_code for _ in range(MOST + 1)]
    assert found == [200] * MOST + [429]
    assert other.post("/try/", {"text": "a"}).status_code == 200
    desk.clock.forward(seconds=61)
    assert client.post("/try/", {"text": "a"}).status_code == 200


def test_somebody_without_a_role_may_not_try(desk: Desk) -> None:
    assert tried(desk, OBSCENE, "", "no-such-role").status_code == 403


def test_a_stranger_is_sent_to_the_sign_in(desk: Desk) -> None:
    assert desk.stranger().get("/try/").status_code == 302


def test_without_the_log_nothing_is_tried(desk: Desk) -> None:
    client = desk.client()
    desk.make_readonly()
    assert client.post("/try/", {"text": "a"}).status_code == 503


def test_with_few_decisions_there_are_no_plots(desk: Desk) -> None:
    page = text_of(desk.client().get("/try/"))
    assert "they appear from 20 on" in page
    assert desk.client().get("/try/obscenity/reliability/light.png").status_code == 404


def test_enough_decisions_are_shown_as_figures_and_plots(desk: Desk) -> None:
    desk.decided(25)
    client = desk.client()
    page = text_of(client.get("/try/"))
    assert "Strong language, 25 decided" in page
    assert "recall is among flagged comments" in page
    assert 'alt="Reliability, the share' in page
    picture = client.get("/try/obscenity/scores/dark.png")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert picture.content.startswith(b"\x89PNG")


@pytest.mark.parametrize("address", ["spam/scores/light", "obscenity/sales/light", "obscenity/scores/pink"])
def test_there_is_no_other_plot(address: str, desk: Desk) -> None:
    desk.decided(25)
    assert desk.client().get(f"/try/{address}.png").status_code == 404
