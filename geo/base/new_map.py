"""A new map: a folder with everything that a map has, and nothing in it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from geo.base.errors import Code, DataError, ExportError, Fault
from geo.base.files import whole_file
from geo.base.map_folder import MAP_FILE, is_map_folder
from geo.base.map_writing import write_map_file
from geo.base.paths import EMPTY_MAP

#: What may lie in the folder beforehand: what systems and version control put there.
_UNMINDED: Final = frozenset(
    {".git", ".gitignore", ".gitattributes", ".DS_Store", "Thumbs.db", "desktop.ini"}
)


def make_map(folder: Path, *, title: str | None = None) -> list[str]:
    """Make a folder a map, or complete one.

    Parameters
    ----------
    folder
        Made if it is missing.
    title
        What the map is called, where its map.toml does not say so yet.

    Returns
    -------
    list of str
        Names of the files that were made or extended; none for a map that has all.

    Raises
    ------
    DataError
        If the folder is a file, holds other things, or has a map.toml that is wrong.
    ExportError
        If it cannot be written.
    """
    _refuse_other_things(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = [MAP_FILE] if write_map_file(folder, title=title) else []
        for source in sorted(EMPTY_MAP.iterdir()):
            file = folder / source.name
            if source.name != MAP_FILE and not file.exists():
                with whole_file(file) as draft:
                    draft.write_bytes(source.read_bytes())
                made.append(source.name)
    except OSError as error:
        if isinstance(error, ExportError):
            raise
        msg = f"{folder} cannot be written: {error}. Choose another folder."
        raise ExportError(msg) from error
    return made


def _refuse_other_things(folder: Path) -> None:
    """Raise where a map would be made among what is not its own."""
    if folder.exists() and not folder.is_dir():
        _refuse(folder, "is a file.")
    if not folder.is_dir() or is_map_folder(folder):
        return
    others = sorted({path.name for path in folder.iterdir()} - _UNMINDED)
    if others:
        _refuse(folder, f"is no map, and holds other things, such as {others[0]!r}.")


def _refuse(folder: Path, message: str) -> None:
    remedy = "Give the name of a new folder, or of an empty one."
    raise DataError([Fault(str(folder), message, remedy, code=Code.VALUE)])
