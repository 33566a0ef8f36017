"""The basemap: tiles that fit together, say the right things and stay small."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.base.errors import NotFoundError
from geo.base.grid import Tile, mercator_px
from geo.base.settings import ROOT
from geo.web.basemap import cities as cities_module
from geo.web.basemap import country_labels as country_labels_module
from geo.web.basemap import shapes as shapes_module
from geo.web.basemap import tiles as basemap
from geo.web.basemap.city_labels import Room, city_labels
from geo.web.basemap.country_labels import CountryName
from geo.web.basemap.label_box import ROOM_PX, overlaps, touches_tile
from geo.web.basemap.prepared import Arrays, Texts
from geo.web.basemap.shapes import shapes
from geo.web.basemap.tiles import MAX_ZOOM, THEMES, attribution, render_tile

SVG = "{http://www.w3.org/2000/svg}"
BELGRADE = (20.457, 44.787)


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int, int]:
    """Return zoom, column and row of the tile that holds a point."""
    x, y = mercator_px(np.array([[lon, lat]]))[0] * 2**zoom // 256
    return zoom, int(x), int(y)


def texts(
    zoom: int, column: int, row: int, theme: str = "light"
) -> dict[str, tuple[float, float]]:
    """Return each text of a tile with its position in pixels of the whole world."""
    root = ET.fromstring(render_tile(zoom, column % 2**zoom, row, theme))  # noqa: S314 - our own
    return {
        found.text or "": (
            round(float(found.attrib["x"]) + column * 256, 1),
            round(float(found.attrib["y"]) + row * 256, 1),
        )
        for found in root.iter(f"{SVG}text")
    }


def around(lon: float, lat: float, zoom: int) -> set[str]:
    """Return the texts of the nine tiles around a point."""
    _, column, row = tile_at(lon, lat, zoom)
    return {
        text
        for x in (column - 1, column, column + 1)
        for y in (row - 1, row, row + 1)
        for text in texts(zoom, x, y)
    }


def luminance(color: str) -> float:
    """Return the relative luminance of #rrggbb, as WCAG 2 defines it."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


tiles = st.integers(0, MAX_ZOOM).flatmap(
    lambda zoom: st.tuples(
        st.just(zoom), st.integers(0, 2**zoom - 1), st.integers(0, 2**zoom - 1)
    )
)
places = st.tuples(
    st.sampled_from([3, 4, 5, 6, 7, 8, 9, 11, 13]),
    st.sampled_from(
        [BELGRADE, (33.4, 45.3), (121.4, 31.2), (178.4, -17.8), (-0.1, 51.5)]
    ),
)


@settings(deadline=None, max_examples=150)
@given(tiles, st.sampled_from(sorted(THEMES)))
def test_every_tile_is_a_small_well_formed_svg(
    tile: tuple[int, int, int], theme: str
) -> None:
    """Any valid tile is XML, 256 pixels, without script or link, under 60 kB."""
    svg = render_tile(*tile, theme)
    root = ET.fromstring(svg)  # noqa: S314 - our own
    assert root.tag == f"{SVG}svg"
    assert root.attrib["viewBox"] == "0 0 256 256"
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "g", "rect", "path", "circle", "text"}
    assert "nan" not in svg
    assert len(svg.encode()) < 60_000


@settings(deadline=None, max_examples=40)
@given(places)
def test_a_label_on_the_edge_is_drawn_by_both_tiles(
    where: tuple[int, tuple[float, float]],
) -> None:
    """Two neighbours agree on every label near their edge, to a tenth of a pixel."""
    zoom, (lon, lat) = where
    _, column, row = tile_at(lon, lat, zoom)
    for next_column, next_row in ((column + 1, row), (column, row + 1)):
        here, there = texts(zoom, column, row), texts(zoom, next_column, next_row)
        for text in here.keys() & there.keys():
            assert here[text] == pytest.approx(there[text], abs=0.15)
        for text, (x, y) in here.items():
            near = (
                abs(x - next_column * 256) < 3 * len(text)
                if next_row == row
                else abs(y - next_row * 256) < 5
            )
            assert not near or text in there, text


@settings(deadline=None, max_examples=30)
@given(places)
def test_labels_do_not_overlap(where: tuple[int, tuple[float, float]]) -> None:
    """No two city labels of a tile stand on one another."""
    zoom, (lon, lat) = where
    room = basemap._room(zoom)
    labels = room.labels
    window = Tile(*tile_at(lon, lat, zoom)).window(margin_px=200)
    points = labels.index.within(np.array([window]))[1]
    shown = room.shown(labels.owner[points]).tolist()
    boxes = [labels.box(city, zoom) for city in shown]
    for at, box in enumerate(boxes):
        assert not overlaps(box, boxes[:at], room_px=0)
        assert not overlaps(box, room.countries, room_px=0)


def test_the_answer_for_a_label_does_not_depend_on_who_asks_first() -> None:
    """Asked one by one or all at once, the same cities are shown."""
    whole = basemap._room(7)
    asked = np.arange(3000)
    at_once = Room.at(7, whole.countries).shown(asked)
    alone = Room.at(7, whole.countries)
    one_by_one = [
        city
        for city in reversed(asked.tolist())
        if len(alone.shown(np.array([city], dtype=np.int64)))
    ]
    assert sorted(one_by_one) == at_once.tolist()


def test_a_label_is_shown_unless_a_more_important_one_takes_its_room() -> None:
    """The rule is greedy by importance: checked against a plain loop."""
    room = basemap._room(6)
    labels = room.labels
    kept: list[int] = []
    for city in np.flatnonzero(room.named)[:600].tolist():
        box = labels.box(city, 6)
        taken = [*room.countries, *(labels.box(k, 6) for k in kept)]
        if not overlaps(box, taken, room_px=ROOM_PX):
            kept.append(city)
    asked = np.flatnonzero(room.named)[:600]
    assert room.shown(asked).tolist() == kept


def test_zoom_4_names_capitals_and_zoom_7_regional_cities() -> None:
    """What is named grows with the zoom, down to villages."""
    assert {"Belgrade", "Rome", "Kyiv"} <= around(*BELGRADE, 4) | around(30, 50, 4)
    assert not {"Niš", "Milan", "Novi Sad"} & around(*BELGRADE, 4)
    assert {"Novi Sad", "Kragujevac"} <= around(*BELGRADE, 7)
    assert "Ostružnica" not in around(*BELGRADE, 7)
    assert {"Ostružnica", "Vinča"} <= around(*BELGRADE, 11)


def test_a_city_goes_before_its_own_district() -> None:
    """Mariupol is named, though GeoNames gives one of its districts more people."""
    named = around(37.54, 47.1, 6)
    assert "Mariupol" in named
    assert "Pravyi Bereh" not in named


def test_country_names_are_shown_in_full_and_hidden_close_by() -> None:
    """Names stand where there is room, unabbreviated, and go away at zoom 9."""
    assert {"Serbia", "Kosovo", "Albania", "Herzegovina", "Bosnia and"} <= around(
        20.6, 43.0, 6
    )
    assert "Taiwan" in around(121, 24, 7)
    assert not {"Serbia", "Kosovo"} & around(20.6, 43.0, 9)


def test_disputed_borders_are_dashed_and_others_are_not() -> None:
    """Between Serbia and Kosovo the line is dashed; in Spain's north it is not."""
    assert "stroke-dasharray" in render_tile(*tile_at(21.0, 43.0, 7), "light")
    spain = render_tile(*tile_at(0.5, 42.7, 7), "light")
    assert "stroke-dasharray" not in spain
    assert spain.count("<path") == 2


@pytest.mark.parametrize("zoom", [2, 5, 7, 10])
def test_no_border_is_drawn_at_perekop(zoom: int) -> None:
    """Between Crimea and the mainland the shapes hold land and no line."""
    found = shapes(zoom)
    perekop = shapely.box(
        *mercator_px(np.array([[33.4, 46.2]]))[0],
        *mercator_px(np.array([[34.6, 45.9]]))[0],
    )
    assert len(found.lines_tree.query(perekop, predicate="intersects")) == 0
    assert len(found.land_tree.query(perekop, predicate="intersects")) > 0


@settings(deadline=None, max_examples=60)
@given(tiles)
def test_cutting_to_a_tile_loses_no_land(tile: tuple[int, int, int]) -> None:
    """The fast cut gives the same area as the exact one."""
    found = shapes(tile[0])
    window = Tile(*tile).window(margin_px=6)
    square = shapely.box(*window)
    land = found.land[found.land_tree.query(square)]
    fast = shapely.area(shapely.clip_by_rect(land, *window)).sum()
    exact = shapely.area(shapely.intersection(land, square)).sum()
    assert fast == pytest.approx(exact, rel=1e-6, abs=square.area * 1e-6)


def test_the_edges_of_the_world_are_drawn() -> None:
    """The South Pole's row is land, the North's is sea, and nothing fails at 180."""
    assert "#fbfaf7" in render_tile(3, 4, 7, "light")
    assert "<path" not in render_tile(5, 0, 0, "light")
    assert texts(7, 127, 70) is not None


def test_a_label_across_the_antimeridian_is_drawn_on_both_sides() -> None:
    """A city by the antimeridian reaches into the first column from the last."""
    labels = city_labels(5)
    beyond = np.flatnonzero(labels.shift)
    assert len(beyond) > 0
    assert np.all(np.abs(labels.shift[beyond]) == 256)
    name = CountryName(("Fiji",), 255.9, 138.0, 40.0, 7.0)
    tile = Tile(5, 0, int(138.0 * 32 // 256))
    assert touches_tile(
        (name.x - 256) * tile.scale,
        name.y * tile.scale % 256,
        half_width_px=40.0,
        half_height_px=7.0,
    )


def test_names_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Markup in a name is shown as text and never becomes an element."""
    hostile = '<script>alert(1)</script> & "x" {{7*7}}'
    room = basemap._room(8)
    names = Texts.of([hostile] * len(room.labels.names))
    changed = replace(room, labels=replace(room.labels, names=names))
    monkeypatch.setattr(basemap, "_room", lambda _: changed)
    svg = render_tile.__wrapped__(*tile_at(*BELGRADE, 8), "light")
    assert "<script" not in svg
    shown = [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own
    assert hostile in shown


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_labels_can_be_read(theme: str) -> None:
    """Label on land has a contrast of at least 4.5, and themes differ."""
    colors = THEMES[theme]
    assert contrast(colors.label, colors.land) >= 4.5
    assert contrast(colors.label, colors.halo) >= 4.5
    assert colors.land in render_tile(6, 35, 23, theme)


@pytest.mark.parametrize(
    "tile", [(-1, 0, 0), (19, 0, 0), (0, 1, 0), (0, 0, 1), (3, 8, 0), (3, 0, -1)]
)
def test_a_tile_that_does_not_exist_is_refused(tile: tuple[int, int, int]) -> None:
    """Zoom, column and row out of range are named with the range."""
    with pytest.raises(NotFoundError, match="Zoom is 0 to 18"):
        render_tile(*tile, "light")


def test_an_unknown_theme_is_refused() -> None:
    """The error names the themes there are."""
    with pytest.raises(NotFoundError, match="light or dark"):
        render_tile(0, 0, 0, "sepia")


def test_importing_reads_nothing_and_low_zooms_read_little(tmp_path: Path) -> None:
    """Import reads and makes nothing; zoom 5 needs neither fine shapes nor villages.

    And what a tile is drawn from is made outside of the server's process.
    """
    code = (
        "import sys; opened = []\n"
        "def hook(event, args):\n"
        "    if event == 'open' and str(args[0]).endswith(('.json', '.arrays')):\n"
        "        opened.append(str(args[0]))\n"
        "sys.addaudithook(hook)\n"
        "from geo.web.basemap import tiles\n"
        "print(len(opened)); tiles.render_tile(5, 17, 11, 'light')\n"
        "print(' '.join(opened))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "INCIDENTS_CACHE": str(tmp_path)},
    )
    at_import, after = done.stdout.splitlines()
    assert at_import == "0"
    assert "cities" in after
    opened_json = {Path(name).name for name in after.split() if name.endswith(".json")}
    assert opened_json <= {"countries-50m.json"}, "and this for its fingerprint only"
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "geo.web.basemap.cities.city_arrays-15000.arrays",
        "geo.web.basemap.country_labels.room_arrays-50m.arrays",
        "geo.web.basemap.shapes.shape_arrays-50m.arrays",
    ]


def test_warming_reads_everything_tiles_are_drawn_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After it, no tile of any zoom reads or makes anything."""
    basemap.warm()

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("read although warmed")

    for name in (shapes_module, country_labels_module, cities_module):
        monkeypatch.setattr(name, "prepared", refuse)
    for zoom in range(MAX_ZOOM + 1):
        assert render_tile.__wrapped__(*tile_at(*BELGRADE, zoom), "light")


@pytest.mark.parametrize(
    ("make", "about", "used"),
    [
        (cities_module.city_arrays, 15_000, lambda: cities_module.cities(15_000).lon),
        (
            shapes_module.shape_arrays,
            "50m",
            lambda: shapely.get_coordinates(shapes(4).land),
        ),
        (
            country_labels_module.room_arrays,
            "110m",
            lambda: np.array([r.x for r in country_labels_module._rooms("110m")]),
        ),
    ],
)
def test_what_is_kept_is_what_would_be_made_now(
    make: Callable[[object], Arrays],
    about: object,
    used: Callable[[], NDArray[np.float64]],
) -> None:
    """If this fails, a change of the code needs the module's _FORMAT raised."""
    made = make(about)
    expected = {"city_arrays": "lon", "shape_arrays": "4_land_points"}
    column = expected.get(make.__name__)
    now = made[column] if column else made["middle"][:, 0]
    assert np.array_equal(used(), now)


def test_the_credit_names_both_sources() -> None:
    """Natural Earth and GeoNames are credited, the latter with its licence."""
    assert attribution() == "Natural Earth; names by GeoNames (CC BY 4.0)"
