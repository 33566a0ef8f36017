"""References: four forms, written by their libraries, and read back the same."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
import rispy
from citeproc import CitationStylesStyle
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string

from geo.base.errors import NotFoundError, QueryError
from geo.evidence.citing import (
    FORMAT_LABELS,
    STYLE,
    CitationFormat,
    cite_record,
    cite_source,
)
from geo.model.incident import Citation, Incident
from geo.model.sources import Source, Sources

URL = "https://example.org/a_b?c=1&d=2"
SOURCE = Source(
    id="paper-2024",
    title="Косово & “peace” {now}: 100% #1_a ~ ^ $5 \\alpha",
    publisher="Дом & Co",
    language="en",
    published=date(2024, 5, 1),
    url=URL,
    licence="unknown",
    authors=("Ana van Petrović", "Reuters"),
)
BARE = Source("bare", "A title", "A paper", "en", None, None, "unknown")
INCIDENT = Incident(
    id="mural",
    title="A mural\nwas painted over",
    summary="A summary",
    category="mural",
    kind="event",
    status="alleged",
    date="2024-04",
    place="Belgrade",
    alleged_by=("A. Witness",),
    denied_by=("The Party",),
    citations=(
        Citation(SOURCE.id, "painted over, twice", "was", "at"),
        Citation(SOURCE.id, "denied it all"),
        Citation(BARE.id, "a wall"),
    ),
    updated="2024-06-02",
)
SOURCES = Sources({SOURCE.id: SOURCE, BARE.id: BARE})


def bibtex(text: str) -> dict[str, Any]:
    """Read BibTeX back, its LaTeX turned into the letters it prints."""
    entries = parse_string(text, "bibtex").entries
    return {
        key: {name: unlatex(value) for name, value in entry.fields.items()}
        | {"author": [unlatex(str(one)) for one in entry.persons.get("author", [])]}
        for key, entry in entries.items()
    }


def unlatex(text: str) -> str:
    """Return the letters that LaTeX prints for these commands."""
    named = {
        "textbackslash": "\\",
        "textbraceleft": "{",
        "textbraceright": "}",
        "textasciitilde": "~",
        "textasciicircum": "^",
    }
    pattern = r"\\(?:(text[a-z]+)\{\}|([&%$#_]))|[{}]"
    return re.sub(
        pattern, lambda found: named[found[1]] if found[1] else found[2] or "", text
    )


def test_the_style_is_valid_csl() -> None:
    """The style shipped with the library passes the schema of CSL 1.0."""
    assert CitationStylesStyle(str(STYLE), validate=True).root is not None


def test_every_form_has_a_label() -> None:
    """What a menu offers is what can be written."""
    assert set(FORMAT_LABELS) == set(CitationFormat)


def test_a_source_as_text_names_author_title_publisher_day_and_link() -> None:
    """Everything a reader needs to find it stands in one line."""
    text = cite_source(SOURCE, "text")
    assert text.startswith("Ana van Petrović and Reuters. ")
    assert "100% #1_a ~ ^ $5 \\alpha" in text
    assert "Дом & Co, 1 May 2024" in text
    assert text.endswith(f"{URL}\n")
    assert text.count("\n") == 1


def test_a_source_without_author_day_or_link_says_only_what_is_known() -> None:
    """Nothing stands in for what is missing, but that the date is."""
    assert cite_source(BARE, "text") == "‘A title’. A paper, no date\n"
    (item,) = json.loads(cite_source(BARE, "csl-json"))
    assert set(item) == {"id", "type", "title", "container-title", "language"}
    entry = bibtex(cite_source(BARE, "bibtex"))["bare"]
    assert set(entry) == {"title", "howpublished", "language", "author"}
    (reference,) = rispy.loads(cite_source(BARE, "ris"))
    assert "urls" not in reference
    assert "year" not in reference


def test_csl_json_parts_names_and_keeps_the_day() -> None:
    """A family name is found with its particle; one word is not parted."""
    (item,) = json.loads(cite_source(SOURCE, "csl-json"))
    assert item["author"] == [
        {"family": "Petrović", "given": "Ana", "non-dropping-particle": "van"},
        {"literal": "Reuters"},
    ]
    assert item["issued"] == {"date-parts": [[2024, 5, 1]]}
    assert item["URL"] == URL


def test_bibtex_reads_back_the_same() -> None:
    """Cyrillic, braces, marks of LaTeX and the address come back as they were."""
    written = cite_source(SOURCE, "bibtex")
    entry = bibtex(written)[SOURCE.id]
    assert entry["title"] == SOURCE.title
    assert entry["howpublished"] == SOURCE.publisher
    assert entry["author"] == ["van Petrović, Ana", "Reuters"]
    assert (entry["year"], entry["month"], entry["day"]) == ("2024", "may", "1")
    assert URL in written


def test_ris_reads_back_the_same() -> None:
    """Each value comes back whole, and no number stands before a reference."""
    written = cite_source(SOURCE, "ris")
    (reference,) = rispy.loads(written)
    assert written.startswith("TY  - NEWS")
    assert reference["title"] == SOURCE.title
    assert reference["authors"] == ["van Petrović, Ana", "Reuters"]
    assert reference["date"] == "2024/05/01"
    assert reference["urls"] == [URL]


@given(
    st.text(
        st.characters(min_codepoint=32, max_codepoint=0x4FF, exclude_categories=["C"]),
        min_size=1,
        max_size=60,
    ).filter(lambda text: text.strip())
)
def test_any_title_survives_bibtex_and_ris(title: str) -> None:
    """Whatever is printed in a title, it is one value on one line."""
    source = Source("x", title, "P", "en", None, None, "unknown")
    one_line = " ".join(title.split())
    (entry,) = parse_string(cite_source(source, "bibtex"), "bibtex").entries.values()
    assert set(entry.fields) == {"title", "howpublished", "language"}
    (reference,) = rispy.loads(cite_source(source, "ris"))
    assert reference["title"] == one_line


def test_a_newline_in_a_title_cannot_begin_another_field() -> None:
    """A title that tries to end the reference stays a title."""
    evil = Source("x", "A\nER  - \nTY  - BOOK", "P", "en", None, None, "unknown")
    assert len(rispy.loads(cite_source(evil, "ris"))) == 1


def test_a_record_leads_to_each_passage_and_says_who_denies() -> None:
    """The denial stands in the reference, and every passage has its link or quote."""
    link = "https://map.example/?incident=mural"
    text = cite_record(INCIDENT, SOURCES, "text", collection="Map", link=link)
    record, source, bare = text.splitlines()
    assert "Alleged by A. Witness. Denied by The Party" in record
    assert record.endswith(link)
    assert "“painted over, twice”" in source
    assert "“denied it all” (https://example.org" in source
    assert source.endswith(f"{URL}#:~:text=was-,painted%20over%2C%20twice,-at")
    assert "“a wall”" in bare
    assert "http" not in bare


@pytest.mark.parametrize("form", list(CitationFormat))
def test_a_record_named_like_its_source_is_not_lost(form: str) -> None:
    """The record and its sources are entries of their own in every form."""
    alike = Incident(
        id=SOURCE.id,
        title="A record",
        summary="",
        category="mural",
        kind="plan",
        status="reported",
        citations=(Citation(SOURCE.id, "words"),),
    )
    written = cite_record(alike, SOURCES, form, collection="Map")
    assert "A record" in written
    assert "Дом" in written
    assert "Planned or feared, not known to have happened" in written


def test_an_unknown_form_or_source_is_refused() -> None:
    """The message names the forms there are."""
    with pytest.raises(QueryError, match="bibtex"):
        cite_source(BARE, "endnote")
    with pytest.raises(NotFoundError, match="paper-2024"):
        cite_record(INCIDENT, Sources({}), "text", collection="Map")
