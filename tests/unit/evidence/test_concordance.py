"""The concordance: a source's text with what the layer cites of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from geo.evidence.concordance import concordance
from geo.model.incident import Citation, Incident

TEXT = "One plain paragraph.\n\nThe bar was raided at night by four men.\n\nThe end."


def incident(name: str, quote: str, source: str = "paper") -> Incident:
    """Make an incident that cites one quote."""
    return Incident(
        id=name,
        title=name,
        summary=name,
        category="attack",
        kind="event",
        status="reported",
        citations=(Citation(source, quote),),
    )


def test_a_cited_passage_names_its_incident() -> None:
    """The words of the quote, and no others, carry the incident's id."""
    found = concordance(TEXT, "paper", [incident("raid", "bar was raided")])

    marked = [part for part in found.paragraphs[1].stretches if part.incidents]
    assert [(part.text, part.incidents) for part in marked] == [
        ("bar was raided", ("raid",))
    ]


def test_overlapping_passages_name_both_incidents() -> None:
    """Where two quotes share words, those words lead to both incidents."""
    two = [incident("a", "bar was raided"), incident("b", "raided at night")]
    found = concordance(TEXT, "paper", two)

    shared = [part for part in found.paragraphs[1].stretches if len(part.incidents) > 1]
    assert [part.text for part in shared] == ["raided"]
    assert found.paragraphs[1].incidents == ("a", "b")


def test_a_quote_that_is_not_there_is_missing_and_marks_nothing() -> None:
    """Near words are never marked instead."""
    found = concordance(TEXT, "paper", [incident("raid", "bar was robbed")])

    assert found.missing == ("raid",)
    assert not any(paragraph.incidents for paragraph in found.paragraphs)


def test_citations_of_other_sources_are_left_aside() -> None:
    """A source shows what is cited of itself only."""
    found = concordance(TEXT, "paper", [incident("x", "bar was raided", "other")])

    assert found.missing == ()
    assert not any(paragraph.incidents for paragraph in found.paragraphs)


def test_an_empty_text_has_no_paragraphs() -> None:
    """Nothing archived, nothing shown, everything missing."""
    found = concordance("", "paper", [incident("raid", "bar was raided")])

    assert found.paragraphs == ()
    assert found.missing == ("raid",)


@given(
    st.lists(st.sampled_from(["bar was", "was raided", "raided at night", "four men"]))
)
def test_the_stretches_joined_are_the_paragraph(quotes: list[str]) -> None:
    """However citations overlap, no letter is lost or doubled."""
    incidents = [incident(f"i{at}", quote) for at, quote in enumerate(quotes)]
    found = concordance(TEXT, "paper", incidents)

    texts = ["".join(p.text for p in part.stretches) for part in found.paragraphs]
    assert texts == TEXT.split("\n\n")
