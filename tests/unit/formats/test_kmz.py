"""Of a KMZ the document is read, with those in the archive that it links to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bringing import zipped
from tests.unit.formats.reading import read
from tests.unit.formats.test_kml import kml


def mark(name: str) -> str:
    """Return a Placemark of that name."""
    return f"<Placemark><name>{name}</name></Placemark>"


def link(target: str) -> str:
    """Return a link to another document."""
    return f"<NetworkLink><name>More</name><Link><href>{target}</href></Link></NetworkLink>"


def names(folder: Path, **documents: str) -> tuple[list[str], str]:
    """Return the names of what an archive of documents holds, and what is told."""
    members = {
        f"{name}.kml".replace("_", "/"): kml(documents[name]) for name in documents
    }
    path = zipped(folder, {name: text.encode() for name, text in members.items()})
    features, said = read(path)
    return [one["properties"]["name"] for one in features], said


@pytest.mark.parametrize("target", ["files/a.kml", "./files/a.kml#x", "files%2Fa.kml"])
def test_a_link_within_the_archive_is_read_where_it_stands(
    target: str, tmp_path: Path
) -> None:
    """As a folder of the link's name."""
    inside = {"doc": mark("one") + link(target) + mark("three"), "files_a": mark("two")}

    assert names(tmp_path, **inside) == (["one", "two", "three"], "")
    assert read(tmp_path / "a.zip")[0][1]["properties"]["folder"] == "More"


def test_documents_that_link_to_each_other_are_read_once(tmp_path: Path) -> None:
    """However long the way round is."""
    inside = {
        "doc": link("files/a.kml") + mark("one"),
        "files_a": mark("two") + link("../doc.kml") + link("b.kml"),
        "files_b": mark("three") + link("a.kml"),
    }

    assert names(tmp_path, **inside)[0] == ["two", "three", "one"]


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:9/", "none.kml", "../../etc/a.kml"]
)
def test_a_link_out_of_the_archive_is_told(target: str, tmp_path: Path) -> None:
    """And not followed."""
    found, said = names(tmp_path, doc=mark("one") + link(target))

    assert found == ["one"]
    assert "NetworkLink: is left out" in said


def test_what_no_link_leads_to_is_told(tmp_path: Path) -> None:
    """With how to bring it in."""
    found, said = names(tmp_path, doc=mark("one"), other=mark("two"))

    assert found == ["one"]
    assert "only 'doc.kml' is read, not 'other.kml'" in said


def test_the_document_may_be_called_in_capitals(tmp_path: Path) -> None:
    """As Windows has it."""
    path = zipped(tmp_path, {"DOC.KML": kml(mark("one")).encode()})

    assert len(read(path)[0]) == 1
