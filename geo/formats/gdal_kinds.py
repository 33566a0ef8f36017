"""Further formats that GDAL reads, each with one driver and checked before it is let in.

Only formats whose files hold their data themselves are here. What points at other
files or hosts is refused: virtual files, tables of databases, views of MapInfo.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from geo.base.errors import QueryError
from geo.formats.gdal import gdal_records, through_gdal
from geo.formats.input_file import (
    InputFile,
    check_size,
    content,
    other_layers_told,
    refuse,
    system_of,
)
from geo.formats.records import Part, parts_of_records
from geo.formats.registry import ZIP_MAGIC
from geo.formats.xml_text import walk_xml
from geo.formats.zip_archive import checked_members, unpack

_MAPINFO_PARTS: Final = ("tab", "dat", "map", "id", "ind", "mif", "mid")
_MAPINFO_TOGETHER: Final = "Zip .tab, .dat, .map and .id, or .mif and .mid, together."
#: What a table of MapInfo says that has its rows elsewhere.
_ELSEWHERE: Final = re.compile(
    rb"create\s+view|open\s+table|^\s*type\s+(?!native|dbf)\w+[^;(]*$",
    re.IGNORECASE | re.MULTILINE,
)
_GEODATABASE: Final = re.compile(r"\.gdb$", re.IGNORECASE)


def read_gml(file: InputFile) -> Iterator[Part]:
    """Read GML without what it links to: schemas, parts elsewhere.

    Raises
    ------
    DataError
        If it is not well-formed, declares a document type, or its system is unknown.
    """
    data = content(file.path, file.name)
    walk_xml(data, file.name, "GML", _nothing)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.gml"
        path.write_bytes(_without_schemas(data))
        yield from _through(path, file, "gml", "GML")


def read_dxf(file: InputFile) -> Iterator[Part]:
    """Read the entities of a drawing, in the system that the caller says.

    Raises
    ------
    DataError
        If GDAL cannot read it, or nobody says its system.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.dxf"
        path.write_bytes(content(file.path, file.name))
        yield from _through(path, file, "dxf", "DXF")


def read_mapinfo(file: InputFile) -> Iterator[Part]:
    """Read a table of MapInfo: a zip of its parts, or one part with others beside it.

    Raises
    ------
    DataError
        If a part is missing, it has its rows elsewhere, or its system is unknown.
    QueryError
        If a zip holds several and none is chosen.
    """
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if _is_zip(file):
            stems = _unpack_mapinfo(file, folder)
        else:
            for suffix in _MAPINFO_PARTS:
                _copy_beside(file, folder, suffix)
            stems = {file.path.stem: "layer"}
        said = _chosen(stems, file)
        paths = [folder / f"{stems[said]}.{end}" for end in ("tab", "mif")]
        path = next((path for path in paths if path.exists()), None)
        if path is None:
            refuse(file.name, "has no .tab or .mif file.", _MAPINFO_TOGETHER)
        if path.suffix == ".tab" and _ELSEWHERE.search(_comments_cut(path)):
            message = "is a view or table whose rows lie elsewhere."
            refuse(file.name, message, "Export the table itself.")
        yield from _through(path, file, "mapinfo", "MapInfo File")


def read_geodatabase(file: InputFile) -> Iterator[Part]:
    """Read one layer of a zipped file geodatabase: the chosen one, or the largest.

    Raises
    ------
    DataError
        If GDAL cannot read it, the zip holds several, or the system is unknown.
    QueryError
        If there is no layer of that name.
    """
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "layer.gdb"
        folder.mkdir()
        homes = set()
        for member in checked_members(file.path, file.name):
            path = PurePosixPath(member.filename)
            if _GEODATABASE.search(path.parent.name):
                homes.add(path.parent)
                unpack(file.path, member, folder / path.name, file.name)
        if len(homes) != 1:
            message = f"holds {len(homes)} folders that end in .gdb; one is needed."
            refuse(file.name, message, "Zip the folder of one geodatabase.")
        yield from _through(
            folder, file, "filegdb", "OpenFileGDB", layer=file.options.layer
        )


def _through(
    path: Path,
    file: InputFile,
    kind: str,
    driver: str,
    *,
    layer: str = "",
) -> Iterator[Part]:
    """Let GDAL read one layer of a file of ours, and go through its records."""
    [(table, facts)] = through_gdal([path], file.name, driver, layer=layer)
    warnings = other_layers_told(facts["layer"], list(facts["layers"]), file.name)
    code = system_of(facts["system"], file.name, file.options.epsg)
    yield from parts_of_records(
        gdal_records(table, facts), file, kind=kind, epsg=code, warnings=warnings
    )


def _nothing(*_: object) -> None:
    """Take an element and do nothing: that it can be walked through is the question."""


def _without_schemas(data: bytes) -> bytes:
    """Return a document that names no schema, so that none is looked for."""
    return re.sub(rb"(\s[\w.-]+:)schemaLocation(\s*=)", rb"\1unread\2", data)


def _is_zip(file: InputFile) -> bool:
    with file.path.open("rb") as opened:
        return opened.read(4) in ZIP_MAGIC


def _copy_beside(file: InputFile, folder: Path, suffix: str) -> None:
    for written in (suffix, suffix.upper()):
        part = file.path.with_suffix(f".{written}")
        if part.is_file():
            check_size(part, file.name)
            shutil.copyfile(part, folder / f"layer.{suffix}")
            return


def _unpack_mapinfo(file: InputFile, folder: Path) -> dict[str, str]:
    """Unpack the parts of tables under names of our own; return these by theirs."""
    stems: dict[str, str] = {}
    for member in checked_members(file.path, file.name):
        path = PurePosixPath(member.filename)
        suffix = path.suffix.lower().removeprefix(".")
        if suffix in _MAPINFO_PARTS:
            stem = stems.setdefault(path.stem, f"layer{len(stems) + 1}")
            target = folder / f"{stem}.{suffix}"
            if target.exists():
                message = f"holds two files called {path.name!r}."
                refuse(file.name, message, "Zip one table at a time.")
            unpack(file.path, member, target, file.name)
    return stems


def _chosen(stems: Mapping[str, str], file: InputFile) -> str:
    shown = ", ".join(map(repr, stems))
    layer = file.options.layer
    if layer and layer not in stems:
        raise QueryError("layer", f"{layer!r} is not in {file.name}; it has {shown}.")
    if len(stems) > 1 and not layer:
        msg = f"{file.name} has several: {shown}. Choose one with --layer."
        raise QueryError("layer", msg)
    return layer or next(iter(stems))


def _comments_cut(path: Path) -> bytes:
    """Return the definition of a table, without texts that only describe it."""
    return re.sub(rb'"[^"\n]*"', b'""', path.read_bytes())
