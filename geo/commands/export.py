"""``incidents export``: the filtered incidents as a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from geo.atlas import atlas
from geo.export import FORMATS, export_file, write_export
from geo.query import SEVERAL

_HELP: Final = {
    "category": "Only incidents of this category; several are alternatives.",
    "status": "Only incidents of this status: reported, alleged, unverified ...",
    "precision": "Only incidents placed this finely: venue, street, city ...",
    "country": "Only incidents in this country (ISO 3166-1 alpha-2, XK for Kosovo).",
    "source": "Only incidents that rest on this source.",
    "from": "First day, such as 2023-01-01.",
    "to": "Last day, such as 2023-12-31.",
    "dates": "Whether uncertain dates must be certain to lie inside, or may.",
    "q": "Words to search in title, summary, place and people.",
    "bbox": "Extent as west,south,east,north in degrees.",
}


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the filter options, named as in the URL, to a command."""
    for name in reversed(_HELP):
        several = name in SEVERAL
        option = click.option(
            f"--{name}",
            f"filter_{name}",
            multiple=several,
            default=() if several else "",
            help=_HELP[name],
        )
        command = option(command)
    return command


def filter_parameters(options: dict[str, Any]) -> dict[str, list[str]]:
    """Return the filter options of a call as query parameters."""
    given: dict[str, list[str]] = {}
    for name in _HELP:
        value = options[f"filter_{name}"]
        given[name] = [value] if isinstance(value, str) else list(value)
    return given


@click.command()
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(FORMATS)),
    required=True,
    help="The file format.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    required=True,
    help="The file to write; - for standard output.",
)
@filters
def export(format_name: str, output: Path, **options: Any) -> None:  # noqa: ANN401 - click's options
    """Write the incidents that the filters leave to a file.

    The same filters on the page give the same bytes.

    \b
    Example:
        incidents export --format geojson --output murals.geojson \\
            --category mural --from 2023-01-01
    """  # noqa: D301 - \b is click's mark for a verbatim paragraph
    found = atlas()
    query = found.query(filter_parameters(options))
    if str(output) == "-":
        sys.stdout.buffer.write(export_file(found.engine, query, format_name))
        return
    write_export(found.engine, query, format_name, output)
    click.echo(f"{found.engine.count(query)} incidents written to {output}", err=True)
