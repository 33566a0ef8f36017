"""``incidents validate``: everything that is wrong with a layer, in one report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from geo.base.errors import DataError, Fault
from geo.commands.report import EXIT_DATA, echo_json, progress

if TYPE_CHECKING:
    from geo.layer import Grade, Grades


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
    "--strict",
    is_flag=True,
    help="Ask for all that is wanted of a record, not only for what is needed.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the report as JSON on stdout."
)
@click.pass_context
def validate(
    context: click.Context,
    files: Sequence[Path],
    *,
    geojson_only: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """Check maps and layers: every fault, with what to do about it.

    Of a map's FOLDER everything is checked: map.toml, sources, places, categories, the
    layer, its journal and stories; without an argument, of the deployment's map. A FILE is checked as
    GeoJSON (RFC 7946) and as a layer of incidents: dates, places, sources, categories,
    and that nothing is recorded that could harm people. Warnings are told, and do not
    fail the check. Of a record, id, title, category and one source are needed; how many
    lack something else that is wanted is counted, and with --strict an error.

    \b
    Examples:
      incidents validate my-map
      incidents validate data/incidents.geojson
      incidents validate --strict data/incidents.geojson
      incidents validate --geojson-only --json areas.geojson

    Exit codes: 0 fine, 1 a file has errors, 2 a file does not exist.
    """  # noqa: D301 - click's mark for a paragraph kept as it is
    from geo.base.settings import map_path
    from geo.layer import Grade, examine_collection
    from geo.layer.geojson import check_geojson

    grade = Grade.WANTED if strict else Grade.NEEDED
    verdicts: list[_Verdict] = []
    with progress() as bar:
        for path in bar.track(files or [map_path()], description="Checking"):
            if geojson_only:
                verdicts.append(_Verdict(path, check_geojson(path), None))
            elif path.is_dir():
                verdicts.append(_check_map(path, grade))
            else:
                checked = examine_collection(path, grade=grade)
                verdicts.append(_Verdict(path, checked.faults, checked.grades()))
    if as_json:
        echo_json(_report(verdicts))
    else:
        for verdict in verdicts:
            for fault in verdict.faults:
                click.echo(str(fault), err=True)
        click.echo(_summary(verdicts))
        for verdict in verdicts:
            if verdict.grades is not None and verdict.grades.lacking:
                click.echo(f"{verdict.file}: {_grades_words(verdict.grades)}")
    if any(verdict.errors for verdict in verdicts):
        context.exit(EXIT_DATA)


def _check_map(folder: Path, grade: Grade) -> _Verdict:
    """Check a map: what it says of itself, its files, its layer, its stories."""
    from geo.atlas import read_atlas
    from geo.base.settings import map_used, settings
    from geo.engine.opening import is_parquet
    from geo.engine.store import is_database
    from geo.layer import examine_collection
    from geo.model.changes import CHANGES_FILE, read_changes
    from geo.places.gazetteer import read_gazetteer
    from geo.publish.stories import story_files
    from geo.publish.story_check import check_stories

    with map_used(folder):
        try:
            chosen = settings()
            read_gazetteer(chosen.places)
            read_changes(folder / CHANGES_FILE)
            if is_database(chosen.layer) or is_parquet(Path(chosen.layer)):
                return _Verdict(folder, check_stories(folder, read_atlas(chosen)), None)
            checked = examine_collection(grade=grade)
            faults = list(checked.faults)
            is_sound = not any(fault.is_error for fault in faults)
            if is_sound and story_files(folder):
                faults += check_stories(folder, read_atlas(chosen))
        except DataError as error:
            return _Verdict(folder, list(error.faults), None)
        return _Verdict(folder, faults, checked.grades())


class _Verdict(NamedTuple):
    """What checking one file came to; without grades where it was no layer's check."""

    file: Path
    faults: Sequence[Fault]
    grades: Grades | None

    @property
    def errors(self) -> int:
        return sum(fault.is_error for fault in self.faults)


def _report(verdicts: Sequence[_Verdict]) -> dict[str, object]:
    """Return the report for machines."""
    files = [
        {
            "file": str(verdict.file),
            "valid": not verdict.errors,
            "errors": verdict.errors,
            "warnings": len(verdict.faults) - verdict.errors,
            "grades": None if verdict.grades is None else asdict(verdict.grades),
            "faults": [asdict(fault) for fault in verdict.faults],
        }
        for verdict in verdicts
    ]
    return {"valid": not any(one.errors for one in verdicts), "files": files}


def _summary(verdicts: Sequence[_Verdict]) -> str:
    """Return one line that sums up: "2 files: 3 errors, 1 warning."."""
    errors = sum(verdict.errors for verdict in verdicts)
    warnings = sum(len(verdict.faults) for verdict in verdicts) - errors
    counts = [_counted(errors, "error"), _counted(warnings, "warning")]
    verdict = ", ".join(counts) if errors or warnings else "no faults"
    return f"{_counted(len(verdicts), 'file')}: {verdict}."


def _grades_words(grades: Grades) -> str:
    """Return how much the records know: "3 of 4 records have what is needed ..."."""
    lacking = ", ".join(f"{name} {count}" for name, count in grades.lacking.items())
    return (
        f"{grades.needed} of {_counted(grades.records, 'record')} with what is needed, "
        f"{grades.wanted} with all that is wanted. Not known: {lacking}."
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
