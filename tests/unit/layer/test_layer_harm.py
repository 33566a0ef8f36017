"""Nothing is recorded that could harm people."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.layer import check, harm
from geo.model.vocabulary import Category, Vocabulary
from tests.unit.layer.samples import SOURCES, faults_of, feature, wheres


@pytest.mark.parametrize(
    "text",
    [
        "Call +381 64 123 45 67 now",
        "call +381641234567",
        "(+7) or +7 (916) 123-45-67",
        "phone 064/123-4567",
        "phone 011 123 4567",
        "8 (916) 123-45-67",
        "(212) 555-0123",
        "a car, BG 1234-AB, left",
        "a car NS-123-XY",
        "машина \u0410123\u0412\u0421 77",
        "see t.me/somechannel",
        "https://telegram.me/somechannel",
        "tg://resolve?domain=x",
        "wrote @some_handle there",
        "write to someone@example.org",
    ],
)
@pytest.mark.parametrize("name", ["summary", "location_note", "remarks"])
def test_what_could_harm_people_is_never_recorded(text: str, name: str) -> None:
    """Telephones, plates, channels, handles and addresses are refused, unrepeated."""
    (fault,) = faults_of(feature(**{name: text}))

    assert fault.where == name
    assert "never recorded" in fault.message
    assert text not in str(fault)


@pytest.mark.parametrize(
    "text",
    [
        "Between 2022-02-24 and 2022-03-18, or 24.02.2022.",
        "About 200,000 to 1 000 000 people, 10-15 at 5:30.",
        "The 2023/24 season; law no. 123/2019; 0.5 to 44.8178, 20.4569.",
        "A bar at 12 Some Street, 11000 Belgrade; the E75 road; MH17.",
        "https://example.org/2023/12/18/story-123456",
        "Paid 100 000 EUR in the AK-47 case; 555 people.",
        "Painted at t. me said; 3 @ 5 pm.",
        "At +44.812512, +20.456123 or +40.6892494-074.0445004/.",
        "Millbrook, AL 36054 US.",
        "Sun May 14 10:00:00 +0000 2023.",
        "https://archive.example/list@lists.example.org/msg1.html",
    ],
)
def test_ordinary_numbers_and_addresses_are_left_alone(text: str) -> None:
    """Dates, sums, streets and coordinates are no telephone numbers or plates."""
    assert not faults_of(feature(summary=text))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Call +381 64 123 45 67 now", "Call | now"),
        ("a car, BG 1234-AB, left", "a car, |, left"),
        ("see https://t.me/somechannel/12 (old)", "see | (old)"),
        ("wrote @some_handle, who", "wrote |, who"),
        ("to someone@mail.example.org; 064/123-4567", "to |; |"),
        ("nothing at all in 2022-02-24", "nothing at all in 2022-02-24"),
    ],
)
def test_what_could_harm_is_found_where_it_stands(text: str, left: str) -> None:
    """Links, addresses and handles as whole words."""
    for find in reversed(harm.harm_in(text)):
        text = f"{text[: find.start]}|{text[find.end :]}"
    assert text == left


@pytest.mark.parametrize(
    "changes",
    [
        {"place": "An apartment in Zemun"},
        {"place": "His home"},
        {"place_as_written": "квартира на окраине"},
        {"place_as_written": "u stanu"},
        {"location_note": "the flat they rented"},
    ],
)
@pytest.mark.parametrize("category", ["attack", "harassment"])
@pytest.mark.parametrize(("precision", "radius_m"), [("venue", 50), ("street", 200)])
def test_homes_of_people_attacked_are_not_placed_exactly(
    changes: dict[str, object], category: str, precision: str, radius_m: float
) -> None:
    """An attack at a dwelling is placed no finer than neighbourhood."""
    exact = {"category": category, "precision": precision, "radius_m": radius_m}
    coarse = {"category": category, "precision": "neighbourhood", "radius_m": 1500}

    assert wheres(feature(**changes, **exact)) == list(changes)
    assert not faults_of(feature(**changes, **coarse))


@pytest.mark.parametrize("against_people", [True, False, None])
def test_what_is_against_people_is_for_the_vocabulary_to_say(
    *, against_people: bool | None
) -> None:
    """No name of a category decides, and one that says nothing is on the safe side."""
    said = {} if against_people is None else {"against_people": against_people}
    category = Category("assault", "Assault", "It is.", "#0072b2", "circle", **said)
    one = feature(
        category="assault", place="Her apartment", precision="venue", radius_m=50
    )

    checked = check(
        [one], vocabulary=Vocabulary({"assault": category}), sources=SOURCES
    )

    errors = [fault.code for fault in checked.faults if fault.is_error]
    assert errors == ([] if against_people is False else ["dwelling"])


@given(st.text(st.sampled_from("0123456789+@()-/. \u00a0ABPTatmeg:.E"), max_size=24))
def test_no_text_that_is_read_once_holds_what_is_never_recorded(text: str) -> None:
    """The quick look finds all that the patterns find."""
    if any(pattern.search(text) for pattern, _ in harm._HARM):
        assert harm.is_suspect(text)
        assert harm.harm_in(text)


@pytest.mark.parametrize(
    "text",
    ["a" * 900_000, "+1" * 400_000, "@a" * 400_000, "AB1" * 300_000, "/a@b.c" * 99_000],
)
def test_a_huge_text_is_checked_in_one_pass(text: str) -> None:
    """Looking for telephones and the like stays linear in the text's length."""
    started_s = time.perf_counter()
    faults_of(feature(remarks=text))
    harm.harm_in(text)

    # No measure: with a pattern that goes back and forth it would be hours.
    assert time.perf_counter() - started_s < 120


@pytest.mark.parametrize(
    ("url", "is_harm"),
    [
        ("https://t.me/channel/12", False),
        ("https://x.example/@somebody/status/1234567890123", False),
        ("https://wa.me/381641234567", True),
        ("https://api.whatsapp.com/send?phone=381641234567", True),
        ("https://t.me/+381641234567", True),
    ],
)
def test_a_post_is_a_source_and_a_telephone_number_is_none(
    url: str, *, is_harm: bool
) -> None:
    """A channel as what is cited is evidence; a link that calls somebody is not."""
    one = feature(citations=[{"source": "paper-2023", "url": url}])

    assert bool(faults_of(one)) is is_harm


def test_a_point_of_unknown_exactness_may_be_the_very_door() -> None:
    """People's homes are not placed by a point of which nobody said how exact it is."""
    unknown = {"precision": None, "radius_m": None}

    assert wheres(feature(place="Her apartment", **unknown)) == ["place"]
    assert not faults_of(feature(None, place="Her apartment", **unknown))


@given(
    st.lists(
        st.text(st.sampled_from("0123456789+@()-/. \n\u00a0ABPTatme:.E")), max_size=5
    )
)
def test_a_look_at_all_texts_at_once_finds_what_a_look_at_each_does(
    texts: list[str],
) -> None:
    """Nothing slips through between two of them."""
    if harm.is_plain({"own": texts}):
        assert not any(
            pattern.search(text) for pattern, _ in harm._HARM for text in texts
        )
