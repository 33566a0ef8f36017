"""A real server on the loopback, over a layer large enough to keep it busy."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq
import uvicorn
from starlette.types import ASGIApp

from geo.atlas import Atlas
from geo.base.settings import settings
from geo.bulk.synthesis import source_register, synthesize
from geo.engine import Storage, open_engine
from geo.evidence.archive import Archive
from geo.layer.seal import ContentDigest
from geo.layer.table import SCHEMA, file_metadata
from geo.model.sources import read_sources
from geo.model.vocabulary import read_vocabulary

#: A machine that is very busy gets there too; a server that hangs does not.
PATIENCE_S = 30.0


def write_synthetic(path: Path, rows: int) -> Path:
    """Write a synthetic layer as GeoParquet; return its path."""
    vocabulary = read_vocabulary(settings().vocabulary)
    digest = ContentDigest()
    with pq.ParquetWriter(path, SCHEMA) as writer:
        for batch in synthesize(rows, seed=3, vocabulary=vocabulary):
            digest.add(batch.column("feature").to_pylist())
            writer.write_batch(batch)
        writer.add_key_value_metadata(file_metadata(digest.seal()))
    return path


def synthetic_atlas(folder: Path, rows: int, **changes: float) -> Atlas:
    """Return an atlas of a synthetic layer in DuckDB; *changes* are to its places."""
    vocabulary = read_vocabulary(settings().vocabulary)
    register = folder / "sources.json"
    register.write_text(json.dumps(source_register()), "utf-8")
    sources = read_sources(register)
    engine = open_engine(
        str(write_synthetic(folder / "layer.parquet", rows)),
        vocabulary=vocabulary,
        sources=sources,
        storage=Storage(folder / "cache", **changes),  # type: ignore[arg-type]
    )
    return Atlas(engine, vocabulary, sources, Archive(folder / "archive"))


@contextmanager
def live(app: ASGIApp) -> Iterator[int]:
    """Serve an app with uvicorn; give its port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app, log_level="critical", ws="none", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            until(lambda: server.started)
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(PATIENCE_S)


def begin(port: int, address: str) -> socket.socket:
    """Ask for an address on a socket of its own, and do not wait for the answer."""
    client = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
    client.sendall(f"GET {address} HTTP/1.1\r\nHost: map.example\r\n\r\n".encode())
    return client


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fail where it never does."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
