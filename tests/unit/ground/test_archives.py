"""PMTiles files: what one says of itself, what is wrong with one, and a part of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pmtiles.reader import MemorySource, Reader, all_tiles
from pmtiles.tile import (
    TileType,
    deserialize_header,
    serialize_header,
)

from geo.base.errors import DataError
from geo.ground.archives import WORLD_FILE, extract_ground, read_ground
from tests.vector_tiles import TOWN, decoded, write_credited, write_streets


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an extract of streets."""
    return write_streets(tmp_path_factory.mktemp("ground") / "streets.pmtiles")


def test_an_extract_says_what_it_holds(streets: Path) -> None:
    """Zooms, bounds and layers."""
    read = read_ground(streets)

    assert (read.min_zoom, read.max_zoom) == (0, 14)
    assert read.bounds == pytest.approx(TOWN, abs=0.001)
    assert {"earth", "roads", "buildings", "places", "water"} == set(read.layers)


def test_a_credit_is_plain_text(streets: Path, tmp_path: Path) -> None:
    """Makers of tiles write links."""
    link = "<a href='https://osm.example'>&copy; OpenStreetMap</a>"
    copy = write_credited(tmp_path / "credited.pmtiles", link, streets)

    assert read_ground(copy).attribution == "© OpenStreetMap"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "pmtiles: is not a PMTiles file"),
        (b"PK\x03\x04" * 100, "pmtiles: is not a PMTiles file"),
        (b"PMTiles\x02" + bytes(200), "of version 3"),
        (b"PMTiles\x03" + bytes(200), "damaged|kind"),
    ],
)
def test_another_file_is_refused_by_name(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    """With the remedy."""
    file = tmp_path / "streets.pmtiles"
    file.write_bytes(content)

    with pytest.raises(DataError, match=problem) as told:
        read_ground(file)

    assert str(file) in str(told.value)
    assert "map.toml" in str(told.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """As one that cannot be read."""
    with pytest.raises(DataError, match="cannot be read"):
        read_ground(tmp_path / "none.pmtiles")


def test_a_file_that_was_not_copied_whole_is_refused(
    streets: Path, tmp_path: Path
) -> None:
    """The browser would ask for bytes that are not there."""
    half = tmp_path / "half.pmtiles"
    half.write_bytes(streets.read_bytes()[:-100])

    with pytest.raises(DataError, match="cut short"):
        read_ground(half)


def test_pictures_are_refused(streets: Path, tmp_path: Path) -> None:
    """They would have to be drawn by another library."""
    content = streets.read_bytes()
    header = {**deserialize_header(content[:127]), "tile_type": TileType.PNG}
    pictures = tmp_path / "pictures.pmtiles"
    pictures.write_bytes(serialize_header(header) + content[127:])

    with pytest.raises(DataError, match="PNG"):
        read_ground(pictures)


@settings(max_examples=60)
@given(st.data())
def test_damage_is_told_and_nothing_else_happens(
    streets: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whichever bytes at the start are others, it is read or refused."""
    content = bytearray(streets.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(8, 400))] = data.draw(st.integers(0, 255))
    file = tmp_path_factory.mktemp("damaged") / "streets.pmtiles"
    file.write_bytes(content)

    refusal = ""
    try:
        read_ground(file)
    except DataError as error:
        refusal = str(error)

    assert not refusal or str(file) in refusal


def test_a_part_has_the_tiles_of_the_whole(tmp_path: Path) -> None:
    """Byte by byte, and none beside."""
    europe, belgrade = (-10.0, 35.0, 40.0, 65.0), (20.0, 44.3, 21.0, 45.2)

    part = extract_ground([(europe, range(6)), (belgrade, range(6, 8))])

    file = tmp_path / "part.pmtiles"
    file.write_bytes(part)
    read = read_ground(file)
    assert (read.min_zoom, read.max_zoom) == (0, 7)
    assert read.bounds == pytest.approx(europe)
    whole = Reader(MemorySource(WORLD_FILE.read_bytes()))
    tiles = dict(all_tiles(MemorySource(part)))
    assert all(whole.get(*tile) == content for tile, content in tiles.items())
    assert {"land", "borders", "names"} <= set(decoded(file, 7, 71, 46))
    assert not [tile for tile in tiles if tile[0] == 7 and not 70 <= tile[1] <= 72]
    assert len(part) < 400_000


@given(st.floats(1, 180), st.floats(-180, -1), st.integers(0, 4))
@settings(max_examples=20)
def test_a_box_across_the_antimeridian_has_both_sides(
    west: float, east: float, zoom: int
) -> None:
    """Two boxes that meet there hold the same tiles as one."""
    zooms = range(zoom, zoom + 1)
    sides = [((west, -60.0, 180.0, 70.0), zooms), ((-180.0, -60.0, east, 70.0), zooms)]

    one = extract_ground([((west, -60.0, east, 70.0), zooms)])

    both = extract_ground(sides)
    assert dict(all_tiles(MemorySource(one))) == dict(all_tiles(MemorySource(both)))


def test_a_part_without_a_tile_is_refused() -> None:
    """There is nothing to draw."""
    with pytest.raises(DataError, match="no tile"):
        extract_ground([((-140.0, -50.0, -139.0, -49.0), range(7, 8))])
