"""Rivers and lakes of the ground."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from shapely import Point

from geo.base.errors import MissingAssetError
from geo.ground import waters as water_files
from geo.ground.drawn import Drawn
from geo.ground.waters import waters


@pytest.fixture(scope="module")
def drawn() -> list[Drawn]:
    """Return all of them."""
    return list(waters())


@pytest.mark.parametrize(
    ("layer", "lon", "lat"),
    [
        pytest.param("rivers", 20.46, 44.82, id="the Danube at Belgrade"),
        pytest.param("rivers", 31.23, 30.05, id="the Nile at Cairo"),
        pytest.param("rivers", -60.0, -3.15, id="the Amazon at Manaus"),
        pytest.param("rivers", 129.7, 62.0, id="the Lena at Yakutsk"),
        pytest.param("rivers", 44.4, 33.3, id="the Tigris at Baghdad"),
        pytest.param("rivers", 114.3, 30.6, id="the Yangtze at Wuhan"),
        pytest.param("lakes", 108.0, 53.5, id="Baikal"),
        pytest.param("lakes", 31.5, 60.8, id="Ladoga"),
        pytest.param("lakes", 33.0, -1.0, id="Victoria"),
        pytest.param("lakes", -87.0, 43.0, id="Michigan"),
    ],
)
def test_great_waters_are_where_they_are(
    drawn: list[Drawn], layer: str, lon: float, lat: float
) -> None:
    """Within some kilometres, which the scale allows."""
    around = Point(lon, lat).buffer(0.2)
    assert any(
        thing.layer == layer and shapely.intersects(thing.geometry, around)
        for thing in drawn
    )


def test_no_river_is_drawn_from_two_files(drawn: list[Drawn]) -> None:
    """They differ by kilometres, so it would flow twice."""
    rivers = [thing.geometry for thing in drawn if thing.layer == "rivers"]
    tree = shapely.STRtree(rivers)
    one, other = tree.query(rivers, predicate="overlaps")
    assert len(one) == len(other) == 0


def test_without_the_package_the_command_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes with the set-up."""
    monkeypatch.setattr(water_files, "FOLDER", tmp_path)

    with pytest.raises(MissingAssetError, match="make setup"):
        list(waters())
