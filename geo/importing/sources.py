"""Sources from the rows of a table: what each record cites, and new register entries.

There is one entry for each site, channel or name, and the address of each row stays with
its citation: a table of nine thousand links gives the register as many entries as it has
publishers. Rows that name no source cite the one that the mapping says, or the table
itself. No source is made up: each entry is an address or a name of the file, or the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pandas as pd

from geo.importing.cells import (
    cut,
    line_of,
    map_distinct,
    names_nothing,
    rows_where,
)
from geo.importing.mapping import TableMapping
from geo.importing.names import split_names
from geo.importing.packed import PackedValues
from geo.importing.references import (
    LONGEST_NAME,
    Reference,
    channel_of,
    host_of,
    is_network,
    references_in,
)
from geo.importing.remarks import Remark
from geo.layer.claims import MOST_QUOTE_WORDS
from geo.layer.harm import harm_in
from geo.model.ids import slug
from geo.model.sources import Source, is_slug, is_web_address
from geo.model.text import count_words

_SHOWN: Final = 3
#: The part of an address that is the same on all pages of a site.
_SITE: Final = re.compile(r"https?://[A-Za-z0-9.\-]+(?=[/?#]|$)")
_LONGEST_ID: Final = 80
_MIXED, _URL, _NAME = "source", "source.url", "source.name"


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What is known of a table as a whole.

    Parameters
    ----------
    file
        The file's name, without its folder.
    title
        What the table calls itself; may be empty.
    """

    file: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class RowSources:
    """What the records of a table rest on.

    Parameters
    ----------
    citations
        For each record a list of ``{"source": id, "url": address}``, at least one;
        ``url`` only where the row has an address. In the order of the rows.
    new
        Entries that the register needs, by id.
    remarks
        What is to be said.
    unquoted
        Rows whose words of the source are in no citation.
    """

    citations: PackedValues
    new: dict[str, Source]
    remarks: list[Remark]
    unquoted: pd.Series[bool]


def cite_rows(
    frame: pd.DataFrame,
    mapping: TableMapping,
    register: Mapping[str, Source],
    *,
    table: TableFacts,
) -> RowSources:
    """Find what each row of a table rests on.

    Parameters
    ----------
    frame
        The table; the index is the number of the record in the file.
    mapping
        Its roles ``source``, ``source.url`` and ``source.name`` say which columns.
    register
        The sources that there are. They are found again by the address, by the title,
        and by site or name of entries that an earlier import has made.
    table
        The source of rows that name none.

    Returns
    -------
    RowSources
        A table without rows gives no citation and no entry.
    """
    entries = _Entries(register)
    references = _row_references(frame, mapping)
    named = pd.Series([*map(bool, references)], index=references.index, dtype=bool)
    standing = ""
    remarks: list[Remark] = []
    if not named.all():
        standing, remark = _standing(mapping, register, entries, table, ~named)
        remarks.append(remark)
    quotes = _quotes(frame, mapping)
    citations = PackedValues.of(
        _quoting(entries.citations(row), quote) or [{"source": standing}]
        for row, quote in zip(references, quotes, strict=True)
    )
    is_cited = references.map(len) == 1
    fits = map_distinct(quotes, _may_be_quoted).astype(bool)
    unquoted = (quotes != "") & ~(is_cited & fits)
    if unquoted.any():
        remarks.append(_unquoted_remark(rows_where(unquoted)))
    if made := [source.title for id_, source in entries.new.items() if id_ != standing]:
        message = (
            f"{len(made)} {'source was' if len(made) == 1 else 'sources were'} added to "
            "the register, as the rows name them."
        )
        remedy = "Titles, languages and licences can be added in sources.json."
        remarks.append(Remark("source.new", message, (), tuple(made[:_SHOWN]), remedy))
    return RowSources(citations, entries.new, remarks, unquoted)


def _quotes(frame: pd.DataFrame, mapping: TableMapping) -> pd.Series[Any]:
    """Return the words of the source that each row has; empty for none."""
    column = mapping.column_of("quote")
    if column is None:
        return pd.Series([""] * len(frame), index=frame.index, dtype=object)
    return map_distinct(frame[column], _quote)


def _quote(cell: object) -> str:
    text = line_of(cell).strip('"“”„«»\u201f')
    return "" if names_nothing(text) or not count_words(text) else text


def _quoting(citations: list[dict[str, str]], quote: str) -> list[dict[str, str]]:
    """Put a quote into the citation of a row that has one, if it may be quoted."""
    if len(citations) == 1 and _may_be_quoted(quote):
        citations[0]["quote"] = quote
    return citations


def _may_be_quoted(quote: str) -> bool:
    return 0 < count_words(quote) <= MOST_QUOTE_WORDS and not harm_in(quote)


def _unquoted_remark(rows: tuple[int, ...]) -> Remark:
    message = (
        f"Words of the source that are more than {MOST_QUOTE_WORDS}, or of which nobody "
        "can tell which source has them, are kept as a field of their own."
    )
    remedy = f"Quote at most {MOST_QUOTE_WORDS} words, and name one source in the row."
    return Remark("quote.kept", message, rows, remedy=remedy)


def _row_references(frame: pd.DataFrame, mapping: TableMapping) -> pd.Series[Any]:
    """Return the references of each row, as a tuple, each once."""
    columns: dict[str, list[pd.Series[Any]]] = {_MIXED: [], _URL: [], _NAME: []}
    for column, role in mapping.columns.items():
        if role in columns and column in frame.columns:
            columns[role].append(frame[column])
    if columns[_URL]:
        # Beside addresses, names alone are whose they are, and no sources more.
        lacking = len(columns[_URL]) - len(columns[_NAME])
        names = [each for each in columns[_MIXED] if not _has_address(each)][:lacking]
        columns[_NAME] += names
        columns[_MIXED] = [
            each for each in columns[_MIXED] if not any(each is name for name in names)
        ]
    named = [split_names(column) for column in columns[_NAME]]
    linked = [map_distinct(column, references_in) for column in columns[_URL]]
    joined = [_joined(urls, names) for urls, names in zip(linked, named, strict=False)]
    joined += linked[len(named) :]
    joined += [
        map_distinct(names, lambda row: tuple(Reference(name=name) for name in row))
        for names in named[len(linked) :]
    ]
    joined += [_mixed(column) for column in columns[_MIXED]]
    if not joined:
        return pd.Series([()] * len(frame), index=frame.index, dtype=object)
    if len(joined) == 1:
        return joined[0]
    rows = [
        tuple(dict.fromkeys(reference for cell in cells for reference in cell))
        for cells in zip(*joined, strict=True)
    ]
    return pd.Series(rows, index=frame.index, dtype=object)


def _mixed(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return the references of cells that hold addresses, names, or both."""
    read = map_distinct(column, references_in)
    texts = pd.Series(
        list({one.name for row in read.unique() for one in row if not one.url}),
        dtype=object,
    )
    if texts.empty:
        return read
    # Whether a comma parts names is told by all cells of the column.
    parts = dict(zip(texts, split_names(texts), strict=True))
    return map_distinct(
        read,
        lambda row: tuple(
            reference
            for one in row
            for reference in (
                [one] if one.url else [Reference(name=name) for name in parts[one.name]]
            )
        ),
    )


def _has_address(column: pd.Series[Any]) -> bool:
    """Tell whether any cell of a column has an address."""
    references = map_distinct(column, references_in)
    return any(one.url for row in references for one in row)


def _joined(urls: pd.Series[Any], names: pd.Series[Any]) -> pd.Series[Any]:
    """Return references of a column of addresses and one of the publishers' names."""
    pairs = pd.Series(
        list(zip(urls, names, strict=True)), index=urls.index, dtype=object
    )
    return map_distinct(pairs, lambda pair: tuple(_paired(*pair)))


def _paired(
    links: tuple[Reference, ...], names: tuple[str, ...]
) -> Iterator[Reference]:
    if len(names) == 1:
        yield from (Reference(one.url, one.name or names[0]) for one in links)
        if not links:
            yield Reference(name=names[0])
        return
    for number, one in enumerate(links):
        is_one_each = len(links) == len(names)
        yield Reference(one.url, names[number]) if is_one_each else one
    if len(links) != len(names):
        yield from (Reference(name=name) for name in names)


class _Entries:
    """The register while it grows: finds the source of a reference, or adds it."""

    def __init__(self, register: Mapping[str, Source]) -> None:
        self.new: dict[str, Source] = {}
        self._ids = set(register)
        self._numbers: dict[str, int] = {}
        self._by_key: dict[str, str] = {}
        self._by_url: dict[str, str] = {}
        self._by_site: dict[str, str] = {}
        for source in register.values():
            self._by_key.setdefault(_name_key(source.title), source.id)
            if source.id == slug(source.publisher, _LONGEST_ID):
                # An earlier import made it; its title may have been changed since, and
                # its address is that of a site.
                self._by_key.setdefault(_name_key(source.publisher), source.id)
            elif source.url:
                self._by_url.setdefault(source.url, source.id)

    def citations(self, references: Iterable[Reference]) -> list[dict[str, str]]:
        """Return the citations of a row, each once."""
        made: dict[tuple[str, str], dict[str, str]] = {}
        for reference in references:
            source = self._source_of(reference)
            citation = {"source": source}
            if reference.url:
                citation["url"] = reference.url
            made[source, reference.url] = citation
        return list(made.values())

    def add(
        self, title: str, *, publisher: str, url: str | None = None, id_: str = ""
    ) -> str:
        """Return the id of the source of that name, which is added if it is new."""
        key = _name_key(publisher)
        if key not in self._by_key:
            id_ = self._free_id(id_ or slug(publisher, _LONGEST_ID) or "source")
            self.new[id_] = Source(id=id_, title=title, publisher=publisher, url=url)
            self._by_key[key] = id_
        return self._by_key[key]

    def _source_of(self, reference: Reference) -> str:
        url, name = reference
        if url in self._by_url:
            return self._by_url[url]
        if name:
            return self.add(name, publisher=name)
        site = _SITE.match(url)
        known = self._by_site.get(site[0]) if site else None
        if known:
            return known
        channel = channel_of(url)
        if channel:
            called = f"{channel.name} ({channel.network})"
            return self.add(called, publisher=called, url=channel.address)
        host = host_of(url)
        root = f"{urlsplit(url).scheme}://{urlsplit(url).netloc.rpartition('@')[2]}/"
        root_or_none = root if is_web_address(root) else None
        id_ = self.add(host, publisher=host, url=root_or_none)
        if site and not is_network(host):
            self._by_site[site[0]] = id_
        return id_

    def _free_id(self, wanted: str) -> str:
        free, number = wanted, self._numbers.get(wanted, 2)
        while free in self._ids:
            free, number = f"{wanted}-{number}", number + 1
        self._numbers[wanted] = number
        self._ids.add(free)
        return free


def _name_key(name: str) -> str:
    return " ".join(name.casefold().split())


def _standing(
    mapping: TableMapping,
    register: Mapping[str, Source],
    entries: _Entries,
    table: TableFacts,
    nameless: pd.Series[Any],
) -> tuple[str, Remark]:
    """Return the source of rows that name none, and what to say of it."""
    rows = rows_where(nameless)
    some = (
        "All records name no source"
        if nameless.all()
        else "Some records name no source"
    )
    if mapping.source in register:
        message = f"{some} of their own; they cite {mapping.source!r}."
        return mapping.source, Remark("source.mapping", message, rows)
    if mapping.source and not is_slug(mapping.source):
        # A person said in words whose table it is.
        publisher = cut(line_of(mapping.source), LONGEST_NAME)
        source = entries.add(publisher, publisher=publisher)
        message = f"{some}; they cite the table, which is {publisher}'s: {source!r}."
        return source, Remark("source.mapping", message, rows)
    title = cut(table.title or table.file, LONGEST_NAME)
    # Found again by its id, since a person is asked to change the rest.
    id_ = f"{slug(Path(table.file).stem, _LONGEST_ID) or 'this'}-table"
    if id_ not in register:
        id_ = entries.add(title, publisher=title, id_=id_)
    message = f"{some}; they cite the table itself, as {id_!r}. Whose table is it?"
    remedy = (
        f"Write who published it at {id_!r} in sources.json, or write the id of another "
        "entry as source = in the mapping."
    )
    if mapping.source:
        message = f"{mapping.source!r} is not in the register of sources. {message}"
    return id_, Remark("source.table", message, rows, (), remedy)
