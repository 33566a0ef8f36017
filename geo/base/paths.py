"""Where the program keeps what it comes with, and what it makes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from geo.base.errors import MissingAssetError

_PACKAGE: Final = Path(__file__).resolve().parents[1]
#: What a wheel carries beside the modules; a checkout has it at its root.
_CARRIED: Final = _PACKAGE / "carried"
#: Whether this is a checkout of the project, not an installed wheel.
IS_CHECKOUT: Final = not _CARRIED.is_dir()
#: Where ``data/``, ``pages/`` and ``node_modules/`` are.
ROOT: Final = _PACKAGE.parent if IS_CHECKOUT else _CARRIED
#: The map that the program comes with.
DATA: Final = ROOT / "data"
#: What each property of an incident is.
SCHEMA: Final = DATA / "schema" / "incident-layer.schema.json"
#: A map in which nothing is yet: what ``incidents init`` copies.
EMPTY_MAP: Final = _PACKAGE / "base" / "empty_map"


def _own_folder() -> Path:
    """Return where it writes: an installed program writes nothing into itself."""
    if IS_CHECKOUT:
        return ROOT
    import click  # noqa: PLC0415 - a checkout does without

    return Path(click.get_app_dir("incident-map"))


#: Answers kept on disk.
CACHE: Final = _own_folder() / ".cache"
#: Copies of the sources of the map that the program comes with.
ARCHIVE: Final = _own_folder() / "archive"


def read_installed(file: Path) -> bytes:
    """Return a file that comes with the installation.

    Raises
    ------
    MissingAssetError
        If it is not there; names the command that installs it.
    """
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        msg = f"{file} is missing. Install it with 'make setup'."
        raise MissingAssetError(msg) from error
