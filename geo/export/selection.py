"""A selection: the incidents a query asks for, with what a file must say of them.

Every format is made of one of these, so that all files of one query tell the same
licence, query, version, number of rows, date and checksum.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from cachetools import LRUCache

from geo.errors import SettingsError
from geo.export.fields import dictionary
from geo.query import Query
from geo.settings import settings
from geo.sources import Source, Sources, read_sources
from geo.vocabulary import Vocabulary, read_vocabulary
from geo.work import check_work

if TYPE_CHECKING:
    # A reader of one file needs the columns that exports have, and no database.
    from geo.engine import Engine

LICENCE: Final = "CC BY 4.0"
LICENCE_URL: Final = "https://creativecommons.org/licenses/by/4.0/"
RIGHTS: Final = (
    "The licence covers our coding and our words. Quoted phrases belong to their "
    "publishers; see the sources."
)
#: Checksums kept of each engine.
_KEPT_CHECKSUMS: Final = 512
#: Seconds between two looks at whether a thread that waits is still wanted.
_LOOK_EVERY_S: Final = 0.1
#: A zip archive cannot tell of anything earlier; files without a date have this one.
_NO_DATE: Final = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class About:
    """What a file tells about itself.

    Parameters
    ----------
    title
        The map's title.
    attribution
        Whom to credit.
    query
        The filters, by the names they have in the URL; empty for everything.
    layer_version
        The version of the layer the rows are from.
    rows
        How many incidents.
    made
        When: ``SOURCE_DATE_EPOCH``, or the day the layer last changed. The time of
        the export itself would make equal exports differ.
    sha256
        Checksum of the content: see :func:`content_digest`. The same in every
        format.
    """

    title: str
    attribution: str
    query: Mapping[str, list[str]]
    layer_version: str
    rows: int
    made: datetime
    sha256: str

    @property
    def made_text(self) -> str:
        """When, as RFC 3339 writes it."""
        return self.made.strftime("%Y-%m-%dT%H:%M:%SZ")

    def facts(self) -> dict[str, str]:
        """Return everything but the data dictionary as texts, by name."""
        query = "&".join(
            f"{name}={value}" for name, values in self.query.items() for value in values
        )
        return {
            "title": self.title,
            "licence": LICENCE,
            "licence_url": LICENCE_URL,
            "rights": RIGHTS,
            "attribution": self.attribution,
            "query": query or "everything",
            "layer_version": self.layer_version,
            "rows": str(self.rows),
            "made": self.made_text,
            "content_sha256": self.sha256,
        }

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON values, the data dictionary included."""
        return {
            **self.facts(),
            "query": dict(self.query),
            "rows": self.rows,
            "fields": dictionary(),
        }


@dataclass(frozen=True, slots=True)
class Selection:
    """The incidents of one export.

    Parameters
    ----------
    about
        What the file tells about itself.
    lines
        Goes through the features in layer order, each as the canonical GeoJSON
        text of :func:`geo.geojson.dump_geojson`; may be called again.
    vocabulary
        The categories, for colours and symbols.
    sources
        The sources cited, in the order of the register.
    """

    about: About
    lines: Callable[[], Iterator[str]]
    vocabulary: Vocabulary
    sources: tuple[Source, ...]

    def features(self) -> Iterator[dict[str, Any]]:
        """Go through the features in layer order."""
        for line in self.lines():
            yield json.loads(line)


def select(
    engine: Engine,
    query: Query,
    *,
    vocabulary: Vocabulary | None = None,
    sources: Sources | None = None,
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
    vocabulary, sources
        By default the deployment's.

    Raises
    ------
    DataError
        If the vocabulary or the register is wrong.
    SettingsError
        If ``SOURCE_DATE_EPOCH`` is not a number of seconds.
    """
    if vocabulary is None:
        vocabulary = read_vocabulary(settings().vocabulary)
    if sources is None:
        sources = read_sources(settings().sources)

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
            found = content_digest(lines())
            with self._changed:
                known[name] = found
            return found
        finally:
            with self._changed:
                self._made.discard(making)
                self._changed.notify_all()


_checksums: Final = _Checksums()


def content_digest(lines: Iterable[str]) -> tuple[int, str]:
    """Return how many features there are, and the SHA-256 of their content.

    The checksum is of the features as canonical GeoJSON in UTF-8, each followed by
    a line feed, in order: of what a file says, not of how a format says it.
    """
    rows, digest = 0, hashlib.sha256()
    for line in lines:
        rows += 1
        digest.update(line.encode())
        digest.update(b"\n")
    return rows, digest.hexdigest()


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
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given:
        try:
            return datetime.fromtimestamp(int(given), UTC)
        except (ValueError, OverflowError, OSError) as error:
            msg = f"SOURCE_DATE_EPOCH={given!r} is not a number of seconds since 1970."
            raise SettingsError(msg) from error
    if not updated:
        return _NO_DATE
    return datetime.fromisoformat(updated).replace(tzinfo=UTC)


def attribution(sources: Iterable[Source]) -> str:
    """Return whom to credit for the incidents of these sources."""
    publishers = dict.fromkeys(source.publisher for source in sources)
    coded = f", coded from {', '.join(publishers)}" if publishers else ""
    return f"{settings().title}: incidents{coded}. {LICENCE}."
