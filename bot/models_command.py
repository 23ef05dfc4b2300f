"""``ofrecord models …``: the models that comments are scored with.

Imports nothing heavy: `bot.cli` loads this module for every command.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

models_app = typer.Typer(help="The models that comments are scored with.", no_args_is_help=True)


_Config = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Says which are in use. Default: those of a new one.", metavar="FILE"),
]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


@models_app.command("list")
def models_list(config: _Config = None, as_json: _Json = False) -> None:  # noqa: FBT002 - a flag of the command line
    """List every classifier: whether it is in use, its version, what it scores, its size, where it lies."""
    from bot.config import load
    from bot.models_list import every_model, lines

    found = every_model(load(config) if config else None)
    if as_json:
        typer.echo(json.dumps({"models": [each.as_json() for each in found]}, ensure_ascii=False))
        return
    for line in lines(found):
        typer.echo(line)


@models_app.command("info")
def models_info(
    name: Annotated[str, typer.Argument(help="As models list names it.", metavar="NAME")],
    config: _Config = None,
    as_json: _Json = False,  # noqa: FBT002
) -> None:
    """Tell everything about one classifier: its files with their sums compared, and the card of a trained model.

    Exits with 1 when a file is missing or not the one that was shipped or recorded.
    """
    from bot.config import load
    from bot.models_list import UnknownModelError, card_of, info, model_named

    try:
        found = model_named(name, load(config) if config else None)
    except UnknownModelError as error:
        raise typer.BadParameter(str(error)) from error
    if as_json:
        typer.echo(json.dumps({**found.as_json(), "card": card_of(found)}, ensure_ascii=False))
    else:
        for line in info(found):
            typer.echo(line)
    if found.problem or any(each.sum == "wrong" for each in found.files):
        raise typer.Exit(1)


@models_app.command("fetch")
def models_fetch(
    name: Annotated[
        str,
        typer.Argument(
            help="detoxify-original, detoxify-original-small, detoxify-unbiased or detoxify-multilingual.",
            metavar="NAME",
        ),
    ],
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="A folder, or the address of a mirror, that has the files. Default: where they are published.",
            metavar="FOLDER",
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Where they go. Default: a folder of that name, here.", metavar="FOLDER"),
    ] = None,
) -> None:
    """Fetch a model's files, with progress; goes on where an earlier try stopped. A changed file is refused."""
    from bot.models_fetch import RELEASES, fetch
    from bot.progress import Bars

    if name not in RELEASES:
        raise typer.BadParameter(f"{name} is not known; known are {', '.join(RELEASES)}")
    folder = to or Path(name)
    with Bars() as bars:
        lines = fetch(RELEASES[name], folder, source, bars.told)
    for line in lines:
        typer.echo(line)
    typer.echo(f"Next: ofrecord models convert {folder}")


@models_app.command("convert")
def models_convert(
    folder: Annotated[Path, typer.Argument(help="What models fetch has filled.", metavar="FOLDER")],
) -> None:
    """Convert a fetched Detoxify model, once. Needs ofrecord[detoxify]; daily running does not."""
    from bot.detoxify_convert import convert

    done = convert(folder, lambda step: typer.echo(f"{step} …", err=True))
    typer.echo(f"{folder}: {', '.join(done.labels)}; {done.size / 1e6:.1f} MB")
    typer.echo(f"With weights of 8 bits, one sentence's answers are off by at most {done.apart:.4f}.")
    typer.echo(f'Next: in the configuration, [classifiers.detoxify] enabled = true, folder = "{folder}"')


_CONFIG = Path("config.toml")
ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="The configuration file.", metavar="FILE")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
PageOption = Annotated[str | None, typer.Option("--page", help="Only of this page.", metavar="NAME")]


@models_app.command("evaluate")
def models_evaluate(
    file: Annotated[
        Path | None,
        typer.Argument(help='JSON lines such as {"text": "…", "labels": {"obscenity": true}}.', metavar="[FILE]"),
    ] = None,
    *,
    from_log: Annotated[
        bool, typer.Option("--from-log", help="Instead of a file: what this Department's people decided.")
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            "-c",
            help="Judge by this configuration. Default for a file: the default policy with its hiding rules approved.",
            metavar="FILE",
        ),
    ] = None,
    page: PageOption = None,
    as_json: JsonOption = False,
    plots: Annotated[
        Path | None, typer.Option("--plots", help="Draw the plots into this folder, as PNG.", metavar="FOLDER")
    ] = None,
) -> None:
    """Measure classifiers and policy on labelled comments: precision, recall, calibration, with intervals.

    Changes nothing. Says beside the figures what they cannot tell.
    """
    from bot.config import load
    from bot.evaluation_words import lines
    from bot.models_evaluate import evaluate_file, evaluate_log, write_plots

    if (file is None) is not from_log:
        raise typer.BadParameter("give a FILE, or --from-log; one of the two")
    if file is not None:
        found = evaluate_file(file, load(config) if config else None, page)
    else:
        found = evaluate_log(load(config or _CONFIG), page)
    drawn = write_plots(found, plots) if plots else []
    typer.echo(json.dumps(found) if as_json else "\n".join([*lines(found), *drawn]))


@models_app.command("export-labels")
def models_export_labels(
    config: ConfigOption = _CONFIG,
    page: PageOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A new file. Default: standard output.", metavar="FILE")
    ] = None,
) -> None:
    """Give out decided comments as labelled data: JSON lines. The log says so before the first of them leaves.

    What is held, or was destroyed, does not leave.
    """
    from bot.config import load
    from bot.models_evaluate import export

    exported = export(load(config), out, page)
    if out is None:
        typer.echo(exported.content, nl=False)
    where = f" to {out}" if out else ""
    typer.echo(
        f"{exported.count} decided comments{where}, {exported.held_back} held back; entry {exported.seq} says so.",
        err=True,
    )


@models_app.command("propose-thresholds")
def models_propose_thresholds(*, config: ConfigOption = _CONFIG, as_json: JsonOption = False) -> None:
    """Show, rule by rule, what other thresholds would have done with what people decided. Changes nothing.

    A supervisor accepts one under Thresholds in the review application.
    """
    from dataclasses import asdict

    from bot.config import load
    from bot.models_evaluate import threshold_proposals
    from bot.thresholds import in_words

    found = threshold_proposals(load(config))
    if as_json:
        rules = [{**asdict(each), "rule": each.rule.name} for each in found]
        typer.echo(json.dumps({"rules": rules}))
        return
    for each in found:
        typer.echo("\n".join(in_words(each)))
