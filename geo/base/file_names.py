"""Names of files as strangers give them, made safe to write under."""

from __future__ import annotations

import re
from pathlib import Path, PureWindowsPath
from typing import Final

_LONGEST_BYTES: Final = 80
_UNSAFE: Final = re.compile(r"[^\w.() -]+")


def safe_name(name: str) -> str:
    """Return the name of a file so that it is one on any disk, and leads nowhere.

    Parameters
    ----------
    name
        As its owner calls it. Letters of any script, digits, spaces and the signs
        ``. - _ ( )`` stay; a folder before it does not.

    Examples
    --------
    >>> safe_name("../../Attacks: 2023?.csv")
    'Attacks 2023.csv'
    """
    last = PureWindowsPath(name).name
    path = Path(" ".join(_UNSAFE.sub(" ", last).split()).strip(". ") or "table")
    suffix = path.suffix.replace(" ", "")[:_LONGEST_BYTES]
    stem = path.stem.strip(". ") or "table"
    while len(f"{stem}{suffix}".encode()) > _LONGEST_BYTES and len(stem) > 1:
        stem = stem[:-1]
    return f"{stem}{suffix}"
