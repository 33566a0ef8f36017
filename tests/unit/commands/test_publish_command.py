"""``incidents publish`` writes a site, or says why not and leaves the last one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from geo.base.new_map import make_map
from geo.commands.cli import main
from geo.publish.site_folder import MANIFEST

INCIDENT: dict[str, Any] = {
    "type": "Feature",
    "id": "wall",
    "geometry": {"type": "Point", "coordinates": [20.46, 44.81]},
    "properties": {
        "title": "A wall is painted",
        "category": "mural",
        "citations": [{"source": "daily", "quote": "a wall was painted"}],
    },
}
CATEGORY = {
    "id": "mural",
    "label": "Mural",
    "definition": "A picture on a wall.",
    "color": "#0072b2",
    "symbol": "square",
    "against_people": False,
}
SOURCE = {"id": "daily", "title": "The Daily"}


def make(folder: Path, *features: dict[str, Any]) -> Path:
    """Make a map of these features."""
    make_map(folder, title="Walls")
    layer = {"type": "FeatureCollection", "features": list(features)}
    (folder / "incidents.geojson").write_text(json.dumps(layer), encoding="utf-8")
    categories = json.dumps({"categories": [CATEGORY]})
    (folder / "categories.json").write_text(categories, encoding="utf-8")
    sources = json.dumps({"sources": [SOURCE]})
    (folder / "sources.json").write_text(sources, encoding="utf-8")
    return folder


def publish(folder: Path, output: Path, *words: str) -> Result:
    """Run the command."""
    call = ["publish", str(folder), "--output", str(output), *words]
    return CliRunner().invoke(main, call)


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_map_becomes_a_site(tmp_path: Path) -> None:
    """With a page for the map, the record, table, sources, downloads and feeds."""
    done = publish(make(tmp_path / "map", INCIDENT), tmp_path / "site")

    assert done.exit_code == 0, done.output
    assert "1 incidents published" in done.output
    files = contents(tmp_path / "site")
    assert {
        *("index.html", "embed.html", "table.html", "sources.html", "about.html"),
        *("downloads.html", "downloads/incidents.csv.zip", "feed.xml"),
        *("incident/wall.html", "data/columns.js", "data/ground.js", "feeds/mural.xml"),
    } <= set(files)
    assert b"A wall is painted" in files["table.html"]
    assert "sitemap.xml" not in files
    assert not any(path.startswith("card") for path in files)


def test_a_site_whose_address_is_known_has_a_card(tmp_path: Path) -> None:
    """That of the map for all pages; one for each record where that is wanted."""
    made, address = make(tmp_path / "map", INCIDENT), "https://example.org/m"
    publish(made, tmp_path / "one", "--address", address)
    one = contents(tmp_path / "one")
    publish(made, tmp_path / "each", "--address", address, "--cards")
    each = contents(tmp_path / "each")

    assert one["card.png"].startswith(b"\x89PNG")
    assert one["card.png"] == each["card.png"]
    named = b'<meta property="og:image" content="https://example.org/m/%s">'
    assert named % b"card.png" in one["index.html"]
    assert named % b"card.png" in one["incident/wall.html"]
    assert named % b"card/wall.png" in each["incident/wall.html"]
    assert each["card/wall.png"].startswith(b"\x89PNG")
    assert "card/wall.png" not in one


def test_a_site_has_what_hosts_look_for(tmp_path: Path) -> None:
    """What keeps files that begin with "_", and a page for what is not there."""
    made, address = make(tmp_path / "map", INCIDENT), "https://example.org/deep/map/"

    publish(made, tmp_path / "plain")
    publish(made, tmp_path / "whole", "--address", address)

    plain, whole = contents(tmp_path / "plain"), contents(tmp_path / "whole")
    assert plain[".nojekyll"] == whole[".nojekyll"] == b""
    assert "404.html" not in plain
    missing = whole["404.html"].decode()
    # Shown at any depth, so that no link hangs on where it is.
    links = re.findall(r'(?:href|src)="([^"]*)"', missing)
    assert links
    assert all(link.startswith("/deep/map/") for link in links), links
    assert 'content="noindex"' in missing


def test_a_large_layer_is_not_offered_in_formats_that_are_slow_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page of the downloads says so."""
    folder = make(tmp_path / "map", INCIDENT)
    small = "downloads/incidents.kml.zip", "downloads/incidents.xlsx.zip"

    publish(folder, tmp_path / "small")
    monkeypatch.setattr("geo.publish.published.MOST_TABLED", 0)
    publish(folder, tmp_path / "large")

    assert {*small} <= contents(tmp_path / "small").keys()
    large = contents(tmp_path / "large")
    assert not {*small} & large.keys()
    assert "downloads/incidents.csv.zip" in large
    assert "no workbook and no KML" in large["downloads.html"].decode()


def test_cards_need_the_address_of_the_site(tmp_path: Path) -> None:
    """Who shows a card looks for it at its whole address."""
    done = publish(make(tmp_path / "map", INCIDENT), tmp_path / "site", "--cards")

    assert done.exit_code == 2
    assert "--cards needs --address" in done.output
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    "address", ["example.org/map", "ftp://x", "not one", "http://"]
)
def test_an_address_that_is_none_is_refused(address: str, tmp_path: Path) -> None:
    """Feeds, cards and the sitemap would lead nowhere; nothing is written."""
    folder = make(tmp_path / "map", INCIDENT)

    result = publish(folder, tmp_path / "site", "--address", address)

    assert result.exit_code == 2
    assert "give an address such as https://map.example.org" in result.output
    assert not (tmp_path / "site").exists()


def test_no_file_names_another_host_to_load_from(tmp_path: Path) -> None:
    """Neither scripts, styles nor pages."""
    publish(make(tmp_path / "map", INCIDENT), tmp_path / "site")

    for name, content in contents(tmp_path / "site").items():
        if name.endswith((".html", ".css")):
            text = content.decode()
            assert not re.search(r'(?:src|href)="(?:https?:)?//', text), name
            assert not re.search(r"url\(['\"]?(?:https?:)?//", text), name


def test_the_same_map_gives_the_same_bytes(tmp_path: Path) -> None:
    """In another folder, too."""
    folder = make(tmp_path / "map", INCIDENT)
    publish(folder, tmp_path / "one")
    publish(folder, tmp_path / "two")

    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_with_an_address_links_are_whole(tmp_path: Path) -> None:
    """And search engines get a list of all pages."""
    folder = make(tmp_path / "map", INCIDENT)
    publish(folder, tmp_path / "site", "--address", "https://example.org/map/")

    files = contents(tmp_path / "site")
    address = b"https://example.org/map/incident/wall.html"
    assert address in files["sitemap.xml"]
    assert address in files["incident/wall.html"]
    assert b"Sitemap: https://example.org/map/sitemap.xml" in files["robots.txt"]


def test_what_may_harm_is_refused_and_the_last_site_stays(tmp_path: Path) -> None:
    """It is named, not repeated."""
    folder, site = make(tmp_path / "map", INCIDENT), tmp_path / "site"
    publish(folder, site)
    before = contents(site)
    change = {"id": "wall", "day": "2026-01-02", "why": "It was asked for."}
    line = json.dumps({**change, "what": "Call +381 64 123 4567."})
    (folder / "changes.jsonl").write_text(f"{line}\n", encoding="utf-8")

    done = publish(folder, site)

    assert done.exit_code == 1
    assert "Not published" in done.output
    assert "123 4567" not in done.output
    assert contents(site) == before


def test_strict_asks_for_all_that_is_wanted(tmp_path: Path) -> None:
    """A record may lack a summary, but not then."""
    folder = make(tmp_path / "map", INCIDENT)

    done = publish(folder, tmp_path / "site", "--strict")

    assert done.exit_code == 1
    assert "summary" in done.output
    assert not (tmp_path / "site").exists()


def test_the_report_is_for_machines_too(tmp_path: Path) -> None:
    """As JSON."""
    folder = make(tmp_path / "map", INCIDENT)

    done = publish(folder, tmp_path / "site", "--json")

    report = json.loads(done.output)
    listed = json.loads((tmp_path / "site" / MANIFEST).read_bytes())
    assert report["files"] == len(listed["files"])


def test_records_without_pages_lead_to_the_map(tmp_path: Path) -> None:
    """As in large layers."""
    folder = make(tmp_path / "map", INCIDENT)
    publish(folder, tmp_path / "site", "--no-pages")

    files = contents(tmp_path / "site")
    assert not [name for name in files if name.startswith("incident/")]
    assert b'href="index.html?incident=wall"' in files["table.html"]


@pytest.mark.parametrize("layer", ["{", '{"type": "FeatureCollection"}'])
def test_a_layer_that_is_wrong_is_refused(tmp_path: Path, layer: str) -> None:
    """With the fault."""
    folder = make(tmp_path / "map", INCIDENT)
    (folder / "incidents.geojson").write_text(layer, encoding="utf-8")

    done = publish(folder, tmp_path / "site")

    assert done.exit_code == 1
    assert "incidents.geojson" in done.output
    assert not (tmp_path / "site").exists()


def test_a_withdrawn_record_keeps_its_page(tmp_path: Path) -> None:
    """It says that the record is gone."""
    folder = make(tmp_path / "map", INCIDENT)
    change = {"id": "bar", "day": "2026-01-02", "what": "", "why": "It was wrong."}
    line = json.dumps({**change, "withdrawn": True})
    (folder / "changes.jsonl").write_text(f"{line}\n", encoding="utf-8")

    publish(folder, tmp_path / "site")

    assert b"no longer here" in contents(tmp_path / "site")["incident/bar.html"]
