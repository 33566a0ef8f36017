"""A place's name becomes spots to go to, without asking anybody else."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette

from geo.web.routes import routes
from tests.client import ask


@pytest.fixture(scope="module")
def app() -> Starlette:
    """Return the routes over the project's own map."""
    return Starlette(routes=routes())


def places(app: Starlette, name: str) -> list[dict[str, Any]]:
    """Return what is answered to a name."""
    answer = ask(app, "/api/search", params={"q": name})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["places"]
    return found


def test_a_town_is_told_with_its_extent(app: Starlette) -> None:
    """Where it is, in words and degrees, and who knows it."""
    first = places(app, "Novi Sad")[0]

    west, south, east, north = first["extent"]
    assert west < first["lon"] < east
    assert south < first["lat"] < north
    assert first["line"].startswith("Serbia. Placed at city level")


@pytest.mark.parametrize("name", ["Niš", "niš", " Niš "])
def test_a_name_as_it_is_written_comes_first(app: Starlette, name: str) -> None:
    """Without its accent it is the name of a larger town elsewhere."""
    assert places(app, name)[0]["name"] == "Niš"


def test_a_script_is_no_hindrance(app: Starlette) -> None:
    """Names are known as people write them."""
    assert "Novi Sad" in {place["name"] for place in places(app, "Нови Сад")}


def test_nobody_knowing_a_name_is_an_answer(app: Starlette) -> None:
    """The page says so in words."""
    assert places(app, "Xyzzyplugh") == []


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20", "?q=!!", "?q=a&colour=red"])
def test_a_question_without_a_name_is_refused(app: Starlette, query: str) -> None:
    """Naming what is wrong."""
    answer = ask(app, f"/api/search{query}")

    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_a_name_is_not_endless(app: Starlette) -> None:
    """Nobody looks up a book."""
    assert ask(app, "/api/search", params={"q": "x" * 5_000}).status_code == 400
