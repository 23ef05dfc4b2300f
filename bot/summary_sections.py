"""The weekly summary as its readers see it: from what needs them to what proves it. No comment text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from statistics import median

from bot.config import Loaded
from bot.document import Block, Document, Exact, Link, Section, Table
from bot.records import Entry, PageFigures, WeekFigures
from bot.records.questions.waiting import Restored
from bot.summary import Summary, Totals, verdict
from bot.words import CATEGORIES, counted, how_long, listed, moment, said_of, web_url

_MODES = {"shadow": "shadow: hides nothing by itself", "live": "live", "paused": "paused: only queues"}
_HEALTH = {"ok": "working", "failing": "failing, tried again by itself", "stopped": "STOPPED, needs a person"}
_REASONS = {"review": "by a person", "undo": "because an answer was taken back", "lapse": "because nobody confirmed it"}
_NO_TEXT = (
    "No comment text is included: mail is forwarded and kept. The comments are in the review application, behind your "
    "log-in."
)
_EVERY_MONDAY = (
    "Sent by OfRecord every Monday, also when there is nothing to report: if none comes, something is wrong."
)
_KEEP = (
    "This is its signed checkpoint; keep this mail, out of the reach of whoever runs the machine. A log that was "
    "changed afterwards cannot be brought to agree with it."
)
_LINES_OF_A_SIGNED_NOTE = 5
_VERIFY = (
    "To verify: run ofrecord records verify on the machine, or the standalone verify.py on a copy of the store, and "
    "compare the size and the root with the lines above."
)


def document(summary: Summary, config: Loaded) -> Document:
    """Put the summary in the order in which it is read."""
    week, zone = summary.week, config.department.zone
    said, health = verdict(summary), _health(summary, config)
    return Document(
        sender=config.department.name,
        title=f"{said[0].upper()}{said[1:]}.",
        period=f"{week.dates} ({week}){summary.so_far}; the queue as of {moment(summary.now, zone)}",
        sections=(
            _decisions(summary, config),
            *_by_hand(summary, config),
            *([health] if health.pressing else []),
            _numbers(summary),
            *_where(summary, config),
            _unexplained(summary),
            *([] if health.pressing else [health]),
            _records(summary),
        ),
        foot=(
            _NO_TEXT,
            f"Weeks run from Monday to Sunday, {config.department.timezone}. {_EVERY_MONDAY}",
        ),
    )


def _decisions(summary: Summary, config: Loaded) -> Section:
    waiting = summary.waiting
    if not waiting.open.count and not waiting.unconfirmed:
        return Section("Needs a decision", ("Nothing waits for a decision.",))
    zone = config.department.zone
    flags = (
        ("Urgent", waiting.urgent),
        ("Could not be decided, for a supervisor", waiting.stuck),
        ("Waiting for a moderator, all in all", waiting.open),
    )
    rows = [
        (name, str(queue.count), f"waits since {moment(queue.oldest, zone)}" if queue.oldest else "-")
        for name, queue in flags
    ]
    lapse = f"restored {moment(waiting.first_lapse, zone)}" if waiting.first_lapse else "-"
    rows.append(("Hidden by the bot, not confirmed yet", str(waiting.unconfirmed), lapse))
    blocks: list[Block] = [Table("What waits", ("What", "How many", "The first of them"), tuple(rows), "lrl")]
    if waiting.open.oldest is not None:
        age = how_long(summary.now - waiting.open.oldest)
        blocks.append(f"The oldest open flag is {age} old.")
    if waiting.unconfirmed:
        blocks.append("What the bot has hidden is restored by itself unless a person confirms it in time.")
    return Section("Needs a decision", (*blocks, Link("Open the queue", web_url(config))), pressing=True)


def _by_hand(summary: Summary, config: Loaded) -> list[Section]:
    """What no program can do on the platforms; nothing where no page has ever needed it."""
    pages = summary.figures.pages.values()
    waiting = sum(page.tasks_waiting for page in pages)
    figures = tuple(
        (name, str(sum(getattr(page, key) for page in pages)))
        for name, key in (
            ("Became a task", "tasks_opened"),
            ("Done by hand", "tasks_done"),
            ("Seen to be done on the platform", "tasks_verified"),
            ("Waiting for somebody now", "tasks_waiting"),
        )
    )
    if not any(count != "0" for _, count in figures):
        return []
    table = Table("What no program can do on the platforms", ("Tasks", "This week"), figures)
    link = [Link("Open the tasks", web_url(config, "/tasks/"))] if waiting else []
    return [Section("To be done by hand", (table, *link), pressing=bool(waiting))]


def _numbers(summary: Summary) -> Section:
    totals = Totals.of(summary.figures)
    previous = Totals.of(summary.previous) if summary.previous else None
    named = (
        ("Seen", "seen"),
        ("Flagged", "flagged"),
        ("Hidden", "hidden"),
        ("Reviewed by a person", "reviewed"),
        ("Restored", "restored"),
    )
    rows = tuple(_compared(name, getattr(totals, key), getattr(previous, key, None)) for name, key in named)
    table = Table("All pages", ("Comments", "This week", "Week before", "Change"), rows)
    by_bot = sum(page.hidden_by_bot for page in summary.figures.pages.values())
    split = [f"Of the hidden, {by_bot} by the bot and {totals.hidden - by_bot} by people."] if totals.hidden else []
    return Section("The week in five numbers", (table, *split, *_hidden_in_vain(summary.restored)))


def _compared(name: str, this: int, last: int | None) -> tuple[str, ...]:
    if last is None:
        return (name, str(this), "-", "-")
    return (name, str(this), str(last), "same" if this == last else f"{this - last:+d}")


def _hidden_in_vain(restored: Sequence[Restored]) -> list[str]:
    """How long the restored comments had been out of sight: the price of a wrong hide."""
    if not restored:
        return []
    reasons = Counter(each.reason for each in restored)
    why = ", ".join(f"{count} {said_of(reason, _REASONS)}" for reason, count in sorted(reasons.items()))
    minutes = [_minutes(each.hidden_for) for each in restored if each.hidden_for is not None]
    said = [f"Restored: {why}."]
    if minutes:
        spread = f" (median {median(minutes):g}, longest {max(minutes)})" if len(minutes) > 1 else ""
        said.append(f"Hidden before that: {counted(sum(minutes), 'minute')} in all{spread}.")
    return said


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)


def _where(summary: Summary, config: Loaded) -> list[Section]:
    pages = summary.figures.pages
    names = sorted({*config.pages, *pages})
    empty = PageFigures()
    rows = tuple(_page_row(name, pages.get(name, empty)) for name in names)
    head = ("Page", "Seen", "Flagged", "Hidden", "Reviewed", "Restored", "Waiting now")
    by_page = Section("By page", (Table("Comments on each page", head, rows),) if rows else ("No page is configured.",))
    return [by_page, _by_category(summary.figures)]


def _page_row(name: str, page: PageFigures) -> tuple[str, ...]:
    numbers = (page.seen, page.flagged, page.hidden, page.reviewed, page.restored, page.open)
    return (name, *map(str, numbers))


def _by_category(figures: WeekFigures) -> Section:
    flagged, hidden = Counter[str](), Counter[str]()
    for page in figures.pages.values():
        flagged.update(page.flagged_by_category)
        hidden.update(page.hidden_by_category)
    if not flagged and not hidden:
        return Section("By category", ("Nothing was flagged or hidden.",))
    head = ("Category", "Flagged", "Hidden")
    tables = [Table("All pages", head, tuple(_category_rows(flagged, hidden)))]
    rows = tuple(
        (name, *row)
        for name, page in sorted(figures.pages.items())
        for row in _category_rows(page.flagged_by_category, page.hidden_by_category)
    )
    if len({name for name, *_ in rows}) > 1:
        tables.append(Table("Page by page", ("Page", *head), rows, "llrr"))
    return Section("By category", (*tables, "A comment of two categories counts under both."))


def _category_rows(flagged: Counter[str], hidden: Counter[str]) -> Iterator[tuple[str, str, str]]:
    """The most frequent first."""
    for category in sorted({*flagged, *hidden}, key=lambda each: (-flagged[each], -hidden[each], each)):
        yield said_of(category, CATEGORIES), str(flagged[category]), str(hidden[category])


def _unexplained(summary: Summary) -> Section:
    found = {name: page.unexplained for name, page in sorted(summary.figures.pages.items()) if page.unexplained}
    title = "Changes that nobody here made"
    if not found:
        return Section(title, ("None: every comment stood as the log says.",))
    where = listed([f"{count} on {name}" for name, count in found.items()])
    text = f"{counted(sum(found.values()), 'comment')} changed on the platform without this system: {where}."
    return Section(title, (text, "Somebody may have hidden or restored them there by hand. Ask who, and why."))


def _health(summary: Summary, config: Loaded) -> Section:
    rows = tuple(_light(name, entry, config) for name, entry in summary.pages.items())
    if not rows:
        return Section("Page health", ("No page is configured.",))
    table = Table("How each page does", ("Page", "State", "Mode", "Since"), rows, "llll")
    pressing = any(entry is None or entry.pub["health"] == "stopped" for entry in summary.pages.values())
    advice = ["On the machine, ofrecord check says what is wrong, page by page, and what to do."] if pressing else []
    return Section("Page health", (table, *advice, *_notices(summary)), pressing=pressing)


def _notices(summary: Summary) -> list[str]:
    """What the policy asks pages to say about themselves."""
    if not summary.unsaid:
        return []
    found = [f"{name} does not seem to say {listed(words)}." for name, words in sorted(summary.unsaid.items())]
    return [
        "What the pages say about themselves, as far as a program can read it (policy 5.04 A):",
        *found,
        "ofrecord check suggests wording.",
    ]


def _light(name: str, entry: Entry | None, config: Loaded) -> tuple[str, ...]:
    if entry is None:
        return (name, "not read yet", said_of(config.pages[name].mode, _MODES), "-")
    since = datetime.fromisoformat(entry.pub["since"]) if entry.pub.get("since") else entry.ts
    health, mode = said_of(entry.pub["health"], _HEALTH), said_of(entry.pub["mode"], _MODES)
    return (name, health, mode, moment(since, config.department.zone))


def _records(summary: Summary) -> Section:
    proof = summary.proof
    blocks: list[Block] = [
        f"The log has {proof.size} entries. {_KEEP}",
        Exact("Checkpoint", proof.note, brief=_with_one_signature(proof.note)),
    ]
    if proof.before is None:
        blocks.append("It is the first one that was sent.")
    else:
        blocks.append(f"The one before was sent with {proof.before.size} entries ({proof.before.week}).")
    if proof.consistency:
        blocks.append(Exact("Proof that this log continues that one", "\n".join(proof.consistency)))
    blocks += [
        Exact("Public key of the log (compare with your first mail)", proof.verifier_key),
        _VERIFY,
    ]
    return Section("Records", tuple(blocks))


def _with_one_signature(note: str) -> str:
    """The checkpoint without its long second signature, which stands in the plain-text part: as valid, and readable."""
    return "".join(note.splitlines(keepends=True)[:_LINES_OF_A_SIGNED_NOTE])
