"""What the limits of a Shapefile change: names of ten letters, texts of 254 bytes.

``LIMITS.txt`` in the archive says so to people, and names own fields in full to whoever
reads the archive again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo.formats.gdal import SHORT_NAMES
from geo.model.fields import Field, fields

if TYPE_CHECKING:
    from geo.formats.selection import Selection

LIMITS_FILE: Final = "LIMITS.txt"
#: Bytes of a text.
MOST_BYTES: Final = 254
_MOST_NAME: Final = 10
_NAMES_FOLLOW: Final = "Shortened names of columns:"
_NAME_LINE: Final = re.compile(r"  ([a-z0-9_]{1,10}): (.+)")


def short_names(own: Sequence[Field]) -> dict[str, str]:
    """Return the names of columns that have longer ones, by these.

    Parameters
    ----------
    own
        Columns of own fields. One whose name does not fit gets its first ASCII letters
        with a number; each name is used once, whatever its case.
    """
    names = dict(SHORT_NAMES)
    used = {names.get(field.name, field.name).lower() for field in fields()}
    for field in own:
        short = field.name
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,9}", short) or (
            short.lower() in used
        ):
            stem = re.sub(r"[^a-z0-9_]+", "", short.lower())[: _MOST_NAME - 3] or "own"
            number = 1
            while (short := f"{stem}_{number}") in used:
                number += 1
            names[field.name] = short
        used.add(short.lower())
    return names


def read_short_names(path: Path) -> dict[str, str]:
    """Return the whole names of own fields by their short ones.

    Parameters
    ----------
    path
        :data:`LIMITS_FILE`; one that is missing, or is another's, names none.
    """
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8", errors="replace")
    _, head, rest = text.partition(f"{_NAMES_FOLLOW}\n")
    names: dict[str, str] = {}
    for line in rest.splitlines() if head else ():
        match = _NAME_LINE.fullmatch(line)
        if match is None:
            break
        if SHORT_NAMES.get(match[2]) != match[1]:
            names[match[1]] = match[2]
    return names


def limits_text(selection: Selection, cuts: Sequence[str]) -> str:
    """Return what the limits of the format changed, in full.

    Parameters
    ----------
    selection
        What the files hold.
    cuts
        Each text that was shortened or left out, in words.
    """
    shortened_names = short_names(selection.own)
    names = [f"  {short}: {name}" for name, short in shortened_names.items()]
    cut = [f"  {line}" for line in cuts] or ["  none"]
    return "\n".join(
        [
            "What the limits of the Shapefile format changed in these files",
            "",
            f"{selection.about.rows} incidents, layer {selection.about.layer_version}.",
            "GeoPackage has none of these limits.",
            "",
            "Layers: one type of geometry each; incidents without a place are in",
            "  incidents_unplaced.dbf; row_no keeps the order of them all.",
            "Dates: date is text (EDTF). date_first, date_last and updated are days;",
            "  a file of this kind cannot tell an open end from an unknown one.",
            "Truth values may be shown as T and F, or 1 and 0. Empty and unknown texts",
            "  look alike. Heights are left out.",
            "",
            _NAMES_FOLLOW,
            *names,
            "",
            f"Texts longer than {MOST_BYTES} bytes, cut and ended by an ellipsis:",
            *cut,
            "",
        ]
    )
