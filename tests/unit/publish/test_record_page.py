"""The page of a record: what it says, what it leaves out, and what it tells machines."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import box

from geo.evidence.archive import Archive
from geo.evidence.corrections import Correction
from geo.evidence.record import Record, read_record
from geo.model.incident import Citation, Incident, feature_of
from geo.publish.linked_data import linked_data
from geo.publish.record_page import describe_briefly, render_gone, render_record
from geo.publish.site import Site
from tests.builders import PAYLOADS, QUOTE, SOURCES, VOCABULARY, make_incident, poisoned

SITE = Site("Our map", "A line", "https://licence.example/by", "https://map.example/m")
AT_HOME = Site("Our map")
TEXT = f"Nobody may see this. In the morning {QUOTE}, neighbours said. Nor this.\n"


class Reader(HTMLParser):
    """Reads a page as a browser without scripts does."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.data = ""
        self._inside: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag in {"script", "style", "title"}:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note where words are read again."""
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        """Note words, and data for machines."""
        if self._inside == ["script"]:
            self.data += data
        elif not self._inside:
            self.words.append(data)

    @property
    def text(self) -> str:
        """All words of the page."""
        return " ".join(" ".join(self.words).split())

    def meta(self, name: str) -> str | None:
        """Return what a page says of itself."""
        for tag, attributes in self.tags:
            if tag == "meta" and name in {
                attributes.get("name"),
                attributes.get("property"),
            }:
                return attributes["content"]
        return None

    def links(self) -> list[str]:
        """Return where the page leads."""
        return [each.get("href") or "" for tag, each in self.tags if tag == "a"]


def record_of(incident: Incident, folder: Path = Path("nowhere")) -> Record:
    """Return a record, with passages from copies if *folder* has them."""
    feature = feature_of(incident)
    point = (20.46, 44.81)
    return read_record(feature, point, VOCABULARY, SOURCES, Archive(folder))


def page_of(incident: Incident, site: Site = SITE, *corrections: Correction) -> Reader:
    """Return a record's page, read."""
    record = replace(record_of(incident), corrections=corrections)
    return Reader(render_record(record, site))


DENIED = make_incident(
    status="alleged", alleged_by=("A. Witness",), denied_by=("B. Accused",)
)


def test_a_page_says_what_the_record_says() -> None:
    """In its words, and in its order."""
    page = page_of(make_incident(summary="People painted over it."))

    for said in (
        "Mural painted over",
        "Reported.",
        "August 2023",
        "Somewhere in Belgrade.",
        "People painted over it.",
        f"“{QUOTE}”",
        "Source: Daily, 5 January 2024",
        "All of this rests on one source.",
        "Licence of the data: https://licence.example/by",
    ):
        assert said in page.text


def test_a_denial_stands_beside_the_allegation_and_looks_alike() -> None:
    """Also where only a title or a few words are shown."""
    written = render_record(record_of(DENIED), SITE)
    page = Reader(written)

    cards = written.split('<div class="cards">')[1].split("</div>")[0]
    assert Reader(cards).text == "Alleged by A. Witness. Denied by B. Accused."
    assert page.meta("og:title") == "Alleged, denied: Mural painted over"
    for name in ("description", "og:description"):
        said = page.meta(name) or ""
        assert said.startswith("Alleged by A. Witness. Denied by B. Accused.")


def test_a_long_summary_is_cut_and_never_a_denial() -> None:
    """However many deny it."""
    names = tuple(f"Person number {number}" for number in range(40))
    incident = make_incident(
        status="alleged", alleged_by=("A",), denied_by=names, summary="word " * 400
    )

    said = describe_briefly(incident)

    assert names[-1] in said
    assert len(describe_briefly(make_incident(summary="word " * 400))) < 310


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "Mural painted over"),
        ({"status": "unverified"}, "Unverified: Mural painted over"),
        ({"status": "false"}, "Shown to be false: Mural painted over"),
        ({"kind": "plan", "place_role": None}, "Planned: Mural painted over"),
        ({"alleged_by": ("A",)}, "In part alleged: Mural painted over"),
        (
            {"kind": "plan", "status": "unverified", "denied_by": ("B",)},
            "Planned, unverified, denied: Mural painted over",
        ),
    ],
)
def test_a_title_alone_says_how_sure_it_is(changes: dict[str, Any], title: str) -> None:
    """For cards, feeds and lists of results."""
    assert page_of(make_incident(**changes)).meta("og:title") == title


def test_each_source_is_named_once_with_its_address() -> None:
    """On paper, too, where no link can be followed."""
    cited = (Citation("weekly", "x"), Citation("daily", QUOTE), Citation("weekly", "y"))
    written = render_record(record_of(make_incident(citations=cited)), SITE)

    named = written.split("<h2>The sources</h2>")[1].split("</ul>")[0]
    assert Reader(named).links() == [
        "https://weekly.example/article",
        "https://daily.example/article",
    ]
    assert "told by weekly" in named
    assert "Weekly, 5 January 2024." in named
    assert "This record: https://map.example/m/incident/mural-2023" in written


def test_nothing_of_a_copy_is_shown_but_the_quote(tmp_path: Path) -> None:
    """A page is kept and passed on by others."""
    copy = tmp_path / "copy.txt"
    copy.write_text(TEXT, encoding="utf-8")
    Archive(tmp_path / "archive").add("daily", copy)
    record = record_of(make_incident(), tmp_path / "archive")
    assert record.passages[0].rest

    page = render_record(record, SITE)

    assert QUOTE in page
    for around in ("Nobody may see this", "In the morning", "neighbours", "Nor this"):
        assert around not in page


def test_a_passage_that_is_not_given_says_so() -> None:
    """And keeps its source."""
    page = page_of(make_incident(citations=(Citation("daily", ""),)))

    assert "No passage given." in page.text
    assert "“”" not in page.text
    assert "Source: Daily, 5 January 2024" in page.text


def test_a_page_names_its_address_where_it_is_known() -> None:
    """Else a relative one, and none that a request made up."""
    known, unknown = page_of(make_incident()), page_of(make_incident(), AT_HOME)
    address = "https://map.example/m/incident/mural-2023"

    def canonical(page: Reader) -> str | None:
        return next(
            each["href"] for tag, each in page.tags if each.get("rel") == "canonical"
        )

    assert (canonical(known), known.meta("og:url")) == (address, address)
    assert canonical(unknown) == "../incident/mural-2023"
    assert unknown.meta("og:url") is None
    assert "../?incident=mural-2023" in known.links()


def test_a_site_of_files_links_files() -> None:
    """There is no server that would find a page without its ending."""
    site = Site("Our map", page_ending=".html", map_page="index.html")
    page = page_of(make_incident(), site)

    assert "../index.html?incident=mural-2023" in page.links()
    assert "../index.html" in page.links()


def test_changes_are_told_the_newest_first() -> None:
    """Under how often and when last; a first version says that there are none."""
    changes = [
        Correction("mural-2023", date(2024, 3, day), day, (f"Change {day}.",))
        for day in (2, 3)
    ]
    page = page_of(make_incident(version=3), SITE, *changes)
    first = page_of(make_incident(version=1))

    assert page.text.index("Change 3.") < page.text.index("Change 2.")
    assert "Changed 2 times, last on 3 March 2024." in page.text
    assert "Unchanged since 5 January 2024." in first.text


def test_texts_are_texts() -> None:
    """In the page, in what it says of itself, and in its data for machines."""
    for payload in PAYLOADS:
        incident = poisoned(payload)
        site = Site(payload, payload, payload)
        told = Correction("mural-2023", date(2024, 3, 1), 2, (payload,))
        record = replace(record_of(incident), corrections=(told,))
        written = render_record(record, site)
        page = Reader(written)

        assert payload in page.text
        tags = {tag for tag, _ in page.tags}
        assert not tags & {"img", "details", "svg", "iframe", "base"}
        assert [each for tag, each in page.tags if tag == "script"] == [
            {"type": "application/ld+json"}
        ]
        assert json.loads(page.data)["@type"] == "WebPage"
        for link in page.links():
            assert link.startswith(("../", "https://"))
        gone = Reader(render_gone(payload, [payload], site))
        assert payload in gone.text


# --- for machines -------------------------------------------------------------------


def entity(incident: Incident) -> dict[str, Any]:
    """Return what a page says a record is; empty where it is only a page."""
    found: dict[str, Any] = linked_data(record_of(incident), SITE).get("mainEntity", {})
    return found


EVENT = {"date": "2023-08-12", "precision": "venue", "radius_m": 50}


def test_what_is_reported_as_fact_is_an_event() -> None:
    """With its date and place, and coordinates where they are those of the place."""
    event = entity(make_incident(**EVENT))

    assert event["@type"] == "Event"
    assert event["startDate"] == "2023-08-12"
    assert event["location"]["name"] == "Belgrade"
    assert event["location"]["geo"]["latitude"] == 44.81
    assert event["location"]["geo"]["longitude"] == 20.46
    assert entity(make_incident(date="2023-08/2023-09"))["endDate"] == "2023-09"


@pytest.mark.parametrize(
    "changes",
    [
        {"precision": "city", "radius_m": 12_000},
        {"generalised": True},
        {"extra": {"protected": True}},
        {"geometry": box(20, 44, 21, 45)},
        {"geometry": None},
        {"precision": None},
    ],
)
def test_coordinates_of_a_vague_or_protected_place_are_not_told(
    changes: dict[str, Any],
) -> None:
    """A machine would take them for the spot."""
    assert "geo" not in entity(make_incident(**{**EVENT, **changes}))["location"]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "series"},
        {"kind": "site"},
        {"kind": "plan"},
        {"status": "unverified"},
        {"status": "false"},
        {"alleged_by": ("A",)},
        {"denied_by": ("B",)},
        {"date": None},
        {"date": "2022-12~"},
        {"date": "../2023"},
        {"date": "[2023-01,2023-02]"},
        {"date": "2022-22"},
        {"place": ""},
        {"place_role": "target"},
        {"place_role": "subject"},
    ],
)
def test_what_is_not_beyond_doubt_is_no_event(changes: dict[str, Any]) -> None:
    """Nor is it anything else: it is a page."""
    assert entity(make_incident(**{**EVENT, **changes})) == {}


def test_an_allegation_is_a_claim_that_says_who_denies_it() -> None:
    """In one text, of which nobody can take a half."""
    claim = entity(DENIED)

    assert claim["@type"] == "Claim"
    assert claim["name"] == "Alleged, denied: Mural painted over"
    assert claim["text"].startswith("Alleged by A. Witness. Denied by B. Accused.")
    assert entity(make_incident(status="alleged")) == {}


def test_nothing_is_a_review_of_a_claim() -> None:
    """A record tells what sources report; it is no verdict."""
    for incident in (DENIED, make_incident(status="false"), make_incident()):
        assert "Review" not in json.dumps(linked_data(record_of(incident), SITE))


def test_the_page_names_its_sources_and_its_licence() -> None:
    """Each source once; a licence in words is none to a machine."""
    incident = make_incident(
        citations=(Citation("daily", QUOTE), Citation("daily", "x"), Citation("weekly"))
    )

    page = linked_data(record_of(incident), SITE)
    bare = linked_data(record_of(incident), AT_HOME)

    names = [source["publisher"]["name"] for source in page["citation"]]
    assert names == ["Daily", "Weekly"]
    assert page["license"] == "https://licence.example/by"
    assert page["url"] == "https://map.example/m/incident/mural-2023"
    assert {"url", "@id", "license"}.isdisjoint(bare)
    assert bare["dateModified"] == "2024-01-05"
