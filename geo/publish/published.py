"""All files of a published site, in the order in which they are written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from geo.atlas import Atlas
from geo.atlas.answers import style_of
from geo.atlas.exports import file_name, pieces
from geo.atlas.maps import SCRIPTS, STYLES
from geo.atlas.selections import select
from geo.base.paths import ROOT, read_installed
from geo.base.settings import Settings
from geo.ground.archives import WORLD_CREDIT
from geo.model.query import Query
from geo.publish import pages
from geo.publish.data_files import data_files
from geo.publish.map_page import render_map_page, scripts_of
from geo.publish.packing import pack_json, pack_script, without_comments
from geo.publish.record_page import render_gone
from geo.publish.site import Site
from geo.publish.site_ground import ground_of_site, ground_words
from geo.publish.site_pages import (
    ABOUT,
    DOWNLOADED,
    DOWNLOADS,
    FOR_SMALL_LAYERS,
    MENU,
    MISSING,
    MOST_TABLED,
    Offered,
    about_page,
    downloads_page,
    missing_page,
    sources_pages,
    table_pages,
)
from geo.publish.stories import Story
from geo.publish.story_page import WALK_SCRIPT, render_stories

_STATIC: Final = Path(__file__).parents[1] / "web" / "static"
_LEAFLET: Final = ROOT / "node_modules" / "leaflet" / "dist"
_FONT: Final = ROOT / "node_modules" / "@fontsource-variable" / "source-sans-3"
_DRAWING: Final = (
    ROOT / "node_modules" / "protomaps-leaflet" / "dist" / "protomaps-leaflet.js"
)
_ICON: Final = "favicon.png"
#: Scripts that the font is brought along for.
_SCRIPTS_OF_FONT: Final = ("latin", "latin-ext", "cyrillic")
#: Records that get a page each without anybody being asked.
PAGES_UNASKED: Final = 5_000
#: Keeps GitHub Pages from leaving out files whose names begin with "_".
_AS_IT_IS: Final = ".nojekyll"
_KILO: Final = 1_000
_INDENT: Final = re.compile(r"^[ \t]+", re.MULTILINE)
#: The style sheet of the pages that are read without scripts.
READING_STYLE: Final = "assets/reading.css"


@dataclass(frozen=True, slots=True)
class Edition:
    """What is to be published.

    Parameters
    ----------
    atlas, deployment, site
        The map, its settings, and the site that is made of it.
    stories
        Its stories.
    """

    atlas: Atlas
    deployment: Settings
    site: Site
    stories: Sequence[Story] = ()


def site_files(
    edition: Edition, progress: Callable[[int], None] = lambda _: None
) -> Iterator[tuple[str, bytes]]:
    """Go through all files of a site: path below its folder, and content.

    The same map gives the same bytes.

    Parameters
    ----------
    edition
        What is to be published.
    progress
        Hears of each incident that is written, twice where records have pages.

    Raises
    ------
    MissingAssetError
        If the browser libraries are not installed; names the command.
    """
    atlas, site = edition.atlas, edition.site
    library = read_installed(_DRAWING).decode()
    yield "data/drawing.js", pack_json("drawing", [library])
    yield "data/ground.js", pack_script("ground", ground_of_site(atlas))
    ground = ground_words("data:drawing", WORLD_CREDIT)
    style = style_of(atlas, edition.deployment, ground)
    # Street tiles come from another host, and a site asks none.
    style["embed"] = True
    # And nobody draws its view.
    style["pictures"] = False
    style["tiles"] = {"url": None, "attribution": "", "default": False}
    for name, content in data_files(atlas, site, style, progress):
        yield f"data/{name}.js", content
    yield from _map(edition)
    yield from _text(table_pages(atlas, site))
    yield from _text(sources_pages(atlas, site))
    yield from _text([(ABOUT, about_page(atlas, site, edition.deployment.about))])
    yield _AS_IT_IS, b""
    if site.address:
        yield MISSING, missing_page(site).encode()
    yield from _downloads(edition)
    yield from _feeds(edition)
    yield from _stories(edition)
    if edition.site.has_pages:
        yield from _text(_record_pages(edition, progress))
    if edition.site.has_pages and edition.site.has_cards:
        from geo.publish.pictures.cards import card_of_record  # noqa: PLC0415

        for incident_id in atlas.engine.ids(Query()):
            yield site.card_path(incident_id), card_of_record(atlas, incident_id)


def _text(
    pages_: Iterator[tuple[str, str]] | Sequence[tuple[str, str]],
) -> Iterator[tuple[str, bytes]]:
    for path, html in pages_:
        yield path, html.encode()


# --- the map ---


def _map(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """Go through the map's page, its scripts and styles, fonts and icon."""
    site = edition.site
    loader = without_comments(_own(_STATIC / "site-files.js")).encode()
    loading = f"assets/{_digested('files.js', loader)}"
    yield loading, loader
    names = [_STATIC / name for name in scripts_of(SCRIPTS, of_files=True)]
    leaflet = read_installed(_LEAFLET / "leaflet.js").decode()
    packed = [leaflet, *(without_comments(_own(file)) for file in names)]
    yield "data/scripts.js", pack_json("scripts", packed)
    styles: list[str] = []
    for stem, sheets in (
        ("leaflet.css", [_LEAFLET / "leaflet.css"]),
        ("map.css", [_STATIC / name for name in (*STYLES, "own-page.css")]),
    ):
        sheet = without_comments("\n".join(map(_own, sheets)))
        # Host and browser may compress nothing: blanks before a rule say nothing either.
        content = _INDENT.sub("", sheet).encode()
        styles.append(f"assets/{_digested(stem, content)}")
        yield styles[-1], content
    styles.append("assets/font/wght.css")
    yield styles[-1], _faces(read_installed(_FONT / "wght.css").decode()).encode()
    for script in _SCRIPTS_OF_FONT:
        name = f"source-sans-3-{script}-wght-normal.woff2"
        yield f"assets/font/files/{name}", read_installed(_FONT / "files" / name)
    yield _ICON, read_installed(_STATIC / "icon.png")
    yield (
        READING_STYLE,
        read_installed(Path(__file__).parent / "templates" / "reading.css"),
    )
    total = edition.atlas.engine.count(Query())
    stories = [(site.stories_path(), "Stories")] if edition.stories else []
    language = next(iter(edition.deployment.languages), "en")
    if site.map_card:
        from geo.publish.pictures.cards import card_of_map  # noqa: PLC0415 - an extra

        yield site.map_card, card_of_map(edition.atlas)
    embedded = site.embedded_path()
    for path, full_map in ((site.map_path(), ""), (embedded, site.map_path())):
        page = render_map_page(
            site,
            scripts=[loading],
            styles=styles,
            packed="scripts",
            icon=_ICON,
            total=total,
            pages=[*MENU, *stories],
            full_map=full_map,
            embedded_page=embedded,
            language=language,
        )
        yield path, page.encode()


def _own(file: Path) -> str:
    return read_installed(file).decode()


def _faces(css: str) -> str:
    """Return the faces of the font for the scripts that a site brings along.

    Texts in others are in a font of the reader's own system.
    """
    faces = re.split(r"(?=/\* source-sans-3-)", css)
    kept = tuple(f"/* source-sans-3-{script}-wght" for script in _SCRIPTS_OF_FONT)
    return "".join(face for face in faces if face.startswith(kept))


def _digested(name: str, content: bytes) -> str:
    """Return a file's name with its checksum: hosts may keep it for ever."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:10]}.{suffix}"


# --- what is beside it ---


def _stories(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """Go through the pages of stories, their list, and what makes walks of them."""
    atlas, site, stories = edition.atlas, edition.site, edition.stories
    if not stories:
        return
    yield WALK_SCRIPT, without_comments(_own(_STATIC / "walk.js")).encode()
    yield site.stories_path(), render_stories(stories, site).encode()
    yield from _text(
        (site.story_path(story.name), pages.page_of_story(atlas, story, site))
        for story in stories
    )


def _downloads(edition: Edition) -> Iterator[tuple[str, bytes]]:
    atlas, offered = edition.atlas, []
    selection = select(
        atlas.engine,
        Query(),
        vocabulary=atlas.vocabulary,
        sources=atlas.sources,
        own=atlas.own,
    )
    is_large = atlas.engine.count(Query()) > MOST_TABLED
    for name, words, use in DOWNLOADED:
        if is_large and name in FOR_SMALL_LAYERS:
            continue
        content = b"".join(pieces(selection, name, package="zip"))
        path = f"downloads/{file_name(name, package='zip')}"
        offered.append(Offered(path, words, use, _size_words(len(content))))
        yield path, content
    yield DOWNLOADS, downloads_page(edition.site, offered, is_large=is_large).encode()


def _size_words(size_bytes: int) -> str:
    if size_bytes < _KILO**2:
        return f"{max(1, round(size_bytes / _KILO)):,} kB"
    return f"{size_bytes / _KILO**2:,.1f} MB"


def _feeds(edition: Edition) -> Iterator[tuple[str, bytes]]:
    atlas, site = edition.atlas, edition.site
    yield "feed.xml", pages.feed_of(atlas, Query(), site)
    yield "corrections.xml", pages.corrections_feed(atlas, site)
    for category in atlas.engine.counts(Query(), "category"):
        feed = pages.feed_of(atlas, Query(category=(category,)), site)
        yield f"feeds/{quote(category, safe='')}.xml", feed
    # A list of pages holds whole addresses, or is none.
    if site.address and edition.site.has_pages:
        stories = edition.stories
        yield "sitemap.xml", pages.sitemap_of(atlas, stories, site)
        parts = pages.sitemap_parts(atlas, stories, site)
        for part in range(1, parts + 1) if parts > 1 else ():
            yield f"sitemap-{part}.xml", pages.sitemap_of(atlas, stories, site, part)
        there = f"User-agent: *\nAllow: /\nSitemap: {site.absolute('sitemap.xml')}\n"
        yield "robots.txt", there.encode()


def _record_pages(
    edition: Edition, progress: Callable[[int], None]
) -> Iterator[tuple[str, str]]:
    """Go through the pages of records, and of those that are no longer here."""
    atlas, site = edition.atlas, edition.site
    ids = atlas.engine.ids(Query())
    for incident_id in ids:
        page = pages.page_of_record(atlas, incident_id, site)
        yield site.record_path(incident_id), page.html
        progress(1)
    there = set(ids)
    for incident_id in dict.fromkeys(change.id for change in atlas.journal.changes):
        if incident_id in there or not atlas.journal.fate_of(incident_id):
            continue
        page = pages.page_of_record(atlas, incident_id, site)
        html = page.html
        if page.moved_to:
            moved = site.record_path(page.moved_to)
            said = [f"It is told of in another record now: {moved}"]
            html = render_gone("This record has become part of another", said, site)
        yield site.record_path(incident_id), html
