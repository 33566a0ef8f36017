"""Layers carried from files into a database."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from geo.base.extras import require_extra
from geo.engine.duckdb_tables import streams
from geo.engine.opening import checked_parquet, is_parquet
from geo.engine.store import Facts
from geo.engine.streamed import checked_copy
from geo.layer import IncidentCollection
from geo.layer.seal import ContentDigest, Seal
from geo.layer.table import batch_of
from geo.model.sources import Sources
from geo.model.vocabulary import Vocabulary

#: What is being done, how far it is, and how far it goes if that is known.
Progress = Callable[[str, int, int | None], None]
_CHECKING: Final = "Checking incidents"
_WRITING: Final = "Writing to the database"


def import_layer(  # noqa: PLR0913 - a layer, what it is checked against, where it goes
    layer_source: IncidentCollection | Path,
    database_url: str,
    *,
    vocabulary: Vocabulary,
    sources: Sources,
    cache: Path,
    progress: Progress | None = None,
) -> Facts:
    """Replace the layer in a PostgreSQL database, with its indexes and summaries.

    Servers that use it see the old layer until the new one is whole.

    Parameters
    ----------
    layer_source
        A layer that has been read; or a GeoJSON file, GeoParquet file or folder, of any
        size.
    database_url
        ``postgresql://user@host:port/database``, with PostGIS.
    vocabulary, sources
        What a file is checked against.
    cache
        Folder for the checked copy of a file without a seal.
    progress
        For a progress display.

    Returns
    -------
    Facts
        What the database now has.

    Raises
    ------
    DataError
        If the layer is wrong; the database is as it was.
    EngineAwayError
        If the database does not answer.
    SettingsError
        If the database cannot hold a layer; says what it lacks.
    """
    tell = progress or (lambda _what, _done, _all: None)

    def checking(done: int) -> None:
        tell(_CHECKING, done, None)

    if isinstance(layer_source, IncidentCollection):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "layer.parquet"
            seal = _written(path, layer_source)
            members = dict(layer_source.members)
            return _filled(database_url, [path], seal, members, tell)
    rules: dict[str, Any] = {"vocabulary": vocabulary, "sources": sources}
    if is_parquet(layer_source):
        files, seal, members = checked_parquet(
            layer_source, **rules, cache=cache, progress=checking
        )
    else:
        copy, seal, members = checked_copy(
            [layer_source], cache, **rules, progress=checking
        )
        files = [copy]
    return _filled(database_url, files, seal, members, tell)


def _filled(
    url: str,
    files: list[Path],
    seal: Seal,
    members: dict[str, Any],
    tell: Progress,
) -> Facts:
    # Loading the driver takes a fifth of a second, which others need not pay.
    require_extra("postgres", "A layer in a database")
    from geo.engine.postgres_import import fill_database  # noqa: PLC0415

    with streams(files, sort=not seal.is_sorted) as (updated, stream):
        facts = Facts(seal.version, seal.rows, updated, members)
        fill_database(
            url,
            facts,
            stream=stream,
            progress=lambda done: tell(_WRITING, done, seal.rows),
        )
    return facts


def _written(path: Path, layer: IncidentCollection) -> Seal:
    """Write a layer as a file without metadata, and return what it holds."""
    batch = batch_of(layer.incidents, foreign=layer.foreign)
    pq.write_table(pa.Table.from_batches([batch]), path)
    digest = ContentDigest()
    digest.add(batch.column("feature").to_pylist())
    return Seal(digest.rows, digest.seal().digest, is_sorted=False)
