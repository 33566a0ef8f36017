"""Gaps: synthetic incidents that lack some of what is wanted, as real tables do."""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
import pyarrow as pa

from geo.layer.table import SCHEMA, batch_of
from geo.model.incident import Incident, incident_of

#: What a record may lack, each group together: parts of one make no sense alone.
_GROUPS: Final = (
    ("summary",),
    ("date", "date_earliest", "date_latest", "date_note"),
    ("precision", "radius_m", "generalised"),
    ("kind", "count"),
    ("country",),
    ("location_basis",),
    ("updated", "version"),
    ("quote",),
)


def with_gaps(
    batch: pa.RecordBatch, share: float, rng: np.random.Generator
) -> pa.RecordBatch:
    """Return a batch of which some incidents lack some of what is wanted.

    Parameters
    ----------
    batch
        Incidents in the columns of :data:`geo.layer.table.SCHEMA`.
    share
        How many of them, from 0 to 1; each lacks about half of what may be lacking.
    rng
        Draws which.
    """
    rows = np.flatnonzero(rng.random(batch.num_rows) < share)
    if not len(rows):
        return batch
    texts = batch["feature"].take(pa.array(rows)).to_pylist()
    gone = rng.random((len(rows), len(_GROUPS))) < 1 / 2
    made = batch_of(map(_lacking, texts, gone))
    # Each keeps its place, and so the order along the curve.
    order = np.arange(batch.num_rows)
    order[rows] = batch.num_rows + np.arange(len(rows))
    both = pa.Table.from_batches([batch, made], schema=SCHEMA)
    return both.take(pa.array(order)).combine_chunks().to_batches()[0]


def _lacking(text: str, gone: Any) -> Incident:  # noqa: ANN401 - a row of truth values
    """Return an incident without the groups that are gone."""
    feature = json.loads(text)
    properties = feature["properties"]
    for group, is_gone in zip(_GROUPS, gone, strict=True):
        if not is_gone:
            continue
        for name in group:
            properties.pop(name, None)
        if group == ("quote",):
            properties["citations"] = [
                {"source": citation["source"]} for citation in properties["citations"]
            ]
    return incident_of(feature)
