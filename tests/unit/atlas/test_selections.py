"""A selection tells its checksum, its date and its credit."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from geo.atlas.selections import attribution, date_made
from geo.base.errors import SettingsError
from geo.formats.selection import content_digest
from tests.builders import SOURCES, make_incident, scattered
from tests.unit.formats.samples import file_of, selection_of


def test_the_checksum_is_of_the_features_one_a_line() -> None:
    """Anybody can compute it from the text sequence."""
    selection = selection_of(*scattered(5))
    plain = file_of(selection, "geojsonseq").replace(b"\x1e", b"")

    assert selection.about.sha256 == hashlib.sha256(plain).hexdigest()
    assert content_digest([]) == (0, hashlib.sha256(b"").hexdigest())


def test_the_date_is_the_layers_unless_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SOURCE_DATE_EPOCH wins; a layer without incidents has no date."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert date_made("2024-01-05").isoformat() == "2024-01-05T00:00:00+00:00"
    assert date_made("").year == 1980
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert date_made("2024-01-05").isoformat() == "1970-01-02T00:00:00+00:00"
    # A zip archive knows of nothing before 1980.
    assert file_of(selection_of(make_incident()), "csv", "zip")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(SettingsError, match="soon"):
        date_made("2024-01-05")


def test_the_credit_names_each_publisher_once() -> None:
    """Two sources of one publisher are one name."""
    twice = [SOURCES["daily"], replace(SOURCES["daily"], id="b"), SOURCES["weekly"]]

    assert "Daily, Weekly" in attribution(twice)
