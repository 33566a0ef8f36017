"""Files and folders are written whole or not at all, whoever dies or writes as well."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from geo.base.errors import ExportError
from geo.base.files import (
    FolderKind,
    draft_in,
    is_abandoned,
    is_draft,
    only_writer,
    refuse_foreign,
    tidy,
    whole_file,
    whole_folder,
)
from geo.base.settings import ROOT
from geo.commands.synthesize import synthesize_command

KIND = FolderKind("_marker", ".txt")
SCENARIOS = (
    "file", "folder", "folder by two renames", "archive", "export", "import", "cache",
    "checked copy", "build",
)  # fmt: skip
LEAST_DEATHS = 15


def python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run some Python in a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", *code.split(), *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def drafts_in(folder: Path) -> list[Path]:
    """Return the drafts that lie in a folder or below."""
    return [path for path in folder.rglob("*") if is_draft(path)]


def dead_draft(folder: Path) -> Path:
    """Return the draft of a process that killed itself."""
    code = (
        "import os, pathlib, sys\n"
        "from geo.base.files import draft_in\n"
        "with draft_in(pathlib.Path(sys.argv[1])) as draft:\n"
        "    (draft / 'half').write_text('half')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, check=False)
    (draft,) = drafts_in(folder)
    return draft


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_whoever_is_killed_while_writing_leaves_the_old_or_the_new(
    tmp_path: Path, scenario: str
) -> None:
    """At every point and at any time; and who comes next tidies up."""
    result = python("-m tests.deaths", scenario, tmp_path)

    assert result.returncode == 0, result.stdout + result.stderr
    assert int(result.stdout.split()[-1]) >= LEAST_DEATHS


def test_a_file_takes_its_place_when_the_block_ends(tmp_path: Path) -> None:
    """Until then, and for good if the block raises, the old one is there."""
    path = tmp_path / "file.txt"
    path.write_text("old")
    with whole_file(path) as draft:
        draft.write_text("new")
        assert path.read_text() == "old"
        assert draft.name == path.name
    assert path.read_text() == "new"

    def fail() -> None:
        with whole_file(path) as draft:
            draft.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_keeps_its_permissions_and_its_link(tmp_path: Path) -> None:
    """A new one has what the system gives new files."""
    (tmp_path / "far").mkdir()
    real, link = tmp_path / "far" / "real", tmp_path / "link"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    with whole_file(link) as draft:
        draft.write_text("new")
    (tmp_path / "usual").write_text("usual")
    with whole_file(tmp_path / "new") as draft:
        draft.write_text("new")

    assert link.is_symlink()
    assert real.read_text() == "new"
    assert real.stat().st_mode & 0o777 == 0o640
    modes = [(tmp_path / name).stat().st_mode for name in ("usual", "new")]
    assert modes[0] == modes[1]


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    """Neither a folder with all that is in it, nor a device or a pipe."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "pipe"):
        with pytest.raises(OSError, match="is not a file that can be replaced"):
            whole_file(tmp_path / name).__enter__()
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "pipe"}


def test_a_folder_that_is_not_ours_is_not_replaced(tmp_path: Path) -> None:
    """One without the marker, and one with something else in it."""
    cases = {"notes": ["notes.txt"], "more": ["_marker", "a.txt", "holiday.jpg"]}
    for name, files in cases.items():
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / file).write_text("mine")
        with pytest.raises(FileExistsError, match="is not ours to replace"):
            whole_folder(tmp_path / name, kind=KIND).__enter__()
        assert {path.name for path in (tmp_path / name).iterdir()} == set(files)
    with pytest.raises(FileExistsError):
        refuse_foreign(tmp_path / "more", None)
    (tmp_path / "file").write_text("a file")
    with pytest.raises(NotADirectoryError):
        whole_folder(tmp_path / "file", kind=KIND).__enter__()
    assert drafts_in(tmp_path) == []


def test_making_up_a_layer_does_not_remove_somebodys_folder(tmp_path: Path) -> None:
    """``incidents synthesize --output`` a folder of anything."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "novel.txt").write_text("a year of work")

    words = ["--count", "5", "--output", str(tmp_path / "home")]
    result = CliRunner().invoke(synthesize_command, words)

    assert isinstance(result.exception, ExportError)
    assert "has no _layer.json" in str(result.exception)
    assert (tmp_path / "home" / "novel.txt").read_text() == "a year of work"


def test_what_the_dead_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    """Not the drafts of the living, nor files of others that look like ones."""
    dead = dead_draft(tmp_path)
    assert is_abandoned(dead)
    strangers = [tmp_path / name for name in (".a.part", "b.draft", ".adding-1")]
    strangers.append(tmp_path / ".incidents-draft-note")
    for path in strangers:
        path.write_text("mine")
    (tmp_path / ".incidents-draft-mine").mkdir()
    (tmp_path / ".incidents-draft-mine" / "novel.txt").write_text("mine")

    with draft_in(tmp_path) as alive:
        tidy(tmp_path)
        assert alive.is_dir()
        assert not is_abandoned(alive.parent)
        assert not dead.exists()

    assert not alive.exists()
    assert all(path.read_text() == "mine" for path in strangers)
    assert (tmp_path / ".incidents-draft-mine" / "novel.txt").read_text() == "mine"


def test_a_folder_has_one_writer_at_a_time(tmp_path: Path) -> None:
    """The second is told; when the first has ended, the next may."""
    second = only_writer(tmp_path)
    refused = pytest.raises(BlockingIOError, match="written by another process")
    with only_writer(tmp_path), refused, second:
        pass
    with only_writer(tmp_path):
        pass


def _write_folder(target: Path, text: str) -> None:
    with whole_folder(target, kind=KIND) as draft:
        for name in ("one.txt", "two.txt", "_marker"):
            (draft / name).write_text(text)


def _read_folder(target: Path) -> Iterator[str]:
    """Read a folder's files through one handle, as one sees one folder."""
    handle = os.open(target, os.O_RDONLY)
    try:
        for name in ("one.txt", "two.txt", "_marker"):
            with suppress(FileNotFoundError):  # it was replaced, and is going
                file = os.open(name, os.O_RDONLY, dir_fd=handle)
                with os.fdopen(file) as stream:
                    yield stream.read()
    finally:
        os.close(handle)


def test_many_writers_of_one_target_leave_one_of_theirs(tmp_path: Path) -> None:
    """And at no time is there nothing, or half of one and half of another."""
    file, folder = tmp_path / "file", tmp_path / "folder"
    file.write_text("0" * 99_999)
    _write_folder(folder, "0")

    def write(number: int) -> None:
        with whole_file(file) as draft:
            draft.write_text(str(number) * 99_999)
        _write_folder(folder, str(number))

    with ThreadPoolExecutor(8) as pool:
        writing = [pool.submit(write, number % 10) for number in range(40)]
        while not all(one.done() for one in writing):
            text = file.read_text()
            assert len(text) == 99_999
            assert len(set(text)) == 1
            assert len(set(_read_folder(folder))) <= 1
        for one in writing:
            one.result()
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder"}


def on_a_full_disk(*words: object) -> subprocess.CompletedProcess[str]:
    """Run ``incidents`` where no file can have more than 20,000 bytes.

    Without compiled modules: Python 3.11 leaves them cut off, for every later process.
    """
    code = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "from geo.commands.cli import main\n"
        "main()\n"
    )
    return subprocess.run(
        [sys.executable, "-B", "-W", "ignore", "-c", code, *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", ["export", "import", "synthesize", "build"])
def test_a_full_disk_leaves_the_old_file_and_no_draft(
    tmp_path: Path, command: str
) -> None:
    """And the command says so, without a traceback."""
    rows = "".join(f"Title {row},44.8,20.4,attack\n" for row in range(999))
    table = tmp_path / "table.csv"
    table.write_text(f"title,lat,lon,category\n{rows}")
    output = tmp_path / "out" / "old.geojson"
    output.parent.mkdir()
    output.write_text("old")
    words: dict[str, list[object]] = {
        "export": ["export", "--format", "geojson", "--output", output],
        "import": [
            "import", table, "--yes", "--output", output,
            "--source", "meduza-2023-12-18",
        ],
        "synthesize": ["synthesize", "--count", "999", "--output", output],
        "build": ["build", table, "--output", output.parent, "--source", "x"],
    }  # fmt: skip

    result = on_a_full_disk(*words[command])

    assert result.returncode in {1, 2}, result.stdout + result.stderr
    assert "Traceback" not in result.stderr, result.stderr
    assert "written" in result.stderr, result.stderr
    assert output.read_text() == "old"
    assert drafts_in(tmp_path) == []
