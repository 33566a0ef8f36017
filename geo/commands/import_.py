"""``incidents import``: any table becomes records of a map, with a report."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo.base.errors import QueryError
from geo.commands.import_options import (
    check_target,
    parse_pairs,
    parse_values,
    today_of_import,
)
from geo.commands.prompts import ask, ask_sheet
from geo.commands.report import EXIT_DATA, echo_json, progress
from geo.importing.mapping import DATE_ORDERS, MENDS

if TYPE_CHECKING:
    from geo.formats.input_file import ReadOptions
    from geo.importing.looking import Changes, Look
    from geo.importing.questions import Question
    from geo.importing.report import Decision, Report
    from geo.importing.unplaced import Geocode


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Look for cycles seldom: each look passes over all of a table, and few are made."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 50, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="The map's folder; made if it is missing.",
)
@click.option("--yes", is_flag=True, help="Take what is proposed, and ask nothing.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A layer to write as GeoJSON, instead of a map's folder.",
)
@click.option(
    "--to",
    "database",
    default="",
    metavar="URL",
    help="The PostgreSQL database whose layer this becomes, instead of a folder.",
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="COLUMN=ROLE",
    help="What a column is: title, date, lat, lon, source, own, extra.LABEL ...",
)
@click.option(
    "--value",
    "values",
    multiple=True,
    metavar="ROLE:THEIRS=OURS",
    help="Write another value for one of theirs, such as category:strike=Demonstration.",
)
@click.option(
    "--default",
    "defaults",
    multiple=True,
    metavar="ROLE=VALUE",
    help="The value where a record has none.",
)
@click.option("--source", default="", help="Id of the source of rows that name none.")
@click.option("--drop", multiple=True, metavar="COLUMN", help="Leave a column out.")
@click.option(
    "--date-format",
    "date_formats",
    multiple=True,
    metavar="FORMAT",
    help="How dates are written, such as %d/%m/%Y for 31/08/2023.",
)
@click.option(
    "--date-order",
    type=click.Choice(DATE_ORDERS),
    help="Whether dates have the day, the month or the year first.",
)
@click.option(
    "--time-zone", default="", help="Where times without a zone are, such as +02:00."
)
@click.option(
    "--mend",
    "mends",
    multiple=True,
    type=click.Choice(MENDS),
    help="Mend points that lie outside the country of their record.",
)
@click.option("--encoding", default="", help="How a text is encoded, such as cp1251.")
@click.option("--layer", default="", help="The layer or sheet, in files with several.")
@click.option(
    "--crs", default="", help="The coordinates' system, for files that do not say it."
)
@click.option(
    "--retire", is_flag=True, help="Withdraw records that the table has no more."
)
@click.option("--look", is_flag=True, help="Only tell how the file would be read.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@_collecting_seldom()
def import_(  # noqa: PLR0913, PLR0917 - one parameter an option
    files: tuple[Path, ...],
    into: Path | None,
    output: Path | None,
    database: str,
    mapped: Sequence[str],
    values: Sequence[str],
    defaults: Sequence[str],
    source: str,
    drop: Sequence[str],
    date_formats: tuple[str, ...],
    date_order: str | None,
    time_zone: str,
    mends: tuple[str, ...],
    encoding: str,
    layer: str,
    crs: str,
    *,
    yes: bool,
    retire: bool,
    look: bool,
    as_json: bool,
) -> None:
    """Bring tables into a map: FILES of any format, each record with its gaps.

    Columns are recognised by their names and by what is in them. What a file cannot
    tell is asked on a terminal, with a proposal; with --yes, or without a terminal, the
    proposal is taken and told. How a table was read is kept in the map's folder, under
    mappings/, and followed by the next file with the same columns.

    Nothing is lost: a cell that is not understood stays as a field of its own, and what
    is no record is in refused.csv with the reason. Exports of this program come back as
    they were.

    \b
    Examples:
        incidents import events.csv --into my-map
        incidents import events.csv --into my-map --yes --date-order dmy
        incidents import back.gpkg --output layer.geojson
        incidents import layer.parquet --to postgresql://user@host:5432/incidents

    Exit codes: 0 every record was taken; 1 a file, or some of its records, were
    refused, and the others are written; 2 the options do not fit.
    """  # noqa: D301 - \b is click's mark for a verbatim paragraph
    from geo.formats.input_file import ReadOptions, parse_system
    from geo.importing.looking import Changes

    check_target(files, into, database, output, retire=retire)
    opening = ReadOptions(layer, encoding, parse_system(crs))
    changes = Changes(
        columns=parse_pairs("map", mapped),
        values=parse_values(values),
        defaults=parse_pairs("default", defaults),
        drop=drop,
        date_formats=date_formats,
        date_order=date_order or "",
        time_zone=time_zone,
        source=source,
        mends=mends,
    )
    is_plain = opening == ReadOptions() and changes == Changes(drop=drop) and not drop
    may_ask = not yes and not as_json and sys.stdin.isatty() and sys.stderr.isatty()
    reports: list[dict[str, Any]] = []
    is_refused = False
    for file in files:
        if database and is_plain and _streams(file):
            reports.append({"file": str(file), "database": _fill(file, database)})
            continue
        sheet = ask_sheet(file, opening) if may_ask else ""
        with progress() as shown:
            shown.add_task(f"Reading {file.name}", total=None)
            chosen = replace(opening, layer=sheet) if sheet else opening
            seen = _look_at(file, into, chosen, changes)
        seen, decisions = _decide(seen, may_ask=may_ask)
        if look or not (into or output or database):
            reports.append(_shown(seen, decisions))
            continue
        report = _bring(
            seen, decisions, into=into, output=output, database=database, retire=retire
        )
        reports.append(report.as_json())
        is_refused |= bool(report.refused)
        if not as_json:
            for line in report.lines():
                click.echo(line, err=True)
    if as_json:
        echo_json(reports[0] if len(reports) == 1 else reports)
    else:
        for each in reports:
            _tell(each)
        if into is not None and not look:
            click.echo(f"Look at it: incidents serve {into}", err=True)
    if is_refused:
        raise SystemExit(EXIT_DATA)


def _look_at(
    file: Path, into: Path | None, opening: ReadOptions, changes: Changes
) -> Look:
    from geo.base.settings import settings
    from geo.formats.guarded import Guard
    from geo.importing.looking import look_through

    guard = Guard(settings().import_memory_mb, settings().import_timeout_s)
    folder = into if into is not None and into.is_dir() else None
    return look_through(
        file,
        folder=folder,
        today=today_of_import(),
        opening=opening,
        changes=changes,
        guard=guard,
    )


def _decide(seen: Look, *, may_ask: bool) -> tuple[Look, tuple[Decision, ...]]:
    """Answer what the file does not tell: by asking, or as it is proposed."""
    from geo.importing.looking import answer_questions
    from geo.importing.report import Decision

    decisions: list[Decision] = []

    def choose(question: Question) -> str:
        choice = ask(question) if may_ask else question.proposal
        decisions.append(Decision(question, choice))
        return choice

    return answer_questions(seen, choose, today_of_import()), tuple(decisions)


def _bring(  # noqa: PLR0913 - what is brought in, where to, and how
    seen: Look,
    decisions: tuple[Decision, ...],
    *,
    into: Path | None,
    output: Path | None,
    database: str,
    retire: bool,
) -> Report:
    """Write what a file holds where the caller wants it."""
    from geo.importing.destination import open_destination
    from geo.importing.importer import bring_in

    if into is None:
        return _collect(seen, decisions, output=output, database=database)
    destination = open_destination(into)
    with progress() as shown:
        task = shown.add_task("Converting", total=None)
        return bring_in(
            seen,
            destination,
            today=today_of_import().isoformat(),
            decisions=decisions,
            geocode=_geocoder(destination.map.places),
            retire=retire,
            step=lambda said, done, most: shown.update(
                task, description=said, completed=done, total=most or None
            ),
        )


def _collect(
    seen: Look, decisions: tuple[Decision, ...], *, output: Path | None, database: str
) -> Report:
    """Write a layer alone, for the deployment's categories and sources."""
    from geo.base.settings import settings
    from geo.importing.importer import collect, dump_layer
    from geo.model.sources import read_sources
    from geo.model.vocabulary import read_vocabulary

    vocabulary = read_vocabulary(settings().vocabulary)
    sources = read_sources(settings().sources)
    layer, words, register, report = collect(
        seen,
        vocabulary=vocabulary,
        sources=sources,
        geocode=_geocoder(settings().places),
    )
    new = [*(set(words.ids()) - set(vocabulary.ids())), *(set(register) - set(sources))]
    if new:
        shown = ", ".join(sorted(new)[:5])
        msg = (
            f"{seen.path} brings categories or sources of its own ({shown}), and a layer "
            "alone cannot keep them. Bring it into a folder: --into FOLDER."
        )
        raise QueryError("output" if output else "to", msg)
    report = replace(report, decisions=decisions)
    if output is not None:
        dump_layer(output, layer)
        return replace(report, layer=str(output))
    filled = _fill(layer, database)
    where = f"{filled['url']}, now at version {filled['version']}"
    return replace(report, layer=where)


def _geocoder(places: Path) -> Geocode:
    """Return what looks places up: the map's own first, then GeoNames, then Nominatim."""
    from functools import partial

    from geo.places.geocoder import chain_of, geocode

    return partial(geocode, chain=chain_of(places))


def _shown(seen: Look, decisions: tuple[Decision, ...]) -> dict[str, Any]:
    """Return how a file would be read."""
    return {
        "file": str(seen.path),
        "format": seen.table.format,
        "read": seen.table.rows,
        "columns": [
            {
                "column": column,
                "role": role,
                "why": seen.reasons.get(column, ""),
                "examples": [
                    str(value) for value in seen.table.frame[column].dropna().head(3)
                ],
            }
            for column, role in seen.mapping.columns.items()
        ],
        "known_as": seen.mapping.known,
        "decided": [
            {"question": each.question.prompt, "chosen": each.choice}
            for each in decisions
        ],
        "told": [remark.message for remark in seen.remarks],
    }


def _tell(shown: dict[str, Any]) -> None:
    """Print how a file would be read, or what a database then has."""
    if "database" in shown and isinstance(shown["database"], dict):
        filled = shown["database"]
        click.echo(
            f"{shown['file']}: {filled['incidents']} records written to "
            f"{filled['url']}, now at version {filled['version']}.",
            err=True,
        )
    elif "columns" in shown:
        click.echo(
            f"{shown['file']}: {shown['format']}, {shown['read']} rows.", err=True
        )
        for column in shown["columns"]:
            values = ", ".join(map(repr, column["examples"]))
            click.echo(
                f"  {column['column']!r} -> {column['role']}  ({values})", err=True
            )
        for each in shown["decided"]:
            click.echo(f"  {each['question']} {each['chosen']}", err=True)
        for message in shown["told"]:
            click.echo(f"  {message}", err=True)
        click.echo(
            f"Nothing is written. Bring it in: incidents import {shown['file']} --into "
            "my-map",
            err=True,
        )


def _streams(file: Path) -> bool:
    from geo.engine import is_large

    return bool(is_large(file))


def _fill(layer: Any, url: str) -> dict[str, Any]:  # noqa: ANN401 - a layer or its file
    """Put a layer into a database, and return what it then has."""
    from geo.base.settings import settings
    from geo.engine import import_layer, named_safely
    from geo.model.sources import read_sources
    from geo.model.vocabulary import read_vocabulary

    deployment = settings()
    with progress() as shown:
        task = shown.add_task("Opening the database", total=None)
        facts = import_layer(
            layer,
            url,
            vocabulary=read_vocabulary(deployment.vocabulary),
            sources=read_sources(deployment.sources),
            cache=deployment.cache / "layers",
            progress=lambda said, done, most: shown.update(
                task, description=said, completed=done, total=most
            ),
        )
    return {
        "url": named_safely(url),
        "incidents": facts.rows,
        "version": facts.version,
    }
