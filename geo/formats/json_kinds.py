"""JSON: which of its many kinds a file is, and its records by the reader for that.

GeoJSON is read strictly by :mod:`geo.layer.geojson`. What is not, but holds records all the
same, is read as what it is: a map of uMap, a set of features of Esri, a history of
locations, TopoJSON, or a list of objects wherever it lies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats import (
    esri_json,
    geojson,
    json_lists,
    locations,
    overpass,
    sparql,
    topojson,
    umap,
)
from geo.formats.input_file import InputFile, content, refuse
from geo.formats.json_text import read_json
from geo.formats.records import Part, parts_of_records
from geo.layer.geojson import GEOMETRY_TYPES

_HEAD_BYTES: Final = 2_000
#: How a file begins that can be nothing but GeoJSON, so that it is parsed once.
_SURELY: Final = re.compile(
    rb'[\s\xef\xbb\xbf]*(?:\x1e|\{\s*"type"\s*:\s*"(?:FeatureCollection|Feature)")'
)
_LABELLED_GEOJSON: Final = frozenset({"FeatureCollection", "Feature", *GEOMETRY_TYPES})
_LONGEST_ERROR: Final = 500


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
        yield from geojson.read(file)
        return
    text = read_json(data, file.name)
    several = len(text.values) != 1 or bool(text.unread)
    root = text.values if several else text.values[0]
    reader = next(
        (reader for is_it, reader in _KINDS if text.values and is_it(root)), None
    )
    if reader is None:
        _refuse_error(root, file)
        yield from geojson.read(file)
        return
    count = 0
    for part in reader(root, file, text.warnings):
        count += len(part.features)
        yield part
    if text.unread:
        yield from parts_of_records(
            text.unread, file, kind="json", epsg=None, first=count
        )


def _refuse_error(root: Any, file: InputFile) -> None:  # noqa: ANN401 - any JSON value
    """Refuse what a server answered instead of records, in the server's own words."""
    if not isinstance(root, Mapping):
        return
    error = root.get("error") or root.get("errors")
    if isinstance(error, list):
        error = error[0] if error else None
    said = error if isinstance(error, Mapping) else {"message": error}
    words = [said.get("message"), said.get("details"), root.get("message")]
    flat = [
        text
        for each in words
        for text in (each if isinstance(each, list) else [each])
        if isinstance(text, str) and text
    ]
    if error and flat:
        message = f"holds an error of the server, and no records: {'; '.join(flat)!r}."
        refuse(file.name, message[:_LONGEST_ERROR], "Mend the question, and ask again.")


def _is_geojson(root: Any) -> bool:  # noqa: ANN401 - any JSON value
    if isinstance(root, list):
        return bool(root) and all(map(_is_of_features, root))
    if not isinstance(root, Mapping):
        return True
    kind = root.get("type")
    return isinstance(kind, str) and kind in _LABELLED_GEOJSON


def _is_of_features(one: object) -> bool:
    """Tell whether an object is a feature, or a collection of some."""
    if not isinstance(one, Mapping):
        return False
    if one.get("type") == "FeatureCollection":
        features = one.get("features")
        return isinstance(features, list) and all(map(_is_of_features, features))
    return one.get("type") == "Feature"


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
    (overpass.is_answer, overpass.read),
    (sparql.is_answer, sparql.read),
    (json_lists.holds_list, json_lists.read),
)
