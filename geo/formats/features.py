"""GeoJSON and GeoJSON text sequences: the stored text of each feature, as it is.

A feature's text in the engine is canonical already, so nothing is parsed on the way
out: a million incidents stream at the speed of copying.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo.formats.selection import Selection
from geo.geojson import dump_geojson
from geo.model.fields import feature_dictionary


def geojson(selection: Selection) -> Iterator[bytes]:
    """Write GeoJSON (RFC 7946), one feature a line.

    ``about`` and ``layer_version`` are foreign members of the collection. The bytes
    are those of :func:`geo.geojson.dump_geojson`.
    """
    about = selection.about
    told = {**about.as_json(), "fields": feature_dictionary()}
    members = {"about": told, "layer_version": about.layer_version}
    whole = b"".join(dump_geojson([], members=members))
    end = b"\n]}\n"
    yield whole.removesuffix(end)
    parted = b"\n"
    for line in selection.lines():
        yield parted + line.encode()
        parted = b",\n"
    yield end


def geojson_sequence(selection: Selection) -> Iterator[bytes]:
    """Write a GeoJSON text sequence (RFC 8142): one feature a record.

    Each begins with the record separator U+001E and ends with a line feed.
    """
    for line in selection.lines():
        yield b"\x1e" + line.encode() + b"\n"
