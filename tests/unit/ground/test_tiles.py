"""The tiles of the world's ground, as they are installed and as they are made."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapely import LineString, Point

from geo.base.errors import MissingAssetError
from geo.ground import tiles
from geo.ground.archives import WORLD_FILE, read_ground
from geo.ground.drawn import Drawn
from geo.ground.tiles import fingerprint, make_world_ground, write_tiles
from tests.vector_tiles import decoded


def test_the_installed_ground_is_made_of_what_is_installed() -> None:
    """So the set-up is done with it at once."""
    assert read_ground(WORLD_FILE).metadata["description"] == fingerprint()
    assert make_world_ground() is False


def test_the_world_is_a_few_megabytes() -> None:
    """Its layers are what the browser draws."""
    read = read_ground(WORLD_FILE)

    assert set(read.layers) == {"land", "borders", "lakes", "rivers", "names"}
    assert (read.min_zoom, read.max_zoom) == (0, 7)
    assert WORLD_FILE.stat().st_size < 9_000_000


def test_a_tile_of_the_balkans_has_lines_in_dispute_apart() -> None:
    """Around Kosovo."""
    borders = decoded(WORLD_FILE, 6, 35, 23)["borders"]

    assert {line["properties"]["disputed"] for line in borders} == {0, 1}


def test_coarse_tiles_name_few() -> None:
    """The whole world's tile is sent first."""
    names = decoded(WORLD_FILE, 0, 0, 0)["names"]

    assert 0 < len(names) < 60
    assert all(name["properties"]["from"] <= 1 for name in names)


def test_what_is_made_twice_is_the_same(tmp_path: Path) -> None:
    """Whatever the folder it is made in is called."""
    things = [
        Drawn("borders", LineString([(0, 0), (40, 30)]), properties={"disputed": 0}),
        *(
            Drawn("names", Point(lon, 10), properties={"name": f"{lon}"})
            for lon in range(90)
        ),
    ]
    for name in ("one", "other"):
        write_tiles(tmp_path / name, things, description="twice")

    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_without_the_program_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing is written."""
    monkeypatch.setattr(tiles, "_PROGRAM", "tippecanoe-that-is-not-there")

    with pytest.raises(MissingAssetError, match="make setup"):
        make_world_ground(tmp_path / "world.pmtiles")

    assert list(tmp_path.iterdir()) == []
