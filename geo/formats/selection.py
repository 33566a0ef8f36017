"""A selection: the incidents of one file, with what the file must say of them.

Every format is made of one of these, so that all files of one query tell the same
licence, query, version, number of rows, date and checksum.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from geo.model.fields import Field, dictionary, own_columns
from geo.model.own_fields import OwnField
from geo.model.sources import Source, is_web_address
from geo.model.vocabulary import Vocabulary

#: What stands where a map does not say on what terms its data may be used.
NO_LICENCE: Final = "not stated; ask whoever made the map"
#: Addresses of the licences that maps name by their short names.
_ADDRESSES: Final = {
    "CC0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC BY-NC 4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC BY-NC-SA 4.0": "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    "CC BY-ND 4.0": "https://creativecommons.org/licenses/by-nd/4.0/",
    "ODbL 1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
}
RIGHTS: Final = (
    "The licence covers the coding and its words. Quoted phrases belong to their "
    "publishers; see the sources."
)


def licence_address(licence: str) -> str:
    """Return where a licence can be read.

    Parameters
    ----------
    licence
        Its short name, such as ``CC BY 4.0``, or its address. Anything else, and
        nothing, have no address: an empty text.
    """
    if is_web_address(licence):
        return licence
    return _ADDRESSES.get(licence, "")


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
    own
        The layer's declared own fields, each a column.
    licence
        On what terms others may use it: a short name, an address, or words.
    """

    title: str
    attribution: str
    query: Mapping[str, list[str]]
    layer_version: str
    rows: int
    made: datetime
    sha256: str
    own: tuple[OwnField, ...] = ()
    licence: str = NO_LICENCE

    @property
    def licence_url(self) -> str:
        """Where the licence can be read; empty where that is not known."""
        return licence_address(self.licence)

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
            "licence": self.licence,
            "licence_url": self.licence_url,
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
            "fields": dictionary(self.own),
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
        text of :func:`geo.layer.geojson.dump_geojson`; may be called again.
    vocabulary
        The categories, for colours and symbols.
    sources
        The sources cited, in the order of the register.
    """

    about: About
    lines: Callable[[], Iterator[str]]
    vocabulary: Vocabulary
    sources: tuple[Source, ...]

    @property
    def own(self) -> tuple[Field, ...]:
        """The columns of own fields, which stand behind those of the model."""
        return own_columns(self.about.own)

    def features(self) -> Iterator[dict[str, Any]]:
        """Go through the features in layer order."""
        for line in self.lines():
            yield json.loads(line)


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
