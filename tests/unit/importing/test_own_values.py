"""Own fields are kept with the type that all of their cells have."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.importing.own_values import OwnKind, OwnValues, keep_own
from geo.model.fields import PLACE_FIELDS, fields
from tests.shared import SHARED

GLC = SHARED / "datasets" / "nasa_glc.csv"


def kept(**columns: list[object]) -> OwnValues:
    """Return columns as own fields."""
    return keep_own(pd.DataFrame(columns, dtype=object))


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (["12", " 7", None], "integer", [12, 7, None]),
        (["12", "-", "n/a"], "integer", [12, None, None]),
        (["24,803", "1,024", "7"], "integer", [24803, 1024, 7]),
        (["1.024.803"], "integer", [1024803]),
        (["24 803", "1\u00a0024"], "integer", [24803, 1024]),
        (["24,803"], "text", ["24,803"]),
        (["24,803", "1234"], "text", ["24,803", "1234"]),
        (["1.5", "2", "1e+3", "2.0E3"], "number", [1.5, 2.0, 1000.0, 2000.0]),
        (["1,5", "2"], "number", [1.5, 2.0]),
        (["007", "12"], "text", ["007", "12"]),
        (["12", "twelve"], "text", ["12", "twelve"]),
        (["+381641234567"], "text", ["+381641234567"]),
        (["12345678901234567"], "text", ["12345678901234567"]),
        (["1e999"], "text", ["1e999"]),
        (["2020-01-02", None], "date", ["2020-01-02", None]),
        (["2020-01-02", "2020-02-30"], "text", ["2020-01-02", "2020-02-30"]),
        (["TRUE", "false"], "truth", [True, False]),
        (["Yes", "no"], "truth", [True, False]),
        (["NO", "NO"], "text", ["NO", "NO"]),
        (["https://a.org/1"], "link", ["https://a.org/1"]),
        (["javascript:x"], "text", ["javascript:x"]),
        ([1.0, 2, float("nan")], "integer", [1, 2, None]),
        ([1.5, float("inf")], "number", [1.5, None]),
        ([True, None], "truth", [True, None]),
        ([1, "a"], "text", ["1", "a"]),
        ([["a\u202eb", 1]], "json", [["ab", 1]]),
        ([{"a": 1}, "b"], "json", [{"a": 1}, "b"]),
        ([datetime(2020, 1, 2)], "date", ["2020-01-02"]),  # noqa: DTZ001 - of a cell
        ([datetime(2020, 1, 2, 3, tzinfo=UTC)], "text", ["2020-01-02T03:00:00+00:00"]),
        (["two\nlines"], "text", ["two lines"]),
        ([None, " "], "text", [None, None]),
    ],
)
def test_a_column_has_one_type(
    cells: list[object], kind: str, values: list[object]
) -> None:
    """Values are converted where all fit; otherwise they are texts."""
    own = kept(weapon=cells)

    assert own.fields[0].kind == kind
    assert list(own.values["weapon"]) == values  # noqa: PD011 - the member's name


def test_one_and_true_and_the_text_one_stay_apart() -> None:
    """Equal for Python, different in a file."""
    (value, truth) = kept(a=[[1], [True]]).values["a"]  # noqa: PD011 - the member's name

    assert json.dumps([value, truth]) == "[[1], [true]]"


@pytest.mark.parametrize("header", ["ZIP", "Postal code", "phone", "state_fips"])
def test_digits_that_are_names_stay_texts(header: str) -> None:
    """Zip codes and the like are not counted with."""
    own = keep_own(pd.DataFrame({header: ["36054", "71360"]}, dtype=object))

    assert own.fields[0].kind == OwnKind.TEXT


def test_names_are_headers_as_written_and_never_the_models() -> None:
    """What collides gets a suffix, which is told; labels stay."""
    columns = ["Data Source 1", "version", "Count", "a", "A", "", "lat"]
    frame = pd.DataFrame([["x"] * len(columns)], columns=columns, dtype=object)

    own = keep_own(frame, labels={"a": "Letter"})

    assert [field.name for field in own.fields] == [
        "Data Source 1",
        "version_own",
        "Count_own",
        "a",
        "A_2",
        "column_6",
        "lat_own",
    ]
    assert own.fields[1].label == "version"
    assert own.fields[3].label == "Letter"
    assert "'version' is kept as 'version_own'" in own.remarks[0].message
    assert own.remarks[0].rows == (0,)


def test_a_table_without_further_columns_has_no_field() -> None:
    """Its rows are still there."""
    own = keep_own(pd.DataFrame(index=[0, 1]))

    assert own.fields == ()
    assert list(own.values.index) == [0, 1]  # noqa: PD011 - the member's name


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6, unique=True))
def test_no_field_is_named_like_a_property(headers: list[str]) -> None:
    """Nor like another field, in any case."""
    own = keep_own(pd.DataFrame([["x"] * len(headers)], columns=headers, dtype=object))
    names = [field.name.casefold() for field in own.fields]

    assert len(set(names)) == len(headers)
    assert not set(names) & {field.name for field in (*fields(), *PLACE_FIELDS)}


@given(
    st.lists(
        st.none()
        | st.text("0123456789,.- eE", max_size=8)
        | st.floats()
        | st.booleans(),
        max_size=12,
    )
)
def test_every_value_is_plain_json(cells: list[object]) -> None:
    """Whatever the cells are, the file can be written."""
    own = kept(weapon=cells)

    json.dumps(list(own.values["weapon"]), allow_nan=False)  # noqa: PD011 - the member's name


@pytest.mark.parametrize(
    "cells", [["E1", "E2"], ["e0"], ["-E3", "E03"], [".", "-"], ["1E5", "2"]]
)
def test_what_only_looks_like_an_exponent_is_a_text(cells: list[str]) -> None:
    """Codes such as E1 and 1E5 are no numbers, whatever programs take them for."""
    (field,) = keep_own(pd.DataFrame({"route": cells}, dtype=object)).fields

    assert field.kind == OwnKind.TEXT


def test_the_landslides_have_numbers() -> None:
    """A real table: populations with commas, and codes of countries."""
    if not GLC.exists():
        pytest.skip("shared/datasets is not on this machine")
    frame = pd.read_csv(GLC, encoding="cp1252", dtype=object)
    kinds = {field.column: field.kind for field in keep_own(frame).fields}

    assert kinds["population"] == OwnKind.INTEGER
    assert kinds["fatalities"] == OwnKind.INTEGER
    assert kinds["distance"] == OwnKind.NUMBER
    assert kinds["countrycode"] == OwnKind.TEXT
