"""A program of its own that lets GDAL read files of one known format.

GDAL guesses what a file is, and may follow what it says to other files and hosts; on
broken files it may end the process. So it runs apart, with every other driver left
out by its parent's ``OGR_SKIP``, no network, and the limits on memory, time and space
of its parent, :mod:`geo.formats.reader`. It imports nothing of ours, so that it can be
started alone::

    python -I gdal_reader.py LAYER FILE OUTPUT.arrow [FILE OUTPUT.arrow ...]

An empty text for the layer takes the one with most records of each file.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final

import pyarrow as pa
import pyogrio
import pyproj

_BATCH_ROWS: Final = 2_000
#: What the column is called where a file has no name for it.
_GEOMETRY: Final = "wkb_geometry"


def main(wanted: str, *paths: str) -> None:
    """Write one layer of each file as an Arrow file, its system in the metadata."""
    for path, output in zip(paths[::2], paths[1::2], strict=True):
        layers = _layers(path)
        layer = wanted or max(layers, key=lambda name: layers[name])
        # A piece at a time: the file may unpack to far more than it has bytes.
        with pyogrio.open_arrow(  # type: ignore[no-untyped-call]
            path, layer=layer, batch_size=_BATCH_ROWS, use_pyarrow=True
        ) as (
            meta,
            pieces,
        ):
            name = meta["geometry_name"] or _GEOMETRY
            facts = {
                "system": _system(meta.get("crs")),
                "geometry": name if name in pieces.schema.names else None,
                "layer": layer,
                "layers": layers,
            }
            schema = pieces.schema.with_metadata({b"facts": json.dumps(facts).encode()})
            with (
                pa.OSFile(output, "wb") as file,
                pa.ipc.new_file(file, schema) as writer,
            ):
                for piece in pieces:
                    writer.write_batch(piece.replace_schema_metadata(schema.metadata))


def _layers(path: str) -> dict[str, int]:
    """Return how many records each layer has; one alone is not counted."""
    names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]  # type: ignore[no-untyped-call]
    if len(names) == 1:
        return {names[0]: 0}
    counts = {}
    for name in names:
        counts[name] = pyogrio.read_info(path, layer=name, force_feature_count=True)[  # type: ignore[no-untyped-call]
            "features"
        ]
    return counts


def _system(crs: Any) -> str | None:  # noqa: ANN401 - a text or None
    """Return the code of a system, or None where the file names none."""
    if not crs:
        return None
    code = pyproj.CRS.from_user_input(crs).to_epsg(min_confidence=70)
    return f"EPSG:{code}" if code else "unknown"


if __name__ == "__main__":
    main(*sys.argv[1:])
