"""Rules of claims: kind, status, and the citations they rest on."""

from __future__ import annotations

import pytest

from geo.base.errors import DataError
from geo.layer import parse_collection
from geo.model.sources import Source, Sources
from tests.unit.layer.samples import (
    SOURCES,
    VOCABULARY,
    data_of,
    faults_of,
    feature,
    parsed,
    wheres,
)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"status": "corroborated"}, "status"),
        ({"kind": "plan"}, "place_role"),
        ({"count": 3}, "count"),
        ({"category": "bogus"}, "category"),
    ],
)
def test_claims_and_kinds_must_hold_together(
    changes: dict[str, object], where: str
) -> None:
    """Allegations, corroborations, plans and counts follow their rules."""
    assert wheres(feature(**changes)) == [where]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "alleged", "alleged_by": ["A man"]},
        {"status": "alleged"},
        {"kind": "plan", "place_role": None},
        {"citations": [{"source": "paper-2023", "url": "https://t.me/channel/12"}]},
        {
            "weapon": "paint",
            "citations": [{"source": "paper-2023", "supports": ["weapon"]}],
        },
        {"kind": "plan", "place_role": "target"},
        {"kind": "plan", "place_role": "subject"},
        {"kind": "series", "count": 3},
        {"country": "XK"},
        {"country": None},
        {"denied_by": ["The ministry"], "actors": [{"name": "A", "role": "by"}]},
        {"generalised": True, "location_note": "Made coarser."},
    ],
)
def test_sound_claims_and_kinds_are_accepted(changes: dict[str, object]) -> None:
    """What the rules ask for is enough."""
    assert not faults_of(feature(**changes))


def test_a_plan_without_a_place_needs_no_role() -> None:
    """A plan that the source places nowhere is fine."""
    one = feature(None, kind="plan", place_role=None, precision=None, radius_m=None)

    assert not faults_of(one)


def test_a_translation_does_not_corroborate_its_original() -> None:
    """Two sources, one derived from the other, are one witness."""
    original = Source("paper-2023", "T", "P", "ru", None, None, "none")
    translated = Source(
        "weekly-2023", "T", "P", "en", None, None, "none", derived_from="paper-2023"
    )
    cited = [{"source": name, "quote": "a wall"} for name in SOURCES]
    data = data_of(feature(status="corroborated", citations=cited))
    register = Sources({"paper-2023": original, "weekly-2023": translated})

    assert parsed(feature(status="corroborated", citations=cited)).incidents
    with pytest.raises(DataError, match="one independent source"):
        parse_collection(data, "x", vocabulary=VOCABULARY, known_sources=register)


@pytest.mark.parametrize(
    ("citation", "where"),
    [
        ({"source": "elsewhere"}, "source"),
        ({"quote": " "}, "quote"),
        ({"quote": "—"}, "quote"),
        ({"quote": "one two three four five six seven eight nine ten eleven twelve thirteen"}, "quote"),
        ({"prefix": "one two three four five"}, "prefix"),
        ({"suffix": "one two three four five"}, "suffix"),
        ({"supports": ["colour"]}, "supports"),
        ({"supports": ["date", "date"]}, "supports"),
    ],
)  # fmt: skip
def test_citations_follow_their_rules(citation: dict[str, object], where: str) -> None:
    """Sources are known, quotes short, supports real."""
    made = {"source": "paper-2023", "quote": "a wall"} | citation

    assert wheres(feature(citations=[made])) == [f"citations[0].{where}"]


def test_a_citation_at_its_limits_is_accepted() -> None:
    """Twelve words, four before and four after, supporting real properties."""
    made = {
        "source": "paper-2023",
        "quote": "one two three four five six seven eight nine ten eleven twelve",
        "prefix": "one two three four",
        "suffix": "one two three four",
        "supports": ["date", "geometry"],
    }

    assert not faults_of(feature(citations=[made]))
