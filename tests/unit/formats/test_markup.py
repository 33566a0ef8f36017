"""Markup is taken off a text, and none of its words."""

from __future__ import annotations

import pytest

from geo.formats.markup import plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (" plain ", "plain"),
        ("Wall &amp; gate&nbsp;3", "Wall & gate\xa03"),
        ("<p>One</p><p>two<br>three</p>", "One\ntwo\nthree"),
        ("a < b, <b>c</b>", "a < b, c"),
        ("<style>p {}</style>a<script>alert(1)</script>", "a"),
        (
            'see <a href="https://example.org/a?b=1&amp;c=2">them</a>.',
            "see them (https://example.org/a?b=1&c=2).",
        ),
        (
            '<a href="https://example.org">https://example.org</a>',
            "https://example.org",
        ),
        ("<b>never closed", "never closed"),
    ],
)
def test_markup_becomes_the_words_that_a_reader_would_see(
    markup: str, text: str
) -> None:
    """With the addresses behind links, which may be sources."""
    assert plain_text(markup) == text
