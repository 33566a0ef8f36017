"""A layer's categories are read whole or refused, and enumerations are complete."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from geo.base.errors import DataError
from geo.base.settings import DATA
from geo.model.symbols import SYMBOLS
from geo.model.vocabulary import (
    ACLED_GEO_PRECISION,
    BASIS_LABELS,
    KIND_LABELS,
    PRECISION_LABELS,
    RADIUS_RANGE_M,
    ROLE_LABELS,
    STATUS_LABELS,
    UCDP_WHERE_PREC,
    Kind,
    LocationBasis,
    PlaceRole,
    Precision,
    Status,
    read_vocabulary,
)


def entry(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any value
    """Return a sound category as written, with changes."""
    made = {
        "id": "mural",
        "label": "Mural",
        "definition": "A picture on a wall.",
        "color": "#0072b2",
        "symbol": "square",
    }
    return {**made, **changes}


def written(folder: Path, value: object) -> Path:
    """Return a file with *value* as JSON."""
    path = folder / "categories.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_categories_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    """The legend shows them as their editor wrote them."""
    path = written(tmp_path, {"categories": [entry(id="b"), entry(id="a")]})

    found = read_vocabulary(path)

    assert found.ids() == ("b", "a")
    assert [category.id for category in found] == ["b", "a"]
    assert "a" in found
    assert "c" not in found
    assert found["a"].label == "Mural"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"symbol": "skull"}, "skull"),
        ({"color": "blue"}, "#0072b2"),
        ({"color": "#00zzb2"}, "#0072b2"),
        ({"label": ""}, "label"),
        ({"definition": None}, "definition"),
        ({"label": "a\U000e0041b"}, "label"),
        ({"definition": "a\u202eb"}, "definition"),
        ({"id": 5}, "id"),
        ({"id": "a,b"}, "a,b"),
        ({"id": "a:b c"}, "a:b c"),
        ({"against_people": "no"}, "against_people='no'"),
        ({"against_people": None}, "against_people=None"),
        ({"words": "Mudslide"}, "words='Mudslide'"),
        ({"words": [" "]}, "words=[' ']"),
    ],
)
def test_a_wrong_category_is_refused_with_its_value(
    tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    """The message says which entry and what it takes."""
    path = written(tmp_path, {"categories": [entry(id="fine"), entry(**changes)]})

    with pytest.raises(DataError, match="feature 1") as caught:
        read_vocabulary(path)

    assert told in str(caught.value)


def test_a_category_that_says_nothing_is_about_people(tmp_path: Path) -> None:
    """Files without the property stay valid, on the safe side."""
    entries = [entry(id="a"), entry(id="b", against_people=False)]

    found = read_vocabulary(written(tmp_path, {"categories": entries}))

    assert [one.against_people for one in found] == [True, False]


def test_categories_written_and_read_are_the_same(tmp_path: Path) -> None:
    """With the words of tables, where an import has written some."""
    entries = [entry(id="a", words=["Mural", "wall art"]), entry(id="b")]
    found = read_vocabulary(written(tmp_path, {"categories": entries}))

    assert found["a"].words == ("Mural", "wall art")
    assert read_vocabulary(written(tmp_path, found.as_json())) == found


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    """An editor mends a file in one go."""
    entries = [entry(), entry(), "mural", entry(id="x", symbol="?")]

    with pytest.raises(DataError) as caught:
        read_vocabulary(written(tmp_path, {"categories": entries}))

    assert [fault.index for fault in caught.value.faults] == [1, 2, 3]


@pytest.mark.parametrize("value", [[], {}, {"categories": 5}, {"categories": None}, 1])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, value: object) -> None:
    """JSON without a list of categories is no vocabulary."""
    with pytest.raises(DataError, match="categories"):
        read_vocabulary(written(tmp_path, value))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe"])
def test_a_file_that_is_not_json_is_refused(tmp_path: Path, content: bytes) -> None:
    """So is a file that is not even text."""
    path = tmp_path / "categories.json"
    path.write_bytes(content)

    with pytest.raises(DataError, match="cannot be read"):
        read_vocabulary(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The message names it."""
    with pytest.raises(DataError, match=r"nowhere\.json"):
        read_vocabulary(tmp_path / "nowhere.json")


def test_the_shipped_categories_look_different() -> None:
    """No two share a colour, a symbol or a label."""
    found = list(read_vocabulary(DATA / "vocabulary" / "categories.json"))

    for name in ("color", "symbol", "label"):
        assert len({getattr(category, name) for category in found}) == len(found)
    assert {category.symbol for category in found} <= set(SYMBOLS)


def test_every_value_of_the_model_has_its_words() -> None:
    """No enumeration has a member that no reader could be told of."""
    assert set(KIND_LABELS) == set(Kind)
    assert set(STATUS_LABELS) == set(Status)
    assert set(PRECISION_LABELS) == set(Precision)
    assert set(ROLE_LABELS) == set(PlaceRole)
    assert set(BASIS_LABELS) == set(LocationBasis)


def test_every_precision_has_a_radius_and_the_codes_of_others() -> None:
    """Codes lie in the ranges that ACLED and UCDP publish."""
    assert set(RADIUS_RANGE_M) == set(Precision)
    assert set(ACLED_GEO_PRECISION) == set(UCDP_WHERE_PREC) == set(Precision)
    assert set(ACLED_GEO_PRECISION.values()) <= {1, 2, 3}
    assert set(UCDP_WHERE_PREC.values()) <= set(range(1, 8))
    assert all(0 <= least < most for least, most in RADIUS_RANGE_M.values())
