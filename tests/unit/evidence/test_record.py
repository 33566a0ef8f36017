"""A record: an incident with its words and the passages it rests on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from geo.evidence.archive import Archive
from geo.evidence.record import Record, read_record
from geo.model.incident import Citation, feature_of
from tests.builders import PAYLOADS, SOURCES, VOCABULARY, make_incident, poisoned

BEFORE = "It was a quiet night in the city."
QUOTED = "a wall was painted over"
PASSAGE = f"In the morning neighbours saw that {QUOTED}."
TEXT = f"{BEFORE}\n\n{PASSAGE}\n\nNobody knows by whom.\n"


def record_of(
    folder: Path,
    citation: Citation,
    text: str | None,
    *,
    whole_texts: bool = False,
    protected: bool = False,
) -> Record:
    """Return the record of an incident with one citation, and a copy if given."""
    archive = Archive(folder / "archive")
    if text is not None:
        copy = folder / "copy.txt"
        copy.write_text(text, encoding="utf-8")
        archive.add("daily", copy)
    extra = {"protected": True} if protected else {}
    feature = feature_of(make_incident(citations=(citation,), extra=extra))
    return read_record(
        feature,
        (20.46, 44.81),
        VOCABULARY,
        SOURCES,
        archive,
        whole_texts=whole_texts,
    )


def test_a_quote_found_is_shown_among_its_words(tmp_path: Path) -> None:
    """It is marked where it stands; the rest of the text stays in the archive."""
    (passage,) = record_of(tmp_path, Citation("daily", QUOTED), TEXT).passages

    assert passage.state == "exact"
    assert passage.marked == ("In the morning neighbours saw that ", QUOTED, ".")
    assert passage.before == passage.after == ()
    assert (passage.note, passage.around) == ("", "")


def test_whole_texts_bring_the_paragraphs_around_a_quote(tmp_path: Path) -> None:
    """Where a deployment chooses so: all of it, in order, and none of it twice."""
    far = "Far from it stood other words. " * 20
    text = f"{BEFORE}\n\n{far}{PASSAGE}\n\nNobody knows by whom.\n"

    (passage,) = record_of(
        tmp_path, Citation("daily", QUOTED), text, whole_texts=True
    ).passages

    assert passage.lead.startswith("… ")
    assert passage.before[0] == BEFORE
    assert (
        passage.before[1] + passage.lead.removeprefix("… ")
        == far + PASSAGE[: PASSAGE.index(QUOTED)]
    )
    assert passage.after == ("Nobody knows by whom.",)
    assert passage.around


def test_passages_of_a_protected_record_are_held_back(tmp_path: Path) -> None:
    """Even where whole texts are shown; a harmless quote stays, without its neighbours."""
    citation = Citation("daily", QUOTED, prefix="neighbours saw that")

    (passage,) = record_of(
        tmp_path, citation, TEXT, whole_texts=True, protected=True
    ).passages

    assert passage.state == "held back"
    assert passage.marked == ("“", QUOTED, "”")
    assert passage.note == "This passage is held back to protect somebody."
    assert passage.before == passage.after == ()
    assert "neighbours" not in json.dumps(passage.as_json())


@pytest.mark.parametrize("quote", ["by the flat they rented", "his son walks alone"])
@pytest.mark.parametrize("text", [TEXT, None])
def test_a_quote_that_leads_to_a_protected_home_or_child_is_held_back(
    tmp_path: Path, quote: str, text: str | None
) -> None:
    """From the link too; the source itself is still named."""
    (passage,) = record_of(
        tmp_path, Citation("daily", quote), text, protected=True
    ).passages

    assert passage.marked == ("", "", "")
    assert passage.url == "https://daily.example/article"
    assert quote.rsplit(maxsplit=1)[-1] not in json.dumps(passage.as_json())
    assert passage.publisher == "Daily"


def test_without_a_copy_there_is_the_quote_and_a_link(tmp_path: Path) -> None:
    """The link opens the source at the words."""
    (passage,) = record_of(tmp_path, Citation("daily", QUOTED), None).passages

    assert passage.state == "no copy"
    assert passage.words == ""
    assert passage.quote == QUOTED
    assert passage.url.startswith("https://daily.example/article#:~:text=")
    assert (passage.publisher, passage.published) == ("Daily", "5 January 2024")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Nothing of the kind was written.\n", "orphan"),
        (f"{PASSAGE}\n\n{PASSAGE}\n", "ambiguous"),
        ("A wall had been painted over, it was said.\n", "orphan"),
    ],
)
def test_a_quote_not_found_is_said_and_no_near_match_is_shown(
    tmp_path: Path, text: str, state: str
) -> None:
    """Never a passage that is not the one."""
    (passage,) = record_of(tmp_path, Citation("daily", QUOTED), text).passages

    assert passage.state == state
    assert passage.words == ""
    assert passage.before == passage.after == ()
    assert passage.note


def test_other_words_around_the_quote_are_no_match(tmp_path: Path) -> None:
    """Prefix and suffix must stand around it."""
    citation = Citation("daily", QUOTED, prefix="yesterday")

    (passage,) = record_of(tmp_path, citation, TEXT).passages

    assert passage.state == "changed"
    assert passage.words == ""


def test_an_altered_copy_shows_nothing(tmp_path: Path) -> None:
    """Evidence that somebody has touched is no evidence."""
    record_of(tmp_path, Citation("daily", QUOTED), TEXT)
    for path in (tmp_path / "archive").rglob("*"):
        if path.is_file() and QUOTED in path.read_text(encoding="utf-8"):
            path.chmod(0o644)
            path.write_text(TEXT.replace("quiet", "loud"), encoding="utf-8")

    (passage,) = record_of(tmp_path, Citation("daily", QUOTED), None).passages

    assert passage.state == "damaged copy"
    assert passage.words == ""
    assert "altered" in passage.note


@pytest.mark.parametrize(
    ("precision", "radius_m", "least", "most"),
    [
        ("venue", 50, 13, 18),
        ("city", 5_000, 9, 11),
        ("country", 200_000, 3, 7),
        (None, None, 3, 7),
    ],
)
def test_the_map_comes_no_closer_than_the_place_is_known(
    tmp_path: Path,
    precision: str | None,
    radius_m: float | None,
    least: int,
    most: int,
) -> None:
    """Street level is for what is known to the street."""
    feature = feature_of(make_incident(precision=precision, radius_m=radius_m))

    found = read_record(
        feature, None, VOCABULARY, SOURCES, Archive(tmp_path / "archive")
    )

    assert least <= found.zoom <= most
    assert (found.lon, found.lat) == (None, None)


def test_a_plan_is_shown_as_a_plan(tmp_path: Path) -> None:
    """Its status on the map is that it has not happened."""
    feature = feature_of(make_incident(kind="plan", place_role="target"))

    found = read_record(
        feature, None, VOCABULARY, SOURCES, Archive(tmp_path / "archive")
    )

    assert found.as_json()["status"] == "plan"


def test_a_map_is_told_how_close_a_record_may_be_marked(tmp_path: Path) -> None:
    """No closer than its place is known; nothing of one that has none."""
    city = feature_of(make_incident(precision="city", radius_m=20_000.0))
    nowhere = feature_of(
        make_incident(geometry=None, precision=None, radius_m=None, place="")
    )
    archive = Archive(tmp_path / "archive")

    told, unplaced = (
        read_record(feature, None, VOCABULARY, SOURCES, archive).as_json()
        for feature in (city, nowhere)
    )

    assert (told["precision"], told["radius_m"]) == ("city", 20_000.0)
    assert 1 <= told["zoom"] <= told["deepest"] < 12
    assert unplaced["deepest"] is None


@pytest.mark.parametrize("payload", PAYLOADS)
def test_texts_are_passed_on_as_they_are(tmp_path: Path, payload: str) -> None:
    """Escaping is the business of whoever draws them; JSON takes any text."""
    feature = feature_of(poisoned(payload))

    found = read_record(
        feature, None, VOCABULARY, SOURCES, Archive(tmp_path / "archive")
    ).as_json()

    again = json.loads(json.dumps(found))
    texts = {part["kind"]: part.get("text") for part in again["parts"]}
    assert again["title"] == texts["title"] == texts["text"] == payload
    assert texts["uncertain"] == f"Alleged by {payload}."
    passage = again["parts"][-1]
    assert passage["marked"][1] == payload
    assert passage["url"].startswith("https://daily.example/article")


def test_a_mark_stands_where_the_quote_does_whoever_counts_letters(
    tmp_path: Path,
) -> None:
    """A browser counts a letter beyond the first 65,536 as two: it gets pieces."""
    text = f"\N{FIRECRACKER}\N{FIRECRACKER} At night {QUOTED}, it was said.\n"
    (passage,) = record_of(tmp_path, Citation("daily", QUOTED), text).passages

    lead, quote, rest = passage.marked

    assert (lead[:2], quote) == ("\N{FIRECRACKER}\N{FIRECRACKER}", QUOTED)
    assert lead + quote + rest == text.strip()


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, ["kicker", "title", "claim", "fact", "fact", "text"]),
        (
            {"status": "alleged", "alleged_by": ("A",), "denied_by": ("B",)},
            ["kicker", "title", "uncertain", "denial", "fact", "fact", "text"],
        ),
        (
            {"kind": "series", "generalised": True},
            ["kicker", "title", "claim", "fact", "fact", "text", "note", "note"],
        ),
    ],
)
def test_claim_and_denial_come_first_and_nothing_empty_is_shown(
    tmp_path: Path, changes: dict[str, Any], kinds: list[str]
) -> None:
    """In an order that is the same wherever a record is laid out."""
    feature = feature_of(make_incident(**changes))
    archive = Archive(tmp_path / "archive")

    parts = read_record(feature, None, VOCABULARY, SOURCES, archive).as_json()["parts"]

    brief = [part["kind"] for part in parts if part["brief"]]
    assert brief == [*kinds, "note", "passage"]
    assert all(part["text"] for part in parts if part["kind"] != "passage")
    assert parts[-1]["credit"] == "Source: Daily, 5 January 2024 (opens at these words)"


def test_passages_stand_below_what_they_are_there_for(tmp_path: Path) -> None:
    """The claim's first, then the denial's; the others are not taken for the denial's."""
    cited = (
        Citation("daily", "more of it"),
        Citation("daily", "he denies it", supports=("denied_by",)),
        Citation("daily", "he says so", supports=("alleged_by",)),
    )
    changes = {"status": "alleged", "alleged_by": ("A",), "denied_by": ("B",)}
    feature = feature_of(make_incident(citations=cited, **changes))
    archive = Archive(tmp_path / "archive")

    parts = read_record(feature, None, VOCABULARY, SOURCES, archive).parts[-7:]

    assert [getattr(part, "text", "") or part.quote for part in parts] == [
        "The claim",
        "he says so",
        "The denial",
        "he denies it",
        "All of this rests on one source.",
        "Further passages",
        "more of it",
    ]


def test_a_citation_without_a_passage_says_so_and_links_to_its_record(
    tmp_path: Path,
) -> None:
    """The row's own address is where a reader finds it."""
    citation = Citation("daily", url="https://daily.example/posts/3")
    feature = feature_of(make_incident(citations=(citation,)))

    (passage,) = read_record(
        feature, None, VOCABULARY, SOURCES, Archive(tmp_path)
    ).passages

    assert passage.note == "No passage given."
    assert passage.marked == ("", "", "")
    assert passage.url == "https://daily.example/posts/3"
    assert passage.credit.endswith("5 January 2024")
