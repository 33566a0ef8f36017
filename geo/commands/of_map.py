"""Which map a command works with: its folder, as an argument or as ``--map``."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click

#: A map's folder; whether it is one is told by who reads it, with the remedy.
FOLDER: Final = click.Path(path_type=Path)


def map_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--map FOLDER`` to a command, which then works with that map."""
    option = click.option(
        "--map",
        "map_folder",
        type=FOLDER,
        metavar="FOLDER",
        help="The map's folder. Default: INCIDENTS_MAP, else the map of the project.",
    )
    return option(_with_map(command))


def map_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an argument FOLDER to a command, which then works with that map."""
    argument = click.argument(
        "map_folder", type=FOLDER, metavar="[FOLDER]", required=False
    )
    return argument(_with_map(command))


def use_map(context: click.Context, folder: Path | None) -> None:
    """Work with a map until a command's context ends; None leaves it as it is."""
    if folder is None:
        return
    # Settings take a fifth of a second to load, which --help need not wait for.
    from geo.base.map_folder import read_map_folder
    from geo.base.settings import map_used

    read_map_folder(folder)
    context.with_resource(map_used(folder))


def _with_map(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command's function that uses the map it is called with."""

    @wraps(command)
    def using(*args: Any, map_folder: Path | None, **options: Any) -> Any:  # noqa: ANN401 - of any command
        use_map(click.get_current_context(), map_folder)
        return command(*args, **options)

    return using
