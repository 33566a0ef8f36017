"""``incidents export``: the filtered incidents as a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from geo.commands.of_map import map_argument
from geo.commands.report import progress
from geo.model.query import FILTERS, PARAMETERS

if TYPE_CHECKING:
    from rich.progress import Progress

    from geo.export import Selection

#: Incidents between two moves of the progress bar.
_STEP: Final = 1_000
#: Names of :data:`geo.export.FORMATS`, which take a second to load.
FORMAT_NAMES: Final = (
    "geojson",
    "geojsonseq",
    "gpkg",
    "geoparquet",
    "fgb",
    "kml",
    "kmz",
    "csv",
    "xlsx",
    "shp",
)


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the filter options, named as in the URL, to a command."""
    for kind in reversed(FILTERS):
        option = click.option(
            f"--{kind.name}",
            f"filter_{kind.name}",
            multiple=kind.takes_several,
            default=() if kind.takes_several else "",
            help=kind.help,
        )
        command = option(command)
    return command


def filter_parameters(options: dict[str, Any]) -> dict[str, list[str]]:
    """Return the filter options of a call as query parameters."""
    parameters: dict[str, list[str]] = {}
    for name in PARAMETERS:
        value = options[f"filter_{name}"]
        parameters[name] = [value] if isinstance(value, str) else list(value)
    return parameters


@click.command()
@map_argument
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMAT_NAMES),
    required=True,
    help="The file format.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    required=True,
    help="The file to write; - for standard output.",
)
@click.option(
    "--zip",
    "zipped",
    is_flag=True,
    help="Pack the file with manifest, README, data dictionary and styles.",
)
@filters
def export(
    format_name: str,
    output: Path,
    *,
    zipped: bool,
    **options: Any,  # noqa: ANN401 - click's options
) -> None:
    """Write the incidents of a map that the filters leave to a file.

    The same filters on the page give the same bytes. The file says its licence,
    query and version; for those formats that cannot, add --zip.

    \b
    Examples:
        incidents export my-map --format xlsx --output incidents.xlsx
        incidents export --format geojson --output murals.geojson \\
            --category mural --from 2023-01-01
    """  # noqa: D301 - \b is click's mark for a verbatim paragraph
    from geo.atlas import atlas
    from geo.export import pieces, select, write_selection

    opened = atlas()
    query = opened.query(filter_parameters(options))
    selection = select(
        opened.engine, query, vocabulary=opened.vocabulary, sources=opened.sources
    )
    package = "zip" if zipped else "plain"
    with progress() as shown:
        counted = _counted(selection, shown)
        if str(output) == "-":
            for piece in pieces(counted, format_name, package=package):
                sys.stdout.buffer.write(piece)
            return
        write_selection(counted, format_name, output, package=package)
    click.echo(f"{selection.about.rows} incidents written to {output}", err=True)


def _counted(selection: Selection, shown: Progress) -> Selection:
    """Return a selection that moves a progress bar each time it is gone through."""
    task = shown.add_task("Writing incidents", total=selection.about.rows)

    def lines() -> Iterator[str]:
        for number, line in enumerate(selection.lines()):
            if number % _STEP == 0:
                shown.update(task, completed=number)
            yield line
        shown.update(task, completed=selection.about.rows)

    return replace(selection, lines=lines)
