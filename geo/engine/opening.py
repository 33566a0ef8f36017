"""Opening a layer: what it is, where its incidents go, and how large is large."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from geo.base.errors import Code, DataError, Fault
from geo.base.extras import require_extra
from geo.base.files import tidy
from geo.base.stamps import fingerprint_of, settled_stamp
from geo.engine.duckdb_tables import (
    cache_name,
    categories_and_sources,
    memory_bytes,
    store_in_file,
    store_of_layer,
    store_of_parquet,
)
from geo.engine.questions import Engine
from geo.engine.store import QUERY_TIMEOUT_S, Facts, is_database
from geo.engine.streamed import Progress, checked_copy
from geo.layer import read_collection
from geo.layer.seal import (
    SEAL_KEY,
    ContentDigest,
    Seal,
    layer_files,
    read_folder_seal,
    read_seal,
)
from geo.layer.table import SCHEMA
from geo.model.sources import Sources
from geo.model.vocabulary import Vocabulary

#: Layers with fewer incidents are in memory whole.
LARGE_ROWS: Final = 50_000
#: GeoJSON files above this size are read in stretches.
LARGE_BYTES: Final = 32_000_000
_PARQUET: Final = (".parquet", ".geoparquet")
_GEOJSON: Final = (".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", "")


@dataclass(frozen=True, slots=True)
class Storage:
    """Where large layers go, and how databases are spoken to.

    Parameters
    ----------
    cache
        Folder for the files that large layers are put into.
    direct_above_bytes
        GeoParquet layers larger than this are asked where they lie; None: larger than
        the machine's memory.
    connections
        Connections to a database at most.
    timeout_s
        Seconds to wait for a connection to a database.
    query_timeout_s
        Seconds that one statement may take, in whatever database.
    """

    cache: Path
    direct_above_bytes: int | None = None
    connections: int = 8
    timeout_s: float = 15.0
    query_timeout_s: float = QUERY_TIMEOUT_S


def is_parquet(path: Path) -> bool:
    """Tell whether a path is a GeoParquet file by its name, or a folder."""
    return path.is_dir() or path.suffix.lower() in _PARQUET


def is_known(layer: str) -> bool:
    """Tell whether :func:`open_engine` opens it: GeoJSON, our GeoParquet, PostgreSQL."""
    path = Path(layer)
    if is_database(layer) or path.is_dir() or path.suffix.lower() in _GEOJSON:
        return True
    return is_parquet(path) and _has_columns(layer_files(path))


def is_large(path: Path) -> bool:
    """Tell whether a layer's file is one that is read in stretches, never whole."""
    if not is_known(str(path)):
        return False
    return is_parquet(path) or (path.is_file() and path.stat().st_size > LARGE_BYTES)


def open_engine(
    layer: str,
    *,
    vocabulary: Vocabulary,
    sources: Sources,
    storage: Storage,
    progress: Progress | None = None,
) -> Engine:
    """Open a layer of any size.

    Parameters
    ----------
    layer
        A GeoJSON file; a GeoParquet file, or a folder of such, with the columns of
        :mod:`geo.layer.table`; or ``postgresql://...``, filled by :func:`import_layer`.
    vocabulary, sources
        What it is checked against.
    storage
        Where large layers go.
    progress
        Told how many features have been checked, where that takes long.

    Raises
    ------
    DataError
        If the layer is wrong.
    EngineAwayError
        If the database does not answer.
    """
    if is_database(layer):
        # Loading the driver takes a fifth of a second, which files need not pay.
        require_extra("postgres", "A layer in a database")
        from geo.engine.postgres_store import PostgresStore  # noqa: PLC0415

        store = PostgresStore(
            layer,
            connections=storage.connections,
            timeout_s=storage.timeout_s,
            query_timeout_s=storage.query_timeout_s,
        )
        return Engine(store)
    path = Path(layer)
    if not path.exists():
        tidy(path.parent)  # whoever was replacing it may have died
    if is_parquet(path):
        files, seal, members = checked_parquet(
            path,
            vocabulary=vocabulary,
            sources=sources,
            cache=storage.cache,
            progress=progress,
        )
        return Engine(_parquet_store(files, seal, members, storage))
    if not path.is_file() or path.stat().st_size <= LARGE_BYTES:
        whole = read_collection(path, vocabulary=vocabulary, known_sources=sources)
        return Engine(store_of_layer(whole, timeout_s=storage.query_timeout_s))
    copy, seal, members = checked_copy(
        [path],
        storage.cache,
        vocabulary=vocabulary,
        sources=sources,
        progress=progress,
    )
    return Engine(_parquet_store([copy], seal, members, storage))


def checked_parquet(
    path: Path,
    *,
    vocabulary: Vocabulary,
    sources: Sources,
    cache: Path,
    progress: Progress | None = None,
) -> tuple[list[Path], Seal, dict[str, Any]]:
    """Return the files of a GeoParquet layer that has been checked, and its seal.

    A layer without a seal is checked feature by feature, into a copy.

    Raises
    ------
    DataError
        If there is no file, a file is broken, or a feature is wrong.
    """
    files = [file.resolve() for file in layer_files(path)]
    if not files:
        message = "is a folder without a *.parquet file."
        _refuse(path, message, "Give the folder that 'incidents build' made.")
    seal = _seal(path, files)
    if seal is not None and _has_columns(files):
        _check_words(path, files, vocabulary, sources)
        return files, seal, {}
    if not _has_columns(files):
        message = f"has not the columns of a layer: {', '.join(SCHEMA.names)}."
        _refuse(path, message, "Make it with 'incidents build' or 'incidents import'.")
    copy, seal, members = checked_copy(
        files,
        cache,
        vocabulary=vocabulary,
        sources=sources,
        features=_features(files),
        progress=progress,
    )
    return [copy], seal, members


def _parquet_store(
    files: Sequence[Path], seal: Seal, members: dict[str, Any], storage: Storage
) -> Any:  # noqa: ANN401 - a store
    facts = Facts(seal.version, seal.rows, members=members)
    sort, timeout_s = not seal.is_sorted, storage.query_timeout_s
    if seal.rows < LARGE_ROWS:
        return store_of_parquet(files, facts, sort=sort, timeout_s=timeout_s)
    most = storage.direct_above_bytes
    limit = memory_bytes() if most is None else most
    copy = sum(file.stat().st_size for file in files) <= limit
    stamp = settled_stamp(lambda: files)
    prints = hashlib.sha256("".join(map(fingerprint_of, files)).encode())
    path = storage.cache / cache_name(
        f"{seal.version}-{prints.hexdigest()[:12]}", copy=copy
    )
    return store_in_file(
        path, files, facts, stamp=stamp, sort=sort, copy=copy, timeout_s=timeout_s
    )


def _seal(path: Path, files: Sequence[Path]) -> Seal | None:
    """Return a layer's seal, or None if it has none."""
    if path.is_dir():
        sealed = _reading(path, lambda: read_folder_seal(path))
        if sealed is not None:
            return sealed  # type: ignore[no-any-return]
    digest = ContentDigest()
    is_sorted = True
    for file in files:
        one = read_seal(_metadata(file).get(SEAL_KEY.encode()))
        if one is None:
            return None
        digest.merge(one)
        is_sorted &= one.is_sorted
    whole = digest.seal()
    return Seal(whole.rows, whole.digest, is_sorted=is_sorted)


def _has_columns(files: Sequence[Path]) -> bool:
    return bool(files) and all(
        set(SCHEMA.names) <= set(_schema(file).names) for file in files
    )


def _metadata(file: Path) -> dict[bytes, bytes]:
    return _reading(file, lambda: pq.read_metadata(file).metadata) or {}


def _schema(file: Path) -> Any:  # noqa: ANN401 - Arrow's schema
    return _reading(file, lambda: pq.read_schema(file))


def _reading(file: Path, work: Callable[[], Any]) -> Any:  # noqa: ANN401
    try:
        return work()
    except DataError:
        raise
    except (OSError, ValueError) as error:
        return _refuse(
            file, f"cannot be read as GeoParquet: {error}.", "Make it again."
        )


def _check_words(
    path: Path, files: Sequence[Path], vocabulary: Vocabulary, sources: Sources
) -> None:
    """Refuse categories and sources that this deployment does not know."""
    categories, cited = categories_and_sources(files)
    faults = [
        Fault(
            str(path), f"{value!r} is not in the {what}.",
            f"Add it to the {what}, or set INCIDENTS_{setting}.",
            code=code, where=where,
        )
        for where, code, used, known, what, setting in (
            ("category", Code.CATEGORY_UNKNOWN, categories, vocabulary.ids(),
             "vocabulary", "VOCABULARY"),
            ("citations", Code.SOURCE_UNKNOWN, cited, tuple(sources),
             "register of sources", "SOURCES"),
        )
        for value in sorted(used - set(known))
    ]  # fmt: skip
    if faults:
        raise DataError(faults)


def _features(files: Sequence[Path]) -> Iterator[str]:
    for file in files:
        for batch in pq.ParquetFile(file).iter_batches(columns=["feature"]):
            yield from batch.column("feature").to_pylist()


def _refuse(path: Path, message: str, remedy: str) -> Any:  # noqa: ANN401 - never returns
    raise DataError([Fault(str(path), message, remedy, code=Code.UNREADABLE)])
