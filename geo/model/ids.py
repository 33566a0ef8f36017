"""Ids of incidents: names that can stand in an address as they are."""

from __future__ import annotations

import re
from typing import Final

from anyascii import anyascii

LONGEST_ID: Final = 100
#: Characters that addresses do not escape (RFC 3986, section 2.3), but for the tilde,
#: which some programs do. Marks stand between letters: neither "..", nor a hidden file.
_ID: Final = re.compile(r"[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*", re.ASCII)
_APART: Final = re.compile(r"[^a-z0-9]+")


def is_incident_id(text: str) -> bool:
    """Tell whether *text* may be the id of an incident.

    Letters and digits of ASCII, underscores, and points and hyphens between these, at
    most 100 characters. Slugs are such ids; so are most that others give: "SOM123".
    """
    return len(text) <= LONGEST_ID and _ID.fullmatch(text) is not None


def slug(text: str, most: int = 80) -> str:
    """Return a text of any script as a slug of at most *most* characters.

    Empty where it has neither letters nor digits.
    """
    return _APART.sub("-", anyascii(text).lower())[:most].strip("-")
