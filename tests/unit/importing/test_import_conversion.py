"""Records of others become incidents, each change told, nothing invented."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapely.geometry import Point

from tests.bringing import SAID, brought, written


def test_a_table_of_others_keeps_its_further_columns(tmp_path: Path) -> None:
    """A column without a property is a further property."""
    path = written(tmp_path, "a.csv", "Headline,lat,lng,weather\nx,44.8,20.4,rain\n")

    found = brought(path, mapped={"Headline": "title"})

    (incident,) = found.layer.incidents
    assert incident.title == "x"
    assert incident.extra == {"weather": "rain"}
    assert incident.id == "x"
    assert found.kept == ("weather",)
    assert incident.geometry == Point(20.4, 44.8)
    assert incident.updated == "2024-01-05"
    assert incident.citations[0].quote == "some words"


def test_one_coordinate_alone_is_a_column_like_any_other(tmp_path: Path) -> None:
    """Nothing is lost because of its name."""
    path = written(tmp_path, "a.csv", "title,long\nx,a long story\n")

    (incident,) = brought(path).layer.incidents

    assert incident.extra == {"long": "a long story"}


def test_columns_can_be_left_out_and_values_replaced(tmp_path: Path) -> None:
    """Another vocabulary than ours is said, not guessed."""
    path = written(
        tmp_path, "a.csv", "title,category,phone\nx,graffiti,+381641234567\n"
    )

    found = brought(path, drop={"phone"}, values={("category", "graffiti"): "mural"})

    (incident,) = found.layer.incidents
    assert incident.category == "mural"
    assert incident.extra == {}


def test_a_quote_is_the_first_words_of_the_title_where_none_is_mapped(
    tmp_path: Path,
) -> None:
    """At most twelve, as everywhere."""
    words = " ".join(f"w{number}" for number in range(20))
    path = written(tmp_path, "a.csv", f"title\n{words}\n")
    defaults = {name: text for name, text in SAID.items() if name != "quote"}

    (incident,) = brought(path, defaults=defaults).layer.incidents

    assert incident.citations[0].quote == " ".join(words.split()[:12])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a,44.8", "2 cells"),
        ("a,44.8,20.4,extra", "4 cells"),
        ('a,"44,810",20.4', "comma"),
        ("a,4_4,20.4", "not a number"),
        ("a,٤٤,20.4", "not a number"),
        ("a,44°61'N,20.4", "60 minutes"),
        ("a,44.8E,20.4", "N or S"),
        ("a,-44.8S,20.4", "N or S"),
        ("a,north,20.4", "not a number"),
        ("a,nan,20.4", "partner"),
        ("a,1e999,20.4", "finite"),
        ("a,0,0", "Gulf of Guinea"),
        ("a,95,20.4", "latitude"),
    ],
)
def test_a_wrong_row_is_refused_by_itself(
    row: str, reason: str, tmp_path: Path
) -> None:
    """The others are taken, and the line is named."""
    path = written(tmp_path, "a.csv", f"title,lat,lon\nok,44.8,20.4\n{row}\n")

    found = brought(path)

    assert found.verdict == "partial"
    assert [incident.title for incident in found.layer.incidents] == ["ok"]
    assert any(reason in str(fault) for fault in found.refused)


def test_one_id_twice_refuses_the_second(tmp_path: Path) -> None:
    """An id is never shared."""
    path = written(tmp_path, "a.csv", "id,title\nx,one\nx,two\nÜ B,three\n")

    found = brought(path)

    assert [incident.id for incident in found.layer.incidents] == ["x", "u-b"]
    assert any("earlier record" in fault.message for fault in found.refused)


def test_long_texts_are_cut_and_told(tmp_path: Path) -> None:
    """The model has room for 200 and 2000 characters."""
    path = written(tmp_path, "a.csv", f"title,summary\n{'t' * 300},{'s' * 5000}\n")

    found = brought(path)

    (incident,) = found.layer.incidents
    assert (len(incident.title), len(incident.summary)) == (200, 2000)
    assert {"title", "summary"} <= {fault.where for fault in found.changed}


def test_what_would_do_harm_is_not_taken(tmp_path: Path) -> None:
    """A telephone number in any column refuses the record."""
    path = written(tmp_path, "a.csv", "title,note\nok,\nbad,+381 64 123-45-67\n")

    found = brought(path)

    assert [incident.title for incident in found.layer.incidents] == ["ok"]


def test_a_file_that_lacks_what_only_people_know_is_incomplete(tmp_path: Path) -> None:
    """Nothing is invented for it."""
    path = written(tmp_path, "a.csv", "title,lat,lon\nx,1,2\n")

    found = brought(path, defaults={}, source="")

    assert found.verdict == "incomplete"
    assert found.layer.incidents == ()
    assert set(found.lacking) == {"category", "citations"}
