"""Excerpts: a few lines around a quote, cut between words and before what may harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.evidence.concordance import CitedParagraph, Stretch
from geo.evidence.excerpts import around, endangers, shortened

QUOTE = "the wall was painted over"
LONG = "Many more words of no use stand here. " * 30


def shown(paragraph: str, quote: str = QUOTE) -> tuple[str, str]:
    """Return what is shown before and after a quote."""
    start = paragraph.index(quote)
    beside = around(paragraph, start, start + len(quote))
    return beside.lead, beside.rest


def test_a_short_paragraph_is_shown_whole() -> None:
    """Nothing is cut off, so there is no ellipsis."""
    assert shown(f"At night {QUOTE}, they said.") == ("At night ", ", they said.")


def test_a_quote_stands_in_the_middle_of_its_excerpt() -> None:
    """A long paragraph is cut on both sides, between words."""
    lead, rest = shown(f"{LONG}{QUOTE}. {LONG}")

    assert lead.startswith("… ")
    assert rest.endswith(" …")
    assert abs(len(lead) - len(rest)) < 20
    assert 250 < len(lead) + len(QUOTE) + len(rest) < 320
    assert set(lead.split()[1:]) | set(rest.split()[1:-1]) <= {*LONG.split()}


def test_what_one_side_does_not_need_is_the_others() -> None:
    """At the end of a paragraph more is shown of what comes before."""
    lead, rest = shown(f"{LONG}{QUOTE}.")

    assert rest == "."
    assert len(lead) > 200


@pytest.mark.parametrize(
    "telling",
    [
        "He lives in a flat nearby.",
        "His daughter walks there alone.",
        "Он живёт в квартире рядом.",
        "Call +381 64 123 4567 for more.",
    ],
)
def test_the_sentence_that_tells_of_a_home_or_a_child_is_left_out(telling: str) -> None:
    """Whole, on either side; what stands between it and the quote is shown."""
    lead, rest = shown(f"First. {telling} Then {QUOTE}. Calm. {telling} Last.")

    assert lead == "… Then "
    assert rest == ". Calm. …"


def test_of_a_sentence_that_tells_too_much_only_the_quote_is_left() -> None:
    """The words next to it are of the same sentence."""
    lead, rest = shown(f"Beside the flat he rents {QUOTE} and his son saw it.")

    assert (lead, rest) == ("… ", " …")


@given(
    st.text("ab .\n", max_size=800),
    st.text("xy", min_size=1, max_size=400),
    st.text("ab .\n", max_size=800),
)
def test_nothing_is_lost_between_what_is_shown_and_what_is_cut_off(
    lead: str, quote: str, rest: str
) -> None:
    """The pieces are the paragraph again, but for ellipses and the spaces at a cut."""
    beside = around(lead + quote + rest, len(lead), len(lead) + len(quote))

    pieces = (beside.before, beside.lead, quote, beside.rest, beside.after)
    joined = "".join("".join(pieces).replace("…", "").split())
    assert joined == "".join((lead + quote + rest).split())
    assert bool(beside.before) == beside.lead.startswith("…")
    assert bool(beside.after) == beside.rest.endswith("…")


def test_a_cited_paragraph_keeps_its_marks_and_what_is_near() -> None:
    """Before, between and after them; what nobody cites is left out."""
    paragraph = CitedParagraph(
        (
            Stretch(LONG, ()),
            Stretch(QUOTE, ("one",)),
            Stretch(" and then ", ()),
            Stretch("they left", ("two",)),
            Stretch(f". {LONG}", ()),
        )
    )

    texts = [stretch.text for stretch in shortened(paragraph).stretches]

    assert texts[0].startswith("… ")
    assert texts[1:4] == [QUOTE, " and then ", "they left"]
    assert texts[4].endswith(" …")
    assert sum(map(len, texts)) < 400
    assert shortened(CitedParagraph((Stretch(LONG, ()),))).stretches == ()


def test_what_only_a_protected_incident_cites_is_left_out() -> None:
    """What another one cites as well stays, under its name alone."""
    paragraph = CitedParagraph(
        (
            Stretch("Then ", ()),
            Stretch("he went that way", ("hidden",)),
            Stretch(" and ", ()),
            Stretch("was seen", ("hidden", "open")),
        )
    )

    kept = shortened(paragraph, {"hidden"}).stretches

    assert [one.text for one in kept] == ["Then ", " … ", " and ", "was seen"]
    assert [one.incidents for one in kept] == [(), (), (), ("open",)]
    assert shortened(paragraph, {"hidden", "open"}).stretches == ()


def test_homes_children_and_numbers_endanger() -> None:
    """And most words do not."""
    assert endangers("near the dormitory")
    assert endangers("дети играли")
    assert not endangers("near the parliament, in season")
