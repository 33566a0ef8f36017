"""``incidents import``: files of any format as a layer, with a report."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import click

from geo.base.errors import ExportError, Fault, QueryError
from geo.base.files import whole_file
from geo.base.settings import settings
from geo.commands.report import (
    EXIT_CALL,
    EXIT_DATA,
    echo_json,
    progress,
)
from geo.engine import import_layer, is_database, is_large, named_safely
from geo.export.selection import date_made
from geo.formats.input_file import parse_system
from geo.importing import Imported, ImportOptions, ReadOptions, import_file
from geo.importing.options import iso_today
from geo.layer import IncidentCollection, dump_collection
from geo.model.sources import read_sources
from geo.model.vocabulary import read_vocabulary

#: Lines of each part of the report that are spelled out.
_SHOWN: Final = 20


@click.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The layer to write, as GeoJSON. Without it, only the report is made.",
)
@click.option(
    "--to",
    "database",
    default="",
    metavar="URL",
    help="The PostgreSQL database whose layer this becomes, instead of a file.",
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="COLUMN=PROPERTY",
    help="Take a column for a property: title, date, lon, date.year, extra.NAME ...",
)
@click.option(
    "--value",
    "values",
    multiple=True,
    metavar="PROPERTY:THEIRS=OURS",
    help="Write another value for one of theirs, such as category:strike=demonstration.",
)
@click.option(
    "--default",
    "defaults",
    multiple=True,
    metavar="PROPERTY=VALUE",
    help="The value of a property where a record has none.",
)
@click.option("--source", default="", help="The source that the records stand on.")
@click.option("--drop", multiple=True, metavar="COLUMN", help="Leave a column out.")
@click.option(
    "--date-format",
    "date_formats",
    multiple=True,
    metavar="FORMAT",
    help="How dates are written, such as %d/%m/%Y for 31/08/2023.",
)
@click.option(
    "--encoding",
    default="",
    help="Encoding of a CSV or Shapefile, such as cp1251; told by the text without it.",
)
@click.option("--layer", default="", help="The layer or sheet, in files with several.")
@click.option(
    "--crs", default="", help="The coordinates' system, for files that do not say it."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def import_(  # noqa: PLR0913, PLR0917 - one parameter an option
    file: Path,
    output: Path | None,
    database: str,
    mapped: Sequence[str],
    values: Sequence[str],
    defaults: Sequence[str],
    source: str,
    drop: Sequence[str],
    date_formats: tuple[str, ...],
    encoding: str,
    layer: str,
    crs: str,
    *,
    as_json: bool,
) -> None:
    """Read FILE into a layer: any format of ours, and tables of others.

    Exports are read back as they were. Of other files, columns are mapped to
    properties; further columns are kept. Nothing is guessed: a record that lacks
    what an incident needs is refused, and every change is reported.

    Exit code 0: every record was taken. 1: the file, or some of its records, were
    refused; the others are written. 2: the options do not fit, or do not say enough.
    Without --output the file is looked through, and told what is still to be said.

    With --to the layer goes into a database, for servers whose INCIDENTS_LAYER is that
    URL: they see the old layer until the new one is whole. A layer in GeoParquet, or a
    large one in GeoJSON, streams there if no other option changes it; then a single
    wrong record refuses it, and the database stays as it was.

    \b
    Example:
        incidents import back.gpkg --output layer.geojson
        incidents import events.csv --output layer.geojson \\
            --map Headline=title --map Text=summary --map When=date \\
            --date-format %d/%m/%Y --value category:strike=demonstration \\
            --default kind=event --default status=reported \\
            --default precision=city --default radius_m=10000 \\
            --source our-database-2024
        incidents import layer.parquet --to postgresql://user@host:5432/incidents
    """  # noqa: D301 - \b is click's mark for a verbatim paragraph
    _check_target(file, database, output)
    mapping = _pairs("map", mapped)
    opening = ReadOptions(layer, encoding, parse_system(crs), mapping)
    import_options = ImportOptions(
        mapped=mapping,
        values=_values(values),
        defaults=_pairs("default", defaults),
        source=source,
        drop=frozenset(drop),
        date_formats=date_formats,
        today=_today(),
    )
    plain = opening == ReadOptions() and import_options == ImportOptions(
        drop=frozenset(), today=import_options.today
    )
    if database and plain and is_large(file):
        filled = _fill(file, database)
        if as_json:
            echo_json({"file": str(file), "database": filled})
        else:
            click.echo(
                f"{file}: {filled['incidents']} records {_into(filled)}.", err=True
            )
        return
    with progress() as shown:
        task = shown.add_task("Reading", total=None)
        imported = import_file(
            file,
            opening=opening,
            options=import_options,
            step=lambda said: shown.update(task, description=said),
        )
    report, where = imported.as_json(), ""
    if output is not None and imported.is_worth_writing:
        _write(imported, output)
        where = f"written to {output}"
    if database and imported.is_worth_writing:
        report["database"] = _fill(imported.layer, database)
        where = _into(report["database"])
    if as_json:
        echo_json(report)
    else:
        _tell(imported, file, where)
    if imported.advice:
        is_asked = output is not None or bool(database)
        mark = "Error: nothing was written. " if is_asked else ""
        click.echo(f"{mark}{imported.advice}", err=True)
        if is_asked:
            raise SystemExit(EXIT_CALL)
    if imported.refused:
        raise SystemExit(EXIT_DATA)


def _check_target(file: Path, database: str, output: Path | None) -> None:
    """Refuse to write over what is read, and what is no database's address.

    The address is not repeated, for its password.
    """
    if output is not None and output.parts[0] in {"postgresql:", "postgres:"}:
        raise QueryError("output", "is a database's address. Give it with --to.")
    if output is not None and output.exists() and output.samefile(file):
        msg = f"{output} is the file that is read. Give another one to write."
        raise QueryError("output", msg)
    if database and not is_database(database):
        msg = "is not a database's address. Write postgresql://user@host:port/database."
        raise QueryError("to", msg)
    if database and output is not None:
        raise QueryError("to", "cannot go with --output. Give one of the two.")


def _fill(layer: IncidentCollection | Path, url: str) -> dict[str, Any]:
    """Put a layer into a database, and return what it then has."""
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


def _into(filled: dict[str, Any]) -> str:
    return f"written to {filled['url']}, now at version {filled['version']}"


def _pairs(option: str, texts: Iterable[str]) -> dict[str, str]:
    """Return ``a=b`` texts as a mapping; the last ``=`` of a column's name parts."""
    pairs: dict[str, str] = {}
    for text in texts:
        left, mark, right = (
            text.rpartition("=") if option == "map" else text.partition("=")
        )
        if not mark or not left or not right:
            raise QueryError(option, f"{text!r} is not like NAME=VALUE.")
        if left in pairs:
            raise QueryError(option, f"{left!r} is given twice.")
        pairs[left] = right
    return pairs


def _values(texts: Iterable[str]) -> dict[tuple[str, str], str]:
    values: dict[tuple[str, str], str] = {}
    for text in texts:
        name, mark, rest = text.partition(":")
        theirs, equals, ours = rest.rpartition("=")
        if not mark or not equals or not name or not ours:
            msg = f"{text!r} is not like category:strike=demonstration."
            raise QueryError("value", msg)
        values[name, theirs] = ours
    return values


def _today() -> str:
    """Return the day of the import, or that of ``SOURCE_DATE_EPOCH``."""
    if os.environ.get("SOURCE_DATE_EPOCH"):
        return date_made("").date().isoformat()
    return iso_today()


def _write(imported: Imported, output: Path) -> None:
    """Write the layer whole, or leave what was there."""
    try:
        with whole_file(output) as draft, draft.open("wb") as file:
            file.writelines(dump_collection(imported.layer))
    except OSError as error:
        msg = f"{output} could not be written: {error}."
        raise ExportError(msg) from error


def _tell(imported: Imported, file: Path, where: str) -> None:
    """Report to people; *where* tells what was written, if anything."""
    written = len(imported.layer.incidents)
    click.echo(
        f"{file}: {imported.format}, {imported.read} records read, {written} taken"
        f"{', ' if where else ''}{where}.",
        err=True,
    )
    if imported.named:
        click.echo(
            f"Records without an id, which were given one: {imported.named}.", err=True
        )
    if imported.kept:
        click.echo(f"Kept as further properties: {', '.join(imported.kept)}.", err=True)
    _list("Changed or odd", imported.changed)
    _list("Refused", imported.refused)


def _list(title: str, faults: Sequence[Fault]) -> None:
    if not faults:
        return
    alike: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        # Report what many records share once.
        where = fault.where.rpartition("line ")[2].partition(", ")[2] or fault.where
        alike.setdefault((where, fault.remedy), []).append(fault)
    click.echo(f"{title} ({len(faults)}):", err=True)
    for group in list(alike.values())[:_SHOWN]:
        more = f" [and {len(group) - 1} more like it]" if len(group) > 1 else ""
        click.echo(f"  {group[0]}{more}", err=True)
    if len(alike) > _SHOWN:
        rest = len(alike) - _SHOWN
        click.echo(f"  ... and {rest} more kinds; --json lists all.", err=True)
