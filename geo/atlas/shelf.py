"""The atlas: a layer with its vocabulary, sources and archive, ready to be asked.

The page, the HTTP routes and the command line all start here, so that they answer
from the same data. A layer that has changed is read anew, while the last one still
answers; if the new one is wrong, the last good one stays, and the fault is logged.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from geo.base.errors import (
    DataError,
    IncidentMapError,
    NotFoundError,
    WithdrawnError,
)
from geo.base.map_folder import MAP_FILES
from geo.base.settings import Settings, renew_settings, settings
from geo.base.stamps import SIZE, Stamp, read_steadily, stamp_of
from geo.engine import Engine, Storage, is_database, is_known, open_engine
from geo.evidence.archive import Archive
from geo.evidence.record import Record, read_record
from geo.formats.guarded import Guard
from geo.layer.seal import SEAL_FILE, layer_files
from geo.model.changes import CHANGES_FILE, NO_CHANGES, Journal, read_changes
from geo.model.dates import day_words
from geo.model.geonames import country_name
from geo.model.own_fields import OwnField, parse_own_fields
from geo.model.query import FILTERS, Query, parse_query
from geo.model.sources import Sources, read_sources
from geo.model.vocabulary import Vocabulary, read_vocabulary

_LOG: Final = logging.getLogger(__name__)
#: Seconds between two looks at whether a database was filled anew.
_ASK_EVERY_S: Final = 2.0
#: A changed layer above this size is read while the last one still answers.
_LARGE_BYTES: Final = 8_000_000
#: Looking at a layer of more files than these takes longer than most answers.
_MANY_FILES: Final = 100
#: The other files of a format that has several, by the suffix of the first.
_BESIDE: Final = {".shp": (".shx", ".dbf", ".prj", ".cpg"), ".gpkg": (".gpkg-wal",)}


@dataclass(frozen=True, slots=True)
class Atlas:
    """One layer with its vocabulary, sources, archive, own fields and journal.

    ``whole_texts`` tells whether whoever asks may read more of an archived text than the
    lines around the cited words.
    """

    engine: Engine
    vocabulary: Vocabulary
    sources: Sources
    archive: Archive
    own: tuple[OwnField, ...] = ()
    journal: Journal = NO_CHANGES
    whole_texts: bool = False

    @property
    def version(self) -> str:
        """The version of the layer, for caches."""
        return self.engine.version

    def query(self, parameters: dict[str, list[str]]) -> Query:
        """Read a query, refusing categories and sources that this atlas has not.

        Raises
        ------
        QueryError
            As :func:`geo.model.query.parse_query`.
        """
        return parse_query(
            parameters, categories=self.vocabulary.ids(), sources=self.sources
        )

    def choices(self, name: str) -> dict[str, str]:
        """Return the values of a filter, each with what readers see for it.

        Parameters
        ----------
        name
            A filter (:data:`geo.model.query.FILTERS`) that takes one of a list of
            values. Countries are those of the layer, the most frequent first.
        """
        if name == "category":
            return {category.id: category.label for category in self.vocabulary}
        if name == "source":
            return {
                source.id: f"{source.publisher}, {day_words(source.published)}"
                if source.published
                else source.publisher
                for source in self.sources.values()
            }
        if name == "country":
            codes = self.engine.counts(Query(), "country")
            return {code: country_name(code) for code in codes}
        (kind,) = (kind for kind in FILTERS if kind.name == name)
        return {str(value): label for value, label in kind.labels.items()}

    def feature(self, incident_id: str) -> dict[str, Any]:
        """Return one incident as GeoJSON.

        Raises
        ------
        NotFoundError
            If there is no incident of that id.
        WithdrawnError
            If there was one; the message says what became of it.
        """
        try:
            return self.engine.feature(incident_id)
        except NotFoundError as error:
            fate = self.journal.fate_of(incident_id)
            if fate is None:
                raise
            raise WithdrawnError(fate.words) from error

    def record(self, incident_id: str) -> Record:
        """Return one incident with its words and its passages.

        Raises
        ------
        NotFoundError
            If there is no incident of that id.
        WithdrawnError
            If there was one.
        """
        feature = self.feature(incident_id)
        place = self.engine.where_is(incident_id)
        point = (place.lon, place.lat) if place else None
        return read_record(
            feature,
            point,
            self.vocabulary,
            self.sources,
            self.archive,
            own=self.own,
            changes=self.journal.of(incident_id),
            whole_texts=self.whole_texts,
        )


def read_atlas(deployment: Settings) -> Atlas:
    """Read everything that a deployment's settings name.

    Raises
    ------
    DataError
        If the layer, the vocabulary or the register of sources is wrong; every
        fault of the first wrong file is named.
    EngineAwayError
        If the layer is in a database that does not answer.
    """
    vocabulary = read_vocabulary(deployment.vocabulary)
    sources = read_sources(deployment.sources)
    engine = _engine(deployment, vocabulary, sources)
    own = parse_own_fields(deployment.fields)
    folder = folder_of_layer(deployment)
    journal = NO_CHANGES if folder is None else read_changes(folder / CHANGES_FILE)
    return Atlas(
        engine,
        vocabulary,
        sources,
        Archive(deployment.archive),
        own,
        journal,
        whole_texts=deployment.full_text or deployment.editors,
    )


def folder_of_layer(deployment: Settings) -> Path | None:
    """Return the map's folder if the layer is that map's; None for another's layer.

    What was changed in the records of a map, and what is told of them, fits no other.
    """
    if is_database(deployment.layer):
        return deployment.map
    layer = Path(deployment.layer)
    own = layer.resolve().is_relative_to(deployment.map.resolve())
    return deployment.map if own else None


def _engine(deployment: Settings, vocabulary: Vocabulary, sources: Sources) -> Engine:
    """Open the layer: as it is, or as 'incidents import' would read it."""
    if not is_known(deployment.layer):
        # Reading tables of others loads most libraries that there are.
        from geo.importing.importer import collect  # noqa: PLC0415
        from geo.importing.looking import look_through  # noqa: PLC0415

        seen = look_through(
            Path(deployment.layer),
            folder=None,
            today=date.today(),  # noqa: DTZ011 - the day where the server is
            guard=Guard(deployment.import_memory_mb, deployment.import_timeout_s),
        )
        layer, _, _, report = collect(seen, vocabulary=vocabulary, sources=sources)
        if report.refused:
            raise DataError(report.refused)
        return Engine(layer)
    above_mb = deployment.direct_above_mb
    storage = Storage(
        deployment.cache / "layers",
        direct_above_bytes=None if above_mb is None else round(above_mb * 1e6),
        connections=deployment.database_connections,
        timeout_s=deployment.database_timeout_s,
        query_timeout_s=deployment.query_timeout_s,
    )
    return open_engine(
        deployment.layer, vocabulary=vocabulary, sources=sources, storage=storage
    )


class _Shelf:
    """Keeps the atlas of the running process, and reads it anew on a change.

    One thread reads; meanwhile the others are answered from the last good atlas. A
    large layer is read beside all of them. Whoever still asks the old engine keeps it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._atlas: Atlas | None = None
        self._deployment: Settings | None = None
        self._stamp: Stamp = ()
        self._looked_at_s = 0.0
        self._asked_at_s = 0.0

    def get(self) -> Atlas:
        deployment = settings()
        atlas = self._atlas
        if atlas is None or self._is_of_another_map(deployment):
            with self._lock:
                if self._atlas is None or self._is_of_another_map(deployment):
                    return self._read(deployment)
                return self._atlas
        stamp = self._look(deployment)
        changed = stamp != self._stamp or self._is_outdated(deployment, atlas)
        if changed and self._lock.acquire(blocking=False):
            if _is_large(deployment.layer):
                threading.Thread(target=self._renew, args=(stamp,)).start()
            else:
                self._renew(stamp)
        return self._atlas or atlas

    def _is_of_another_map(self, deployment: Settings) -> bool:
        """Tell whether the process works with another map than that of the last atlas."""
        return self._deployment is None or self._deployment.map != deployment.map

    def _renew(self, stamp: Stamp) -> None:
        """Read map and atlas anew and release the lock; keep the last if that fails."""
        try:
            renew_settings()
            self._read(settings())
        except IncidentMapError:
            self._stamp = stamp
            _LOG.exception("The changed layer is wrong; the last good one stays.")
        finally:
            self._lock.release()

    def _read(self, deployment: Settings) -> Atlas:
        atlas, stamp = read_steadily(
            lambda: _watched(deployment), lambda: read_atlas(deployment)
        )
        self._atlas, self._stamp, self._deployment = atlas, stamp, deployment
        return atlas

    def _look(self, deployment: Settings) -> Stamp:
        """Return the stamp of the files; of very many, it may be a while old."""
        now_s = time.monotonic()
        if len(self._stamp) > _MANY_FILES and now_s < self._looked_at_s + _ASK_EVERY_S:
            return self._stamp
        self._looked_at_s = now_s
        return stamp_of(_watched(deployment))

    def _is_outdated(self, deployment: Settings, atlas: Atlas) -> bool:
        """Tell whether the layer's database was filled anew, asking it now and then."""
        now_s = time.monotonic()
        if not is_database(deployment.layer) or now_s < self._asked_at_s + _ASK_EVERY_S:
            return False
        self._asked_at_s = now_s
        return not atlas.engine.is_current()


def _watched(deployment: Settings) -> list[Path]:
    """Return the files whose change makes an atlas another one."""
    files = [deployment.sources, deployment.vocabulary]
    files += [deployment.map / name for name in (*MAP_FILES, CHANGES_FILE)]
    if is_database(deployment.layer):
        return files
    layer = Path(deployment.layer)
    if layer.is_dir():
        return [*files, layer / SEAL_FILE, *layer_files(layer)]
    beside = _BESIDE.get(layer.suffix.lower(), ())
    return [*files, layer, *(layer.with_suffix(suffix) for suffix in beside)]


def _is_large(layer: str) -> bool:
    """Tell whether reading a layer anew takes too long to wait for."""
    if is_database(layer):
        return False
    stamps = stamp_of(layer_files(Path(layer)))
    return sum(stamp[SIZE] for stamp in stamps if stamp) > _LARGE_BYTES


_SHELF: Final = _Shelf()


def atlas() -> Atlas:
    """Return the atlas of this process, read at the first call.

    Raises
    ------
    DataError
        If the data is wrong and no good atlas was read before.
    """
    return _SHELF.get()
