"""Records by column that are called right are right by the rule book."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.base.paths import SCHEMA
from geo.layer.columns import ColumnCheck
from geo.layer.rules import CAUTIONS, RULES, check
from geo.layer.schema import are_valid
from geo.model.sources import Source, Sources
from tests.unit.layer.samples import NAMES, SOURCES, VOCABULARY, properties

REGISTER = Sources({name: Source(name, name, name) for name in SOURCES})
#: Right and wrong values of each property, and of a field of the layer's own.
VALUES: dict[str, list[Any]] = {
    "title": ["A", " ", "", "x" * 201, "Call +381 64 123 45 67", "B\u202e", 5],
    "summary": ["Said so.", "two\nlines", "BG 1234-AB", "s" * 2001, "so@example.org"],
    "category": [*NAMES, "flood", ""],
    "kind": ["event", "series", "plan", "riot"],
    "count": [2, 1, 3.0, True],
    "date": ["2023-08", "2023-08-31", "[2023-01,2023-02]", "soon", "", 2023],
    "date_earliest": ["2023-08-01", "2023-08-31", "early"],
    "date_latest": ["2023-08-31", "2023-8-31"],
    "place": ["Belgrade", "the flat they rented", "t.me/some"],
    "country": ["RS", "ZZ", "rs"],
    "place_role": ["occurred", "target", "there"],
    "precision": ["venue", "city", "line", "exact"],
    "radius_m": [100, 12000.0, -1, True],
    "location_note": ["In a home.", "By a photo."],
    "status": ["reported", "corroborated", "alleged", "sure"],
    "alleged_by": [["Police"], [], ["x" * 201], [7], "Police"],
    "actors": [[{"name": "A", "role": "by"}], [{"name": "A"}]],
    "updated": ["2024-01-05", "2024-02-30", "now"],
    "citations": [
        [{"source": SOURCES[0]}],
        [{"source": SOURCES[0]}, {"source": SOURCES[1], "url": "https://a.org/b"}],
        [{"source": "nobody"}],
        [{"source": SOURCES[0], "url": "https://wa.me/38164123456"}],
        [{"source": SOURCES[0], "url": "https://t.me/channel/5"}],
        [{"source": SOURCES[0], "url": "not an address"}],
        [{"source": SOURCES[0], "quote": "Whole sentences are never ever quoted."}],
        [{"source": SOURCES[0], "quote": "painted over"}],
        [{"source": 7}],
        [],
        "paper-2023",
    ],
    "killed": [0, 1, "064/123-4567", ["deep", {"er\u0007": "x"}], 1.5],
}
IDS = st.sampled_from(["a", "b-1", "no id", "", "x" * 101, "ünder"])
RIGHT = {"title": "A", "category": "mural", "citations": [{"source": SOURCES[0]}]}


def spot(*, is_placed: bool) -> dict[str, Any] | None:
    """Return a point, or none."""
    return {"type": "Point", "coordinates": [20.46, 44.81]} if is_placed else None


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[bool], dict[str, list[Any]]]:
    """Draw records by column, most of them right."""
    size = draw(st.integers(0, 6))
    names = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True))
    columns = {name: [value] * size for name, value in RIGHT.items()}
    for name in names:
        likely = st.just(RIGHT.get(name, VALUES[name][0]))
        rare = st.sampled_from([*VALUES[name], None])
        columns[name] = draw(
            st.lists(likely | likely | rare, min_size=size, max_size=size)
        )
    ids = draw(st.lists(st.just("a") | IDS, min_size=size, max_size=size))
    placed = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    return ids, placed, columns


@given(st.lists(tables(), min_size=1, max_size=3))
def test_what_is_surely_right_has_no_fault(
    made: list[tuple[list[str], list[bool], dict[str, list[Any]]]],
) -> None:
    """Neither an error nor a warning, also when answers are remembered."""
    column_check = ColumnCheck(VOCABULARY, REGISTER)
    for ids, placed, columns in made:
        sure = column_check.sure(ids, placed, columns)

        assert sure.shape == (len(ids),)
        for row, is_sure in enumerate(sure):
            held = {name: values[row] for name, values in columns.items()}
            feature = {
                "type": "Feature",
                "id": ids[row],
                "geometry": spot(is_placed=placed[row]),
                "properties": {n: v for n, v in held.items() if v is not None},
            }
            checked = check([feature], vocabulary=VOCABULARY, sources=REGISTER)
            # A record without a place is told of, and is none the worse.
            faults = [each for each in checked.faults if each.code != "unlocated"]
            assert not (is_sure and faults)


def test_sound_records_are_surely_right() -> None:
    """Among others that are not, and whatever those lack."""
    names = [*properties(), "killed"]
    records = [
        properties(citations=RIGHT["citations"], killed=3),
        properties(citations=RIGHT["citations"], title="wrote @some_handle there"),
        properties(citations=RIGHT["citations"], date=None, date_earliest=None),
    ]
    columns = {name: [each.get(name) for each in records] for name in names}
    columns["date_latest"][2] = None

    sure = ColumnCheck(VOCABULARY, SOURCES).sure(["a", "b", "c"], [True] * 3, columns)

    assert sure.tolist() == [True, False, True]


class Watched(dict[str, Any]):
    """Properties that remember which of them are read."""

    def __init__(self, held: dict[str, Any]) -> None:
        super().__init__(held)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - any JSON value
        """Remember a property that must be there."""
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - likewise
        """Remember one that may be there."""
        self.read.add(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        """Remember one that is asked after."""
        self.read.add(str(name))
        return super().__contains__(name)


@pytest.mark.parametrize("rule", [*RULES, *CAUTIONS], ids=lambda rule: rule[0].__name__)
@given(tables())
def test_a_rule_reads_what_the_book_says_it_reads(
    rule: Any,  # noqa: ANN401 - a rule
    made: tuple[list[str], list[bool], dict[str, list[Any]]],
) -> None:
    """And no other property, or what is known of columns would not hold."""
    _, placed, columns = made
    column_check = ColumnCheck(VOCABULARY, SOURCES)
    for row, is_placed in enumerate(placed):
        held = {name: values[row] for name, values in columns.items()}
        if not all(are_valid(name, [value]) for name, value in held.items()):
            continue  # no rule sees what the schema does not let through
        watched = Watched({n: v for n, v in held.items() if v is not None})
        case = column_check._case((), is_placed)._replace(properties=watched)

        [*rule.problems(case)]

        assert watched.read <= {*rule.reads}


def test_the_schema_says_nothing_of_several_properties_at_once() -> None:
    """Or asking it property by property would not be enough."""
    of_properties = json.loads(SCHEMA.read_text("utf-8"))["$defs"]["properties"]

    assert of_properties.keys() == {
        *("title", "description", "type", "required", "properties")
    }
