"""A file somebody gives, and how they say that it is to be read."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geo.base.errors import QueryError


@dataclass(frozen=True, slots=True)
class Opening:
    """How a file is to be read, where it does not say itself.

    Parameters
    ----------
    layer
        The layer or sheet, for files with several.
    encoding
        Of CSV and Shapefile texts.
    epsg
        The code of the coordinates' system, for files that do not tell theirs.
    mapped
        Properties by column, of which the coordinates are used here.
    """

    layer: str = ""
    encoding: str = "utf-8"
    epsg: int | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """A file to be read. Every reader takes one.

    Parameters
    ----------
    path
        Where it is.
    name
        What to call it in messages: a file unpacked from an archive lies elsewhere.
    opening
        How to read it.
    size_bytes
        Size of what was handed over: of the archive, if it was in one. What a file
        unpacks to is judged by it. 0 for that of the file itself.
    """

    path: Path
    name: str
    opening: Opening = field(default_factory=Opening)
    size_bytes: int = 0


def codec_of(encoding: str) -> str:
    """Return Python's name of an encoding of text.

    Raises
    ------
    QueryError
        If it is none.
    """
    try:
        info = codecs.lookup(encoding)
    except (LookupError, ValueError) as error:
        msg = f"{encoding!r} is not a known encoding, such as utf-8 or cp1251."
        raise QueryError("encoding", msg) from error
    if not getattr(info, "_is_text_encoding", True):
        raise QueryError("encoding", f"{encoding!r} is not an encoding of text.")
    return info.name
