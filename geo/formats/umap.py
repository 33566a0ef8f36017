"""Maps of uMap: their layers of features; styles and layers kept elsewhere are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats.input_file import InputFile, check_wgs84, warning
from geo.formats.records import Part, Record, parts_of_records

#: What a layer or feature says of how it is drawn; the second is older.
_STYLES: Final = ("_umap_options", "_storage", "_storage_options")


def is_umap(root: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether a root of JSON is a map of uMap."""
    return (
        isinstance(root, Mapping)
        and root.get("type") == "umap"
        and isinstance(root.get("layers"), list)
    )


def read(root: Any, file: InputFile, warnings: list[Fault]) -> Iterator[Part]:  # noqa: ANN401
    """Read the features of all layers, each with its layer's name as ``layer``.

    Parameters
    ----------
    root
        What :func:`is_umap` is true of.
    file
        The file.
    warnings
        What was odd about its text.
    """
    check_wgs84(file, "a map of uMap")
    layers = [layer for layer in root["layers"] if isinstance(layer, Mapping)]
    for layer in layers:
        if _options(layer).get("remoteData"):
            message = f"the layer {_name(layer)!r} lies elsewhere, and is not fetched."
            remedy = "Save its data as a file of its own, and bring that in."
            warnings.append(warning(file.name, message, remedy))
    is_named = len(layers) > 1
    records = (
        _record(feature, _name(layer) if is_named else "")
        for layer in layers
        for feature in layer.get("features") or ()
    )
    yield from parts_of_records(
        records, file, kind="umap", epsg=None, warnings=warnings
    )


def _options(layer: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in _STYLES:
        if isinstance(layer.get(name), Mapping):
            options: Mapping[str, Any] = layer[name]
            return options
    return {}


def _name(layer: Mapping[str, Any]) -> str:
    return str(_options(layer).get("name") or "")


def _record(feature: object, layer: str) -> Record:
    if not isinstance(feature, Mapping):
        fault = ("", "is no feature.", "Export the map again.")
        return Record({}, None, faults=(fault,))
    said = feature.get("properties")
    properties = {
        str(name): value
        for name, value in (said.items() if isinstance(said, Mapping) else ())
        if name not in _STYLES
    }
    if layer:
        properties.setdefault("layer", layer)
    return Record(properties, feature.get("geometry"))
