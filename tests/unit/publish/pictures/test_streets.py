"""Streets on pictures: where they are, in which colours, and who is credited for them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from shapely import Point
from starlette.applications import Starlette

from geo.atlas import Atlas
from geo.base.errors import DataError
from geo.base.grid import Bbox
from geo.base.paths import ROOT
from geo.base.settings import settings
from geo.model.query import Query
from geo.model.vocabulary import Precision
from geo.publish.pictures import picture_of
from geo.publish.pictures.canvas import drawing
from geo.publish.pictures.cards import card_of_record, kept_card
from geo.publish.pictures.frame import Frame, Panel, fit
from geo.publish.pictures.ground import draw_ground
from geo.publish.pictures.look import DARK, LIGHT, Look
from geo.publish.pictures.streets import streets_in
from geo.web.routes import routes
from tests.builders import make_atlas, make_incident
from tests.client import answer_of, ask
from tests.vector_tiles import write_credited

PANEL = Panel(0.0, 0.0, 400.0, 300.0)
#: West, south, east, north of a crossing, of a row of houses, and of nothing.
CROSSING = Bbox(20.45, 44.805, 20.47, 44.825)
HOUSES = Bbox(20.448, 44.810, 20.454, 44.8114)
FAR = Bbox(21.85, 43.28, 21.95, 43.35)
OWED_TO = "The surveyors of Streetstown"


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """Return a map of two incidents in the town, one of them at a known house."""
    return make_atlas(
        tmp_path_factory.mktemp("archive"),
        make_incident(id="mural"),
        make_incident(
            id="kiosk",
            geometry=Point(20.455, 44.815),
            precision=Precision.VENUE,
            radius_m=20.0,
        ),
    )


@pytest.fixture(autouse=True)
def _settings_of_one_test() -> Iterator[None]:
    """Let no later test draw the streets of an earlier one."""
    yield
    settings.cache_clear()


def ground_of(frame: Frame, look: Look = LIGHT) -> Image.Image:
    """Return the ground of a frame alone, at the size of a screen."""
    with drawing(PANEL.width, PANEL.height, look.paper) as canvas:
        draw_ground(canvas, frame, look, streets_in(frame))
        return Image.open(io.BytesIO(canvas.png("ground", dpi=96)))


def color_at(image: Image.Image, frame: Frame, lon: float, lat: float) -> str:
    """Return the colour of a place, as #rrggbb."""
    x, y = frame.spot(lon, lat)
    pixel = image.convert("RGB").getpixel((int(x), int(y)))
    assert isinstance(pixel, tuple)
    return "#" + "".join(f"{part:02x}" for part in pixel)


@pytest.mark.usefixtures("with_town")
@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_roads_houses_and_waters_have_the_colours_of_the_map(look: Look) -> None:
    """And between them is land."""
    frame = fit(CROSSING, PANEL, closest=16)
    crossing = ground_of(frame, look)

    assert color_at(crossing, frame, 20.46, 44.8215) == look.street
    assert color_at(crossing, frame, 20.4655, 44.8225) == look.land
    frame = fit(HOUSES, PANEL, closest=18)
    assert color_at(ground_of(frame, look), frame, 20.4513, 44.8107) == look.house
    frame = fit(Bbox(20.41, 44.8, 20.42, 44.81), PANEL)
    assert color_at(ground_of(frame, look), frame, 20.415, 44.805) == look.sea


def test_pictures_and_the_browser_have_the_same_colours() -> None:
    """Whoever changes one of them hears of the other."""
    script = (ROOT / "geo" / "web" / "static" / "ground-look.js").read_text("utf-8")
    written = re.search(r"const COLORS = (\{.*?\n  \});", script, re.DOTALL)
    assert written is not None
    quoted = re.sub(r"(\w+): ", r'"\1": ', written[1])
    colors = json.loads(re.sub(r",(\s*\})", r"\1", quoted))

    assert len(colors["light"]) == len(colors["dark"]) == 10
    for theme, look in (("light", LIGHT), ("dark", DARK)):
        here = {
            "street": look.street,
            "house": look.house,
            "green": look.green,
            **{name: getattr(look, name) for name in colors[theme]},
        }
        assert here == colors[theme]


@pytest.mark.usefixtures("with_town")
@pytest.mark.parametrize(
    ("frame", "is_there"),
    [
        (fit(CROSSING, PANEL), True),
        (fit(FAR, PANEL), False),
        (fit(Bbox(20.46, 44.81, 20.46, 44.81), PANEL, closest=9.0), True),
        (fit(Bbox(20.46, 44.81, 20.46, 44.81), PANEL, closest=8.9), False),
    ],
)
def test_streets_are_drawn_near_by_and_where_they_are(
    frame: Frame, *, is_there: bool
) -> None:
    """Elsewhere, and from afar, the ground is that of the world."""
    assert (streets_in(frame) is not None) == is_there


def test_a_map_without_streets_has_none() -> None:
    """As most maps."""
    assert streets_in(fit(CROSSING, PANEL)) is None


@pytest.mark.usefixtures("with_town")
def test_names_and_credit_of_the_streets_are_on_the_sheet(
    atlas: Atlas, written: list[tuple[str, float]]
) -> None:
    """The credit in words, whatever its maker wrote around it; the same bytes again."""
    drawn = picture_of(atlas, Query(), "svg", bbox=CROSSING)
    words = {text for text, _ in written}

    assert {"Road 2", "Road 5", "Streetstown"} <= words
    assert any(text.endswith(f", {OWED_TO}.") for text in words)
    assert drawn == picture_of(atlas, Query(), "svg", bbox=CROSSING)
    written.clear()
    picture_of(atlas, Query(), "svg", bbox=FAR)
    assert not any(OWED_TO in text for text, _ in written)


def test_where_an_extract_has_nothing_the_ground_is_the_worlds(
    atlas: Atlas, with_town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the byte."""
    assert with_town.is_file()
    with_streets = picture_of(atlas, Query(), "svg", bbox=FAR)
    monkeypatch.delenv("INCIDENTS_GROUND")
    settings.cache_clear()

    assert with_streets == picture_of(atlas, Query(), "svg", bbox=FAR)


@pytest.mark.usefixtures("with_town")
def test_a_card_shows_streets_no_closer_than_its_place_is_known(
    atlas: Atlas, written: list[tuple[str, float]]
) -> None:
    """A house among named streets; a town from so far that none has a name."""
    card_of_record(atlas, "kiosk")
    near = " ".join(text for text, _ in written)
    written.clear()
    card_of_record(atlas, "mural")
    from_afar = " ".join(text for text, _ in written)

    assert "Road" in near
    assert "Road" not in from_afar
    assert all(OWED_TO in words for words in (near, from_afar))


@pytest.fixture
def other_town(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the map streets of its own, in a file that a test may change."""
    file = tmp_path / "town.pmtiles"
    file.write_bytes(town.read_bytes())
    monkeypatch.setenv("INCIDENTS_GROUND", str(file))
    settings.cache_clear()
    return file


def test_a_card_is_drawn_anew_when_the_map_has_other_streets(
    atlas: Atlas, town: Path, other_town: Path
) -> None:
    """Under the same name, while the server runs."""
    card = kept_card(atlas, "kiosk")
    write_credited(other_town, "Somebody else", town)

    assert kept_card(atlas, "kiosk") != card


def test_a_kept_picture_is_answered_anew_when_the_streets_have_changed(
    atlas: Atlas, town: Path, other_town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser that has the old one is told so."""
    answer_of(monkeypatch, lambda: atlas)
    app = Starlette(routes=routes())
    address = f"/export?format=svg&frame={CROSSING}"
    first = ask(app, address)
    kept = {"If-None-Match": first.headers["etag"]}

    assert OWED_TO in first.text
    assert ask(app, address, headers=kept).status_code == 304
    write_credited(other_town, "Somebody else", town)
    assert "Somebody else" in ask(app, address, headers=kept).text


def test_damaged_streets_are_told_by_name(
    atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the remedy, as the server does at its start."""
    file = tmp_path / "streets.pmtiles"
    file.write_bytes(b"no tiles")
    monkeypatch.setenv("INCIDENTS_GROUND", str(file))
    settings.cache_clear()

    with pytest.raises(DataError, match=r"streets\.pmtiles.*map\.toml"):
        picture_of(atlas, Query(), "svg")
