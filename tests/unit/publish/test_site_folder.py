"""The folder of a site: whole or as it was, and nothing of others touched."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.base.errors import ExportError
from geo.publish.site_folder import MANIFEST, write_site

FILES = [("index.html", b"<p>map"), ("data/columns.js", b"put()")]


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_site_is_its_files_and_their_list(tmp_path: Path) -> None:
    """In a folder that need not be there."""
    site = tmp_path / "deep" / "site"

    written = write_site(site, FILES, layer_version="abc")

    assert (written.files, written.changed, written.size_bytes) == (2, 2, 11)
    listed = json.loads(contents(site).pop(MANIFEST))
    assert listed["layer_version"] == "abc"
    assert set(listed["files"]) == {path for path, _ in FILES}


def test_the_same_again_leaves_every_date(tmp_path: Path) -> None:
    """Programs that copy sites go by it."""
    site = tmp_path / "site"
    write_site(site, FILES, layer_version="abc")
    os.utime(site / "index.html", (1_000_000, 1_000_000))
    before = contents(site)

    written = write_site(site, FILES, layer_version="abc")

    assert (written.changed, written.unchanged, written.removed) == (0, 2, 0)
    assert contents(site) == before
    assert (site / "index.html").stat().st_mtime == 1_000_000


def test_what_is_no_longer_published_is_gone(tmp_path: Path) -> None:
    """And what has changed is written."""
    site = tmp_path / "site"
    write_site(site, FILES, layer_version="abc")

    written = write_site(site, [("index.html", b"<p>other")], layer_version="abd")

    assert (written.changed, written.removed) == (1, 1)
    assert set(contents(site)) == {"index.html", MANIFEST}


def test_a_file_that_somebody_changed_is_written_anew(tmp_path: Path) -> None:
    """The list alone is not believed."""
    site = tmp_path / "site"
    write_site(site, FILES, layer_version="abc")
    (site / "index.html").write_bytes(b"<p>bad")

    write_site(site, FILES, layer_version="abc")

    assert contents(site)["index.html"] == b"<p>map"


@pytest.mark.parametrize("name", ["CNAME", "photos/a.jpg", ".git/config"])
def test_files_of_others_are_never_touched(tmp_path: Path, name: str) -> None:
    """Neither in a site nor in a folder that is none."""
    for site in (tmp_path / "site", tmp_path / "other"):
        if site.name == "site":
            write_site(site, FILES, layer_version="abc")
        foreign = site / name
        foreign.parent.mkdir(parents=True, exist_ok=True)
        foreign.write_bytes(b"theirs")
        before = contents(site)

        with pytest.raises(ExportError, match="Nothing was changed"):
            write_site(site, [("index.html", b"new")], layer_version="abd")

        assert contents(site) == before


def test_a_fault_on_the_way_leaves_the_last_site(tmp_path: Path) -> None:
    """Also a full disk."""
    site = tmp_path / "site"
    write_site(site, FILES, layer_version="abc")
    before = contents(site)

    def failing() -> Iterator[tuple[str, bytes]]:
        yield "index.html", b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(ExportError, match="No space left"):
        write_site(site, failing(), layer_version="abd")
    assert contents(site) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("path", ["../out.html", "a//b", "/etc/x", MANIFEST, "a/./b"])
def test_no_file_leaves_the_folder(tmp_path: Path, path: str) -> None:
    """Or takes the place of the list."""
    with pytest.raises(ExportError, match="no path of a file"):
        write_site(tmp_path / "site", [(path, b"")], layer_version="abc")
    assert not (tmp_path / "site").exists()
    assert not (tmp_path / "out.html").exists()


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    """With a remedy."""
    (tmp_path / "site").write_text("mine", encoding="utf-8")

    with pytest.raises(ExportError, match="is a file"):
        write_site(tmp_path / "site", FILES, layer_version="abc")
