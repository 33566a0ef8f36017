"""The wheel, installed like any other program: nothing of the project is near it.

First without any extra, at last with what a newsroom's readers and editors meet.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.conftest import chromium
from tests.integration.programs import ROOT, free_port
from tests.serving import wait_until_ready

pytestmark = pytest.mark.integration
TABLE = """id,headline,date,lat,lon,town
flood-1,River over its banks,2024-05-03,44.8125,20.4612,Belgrade
flood-2,Cellars under water,2024-05-04,45.2671,19.8335,Novi Sad
"""
CATEGORY = {
    "id": "flood",
    "label": "Flood",
    "definition": "Water where it should not be.",
    "color": "#0072b2",
    "symbol": "circle",
}
SOURCE = {
    "id": "bulletin",
    "title": "Bulletin of the water service",
    "publisher": "Water service",
    "language": "en",
    "published": "2024-05-06",
    "url": "https://water.example/bulletin",
    "licence": "Public domain",
}


def flood() -> dict[str, object]:
    """Return an incident as a map's layer has it."""
    return {
        "type": "Feature",
        "id": "flood-1",
        "geometry": {"type": "Point", "coordinates": [20.4612, 44.8125]},
        "properties": {
            "title": "River over its banks",
            "summary": "The river left its bed in the lower town.",
            "category": "flood",
            "kind": "event",
            "date": "2024-05-03",
            "date_earliest": "2024-05-03",
            "date_latest": "2024-05-03",
            "place": "Belgrade",
            "place_as_written": "Belgrade",
            "country": "RS",
            "place_role": "occurred",
            "precision": "city",
            "radius_m": 12000,
            "location_basis": "stated",
            "status": "reported",
            "citations": [{"source": "bulletin", "quote": "left its bed"}],
            "updated": "2024-05-06",
            "version": 1,
        },
    }


class Installed:
    """The program in an environment of its own, run from an empty folder."""

    def __init__(self, home: Path, venv: Path) -> None:
        self.folder = home / "desk"
        self.folder.mkdir()
        self.venv = venv
        #: Neither uv nor anything of the project is in the path.
        self.environment = {
            "PATH": f"{venv / 'bin'}:/usr/bin:/bin",
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "INCIDENTS_FETCH_SOURCES": "false",
        }

    def __call__(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run a command as it is typed."""
        return subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def files(self) -> set[str]:
        """Return the files of the installed package, bytecode apart."""
        (package,) = self.venv.glob("lib/python*/site-packages/geo")
        return {
            str(path.relative_to(package))
            for path in package.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }

    @contextmanager
    def serving(self, line: str) -> Iterator[str]:
        """Serve with a command as it is typed, on a free port; give the address."""
        port = free_port()
        server = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {line} --port {port}"],
            cwd=self.folder,
            env=self.environment,
        )
        url = f"http://127.0.0.1:{port}"
        try:
            wait_until_ready(url, server)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=30)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [str(ROOT / "scripts" / "uv.sh"), "build", "--wheel", "-q", "-o"]
    subprocess.run([*build, str(folder)], check=True, timeout=600)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install the wheel outside the project."""
    home = tmp_path_factory.mktemp("home")
    venv = home / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True, timeout=120)
    install(venv, str(wheel))
    return Installed(home, venv)


def install(venv: Path, what: str) -> None:
    """Install something into an environment, as its owner does."""
    uv = [str(ROOT / "scripts" / "uv.sh"), "pip", "install", "-q", "--python"]
    environment = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    subprocess.run(
        [*uv, str(venv / "bin" / "python"), what],
        check=True,
        timeout=900,
        env=environment,
    )


@pytest.fixture(scope="module")
def own_map(program: Installed) -> Path:
    """Make a map with one incident."""
    made = program("incidents init my-map --title 'Floods of 2024'")
    assert made.returncode == 0, made.stderr
    folder = program.folder / "my-map"
    with (folder / "map.toml").open("a", encoding="utf-8") as file:
        file.write("[view]\nlat = 45.25\nlon = 19.84\nzoom = 7\n")
    for name, content in {
        "categories.json": {"categories": [CATEGORY]},
        "sources.json": {"sources": [SOURCE]},
        "incidents.geojson": {"type": "FeatureCollection", "features": [flood()]},
    }.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def read(url: str) -> str:
    """Return what a server of ours answers."""
    with urlopen(url, timeout=60) as answer:  # noqa: S310 - our own server
        text: str = answer.read().decode()
        return text


def test_the_wheel_carries_what_serving_needs(wheel: Path) -> None:
    """And nothing that belongs to this checkout alone."""
    names = zipfile.ZipFile(wheel).namelist()

    for needed in (
        "geo/carried/pages/start/router.py",
        "geo/carried/pages/start/.streamlit/config.toml",
        "geo/carried/data/schema/incident-layer.schema.json",
        "geo/carried/data/vocabulary/categories.json",
        "geo/carried/node_modules/leaflet/dist/leaflet.js",
        "geo/carried/node_modules/world-atlas/countries-10m.json",
        "geo/carried/node_modules/@fontsource-variable/source-sans-3/wght.css",
        "geo/base/empty_map/map.toml",
        "geo/web/static/incident-layer.js",
    ):
        assert needed in names
    assert not [name for name in names if "archive/" in name and "/data/" in name]
    assert {name.split("/")[0].split("-")[0] for name in names} == {
        "geo",
        "incident_map",
    }


def test_every_command_shows_its_help(program: Installed) -> None:
    """Nothing that a command loads was left behind."""
    listed = program("incidents --help").stdout.partition("Commands:")[2]
    names = re.findall(r"^  (\w+)  ", listed, re.MULTILINE)

    assert {"init", "import", "serve", "validate", "doctor"} <= set(names)
    for name in names:
        shown = program(f"incidents {name} --help")
        assert shown.returncode == 0, shown.stderr


def test_the_doctor_finds_everything_there(program: Installed, own_map: Path) -> None:
    """In an installation that nobody has touched."""
    seen = program(f"incidents doctor {own_map.name} --json")

    report = json.loads(seen.stdout)
    wrong = [each for each in report["findings"] if each["state"] == "wrong"]
    assert wrong == []
    assert seen.returncode == 0


def test_a_map_is_served_and_the_package_stays_as_it_was(
    program: Installed, own_map: Path
) -> None:
    """Page, layer, ground and scripts; nothing is written into the package."""
    before = program.files()

    with program.serving(f"incidents serve {own_map.name}") as url:
        assert "<html" in read(f"{url}/")
        assert json.loads(read(f"{url}/api/summary"))["total"] == 1
        assert "flood-1" in read(f"{url}/export?format=geojson")
        ground = json.loads(read(f"{url}/api/style"))["ground"]
        assert "protomapsL" in read(f"{url}{ground['drawing']}")
        with urlopen(f"{url}{ground['world']['url']}") as tiles:  # noqa: S310 - ours
            assert tiles.read(7) == b"PMTiles"
        assert "Leaflet" in read(f"{url}/assets/leaflet/leaflet.js")
        assert json.loads(read(f"{url}/_stcore/host-config"))["metricsUrl"] == ""

    assert program.files() == before


def test_a_reader_sees_the_map(program: Installed, own_map: Path) -> None:
    """In a real browser: the map's own title, incident and first view; none of ours."""
    with (
        program.serving(f"incidents serve {own_map.name}") as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.goto(url)
        text = page.locator("body")
        expect(text).to_contain_text("Floods of 2024", timeout=60_000)
        expect(text).to_contain_text("1 incident.", timeout=60_000)
        expect(text).not_to_contain_text("investigation")
        frame = page.frame_locator("iframe").first
        expect(frame.locator(".leaflet-marker-icon").first).to_be_visible(
            timeout=60_000
        )
        drawn = next(each for each in page.frames if each.locator("#map_div").count())
        assert drawn.evaluate("map.getZoom()") == 7
        assert drawn.evaluate("map.getCenter().lat") == pytest.approx(45.25, abs=0.01)
        browser.close()


def test_a_table_becomes_a_map(program: Installed) -> None:
    """The two commands of the README, in an empty folder."""
    if "--into" not in program("incidents import --help").stdout:
        pytest.skip("this version's 'incidents import' has no --into yet")
    (program.folder / "x.csv").write_text(TABLE, encoding="utf-8")
    before = program.files()

    brought = program("incidents import x.csv --into m --yes")

    assert brought.returncode == 0, brought.stderr
    with program.serving("incidents serve m") as url:
        assert json.loads(read(f"{url}/api/summary"))["total"] == 2
    assert program.files() == before


def test_pictures_and_references_come_with_their_extra(
    program: Installed, own_map: Path, wheel: Path
) -> None:
    """Without, nothing offers them, and who asks reads what is missing."""
    card = 'property="og:image"'
    cited = "api/incidents/flood-1/citations"
    with program.serving(f"incidents serve {own_map.name}") as url:
        assert card not in read(url)
        assert json.loads(read(f"{url}/{cited}"))["forms"] == {}
        with pytest.raises(HTTPError, match="501") as refused:
            read(f"{url}/export?format=svg")
        assert "incident-map[pictures]" in refused.value.read().decode()
    publish = (
        f"incidents publish {own_map.name} --output site --address https://x.example"
    )
    assert program(publish).returncode == 0
    assert not (program.folder / "site" / "card.png").exists()
    cards = program(f"{publish} --cards")
    assert cards.returncode == 2
    assert "incident-map[pictures]" in cards.stderr

    install(program.venv, f"{wheel}[newsroom]")

    with program.serving(f"incidents serve {own_map.name}") as url:
        assert card in read(url)
        assert "BibTeX" in json.loads(read(f"{url}/{cited}"))["forms"]
        assert "<svg" in read(f"{url}/export?format=svg")
    published = program(publish)
    assert published.returncode == 0, published.stderr
    assert (program.folder / "site" / "card.png").exists()
