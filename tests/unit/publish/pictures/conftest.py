"""What tests of pictures share: a town of streets, and the words that are written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.base.settings import settings
from geo.publish.pictures import canvas
from tests.vector_tiles import write_credited, write_streets

CREDIT = "<b>The surveyors of Streetstown</b>"


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an extract of streets that says whom to credit."""
    folder = tmp_path_factory.mktemp("ground")
    bare = write_streets(folder / "bare.pmtiles")
    return write_credited(folder / "town.pmtiles", CREDIT, bare)


@pytest.fixture
def with_town(town: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the map bring the town; return its file."""
    monkeypatch.setenv("INCIDENTS_GROUND", str(town))
    settings.cache_clear()
    yield town
    settings.cache_clear()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float]]:
    """Return the words that are written, each with the size of its letters."""
    noted: list[tuple[str, float]] = []
    write = canvas.Canvas.write

    def note(
        self: canvas.Canvas, x: float, y: float, text: str, **look: object
    ) -> None:
        noted.append((text, float(str(look["size"]))))
        write(self, x, y, text, **look)  # type: ignore[arg-type]

    monkeypatch.setattr(canvas.Canvas, "write", note)
    return noted
