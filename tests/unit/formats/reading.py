"""Files of others read into records, as the tests of formats look at them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo.formats.opening import records_of
from tests.bringing import written


def read(
    path: Path, options: Mapping[str, Any] | None = None
) -> tuple[list[dict[str, Any]], str]:
    """Return a file's features, and all that is said of it as one text."""
    features: list[dict[str, Any]] = []
    said: list[str] = []
    for _, held, faults, _ in records_of(path, options or {}):
        features += held
        said += [
            f"{one['severity']}: {one['where']}: {one['message']}" for one in faults
        ]
    return features, "\n".join(said)


def rows(folder: Path, name: str, content: str | bytes) -> list[dict[str, Any]]:
    """Return the properties of the records of a file of that content."""
    return [one["properties"] for one in read(written(folder, name, content))[0]]


def shapes(folder: Path, name: str, content: str | bytes) -> list[Any]:
    """Return type and coordinates of the records of a file; None where it has none."""
    return [
        shape and (shape["type"], shape["coordinates"])
        for shape in (
            one["geometry"] for one in read(written(folder, name, content))[0]
        )
    ]
