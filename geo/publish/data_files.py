"""The data files of a published site: what its scripts ask in place of a server.

====================  ==================================================================
``site``              How the map looks, what the values of filters are called, and how
                      the other files are parted
``columns``           :mod:`geo.publish.columns`
``rows-N``            What lists say of incidents, in the order of the columns
``newest``            The same of the newest ones of a large layer, by their row
``records-N``         Whole records with quotes and references, in the order of their ids
``shapes-N``          Lines and areas as GeoJSON, in the order in which columns list them
``search-N``          The folded texts that search looks in, a line each, in that order
``folding``           How to fold what is looked for
====================  ==================================================================

A reader's browser loads the first two, then what it shows. All is made of the layer
alone, so that the same layer gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice
from typing import Any, Final, TypeVar

import numpy as np

from geo.atlas import Atlas
from geo.atlas.answers import answer_with, choices_of, line_of, references_to
from geo.atlas.standalone import quotes_alone
from geo.evidence.record import Record, read_record
from geo.model.folding import folding_rules
from geo.model.query import CODED, Query
from geo.model.wording import line_words
from geo.publish.columns import Columns, read_columns
from geo.publish.packing import pack_columns, pack_json, pack_script, write_json
from geo.publish.site import Site
from geo.publish.spool import Spool

#: Incidents, records and shapes in one file. Those of a list are from all over a large
#: layer, so that few are in one; records come one by one.
_ROWS_A_FILE: Final = 100
_RECORDS_A_FILE: Final = 60
_SHAPES_A_FILE: Final = 8
#: Texts to search in of one file: far from the longest text that a browser holds.
_TEXTS_A_FILE: Final = 100_000
#: The newest incidents of a larger layer, which the first list tells of: in one file.
_NEWEST: Final = 400
#: References take longer to write than all else of a record: larger layers have none.
MOST_REFERENCES: Final = 2_000
_T = TypeVar("_T")


def data_files(
    atlas: Atlas,
    site: Site,
    style: dict[str, Any],
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[tuple[str, bytes]]:
    """Go through the data files of a site: the name of each, and its bytes.

    Parameters
    ----------
    atlas
        The map.
    site
        The site, for the addresses of records.
    style
        As :func:`geo.atlas.answers.style_of` returns it.
    progress
        Hears of each incident that is written.
    """
    columns = read_columns(atlas.engine)
    packed = pack_columns(columns.meta, columns.arrays, differences=columns.differences)
    yield "columns", pack_script("columns", packed)
    yield "folding", pack_json("folding", folding_rules())
    searched = list(_parts(columns.search, _TEXTS_A_FILE))
    for number, texts in enumerate(searched):
        lines = "".join(f"{text}\n" for text in texts)
        yield f"search-{number}", pack_script(f"search-{number}", lines.encode())
    yield from _shapes(atlas, columns)
    newest = _newest(columns)
    ids: list[str] = []
    with Spool() as spool:
        yield from _rows(_lines(atlas, site, spool, ids, progress), newest)
        # By the rows of their ids, as browsers compare these.
        order = sorted(range(len(ids)), key=lambda row: _as_browsers_compare(ids[row]))
        for number, part in enumerate(_parts(order, _RECORDS_A_FILE)):
            name = f"records-{number}"
            records = b",".join(map(spool.take, part))
            yield name, pack_script(name, b"{" + records + b"}")
    described = {
        "style": style,
        "labels": _labels(atlas),
        "rows_a_file": _ROWS_A_FILE,
        "newest": bool(newest),
        "shapes_a_file": _SHAPES_A_FILE,
        "search_files": len(searched),
        "records_from": [ids[row] for row in order[::_RECORDS_A_FILE]],
    }
    yield "site", pack_json("site", described)


def _labels(atlas: Atlas) -> dict[str, list[tuple[str, str]]]:
    """Return the values of the filters that are folded at first, in words."""
    return {
        kind.name: [
            (value, label) for value, label, _ in choices_of(atlas, Query(), kind)
        ]
        for kind in CODED
        if kind.is_rare
    }


def _as_browsers_compare(text: str) -> bytes:
    """Return what texts are sorted by where JavaScript compares them: UTF-16."""
    return text.encode("utf-16-be")


def _parts(values: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for first in range(0, len(values), size):
        yield values[first : first + size]


def _shapes(atlas: Atlas, columns: Columns) -> Iterator[tuple[str, bytes]]:
    ids = [columns.place_nos[number] for number, *_ in columns.meta["areas"]]
    for number, part in enumerate(_parts(ids, _SHAPES_A_FILE)):
        shapes = list(atlas.engine.outlines([*map(int, part)]).values())
        yield f"shapes-{number}", pack_json(f"shapes-{number}", shapes)


def _lines(
    atlas: Atlas,
    site: Site,
    spool: Spool,
    ids: list[str],
    progress: Callable[[int], None],
) -> Iterator[dict[str, Any]]:
    """Go through the layer once: give the line of each incident in a list.

    Its whole record is put into *spool* as a member of a JSON object, and its id into
    *ids*, both in the layer's order.
    """
    points = atlas.engine.columns(("lon", "lat"))
    with_references = atlas.engine.count(Query()) <= MOST_REFERENCES
    for feature, (lon, lat) in zip(atlas.engine.features(Query()), points, strict=True):
        record = _record(atlas, feature, lon, lat)
        incident = record.incident
        filed = _filed(atlas, site, record, with_references=with_references)
        spool.put(f"{write_json(incident.id)}:{write_json(filed)}".encode())
        ids.append(incident.id)
        line = line_of(incident, lon, lat)
        yield {**line, "line_here": line_words(line["date"], line["claim"])}
        progress(1)


def _rows(
    lines: Iterator[dict[str, Any]], newest: frozenset[int]
) -> Iterator[tuple[str, bytes]]:
    """Go through the files of lines of lists; *newest* are rows told once more, in one."""
    apart: dict[int, dict[str, Any]] = {}
    for number in count():
        part = list(islice(lines, _ROWS_A_FILE))
        if not part:
            break
        first = number * _ROWS_A_FILE
        apart |= {
            row: line for row, line in enumerate(part, start=first) if row in newest
        }
        yield f"rows-{number}", pack_json(f"rows-{number}", part)
    if newest:
        yield "newest", pack_json("newest", apart)


def _newest(columns: Columns) -> frozenset[int]:
    """Return the rows that the first list may tell of; none where one file has all."""
    arrays = columns.arrays
    if columns.meta["rows"] <= _NEWEST:
        return frozenset()
    last = arrays["earliest"].astype(np.int64) + arrays["lasting"]
    order = np.lexsort(
        (-arrays["earliest"].astype(np.int64), -last, 1 - arrays["dated"])
    )
    return frozenset(order[:_NEWEST].tolist())


def _record(
    atlas: Atlas, feature: dict[str, Any], lon: float | None, lat: float | None
) -> Record:
    """Return the record of a feature whose marker is at *lon*, *lat*, if it has one."""
    return read_record(
        feature,
        None if lon is None or lat is None else (lon, lat),
        atlas.vocabulary,
        atlas.sources,
        atlas.archive,
        own=atlas.own,
        changes=atlas.journal.of(feature["id"]),
    )


def _filed(
    atlas: Atlas, site: Site, record: Record, *, with_references: bool
) -> dict[str, Any]:
    """Return a record as it is filed: what is read of it, where, and how it is cited."""
    path = site.record_path(record.incident.id)
    forms: dict[str, str] = {}
    if with_references:
        link = site.absolute(path)
        written = references_to(record.incident, atlas.sources, site.title, link)
        forms = written["forms"]
    read = answer_with(
        quotes_alone(record), path if site.has_pages else "", "corrections.xml"
    )
    return {"record": read, "path": path, "forms": forms}
