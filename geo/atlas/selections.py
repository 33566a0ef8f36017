"""Selecting: the incidents that a query asks for, counted and with their checksum."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Final
from weakref import WeakKeyDictionary

from cachetools import LRUCache

from geo.base.errors import SettingsError
from geo.base.settings import settings
from geo.base.work import check_work
from geo.engine import Engine
from geo.formats.selection import NO_LICENCE, About, Selection, content_digest
from geo.model.own_fields import OwnField, parse_own_fields
from geo.model.query import Query
from geo.model.sources import Source, Sources, publishers_of, read_sources
from geo.model.vocabulary import Vocabulary, read_vocabulary

#: Checksums kept of each engine.
_KEPT_CHECKSUMS: Final = 512
#: Seconds between two looks at whether a thread that waits is still wanted.
_LOOK_EVERY_S: Final = 0.1
#: A zip archive cannot tell of anything earlier; files without a date have this one.
_NO_DATE: Final = datetime(1980, 1, 1, tzinfo=UTC)


def select(
    engine: Engine,
    query: Query,
    *,
    vocabulary: Vocabulary | None = None,
    sources: Sources | None = None,
    own: tuple[OwnField, ...] | None = None,
) -> Selection:
    """Return the incidents that a query asks for, ready to be written.

    Goes through them once, to count them and to take their checksum; the same query of
    the same engine is not gone through again.

    Parameters
    ----------
    engine
        The layer.
    query
        Which incidents; none gives an empty selection.
    vocabulary, sources, own
        By default the deployment's.

    Raises
    ------
    DataError
        If the vocabulary or the register is wrong.
    SettingsError
        If ``SOURCE_DATE_EPOCH`` is not a number of seconds, or an own field is
        declared wrong.
    """
    if vocabulary is None:
        vocabulary = read_vocabulary(settings().vocabulary)
    if sources is None:
        sources = read_sources(settings().sources)

    if own is None:
        own = parse_own_fields(settings().fields)

    def lines() -> Iterator[str]:
        return engine.feature_lines(query)

    cited = engine.counts(query, "source")
    chosen = tuple(sources[source] for source in sources if source in cited)
    rows, digest = _checksums.of(engine, query, lines)
    about = About(
        title=settings().title,
        attribution=attribution(chosen),
        query=query.parameters(),
        layer_version=engine.version,
        rows=rows,
        made=date_made(engine.updated),
        sha256=digest,
        own=own,
        licence=settings().licence or NO_LICENCE,
    )
    return Selection(about, lines, vocabulary, chosen)


class _Checksums:
    """Keeps the checksum of each query of each engine; one thread makes it."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Engine, LRUCache[str, tuple[int, str]]] = (
            WeakKeyDictionary()
        )
        self._made: set[tuple[int, str]] = set()
        self._changed = threading.Condition()

    def of(
        self, engine: Engine, query: Query, lines: Callable[[], Iterable[str]]
    ) -> tuple[int, str]:
        """Return the number of lines and their checksum.

        Where another thread makes it, wait for it; if that one is stopped, go on
        from the beginning.
        """
        name = query.urlencode()
        making = id(engine), name
        with self._changed:
            while making in self._made:
                check_work()
                self._changed.wait(_LOOK_EVERY_S)
            known = self._known.setdefault(engine, LRUCache(_KEPT_CHECKSUMS))
            if name in known:
                return known[name]
            self._made.add(making)
        try:
            checksum = content_digest(lines())
            with self._changed:
                known[name] = checksum
            return checksum
        finally:
            with self._changed:
                self._made.discard(making)
                self._changed.notify_all()


_checksums: Final = _Checksums()


def date_made(updated: str) -> datetime:
    """Return the date that files carry.

    Parameters
    ----------
    updated
        The day the layer last changed, ISO; empty for a layer without incidents.

    Raises
    ------
    SettingsError
        If ``SOURCE_DATE_EPOCH`` (https://reproducible-builds.org/specs/) is not a
        number of seconds.
    """
    epoch_s = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch_s:
        try:
            return datetime.fromtimestamp(int(epoch_s), UTC)
        except (ValueError, OverflowError, OSError) as error:
            msg = (
                f"SOURCE_DATE_EPOCH={epoch_s!r} is not a number of seconds since 1970."
            )
            raise SettingsError(msg) from error
    if not updated:
        return _NO_DATE
    return datetime.fromisoformat(updated).replace(tzinfo=UTC)


def attribution(sources: Iterable[Source]) -> str:
    """Return whom to credit for the incidents of these sources."""
    publishers = publishers_of(sources)
    coded = f", coded from {publishers}" if publishers else ""
    licence = settings().licence
    terms = f" {licence}." if licence else ""
    return f"{settings().title}: incidents{coded}.{terms}"
