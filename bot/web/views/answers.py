"""What a moderator does: decide, refer, undo, take over, go on. Each is a form that is posted and then redirects."""

from __future__ import annotations

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from bot import review
from bot.records import Records, StaleError
from bot.web.reading.history import lines
from bot.web.site import Person, person_of, site_of
from bot.web.views.comment import let_go, show
from bot.web.views.guards import comment_or_404, decider, say
from bot.web.words import GROUNDS
from bot.words import MATTERS, said_of
from models.policy import Ground

_LONGEST_NOTE = 4000
_MOST_SKIPPED = 500
_SERVED_AT_ONCE = 100
_NOT_NEWS = ("record.viewed", "review.opened")


@require_POST
@decider
def decide(request: HttpRequest, ref: str) -> HttpResponse:
    """Take an answer and go on to the next comment; a stale one gets 409 and shows what changed."""
    state = comment_or_404(request, ref)
    decision, _, ground = request.POST.get("decision", "").partition(":")
    site, note = site_of(request), _note(request)
    try:
        answer = review.decide(
            site.records,
            ref=ref,
            user=person_of(request).actor,
            decision=decision,
            seen_seq=_seen_seq(request),
            policy=site.config.department.policy_version,
            ground=_ground(ground),
            note=note,
        )
    except StaleError as stale:
        news = [entry for entry in stale.since if entry.type not in _NOT_NEWS]
        now = comment_or_404(request, ref)
        return show(request, now, status=409, changed=lines(news, site.times), note=note)
    except review.HeldError as held:
        return show(request, state, status=409, problem=str(held), note=note)
    except review.ReviewError as error:
        return show(request, state, status=422, problem=str(error), note=note, open_strip=decision)
    say(request, _said(decision, ground, answer.requested), ref, undo=answer.entry.seq)
    return _next(request)


def _said(decision: str, ground: str, requested: str | None) -> str:
    if decision == review.CANNOT_DECIDE:
        return "Left to a supervisor."
    if decision == review.LEAVE_UP:
        return "Left up; it is being shown again." if requested else "Left up."
    words = f"Hidden as {said_of(ground, GROUNDS).lower()}"
    return f"{words}; the platform is being asked." if requested else f"{words}; it stays hidden."


@require_POST
@decider
def refer(request: HttpRequest, ref: str) -> HttpResponse:
    """Pass a comment on to a role; the comment stays open, because that decides nothing."""
    state = comment_or_404(request, ref)
    site, matter = site_of(request), request.POST.get("matter", "")
    if matter not in site.config.referrals:
        problem = "Choose what the comment is, so that it reaches the right role."
        return show(request, state, status=422, problem=problem, note=_note(request), open_strip="refer")
    role = site.config.referrals[matter].role
    user, note = person_of(request).actor, _note(request)
    review.refer(site.records, ref=ref, user=user, matter=matter, role=role, note=note)
    say(request, f"Referred to {role}: {said_of(matter, MATTERS)}. The comment itself still waits for your answer.")
    return redirect("comment", ref=ref)


@require_POST
@decider
def undo(request: HttpRequest, ref: str) -> HttpResponse:
    """Take back the newest answer and show the comment again."""
    state = comment_or_404(request, ref)
    site, person = site_of(request), person_of(request)
    try:
        answer = review.undo(site.records, ref=ref, user=person.actor, given=_given(request), anyone=person.takes_over)
    except review.ReviewError as error:
        return show(request, state, status=409, problem=str(error))
    words = {"hide": " It is being hidden again.", "unhide": " It is being shown again."}
    say(request, f"The answer was taken back.{words.get(answer.requested or '', '')}")
    return redirect("comment", ref=ref)


@require_POST
@decider
def hold(request: HttpRequest, ref: str) -> HttpResponse:
    """Renew a claim while its holder is at work on the page."""
    comment_or_404(request, ref)
    site = site_of(request)
    try:
        review.open_flag(site.records, ref=ref, user=person_of(request).actor, now=site.clock())
    except review.HeldError:
        return HttpResponse(status=409)
    return HttpResponse(status=204)


@require_POST
@decider
def take_over(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a comment from the moderator who holds it: a supervisor's right."""
    comment_or_404(request, ref)
    site, person = site_of(request), person_of(request)
    if not person.takes_over:
        raise PermissionDenied
    review.open_flag(site.records, ref=ref, user=person.actor, now=site.clock(), take_over=True)
    return redirect("comment", ref=ref)


@require_POST
@decider
def start(request: HttpRequest) -> HttpResponse:
    """Serve the next comment: at the start of work, or after skipping one."""
    if skip := request.POST.get("skip", ""):
        request.session["skipped"] = [*request.session.get("skipped", []), skip][-_MOST_SKIPPED:]
    return _next(request)


def _next(request: HttpRequest) -> HttpResponse:
    """Go to the most urgent comment that nobody holds and this person did not skip, else to the board."""
    skipped = set(request.session.get("skipped", []))
    if ref := next_ref(site_of(request).records, person_of(request), skipped):
        return redirect("comment", ref=ref)
    let_go(request)
    if request.session.pop("skipped", None):
        words = "That was the last one. Those that you skipped still wait."
        say(request, f"{request.session['said']['words']} {words}" if "said" in request.session else words)
    return redirect("board")


def next_ref(records: Records, person: Person, skipped: set[str]) -> str | None:
    """The next comment for a person; what a moderator could not decide is served to supervisors only."""
    for start_at in range(0, _MOST_SKIPPED + _SERVED_AT_ONCE, _SERVED_AT_ONCE):
        flags = records.open_flags(
            limit=_SERVED_AT_ONCE, offset=start_at, exclude_claimed_by_others_than=person.user.ref
        )
        for flag in flags:
            if flag.ref not in skipped and (person.takes_over or not flag.stuck):
                return flag.ref
        if len(flags) < _SERVED_AT_ONCE:
            return None
    return None


def _note(request: HttpRequest) -> str:
    return request.POST.get("note", "").strip()[:_LONGEST_NOTE]


def _ground(name: str) -> Ground | None:
    return Ground(name) if name in set(Ground) else None


def _given(request: HttpRequest) -> int | None:
    """The answer that the person means to take back; None for the newest."""
    given = request.POST.get("given", "")
    try:
        return int(given) if given else None
    except ValueError:
        raise BadRequest from None


def _seen_seq(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("seen_seq", ""))
    except ValueError:
        raise BadRequest from None
