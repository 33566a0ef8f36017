"""Stamps tell of every change, and nothing is read by half."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from geo.base.errors import DataError
from geo.base.stamps import read_steadily, settled_stamp, stamp_of


def test_every_change_of_a_file_changes_its_stamp(tmp_path: Path) -> None:
    """Of its content, in size and time unchanged; of the file; of its being there."""
    path = tmp_path / "file"
    stamps = [stamp_of([path])]
    for content in (b"one", b"two", b"three"):
        path.write_bytes(content)
        os.utime(path, ns=(0, 0))
        stamps.append(settled_stamp(lambda: [path]))
    other = tmp_path / "other"
    other.write_bytes(b"three")
    os.utime(other, ns=(0, 0))
    other.replace(path)
    stamps.append(stamp_of([path]))

    assert len(set(stamps)) == len(stamps)
    assert stamp_of([path]) == stamps[-1]


def test_a_change_just_after_a_look_is_seen(tmp_path: Path) -> None:
    """Though a file's time moves in steps."""
    path = tmp_path / "file"
    for turn in range(20):
        path.write_bytes(b"%03d" % turn)
        before = settled_stamp(lambda: [path])
        path.write_bytes(b"%03d" % (turn + 1))
        assert stamp_of([path]) != before


def test_what_is_written_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    """As by ``cp``: a first line without the second is not what is taken."""
    path = tmp_path / "file"
    path.write_text("first\n")
    begun = threading.Event()

    def finish() -> None:
        begun.wait()
        with path.open("a") as file:
            file.write("second\n")

    writer = threading.Thread(target=finish)
    writer.start()

    def read() -> str:
        text = path.read_text()
        begun.set()
        writer.join()
        return text

    found, stamp = read_steadily(lambda: [path], read)

    assert found == "first\nsecond\n"
    assert stamp == stamp_of([path])


def test_an_error_counts_only_if_nothing_has_changed(tmp_path: Path) -> None:
    """A file cut by its being written is no fault of its author."""
    path = tmp_path / "file"
    path.write_text("hal")

    def read() -> str:
        text = path.read_text()
        if text == "hal":
            path.write_text("half")
            raise ValueError(text)
        return text

    assert read_steadily(lambda: [path], read)[0] == "half"
    path.write_text("hal")
    path.chmod(0o600)
    with pytest.raises(ZeroDivisionError):
        read_steadily(lambda: [path], lambda: 1 // 0)


def test_a_file_that_never_rests_is_refused(tmp_path: Path) -> None:
    """The message names it, and what to do."""
    path = tmp_path / "file"

    def read() -> None:
        path.write_text(str(time.time_ns()))

    with pytest.raises(DataError, match=f"{path}: changes again and again"):
        read_steadily(lambda: [path], read)
