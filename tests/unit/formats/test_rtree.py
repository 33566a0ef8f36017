"""The index of FlatGeobuf: GDAL's own bytes, and room for what has no place."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pyogrio
import pytest
from shapely.geometry import box

from geo.formats.rtree import ITEM, packed
from geo.model.incident import Incident
from tests.builders import scattered, unplaced
from tests.unit.formats.samples import file_of, selection_of


def fgb_of(folder: Path, *chosen: Incident) -> Path:
    """Write a FlatGeobuf file of some incidents."""
    path = folder / "incidents.fgb"
    path.write_bytes(file_of(selection_of(*chosen), "fgb"))
    return path


@pytest.mark.parametrize("count", [1, 2, 16, 17, 300])
def test_the_index_of_flatgeobuf_is_packed_as_gdal_packs_it(
    tmp_path: Path, count: int
) -> None:
    """The tree made anew of GDAL's own items has GDAL's bytes."""
    placed = [one for one in scattered(400) if one.geometry is not None][:count]
    content = fgb_of(tmp_path, *placed).read_bytes()
    nodes = packed(np.zeros(count, ITEM), node_size=16)
    (header_bytes,) = struct.unpack_from("<I", content, 8)
    start = 12 + header_bytes
    index = np.frombuffer(content[start : start + nodes.nbytes], ITEM)

    again = packed(index[-count:], node_size=16)

    assert again.tobytes() == index.tobytes()


@pytest.mark.parametrize("bbox", [(19, 44, 21, 45), (-180, -90, 180, 90), (0, 0, 0, 0)])
def test_flatgeobuf_finds_by_place_and_keeps_what_has_none(
    tmp_path: Path, bbox: tuple[float, float, float, float]
) -> None:
    """A search reads what meets the extent; reading all reads every incident."""
    chosen = (unplaced(id="first"), *scattered(200), unplaced(id="last"))
    path = fgb_of(tmp_path, *chosen)

    everything = pyogrio.read_dataframe(path)
    found = pyogrio.read_dataframe(path, bbox=bbox)

    assert pyogrio.read_info(path)["features"] == len(chosen)
    assert pyogrio.read_info(path)["capabilities"]["fast_spatial_filter"]
    ordered = everything.sort_values("row_no")
    assert list(ordered["id"]) == [incident.id for incident in chosen]
    assert list(ordered["row_no"]) == list(range(1, len(chosen) + 1))
    assert set(found["id"]) == {
        incident.id
        for incident in chosen
        if incident.geometry is not None and incident.geometry.intersects(box(*bbox))
    }


@pytest.mark.parametrize("chosen", [(), (unplaced(id="only"), unplaced(id="other"))])
def test_flatgeobuf_without_a_place_is_a_file_all_the_same(
    tmp_path: Path, chosen: tuple[Incident, ...]
) -> None:
    """Nothing to index, and nothing is lost."""
    found = pyogrio.read_dataframe(fgb_of(tmp_path, *chosen))

    assert list(found["id"]) == [incident.id for incident in chosen]
