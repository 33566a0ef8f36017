"""``incidents export``: the filtered incidents as a file of data, or as a picture."""

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

    from geo.atlas import Atlas
    from geo.formats.selection import Selection
    from geo.model.query import Query

#: Incidents between two moves of the progress bar.
_STEP: Final = 1_000
#: Names of :data:`geo.formats.registry.FORMATS`, which take a second to load.
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
#: Names of :data:`geo.publish.pictures.PICTURES`, likewise.
PICTURE_NAMES: Final = ("png", "svg", "pdf")


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
    type=click.Choice([*FORMAT_NAMES, *PICTURE_NAMES]),
    required=True,
    help="The file format; png, svg and pdf are pictures of the map, for print.",
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
@click.option(
    "--dark", "is_dark", is_flag=True, help="Of a picture: light on a dark ground."
)
@click.option(
    "--frame",
    default="",
    metavar="W,S,E,N",
    help="Of a picture: what it shows at least, in degrees. Default: the area that is "
    "filtered by, else where most of the incidents are.",
)
@filters
def export(
    format_name: str,
    output: Path,
    *,
    zipped: bool,
    is_dark: bool,
    frame: str,
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
        incidents export my-map --format pdf --output map.pdf --status alleged
    """  # noqa: D301 - \b is click's mark for a verbatim paragraph
    from geo.atlas import atlas
    from geo.atlas.exports import pieces, write_selection
    from geo.atlas.selections import select

    is_picture = format_name in PICTURE_NAMES
    _check_options(format_name, zipped=zipped, of_picture=is_dark or bool(frame))
    opened = atlas()
    query = opened.query(filter_parameters(options))
    if is_picture:
        _write_picture(opened, query, format_name, output, frame, is_dark=is_dark)
        return
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


def _check_options(format_name: str, *, zipped: bool, of_picture: bool) -> None:
    """Refuse options that the format has no use for.

    Raises
    ------
    click.UsageError
        If there are any.
    """
    is_picture = format_name in PICTURE_NAMES
    if is_picture and zipped:
        msg = (
            f"--zip is for files of data, and {format_name} is a picture. Leave it out."
        )
        raise click.UsageError(msg)
    if of_picture and not is_picture:
        msg = (
            f"--dark and --frame are for pictures, and {format_name} is none. Leave them "
            f"out, or ask for {', '.join(PICTURE_NAMES)}."
        )
        raise click.UsageError(msg)


def _write_picture(  # noqa: PLR0913 - the options of a picture
    opened: Atlas,
    query: Query,
    form: str,
    output: Path,
    frame: str,
    *,
    is_dark: bool,
) -> None:
    """Write the map as the filters leave it, as a picture.

    Raises
    ------
    ExportError
        If the file cannot be written; what was there before is still there.
    NotFoundError
        If there is nothing to draw.
    QueryError
        If the frame is no extent.
    """
    from geo.base.errors import ExportError, QueryError
    from geo.base.files import whole_file
    from geo.model.query import parse_bbox
    from geo.publish.pictures import picture_of

    try:
        bbox = parse_bbox(frame)
    except QueryError as error:
        raise QueryError("frame", str(error).removeprefix("bbox: ")) from error
    content = picture_of(opened, query, form, bbox=bbox, is_dark=is_dark)
    if str(output) == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        with whole_file(output) as draft:
            draft.write_bytes(content)
    except OSError as error:
        msg = f"{output} could not be written: {error}. Give a file in a folder that can be."
        raise ExportError(msg) from error
    click.echo(f"A picture of the map written to {output}", err=True)


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
