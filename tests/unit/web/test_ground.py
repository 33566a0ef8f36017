"""The ground's routes: byte ranges (RFC 9110, section 14), and kept for good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from geo.base.errors import DataError, MissingAssetError
from geo.base.settings import settings
from geo.ground.archives import WORLD_FILE
from geo.web import ground
from geo.web.ground import ground_routes, ground_style
from tests.client import ask
from tests.vector_tiles import TOWN, write_streets


@pytest.fixture
def app() -> Starlette:
    """Return the ground's routes alone."""
    return Starlette(routes=ground_routes())


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an extract of streets."""
    return write_streets(tmp_path_factory.mktemp("ground") / "streets.pmtiles")


@pytest.fixture(autouse=True)
def _settings_of_one_test() -> Iterator[None]:
    """Let no later test serve the streets of an earlier one."""
    yield
    settings.cache_clear()


@pytest.fixture
def with_streets(streets: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the map bring streets; return their file."""
    monkeypatch.setenv("INCIDENTS_GROUND", str(streets))
    settings.cache_clear()
    return streets


@pytest.fixture
def world() -> str:
    """Return the address of the world's ground."""
    return str(ground_style()["world"]["url"])


def test_a_part_is_answered_as_a_part(app: Starlette, world: str) -> None:
    """206 with what was asked for, kept for good, and not packed once more."""
    content = WORLD_FILE.read_bytes()

    answer = ask(app, world, headers={"Range": "bytes=7-126"})

    assert answer.status_code == 206
    assert answer.content == content[7:127]
    assert answer.headers["content-range"] == f"bytes 7-126/{len(content)}"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-encoding" not in answer.headers


def test_the_whole_is_answered_to_who_asks_for_no_part(
    app: Starlette, world: str
) -> None:
    """And it says that parts can be had."""
    answer = ask(app, world)

    assert answer.status_code == 200
    assert answer.content == WORLD_FILE.read_bytes()
    assert answer.headers["accept-ranges"] == "bytes"


def test_a_part_beyond_the_end_is_refused(app: Starlette, world: str) -> None:
    """416, with how long it is."""
    size = WORLD_FILE.stat().st_size

    answer = ask(app, world, headers={"Range": f"bytes={size}-{size + 5}"})

    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{size}"


def test_a_part_of_what_has_changed_is_not_mixed_in(app: Starlette, world: str) -> None:
    """If-Range with the tag gets the part, with another one the whole."""
    tag = ask(app, world, headers={"Range": "bytes=0-9"}).headers["etag"]
    same = {"Range": "bytes=0-9", "If-Range": tag}
    other = {"Range": "bytes=0-9", "If-Range": '"before"'}

    assert ask(app, world, headers=same).status_code == 206
    assert ask(app, world, headers=other).status_code == 200
    assert ask(app, world, headers={"If-None-Match": tag}).status_code == 304


def test_an_address_of_another_file_is_not_found(app: Starlette) -> None:
    """It would be kept for good under the wrong address."""
    answer = ask(app, "/ground/0123456789abcdef/world.pmtiles")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_draws_is_a_script(app: Starlette) -> None:
    """Loaded when the markers are painted."""
    answer = ask(app, ground_style()["drawing"])

    assert answer.headers["content-type"].startswith("text/javascript")
    assert "protomapsL" in answer.text


def test_a_map_without_streets_tells_of_none(app: Starlette) -> None:
    """Nor are any served."""
    assert ground_style()["streets"] is None
    assert ask(app, "/ground/0/streets.pmtiles").status_code == 404


def test_streets_are_told_with_what_they_cover(
    app: Starlette, with_streets: Path
) -> None:
    """And served."""
    told = ground_style()["streets"]

    assert told["bounds"] == pytest.approx(TOWN, abs=0.001)
    assert told["zooms"] == [0, 14]
    assert ask(app, told["url"]).content == with_streets.read_bytes()


def test_streets_that_were_replaced_have_another_address(
    app: Starlette, streets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old one is gone, so that no tile is read by the old directory."""
    file = tmp_path / "streets.pmtiles"
    file.write_bytes(streets.read_bytes())
    monkeypatch.setenv("INCIDENTS_GROUND", str(file))
    settings.cache_clear()
    before = ground_style()["streets"]["url"]

    file.write_bytes(streets.read_bytes() + b" ")

    after = ground_style()["streets"]["url"]
    assert after != before
    assert ask(app, before).status_code == 404
    assert ask(app, after).status_code == 200


def test_streets_of_the_wrong_kind_are_told_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is named, and what to do."""
    file = tmp_path / "streets.pmtiles"
    file.write_bytes(b"no tiles")
    monkeypatch.setenv("INCIDENTS_GROUND", str(file))
    settings.cache_clear()

    with pytest.raises(DataError, match=r"streets\.pmtiles: is not a PMTiles file"):
        ground_style()


def test_without_the_tiles_the_command_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server refuses to start half."""
    monkeypatch.setattr(ground, "WORLD_FILE", tmp_path / "world.pmtiles")

    with pytest.raises(MissingAssetError, match="make setup"):
        ground_routes()
