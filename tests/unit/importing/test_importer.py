"""Files of any kind become a layer, or are refused with a reason; nothing is guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from geo.base.errors import DataError
from geo.export import export_file
from geo.formats.input_file import ReadOptions
from geo.model.query import Query
from tests.bringing import brought, written
from tests.builders import SOURCES, VOCABULARY, make_engine, scattered
from tests.shared import CORPUS, SHARED, corpus

DATASETS = SHARED / "datasets"
CASES = corpus()
#: How the Stanford Mass Shootings in America are to be read.
STANFORD = {
    "mapped": {
        "Title": "title",
        "Description": "summary",
        "Date": "date",
        "CaseID": "id",
    },
    "date_formats": ("%m/%d/%Y",),
}


@pytest.mark.skipif(not CASES, reason="shared/corpus is not on this machine")
@pytest.mark.parametrize(
    "case", CASES or [{"file": "none"}], ids=lambda one: one["file"]
)
def test_each_file_of_the_corpus_gets_its_verdict(case: dict[str, str]) -> None:
    """Accepted, warned of, mended, taken in part, or refused as the manifest says."""
    path, expected = CORPUS / case["file"], case["expected"]
    if not path.exists():
        pytest.skip(f"{case['file']} is in the manifest, but not in the corpus")
    mapped = {}
    if b'"strike"' in path.read_bytes()[:3000]:
        mapped = {"category": "extra.category_as_given"}
    found = None
    reason = ""
    try:
        found = brought(path, columns=mapped)
    except DataError as error:
        reason = str(error)

    if found is None:
        assert "reject" in expected
        assert str(path) in reason
        return
    assert expected != "reject"
    if expected.startswith("partial"):
        assert found.verdict == "partial"
        assert found.refused
        assert found.incidents
        return
    assert not found.refused
    assert len(found.incidents) == found.read
    if expected.startswith(("warn", "fix", "convert", "reject/warn")):
        assert found.changed


@pytest.mark.parametrize(
    ("name", "options", "rows", "taken"),
    [
        ("stanford_msa.csv", STANFORD, 335, 331),
        ("stanford_msa.geojson", STANFORD, 335, 331),
        (
            "538_police_killings.csv",
            {
                "mapped": {
                    "name": "title",
                    "cause": "summary",
                    "year": "date.year",
                    "month": "date.month",
                    "day": "date.day",
                },
                "encoding": "latin-1",
            },
            467,
            467,
        ),
        ("pygeoapi_obs.csv", {"mapped": {"datetime": "date"}}, 5, 5),
        ("pygeoapi_obs_malformatted.csv", {"mapped": {"datetime": "date"}}, 5, 4),
    ],
)
def test_data_sets_of_others_become_incidents(
    name: str, options: dict[str, Any], rows: int, taken: int
) -> None:
    """With columns mapped; what is refused has its reason."""
    if not (DATASETS / name).exists():
        pytest.skip("shared/datasets is not on this machine")
    chosen = dict(options)
    encoding = chosen.pop("encoding", "utf-8")
    opening = ReadOptions(encoding=encoding, columns=chosen["mapped"])

    found = brought(DATASETS / name, opening=opening, **chosen)

    assert (found.read, len(found.incidents)) == (rows, taken)
    assert len({fault.index for fault in found.refused}) == rows - taken
    assert all(incident.date for incident in found.incidents)


def test_an_export_that_was_changed_since_is_told(tmp_path: Path) -> None:
    """By the checksum it carries."""
    content = export_file(
        make_engine(*scattered(3)),
        Query(),
        "geojson",
        vocabulary=VOCABULARY,
        sources=SOURCES,
    )
    same = brought(written(tmp_path, "a.geojson", content))
    other = brought(
        written(tmp_path, "b.geojson", content.replace(b"painted", b"scrawled"))
    )

    assert not any("checksum" in fault.message for fault in same.changed)
    assert any("checksum" in fault.message for fault in other.changed)
    assert "about" not in same.layer.members
