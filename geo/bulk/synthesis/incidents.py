"""Synthetic incidents, made a batch at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.base.errors import DataError
from geo.bulk.synthesis.claims import (
    KINDS,
    STATUSES,
    basis_texts,
    count_texts,
    draw_actors,
    draw_claims,
    index_of,
    role_texts,
)
from geo.bulk.synthesis.dating import draw_dates
from geo.bulk.synthesis.drawing import Small, as_json, choose, joined, named
from geo.bulk.synthesis.gaps import with_gaps
from geo.bulk.synthesis.places import place_columns
from geo.bulk.synthesis.spots import draw_places
from geo.layer import check
from geo.layer.table import SCHEMA, cited_text
from geo.model.folding import fold
from geo.model.vocabulary import Status, Vocabulary

#: Incidents made at a time; a change of it changes every layer.
BATCH: Final = 1 << 15
_SUMMARY: Final = (
    "Made up by a program to try this software with. Nothing here happened, and "
    "nobody reported it."
)
_DIGITS: Final = 8
#: Ids of the sources that synthetic incidents cite.
SOURCES: Final = ("synthetic-one", "synthetic-two")
_UPDATED: Final = "2026-01-01"
#: Incidents of a batch that are checked.
_CHECKED_ROWS: Final = 64


def synthesize(
    count: int, *, seed: int, vocabulary: Vocabulary, gaps: float = 0.0
) -> Iterator[pa.RecordBatch]:
    """Make a synthetic layer, batch by batch.

    Parameters
    ----------
    count
        How many incidents; 0 gives none.
    seed
        Any whole number from 0; the same gives the same incidents.
    vocabulary
        The categories they have; the first is the most frequent.
    gaps
        The share of them, from 0 to 1, that lack some of what is wanted of a record.

    Yields
    ------
    pyarrow.RecordBatch
        At most :data:`BATCH` incidents with the columns of
        :data:`geo.layer.table.SCHEMA`, along the Z-order curve as it asks.
    """
    keys, order = draw_places(count, seed, batch=BATCH)
    for number, first in enumerate(range(0, count, BATCH)):
        rng = np.random.default_rng([seed, 1, number])
        rows = slice(first, min(first + BATCH, count))
        batch = _batch(rng, keys[rows], order[rows], vocabulary)
        if gaps:
            batch = with_gaps(batch, gaps, np.random.default_rng([seed, 2, number]))
        _check_some(batch, vocabulary)
        yield batch


def _check_some(batch: pa.RecordBatch, vocabulary: Vocabulary) -> None:
    """Check incidents from all over a batch, as all of them are made alike.

    Raises
    ------
    DataError
        If one is no incident: then none of them may be sealed.
    """
    step = max(1, batch.num_rows // _CHECKED_ROWS)
    texts = batch["feature"].take(pa.array(range(0, batch.num_rows, step)))
    checked = check(
        map(json.loads, texts.to_pylist()), vocabulary=vocabulary, sources=SOURCES
    )
    if checked.wrong:
        raise DataError([fault for fault in checked.faults if fault.is_error])


def _batch(
    rng: np.random.Generator, key: Small, order: Small, vocabulary: Vocabulary
) -> pa.RecordBatch:
    """Make the incidents of a batch: at these places, with these numbers."""
    size = len(key)
    places = place_columns(key)
    number = pc.utf8_lpad(
        pc.cast(pa.array(order.astype(np.int64)), pa.string()), _DIGITS, "0"
    )
    dates, date_text = draw_dates(rng, size)
    status = choose(rng, [share for _, share in STATUSES], size)
    kind = choose(rng, [share for _, share in KINDS], size)
    category = _categories(rng, vocabulary, size)
    kinds = named([str(name) for name, _ in KINDS], kind)
    statuses = named([str(name) for name, _ in STATUSES], status)
    claim_row, claims = draw_claims(rng, status)
    claim = {name: column.take(pa.array(claim_row)) for name, column in claims.items()}
    actor = draw_actors(rng, size)
    two = pa.array(status == index_of(STATUSES, Status.CORROBORATED))
    title = joined("Synthetic incident ", number, " in ", places["town"])
    search = pc.binary_join_element_wise(
        joined(fold("Synthetic incident"), " ", number, " ", fold("in")),
        *_maybe(places["town"], fold_each=True),
        fold(_SUMMARY),
        *_maybe(places["folded place"]),
        *_maybe(places["folded place"]),
        *_maybe(claim["search"]),
        *_maybe(actor["search"]),
        " ",
        null_handling="skip",
    )
    feature = joined(
        '{"type":"Feature","id":"synthetic-', number, '","geometry":',
        places["geometry text"],
        ',"properties":{"title":', _escaped_titles(number, places["town"]),
        f',"summary":{as_json(_SUMMARY)},"category":"', category, '","kind":"', kinds,
        '","count":', count_texts(rng, kind), ",", date_text, ',"date_note":"",',
        places["place text"], ",", role_texts(rng, kind), ",",
        places["precision text"], ",", basis_texts(rng, places["precision"]), ',"status":"', statuses,
        '",', claim["text"], ',"actors":', actor["text"], ',"citations":[',
        _citation(SOURCES[0], number),
        pc.if_else(two, joined(",", _citation(SOURCES[1], number)), ""),
        f'],"updated":"{_UPDATED}","version":1}}}}',
    )  # fmt: skip
    cited = [SOURCES[:1], SOURCES]
    sources = pa.array([list(ids) for ids in cited], pa.list_(pa.string()))
    texts = pa.array([cited_text(ids) for ids in cited])
    columns = {
        "id": joined("synthetic-", number),
        "title": title,
        "category": category,
        "kind": kinds,
        "status": statuses,
        "updated": pa.repeat(pa.scalar(_UPDATED), size),
        "sources": sources.take(pc.cast(two, pa.int8())),
        "cited": texts.take(pc.cast(two, pa.int8())),
        "search": search,
        "feature": feature,
        **dates,
        **places,
    }
    return pa.record_batch([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def _maybe(column: pa.Array, *, fold_each: bool = False) -> tuple[pa.Array]:
    """Return a column with empty texts null, to be skipped when texts are joined."""
    if fold_each:
        coded = column.dictionary_encode()
        folded = [fold(name) for name in coded.dictionary.to_pylist()]
        column = pa.array(folded, pa.string()).take(coded.indices)
    none = pa.scalar(None, pa.string())
    return (pc.if_else(pc.equal(column, ""), none, column),)


def _escaped_titles(number: pa.StringArray, town: pa.StringArray) -> pa.StringArray:
    """Return the titles as JSON."""
    coded = town.dictionary_encode()
    written = [as_json(name)[1:] for name in coded.dictionary.to_pylist()]
    names = pa.array(written, pa.string()).take(coded.indices)
    return joined('"Synthetic incident ', number, " in ", names)


def _citation(source: str, number: pa.StringArray) -> pa.StringArray:
    return joined(
        f'{{"source":"{source}","quote":"synthetic passage ',
        number,
        '","prefix":"","suffix":"","supports":["title","date","place"]}',
    )


def _categories(
    rng: np.random.Generator, vocabulary: Vocabulary, size: int
) -> pa.StringArray:
    """Draw categories, each less often than the one before it."""
    names = list(vocabulary.ids())
    shares = [1 / (rank + 2) for rank in range(len(names))]
    return named(names, choose(rng, shares, size))


def source_register() -> dict[str, Any]:
    """Return the register of the synthetic sources, as ``data/sources.json`` is."""
    return {
        "sources": [
            {
                "id": source,
                "title": f"Synthetic source, {source}",
                "publisher": "Nobody: made up by a program",
                "authors": [],
                "language": "en",
                "published": _UPDATED,
                "url": None,
                "licence": "CC0-1.0",
                "note": "Stands for a source while the software is tried.",
            }
            for source in SOURCES
        ]
    }
