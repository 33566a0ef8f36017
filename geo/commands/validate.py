"""``incidents validate``: everything that is wrong with a layer, in one report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from geo.base.errors import DataError, Fault
from geo.commands.report import EXIT_DATA, echo_json, progress


@click.command()
@click.argument(
    "files",
    metavar="[FOLDER|FILE]...",
    nargs=-1,
    type=click.Path(exists=True, readable=True, path_type=Path),
)
@click.option(
    "--geojson-only",
    is_flag=True,
    help="Check that the files are sound GeoJSON, not that they are incidents.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the report as JSON on stdout."
)
@click.pass_context
def validate(
    context: click.Context, files: Sequence[Path], *, geojson_only: bool, as_json: bool
) -> None:
    """Check maps and layers: every fault, with what to do about it.

    Of a map's FOLDER everything is checked: map.toml, sources, places, categories and
    the layer; without an argument, of the deployment's map. A FILE is checked as
    GeoJSON (RFC 7946) and as a layer of incidents: dates, places, sources, categories,
    and that nothing is recorded that could harm people. Warnings are told, and do not fail the check.

    \b
    Examples:
      incidents validate my-map
      incidents validate data/incidents.geojson
      incidents validate --geojson-only --json areas.geojson

    Exit codes: 0 fine, 1 a file has errors, 2 a file does not exist.
    """  # noqa: D301 - click's mark for a paragraph kept as it is
    from geo.base.settings import map_path
    from geo.geojson import check_geojson
    from geo.layer import check_collection

    if not files:
        files = [map_path()]
    check = check_geojson if geojson_only else check_collection
    by_file: dict[Path, list[Fault]] = {}
    with progress() as bar:
        for path in bar.track(files, description="Checking"):
            by_file[path] = _check_map(path) if path.is_dir() else check(path)
    errors = sum(_errors(faults) for faults in by_file.values())
    if as_json:
        echo_json(_report(by_file))
    else:
        for fault in (fault for faults in by_file.values() for fault in faults):
            click.echo(str(fault), err=True)
        click.echo(_summary(by_file))
    if errors:
        context.exit(EXIT_DATA)


def _check_map(folder: Path) -> list[Fault]:
    """Return what is wrong with a map: what it says of itself, its files, its layer."""
    from geo.atlas import read_atlas
    from geo.base.settings import map_used, settings
    from geo.engine.opening import is_parquet
    from geo.engine.store import is_database
    from geo.layer import check_collection
    from geo.places.gazetteer import read_gazetteer

    with map_used(folder):
        try:
            chosen = settings()
            read_gazetteer(chosen.places)
            if is_database(chosen.layer) or is_parquet(Path(chosen.layer)):
                read_atlas(chosen)
                return []
            return check_collection()
        except DataError as error:
            return list(error.faults)


def _errors(faults: Sequence[Fault]) -> int:
    return sum(fault.severity == "error" for fault in faults)


def _report(by_file: dict[Path, list[Fault]]) -> dict[str, object]:
    """Return the report for machines."""
    files = [
        {
            "file": str(path),
            "valid": not _errors(faults),
            "errors": _errors(faults),
            "warnings": len(faults) - _errors(faults),
            "faults": [asdict(fault) for fault in faults],
        }
        for path, faults in by_file.items()
    ]
    return {"valid": not any(map(_errors, by_file.values())), "files": files}


def _summary(by_file: dict[Path, list[Fault]]) -> str:
    """Return one line that sums up: "2 files: 3 errors, 1 warning."."""
    errors = sum(map(_errors, by_file.values()))
    warnings = sum(map(len, by_file.values())) - errors
    counts = [_counted(errors, "error"), _counted(warnings, "warning")]
    verdict = ", ".join(counts) if errors or warnings else "no faults"
    return f"{_counted(len(by_file), 'file')}: {verdict}."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
