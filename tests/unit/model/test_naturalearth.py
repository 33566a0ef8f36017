"""Natural Earth: decoded whole, Crimea with Ukraine, borders told from coasts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon

from geo.base.errors import MissingAssetError, NotFoundError
from geo.model import naturalearth
from geo.model.naturalearth import (
    SCALES,
    Scale,
    borders,
    countries,
    country_outline,
    fingerprint,
    land,
)
from geo.model.topojson import chained

SIMFEROPOL = Point(34.1, 45.0)
PEREKOP = Point(34.0, 46.1)
KM_PER_DEGREE = 111.2

scales = pytest.mark.parametrize("scale", SCALES)


@pytest.fixture
def no_memory() -> Iterator[None]:
    """Let a test read from another folder, and leave nothing of it behind."""
    naturalearth._topology.cache_clear()
    yield
    naturalearth._topology.cache_clear()


def rings(area: Polygon | MultiPolygon) -> Iterator[shapely.LinearRing]:
    """Yield the rings of an area that should run counter-clockwise, holes reversed."""
    for part in shapely.get_parts(area).tolist():
        yield part.exterior
        yield from (shapely.reverse(hole) for hole in part.interiors)


def of(name: str, scale: Scale) -> Polygon | MultiPolygon:
    """Return the outline of the country of that name."""
    return next(found.geometry for found in countries(scale) if found.name == name)


@scales
def test_arcs_decode_to_closed_rings(scale: Scale) -> None:
    """Chained arcs of every ring end where they begin."""
    topology = naturalearth._topology(scale)
    for feature in topology.features:
        for polygon in feature.polygons:
            for ring in polygon:
                points = chained(ring, topology.arcs)
                assert (points[0] == points[-1]).all(), feature.name


@scales
def test_every_country_is_valid_and_wound_as_rfc_7946_asks(scale: Scale) -> None:
    """No country is empty, broken, outside the world or wound clockwise."""
    for country in countries(scale):
        area = country.geometry
        assert area.is_valid, country.name
        assert not area.is_empty, country.name
        assert all(ring.is_ccw for ring in rings(area)), country.name
        west, south, east, north = area.bounds
        assert -180 <= west <= east <= 180, country.name
        assert -90 <= south <= north <= 90, country.name


@scales
def test_what_crosses_the_antimeridian_is_cut_there(scale: Scale) -> None:
    """Russia and Fiji reach 180 degrees from both sides and do not span the globe."""
    for name, middle in (("Russia", Point(0, 70)), ("Fiji", Point(0, -17))):
        area = of(name, scale)
        assert area.bounds[0] == -180, name
        assert area.bounds[2] == 180, name
        assert not area.intersects(middle), name


@scales
def test_antarctica_reaches_the_pole(scale: Scale) -> None:
    """The ring around the South Pole is led over it, not across the sea."""
    assert of("Antarctica", scale).covers(Point(30, -89.95))
    assert not of("Antarctica", scale).covers(Point(30, -60))


@scales
def test_crimea_belongs_to_ukraine_without_a_border_to_it(scale: Scale) -> None:
    """Crimea is in Ukraine, in one piece with the mainland, and not in Russia."""
    assert of("Ukraine", scale).contains(SIMFEROPOL)
    assert not of("Russia", scale).intersects(SIMFEROPOL)
    holding = [
        part
        for part in shapely.get_parts(of("Ukraine", scale)).tolist()
        if part.contains(SIMFEROPOL)
    ]
    assert holding[0].contains(Point(31.0, 49.0))
    nearest = min(border.line.distance(PEREKOP) for border in borders(scale))
    assert nearest * KM_PER_DEGREE * np.cos(np.radians(46)) > 5


@scales
def test_no_border_runs_within_crimea(scale: Scale) -> None:
    """Nowhere on the peninsula is a border drawn."""
    peninsula = shapely.box(32.4, 44.3, 36.4, 46.2)
    assert not [b.countries for b in borders(scale) if b.line.intersects(peninsula)]


@scales
def test_borders_are_between_two_countries_and_never_coasts(scale: Scale) -> None:
    """A border names two countries in order, and no island state has one."""
    found = borders(scale)
    assert all(border.countries[0] < border.countries[1] for border in found)
    assert all(isinstance(border.line, LineString) for border in found)
    bordering = {name for border in found for name in border.countries}
    assert not bordering & {"Iceland", "Japan", "Australia", "Madagascar", "Cuba"} - (
        {"Cuba"} if scale == "10m" else set()
    ), "Cuba borders Guantanamo Bay at 10m only"
    assert {"Serbia", "Kosovo", "Ukraine", "Russia"} <= bordering


@scales
def test_borders_are_disputed_where_a_side_has_no_iso_number(scale: Scale) -> None:
    """Kosovo, Somaliland and Western Sahara are disputed; France and Spain are not."""
    disputed = {border.countries for border in borders(scale) if border.disputed}
    assert {
        ("Kosovo", "Serbia"),
        ("Kosovo", "North Macedonia"),
        ("Ethiopia", "Somaliland"),
        ("Morocco", "W. Sahara"),
    } <= disputed
    assert ("France", "Spain") not in disputed
    assert ("Russia", "Ukraine") not in disputed


@scales
def test_land_is_all_countries_without_inner_borders(scale: Scale) -> None:
    """Land is valid, covers the countries and is one piece from Lisbon to Beijing."""
    whole = land(scale)
    assert whole.is_valid
    together = sum(country.geometry.area for country in countries(scale))
    assert whole.area == pytest.approx(together, rel=1e-3)
    eurasia = max(whole.geoms, key=lambda part: part.area)
    assert eurasia.contains(Point(-8.0, 39.5))
    assert eurasia.contains(Point(116.0, 39.0))


def test_the_boundary_of_serbia_and_kosovo_is_one_line() -> None:
    """It runs from 20.35 to 21.77 degrees east, on the outlines of both."""
    (line,) = (
        border.line
        for border in borders("10m")
        if border.countries == ("Kosovo", "Serbia")
    )
    west, south, east, north = line.bounds
    assert (west, east) == pytest.approx((20.35, 21.77), abs=0.01)
    assert (south, north) == pytest.approx((42.25, 43.26), abs=0.01)
    for code in ("RS", "XK"):
        assert line.difference(country_outline(code).boundary).length < 1e-6


@pytest.mark.parametrize(
    ("code", "inside"),
    [
        ("RS", Point(20.46, 44.82)),
        ("XK", Point(21.16, 42.66)),
        ("ua", SIMFEROPOL),
        ("UA", Point(37.8, 48.0)),
        ("RU", Point(37.6, 55.75)),
        ("TW", Point(121.0, 24.0)),
        ("VA", Point(12.453, 41.903)),
        ("AU", Point(134.0, -25.0)),
    ],
)
def test_an_outline_holds_a_place_of_its_country(code: str, inside: Point) -> None:
    """The outline found by a code contains a place known to be there."""
    outline = country_outline(code)
    assert outline.is_valid
    assert outline.distance(inside) < 0.01


def test_serbia_does_not_contain_kosovo() -> None:
    """Outlines are as drawn: Pristina is in Kosovo's feature only."""
    assert not country_outline("RS").contains(Point(21.16, 42.66))


@pytest.mark.parametrize("code", ["ZZ", "", "R", "Serbia"])
def test_an_unknown_code_is_named_in_the_error(code: str) -> None:
    """A code that no country has is refused with what is expected."""
    with pytest.raises(NotFoundError, match="not an ISO 3166-1 code"):
        country_outline(code)


def test_a_country_natural_earth_does_not_draw_is_named_in_the_error() -> None:
    """Réunion is a code, but part of France in these data."""
    with pytest.raises(NotFoundError, match="not drawn by itself"):
        country_outline("RE")


def test_an_unknown_scale_names_the_known_ones() -> None:
    """A scale that does not exist is refused with the list."""
    with pytest.raises(NotFoundError, match="10m, 50m, 110m"):
        countries("20m")


@pytest.mark.usefixtures("no_memory")
def test_a_missing_file_names_make_setup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the npm package the error says which command brings it."""
    monkeypatch.setattr(naturalearth, "FOLDER", tmp_path)
    with pytest.raises(MissingAssetError, match=r"countries-110m\.json.*make setup"):
        naturalearth._topology("110m")


@pytest.mark.usefixtures("no_memory")
def test_a_damaged_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file cut short is reported with its path and the remedy."""
    monkeypatch.setattr(naturalearth, "FOLDER", tmp_path)
    (tmp_path / "countries-110m.json").write_text('{"type": "Topo', encoding="utf-8")
    with pytest.raises(MissingAssetError, match=r"is damaged.*make setup"):
        naturalearth._topology("110m")


def test_a_fingerprint_changes_with_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same file has the same fingerprint, and another file another."""
    assert fingerprint("110m") == fingerprint("110m") != fingerprint("50m")
    monkeypatch.setattr(naturalearth, "FOLDER", tmp_path)
    (tmp_path / "countries-110m.json").write_bytes(b"{}")
    changed = fingerprint("110m")
    (tmp_path / "countries-110m.json").write_bytes(b"{ }")
    assert fingerprint("110m") != changed
    with pytest.raises(MissingAssetError, match="make setup"):
        fingerprint("50m")
