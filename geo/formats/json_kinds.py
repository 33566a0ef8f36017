"""JSON: which of its many kinds a file is, and its records by the reader for that.

GeoJSON is read strictly by :mod:`geo.layer.geojson`. What is not, but holds records all the
same, is read as what it is: a map of uMap, a set of features of Esri, a history of
locations, TopoJSON, or a list of objects wherever it lies.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats import esri_json, geojson, json_lists, locations, topojson, umap
from geo.formats.input_file import InputFile, content, warning
from geo.formats.records import Part
from geo.layer.geojson import GEOMETRY_TYPES

_HEAD_BYTES: Final = 2_000
#: How a file begins that can be nothing but GeoJSON, so that it is parsed once.
_SURELY: Final = re.compile(
    rb'[\s\xef\xbb\xbf]*(?:\x1e|\{\s*"type"\s*:\s*"(?:FeatureCollection|Feature)")'
)
_LABELLED_GEOJSON: Final = frozenset({"FeatureCollection", "Feature", *GEOMETRY_TYPES})
_LONGEST_NUMBER: Final = 309


def read(file: InputFile) -> Iterator[Part]:
    """Read a text of JSON, whatever it holds.

    Raises
    ------
    DataError
        If it is no JSON, or nothing in it is a list of records.
    QueryError
        If a reference system is said of it, and its kind has its own.
    """
    data = content(file.path, file.name)
    if _SURELY.match(data[:_HEAD_BYTES]):
        return geojson.read(file)
    values, warnings = _parsed(data, file.name)
    if not values:
        return geojson.read(file)
    root = values[0] if len(values) == 1 else values
    for is_it, reader in _KINDS:
        if is_it(root):
            return reader(root, file, warnings)
    return geojson.read(file)


def _parsed(data: bytes, name: str) -> tuple[list[Any], list[Fault]]:
    """Return the values of a text: one, or one a line; none if it is not JSON."""
    try:
        text = data.decode("utf-8-sig").lstrip("\ufeff")
    except UnicodeDecodeError:
        return [], []
    odd: list[str] = []

    def number(written: str) -> float | None:
        value = float(written)
        if math.isfinite(value):
            return value
        odd.append(written)
        return None

    def integer(written: str) -> int | str:
        return int(written) if len(written) < _LONGEST_NUMBER else written

    decoder = json.JSONDecoder(
        parse_float=number, parse_int=integer, parse_constant=odd.append
    )
    try:
        values = _values(text, decoder)
    except (ValueError, RecursionError):
        return [], []
    warnings = []
    if odd:
        shown = ", ".join(dict.fromkeys(odd[:3]))
        message = f"{len(odd)} values that are no numbers in JSON ({shown}) are empty."
        warnings.append(warning(name, message, "Write null where there is nothing."))
    return values, warnings


def _values(text: str, decoder: json.JSONDecoder) -> list[Any]:
    """Return the value of a text, or the objects that stand on lines of their own."""
    try:
        return [decoder.decode(text)]
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise
    return [decoder.decode(line) for line in text.splitlines() if line.strip()]


def _is_geojson(root: Any) -> bool:  # noqa: ANN401 - any JSON value
    if isinstance(root, list):
        return bool(root) and all(
            isinstance(one, Mapping) and one.get("type") == "Feature" for one in root
        )
    if not isinstance(root, Mapping):
        return True
    kind = root.get("type")
    return isinstance(kind, str) and kind in _LABELLED_GEOJSON


def _read_geojson(root: Any, file: InputFile, _: list[Fault]) -> Iterator[Part]:  # noqa: ANN401
    if isinstance(root, list):
        return json_lists.read_features(root, file)
    return geojson.read(file)


#: What a root is, in the order in which it is asked.
_KINDS: Final = (
    (umap.is_umap, umap.read),
    (esri_json.is_esri, esri_json.read),
    (topojson.is_topojson, topojson.read),
    (_is_geojson, _read_geojson),
    (locations.is_history, locations.read),
    (json_lists.holds_list, json_lists.read),
)
