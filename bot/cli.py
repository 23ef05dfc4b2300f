"""The command ``ofrecord``: a thin face over the same functions that everything else calls.

Importing this module loads neither a model nor a web framework, so that ``--help`` is instant.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import __version__
from bot.blocks_command import blocks_app
from bot.exit_codes import Exit
from bot.models_command import models_app
from bot.parity_command import parity

if TYPE_CHECKING:
    from bot.config import Loaded

app = typer.Typer(
    name="ofrecord",
    help="Watch a Department's official pages, hide or queue what its policy names, and prove every step.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
records_app = typer.Typer(help="Read and prove the log.", no_args_is_help=True)
users_app = typer.Typer(help="The people who use the review application.", no_args_is_help=True)
policy_app = typer.Typer(help="The policy in force.", no_args_is_help=True)
app.add_typer(records_app, name="records")
app.add_typer(users_app, name="users")
app.add_typer(policy_app, name="policy")
app.add_typer(models_app, name="models")
app.add_typer(blocks_app, name="blocks")
app.command()(parity)

ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="The configuration file.", metavar="FILE")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
_CONFIG = Path("config.toml")


def main() -> None:
    """Run the command line; expected errors become one clear message and an exit code."""
    with _told():
        app()


@contextmanager
def _told() -> Iterator[None]:
    """Turn the errors that a person can mend into a message on standard error and the right exit code."""
    try:
        yield
    except Exception as error:
        code = _exit_code(error)
        if code is None:
            raise
        typer.echo(f"ofrecord: {error}", err=True)
        sys.exit(code)


def _exit_code(error: Exception) -> Exit | None:
    """Which exit code a foreseen error has; None for one that nobody foresaw."""
    return next(
        (code for name, code in _FORESEEN.items() if name in {each.__name__ for each in type(error).__mro__}), None
    )


_FORESEEN = {
    "ConfigError": Exit.USAGE,
    "SecretError": Exit.USAGE,
    "LineError": Exit.USAGE,
    "AccountError": Exit.USAGE,
    "DemoError": Exit.USAGE,
    "WeekError": Exit.USAGE,
    "ReportError": Exit.USAGE,
    "NoEntryError": Exit.USAGE,
    "TakenError": Exit.BUSY,
    "BusyError": Exit.BUSY,
    "StoreError": Exit.STORE,
    "MailError": Exit.PROBLEM,
    "ConnectError": Exit.USAGE,
    "PageNameError": Exit.USAGE,
    "BackfillError": Exit.USAGE,
    "BlockListError": Exit.USAGE,
    "NoAnswerError": Exit.PROBLEM,
    "ConnectorError": Exit.PROBLEM,
    "FetchError": Exit.PROBLEM,
    "ScoringError": Exit.PROBLEM,
    "ConversionError": Exit.PROBLEM,
}
"""By name, so that telling an error loads nothing. The most particular first."""


def _load(path: Path) -> Loaded:
    from bot.config import load

    return load(path)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, separators=(", ", ": "), default=str))


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ofrecord {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


@app.command()
def run(config: ConfigOption = _CONFIG) -> None:
    """Work unattended: poll every page, judge, perform, restore what nobody confirmed, send alerts and summaries.

    Ends within seconds on SIGTERM or Ctrl-C, with nothing half done.
    """
    from bot.activity import speak
    from bot.daemon import Daemon

    speak()
    daemon = Daemon(_load(config))
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: daemon.stop())
    daemon.run()


@app.command()
def once(config: ConfigOption = _CONFIG, as_json: JsonOption = False) -> None:
    """Make one pass over every page that is due: poll, judge, perform. For cron and for other programs.

    Exits with 1 when a page failed or was refused.
    """
    from bot.activity import speak
    from bot.once import once as make_one_pass

    speak(quiet=as_json)
    results = make_one_pass(_load(config))
    if as_json:
        _print_json({"pages": [result.as_json() for result in results]})
    else:
        for result in results:
            typer.echo(result.in_words())
        if not results:
            typer.echo("No page is due: each is looked at once in its poll_every.")
    if any(result.problem for result in results):
        raise typer.Exit(Exit.PROBLEM)


@app.command()
def check(
    config: ConfigOption = _CONFIG,
    as_json: JsonOption = False,
    offline: Annotated[bool, typer.Option("--offline", help="Leave out whatever needs the network.")] = False,
) -> None:
    """Say on one screen what works and what does not, page by page. Exits with 1 when something does not."""
    from bot.check import check as look

    findings = list(look(_load(config), offline=offline))
    if as_json:
        _print_json(
            {"findings": [{"level": each.level, "where": each.where, "message": each.message} for each in findings]}
        )
    else:
        mark = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}
        for finding in findings:
            typer.echo(f"{mark[finding.level]}  {finding.where}: {finding.message}")
    if any(finding.level == "error" for finding in findings):
        raise typer.Exit(Exit.PROBLEM)


@app.command()
def web(config: ConfigOption = _CONFIG) -> None:
    """Serve the review application on the address of the table [web]."""
    from bot.web.app import serve

    serve(_load(config), lambda address: typer.echo(f"The review application listens on {address}", err=True))


@app.command()
def classify(
    text: Annotated[
        str | None, typer.Argument(help="One comment. Default: JSON lines on standard input.", show_default=False)
    ] = None,
    post: Annotated[str | None, typer.Option("--post", help="The post that it answers.", metavar="TEXT")] = None,
    thread: Annotated[
        list[str] | None,
        typer.Option("--thread", help="A comment between them; may be given more than once.", metavar="TEXT"),
    ] = None,
    scope: Annotated[str | None, typer.Option("--scope", help="What the page is for.", metavar="TEXT")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show a person what was found, and why.")] = False,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="Judge by its classifiers and policy.", metavar="FILE", show_default=False),
    ] = None,
) -> None:
    """Score comments: JSON lines on standard input, one answer a line on standard output; or one comment, explained.

    A line is {"id", "text", "post"?, "thread"?, "scope"?}. The verdict is that of the default policy with its hiding
    rules approved, or that of a configuration. Needs no store.
    """
    from bot import classify as judging

    if text is None and (explain or post or thread or scope):
        raise typer.BadParameter("--explain, --post, --thread and --scope go with one comment: classify TEXT --explain")
    book = judging.default_rulebook() if config is None else judging.rulebook_of(_load(config))
    if text is not None:
        question = judging.Question(None, text, post, tuple(thread or ()), scope)
        if explain:
            judging.explain(question, book)
        else:
            typer.echo(json.dumps(judging.answer_one(question, book), ensure_ascii=True))
        return
    sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
    for answer in judging.answers(sys.stdin, book):
        sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
    sys.stdout.flush()


@app.command("connect")
def connect_page(
    page: Annotated[str, typer.Argument(help="The page, or its platform where it has only one page.", metavar="PAGE")],
    config: ConfigOption = _CONFIG,
) -> None:
    """Get a page's credential: says what to do on the platform, asks, tries it, and keeps it in the secret file.

    The credential is typed, or comes from the platform; it is never given as an argument.
    """
    from bot import connect_command

    def ask(prompt: str, hidden: bool) -> str:
        return str(typer.prompt(prompt, hide_input=hidden))

    person = connect_command.Person(typer.echo, ask, typer.launch)
    typer.echo(connect_command.connect_page(_load(config), page, person))


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; give a day such as 2026-01-31") from None


@app.command()
def backfill(
    page: Annotated[str, typer.Argument(help="The page, or its platform where it has only one page.", metavar="PAGE")],
    since: Annotated[
        date,
        typer.Option("--since", help="The day from which comments are wanted: 2026-01-31.", parser=_day, metavar="DAY"),
    ],
    config: ConfigOption = _CONFIG,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait while the budget is spent or the platform does not answer.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="From the beginning, even where it came to its end.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Record older comments of a page: they are not judged, not queued, never hidden, and nobody is told.

    The same command goes on where it stood, also after it was killed. It may run beside the daemon, which keeps half
    of the budget. Exits with 3 when the budget is spent for now.
    """
    from bot.activity import speak
    from bot.backfill_command import Wish, backfill_page

    speak(quiet=as_json or sys.stderr.isatty())
    report = backfill_page(_load(config), Wish(page, since, wait, again), quiet=as_json)
    if as_json:
        _print_json(report.as_json())
    else:
        typer.echo(report.in_words())
    if report.problem:
        raise typer.Exit(Exit.BUSY if report.spent else Exit.PROBLEM)


@app.command()
def platforms(as_json: JsonOption = False) -> None:
    """List every connector with what its platform lets a page owner do."""
    from bot.platforms import platforms as every_platform

    found = list(every_platform())
    if as_json:
        _print_json({"platforms": [each.as_json() for each in found]})
        return
    for each in found:
        can, covered = each.capability, f" Covered by {' or '.join(each.covered_by)}." if each.covered_by else ""
        typer.echo(f"{each.name} ({can.coverage}): {each.summary}{covered}")
        if not covered:
            hides = "hides and restores" if can.can_hide and can.can_restore else "a person hides and restores by hand"
            typer.echo(f"    {hides}; scope: {can.hide_scope}. Proved: {each.proved}.")
            for effect in can.side_effects:
                typer.echo(f"    {effect}")


@app.command()
def summary(
    config: ConfigOption = _CONFIG,
    week: Annotated[
        str | None,
        typer.Option("--week", help="Such as 2026-W47. Default: the last full week.", metavar="WEEK"),
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="Send it to mail.summary_to, once.")] = False,
    eml: Annotated[Path | None, typer.Option("--eml", help="Write the message to a file.", metavar="FILE")] = None,
) -> None:
    """Print the weekly summary, send it, or write it to a file."""
    from bot.summary_command import summarize

    if send and eml:
        raise typer.BadParameter("give --send or --eml, not both")
    typer.echo(summarize(_load(config), week, send=send, eml=eml))


@app.command()
def demo(
    headless: Annotated[bool, typer.Option("--once", help="Without a browser or an open port, and then stop.")] = False,
    as_json: JsonOption = False,
    folder: Annotated[
        Path | None, typer.Option("--dir", help="Where the demo's store goes. Default: a new folder.", metavar="DIR")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Which stream of visitors.", metavar="N")] = 1,
) -> None:
    """Show the whole product on this machine: practice page, daemon, review queue, all on the loopback address."""
    if not headless:
        from bot.demo_live import interactive

        interactive(folder, seed)
        return
    from bot.activity import speak
    from bot.demo import headless as run_headless

    speak(quiet=True)
    counts = run_headless(folder, seed, quiet=as_json)
    if as_json:
        _print_json(counts.as_json())
    else:
        typer.echo(counts.in_words())
    if not counts.verified:
        raise typer.Exit(Exit.PROBLEM)


@records_app.command()
def verify(
    config: ConfigOption = _CONFIG,
    as_json: JsonOption = False,
    structure: Annotated[bool, typer.Option("--structure", help="Leave out the commitments; faster.")] = False,
) -> None:
    """Prove the log whole; name the first bad sequence number when it is not, and exit with 1."""
    from bot.records_command import in_words, verify_store

    result = verify_store(_load(config), full=not structure, progress=not as_json)
    if as_json:
        _print_json(asdict(result))
    else:
        typer.echo(in_words(result))
    if not result.ok:
        raise typer.Exit(Exit.PROBLEM)


@records_app.command()
def show(
    seq: Annotated[int, typer.Argument(help="Sequence number of the entry.", metavar="SEQ")],
    config: ConfigOption = _CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show one entry with the values that it commits to. That it was looked at is itself recorded."""
    from bot.records_command import show_entry

    typer.echo(show_entry(_load(config), seq, as_json=as_json))


@records_app.command()
def tail(
    config: ConfigOption = _CONFIG,
    number: Annotated[int, typer.Option("-n", "--number", help="How many.", metavar="N", min=1)] = 20,
    as_json: JsonOption = False,
) -> None:
    """Show the newest entries, one a line, without the values that they commit to."""
    from bot.records_command import tail_entries

    for line in tail_entries(_load(config), number, as_json=as_json):
        typer.echo(line)


@records_app.command()
def rebuild(config: ConfigOption = _CONFIG) -> None:
    """Make the derived tables anew from the log."""
    from bot.startup import open_store

    with open_store(_load(config)) as records:
        records.rebuild()
    typer.echo("The derived tables were made anew from the log.")


@users_app.command("add")
def users_add(
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    role: Annotated[list[str], typer.Option("--role", help="May be given more than once.", metavar="ROLE")],
    config: ConfigOption = _CONFIG,
    password_file: Annotated[
        Path | None, typer.Option("--password-file", help="Read the password here, instead of asking.", metavar="FILE")
    ] = None,
) -> None:
    """Make an account. The password is asked for, or read from a file; never given as an argument."""
    from bot.secret_files import read_secret
    from bot.web.accounts import add_user

    loaded = _load(config)
    if password_file is not None:
        password = read_secret(str(password_file.resolve()), loaded.path.parent)
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    add_user(loaded, name, password, role)
    typer.echo(f"{name} can sign in, as {', '.join(role)}.")


@users_app.command("roles")
def users_roles(
    name: Annotated[str, typer.Argument(help="The name that the person signs in with.")],
    role: Annotated[list[str], typer.Option("--role", help="All roles from now on.", metavar="ROLE")],
    config: ConfigOption = _CONFIG,
) -> None:
    """Give a person other roles."""
    from bot.web.accounts import set_roles

    set_roles(_load(config), name, role)
    typer.echo(f"{name} is now {', '.join(role)}.")


@users_app.command("list")
def users_list(config: ConfigOption = _CONFIG) -> None:
    """List the accounts and their roles."""
    from bot.web.accounts import list_users

    for user in list_users(_load(config)):
        typer.echo(f"{user.name}: {', '.join(user.roles) or 'no role'}")


@policy_app.command("show")
def policy_show(config: ConfigOption = _CONFIG, as_json: JsonOption = False) -> None:
    """Show the rules in force, in order, with what each may do and where it comes from."""
    from bot.policy_command import as_json as table
    from bot.policy_command import rows

    loaded = _load(config)
    if as_json:
        _print_json(table(loaded))
        return
    for row in rows(loaded):
        typer.echo(row)


if __name__ == "__main__":
    main()
