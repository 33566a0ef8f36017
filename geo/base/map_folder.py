"""A map is a folder: ``map.toml``, and beside it the layer and what it rests on.

::

    my-map/
      map.toml              what the map is called, what it is, how it is shown
      incidents.geojson     the layer; map.toml may name another, or a database
      sources.json          the register of sources
      places.geojson        the curated gazetteer
      categories.json       the categories
      mappings/             how each imported table was read, and what it said
      changes.jsonl         what was changed in records once published, and why
      archive/              copies of sources

Nothing of it is needed: what is missing is empty, and the categories are those that the
program comes with. :mod:`geo.base.settings` makes settings of it, over which the
environment has the last word.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from geo.base.errors import Code, DataError, Fault
from geo.base.paths import ARCHIVE, DATA, EMPTY_MAP

#: The file that says what a map is.
MAP_FILE: Final = "map.toml"
#: The layer of a folder whose map.toml names none.
LAYER_FILE: Final = "incidents.geojson"
#: The other files of a map; the first name that is there is taken.
_BESIDE: Final = {
    "sources": ("sources.json",),
    "places": ("places.geojson",),
    "vocabulary": ("categories.json", "vocabulary/categories.json"),
}
#: Names of the files whose coming, going or changing makes it another map.
MAP_FILES: Final = (MAP_FILE, *(name for names in _BESIDE.values() for name in names))
#: What stands for a file that is missing.
_MISSING: Final = {
    "sources": EMPTY_MAP / "sources.json",
    "places": EMPTY_MAP / "places.geojson",
    "vocabulary": DATA / "vocabulary" / "categories.json",
}
#: Longest texts of a map, in characters.
_LONGEST: Final = {"title": 120, "subtitle": 200, "licence": 500}
#: Largest Markdown file that is shown as what a map is about.
_LARGEST_ABOUT_BYTES: Final = 1_000_000
_VIEW: Final = {"lat": (-90.0, 90.0), "lon": (-180.0, 180.0), "zoom": (0.0, 18.0)}


@dataclass(frozen=True, slots=True)
class MapFolder:
    """One map: its folder, and what ``map.toml`` says of it.

    Parameters
    ----------
    path
        The folder.
    title, subtitle
        The map's name, and one line under it; empty where nobody gave any.
    about
        What the map is about, in Markdown, read from the file that map.toml names.
    licence
        On what terms others may use the data, in words or as an address.
    languages
        Tags of languages, the first one first.
    layer
        Path of the layer, or the address of a database.
    sources, places, vocabulary
        Files that are there: of the folder, or what stands for those it has not.
    view
        What a reader sees first: ``lat``, ``lon`` in degrees, ``zoom``; or empty.
    fields
        ``[fields.NAME]`` as written, by name; :mod:`geo.model` reads them.
    embed
        Who may show the map in a frame.
    ground
        An extract of streets as PMTiles, within the folder; None for none.
    settings
        ``[settings]`` as written; :mod:`geo.base.settings` knows their names.
    """

    path: Path
    title: str = ""
    subtitle: str = ""
    about: str = ""
    licence: str = ""
    languages: tuple[str, ...] = ()
    layer: str = ""
    sources: Path = _MISSING["sources"]
    places: Path = _MISSING["places"]
    vocabulary: Path = _MISSING["vocabulary"]
    view: Mapping[str, float] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    embed: str = ""
    ground: Path | None = None
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """``map.toml``, whether it is there or not."""
        return self.path / MAP_FILE

    @property
    def archive(self) -> Path:
        """Folder of the copies of sources."""
        return ARCHIVE if self.path == DATA else self.path / "archive"

    @property
    def mappings(self) -> Path:
        """Folder of how each imported table was read."""
        return self.path / "mappings"


def is_map_folder(path: Path) -> bool:
    """Tell whether a folder is a map: it has a map.toml or a layer of GeoJSON."""
    return (path / MAP_FILE).is_file() or (path / LAYER_FILE).is_file()


def read_map_folder(path: Path | str) -> MapFolder:
    """Read what a folder says of its map.

    Parameters
    ----------
    path
        The folder. Without a ``map.toml`` every key has its default.

    Raises
    ------
    DataError
        If it is no folder, or ``map.toml`` is not sound TOML, holds a key that is not
        known or a value of the wrong kind; every fault names file, key, value and
        remedy.
    """
    folder = Path(path)
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        remedy = f"Make a map there with 'incidents init {folder}'."
        raise DataError([Fault(str(folder), f"{what}.", remedy, code=Code.UNREADABLE)])
    written = read_map_file(folder / MAP_FILE)
    faults = map_faults(folder, written)
    if faults:
        raise DataError(faults)
    return _map_of(folder, written)


def read_map_file(file: Path) -> dict[str, Any]:
    """Return a ``map.toml`` as written; empty for one that is not there.

    Raises
    ------
    DataError
        If it cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        message = f"cannot be read as TOML: {error}."
        remedy = (
            f"Mend the line it names, or rename {file.name} and make a new one with "
            f"'incidents init {file.parent}'."
        )
        fault = Fault(str(file), message, remedy, code=Code.UNREADABLE)
        raise DataError([fault]) from error


def _map_of(folder: Path, written: Mapping[str, Any]) -> MapFolder:
    """Make a map of a folder and of a map.toml without faults."""
    layer = written.get("layer", LAYER_FILE)
    return MapFolder(
        path=folder,
        title=written.get("title", ""),
        subtitle=written.get("subtitle", ""),
        about=_about_of(folder, written.get("about", "")),
        licence=written.get("licence", ""),
        languages=tuple(written.get("languages", ())),
        layer=layer if "://" in layer else str(folder / layer),
        view={name: float(value) for name, value in written.get("view", {}).items()},
        fields=written.get("fields", {}),
        embed=written.get("embed", ""),
        ground=folder / written["ground"] if written.get("ground") else None,
        settings=written.get("settings", {}),
        **{name: _beside(folder, name) for name in _BESIDE},
    )


def _beside(folder: Path, name: str) -> Path:
    """Return the file of a folder, or what stands for it."""
    paths = (folder / each for each in _BESIDE[name])
    return next((path for path in paths if path.is_file()), _MISSING[name])


def _names_file(about: str) -> bool:
    return about.lower().endswith(".md") and "\n" not in about


def _about_of(folder: Path, about: str) -> str:
    if not _names_file(about):
        return about
    return (folder / about).read_text(encoding="utf-8-sig")


# --- what is wrong with a map.toml ----------------------------------------------


def map_faults(folder: Path, written: Mapping[str, Any]) -> list[Fault]:
    """Return everything that is wrong with a map.toml.

    Parameters
    ----------
    folder
        The map's folder, in which a Markdown file may be named.
    written
        What map.toml says, as :func:`read_map_file` gives it.
    """
    return list(_faults(folder, written))


def _faults(folder: Path, written: Mapping[str, Any]) -> Iterator[Fault]:
    file = str(folder / MAP_FILE)
    for key, value in written.items():
        if key not in _CHECKS:
            message = f"is not a key of {MAP_FILE}. Keys are {', '.join(_CHECKS)}."
            yield Fault(
                file, message, _elsewhere(key), where=key, code=Code.UNKNOWN_MEMBER
            )
            continue
        for where, problem, remedy in _CHECKS[key](folder, key, value):
            yield Fault(file, problem, remedy, where=where, code=Code.VALUE)


def _elsewhere(key: str) -> str:
    """Return where a key belongs that is not one of the map's own."""
    return (
        f"Take {key!r} away, or put it under [settings] if the README lists it there."
    )


#: What is wrong with a value: where, what, and the remedy.
_Problems = Iterator[tuple[str, str, str]]


def _check_text(_: Path, key: str, value: object) -> _Problems:
    longest = _LONGEST.get(key)
    if not isinstance(value, str):
        yield key, f"{value!r} is not a text.", f'Write {key} = "..." in quotes.'
    elif longest is not None and len(value) > longest:
        message = f"{value[:40]!r}... has {len(value)} characters, {longest} may be."
        yield key, message, "Shorten it."


def _check_line(folder: Path, key: str, value: object) -> _Problems:
    """Tell what is wrong with a text that stands on one line."""
    yield from _check_text(folder, key, value)
    if isinstance(value, str) and not value.replace("\n", "").isprintable():
        yield key, f"{value!r} holds characters that do not print.", "Take them away."
    elif isinstance(value, str) and "\n" in value:
        yield key, f"{value!r} has several lines.", "Write it on one line."


def _check_about(folder: Path, key: str, value: object) -> _Problems:
    yield from _check_text(folder, key, value)
    if not isinstance(value, str) or not _names_file(value):
        return
    remedy = "Write the file, or the text itself in its place."
    try:
        with (folder / value).open("rb") as stream:
            content = stream.read(_LARGEST_ABOUT_BYTES + 1)
        content.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        yield key, f"{value!r} cannot be read: {error}.", remedy
        return
    if len(content) > _LARGEST_ABOUT_BYTES:
        message = f"{value!r} is larger than {_LARGEST_ABOUT_BYTES:,} bytes."
        yield key, message, "Shorten it."


def _check_languages(_: Path, key: str, value: object) -> _Problems:
    if not isinstance(value, list) or not all(
        isinstance(tag, str) and tag.replace("-", "").isalnum() for tag in value
    ):
        message = f"{value!r} is not a list of language tags."
        yield key, message, 'Write languages = ["en", "sr-Latn"].'


def _check_layer(folder: Path, key: str, value: object) -> _Problems:
    yield from _check_line(folder, key, value)
    if value == "":
        yield key, "'' is empty.", f"Name a file such as {LAYER_FILE}, or take it away."


def _check_ground(folder: Path, key: str, value: object) -> _Problems:
    """Tell what is wrong with the name of an extract: it stays within the folder."""
    problems = list(_check_line(folder, key, value))
    yield from problems
    if problems or not isinstance(value, str) or not value:
        return
    remedy = f'Put the file into {folder} and write {key} = "streets.pmtiles".'
    file = folder / value
    if not file.resolve().is_relative_to(folder.resolve()):
        yield key, f"{value!r} is not in the map's folder.", remedy
    elif not file.is_file():
        yield key, f"{value!r} is not there, or is no file.", remedy


def _check_view(_: Path, key: str, value: object) -> _Problems:
    if not isinstance(value, dict):
        yield key, f"{value!r} is not a table.", "Write [view], and below it lat, lon."
        return
    known = ", ".join(_VIEW)
    for name, number in value.items():
        where = f"{key}.{name}"
        if name not in _VIEW:
            yield where, f"is not known; [view] has {known}.", f"Take {name!r} away."
            continue
        least, most = _VIEW[name]
        is_number = isinstance(number, int | float) and not isinstance(number, bool)
        if not is_number or not math.isfinite(number) or not least <= number <= most:
            message = f"{number!r} is not a number from {least:g} to {most:g}."
            yield (
                where,
                message,
                "Write it in degrees." if name != "zoom" else "Mend it.",
            )
    missing = [name for name in _VIEW if name not in value]
    if missing:
        yield (
            key,
            f"has no {', '.join(missing)}.",
            f"Give all of {known}, or no [view].",
        )


def _check_fields(_: Path, key: str, value: object) -> _Problems:
    if not isinstance(value, dict):
        yield (
            key,
            f"{value!r} is not a table.",
            "Write [fields.NAME], and below it label.",
        )
        return
    for name, described in value.items():
        if not isinstance(described, dict):
            remedy = f"Write [fields.{name}], and below it label."
            yield f"{key}.{name}", f"{described!r} is not a table.", remedy


def _check_settings(_: Path, key: str, value: object) -> _Problems:
    if not isinstance(value, dict):
        yield key, f"{value!r} is not a table.", "Write [settings], and below it each."


#: The keys of a map.toml, and what a value of each may be.
_CHECKS: Final[Mapping[str, Callable[[Path, str, object], _Problems]]] = {
    "title": _check_line,
    "subtitle": _check_line,
    "about": _check_about,
    "licence": _check_line,
    "languages": _check_languages,
    "layer": _check_layer,
    "embed": _check_line,
    "ground": _check_ground,
    "view": _check_view,
    "fields": _check_fields,
    "settings": _check_settings,
}
#: The keys of a map.toml.
MAP_KEYS: Final = tuple(_CHECKS)
