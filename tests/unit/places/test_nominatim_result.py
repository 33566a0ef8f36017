"""Nominatim's results in our own terms."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.model.vocabulary import RADIUS_RANGE_M
from geo.places.nominatim_result import result_candidate


def result(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Make a result as Nominatim writes it; a value of None leaves the member out."""
    made = {
        "place_id": 1,
        "osm_type": "way",
        "osm_id": 42,
        "lat": "44.8040",
        "lon": "20.4660",
        "class": "highway",
        "type": "residential",
        "place_rank": 26,
        "addresstype": "road",
        "display_name": "Kralja Milutina, Belgrade, Serbia",
        "boundingbox": ["44.8000", "44.8080", "20.4640", "20.4680"],
        "address": {"road": "Kralja Milutina", "country_code": "rs"},
    }
    return {
        name: value for name, value in (made | changes).items() if value is not None
    }


def test_a_street_keeps_its_place_and_extent() -> None:
    """Half the diagonal of the bounding box is the radius."""
    candidate = result_candidate(result(), host="example.org")

    assert candidate.precision == "street"
    assert candidate.radius_m == pytest.approx(472, abs=5)
    assert (candidate.lon, candidate.lat, candidate.country) == (20.466, 44.804, "RS")
    assert candidate.origin == (
        "Nominatim at example.org, way 42, © OpenStreetMap contributors, ODbL 1.0"
    )
    assert not candidate.generalised


@pytest.mark.parametrize(
    ("changes", "precision"),
    [
        ({"place_rank": 4, "addresstype": "country"}, "country"),
        ({"place_rank": 8, "addresstype": "state"}, "region"),
        ({"place_rank": 16, "addresstype": "city"}, "city"),
        ({"place_rank": 19, "addresstype": "village"}, "city"),
        ({"place_rank": 19, "addresstype": "suburb"}, "neighbourhood"),
        ({"place_rank": 30, "class": "leisure", "type": "stadium"}, "venue"),
        ({"place_rank": 99, "addresstype": None}, "venue"),
        ({"place_rank": None, "addresstype": None}, "venue"),
        ({"place_rank": None, "boundingbox": ["44", "45", "20", "21"]}, "region"),
        ({"place_rank": None, "boundingbox": None}, "region"),
    ],
)
def test_precision_follows_rank_then_extent(
    changes: dict[str, Any], precision: str
) -> None:
    """Servers that give no rank are read by the size of the result."""
    assert result_candidate(result(**changes), host="a").precision == precision


def test_without_an_extent_the_radius_is_the_most_there_may_be() -> None:
    """Not knowing is not being exact."""
    assert result_candidate(result(boundingbox=None), host="a").radius_m == 2_000


@pytest.mark.parametrize(
    ("osm_class", "osm_type"),
    [("place", "house"), ("building", "apartments"), ("building", "yes")],
)
def test_what_may_be_a_home_is_made_coarser(osm_class: str, osm_type: str) -> None:
    """Nothing at a dwelling is placed finer than neighbourhood, nor named."""
    address = {
        "house_number": "7",
        "road": "Some Street",
        "suburb": "Vračar",
        "city": "Belgrade",
        "country": "Serbia",
        "country_code": "rs",
    }
    home = result(
        **{"class": osm_class, "type": osm_type, "place_rank": 30, "address": address},
        lat="44.80402",
        lon="20.46613",
        display_name="7, Some Street, Vračar, Belgrade, Serbia",
    )

    candidate = result_candidate(home, host="example.org")

    assert candidate.generalised
    assert candidate.precision == "neighbourhood"
    assert candidate.radius_m == 1_000
    assert (candidate.lon, candidate.lat) == (20.47, 44.8)
    assert candidate.name == "Vračar, Belgrade, Serbia"
    assert "42" not in candidate.origin


@given(
    st.one_of(st.none(), st.integers(0, 40)),
    st.tuples(
        st.floats(-80, 80), st.floats(-170, 170), st.floats(0, 9), st.floats(0, 9)
    ),
)
def test_a_radius_always_fits_its_precision(
    rank: int | None, box: tuple[float, float, float, float]
) -> None:
    """Whatever a server sends, a candidate could be written to a gazetteer."""
    south, west, height, width = box
    corners = [south, south + height, west, west + width]

    candidate = result_candidate(
        result(place_rank=rank, boundingbox=[str(corner) for corner in corners]),
        host="a",
    )

    least_m, most_m = RADIUS_RANGE_M[candidate.precision]
    assert least_m <= candidate.radius_m <= most_m
