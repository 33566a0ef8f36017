"""Sources come from the rows, and none is made up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.importing.mapping import TableMapping
from geo.importing.sources import RowSources, TableFacts, cite_rows
from geo.model.sources import Source, Sources, is_slug
from tests.bringing import brought, written
from tests.shared import SHARED

TABLE = TableFacts("my table.csv")
GLC = SHARED / "datasets" / "nasa_glc.csv"


def cited(*cells: object, register: dict[str, Source] | None = None) -> RowSources:
    """Return what the rows of a column of sources cite."""
    frame = pd.DataFrame({"Source": pd.Series(list(cells), dtype=object)})
    mapping = TableMapping(columns={"Source": "source"})
    return cite_rows(frame, mapping, register or {}, table=TABLE)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("https://www.a.org/x", [("a-org", "https://www.a.org/x")]),
        ("www.a.org/x", [("a-org", "https://www.a.org/x")]),
        (
            "https://a.org/1,https://b.org/2?q=1,2; https://c.org",
            [
                ("a-org", "https://a.org/1"),
                ("b-org", "https://b.org/2?q=1,2"),
                ("c-org", "https://c.org"),
            ],
        ),
        (
            "https://a.org/1\nhttps://a.org/2",
            [("a-org", "https://a.org/1"), ("a-org", "https://a.org/2")],
        ),
        ("https://t.me/chan/12", [("chan-telegram", "https://t.me/chan/12")]),
        ("t.me/s/chan/12", [("chan-telegram", "https://t.me/s/chan/12")]),
        (
            "https://x.com/paper/status/1",
            [("paper-twitter", "https://x.com/paper/status/1")],
        ),
        ("https://vk.com/wall-1_2", [("vk-com", "https://vk.com/wall-1_2")]),
        ("@some_agency", [("some-agency", None)]),
        ("A Wire", [("a-wire", None)]),
        ("A Wire: https://b.org/1.", [("a-wire", "https://b.org/1")]),
        ("see https://b.org/1 (old)", [("b-org", "https://b.org/1"), ("old", None)]),
        ("A Wire; The Paper", [("a-wire", None), ("the-paper", None)]),
        ("Department of Health, Ohio", [("department-of-health-ohio", None)]),
        ("[A Wire](https://b.org/1)", [("a-wire", "https://b.org/1")]),
        ('<a href="https://b.org/1">A Wire</a>', [("a-wire", "https://b.org/1")]),
        ([{"path": "https://b.org/1"}], [("b-org", "https://b.org/1")]),
        ('[{"path": "https://b.org/1"}]', [("b-org", "https://b.org/1")]),
        ({"name": "A Wire", "url": "https://b.org"}, [("a-wire", "https://b.org")]),
        ("n/a", [("my-table-table", None)]),
        (None, [("my-table-table", None)]),
        ("javascript:alert(1)", [("javascript-alert-1", None)]),
    ],
)
def test_a_cell_names_its_sources(
    cell: object, expected: list[tuple[str, str | None]]
) -> None:
    """Addresses, channels and names, one or several, as people write them."""
    (citations,) = cited(cell).citations

    assert [(one["source"], one.get("url")) for one in citations] == expected


def test_commas_part_names_that_stand_alone_elsewhere() -> None:
    """The column tells whether a comma belongs to a name."""
    rows = cited("A Wire, The Paper", "A Wire", "Ministry of Health, Ohio")

    assert [one["source"] for one in rows.citations[0]] == ["a-wire", "the-paper"]
    assert len(rows.citations[2]) == 1


def test_many_links_of_one_site_are_one_entry() -> None:
    """The address of each row stays with its citation."""
    rows = cited(*(f"https://www.a.org/{n}" for n in range(500)))

    assert list(rows.new) == ["a-org"]
    assert rows.new["a-org"].publisher == "a.org"
    assert rows.citations[499] == [{"source": "a-org", "url": "https://www.a.org/499"}]


def test_a_name_and_an_address_in_one_row_belong_together() -> None:
    """The name is the publisher; where names and addresses are as many, one each."""
    frame = pd.DataFrame(
        {
            "n": ["The Times", None, "A; B", "X"],
            "u": ["http://t.uk/1", "http://t.uk/2", "http://a.org http://b.org", None],
        },
        dtype=object,
    )
    mapping = TableMapping(columns={"n": "source.name", "u": "source.url"})

    rows = cite_rows(frame, mapping, {}, table=TABLE)

    assert list(rows.citations) == [
        [{"source": "the-times", "url": "http://t.uk/1"}],
        [{"source": "t-uk", "url": "http://t.uk/2"}],
        [
            {"source": "a", "url": "http://a.org"},
            {"source": "b", "url": "http://b.org"},
        ],
        [{"source": "x"}],
    ]


def test_rows_without_any_cite_the_table_and_ask_whose_it_is() -> None:
    """Nobody else is named, whatever the register has."""
    meduza = Source("meduza", "An article", "Meduza", url="https://meduza.example/1")

    rows = cited(None, "", register={"meduza": meduza})

    assert list(rows.new) == ["my-table-table"]
    assert rows.new["my-table-table"].title == "my table.csv"
    (remark,) = rows.remarks
    assert remark.code == "source.table"
    assert remark.message.endswith("?")
    assert remark.rows == (0, 1)


def test_the_source_that_the_mapping_says_stands_for_rows_without_any() -> None:
    """It has to be in the register."""
    frame = pd.DataFrame({"a": ["x"]}, dtype=object)
    register = {"wire": Source("wire", "A Wire", "A Wire")}

    rows = cite_rows(frame, TableMapping(source="wire"), register, table=TABLE)
    lost = cite_rows(frame, TableMapping(source="gone"), register, table=TABLE)

    assert list(rows.citations) == [[{"source": "wire"}]]
    assert not rows.new
    assert "'gone' is not in the register" in lost.remarks[0].message


def test_a_source_of_the_register_is_found_again() -> None:
    """By its address or its title; an article is not its whole site."""
    register = {"one": Source("one", "A Wire", "P", url="https://a.org/article")}

    rows = cited("https://a.org/article", "a wire", "https://a.org/", register=register)

    assert [row[0]["source"] for row in rows.citations] == ["one", "one", "a-org"]


def test_what_people_changed_of_an_entry_is_found_again() -> None:
    """A title may be mended, since the publisher says which entry it is."""
    first = cited("https://a.org/1", None)
    changed = {
        id_: replace(source, title=f"Mended {id_}") for id_, source in first.new.items()
    }

    again = cited("https://a.org/1", None, register=changed)

    assert not again.new
    assert list(again.citations) == list(first.citations)


@given(st.lists(st.text(max_size=30) | st.none(), max_size=20))
def test_every_row_cites_something_and_twice_adds_nothing(
    cells: list[str | None],
) -> None:
    """Whatever stands in the cells."""
    first = cited(*cells)
    again = cited(*cells, register=first.new)

    assert all(map(len, first.citations))
    assert not again.new
    assert list(again.citations) == list(first.citations)
    for id_, source in first.new.items():
        assert is_slug(id_)
        assert source.title.strip()
    assert Sources(first.new).as_json()


def test_the_landslides_have_their_papers() -> None:
    """A real table of nine thousand links."""
    if not GLC.exists():
        pytest.skip("shared/datasets is not on this machine")
    frame = pd.read_csv(GLC, encoding="cp1252", dtype=object)
    columns = {"source_name": "source.name", "source_link": "source.url"}

    rows = cite_rows(frame, TableMapping(columns=columns), {}, table=TABLE)

    assert len(rows.new) < len(frame) / 2
    assert rows.new["the-times"].publisher == "The Times"
    assert min(map(len, rows.citations)) == 1


def test_words_of_the_source_are_quoted(tmp_path: Path) -> None:
    """Where one source is named and they are few; others are kept, or held back."""
    path = written(
        tmp_path,
        "a.csv",
        "Title,Source,Link,Quote\n"
        'Drone,ERR,https://err.example/1,"“fell into the harbour”"\n'
        f"Fire,ERR,https://err.example/2,{' '.join(['word'] * 13)}\n"
        'Raid,"ERR, BBC",https://err.example/3,a raid\n'
        "March,ERR,,call +381 64 123 45 67 now\n"
        "Rally,,,they rallied\n",
    )

    layer = brought(path)

    cited = [each.citations[0].quote for each in layer.incidents]
    assert cited == ["fell into the harbour", "", "", "", ""]
    kept = [each.extra.get("Quote_own") for each in layer.incidents]
    assert kept == [None, " ".join(["word"] * 13), "a raid", None, "they rallied"]
    assert {"quote.kept", "withheld.telephone"} <= {each.code for each in layer.remarks}


def test_a_name_and_its_link_are_one_source(tmp_path: Path) -> None:
    """Of two that are independent a map would speak otherwise."""
    path = written(
        tmp_path,
        "a.csv",
        "Title,Status,Source,Link\nDrone,corroborated,ERR,https://err.example/1\n"
        "Fire,reported,LSM,https://lsm.example/2\nRaid,reported,BBC,\n",
    )

    layer = brought(path)

    cited = [
        [(one.source, one.url) for one in each.citations] for each in layer.incidents
    ]
    assert cited == [
        [("err", "https://err.example/1")],
        [("lsm", "https://lsm.example/2")],
        [("bbc", "")],
    ]
    assert layer.incidents[0].status == "reported"
