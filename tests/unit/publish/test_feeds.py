"""Feeds and lists of addresses: what they hold, in which order, as sound XML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from geo.atlas import Atlas
from geo.base.errors import NotFoundError
from geo.model.changes import Change, Journal
from geo.model.incident import Incident
from geo.model.query import Query
from geo.publish.pages import corrections_feed, feed_of, page_of_record, sitemap_of
from geo.publish.site import Site
from geo.publish.stories import Story
from tests.builders import PAYLOADS, make_atlas, make_incident, poisoned

SITE = Site("Our map", "A line", "CC BY 4.0", "https://map.example/m")
ATOM = "{http://www.w3.org/2005/Atom}"
MAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
DAY = date(2024, 3, 1)
STORIES = (
    Story("how-it-began", "How it began", "", (), changed=DAY),
    Story("how-it-went-on", "How it went on", "", ()),
)


def atlas_of(*incidents: Incident, changes: Sequence[Change] = ()) -> Atlas:
    """Return an atlas of some incidents whose journal has some changes."""
    made = make_atlas(Path("nowhere"), *incidents)
    return replace(made, journal=Journal(tuple(changes)))


def read(written: bytes) -> ET.Element:
    """Return the root of what was written."""
    return ET.fromstring(written)  # noqa: S314 - ours


def entries(feed: bytes) -> list[dict[str, str]]:
    """Return the entries of a feed."""
    return [
        {part.tag.removeprefix(ATOM): part.text or "" for part in entry}
        for entry in read(feed).iter(f"{ATOM}entry")
    ]


def addresses(written: bytes) -> list[str]:
    """Return the addresses of a list."""
    return [each.text or "" for each in read(written).iter(f"{MAPS}loc")]


def test_a_feed_tells_status_date_and_place_in_words() -> None:
    """The newest first, each with the link to its page."""
    atlas = atlas_of(
        make_incident(id="old", updated="2024-01-01"),
        make_incident(
            id="new",
            updated="2024-02-01",
            status="alleged",
            alleged_by=("A",),
            denied_by=("B",),
        ),
        make_incident(id="undated", updated=""),
    )

    feed = feed_of(atlas, Query(), SITE)

    new, old, undated = entries(feed)
    assert new["id"] == "https://map.example/m/incident/new"
    assert new["title"] == "Alleged, denied: Mural painted over"
    assert new["updated"] == "2024-02-01T00:00:00+00:00"
    for said in (
        "Alleged by A.",
        "Denied by B.",
        "August 2023. Somewhere in Belgrade.",
    ):
        assert f"<p>{said}</p>" in new["summary"]
    assert old["id"].endswith("/old")
    assert undated["id"].endswith("/undated")
    root = read(feed)
    assert root.findtext(f"{ATOM}updated") == "2024-02-01T00:00:00+00:00"
    assert root.findtext(f"{ATOM}rights") == "CC BY 4.0"


def test_a_feed_follows_the_filters_and_says_so() -> None:
    """Its address and its id are those of the filter, in whatever order it was asked."""
    atlas = atlas_of(
        make_incident(id="a", category="mural"),
        make_incident(id="b", category="attack"),
    )

    feed = feed_of(atlas, atlas.query({"category": ["attack"]}), SITE)

    assert [one["id"][-1] for one in entries(feed)] == ["b"]
    root = read(feed)
    address = "https://map.example/m/feed.xml?category=attack"
    assert root.findtext(f"{ATOM}id") == address
    assert root.findtext(f"{ATOM}subtitle") == "Filtered by category: attack"


def test_the_same_records_give_the_same_bytes() -> None:
    """Also where there are none, and no day to tell."""
    for incidents in ((), (make_incident(),)):
        once, again = (feed_of(atlas_of(*incidents), Query(), SITE) for _ in range(2))
        assert once == again
        assert b"<updated>" in once


def test_an_entry_tells_what_was_changed_last() -> None:
    """That is why a reader sees it again."""
    changes = [
        Change("mural-2023", DAY, "The title is another.", "It was too long."),
        Change("mural-2023", date(2024, 4, 1), "The date is another."),
    ]

    (entry,) = entries(
        feed_of(atlas_of(make_incident(), changes=changes), Query(), SITE)
    )

    assert "What has changed: The date is another." in entry["summary"]
    assert "too long" not in entry["summary"]


def test_corrections_are_listed_the_newest_first() -> None:
    """Of records that are there and of those that are gone, and of no others."""
    changes = [
        Change("mural-2023", DAY, "The title is another.", "It was too long.", 2),
        Change("mural-2023", date(2024, 4, 1), "The date is another.", "", 3),
        Change(
            "gone", date(2024, 5, 1), "", "The source took it back.", withdrawn=True
        ),
        Change("of-another-map", date(2024, 6, 1), "It is another."),
    ]
    atlas = atlas_of(make_incident(), changes=changes)

    gone, later, earlier = entries(corrections_feed(atlas, SITE))

    assert gone["title"] == "No longer there: gone"
    assert "The record was withdrawn. The source took it back." in gone["summary"]
    assert later["title"] == "Changed: Mural painted over"
    assert later["id"].endswith("/incident/mural-2023#changed-2024-04-01-3")
    assert earlier["id"] != later["id"]


def test_texts_of_feeds_are_texts() -> None:
    """Escaped as HTML within XML; an address holds none of them."""
    for payload in PAYLOADS:
        changes = [Change("mural-2023", DAY, payload, payload)]
        atlas = atlas_of(poisoned(payload), changes=changes)
        site = Site(payload, payload, payload, "https://map.example")
        for feed in (feed_of(atlas, Query(), site), corrections_feed(atlas, site)):
            (entry,) = entries(feed)
            assert payload in entry["title"]
            assert "<img" not in entry["summary"]
            assert "<script" not in entry["summary"]
            assert entry["id"].startswith("https://map.example/incident/mural-2023")


# --- lists of addresses ---------------------------------------------------------------


def test_a_small_map_has_one_list_of_all_its_pages() -> None:
    """The map, its stories, its records, each with the day it changed."""
    atlas = atlas_of(make_incident(id="a"), make_incident(id="b", updated=""))

    written = sitemap_of(atlas, STORIES, SITE)

    assert addresses(written) == [
        "https://map.example/m/",
        "https://map.example/m/stories",
        "https://map.example/m/story/how-it-began",
        "https://map.example/m/story/how-it-went-on",
        "https://map.example/m/incident/a",
        "https://map.example/m/incident/b",
    ]
    assert written.count(b"<lastmod>2024-01-05</lastmod>") == 2
    # The list of stories changed with the one that changed last.
    assert written.count(b"<lastmod>2024-03-01</lastmod>") == 2


def test_a_map_without_stories_has_no_list_of_them() -> None:
    """Neither does it lead to one."""
    assert addresses(sitemap_of(atlas_of(), (), SITE)) == ["https://map.example/m/"]


def test_a_large_map_has_lists_in_parts_that_hold_each_page_once() -> None:
    """And one list of these lists."""
    names = [f"incident-{number}" for number in range(8)]
    atlas = atlas_of(*(make_incident(id=name) for name in names))

    def written(part: int | None) -> list[str]:
        return addresses(sitemap_of(atlas, STORIES[:1], SITE, part, most=3))

    lists = written(None)
    parts = [written(number) for number in (1, 2, 3, 4)]

    assert lists == [f"https://map.example/m/sitemap-{n}.xml" for n in (1, 2, 3, 4)]
    assert max(map(len, parts)) == 3
    found = [address for part in parts for address in part]
    assert len(found) == len(set(found)) == 11
    assert found[3:] == [f"https://map.example/m/incident/{name}" for name in names]
    for wrong in (0, 5):
        with pytest.raises(NotFoundError, match="it has 4"):
            written(wrong)


# --- what became of a record ----------------------------------------------------------


def test_a_record_that_was_withdrawn_says_so() -> None:
    """With the day and the reason, and without what it told."""
    change = Change("gone", DAY, "", "The source took it back.", withdrawn=True)

    page = page_of_record(atlas_of(changes=[change]), "gone", SITE)

    assert page.is_gone
    assert "It was taken out of this map on 1 March 2024." in page.html
    assert "The source took it back." in page.html
    assert 'content="noindex"' in page.html


def test_a_record_that_was_merged_leads_to_the_other() -> None:
    """As long as that one is there."""
    change = Change("twin", DAY, "", "It was told twice.", into="mural-2023")

    there = page_of_record(atlas_of(make_incident(), changes=[change]), "twin", SITE)
    gone = page_of_record(atlas_of(changes=[change]), "twin", SITE)

    assert (there.moved_to, there.html) == ("mural-2023", "")
    assert gone.is_gone
    assert "merged into another one" in gone.html


def test_a_record_that_never_was_is_not_found() -> None:
    """Nothing is made up about it."""
    with pytest.raises(NotFoundError):
        page_of_record(atlas_of(make_incident()), "nobody", SITE)


def test_a_record_that_is_there_outweighs_what_the_journal_says() -> None:
    """It was taken in again."""
    change = Change("mural-2023", DAY, "", "", withdrawn=True)

    page = page_of_record(
        atlas_of(make_incident(), changes=[change]), "mural-2023", SITE
    )

    assert not page.is_gone
    assert "Mural painted over" in page.html
