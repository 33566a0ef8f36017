"""Sources from the rows: each site, channel or name that a table cites, once.

An address names its site, of which the register has one entry however many pages of it
are cited; the address itself stays with the record. A channel or a handle on a network
is a source of its own. Nothing is a source that the file does not name: where a row
names none, the table itself is what its record stands on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
import pandas as pd

from geo.base.characters import printable
from geo.importing.cells import cut, is_blank, line_of, rows_where, says_nothing
from geo.importing.mapping import TableMapping
from geo.importing.names import split_names
from geo.importing.remarks import Remark
from geo.model.ids import slug
from geo.model.sources import Source, is_web_address

ROLES: Final = ("source", "source.url", "source.name")
NOT_STATED: Final = "Publisher not stated"
_LONGEST_ID: Final = 80
_LONGEST_TITLE: Final = 200
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_BARE: Final = re.compile(
    r"(?:[a-z0-9-]+\.)+(?:com|org|net|info|me|rs|ru|ua|de|fr|es|uk|tr|io|gov|edu|int)"
    r"(?:/[^\s<>\"']*)?",
    re.IGNORECASE,
)
_HANDLE: Final = re.compile(r"@[A-Za-z0-9_.]{2,40}")
#: Networks on which the first part of the path names who speaks.
_NETWORKS: Final[Mapping[str, str]] = {
    "t.me": "Telegram",
    "telegram.me": "Telegram",
    "twitter.com": "Twitter",
    "x.com": "X",
    "facebook.com": "Facebook",
    "instagram.com": "Instagram",
    "vk.com": "VK",
    "ok.ru": "OK",
    "tiktok.com": "TikTok",
    "youtube.com": "YouTube",
}
#: First parts of a network's path that name nobody.
_NOBODY: Final = frozenset(
    {"watch", "status", "i", "story.php", "photo", "reel", "p", "groups", "s", "embed"}
    | {"share", "permalink.php", "posts", "hashtag", "search", "c", "video", "wall"}
)
#: Members of an object in a cell that hold an address, or a name.
_ADDRESS_MEMBERS: Final = ("url", "path", "href", "link", "src")
_NAME_MEMBERS: Final = ("name", "title", "publisher", "id", "description")
_CLOSING: Final = ".,;:!?)]}'\"»"


@dataclass(frozen=True, slots=True)
class RowSources:
    """What the records of a table stand on.

    Parameters
    ----------
    citations
        For each record a list of ``{"source", "url"}``, the address where there is
        one.
    new
        Sources that the register has not yet, by id.
    remarks
        What is to be said.
    """

    citations: pd.Series[Any]
    new: Mapping[str, Source]
    remarks: list[Remark]


@dataclass(slots=True)
class _Register:
    """Finds sources by what they are called, and makes those that there are not."""

    known: Mapping[str, Source]
    new: dict[str, Source] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for source in self.known.values():
            for key in (source.title, source.publisher, source.url and _site(source.url)):
                if key:
                    self.by_key.setdefault(_key(key), source.id)

    def of(self, title: str, *, publisher: str, url: str | None = None) -> str:
        """Return the id of the source of that title."""
        key = _key(title)
        if key not in self.by_key:
            base = slug(title, _LONGEST_ID) or "source"
            free, number = base, 2
            while free in self.known or free in self.new:
                free, number = f"{base}-{number}", number + 1
            self.new[free] = Source(free, title, publisher, url=url)
            self.by_key[key] = free
        return self.by_key[key]


def cite_rows(
    frame: pd.DataFrame,
    mapping: TableMapping,
    register: Mapping[str, Source],
    *,
    file_name: str,
) -> RowSources:
    """Return what each record cites.

    Parameters
    ----------
    frame
        The table; index is the record's number.
    mapping
        Which columns name sources, and what rows without any stand on.
    register
        The sources that there are.
    file_name
        Of the table, which is the source of rows that name none.
    """
    columns = [
        (column, role) for column, role in mapping.columns.items() if role in ROLES
    ]
    book = _Register(register)
    cells = [frame[column].to_numpy(dtype=object, na_value=None) for column, _ in columns]
    names = {
        column: split_names(frame[column]).to_numpy(dtype=object)
        for column, role in columns
        if role == "source.name"
    }
    kept: dict[Any, tuple[tuple[str, str], ...]] = {}
    citations = np.empty(len(frame), dtype=object)
    missing = np.zeros(len(frame), dtype=bool)
    for row in range(len(frame)):
        pairs: dict[tuple[str, str], None] = {}
        row_names = [name for each in names.values() for name in each[row]]
        for number, (_, role) in enumerate(columns):
            if role == "source.name":
                continue
            cell = cells[number][row]
            # A name stands beside the row's one address, or for itself.
            publisher = row_names[0] if len(row_names) == 1 else ""
            key = (role, _hashable(cell), publisher)
            if key not in kept:
                kept[key] = tuple(_named(cell, publisher, book))
            pairs |= dict.fromkeys(kept[key])
        if not any(url for _, url in pairs) or len(row_names) > 1:
            for name in row_names:
                key = ("name", name, "")
                if key not in kept:
                    kept[key] = ((_named_source(name, book), ""),)
                pairs |= dict.fromkeys(kept[key])
        missing[row] = not pairs
        citations[row] = list(pairs)
    series = pd.Series(citations, index=frame.index, dtype=object)
    remarks = _cite_table(series, missing, mapping, book, file_name)
    shared: dict[tuple[str, str], dict[str, str]] = {}
    written = [[_citation(pair, shared) for pair in pairs] for pairs in series]
    series = pd.Series(written, index=frame.index, dtype=object)
    if book.new:
        titles = [source.title for source in book.new.values()]
        message = f"{len(titles)} new sources are in the register: {', '.join(titles[:5])}"
        message += "." if len(titles) <= 5 else ", ..."  # noqa: PLR2004 - shown
        remedy = "Say more of each in sources.json: who published it, when, in which language."
        remarks.append(Remark("source.new", message, (), tuple(titles[:3]), remedy))
    return RowSources(series, book.new, remarks)


def _citation(
    pair: tuple[str, str], shared: dict[tuple[str, str], dict[str, str]]
) -> dict[str, str]:
    """Return a citation; those without an address of their own are one object."""
    source, url = pair
    if url:
        return {"source": source, "url": url}
    return shared.setdefault(pair, {"source": source})


def _cite_table(
    series: pd.Series[Any],
    missing: np.ndarray[Any, np.dtype[np.bool_]],
    mapping: TableMapping,
    book: _Register,
    file_name: str,
) -> list[Remark]:
    """Let rows that name no source stand on the table, and say so."""
    if not missing.any():
        return []
    source = mapping.source
    if source not in book.known:
        title = cut(line_of(source or file_name), _LONGEST_TITLE) or "Imported table"
        source = book.of(title, publisher=title if mapping.source else NOT_STATED)
    for row in np.flatnonzero(missing):
        series.iloc[row] = [(source, "")]
    if mapping.source:
        return []
    rows = rows_where(pd.Series(missing, index=series.index))
    message = (
        f"named no source, so they stand on the table itself, which is {source!r} in the "
        "register."
    )
    remedy = "Say whose table it is in sources.json, or name another with --source."
    return [Remark("source.table", message, rows, (), remedy)]


def _named(cell: object, publisher: str, book: _Register) -> Iterator[tuple[str, str]]:
    """Go through the sources that a cell names: id and address."""
    if is_blank(cell):
        return
    if isinstance(cell, dict):
        address = next((str(cell[name]) for name in _ADDRESS_MEMBERS if cell.get(name)), "")
        name = next((str(cell[name]) for name in _NAME_MEMBERS if cell.get(name)), "")
        if is_web_address(address):
            yield _address_source(address, publisher or name, book), address
        elif name or address:
            yield _named_source(name or address, book), ""
        return
    if isinstance(cell, list | tuple):
        for part in cell:
            yield from _named(part, publisher, book)
        return
    text = printable(str(cell))
    rest = text
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(_CLOSING)
        # Two addresses that a comma joins are two.
        for each in re.split(r"[,;](?=https?://)", address):
            full = each if "://" in each else f"https://{each}"
            if is_web_address(full):
                yield _address_source(full, publisher, book), full
        rest = rest.replace(match[0], "\n")
    for piece in re.split(r"[;\n|]+", rest):
        name = line_of(piece).strip(" ,.-")
        if not name or says_nothing(name):
            continue
        if _BARE.fullmatch(name):
            full = f"https://{name}"
            yield _address_source(full, publisher, book), full
        elif all(map(_HANDLE.fullmatch, re.split(r"[,\s]+", name))):
            for handle in re.split(r"[,\s]+", name):
                yield book.of(handle, publisher=handle), ""
        else:
            yield _named_source(name, book), ""


def _named_source(name: str, book: _Register) -> str:
    title = cut(line_of(name), _LONGEST_TITLE)
    return book.of(title, publisher=title)


def _address_source(address: str, publisher: str, book: _Register) -> str:
    """Return the source of an address: its site, or the channel it names."""
    site = _site(address)
    title = publisher or site
    network = _NETWORKS.get(site.partition("/")[0])
    if publisher:
        return book.of(cut(line_of(title), _LONGEST_TITLE), publisher=title)
    if network and "/" in site:
        return book.of(site, publisher=network, url=f"https://{site}")
    return book.of(site, publisher=site, url=f"https://{site}")


def _site(address: str) -> str:
    """Return the host of an address, with the channel's name on a network."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host not in _NETWORKS:
        return host
    steps = [step for step in parts.path.split("/") if step]
    if host in {"t.me", "telegram.me"} and steps[:1] == ["s"]:
        steps = steps[1:]
    if not steps or steps[0].lower() in _NOBODY:
        return host
    return f"{host}/{steps[0]}"


def _key(title: str) -> str:
    return line_of(title).casefold()


def _hashable(cell: object) -> object:
    return repr(cell) if isinstance(cell, list | dict | tuple) else cell
