"""Copies are read apart: what is made to harm ends in an error, and adds nothing."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import EncodedStreamObject, NameObject

from geo.base.errors import ArchiveError, SettingsError
from geo.base.settings import ROOT, settings
from geo.evidence import quarantine
from geo.evidence.archive import Archive
from geo.evidence.capture import Hop
from geo.evidence.extraction import extract
from geo.evidence.intake import import_web_archive
from geo.evidence.quarantine import text_of
from geo.evidence.web_archive import read_capture
from geo.evidence.web_archive.quarantine import capture_of, held_in
from geo.formats.guarded import Guard
from tests.unit.evidence.test_extraction import page, pdf
from tests.unit.evidence.test_web_archive import PAGE, SOURCE, URL, answer, wacz, warc

only_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux holds the limit on memory"
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an archive with one copy of a source."""
    archive = Archive(tmp_path / "archive")
    path = tmp_path / "copy.txt"
    path.write_text("Some words.", encoding="utf-8")
    archive.add(SOURCE.id, path)
    return archive


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let reading take five seconds."""
    monkeypatch.setenv("INCIDENTS_IMPORT_TIMEOUT_S", "5")
    settings.cache_clear()
    yield
    settings.cache_clear()


def state(folder: Path) -> dict[str, bytes | None]:
    """Return all that is in a folder."""
    return {
        str(path): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def zeros(megabytes: int) -> bytes:
    """Return a gzip of this many megabytes of nothing."""
    packer = zlib.compressobj(1, wbits=31)
    body = b"".join(packer.compress(bytes(10**6)) for _ in range(megabytes))
    return body + packer.flush()


def pdf_of_gigabytes() -> bytes:
    """Return a PDF whose one page is two gigabytes of blanks, packed."""
    packer = zlib.compressobj(9)
    drawn = b"".join(packer.compress(b" " * 10**6) for _ in range(2_000))
    drawn += packer.flush()
    content = EncodedStreamObject()
    content[NameObject("/Filter")] = NameObject("/FlateDecode")
    content._data = drawn
    writer = PdfWriter(clone_from=BytesIO(pdf([["words"]])))
    writer.pages[0][NameObject("/Contents")] = writer._add_object(content)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def of_nested_tags() -> bytes:
    """Return a page of a million tags, each inside the one before."""
    return b"<html><body>" + b"<div>" * 1_000_000 + b"some words"


def of_paragraphs() -> bytes:
    """Return a page of a million paragraphs, which takes over a gigabyte as a tree."""
    return b"<html><body>" + b"<p>some words</p>" * 1_000_000


def of_attributes() -> bytes:
    """Return a page that takes for ever: each attribute is compared with all others."""
    names = b" ".join(b"a%d=1" % number for number in range(1_000_000))
    return b"<html><body><p " + names + b">some words</p>"


@only_linux
@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (pdf_of_gigabytes, "cannot be read as PDF: Limit reached while decompressing"),
        (of_nested_tags, "is a page without text"),
        # On a busy machine its time is over before its memory.
        (of_paragraphs, r"needs more than 500 MB of memory|took more than 5 seconds"),
        (of_attributes, "took more than 5 seconds to read"),
    ],
)
def test_a_copy_made_to_harm_is_refused(
    archive: Archive, tmp_path: Path, make: Callable[[], bytes], said: str
) -> None:
    """Within the limits, with the file's name, and the archive stays as it was."""
    path = tmp_path / "harm"
    path.write_bytes(make())
    before = state(archive.folder)

    with pytest.raises(ArchiveError) as caught:
        archive.add(SOURCE.id, path)

    assert str(caught.value).startswith(f"{path}: ")
    assert re.search(said, str(caught.value))
    assert state(archive.folder) == before


def of_one_line() -> bytes:
    """Return a WACZ whose record has a header of 500 MB."""
    return wacz(gzip.compress(b"WARC/1.0\r\nA: ") + zeros(500), "archive/a.warc.gz")


def of_many_members() -> bytes:
    """Return a WACZ whose directory says that it unpacks to far more than is read."""
    out = BytesIO(wacz(warc(answer())))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for number in range(60):
            packed.writestr(f"archive/{number}.warc", bytes(10_000_000))
    return out.getvalue()


@only_linux
@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (of_one_line, r"took more than 5 seconds|needs more than 500 MB of memory"),
        (of_many_members, r"unpacks to \d+,\d+,\d+ bytes, more than 512,000,000"),
    ],
)
def test_a_web_archive_of_bombs_is_refused(
    archive: Archive, tmp_path: Path, make: Callable[[], bytes], said: str
) -> None:
    """Whether its directory owns up to them or not."""
    path = tmp_path / "a.wacz"
    path.write_bytes(make())
    before = state(archive.folder)

    with pytest.raises(ArchiveError, match=said) as caught:
        import_web_archive([SOURCE], archive, path)

    assert str(caught.value).startswith(f"{path}: ")
    assert state(archive.folder) == before


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (page().encode("cp1251").replace(b"<title>", b"<meta charset=cp1251>"), ""),
        (pdf([["Some words."], ["Some more."]]), ".pdf"),
        (" One.\r\n\r\nЛыжи \u200b<b>.\n".encode("utf-16"), ".txt"),
    ],
)
def test_a_text_read_apart_is_the_same(content: bytes, suffix: str) -> None:
    """Kind, encoding, text, markup and extractor: not a character differs."""
    assert text_of(content, where="a", suffix=suffix) == extract(
        content, where="a", suffix=suffix
    )


def test_a_page_of_a_web_archive_read_apart_is_the_same(tmp_path: Path) -> None:
    """Bytes, headers, time and redirects; and which pages are there is told before."""
    path = tmp_path / "a.warc"
    path.write_bytes(
        warc(
            answer(b"", ("Location", "/news/a"), status=301),
            answer(PAGE, ("X-Odd", "é"), url="https://paper.example/news/a"),
        )
    )

    capture = capture_of(path, [URL])

    assert capture is not None
    assert capture == read_capture(path, [URL])
    assert capture.redirects == (Hop(URL, 301, "https://paper.example/news/a"),)
    assert capture_of(path, ["https://other.example/"]) is None
    wanted = [["https://other.example/"], ["https://other.example/", URL], []]
    assert held_in(path, wanted) == [False, True, False]


def test_a_text_that_is_kept_is_not_read_again(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes start no process."""
    monkeypatch.setattr(quarantine, "guarded", None)

    assert not archive.add(SOURCE.id, tmp_path / "copy.txt").is_new


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the variable that says where temporary files are."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))

    with pytest.raises(SettingsError, match=r"a\.txt: cannot be read: .*TMPDIR"):
        text_of(b"Some words.", where="a.txt")


def test_little_memory_is_enough_for_an_article() -> None:
    """The least that can be set reads a page and a PDF."""
    for content in (page().encode(), pdf([["Some words."]])):
        assert text_of(content, where="a", guard=Guard(50)).text


PROGRAM = """
import sys
from pathlib import Path
from geo.evidence.archive import Archive
archive = Archive(Path(sys.argv[1]))
for path in sys.argv[2:]:
    archive.add("paper", Path(path))
print(sorted({"pypdf", "lxml", "trafilatura"} & set(sys.modules)))
"""


def test_whoever_takes_copies_in_never_loads_what_reads_them(tmp_path: Path) -> None:
    """So no page or PDF can reach it in the process of a command or of the server."""
    paths = [tmp_path / "a.html", tmp_path / "a.pdf"]
    paths[0].write_text(page(), encoding="utf-8")
    paths[1].write_bytes(pdf([["Some words."]]))
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "archive")]

    ended = subprocess.run(
        [*command, *map(str, paths)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.stdout.strip(), ended.stderr) == ("[]", "")
