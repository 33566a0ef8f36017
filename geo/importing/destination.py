"""Where an import goes: a map's folder, as it is and as it becomes.

Categories and sources are written before the layer, which names them: a death between
two of them leaves a map that is sound.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from geo.base.errors import ExportError, QueryError
from geo.base.files import whole_file
from geo.base.map_folder import MapFolder, is_map_folder, read_map_folder
from geo.importing.merging import StoredLayer
from geo.model.changes import CHANGES_FILE, Change, Journal, read_changes
from geo.model.sources import Sources, read_sources
from geo.model.vocabulary import Vocabulary, read_vocabulary

SOURCES_FILE: Final = "sources.json"
CATEGORIES_FILE: Final = "categories.json"
#: Ids that each table gave, by which its records are known again.
_IDS: Final = ".ids"
#: What each table said last time, by which changes of people are known.
_SAID: Final = ".said.geojson"


@dataclass(frozen=True, slots=True)
class Destination:
    """A map's folder that a table is brought into.

    Parameters
    ----------
    folder
        The folder, which may not be there yet.
    map
        What it says of its map.
    layer
        The layer's file.
    vocabulary
        Its categories; none where it has no file of its own.
    sources
        Its register.
    """

    folder: Path
    map: MapFolder
    layer: Path
    vocabulary: Vocabulary
    sources: Sources

    @property
    def mappings(self) -> Path:
        """Folder of how each table was read."""
        return self.map.mappings

    @classmethod
    def of_words(cls, vocabulary: Vocabulary, sources: Sources) -> Destination:
        """Return a destination that is nowhere, with categories and sources."""
        nowhere = Path("nowhere")
        return cls(nowhere, MapFolder(nowhere), nowhere / "none", vocabulary, sources)

    def ids_of(self, table: str) -> set[str]:
        """Return the ids that a table gave its records before."""
        path = self.mappings / f"{table}{_IDS}"
        return set(path.read_text("utf-8").split()) if path.exists() else set()

    def said_of(self, table: str) -> Path:
        """Return the file of what a table said when it was last brought in."""
        return self.mappings / f"{table}{_SAID}"


def open_destination(folder: Path) -> Destination:
    """Look what a map's folder holds; one that is missing or empty is a new map.

    Raises
    ------
    QueryError
        If it is a file, holds other things than a map, or its layer is no file of
        GeoJSON.
    DataError
        If something in it is not sound.
    """
    if folder.exists() and not folder.is_dir():
        raise QueryError("into", f"{folder} is a file. Give a folder.")
    is_new = not folder.exists() or not any(folder.iterdir())
    if not is_new and not is_map_folder(folder):
        msg = f"{folder} holds other things than a map. Give an empty or a new folder."
        raise QueryError("into", msg)
    described = read_map_folder(folder) if folder.exists() else MapFolder(folder)
    layer = described.layer or str(folder / "incidents.geojson")
    if "://" in layer or (Path(layer).exists() and not Path(layer).is_file()):
        msg = (
            f"the layer of {folder} is {layer}, which takes no tables. Import into "
            "another folder, and from there into the database with --to."
        )
        raise QueryError("into", msg)
    is_own = described.vocabulary.resolve().is_relative_to(folder.resolve())
    return Destination(
        folder,
        described,
        Path(layer),
        read_vocabulary(described.vocabulary) if is_own else Vocabulary({}),
        read_sources(described.sources),
    )


def open_layer(destination: Destination) -> StoredLayer:
    """Return the layer that is there.

    Raises
    ------
    DataError
        If it is not one.
    """
    return StoredLayer.open(destination.layer)


def save_words(
    destination: Destination, vocabulary: Vocabulary, sources: Sources
) -> None:
    """Write categories and sources, where they are others than those that are there.

    Raises
    ------
    ExportError
        If they cannot be written.
    """
    categories = destination.map.vocabulary
    if not categories.is_relative_to(destination.folder):
        categories = destination.folder / CATEGORIES_FILE
    register = destination.map.sources
    if not register.is_relative_to(destination.folder):
        register = destination.folder / SOURCES_FILE
    if vocabulary != destination.vocabulary or not categories.exists():
        write_text(categories, as_json_text(vocabulary.as_json()))
    if sources != destination.sources or not register.exists():
        write_text(register, as_json_text(sources.as_json()))


def save_ids(destination: Destination, table: str, ids: Iterable[str]) -> None:
    """Remember which ids a table gave, so that its records are known again."""
    write_text(destination.mappings / f"{table}{_IDS}", "".join(f"{i}\n" for i in ids))


def changes_in(destination: Destination) -> Callable[[str], Sequence[Change]]:
    """Return what gives the changes of a record of a map; read when first asked.

    What it returns raises DataError if the journal is not sound.
    """

    @cache
    def journal() -> Journal:
        return read_changes(destination.folder / CHANGES_FILE)

    return lambda incident_id: journal().of(incident_id)


def add_changes(destination: Destination, lines: Sequence[bytes]) -> None:
    """Add lines to what was changed in the records of a map.

    Raises
    ------
    OSError
        If there is no room.
    """
    if not lines:
        return
    path = destination.folder / CHANGES_FILE
    with whole_file(path) as draft, draft.open("wb") as file:
        if path.exists():
            with path.open("rb") as before:
                shutil.copyfileobj(before, file)
        file.writelines(lines)


def write_text(path: Path, text: str) -> None:
    """Write a file of the map whole, or leave the one that is there.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    if path.exists() and path.read_text("utf-8") == text:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as draft:
            draft.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        msg = f"{path} could not be written: {error}."
        raise ExportError(msg) from error


def as_json_text(value: Mapping[str, Any]) -> str:
    """Return a document as text that people can read and change."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
