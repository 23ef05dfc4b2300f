"""``ofrecord parity``: whether the classifiers and the policy treat every viewpoint alike.

Imports nothing heavy: `bot.cli` loads this module for every command.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.exit_codes import Exit


def parity(
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", "-c", help="Judge as this Department does. Default: as classify does.", metavar="FILE"
        ),
    ] = None,
    twins: Annotated[
        Path | None, typer.Option("--twins", help="Templates and words of your own, as TOML.", metavar="FILE")
    ] = None,
    comments: Annotated[
        Path | None,
        typer.Option("--comments", help="Make twins of these comments: JSON lines, as for classify.", metavar="FILE"),
    ] = None,
    from_log: Annotated[  # noqa: FBT002  the flags of a command line are booleans
        bool, typer.Option("--from-log", help="Make twins of the comments in the Department's log.")
    ] = False,
    show: Annotated[int, typer.Option("--show", help="How many of the worst sets to show.", metavar="N", min=0)] = 5,
    as_json: Annotated[  # noqa: FBT002
        bool, typer.Option("--json", help="Print JSON for other programs.")
    ] = False,
) -> None:
    """Judge sentences that differ only in their side (praise or criticism, office, party, cause) and compare.

    Exits with 1 when clean twins get different verdicts, or more than 2 % of the other pairs do.
    """
    from bot.parity_run import measured
    from bot.parity_words import lines

    if comments and from_log:
        raise typer.BadParameter("give --comments or --from-log, not both")
    if from_log and config is None:
        raise typer.BadParameter("--from-log needs --config: it says where the log lies")
    found = measured(config, twins, comments, of_log=from_log, show=show)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        for line in lines(found):
            typer.echo(line)
    if not found["passed"]:
        raise typer.Exit(Exit.PROBLEM)
