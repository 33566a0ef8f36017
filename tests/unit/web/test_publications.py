"""The routes of pages, feeds and lists: what they answer, and to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from geo.atlas import Atlas
from geo.base.paths import DATA
from geo.base.settings import settings
from geo.evidence.corrections import MADE_LESS_EXACT
from geo.model.changes import Change, Journal, NewValue
from geo.publish.stories import story_files
from geo.web.headers import SafeHeaders
from geo.web.routes import routes
from tests.builders import PAYLOADS, make_atlas, make_incident, poisoned
from tests.client import answer_of, ask

DAY = date(2024, 3, 1)
JOURNAL = Journal(
    (
        Change("mural-2023", DAY, "The date is another.", "The source says so."),
        Change("gone", DAY, "", "The source took it back.", withdrawn=True),
        Change("twin", DAY, "", "It was told twice.", into="mural-2023"),
    )
)


def served(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> Starlette:
    """Return a server over an atlas."""
    answer_of(monkeypatch, lambda: atlas)
    return Starlette(routes=routes())


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Starlette:
    """Return a server over a small map with a history."""
    made = make_atlas(
        tmp_path, make_incident(), make_incident(id="raid", category="attack")
    )
    return served(replace(made, journal=JOURNAL), monkeypatch)


def ids(answer: httpx.Response) -> list[str]:
    """Return the ids of the entries of a feed."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return [
        part.split("</id>")[0].rpartition("/")[2]
        for part in answer.text.split("<entry>")[1:]
        for part in part.split("<id>")[1:]
    ]


def test_a_record_has_a_page_of_its_own(app: Starlette) -> None:
    """Which no script may run in, and which a browser asks for once."""
    answer = ask(SafeHeaders(app), "/incident/mural-2023")

    assert answer.status_code == 200
    assert "<h1" in answer.text
    assert "The date is another. The source says so." in answer.text
    assert "script-src 'none'" in answer.headers["content-security-policy"]
    tag = answer.headers["etag"]
    again = ask(app, "/incident/mural-2023", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_repeats_no_host_that_a_request_names(app: Starlette) -> None:
    """It is kept by others; a stranger would be its address for ever."""
    answer = ask(app, "/incident/mural-2023", headers={"Host": "evil.test"})

    assert "evil.test" not in answer.text


def test_a_page_names_its_card_and_the_card_is_there(app: Starlette) -> None:
    """Relative where nobody has said the map's address; asked for once."""
    page = ask(app, "/incident/mural-2023")
    card = ask(app, "/card/mural-2023.png")

    assert '<meta property="og:image" content="../card/mural-2023.png">' in page.text
    assert '<meta name="twitter:card" content="summary_large_image">' in page.text
    assert card.headers["content-type"] == "image/png"
    assert card.content.startswith(b"\x89PNG")
    same = {"If-None-Match": card.headers["etag"]}
    assert ask(app, "/card/mural-2023.png", headers=same).status_code == 304
    assert ask(app, "/card.png").content != card.content


def test_what_is_not_there_has_no_card(app: Starlette) -> None:
    """What is withdrawn has none any more."""
    assert ask(app, "/card/never.png").status_code == 404
    assert ask(app, "/card/gone.png").status_code == 410


def test_what_became_of_a_record_is_answered(app: Starlette) -> None:
    """It is gone, it has moved, or it never was."""
    gone, moved, never = (
        ask(app, f"/incident/{name}") for name in ("gone", "twin", "never")
    )

    assert gone.status_code == 410
    assert "The source took it back." in gone.text
    assert (moved.status_code, moved.headers["location"]) == (301, "./mural-2023")
    assert never.status_code == 404
    assert never.headers["content-type"].startswith("text/html")
    for name in ("..", "%2e%2e%2fapi", "%00", "a" * 5_000, "<img src=x>"):
        assert ask(app, f"/incident/{name}").status_code in {404, 307, 308}


def test_feeds_are_filtered_like_the_map(app: Starlette) -> None:
    """And open to readers on other pages."""
    answer = ask(app, "/feed.xml?category=attack")

    assert ids(answer) == ["raid"]
    assert ids(ask(app, "/feed.xml?v=1")) == ["mural-2023", "raid"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "http://map.example/incident/raid" in answer.text
    tag = answer.headers["etag"]
    again = ask(app, "/feed.xml?category=attack", headers={"If-None-Match": tag})
    assert again.status_code == 304


@pytest.mark.parametrize("query", ["category=nonsense", "colour=red", "bbox=1,2,3"])
def test_a_filter_that_is_wrong_is_refused(app: Starlette, query: str) -> None:
    """In the words that the map's own questions are refused in."""
    answer = ask(app, f"/feed.xml?{query}")

    assert answer.status_code == 400
    assert answer.json()["parameter"] == query.split("=", maxsplit=1)[0]


def test_the_panel_tells_the_changes_that_the_page_tells(app: Starlette) -> None:
    """In the same words, with where the page and all corrections are."""
    history = ask(app, "/api/incidents/mural-2023").json()["history"]
    page = ask(app, history["page"]).text

    assert history["said"] == "Changed once, on 1 March 2024"
    assert f"<p>{history['said']}.</p>" in page
    assert history["changes"] == [
        {
            "when": "1 March 2024",
            "lines": ["The date is another. The source says so."],
        }
    ]
    assert "The date is another. The source says so." in page
    assert ask(app, history["feed"]).status_code == 200
    assert ask(app, "/api/incidents/raid").json()["history"]["changes"] == []


def test_the_panel_is_not_told_what_was_taken_out_to_protect_somebody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither values nor words of the change."""
    moved = NewValue("place", "12 Oak Lane", "Belgrade")
    changes = (
        Change("mural-2023", DAY, new_values=(moved,)),
        Change("mural-2023", DAY, "12 Oak Lane was named.", protects=True),
    )
    made = make_atlas(tmp_path, make_incident(extra={"protected": True}))
    app = served(replace(made, journal=Journal(changes)), monkeypatch)

    answer = ask(app, "/api/incidents/mural-2023")

    assert MADE_LESS_EXACT in answer.text
    assert "Oak Lane" not in answer.text


def test_corrections_are_listed(app: Starlette) -> None:
    """Those of a record merged too: its page leads to the other."""
    found = ids(ask(app, "/corrections.xml"))

    assert found == [f"{name}#changed-{DAY}" for name in ("mural-2023", "gone", "twin")]


def test_search_engines_find_all_pages(app: Starlette) -> None:
    """By the list that robots.txt names."""
    robots = ask(app, "/robots.txt").text
    assert "Disallow: /api" in robots
    (address,) = [
        line.removeprefix("Sitemap: ")
        for line in robots.splitlines()
        if line.startswith("Sitemap: ")
    ]

    pages = ask(app, address.removeprefix("http://map.example"))

    assert pages.headers["content-type"] == "application/xml"
    assert pages.text.count("<loc>http://map.example/incident/") == 2
    assert ask(app, "/sitemap-1.xml").content == pages.content
    assert ask(app, "/sitemap-2.xml").status_code == 404


def test_links_name_the_address_of_the_deployment(
    app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever host a request names."""
    monkeypatch.setenv("INCIDENTS_PUBLIC_URL", "https://news.example/map")
    settings.cache_clear()
    try:
        page = ask(app, "/incident/raid").text
        others = [ask(app, path).text for path in ("/feed.xml", "/sitemap.xml")]
    finally:
        settings.cache_clear()

    address = "https://news.example/map/incident/raid"
    assert f'<link rel="canonical" href="{address}">' in page
    assert all(address in each for each in others)
    assert not any("map.example" in each for each in others)


def test_our_stories_have_pages() -> None:
    """With links to the pages of their records, which are there."""
    app = Starlette(routes=routes())
    for file in story_files(DATA):
        answer = ask(app, f"/story/{file.stem}")
        assert answer.status_code == 200
        found = {
            part.split('"')[0] for part in answer.text.split('href="../incident/')[1:]
        }
        assert len(found) > 10
        for name in found:
            assert ask(app, f"/incident/{name}").status_code == 200
        assert f"/story/{file.stem}" in ask(app, "/sitemap.xml").text
        assert f'href="story/{file.stem}"' in ask(app, "/stories").text


def test_only_our_own_script_runs_beside_a_story() -> None:
    """None in a list of stories; who may show both is the map's setting."""
    app = SafeHeaders(Starlette(routes=routes()))
    [file, *_] = story_files(DATA)

    def policy(path: str) -> list[str]:
        return ask(app, path).headers["content-security-policy"].split("; ")

    assert "script-src 'self'" in policy(f"/story/{file.stem}")
    assert "script-src 'none'" in policy("/stories")
    assert "frame-ancestors 'self'" in policy(f"/story/{file.stem}")
    assert ask(app, "/assets/own/walk.js").status_code == 200


@pytest.mark.parametrize("name", ["never", "..", "%2e%2e%2fmap", "a.md", "README"])
def test_no_other_file_is_a_story(app: Starlette, name: str) -> None:
    """An address leads to what lies in the folder of stories, and nowhere else."""
    assert ask(app, f"/story/{name}").status_code in {404, 307, 308}


def test_texts_run_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither on the server, as templates, nor as markup."""
    for payload in PAYLOADS:
        change = Change("mural-2023", DAY, payload, payload)
        made = make_atlas(tmp_path, poisoned(payload))
        app = served(replace(made, journal=Journal((change,))), monkeypatch)
        for path in ("/incident/mural-2023", "/feed.xml", "/corrections.xml"):
            answer = ask(app, path)
            assert answer.status_code == 200
            for markup in ("<img", "<details", "<svg", "<script>"):
                assert markup not in answer.text
        assert "{{" not in payload or payload in ask(app, "/incident/mural-2023").text
