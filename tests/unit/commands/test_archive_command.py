"""``incidents archive`` adds, lists and checks copies, and says what it did."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.base.settings import DATA, settings
from geo.commands.archive import archive

SOURCE = "meduza-2023-12-18"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder of an archive of this test's own, still empty."""
    monkeypatch.setenv("INCIDENTS_ARCHIVE", str(tmp_path / "archive"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.setenv("COLUMNS", "200")
    settings.cache_clear()
    yield tmp_path / "archive"
    settings.cache_clear()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a text to add."""
    path = tmp_path / "copy.txt"
    path.write_text("A mural was seen.\n", encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    """Run a command of the group."""
    return CliRunner().invoke(archive, [str(part) for part in arguments])


def test_adding_says_what_was_added(folder: Path, file: Path) -> None:
    """Version, source, size and hash are printed, and the copy is there."""
    result = run("add", SOURCE, file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert result.exit_code == 0
    assert result.stdout == (
        f"Added version 1 of {SOURCE} (18 bytes, sha256 {digest}).\n"
    )
    assert (folder / SOURCE / "0001" / "text.txt").read_bytes() == file.read_bytes()


def test_adding_the_same_again_says_that_nothing_was_added(
    folder: Path, file: Path
) -> None:
    """The same text is no new version, and no error."""
    run("add", SOURCE, file)
    result = run("add", SOURCE, file)
    assert result.exit_code == 0
    assert f"Nothing added: version 1 of {SOURCE} is the same" in result.stdout
    assert len(list((folder / SOURCE).iterdir())) == 1


def test_adding_to_an_unknown_source_lists_the_known_ones(
    folder: Path, file: Path
) -> None:
    """A mistyped id is refused before anything is read or written."""
    result = run("add", "meduza", file)
    assert result.exit_code == 1
    assert "'meduza' is not a source" in result.stderr
    assert SOURCE in result.stderr
    assert "meduza-2023-12-17-ru" in result.stderr
    assert not folder.exists()


def test_adding_a_missing_file_is_a_wrong_call(folder: Path, tmp_path: Path) -> None:
    """A path that is not there is the caller's mistake."""
    result = run("add", SOURCE, tmp_path / "none.txt")
    assert result.exit_code == 2
    assert "none.txt" in result.stderr
    assert not folder.exists()


def test_adding_what_is_no_text_is_refused(folder: Path, tmp_path: Path) -> None:
    """The message names the file and the remedy."""
    page = tmp_path / "page.html"
    page.write_text("<p> ", encoding="utf-8")
    result = run("add", SOURCE, page)
    assert result.exit_code == 1
    assert f"{page}: is a page without text" in result.stderr
    assert "as plain text" in result.stderr
    assert not folder.exists()


def test_the_list_shows_every_source_with_or_without_a_copy(
    folder: Path, file: Path
) -> None:
    """What is missing is shown with the command that adds it."""
    assert not folder.exists()
    assert run("list").stdout.count("no copy") == 2
    run("add", SOURCE, file)
    result = run("list")
    assert result.exit_code == 0
    assert "2023-11-14 22:13 UTC" in result.stdout
    assert "copy.txt" in result.stdout
    assert result.stdout.count("no copy") == 1
    assert "incidents archive add SOURCE_ID FILE" in result.stdout


def test_the_list_for_machines_is_json(folder: Path, file: Path) -> None:
    """The latest copy in full, null where there is none."""
    run("add", SOURCE, file)
    english, russian = json.loads(run("list", "--json").stdout)
    assert english["source"] == SOURCE
    assert english["copy"] == {
        "version": 1,
        "added": "2023-11-14T22:13:20Z",
        "kind": "text",
        "size_bytes": 18,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "text_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "file_name": "copy.txt",
        "path": str(folder / SOURCE / "0001" / "source.txt"),
        "text_path": str(folder / SOURCE / "0001" / "text.txt"),
        "origin": "file",
    }
    assert russian["copy"] is None


def test_verifying_sound_copies_is_fine(folder: Path, file: Path) -> None:
    """An empty archive and an untouched one have no problem."""
    empty = run("verify")
    assert (empty.exit_code, str(folder) in empty.stdout) == (0, True)
    assert "is empty" in empty.stdout
    run("add", SOURCE, file)
    sound = run("verify")
    assert sound.exit_code == 0
    assert "Every copy is as it was added. Sources checked: 1." in sound.stdout
    assert json.loads(run("verify", "--json").stdout) == {"sources": 1, "problems": []}


def test_verifying_names_a_changed_copy(folder: Path, file: Path) -> None:
    """A changed byte ends with 1, naming the file and the remedy."""
    run("add", SOURCE, file)
    text = folder / SOURCE / "0001" / "text.txt"
    text.write_bytes(b"a" + text.read_bytes()[1:])
    (folder / "Odd Name").mkdir()
    result = run("verify")
    assert result.exit_code == 1
    assert f"Error: {text}: has changed since it was archived" in result.stderr
    assert f"incidents archive add {SOURCE} FILE" in result.stderr
    assert "Odd Name" in result.stderr
    assert "Problems found: 2. Sources checked: 1." in result.stdout
    machines = run("verify", "--json")
    assert machines.exit_code == 1
    files = [problem["file"] for problem in json.loads(machines.stdout)["problems"]]
    assert files == [str(folder / "Odd Name"), str(text)]


def test_an_address_alone_names_its_source(folder: Path) -> None:
    """The register says which source it is; one it has not is refused."""
    result = run("add", "https://www.example.org/unknown")
    assert result.exit_code == 1
    assert "No source of the register has the address" in result.stderr
    alone = run("add", SOURCE)
    assert alone.exit_code == 2
    assert "incidents archive add SOURCE_ID FILE" in alone.stderr
    assert not folder.exists()


def test_an_address_of_this_network_is_refused(folder: Path) -> None:
    """Nothing inside is asked on behalf of who adds a source."""
    result = run("add", SOURCE, "http://127.0.0.1/")
    assert result.exit_code == 1
    assert "127.0.0.1, which is not a public address" in result.stderr
    assert not folder.exists()


def layer_quoting(tmp_path: Path, quote: str) -> Path:
    """Write the layer's first incident, alone, with this as its only quote."""
    layer = json.loads((DATA / "incidents.geojson").read_text(encoding="utf-8"))
    feature = layer["features"][0]
    citation = feature["properties"]["citations"][0]
    supports = {
        name
        for cited in feature["properties"]["citations"]
        for name in cited.get("supports", [])
    }
    feature["properties"]["citations"] = [
        {**citation, "quote": quote, "prefix": "", "suffix": ""}
    ]
    if supports:
        feature["properties"]["citations"][0]["supports"] = sorted(supports)
    layer["features"] = [feature]
    path = tmp_path / "layer.geojson"
    path.write_text(json.dumps(layer), encoding="utf-8")
    return path


def test_a_page_is_fetched_from_an_address(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the setting for tests, this machine may be asked; the wall is refused."""
    words = "A mural was seen there. " + "People in the street said so. " * 12
    bodies = {"/a": words, "/wall": "Subscribe to continue reading.", "/b": "No. " * 99}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"<html><body><p>{bodies[self.path]}</p>".encode())

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    monkeypatch.setenv("INCIDENTS_FETCH_ALLOW_LOOPBACK", "true")
    settings.cache_clear()
    layer = layer_quoting(tmp_path, "mural was seen")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}"
        added = run("add", SOURCE, f"{root}/a", "--layer", layer)
        wall = run("add", SOURCE, f"{root}/wall", "--layer", layer)
        other = run("add", SOURCE, f"{root}/b", "--layer", layer)
        anyway = run("add", SOURCE, f"{root}/b", "--layer", layer, "--anyway")
        server.shutdown()
    assert added.exit_code == 0, added.stderr
    assert "Added version 1" in added.stdout
    assert (folder / SOURCE / "0001" / "source.html").is_file()
    assert wall.exit_code == other.exit_code == 1
    assert "is a paywall or consent page" in wall.stderr
    assert "has none of the 1 quotes" in other.stderr
    assert "Added version 2" in anyway.stdout
    changed = run("diff", SOURCE, "--layer", layer)
    assert changed.exit_code == 0, changed.stderr
    assert "exact" in changed.stdout
    assert "orphan" in changed.stdout
    assert "Citations of meduza-2023-12-18 compared: 1. Changed: 1." in changed.stdout
    report = json.loads(
        run("diff", SOURCE, "1", "2", "--layer", layer, "--json").stdout
    )
    (citation,) = report["citations"]
    assert citation["before"]["state"] == "exact"
    assert "mural was seen" in citation["before"]["passage"]
    assert citation["after"] == {"state": "orphan", "passage": None}
    assert citation["standing_there_now"].startswith("No. No.")
    assert report["new"]["final_url"] == f"{root}/b"


def test_versions_to_compare_are_two_or_none(folder: Path, file: Path) -> None:
    """One version is a wrong call; a source without two has nothing to compare."""
    run("add", SOURCE, file)
    assert run("diff", SOURCE, "1").exit_code == 2
    alone = run("diff", SOURCE)
    assert alone.exit_code == 1
    assert "nothing to compare" in alone.stderr
    missing = run("diff", SOURCE, "1", "7")
    assert missing.exit_code == 1
    assert f"no version 7 in the archive {folder}" in missing.stderr


@pytest.mark.parametrize("name", ["copy.wacz", "copy.warc", "copy.warc.gz"])
def test_copies_go_out_and_come_back(
    folder: Path, file: Path, tmp_path: Path, name: str
) -> None:
    """What one installation exports another imports, byte for byte."""
    run("add", SOURCE, file)
    output = tmp_path / name
    form = name.split(".")[1]
    written = run("export", SOURCE, "--format", form, "--output", output)
    assert written.exit_code == 0, written.stderr
    assert f"Wrote {output}: 1 version(s) of {SOURCE}." in written.stdout
    shutil.rmtree(folder)
    layer = layer_quoting(tmp_path, "mural was seen")
    result = run("import", output, "--source", SOURCE, "--layer", layer)
    assert result.exit_code == 0, result.stderr
    assert "Added version 1" in result.stdout
    copy = folder / SOURCE / "0001" / "source.txt"
    assert copy.read_bytes() == file.read_bytes()


def test_nothing_to_export_is_an_error(folder: Path, tmp_path: Path) -> None:
    """Without a copy no file is written."""
    output = tmp_path / "a.wacz"
    result = run("export", SOURCE, "--output", output)
    assert result.exit_code == 1
    assert f"no copy in the archive {folder}" in result.stderr
    assert not output.exists()


@pytest.mark.parametrize(
    "command",
    [(), *((name,) for name in ("add", "list", "verify", "diff", "export", "import"))],
)
def test_help_has_an_example(command: tuple[str, ...]) -> None:
    """Every command shows how it is called."""
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert "Example:\n    incidents archive" in result.stdout
