"""``incidents init``: a folder for a new map."""

from __future__ import annotations

import shlex
from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--title", help="What the map is called.")
def init(folder: Path, *, title: str | None) -> None:
    """Make FOLDER a map in which nothing is yet.

    It gets map.toml, which explains itself, an empty layer, register of sources,
    gazetteer and vocabulary. A folder with other things in it is refused; in a map,
    only what is missing is made.

    \b
    Example:
      incidents init my-map --title "Floods of 2024"
    """  # noqa: D301 - click's mark for a paragraph kept as it is
    from geo.base.new_map import make_map

    made = make_map(folder, title=title)
    name = shlex.quote(str(folder))
    if not made:
        click.echo(f"{folder} is a map already; nothing was changed.")
    else:
        click.echo(f"Made in {folder}: {', '.join(made)}.")
    click.echo(
        f"Next, bring in a table: incidents import TABLE --into {name}\n"
        f"Then look at it: incidents serve {name}"
    )
