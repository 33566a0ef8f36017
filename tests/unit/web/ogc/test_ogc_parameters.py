"""Parameters are read strictly, and refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.base.errors import QueryError
from geo.web.ogc.parameters import read_bbox, read_datetime, read_limit
from tests.unit.web.ogc.samples import ITEMS, Get


@pytest.mark.parametrize(
    ("parameters", "parameter"),
    [
        ("bbox=nan,1,2,3", "bbox"),
        ("bbox=1,50,3,40", "bbox"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=1,2,9,3,4,8", "bbox"),
        ("bbox=1,2,x,3,4,y", "bbox"),
        ("bbox=", "bbox"),
        ("bbox=0,0,1,1&bbox=0,0,2,2", "bbox"),
        ("datetime=yesterday", "datetime"),
        ("datetime=2023-02-30", "datetime"),
        ("datetime=20230101", "datetime"),
        ("datetime=2023-01-01T00:00:00", "datetime"),
        ("datetime=9999-12-31T23:59:59-10:00", "datetime"),
        ("datetime=../..", "datetime"),
        ("datetime=2023-01-02/2023-01-01", "datetime"),
        ("datetime=2023-01-01/2023-01-02/2023-01-03", "datetime"),
        ("datetime=2023-01-01&from=2023-01-01", "datetime"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=1e3", "limit"),
        ("crs=http://www.opengis.net/def/crs/EPSG/0/4326", "crs"),
        ("bbox-crs=EPSG:3857", "bbox-crs"),
        ("f=xml", "f"),
        ("colour=red", "colour"),
        ("category=colour", "category"),
        ("after=%00", "after"),
        ("filter=colour%3D1", "filter"),
        ("filter-lang=sql", "filter-lang"),
    ],
)
def test_what_is_not_accepted_is_refused_by_name(
    get: Get, parameters: str, parameter: str
) -> None:
    """A bad request gets a problem document (RFC 9457) that names the parameter."""
    answer = get(f"{ITEMS}?{parameters}")
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, body["status"], body["parameter"]) == (
        400,
        400,
        parameter,
    )
    assert parameter in body["detail"]


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No value of a parameter breaks its reader."""
    for read in (read_bbox, read_datetime, read_limit):
        try:
            read(text)
        except QueryError as error:
            assert error.parameter in {"bbox", "datetime", "limit"}  # noqa: PT017


@given(st.integers(min_value=1, max_value=10**20))
def test_a_large_limit_is_cut_not_refused(limit: int) -> None:
    """Part 1, requirement 21: more than the maximum means the maximum."""
    assert read_limit(str(limit)) == min(limit, 10_000)
