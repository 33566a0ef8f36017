"""What takes long to make is made once, kept whole, and made anew when damaged."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.web.basemap import prepared as module
from geo.web.basemap.prepared import (
    Arrays,
    Texts,
    once,
    packed_shapes,
    prepared,
    unpacked_shapes,
)

MODULE = """
from pathlib import Path
import numpy as np

def squares(most):
    with Path(__file__).with_name("made.log").open("a") as log:
        log.write("made\\n")
    if most < 0:
        raise ValueError("no squares below nothing")
    return {"a_squares": np.arange(most) ** 2, "b_names": np.array([1.5])}
"""
Make = Callable[[int], Arrays]


@pytest.fixture
def squares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Return a function that another process can import, and that logs its calls."""
    (tmp_path / "squares_to_make.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "squares_to_make", raising=False)
    from squares_to_make import squares as make  # noqa: PLC0415 - just written

    return make  # type: ignore[no-any-return]


def made(tmp_path: Path) -> int:
    """Return how often the arrays were made, in whatever process."""
    log = tmp_path / "made.log"
    return len(log.read_text(encoding="utf-8").split()) if log.exists() else 0


def kept_file(folder: Path) -> Path:
    """Return the one file that is kept."""
    (found,) = folder.iterdir()
    return found


def test_what_is_made_is_read_the_next_time(squares: Make, tmp_path: Path) -> None:
    """Made once by another process, then read; readable by all, nothing beside it."""
    folder = tmp_path / "new" / "cache"
    for _ in range(2):
        found = prepared(squares, 4, version="1", folder=folder)
        assert found["a_squares"].tolist() == [0, 1, 4, 9]
        assert found["b_names"].tolist() == [1.5]
    assert made(tmp_path) == 1
    assert kept_file(folder).stat().st_mode & 0o777 == 0o644


def test_only_what_is_asked_for_is_read(squares: Make, tmp_path: Path) -> None:
    """Names that begin otherwise are left on disk, also when just made."""
    for _ in range(2):
        found = prepared(squares, 3, version="1", folder=tmp_path / "c", prefix="a_")
        assert set(found) == {"a_squares"}


def test_another_version_is_made_anew_in_the_same_place(
    squares: Make, tmp_path: Path
) -> None:
    """New data or a new form replace the old file."""
    folder = tmp_path / "cache"
    prepared(squares, 3, version="1 data 1.0", folder=folder)
    prepared(squares, 3, version="1 data 1.1", folder=folder)
    prepared(squares, 3, version="1 data 1.1", folder=folder)
    assert made(tmp_path) == 2
    kept_file(folder)


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[:0],
        lambda whole: bytes(len(whole)),
        lambda whole: whole[:-1],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:40],
        lambda whole: whole + b"x",
        lambda whole: whole[:150] + bytes([whole[150] ^ 1]) + whole[151:],
        lambda whole: whole[:-200] + bytes(100) + whole[-100:],
    ],
    ids=["empty", "zeros", "cut", "half", "head", "longer", "bit", "hole"],
)
def test_a_damaged_file_is_made_anew(
    squares: Make, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    """Whatever became of the file, the answer is right and the file mended."""
    folder = tmp_path / "cache"
    prepared(squares, 50, version="1", folder=folder)
    file = kept_file(folder)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    found = prepared(squares, 50, version="1", folder=folder)
    assert found["a_squares"].tolist() == [n * n for n in range(50)]
    assert made(tmp_path) == 2
    prepared(squares, 50, version="1", folder=folder)
    assert made(tmp_path) == 2, "mended"


@pytest.mark.parametrize("obstacle", ["a file", "a folder in the file's place"])
def test_a_folder_that_cannot_be_written_is_said_and_done_without(
    squares: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    obstacle: str,
) -> None:
    """The arrays come all the same, are made once a process, and nothing is left."""
    monkeypatch.setattr(module, "_HELD", {})
    folder = tmp_path / "cache"
    if obstacle == "a file":  # as root, no folder refuses to be written
        folder.write_text("in the way", encoding="utf-8")
    else:
        (folder / "squares_to_make.squares-3.arrays" / "in the way").mkdir(parents=True)
    with caplog.at_level(logging.WARNING):
        for prefix in ("a_", "b_"):
            found = prepared(squares, 3, version="1", folder=folder, prefix=prefix)
            assert len(found) == 1
    assert made(tmp_path) == 1
    assert "INCIDENTS_CACHE" in caplog.text
    assert not list(tmp_path.glob("**/*.part"))


def test_many_processes_and_threads_may_make_it_at_once(
    squares: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each gets whole arrays, whoever's file stays; threads share one making."""
    folder = tmp_path / "cache"

    def ask(_: int) -> list[int]:
        return prepared(squares, 3, version="1", folder=folder)["a_squares"].tolist()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == [[0, 1, 4]] * 4
    assert made(tmp_path) == 1
    kept_file(folder).unlink()

    class NoLock(dict[Path, threading.Lock]):
        """As between processes: nobody waits for another."""

        def setdefault(self, _key: Path, default: threading.Lock) -> threading.Lock:  # type: ignore[override]
            return default

    monkeypatch.setattr(module, "_LOCKS", NoLock())
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == [[0, 1, 4]] * 4
    kept_file(folder)


def test_an_error_of_the_other_process_is_raised_here(
    squares: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be made fails with its own error, and nothing is kept."""
    with pytest.raises(ValueError, match="no squares below nothing"):
        prepared(squares, -1, version="1", folder=tmp_path / "cache")
    assert "no squares below nothing" in caplog.text
    assert not (tmp_path / "cache").exists()


def test_where_no_process_can_be_started_it_is_made_here(
    squares: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a Python to start, the arrays are made in this process."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    found = prepared(squares, 3, version="1", folder=tmp_path / "cache", prefix="a")
    assert found["a_squares"].tolist() == [0, 1, 4]


def test_data_are_read_once_however_many_ask() -> None:
    """Of many threads that need the same data at once, one reads."""
    started = threading.Barrier(8)
    reads: list[int] = []

    @once
    def read(key: int) -> int:
        reads.append(key)
        return key * 2

    def ask(_: int) -> int:
        started.wait()
        return read(21)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [42] * 8
    assert reads == [21]


@given(st.lists(st.text()))
def test_texts_come_back_as_they_were_packed(texts: list[str]) -> None:
    """Any texts, empty ones and none at all included."""
    packed = Texts.of(texts)
    assert len(packed) == len(texts)
    assert [packed[number] for number in range(len(packed))] == texts


def test_shapes_come_back_as_they_were_packed() -> None:
    """Lines, and polygons with holes, to the last digit."""
    square = shapely.box(0, 0, 9.1, 9.2)
    holed = shapely.difference(square, shapely.box(1 / 3, 1, 2, 2))
    for shapes in ([square, holed], [square.exterior.segmentize(1 / 7)]):
        given_shapes = np.array(
            [
                shapely.LineString(s.coords) if s.geom_type == "LinearRing" else s
                for s in shapes
            ]
        )
        arrays = packed_shapes("x", given_shapes)
        back = unpacked_shapes("x", arrays)
        assert shapely.equals_exact(back, given_shapes, tolerance=0).all()
    with pytest.raises(ValueError, match=r"."):
        packed_shapes("x", np.array([square, shapely.Point(0, 0)]))
