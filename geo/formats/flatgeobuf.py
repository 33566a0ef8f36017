"""FlatGeobuf, read by GDAL in a process of its own."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from geo.formats.given import Given
from geo.formats.guarded import gdal_records, in_order, through_gdal
from geo.formats.raw import Raw, raw_of_records
from geo.formats.systems import system_of


def read_flatgeobuf(given: Given) -> Raw:
    """Read FlatGeobuf. ``row_no``, if all rows have one, orders them again.

    Raises
    ------
    DataError
        If GDAL cannot read it, or its system is not known.
    """
    name = given.name
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "input.fgb"
        shutil.copyfile(given.path, copy)
        [(table, told)] = through_gdal([copy], name, "FlatGeobuf")
    code = system_of(told["system"], name, given.opening.epsg)
    records = in_order(gdal_records(table, told))
    return raw_of_records(records, name, kind="fgb", epsg=code)
