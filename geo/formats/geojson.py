"""GeoJSON (RFC 7946) and GeoJSON text sequences (RFC 8142).

A feature's text in the engine is canonical already, so nothing is parsed on the way
out: a million incidents stream at the speed of copying.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from geo.base.errors import DataError
from geo.formats.input_file import InputFile, check_wgs84, content
from geo.formats.records import PART_RECORDS, Part
from geo.layer.geojson import dump_geojson, examine_geojson
from geo.model.fields import feature_dictionary

if TYPE_CHECKING:
    from geo.formats.selection import Selection


def read(file: InputFile) -> Iterator[Part]:
    """Read GeoJSON of any form; one error refuses the whole file.

    Raises
    ------
    DataError
        With every fault, errors first.
    QueryError
        If a reference system is said of it.
    """
    check_wgs84(file, "GeoJSON")
    reading = examine_geojson(content(file.path, file.name), file.name)
    if any(fault.severity == "error" for fault in reading.faults):
        raise DataError(
            sorted(reading.faults, key=lambda fault: fault.severity != "error")
        )
    yield Part("geojson", faults=reading.faults, members=reading.members)
    for start in range(0, len(reading.features), PART_RECORDS):
        yield Part("geojson", reading.features[start : start + PART_RECORDS])


def write(selection: Selection) -> Iterator[bytes]:
    """Write GeoJSON, one feature a line.

    ``about`` and ``layer_version`` are foreign members of the collection. The bytes
    are those of :func:`geo.layer.geojson.dump_geojson`.
    """
    about = selection.about
    described = {**about.as_json(), "fields": feature_dictionary(about.own)}
    members = {"about": described, "layer_version": about.layer_version}
    whole = b"".join(dump_geojson([], members=members))
    end = b"\n]}\n"
    yield whole.removesuffix(end)
    separator = b"\n"
    for line in selection.lines():
        yield separator + line.encode()
        separator = b",\n"
    yield end


def write_sequence(selection: Selection) -> Iterator[bytes]:
    """Write a GeoJSON text sequence: one feature a record.

    Each begins with the record separator U+001E and ends with a line feed.
    """
    for line in selection.lines():
        yield b"\x1e" + line.encode() + b"\n"
