"""Tables of others, read where they lie."""

from __future__ import annotations

import json
from datetime import date
from typing import Final

import pandas as pd
import pytest

from geo.importing.dates import join_parts, look_at_dates, odd_years, read_dates
from tests.shared import SHARED

TODAY: Final = date(2026, 11, 26)
DATASETS: Final = SHARED / "datasets"

pytestmark = pytest.mark.skipif(
    not DATASETS.exists(), reason="the data sets of others are not beside the project"
)


@pytest.mark.parametrize(
    ("file", "column", "encoding", "order", "n_dated"),
    [
        ("nasa_glc.csv", "date", "cp1252", "mdy", 9563),
        ("nasa_glc.csv", "tstamp", "cp1252", "", 9555),
        ("stanford_msa.csv", "Date", "utf-8", "mdy", 335),
        ("stanford_msa.csv", "Date - Detailed", "utf-8", "", 335),
        ("missing_migrants.csv", "date", "utf-8", "dmy", 2411),
        ("pygeoapi_obs.csv", "datetime", "utf-8", "", 5),
    ],
)
def test_every_date_of_a_column_is_read(
    file: str, column: str, encoding: str, order: str, n_dated: int
) -> None:
    """In the order that its rows decide, with no year far from the others."""
    values = pd.read_csv(DATASETS / file, dtype=str, encoding=encoding)[column]
    style = look_at_dates(values, today=TODAY)
    read = read_dates(values, style)

    assert (style.order, style.is_decided, style.share) == (order, True, 1.0)
    assert read.edtf.notna().sum() == n_dated
    assert odd_years(read.edtf, today=TODAY) == []


def test_moments_of_earthquakes_are_days() -> None:
    """In milliseconds, all of one week."""
    content = json.loads((DATASETS / "usgs_all_week.geojson").read_text("utf-8"))
    values = pd.Series([one["properties"]["time"] for one in content["features"]])
    read = read_dates(values, look_at_dates(values, today=TODAY))

    assert len(read.edtf) == 2124
    assert read.edtf.between("2023-07-28", "2023-08-04").all()


def test_months_by_name_are_joined() -> None:
    """Each of the records has its day."""
    table = pd.read_csv(
        DATASETS / "538_police_killings.csv", dtype=str, encoding="latin-1"
    )
    read = join_parts(table["year"], table["month"], table["day"])

    assert read.remarks == []
    assert read.edtf.between("2015-01-01", "2015-06-30").all()
