"""A query is read from text, checked value by value, and written back."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.base.errors import QueryError
from geo.base.grid import Bbox
from geo.model.query import PARAMETERS, Dates, Query, parse_bbox, parse_query
from tests.builders import PAYLOADS
from tests.strategies import boxes, queries


@given(queries())
def test_a_query_written_and_read_is_the_same(query: Query) -> None:
    """As parameters and as the query string of a URL."""
    assert parse_query(query.parameters()) == query
    assert parse_query(parse_qs(query.urlencode())) == query


@given(boxes())
def test_an_extent_written_and_read_is_the_same(bbox: Bbox) -> None:
    """No digit is lost on the way."""
    assert parse_bbox(str(bbox)) == bbox


def test_every_parameter_is_read() -> None:
    """All names of the URL, once."""
    query = parse_query(
        {
            "category": ["mural", "attack", "mural"],
            "status": "reported",
            "precision": ["city"],
            "country": ["rs", "RS", "xk"],
            "source": ["daily"],
            "from": "2023-01-01",
            "to": "2023-12-31",
            "dates": "certain",
            "q": " Vučić bar ",
            "bbox": "20.3,44.7,20.6,44.9",
        }
    )

    assert query == Query(
        category=("mural", "attack"),
        status=("reported",),
        precision=("city",),
        country=("RS", "XK"),
        source=("daily",),
        since=date(2023, 1, 1),
        until=date(2023, 12, 31),
        dates=Dates.CERTAIN,
        q="Vučić bar",
        bbox=Bbox(20.3, 44.7, 20.6, 44.9),
    )
    assert set(query.parameters()) == set(PARAMETERS)
    assert query.words == ("vucic", "bar")
    assert query.by_date
    assert not query.undated().by_date


@pytest.mark.parametrize("value", ["", "   ", [], ["", " "]])
def test_empty_values_are_not_given(value: str | list[str]) -> None:
    """A form sends empty fields; they limit nothing."""
    query = parse_query(dict.fromkeys(PARAMETERS, value))

    assert query == Query()
    assert query.is_empty
    assert query.urlencode() == ""


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ({}, 0),
        ({"category": ["mural", "attack"]}, 1),
        ({"from": "2022-01-01", "to": "2023-12-31", "dates": "certain"}, 1),
        ({"to": "2023-12-31", "q": "wall", "bbox": "19,42,23,46"}, 3),
    ],
)
def test_a_filter_that_is_on_counts_once(
    given: dict[str, str | list[str]], number: int
) -> None:
    """However many values it has, and whether one end of a span is given or both."""
    assert parse_query(given).number_on == number


def test_the_meaning_of_dates_alone_limits_nothing() -> None:
    """Without a span there is nothing to be certain of."""
    assert parse_query({"dates": "certain"}).is_empty


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("color", "red"),
        ("category[]", "mural"),
        ("category", "nonsense"),
        ("source", "nonsense"),
        ("status", "Reported"),
        ("precision", "exact"),
        ("country", "Serbia"),
        ("country", "ß"),
        ("country", "1A"),
        ("from", "2023"),
        ("from", "31.08.2023"),
        ("to", "2023-02-30"),
        ("to", "10000-01-01"),
        ("dates", "maybe"),
        ("q", "x" * 201),
        ("q", "a\x00b"),
        ("q", "..."),
        ("bbox", "1,2,3"),
        ("bbox", "1,2,3,4,5"),
        ("bbox", "a,b,c,d"),
        ("bbox", "nan,0,1,1"),
        ("bbox", "0,0,inf,1"),
        ("bbox", "0,0,1e400,1"),
        ("bbox", "-181,0,1,1"),
        ("bbox", "0,0,181,1"),
        ("bbox", "0,2,1,1"),
        ("bbox", "0,-91,1,1"),
        ("bbox", "44.7,120.3,44.9,20.6"),
        *(("category", payload) for payload in PAYLOADS),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_parameter(
    name: str, value: str
) -> None:
    """Whoever called is told which parameter to mend."""
    with pytest.raises(QueryError) as caught:
        parse_query({name: value}, categories=["mural"], sources=["daily"])

    assert caught.value.parameter == name
    assert str(caught.value).startswith(f"{name}: ")


@pytest.mark.parametrize("name", ["from", "to", "dates", "q", "bbox"])
def test_a_single_parameter_is_taken_once(name: str) -> None:
    """Two values of one would be a riddle."""
    with pytest.raises(QueryError, match="takes one value"):
        parse_query({name: ["a", "b"]})


def test_too_many_values_are_refused() -> None:
    """A thousand categories are no filter."""
    with pytest.raises(QueryError, match="at most 100"):
        parse_query({"category": [str(number) for number in range(101)]})


def test_days_the_wrong_way_round_are_refused() -> None:
    """The message says what to do."""
    with pytest.raises(QueryError, match="Swap them"):
        parse_query({"from": "2023-12-31", "to": "2023-01-01"})


def test_an_extent_may_cross_the_antimeridian() -> None:
    """RFC 7946 writes it with west greater than east."""
    assert parse_bbox("170,-20,-170,20") == Bbox(170, -20, -170, 20)
    assert parse_bbox("") is None


@given(st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=30)))
def test_any_text_makes_a_query_or_a_refusal_by_name(given: dict[str, str]) -> None:
    """No value of a parameter gets past the checks, or through them."""
    refused = ""
    try:
        query = parse_query(given)
    except QueryError as error:
        refused = error.parameter
        query = Query()

    assert refused in {"", *PARAMETERS}
    assert parse_query(query.parameters()) == query
