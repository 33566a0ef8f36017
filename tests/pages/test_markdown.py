"""Texts of data as Streamlit's Markdown is to be given them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui.markdown import verbatim


@pytest.mark.parametrize(
    "text",
    ["", "Mural or graffiti", "'murals' is not one of attack, plot; or 2", "“é”"],
)
def test_plain_words_stay_as_they_are(text: str) -> None:
    """Nothing is added where nothing could be read as a mark."""
    assert verbatim(text) == text


@given(st.text())
def test_nothing_is_lost_or_added(text: str) -> None:
    """Without the marks that it was given, the text is there again."""
    shown = re.sub(r":color\[(\\?.)\]", r"\1", verbatim(text))
    plain = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown)

    assert plain == re.sub(r"[ \t\r\n\f\v]+", " ", text).strip()


@given(st.text(alphabet=":[]()<>*_`$~|\\.-= wa/@#"))
def test_no_mark_stands_for_itself(text: str) -> None:
    """Each is behind a backslash, and no colon stands where an emoji is looked for."""
    shown = re.sub(r":color\[\\?.\]", "", verbatim(text))

    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]()<>#|~$]", shown)
    assert ":" not in shown
    assert "@" not in shown
