"""FlatGeobuf: GDAL's own index where every row has a place, and none elsewhere."""

from __future__ import annotations

import struct
from pathlib import Path

import pyogrio
import pytest
from shapely.geometry import box

from geo.base.errors import DataError
from geo.formats.flatgeobuf import _read_header
from geo.formats.input_file import ReadOptions
from geo.formats.opening import open_table
from geo.model.incident import Incident
from tests.builders import scattered, unplaced
from tests.unit.formats.samples import file_of, selection_of


def fgb_of(folder: Path, *chosen: Incident) -> Path:
    """Write a FlatGeobuf file of some incidents."""
    path = folder / "incidents.fgb"
    path.write_bytes(file_of(selection_of(*chosen), "fgb"))
    return path


PLACED = [one for one in scattered(400) if one.geometry is not None]


@pytest.mark.parametrize("bbox", [(19, 44, 21, 45), (-180, -90, 180, 90), (0, 0, 0, 0)])
@pytest.mark.parametrize("nowhere", [0, 2])
def test_flatgeobuf_finds_by_place_with_and_without_an_index(
    tmp_path: Path, nowhere: int, bbox: tuple[float, float, float, float]
) -> None:
    """A search reads what meets the extent; reading all reads every incident."""
    ends = [unplaced(id=f"end-{number}") for number in range(nowhere)]
    chosen = [*ends[:1], *PLACED[:200], *ends[1:]]
    path = fgb_of(tmp_path, *chosen)

    everything = pyogrio.read_dataframe(path)
    found = pyogrio.read_dataframe(path, bbox=bbox)

    info = pyogrio.read_info(path)
    assert info["features"] == len(chosen)
    assert info["capabilities"]["fast_spatial_filter"] == (nowhere == 0)
    ordered = everything.sort_values("row_no")
    assert list(ordered["id"]) == [incident.id for incident in chosen]
    assert list(ordered["row_no"]) == list(range(1, len(chosen) + 1))
    assert set(found["id"]) == {
        incident.id
        for incident in chosen
        if incident.geometry is not None and incident.geometry.intersects(box(*bbox))
    }


@pytest.mark.parametrize("chosen", [PLACED[:20], [unplaced(), *PLACED[:20]]])
def test_the_same_selection_has_the_same_bytes(
    tmp_path: Path, chosen: list[Incident]
) -> None:
    """With an index and without one."""
    first = fgb_of(tmp_path, *chosen).read_bytes()

    assert fgb_of(tmp_path, *chosen).read_bytes() == first


@pytest.mark.parametrize("count", [1, 2, 16, 17, 300])
def test_the_first_record_is_found_behind_the_index(tmp_path: Path, count: int) -> None:
    """Each record tells its size: from the first, the last ends with the file."""
    content = fgb_of(tmp_path, *PLACED[:count]).read_bytes()

    said, at = _read_header(content)

    assert said == count
    for _ in range(count):
        at += 4 + struct.unpack_from("<I", content, at)[0]
    assert at == len(content)


def test_an_index_without_an_end_is_refused(tmp_path: Path) -> None:
    """Nodes of one item would go on for ever: such a header is no header."""
    path = fgb_of(tmp_path, *PLACED[:5])
    content = bytearray(path.read_bytes())
    table = 12 + struct.unpack_from("<I", content, 12)[0]
    slots = table - struct.unpack_from("<i", content, table)[0]
    # The slot of the number of features points to a field of its own; the slot of the
    # size of a node is made to point to a 1.
    one = content.index(b"\x01\x00", table)
    struct.pack_into("<H", content, slots + 4 + 2 * 9, one - table)
    path.write_bytes(content)

    with pytest.raises(DataError, match="no end"):
        open_table(path, ReadOptions())


@pytest.mark.parametrize("chosen", [(), (unplaced(id="only"), unplaced(id="other"))])
def test_flatgeobuf_without_a_place_is_a_file_all_the_same(
    tmp_path: Path, chosen: tuple[Incident, ...]
) -> None:
    """Nothing to index, and nothing is lost."""
    found = pyogrio.read_dataframe(fgb_of(tmp_path, *chosen))

    assert list(found["id"]) == [incident.id for incident in chosen]
