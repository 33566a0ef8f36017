"""Rows that are no records are left out, counted and said."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.importing.hxl import role_of_hashtag
from geo.importing.left_out import LeftOut, leave_out
from geo.importing.mapping import TableMapping

HEAD = ("title", "text", "date", "lat", "lon")
RECORD = ("Fire at the mill", "Two sheds burnt", "2020-01-01", "44.8", "20.4")
CELLS = st.one_of(st.none(), st.sampled_from(["", " ", "Total", "title", "7", "x y"]))


def table(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Make a table of rows."""
    return pd.DataFrame(list(rows), columns=HEAD, dtype=object)


def codes(left: LeftOut) -> dict[str, tuple[int, ...]]:
    """Return the rows that are left out by what is said of them."""
    return {remark.code: remark.rows for remark in left.remarks}


def test_blank_rows_are_left_out() -> None:
    """Also those of spaces."""
    left = leave_out(
        table(RECORD, (None,) * 5, (" ", "", None, "\t", ""), RECORD), TableMapping()
    )

    assert codes(left) == {"left_out.blank": (1, 2)}
    assert list(left.kept) == [0, 3]


def test_a_head_that_comes_again_is_left_out() -> None:
    """Tables that were pasted together have several."""
    left = leave_out(table(RECORD, HEAD, RECORD), TableMapping())

    assert codes(left) == {"left_out.head": (1,)}


def test_hashtags_are_left_out_and_kept_as_evidence() -> None:
    """They say what columns are."""
    tags = ("#event", "#description", "#date+start", "#geo+lat", "#geo+lon")
    left = leave_out(table(tags, RECORD), TableMapping())

    assert codes(left) == {"left_out.hxl": (0,)}
    assert "HXL hashtags" in left.remarks[0].message
    assert left.hashtags == dict(zip(HEAD, tags, strict=True))


def test_hashtags_of_other_kinds_are_records() -> None:
    """A post may consist of nothing else."""
    left = leave_out(
        table(("#noflood", None, None, None, None), RECORD), TableMapping()
    )

    assert codes(left) == {}


def test_a_hashtag_says_no_more_than_it_does() -> None:
    """The line that says most of it counts, and attributes may be added."""
    assert role_of_hashtag("#date +end +approx") == "date.end"
    assert role_of_hashtag("#ADM1+name+fr") == "place.region"
    assert role_of_hashtag("#adm1+code+v_pcode") == "own"
    assert role_of_hashtag("#unheardof+of") is None


def test_totals_are_left_out_in_several_languages() -> None:
    """A word for a total, and beside it only numbers."""
    for word in ("Total", "TOTAL:", "Итого", "Ukupno", "Gesamt", "Toplam", "المجموع"):
        left = leave_out(
            table(RECORD, RECORD, (word, "2", None, None, None)), TableMapping()
        )

        assert codes(left) == {"left_out.total": (2,)}, word
        assert "total" in left.remarks[0].message


def test_a_total_may_stand_in_the_column_of_dates() -> None:
    """Where that is the first; a word is no date."""
    mapping = TableMapping(columns={"date": "date", "lat": "lat"})
    total = (None, None, "Total", None, "7")

    left = leave_out(table(RECORD, RECORD, total), mapping)

    assert codes(left) == {"left_out.total": (2,)}


def test_lines_and_totals_of_a_padded_table_are_left_out() -> None:
    """As plain text draws them, with spaces in the empty cells."""
    line = ("-----", ":----", "----:", "=====", "-----")
    total = ("Total   ", "        ", "      ", "   ", "   7")

    left = leave_out(table(line, RECORD, RECORD, line, total), TableMapping())

    assert codes(left) == {"left_out.line": (0, 3), "left_out.total": (4,)}
    assert "2 rows are a line drawn between others" in left.remarks[0].message


def test_signs_among_words_are_no_line() -> None:
    """Nor is a dash that says that something is not known."""
    dashes = ("Fire - at the mill", "---", "-", "-", "-")

    assert codes(leave_out(table(RECORD, dashes), TableMapping())) == {}


def test_what_is_called_total_and_has_a_date_is_a_record() -> None:
    """There is a company of that name."""
    mapping = TableMapping(columns={"date": "date", "lat": "lat"})
    row = ("Total", None, "2020-01-01", None, None)

    assert codes(leave_out(table(RECORD, row, RECORD), mapping)) == {}


def test_notes_below_the_table_are_left_out() -> None:
    """After blank rows, or by what they say."""
    left = leave_out(
        table(
            RECORD,
            RECORD,
            (None,) * 5,
            ("Compiled by hand", None, None, None, None),
            ("Source: the fire brigade", None, None, None, None),
        ),
        TableMapping(),
    )

    assert codes(left) == {"left_out.blank": (2,), "left_out.note": (3, 4)}


def test_a_last_record_with_a_title_alone_stays() -> None:
    """Little is needed of a record."""
    left = leave_out(
        table(RECORD, RECORD, ("Fire at the depot", None, None, None, None)),
        TableMapping(),
    )

    assert codes(left) == {}


def test_a_geometry_makes_a_record_of_a_blank_row() -> None:
    """Somebody has put a marker there."""
    left = leave_out(table((None,) * 5, RECORD), TableMapping(), placed=[True, True])

    assert list(left.kept) == [0, 1]


def test_rows_are_numbered_as_in_the_file() -> None:
    """The index says how."""
    frame = table(RECORD, (None,) * 5, RECORD).set_axis([10, 11, 12])

    left = leave_out(frame, TableMapping())

    assert codes(left) == {"left_out.blank": (11,)}
    assert list(left.kept) == [10, 12]


def test_typed_cells_are_looked_at_as_they_are() -> None:
    """Parquet and GeoJSON have numbers, truths, lists and mappings."""
    frame = pd.DataFrame(
        {
            "n": [1.5, float("nan"), 3.0],
            "b": pd.array([True, None, False], dtype="boolean"),
            "l": [[1], None, []],
            "d": [{"a": 1}, {}, None],
            "t": pd.to_datetime(["2020-01-01", None, "2020-01-03"]),
        }
    )

    assert codes(leave_out(frame, TableMapping())) == {"left_out.blank": (1,)}


def test_an_empty_table_has_nothing_to_leave_out() -> None:
    """Neither rows nor columns are needed."""
    assert leave_out(table(), TableMapping()).remarks == ()
    assert leave_out(pd.DataFrame(), TableMapping()).remarks == ()


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.tuples(*[CELLS] * 5), max_size=12))
def test_every_row_is_a_record_or_said(rows: list[tuple[Any, ...]]) -> None:
    """No row is lost, none is counted twice."""
    left = leave_out(table(*rows), TableMapping())

    said = [row for remark in left.remarks for row in remark.rows]
    assert sorted([*left.kept, *said]) == list(range(len(rows)))
