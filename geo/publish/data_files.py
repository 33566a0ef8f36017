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

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, islice
from typing import Any, Final, TypeVar

import numpy as np

from geo.atlas import Atlas
from geo.atlas.answers import answer_with, choices_of, line_of, references_to
from geo.atlas.standalone import quotes_alone
from geo.evidence.record import read_record
from geo.model.folding import folding_rules
from geo.model.incident import incident_of
from geo.model.query import CODED, Query
from geo.model.wording import line_words
from geo.publish.columns import Columns, read_columns
from geo.publish.packing import pack_columns, pack_json, pack_script
from geo.publish.site import Site

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
    yield from _rows(atlas, newest)
    starts: list[str] = []
    # All at once: asked one by one, they take longer than all the rest.
    points = {name: at for name, *at in atlas.engine.columns(("id", "lon", "lat"))}
    ids = sorted(points, key=_as_browsers_compare)
    for number, part in enumerate(_parts(ids, _RECORDS_A_FILE)):
        starts.append(part[0])
        here = {name: points[name] for name in part}
        records = _records(
            atlas, here, site, with_references=len(ids) <= MOST_REFERENCES
        )
        name = f"records-{number}"
        yield name, pack_json(name, records)
        progress(len(part))
    described = {
        "style": style,
        "labels": _labels(atlas),
        "rows_a_file": _ROWS_A_FILE,
        "newest": bool(newest),
        "shapes_a_file": _SHAPES_A_FILE,
        "search_files": len(searched),
        "records_from": starts,
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
        shapes = [atlas.engine.place_geometry(int(place)) for place in part]
        yield f"shapes-{number}", pack_json(f"shapes-{number}", shapes)


def _rows(atlas: Atlas, newest: frozenset[int]) -> Iterator[tuple[str, bytes]]:
    """Go through the files of lines of lists; *newest* are rows told once more, in one."""
    lines = zip(
        atlas.engine.features(Query()),
        atlas.engine.columns(("lon", "lat")),
        strict=True,
    )
    told = (_row(feature, *at) for feature, at in lines)
    apart: dict[int, dict[str, Any]] = {}
    for number in count():
        part = list(islice(told, _ROWS_A_FILE))
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


def _row(
    feature: dict[str, Any], lon: float | None, lat: float | None
) -> dict[str, Any]:
    """Return a line of a list, and what it says where its place need not be named."""
    line = line_of(incident_of(feature), lon, lat)
    return {**line, "line_here": line_words(line["date"], line["claim"])}


def _records(
    atlas: Atlas,
    points: Mapping[str, Sequence[float | None]],
    site: Site,
    *,
    with_references: bool,
) -> dict[str, Any]:
    """Return some records by id, each with where it is and how it is cited.

    *points* has longitude and latitude of each, or None twice.
    """
    records: dict[str, Any] = {}
    for incident_id, feature in atlas.engine.features_of(list(points)).items():
        lon, lat = points[incident_id]
        record = read_record(
            feature,
            None if lon is None or lat is None else (lon, lat),
            atlas.vocabulary,
            atlas.sources,
            atlas.archive,
            own=atlas.own,
            changes=atlas.journal.of(incident_id),
        )
        path = site.record_path(incident_id)
        forms: dict[str, str] = {}
        if with_references:
            link = site.absolute(path)
            written = references_to(record.incident, atlas.sources, site.title, link)
            forms = written["forms"]
        records[incident_id] = {
            "record": answer_with(
                quotes_alone(record),
                path if site.has_pages else "",
                "corrections.xml",
            ),
            "path": path,
            "forms": forms,
        }
    return dict(sorted(records.items()))
