"""An anchor is exact or says why not; a passage always contains its quote."""

from __future__ import annotations

import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from geo.base.errors import DataError, NotFoundError, QueryError
from geo.evidence.anchor import (
    STATE_LABELS,
    Anchor,
    AnchorState,
    excerpt,
    find,
    standing_there,
    text_fragment,
)
from geo.model.incident import Citation
from geo.model.text import folded, paragraphs
from tests.shared import ARTICLE

#: Few words, alike and within each other, so that texts repeat and mislead.
WORDS = st.sampled_from(
    ["the", "bar", "bars", "art", "party", "can", "can't", "pro-war", "war", "200"]
)
TOKENS = st.lists(WORDS, max_size=25)
GAPS = st.sampled_from([" ", "  ", "\n", "\n\n", "\r\n\r\n", "\u2009\u200b ", "\t"])
LETTERS = st.text("ab", min_size=1, max_size=4)


def cited(quote: str, prefix: str = "", suffix: str = "") -> Citation:
    """Return a citation of these words."""
    return Citation("paper-2024", quote, prefix, suffix)


def printed(tokens: list[str], data: st.DataObject) -> tuple[str, list[int]]:
    """Print words with any white space between; return where each begins."""
    text, begins = "", []
    for token in tokens:
        text += data.draw(GAPS) if text else ""
        begins.append(len(text))
        text += token
    return text, begins


def positions(part: list[str], tokens: list[str]) -> list[int]:
    """Return where a run of words stands among words."""
    size = len(part)
    return [
        index
        for index in range(len(tokens) - size + 1)
        if tokens[index : index + size] == part
    ]


def check_against_words(
    tokens: list[str],
    prefix: list[str],
    quote: list[str],
    suffix: list[str],
    data: st.DataObject,
) -> Anchor:
    """Find a quote in printed words and check the answer by counting words."""
    text, begins = printed(tokens, data)
    citation = cited(" ".join(quote), " ".join(prefix), " ".join(suffix))
    anchor = find(citation, text)
    alone = positions(quote, tokens)
    whole = positions(prefix + quote + suffix, tokens)
    assert anchor.occurrences == len(alone)
    assert anchor.shows_passage == (len(whole) == 1)
    if len(whole) == 1:
        assert anchor.state is AnchorState.EXACT
        assert anchor.start == begins[whole[0] + len(prefix)]
    elif not alone:
        assert anchor.state is AnchorState.ORPHAN
    elif len(alone) == 1:
        assert anchor.state is AnchorState.CHANGED
        assert anchor.start == begins[alone[0]]
    else:
        assert anchor.state is AnchorState.AMBIGUOUS
        assert anchor.start is None
    check_honest(anchor, citation, text)
    return anchor


def check_honest(anchor: Anchor, citation: Citation, text: str) -> None:
    """Check that what an anchor points to is its quote, and what is shown has it."""
    if anchor.start is None or anchor.end is None:
        assert anchor.end is None
        assert anchor.paragraph is None
        assert not anchor.shows_passage
        return
    assert anchor.words == text[anchor.start : anchor.end]
    assert folded(anchor.words).text == folded(citation.quote).text
    assert anchor.paragraph is not None
    paragraph = paragraphs(text)[anchor.paragraph]
    assert paragraph.start <= anchor.start < paragraph.end
    if anchor.shows_passage:
        shown = excerpt(anchor, text)
        start, end = shown.mark
        assert shown.paragraph[start:end] == anchor.words
        assert shown.paragraph in text


@given(TOKENS, st.data())
def test_a_quote_is_found_exactly_when_it_stands_once_in_its_place(
    tokens: list[str], data: st.DataObject
) -> None:
    """For any words cited from anywhere in any text, counting words agrees."""
    assume(tokens)
    first = data.draw(st.integers(0, len(tokens) - 1))
    last = data.draw(st.integers(first + 1, len(tokens)))
    before = data.draw(st.integers(0, first))
    after = data.draw(st.integers(last, len(tokens)))
    anchor = check_against_words(
        tokens, tokens[before:first], tokens[first:last], tokens[last:after], data
    )
    assert anchor.state in {AnchorState.EXACT, AnchorState.AMBIGUOUS}


@given(TOKENS, st.lists(WORDS, max_size=2), st.lists(WORDS, min_size=1), st.data())
def test_any_quote_in_any_text_is_judged_as_counting_words_does(
    tokens: list[str], prefix: list[str], quote: list[str], data: st.DataObject
) -> None:
    """Also words that were never in the text."""
    suffix = data.draw(st.lists(WORDS, max_size=2))
    check_against_words(tokens, prefix, quote[:3], suffix, data)


@given(st.lists(WORDS, min_size=3, max_size=20), st.data())
def test_editing_the_text_never_gives_a_passage_without_the_quote(
    tokens: list[str], data: st.DataObject
) -> None:
    """Inserting, deleting, duplicating and moving words: right or not at all."""
    middle = data.draw(st.integers(1, len(tokens) - 2))
    prefix, quote, suffix = (
        [tokens[middle - 1]],
        [tokens[middle]],
        [tokens[middle + 1]],
    )
    edited = list(tokens)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(edited)))
        end = data.draw(st.integers(start, len(edited)))
        piece, rest = edited[start:end], edited[:start] + edited[end:]
        target = data.draw(st.integers(0, len(rest)))
        edited = data.draw(
            st.sampled_from(
                [
                    rest,
                    rest[:target] + piece + rest[target:],
                    edited[:end] + piece + edited[end:],
                    [*edited[:start], "party", *edited[start:]],
                ]
            )
        )
    check_against_words(edited, prefix, quote, suffix, data)


@given(st.text(max_size=80), st.text(max_size=8), st.text(max_size=4))
@example("end…", "end.", "")
@example("ａ\u0301 b", "á", "")
@example("", "", "")
def test_no_text_and_no_quote_breaks_the_search(
    text: str, quote: str, prefix: str
) -> None:
    """Whatever the characters, an anchor points to its quote or nowhere."""
    citation = cited(quote, prefix)
    check_honest(find(citation, text), citation, text)


@given(LETTERS, st.text("ab -'\n", max_size=40))
def test_a_quote_never_stands_inside_a_longer_word(quote: str, text: str) -> None:
    """No letter touches a quote that was found."""
    anchor = find(cited(quote), text)
    if anchor.start is not None and anchor.end is not None:
        around = text[: anchor.start][-1:] + text[anchor.end :][:1]
        assert not any(map(str.isalnum, around))


PASSAGE = (
    'Title\n\nIt was said that «Élite 200 000» isn\'t far-right, "at all" - '
    "or so Vučić's office wrote... Then nothing.\n\nThe end."
)
VARIANTS = {
    '"': "“”„",
    "'": "’ʼ",
    "-": "–—",
    "«": "“",
    "»": "”",
    "...": "…",
}


@given(st.data())
def test_typographic_variants_of_a_text_are_still_found(data: st.DataObject) -> None:
    """Other quotes, dashes, spaces, soft hyphens and Unicode forms change nothing."""
    text = PASSAGE.replace("...", data.draw(st.sampled_from(["...", "…"])))
    text = unicodedata.normalize(data.draw(st.sampled_from(["NFC", "NFD"])), text)
    varied = ""
    for char in text:
        kept = char
        if char in VARIANTS and not (char == "-" and varied.endswith("r")):
            kept = data.draw(st.sampled_from(VARIANTS[char] + char))
        elif char == " ":
            kept = data.draw(st.sampled_from([" ", "\u00a0", " \u200b\n", "\u2003"]))
        varied += kept + data.draw(st.sampled_from(["", "", "", "\u00ad", "\u200b"]))
    citation = cited(
        "isn't far-right, “at all” — or so Vučić’s office wrote...",
        'said that "Élite 200 000"',
        "Then nothing",
    )
    anchor = find(citation, varied)
    assert anchor.state is AnchorState.EXACT
    check_honest(anchor, citation, varied)


@pytest.mark.parametrize(
    ("text", "citation", "state", "start"),
    [
        ("a bar, a bar", cited("bar", suffix=","), AnchorState.EXACT, 2),
        ("a bar, a bar", cited("bar"), AnchorState.AMBIGUOUS, None),
        ("a bar, a bar", cited("bar", "the"), AnchorState.AMBIGUOUS, None),
        ("a bar", cited("bar", "the"), AnchorState.CHANGED, 2),
        ("a bar", cited("bar", suffix="there"), AnchorState.CHANGED, 2),
        ("the bar", cited("bar", "he"), AnchorState.CHANGED, 4),
        ("the bar", cited("bar", "not the"), AnchorState.CHANGED, 4),
        ("the Bar", cited("bar"), AnchorState.ORPHAN, None),
        ("the b a r", cited("bar"), AnchorState.ORPHAN, None),
        ("the bar", cited("the big bar"), AnchorState.ORPHAN, None),
        ("the bar", cited(""), AnchorState.ORPHAN, None),
        ("the bar", cited(" \u200b"), AnchorState.ORPHAN, None),
        ("", cited("bar"), AnchorState.ORPHAN, None),
        ("bar bar bar", cited("bar bar"), AnchorState.AMBIGUOUS, None),
        ("they did. They didn't", cited("They did"), AnchorState.ORPHAN, None),
        ("“bar”", cited("bar", '"', '"'), AnchorState.EXACT, 1),
        ("one\n\ntwo", cited("one", suffix="two"), AnchorState.EXACT, 0),
    ],
)
def test_states_of_an_anchor(
    text: str, citation: Citation, state: AnchorState, start: int | None
) -> None:
    """Exact, changed, ambiguous and orphan, as each is defined."""
    anchor = find(citation, text)
    assert (anchor.state, anchor.start) == (state, start)


LINES = st.lists(
    st.sampled_from([f"This is line {word}." for word in "abcdefgh"]), unique=True
)
CITED = "He saw the bar there."


def joined(lines: list[str]) -> str:
    """Return lines as paragraphs."""
    return "\n\n".join(lines)


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        ("ab*cd", "ab*cd", AnchorState.EXACT),
        ("ab*cd", "xyab*cd", AnchorState.EXACT),
        ("ab*cd", "abxcyz*cdx", AnchorState.EXACT),
        ("ab*cd", "b*d", AnchorState.EXACT),
        ("ab*cd", "xy*zz", AnchorState.EXACT),
        ("ab*cd", "abcd*", AnchorState.MOVED),
        ("ab*cd", "*abcd", AnchorState.MOVED),
        ("ab*cd", "abc*d", AnchorState.MOVED),
        ("a*", "*a", AnchorState.MOVED),
        ("abcd*efgh", "efgh*abcd", AnchorState.MOVED),
        ("ab*cd", "dab*c", AnchorState.EXACT),
        ("abcd", "ab*cd", AnchorState.EXACT),
        ("a*b*", "*ab", AnchorState.EXACT),
        ("ab*cd", "a*b*cd", AnchorState.AMBIGUOUS),
        ("ab*cd", "abcd", AnchorState.ORPHAN),
    ],
)
def test_a_passage_between_other_paragraphs_has_moved(
    before: str, after: str, state: AnchorState
) -> None:
    """What is added or changed around it moves nothing; another place does."""
    texts = [
        joined([CITED if letter == "*" else f"Line {letter}." for letter in written])
        for written in (before, after)
    ]
    anchor = find(cited("the bar", "saw", "there"), texts[1], texts[0])
    assert anchor.state is state
    assert anchor.shows_passage == (state in {AnchorState.EXACT, AnchorState.MOVED})


@given(LINES, st.data())
def test_adding_paragraphs_moves_nothing(lines: list[str], data: st.DataObject) -> None:
    """However many new paragraphs are put anywhere, an exact quote stays exact."""
    lines.insert(data.draw(st.integers(0, len(lines))), CITED)
    grown = list(lines)
    for number in range(data.draw(st.integers(0, 5))):
        grown.insert(data.draw(st.integers(0, len(grown))), f"New line {number}.")
    anchor = find(cited("the bar"), joined(grown), joined(lines))
    assert anchor.state is AnchorState.EXACT


@given(LINES, st.data())
def test_carrying_a_paragraph_elsewhere_moves_its_quote(
    lines: list[str], data: st.DataObject
) -> None:
    """Among the same other paragraphs, exactly another position is another place."""
    was = data.draw(st.integers(0, len(lines)))
    now = data.draw(st.integers(0, len(lines)))
    before, after = list(lines), list(lines)
    before.insert(was, CITED)
    after.insert(now, CITED)
    anchor = find(cited("the bar"), joined(after), joined(before))
    assert (anchor.state is AnchorState.MOVED) == (was != now)
    check_honest(anchor, cited("the bar"), joined(after))


@given(st.lists(WORDS, max_size=20), st.lists(WORDS, max_size=20), st.data())
def test_a_reference_never_makes_a_passage_of_a_wrong_place(
    before: list[str], after: list[str], data: st.DataObject
) -> None:
    """Whatever the reference, only exact becomes moved, and the place is the same."""
    text, _ = printed(after, data)
    reference, _ = printed(before, data)
    citation = cited(data.draw(WORDS), data.draw(st.sampled_from(["", "the"])))
    alone = find(citation, text)
    anchor = find(citation, text, reference)
    if anchor.state is AnchorState.MOVED:
        assert alone.state is AnchorState.EXACT
    else:
        assert anchor.state is alone.state
    assert (anchor.start, anchor.end) == (alone.start, alone.end)
    check_honest(anchor, citation, text)


def test_what_stands_in_place_of_a_lost_passage_is_found() -> None:
    """Between the same neighbours; nothing where nothing stands there."""
    before = joined(["One.", CITED, "Two.", "Three."])
    anchor = find(cited("the bar"), before)
    after = joined(["Zero.", "One.", "He saw a pub there.", "And more.", "Two."])
    assert standing_there(anchor, before, after) == "He saw a pub there.\n\nAnd more."
    assert standing_there(anchor, before, joined(["One.", "Two."])) == ""
    assert standing_there(anchor, before, "") == ""
    assert standing_there(Anchor(AnchorState.ORPHAN), before, after) == ""


def test_every_state_has_words_for_readers() -> None:
    """No state is shown by its code name."""
    assert set(STATE_LABELS) == set(AnchorState)


def test_an_excerpt_has_the_paragraph_the_mark_and_the_neighbours() -> None:
    """The reader sees the whole paragraph, the quote in it, and what is around."""
    text = "One.\n\nTwo.\n\nHe said “no‑one” here.\nAnd left.\n\nFour.\n\nFive."
    anchor = find(cited('"no-one"'), text)
    shown = excerpt(anchor, text)
    assert shown.before == ["Two."]
    assert shown.paragraph == "He said “no‑one” here.\nAnd left."
    assert shown.paragraph[slice(*shown.mark)] == "“no‑one”"
    assert shown.after == ["Four."]
    assert anchor.paragraph == 2
    alone = excerpt(anchor, text, context=0)
    assert (alone.before, alone.after) == ([], [])
    wide = excerpt(anchor, text, context=9)
    assert (wide.before, wide.after) == (["One.", "Two."], ["Four.", "Five."])


def test_a_quote_over_two_paragraphs_shows_both() -> None:
    """The excerpt holds the whole quote."""
    text = "Title.\n\nIt ends\n\nand begins again.\n\nLast."
    anchor = find(cited("ends and begins"), text)
    shown = excerpt(anchor, text)
    assert shown.paragraph == "It ends\n\nand begins again."
    assert shown.paragraph[slice(*shown.mark)] == "ends\n\nand begins"
    assert (shown.before, shown.after) == (["Title."], ["Last."])


@pytest.mark.parametrize(
    "citation", [cited("bar"), cited("here", "not"), cited("nowhere")]
)
def test_a_doubtful_anchor_shows_no_passage(citation: Citation) -> None:
    """Changed, ambiguous and orphan quotes show nothing."""
    text = "a bar, a bar here"
    anchor = find(citation, text)
    assert not anchor.shows_passage
    with pytest.raises(NotFoundError, match="no passage to show"):
        excerpt(anchor, text)


def test_an_anchor_of_another_version_shows_nothing() -> None:
    """A passage is never cut out of a text the quote was not found in."""
    anchor = find(cited("bar"), "the bar here")
    with pytest.raises(NotFoundError, match="another version"):
        excerpt(anchor, "in the bar here")


def test_negative_context_is_refused() -> None:
    """The number of neighbours is checked."""
    with pytest.raises(QueryError, match="context"):
        excerpt(find(cited("bar"), "bar"), "bar", context=-1)


def test_a_text_fragment_names_prefix_quote_and_suffix() -> None:
    """The directive is percent-encoded, its own marks within the words included."""
    citation = cited("right-wing, bars & co", "“the", "—\n100% so")
    assert text_fragment("https://example.org/a?b=c", citation) == (
        "https://example.org/a?b=c#:~:text=%E2%80%9Cthe-,"
        "right%2Dwing%2C%20bars%20%26%20co,-%E2%80%94%20100%25%20so"
    )


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/", "https://example.org/#:~:text=bar"),
        ("https://example.org/#part", "https://example.org/#part:~:text=bar"),
        ("https://example.org/#", "https://example.org/#:~:text=bar"),
        ("https://example.org/#:~:text=old", "https://example.org/#:~:text=bar"),
        ("https://example.org/#p:~:text=old", "https://example.org/#p:~:text=bar"),
    ],
)
def test_a_text_fragment_keeps_the_fragment_that_is_there(url: str, link: str) -> None:
    """An anchor of the page stays; an older directive goes."""
    assert text_fragment(url, cited("bar")) == link


def test_a_text_fragment_without_a_quote_is_the_address() -> None:
    """A prefix alone is no directive."""
    assert text_fragment("https://example.org/", cited(" ", "a")) == (
        "https://example.org/"
    )


@given(st.text(max_size=30), st.text(max_size=10), st.text(max_size=10))
def test_a_text_fragment_leads_back_to_its_words(
    quote: str, prefix: str, suffix: str
) -> None:
    """Whatever the words, the parts can be told apart and decoded again."""
    url = text_fragment("https://example.org/", cited(quote, prefix, suffix))
    assert url.isascii()
    words = [" ".join(part.split()) for part in (prefix, quote, suffix)]
    if not words[1]:
        return
    parts = url.partition(":~:text=")[2].split(",")
    decoded = {"prefix": "", "quote": "", "suffix": ""}
    for part in parts:
        name = "quote"
        if part.endswith("-"):
            name = "prefix"
        elif part.startswith("-"):
            name = "suffix"
        decoded[name] = unquote(part.strip("-"))
    assert list(decoded.values()) == words


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "/a"])
def test_only_web_addresses_become_links(url: str) -> None:
    """Anything else is refused, naming the source."""
    with pytest.raises(DataError, match=r"paper-2024\.url"):
        text_fragment(url, cited("bar"))


def test_a_phrase_of_the_article_is_found_as_printed() -> None:
    """Straight quotes in the citation find the article's curly ones."""
    if not ARTICLE.is_file():
        pytest.skip(f"needs the article's own copy at {ARTICLE}")
    text = ARTICLE.read_text(encoding="utf-8")
    anchor = find(cited("another hornets' nest", suffix=", caught"), text)
    assert anchor.state is AnchorState.EXACT
    assert anchor.words == "another hornets’ nest"
