"""Files of others read into records, as the tests of formats look at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from geo.formats.opening import pieces_of
from geo.formats.pieces import Piece
from tests.bringing import written


def read(
    path: Path, options: Mapping[str, Any] | None = None
) -> tuple[list[dict[str, Any]], str]:
    """Return a file's records, and all that is said of it as one text.

    A record is its cells by column, those that are empty left out, and its geometry.
    """
    features: list[dict[str, Any]] = []
    said: list[str] = []
    for values in pieces_of(path, options or {}):
        piece = Piece.of_values(values)
        features += _records(piece)
        said += [f"{one.severity}: {one.where}: {one.message}" for one in piece.faults]
    return features, "\n".join(said)


def _records(piece: Piece) -> Iterator[dict[str, Any]]:
    for number in range(piece.rows):
        cells = {name: column[number] for name, column in piece.columns.items()}
        yield {
            "properties": {n: cell for n, cell in cells.items() if cell is not None},
            "geometry": piece.geometries[number] if piece.geometries else None,
        }


def rows(folder: Path, name: str, content: str | bytes) -> list[dict[str, Any]]:
    """Return the cells of the records of a file of that content."""
    return [one["properties"] for one in read(written(folder, name, content))[0]]


def shapes(folder: Path, name: str, content: str | bytes) -> list[Any]:
    """Return type and coordinates of the records of a file; None where it has none."""
    return [
        shape and (shape["type"], shape["coordinates"])
        for shape in (
            one["geometry"] for one in read(written(folder, name, content))[0]
        )
    ]
