"""Text of data in the places where Streamlit reads Markdown: labels, warnings, lists.

Whole blocks of text are for ``st.text``, ``st.code`` or ``st.html`` with markupsafe.
"""

from __future__ import annotations

import re
from typing import Final

_SPACE: Final = re.compile(r"[ \t\r\n\f\v]+")
#: What a backslash takes the meaning from (CommonMark 2.4), and GFM's and Streamlit's
#: marks: ~, |, $ and the [ of directives.
_MARK: Final = re.compile(r"[\\`*_{}\[\]()<>#+.!|~$&^=-]")
#: What Streamlit looks for after the Markdown has been read, where no backslash helps:
#: addresses, :emoji: and :material/icons:, and arrows such as -> and >=.
_LATE: Final = re.compile(
    r"[:@]|(?<=www)\.|[<>~=-](?=[<>~=-])|(?<=[<>~=-])[<>~=-]", re.IGNORECASE
)


def verbatim(text: str) -> str:
    r"""Return a text so that Streamlit's Markdown shows it as it is.

    What a backslash cannot save stands in a directive that changes nothing
    (``:color[...]`` without a colour, which is a plain ``<span>``): there it is found
    by none of those who look for it in the text around.

    Parameters
    ----------
    text
        Any text. Runs of white space become one space, as in HTML; an empty text
        stays empty.

    Examples
    --------
    >>> verbatim("a *b* :red[c]")
    'a \\*b\\* :color[:]red\\[c\\]'
    """
    shown, end = [], 0
    plain = _SPACE.sub(" ", text).strip()
    for late in _LATE.finditer(plain):
        shown += [_escaped(plain[end : late.start()]), f":color[{_escaped(late[0])}]"]
        end = late.end()
    return "".join([*shown, _escaped(plain[end:])])


def _escaped(text: str) -> str:
    return _MARK.sub(r"\\\g<0>", text)
