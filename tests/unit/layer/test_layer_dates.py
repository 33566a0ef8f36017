"""Rules of dates: the days derived from EDTF are right."""

from __future__ import annotations

import pytest

from tests.unit.layer.samples import faults_of, feature


def test_the_expected_days_are_shown() -> None:
    """A derived date that disagrees is shown with what it should be."""
    (fault,) = faults_of(feature(date_earliest="2023-08-02"))

    assert "'2023-08-01'" in fault.message


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2022-22", "2022-06-01", "2022-08-31"),
        ("../2023-12", None, "2023-12-31"),
        ("2022-12~", "2022-11-01", "2023-01-31"),
        ("2022-02-24/2022-03-18", "2022-02-24", "2022-03-18"),
        (None, None, None),
    ],
)
def test_uncertain_dates_are_accepted_with_their_days(
    text: str | None, earliest: str | None, latest: str | None
) -> None:
    """Every kind of date of the model is accepted with its derived days."""
    one = feature(date=text, date_earliest=earliest, date_latest=latest)

    assert not faults_of(one)
