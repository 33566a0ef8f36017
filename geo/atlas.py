"""The atlas: a layer with its vocabulary, sources and archive, ready to be asked.

The page, the HTTP routes and the command line all start here, so that they answer
from the same data. A layer whose file has changed is read anew; while the new one
is wrong, the last good one stays, and the fault is told.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geo.archive import Archive
from geo.engine import Engine
from geo.errors import IncidentMapError
from geo.layer import read_layer
from geo.query import Query, parse_query
from geo.record import Record, read_record
from geo.settings import Settings, settings
from geo.sources import Sources, read_sources
from geo.vocabulary import Vocabulary, read_vocabulary

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Atlas:
    """One layer and all that is needed to tell about it."""

    engine: Engine
    vocabulary: Vocabulary
    sources: Sources
    archive: Archive

    @property
    def version(self) -> str:
        """The version of the layer, for caches."""
        return self.engine.version

    def query(self, parameters: dict[str, list[str]]) -> Query:
        """Read a query, refusing categories and sources that this atlas has not.

        Raises
        ------
        QueryError
            As :func:`geo.query.parse_query`.
        """
        return parse_query(
            parameters, categories=self.vocabulary.ids(), sources=self.sources
        )

    def record(self, incident_id: str) -> Record:
        """Return one incident with its words and its passages.

        Raises
        ------
        NotFoundError
            If there is no incident of that id.
        """
        feature = self.engine.feature(incident_id)
        place = self.engine.where_is(incident_id)
        point = (place.lon, place.lat) if place else None
        return read_record(feature, point, self.vocabulary, self.sources, self.archive)


def read_atlas(given: Settings) -> Atlas:
    """Read everything that a deployment's settings name.

    Raises
    ------
    DataError
        If the layer, the vocabulary or the register of sources is wrong; every
        fault of the first wrong file is named.
    """
    vocabulary = read_vocabulary(given.vocabulary)
    sources = read_sources(given.sources)
    layer = read_layer(given.layer, vocabulary=vocabulary, known_sources=sources)
    return Atlas(Engine(layer), vocabulary, sources, Archive(given.archive))


class _Shelf:
    """Keeps the atlas of the running process, and reads it anew on a change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._atlas: Atlas | None = None
        self._stamp: tuple[float, ...] = ()

    def get(self) -> Atlas:
        given = settings()
        stamp = _stamp(given)
        if self._atlas is not None and stamp == self._stamp:
            return self._atlas
        with self._lock:
            if self._atlas is None or stamp != self._stamp:
                self._atlas = self._read(given)
                self._stamp = stamp
            return self._atlas

    def _read(self, given: Settings) -> Atlas:
        if self._atlas is None:
            return read_atlas(given)
        try:
            return read_atlas(given)
        except IncidentMapError:
            _LOG.exception("The changed layer is wrong; the last good one stays.")
            return self._atlas


def _stamp(given: Settings) -> tuple[float, ...]:
    """Return when the files last changed; 0 for one that is not there."""
    paths = (Path(given.layer), given.sources, given.vocabulary)
    return tuple(path.stat().st_mtime if path.exists() else 0.0 for path in paths)


_SHELF: Final = _Shelf()


def atlas() -> Atlas:
    """Return the atlas of this process, read at the first call.

    Raises
    ------
    DataError
        If the data is wrong and no good atlas was read before.
    """
    return _SHELF.get()
