"""``ofrecord blocks …``: blocked accounts that a Department brings along.

Imports nothing heavy: `bot.cli` loads this module for every command.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.exit_codes import Exit

blocks_app = typer.Typer(
    help="Blocked accounts that a Department brings along, to review and unblock by hand.", no_args_is_help=True
)


@blocks_app.callback()
def blocks() -> None:
    """Blocked accounts that a Department brings along, to review and unblock by hand."""


@blocks_app.command("import")
def blocks_import(
    page: Annotated[str, typer.Argument(help="The page, or its platform where it has only one page.", metavar="PAGE")],
    file: Annotated[
        Path, typer.Argument(help="One name a line, or a table with a heading: name,account,link,note.", metavar="FILE")
    ],
    config: Annotated[Path, typer.Option("--config", "-c", help="The configuration file.", metavar="FILE")] = Path(
        "config.toml"
    ),
    as_json: Annotated[  # noqa: FBT002 - a flag of the command line
        bool, typer.Option("--json", help="Print JSON for other programs.")
    ] = False,
) -> None:
    """Make a task of every account in a list of blocked ones: review, and unblock by hand.

    Accounts that were imported before are passed over. Nothing is sent to any platform. Exits with 1 when a line could
    not be taken.
    """
    from bot.block_list import BlockListError, read_list
    from bot.blocks import import_blocks
    from bot.config import load
    from bot.platforms import page_named
    from bot.records_command import OPERATOR
    from bot.startup import open_store

    loaded = load(config)
    name = page_named(loaded, page)
    try:
        found = read_list(file.read_bytes())
    except OSError as error:
        raise BlockListError(f"{file} cannot be read ({error.strerror}); give the file of the list.") from None
    except BlockListError as error:
        raise BlockListError(f"{file}: {error}") from None
    with open_store(loaded) as records:
        done = import_blocks(records, name, found, OPERATOR)
    typer.echo(json.dumps(done.as_json(), ensure_ascii=False) if as_json else done.in_words())
    if done.refused:
        raise typer.Exit(Exit.PROBLEM)
