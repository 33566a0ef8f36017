"""The pages of a site that is files only: table, sources, what the map is about, downloads.

In the app Streamlit draws these. Here they are plain pages, readable without scripts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from geo.atlas import Atlas
from geo.engine import Row
from geo.model.dates import day_words
from geo.model.geonames import country_name
from geo.model.incident import Incident, incident_of
from geo.model.query import Query
from geo.model.sources import Source
from geo.model.vocabulary import PRECISION_LABELS, Precision
from geo.model.wording import NOT_KNOWN, NOT_PLACED, date_words, dispute_words
from geo.publish.site import Site
from geo.publish.templating import templates_in

TABLE: Final = "table.html"
SOURCES: Final = "sources.html"
ABOUT: Final = "about.html"
DOWNLOADS: Final = "downloads.html"
#: What hosts show where there is nothing, by a name that most of them agree on.
MISSING: Final = "404.html"
#: Address and name of the pages beside the map, in the order of the menu.
MENU: Final = (
    (TABLE, "Table"),
    (DOWNLOADS, "Downloads"),
    (SOURCES, "Sources"),
    (ABOUT, "How to read this map"),
)
#: Incidents and sources on one page, and incidents in tables at most: a larger layer is
#: for the downloads.
_ROWS_A_PAGE: Final = 250
_SOURCES_A_PAGE: Final = 100
MOST_TABLED: Final = 25_000
_COLUMNS: Final = (
    "Title",
    "How sure",
    "Date",
    "What happened",
    "Place",
    "Country or territory",
    "How exact",
)
#: Formats that a site offers, what each is called, and for what it serves.
DOWNLOADED: Final = (
    ("csv", "Table (CSV)", "opens in any spreadsheet"),
    ("xlsx", "Workbook (Excel)", "with sheets for actors, passages and sources"),
    ("geojson", "GeoJSON", "for web maps and most programs"),
    ("gpkg", "GeoPackage", "for QGIS and other geographic programs"),
    ("kml", "KML", "for Google Earth"),
)
#: Formats that a larger layer than :data:`MOST_TABLED` is not offered in: what opens them
#: is slow with it, and they take longer to write than all else of a site.
FOR_SMALL_LAYERS: Final = frozenset({"xlsx", "kml"})


class Offered(NamedTuple):
    """A download: its address, format, use, and size in words."""

    path: str
    name: str
    use: str
    size: str


def table_pages(atlas: Atlas, site: Site) -> Iterator[tuple[str, str]]:
    """Go through the pages of the table, newest first: path and HTML of each.

    Parameters
    ----------
    atlas, site
        The map, and the site that the pages are a part of.
    """
    total = atlas.engine.count(Query())
    tabled = min(total, MOST_TABLED)
    paths = _paged(TABLE, tabled, _ROWS_A_PAGE)
    left = f" The newest {tabled:,} are here." if tabled < total else ""
    for number, path in paths:
        rows = atlas.engine.rows(
            Query(),
            order="newest",
            limit=min(_ROWS_A_PAGE, tabled - (number - 1) * _ROWS_A_PAGE),
            offset=(number - 1) * _ROWS_A_PAGE,
        )
        yield (
            path,
            _rendered(
                "table.html",
                site,
                "All incidents as a table",
                said=f"{total:,} incidents, newest first.{left}",
                columns=_COLUMNS,
                rows=[
                    (
                        site.record_path(row.id),
                        _cells(atlas, row, incident_of(feature)),
                    )
                    for row, feature in zip(
                        rows, atlas.engine.features_of_rows(rows), strict=True
                    )
                ],
                pages=paths,
                here=number,
            ),
        )


def sources_pages(atlas: Atlas, site: Site) -> Iterator[tuple[str, str]]:
    """Go through the pages of the sources: path and HTML of each."""
    cited = atlas.engine.counts(Query(), "source")
    sources = list(atlas.sources.values())
    paths = _paged(SOURCES, len(sources), _SOURCES_A_PAGE)
    for number, path in paths:
        first = (number - 1) * _SOURCES_A_PAGE
        here = sources[first : first + _SOURCES_A_PAGE]
        yield (
            path,
            _rendered(
                "sources.html",
                site,
                "Sources",
                said=f"{len(sources):,} source{'' if len(sources) == 1 else 's'}.",
                sources=[(one, _facts(one, cited.get(one.id, 0))) for one in here],
                pages=paths,
                here=number,
            ),
        )


def about_page(atlas: Atlas, site: Site, about: str) -> str:
    """Return the page that says what the map is and what its marks mean.

    Parameters
    ----------
    atlas, site
        The map, and the site that the page is a part of.
    about
        What its maker says of it, in Markdown; HTML in it is shown, not read.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415 - an extra

    markdown = MarkdownIt("commonmark", {"html": False})
    return _rendered(
        "page.html",
        site,
        "How to read this map",
        text=markdown.render(f"{about}\n\n{_HOW_TO_READ}"),
        terms=[(one.label, one.definition) for one in atlas.vocabulary],
    )


def downloads_page(
    site: Site, files: Sequence[Offered], *, is_large: bool = False
) -> str:
    """Return the page of the downloads; *is_large* where some formats are left out."""
    left = f" {_LEFT_OUT}" if is_large else ""
    licence = f" Terms of use: {site.licence}" if site.licence else ""
    return _rendered(
        "downloads.html",
        site,
        "Downloads",
        said=f"All incidents of this map, in several formats.{left}{licence}",
        files=files,
    )


def missing_page(site: Site) -> str:
    """Return the page that a host shows at an address where the site has nothing.

    It is shown at any depth, so that its links begin at the root of the host.

    Parameters
    ----------
    site
        The site; it has an address, whose path its links go by.
    """
    return _rendered(
        "gone.html",
        site,
        "There is no page at this address",
        up=f"{urlsplit(site.address).path}/",
        lines=["It may have been taken out of this map, or the link may be cut off."],
    )


_LEFT_OUT: Final = (
    "There is no workbook and no KML: what opens them is slow with so many incidents."
)

_HOW_TO_READ: Final = """
**A claim is not a fact.** “Reported” means that the source tells it as a fact. “Alleged”
means that somebody says so; the record names who, where that is known. Whoever denies it is
named just as prominently. “Unverified” means that the source itself could not confirm it. A
plan is shown as a plan, never as something that happened.

**A marker is not always a spot.** Only a marker on a stem stands at a venue or in a street.
A ring of dots means that a point was given and nobody said how exact it is. All others mean
“somewhere in here”, and the dashed disc, area or line shows how far that reaches. What is
too vague for the view is counted at the map’s edge.

**Dates may be vague.** The solid part of a bar counts incidents that happened in that
month or year; the pale part counts further ones that may have.

## What happened
"""


def _rendered(template: str, site: Site, heading: str, **values: object) -> str:
    return (
        templates_in()
        .get_template(template)
        .render(**{"site": site, "up": "", "heading": heading, **values})
    )


def _paged(path: str, total: int, size: int) -> list[tuple[int, str]]:
    """Return the number and path of each page of a list; an empty list has one."""
    stem = path.removesuffix(".html")
    pages = max(1, -(-total // size))
    return [
        (number, path if number == 1 else f"{stem}-{number}.html")
        for number in range(1, pages + 1)
    ]


def _cells(atlas: Atlas, row: Row, incident: Incident) -> list[str]:
    exact = NOT_KNOWN if row.located else NOT_PLACED
    return [
        row.title,
        dispute_words(incident),
        date_words(row.date),
        atlas.vocabulary[row.category].label,
        row.place or NOT_KNOWN,
        country_name(row.country) if row.country else NOT_KNOWN,
        PRECISION_LABELS[Precision(row.precision)] if row.precision else exact,
    ]


def _facts(source: Source, cited: int) -> list[tuple[str, str]]:
    facts = [
        ("Publisher", source.publisher),
        ("By", "; ".join(source.authors)),
        ("Published", day_words(source.published) if source.published else NOT_KNOWN),
        ("Licence", source.licence),
        ("Address", source.url or ""),
        ("Incidents that rest on it", f"{cited:,}"),
    ]
    return [(label, text) for label, text in facts if text]
