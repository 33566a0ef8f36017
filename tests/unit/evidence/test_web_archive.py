"""Web archives carry copies out and in, and what is made to harm is refused."""

from __future__ import annotations

import gzip
import hashlib
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import (
    ArchiveIterator,
)
from warcio.statusandheaders import (
    StatusAndHeaders,
)
from warcio.warcwriter import WARCWriter

from geo.base.errors import ArchiveError, ExportError
from geo.evidence.archive import Archive
from geo.evidence.capture import Capture, Hop
from geo.evidence.intake import import_web_archive
from geo.evidence.web_archive import (
    ArchiveFormat,
    ImportLimits,
    read_capture,
    write_web_archive,
)
from geo.model.incident import Citation
from tests.unit.evidence.web import WORDS, source

URL = "https://paper.example/a?id=1"
FINAL = "https://www.paper.example/news/a"
PAGE = f"<html><body><p>Žene. {WORDS * 8}</p></body></html>".encode()
SOURCE = source(URL)
CAPTURE = Capture(
    url=URL,
    final_url=FINAL,
    content=PAGE,
    fetched=datetime(2024, 5, 1, 12, 30, tzinfo=UTC),
    headers=(
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Encoding", "gzip"),
        ("Content-Length", "99"),
        ("X-Odd", "y"),
    ),
    redirects=(Hop(URL, 301, FINAL),),
)


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Return an archive with a file and a later capture of one source."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    archive = Archive(tmp_path / "archive")
    path = tmp_path / "copy.txt"
    path.write_text(f"Older. {WORDS}", encoding="utf-8")
    archive.add(SOURCE.id, path)
    archive.add_capture(SOURCE.id, CAPTURE)
    return archive


#: Reads the page of a file with the bytes given; None where it has none.
Read = Callable[..., Any]
Answer = tuple[str, int, str, Sequence[tuple[str, str]], bytes]


def warc(*answers: Answer, packed: bool = False) -> bytes:
    """Write a WARC as another tool would: url, status, date, headers and body each."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "other"}))
    for url, status, date, headers, body in answers:
        http = StatusAndHeaders(f"{status} X", list(headers), protocol="HTTP/1.1")
        for kind in ("request", "response"):
            writer.write_record(
                writer.create_warc_record(
                    url,
                    kind,
                    payload=BytesIO(body if kind == "response" else b""),
                    length=len(body) if kind == "response" else 0,
                    http_headers=http
                    if kind == "response"
                    else StatusAndHeaders("GET / HTTP/1.1", [], is_http_request=True),
                    warc_headers_dict={"WARC-Date": date},
                )
            )
    content: bytes = out.getvalue()
    return content


def answer(
    body: bytes = PAGE,
    *headers: tuple[str, str],
    url: str = URL,
    status: int = 200,
    date: str = "2024-05-01T12:00:00Z",
) -> Answer:
    """Return one answer, by default the page."""
    return url, status, date, headers, body


def wacz(content: bytes, name: str = "archive/data.warc") -> bytes:
    """Put a WARC into a WACZ."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("datapackage.json", "{}")
        packed.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that reads the page of a file with these bytes."""

    def reading(
        content: bytes, *addresses: str, limits: ImportLimits | None = None
    ) -> Capture | None:
        path = tmp_path / "in"
        path.write_bytes(content)
        return read_capture(path, addresses or (URL,), limits=limits or ImportLimits())

    return reading


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (ArchiveFormat.WARC, "a.warc"),
        (ArchiveFormat.WARC, "a.warc.gz"),
        (ArchiveFormat.WACZ, "a.wacz"),
    ],
)
def test_what_goes_out_comes_back(
    archive: Archive, tmp_path: Path, form: ArchiveFormat, name: str
) -> None:
    """Bytes, time, headers, redirects and addresses survive the way."""
    output = tmp_path / name
    assert write_web_archive(SOURCE, archive, output, format_name=form) == 2
    capture = read_capture(output, [URL])
    assert capture is not None
    assert capture.origin == "imported"
    assert capture.content == CAPTURE.content
    assert capture.headers == CAPTURE.headers
    assert (capture.url, capture.final_url) == (URL, FINAL)
    assert capture.redirects == CAPTURE.redirects
    assert (capture.fetched, capture.status) == (CAPTURE.fetched, 200)
    other = Archive(tmp_path / "other")
    (copy,) = import_web_archive([SOURCE], other, output)
    assert other.verify() == []
    assert copy.origin == "imported"


def test_a_warc_holds_every_version_by_the_standard(
    archive: Archive, tmp_path: Path
) -> None:
    """Redirect, answer or resource, and text of each; every digest is right."""
    output = tmp_path / "a.warc.gz"
    write_web_archive(SOURCE, archive, output, format_name=ArchiveFormat.WARC)
    found = []
    with output.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            content = record.content_stream().read()
            uri = record.rec_headers.get_header("WARC-Target-URI")
            found.append((record.rec_type, uri, content))
            if record.rec_type == "response" and content:
                http = record.http_headers
                assert http.get_header("Content-Length") == str(len(PAGE))
                assert http.get_header("Content-Encoding") is None
                assert http.get_header("X-Archive-Orig-Content-Encoding") == "gzip"
                assert (
                    record.rec_headers.get_header("WARC-Date") == "2024-05-01T12:30:00Z"
                )
    kinds = [kind for kind, _, _ in found]
    assert kinds == [
        "warcinfo",
        "resource",
        "conversion",
        "response",
        "response",
        "conversion",
    ]
    assert found[1][1:] == (URL, f"Older. {WORDS}".encode())
    assert found[3][1:] == (URL, b"")
    assert found[4][1:] == (FINAL, PAGE)
    assert found[5][2].startswith("Žene. The group".encode())


def test_a_wacz_is_whole_by_the_standard(archive: Archive, tmp_path: Path) -> None:
    """Hashes agree, the index leads to its records, every version is a page."""
    output = tmp_path / "a.wacz"
    write_web_archive(SOURCE, archive, output, format_name=ArchiveFormat.WACZ)
    with zipfile.ZipFile(output) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
        assert {info.compress_type for info in packed.infolist()} == {0}
    package = json.loads(files["datapackage.json"])
    assert package["wacz_version"] == "1.1.1"
    for resource in package["resources"]:
        content = files[resource["path"]]
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["bytes"] == len(content)
    digest = json.loads(files["datapackage-digest.json"])
    whole = hashlib.sha256(files["datapackage.json"]).hexdigest()
    assert digest == {"path": "datapackage.json", "hash": f"sha256:{whole}"}
    lines = files["indexes/index.cdxj"].decode().splitlines()
    assert len(lines) == 3
    for line in lines:
        key, stamp, described = line.split(" ", 2)
        entry = json.loads(described)
        assert key.startswith("example,paper)/")
        assert len(stamp) == 14
        start = int(entry["offset"])
        piece = files["archive/data.warc.gz"][start : start + int(entry["length"])]
        (record,) = ArchiveIterator(BytesIO(piece))
        assert record.rec_headers.get_header("WARC-Target-URI") == entry["url"]
    head, *pages = map(json.loads, files["pages/pages.jsonl"].decode().splitlines())
    assert head["format"] == "json-pages-1.0"
    assert [page["url"] for page in pages] == [URL, FINAL]


@pytest.mark.parametrize("packed", [False, True])
def test_the_newest_page_that_answered_is_read(read: Read, *, packed: bool) -> None:
    """Older ones, errors and other pages are passed over."""
    content = warc(
        answer(b"other", url="https://other.example/"),
        answer(b"<html>old", date="2024-04-01T00:00:00Z"),
        answer(PAGE, ("Content-Type", "text/html")),
        answer(b"gone", status=404, date="2024-06-01T00:00:00Z"),
        packed=packed,
    )
    for written in (content, wacz(content), wacz(content, "archive/x/b.warc.gz")):
        capture = read(written)
        assert capture.content == PAGE
        assert capture.fetched == datetime(2024, 5, 1, 12, tzinfo=UTC)
        assert capture.headers == (("Content-Type", "text/html"),)
        assert capture.final_url == URL


def test_redirects_in_the_file_are_followed(read: Read) -> None:
    """As a browser would, and a loop leads nowhere."""
    capture = read(
        warc(
            answer(b"", ("Location", "/news/a"), status=301),
            answer(PAGE, url="https://paper.example/news/a"),
        )
    )
    assert capture.content == PAGE
    assert capture.redirects == (Hop(URL, 301, "https://paper.example/news/a"),)
    assert read(warc(answer(b"", ("Location", URL), status=302))) is None


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ((("Content-Encoding", "gzip"),), gzip.compress(PAGE)),
        (
            (("Transfer-Encoding", "chunked"),),
            b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE),
        ),
        (
            (("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")),
            b"%x\r\n%s\r\n0\r\n\r\n"
            % (len(gzip.compress(PAGE, mtime=0)), gzip.compress(PAGE, mtime=0)),
        ),
    ],
)
def test_a_packed_page_is_unpacked(
    read: Read,
    headers: Sequence[tuple[str, str]],
    body: bytes,
) -> None:
    """What was sent packed or in chunks is kept as the page."""
    assert read(warc(answer(body, *headers))).content == PAGE


def test_a_file_without_the_page_has_none(
    read: Read, archive: Archive, tmp_path: Path
) -> None:
    """Reading gives nothing; importing is an error naming the address."""
    content = warc(answer(url="https://other.example/"))
    assert read(content) is None
    assert read(warc(answer(status=404))) is None
    with pytest.raises(ArchiveError, match="no page of the sources asked for: https"):
        import_web_archive([SOURCE], archive, tmp_path / "in")
    assert len(archive.versions(SOURCE.id)) == 2


def test_an_imported_page_is_looked_at_like_a_fetched_one(
    tmp_path: Path,
) -> None:
    """A wall in a WARC is a wall."""
    path = tmp_path / "a.warc"
    path.write_bytes(warc(answer(b"<html><p>We value your privacy.")))
    archive = Archive(tmp_path / "archive")
    with pytest.raises(ArchiveError, match=r"a\.warc: https.*looks like a paywall"):
        import_web_archive([SOURCE], archive, path)
    path.write_bytes(warc(answer()))
    cited = {SOURCE.id: [Citation(SOURCE.id, "not there")]}
    with pytest.raises(ArchiveError, match="none of the 1 quotes"):
        import_web_archive([SOURCE], archive, path, citations=cited)
    assert not archive.folder.exists()
    (copy,) = import_web_archive(
        [SOURCE], archive, path, citations=cited, keep_anyway=True
    )
    assert archive.content(copy) == PAGE


def with_entry(name: str, mode: int = 0, flags: int = 0) -> bytes:
    """Return a WACZ with one more file of this name, Unix mode and flags."""
    out = BytesIO(wacz(warc(answer())))
    with zipfile.ZipFile(out, "a") as packed:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        packed.writestr(info, b"/etc/passwd")
    content = out.getvalue()
    if flags:
        place = content.rindex(b"PK\x01\x02") + 8
        content = content[:place] + flags.to_bytes(2, "little") + content[place + 2 :]
    return content


def bomb() -> bytes:
    """Return a gzip of a WARC that has 60 MB of nothing in a record of another page."""
    return gzip.compress(warc(answer(bytes(60_000_000), url="https://b.example/")))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is neither WARC nor WACZ"),
        (b"words", "is neither WARC nor WACZ"),
        (b"%PDF-1.4", "is neither WARC nor WACZ"),
        (gzip.compress(b"words", mtime=0), "is neither WARC nor WACZ"),
        (gzip.compress(gzip.compress(warc(answer()))), "is neither WARC nor WACZ"),
        (b"\x1f\x8bwords", "cannot be read as WARC or WACZ"),
        (b"PK\x03\x04words", "cannot be read as WARC or WACZ"),
        (gzip.compress(warc(answer()))[:200], "cannot be read as WARC or WACZ"),
        (b"WARC/1.0\r\nWARC-Type: resource\r\n\r\n", "cannot be read as WARC or WACZ"),
        (wacz(b"words", "pages/a.txt"), "is a ZIP without a WARC"),
        (with_entry("../../evil.warc"), "would lie outside"),
        (with_entry("/etc/cron.d/evil"), "would lie outside"),
        (with_entry("archive/..\\..\\evil"), "would lie outside"),
        (with_entry("C:\\evil"), "would lie outside"),
        (with_entry("archive/link.warc", 0o120777), "has a link"),
        (with_entry("archive/more.warc", flags=1), "has a password"),
        (bomb(), "unpacks to more than 50,000,000 bytes"),
        (wacz(bomb(), "archive/data.warc.gz"), "unpacks to more than 50,000,000 bytes"),
        (warc(answer(b"x" * 2_000_000)), "is larger than 1,000,000 bytes"),
        (
            warc(answer(gzip.compress(bytes(9_000_000)), ("Content-Encoding", "gzip"))),
            "is larger than 1,000,000 bytes",
        ),
        (
            warc(answer(b"x", ("Content-Encoding", "br"))),
            "is packed as 'br', which cannot be unpacked here",
        ),
        (warc(answer()).replace("Žene".encode(), b"Zxene"), "has been altered"),
    ],
)
def test_a_file_made_to_harm_or_torn_is_refused(
    read: Read, content: bytes, said: str
) -> None:
    """The message begins with the file and says what is wrong."""
    limits = ImportLimits(total_bytes=50_000_000, page_bytes=1_000_000)
    with pytest.raises(ArchiveError) as caught:
        read(content, limits=limits)
    assert said in str(caught.value)
    assert "/in: " in str(caught.value)


def test_a_zip_of_too_much_is_refused(read: Read) -> None:
    """By the number of files, their size, and names used twice."""
    content = wacz(warc(answer()))
    with pytest.raises(ArchiveError, match="has 2 files, more than 1"):
        read(content, limits=ImportLimits(files=1))
    with pytest.raises(ArchiveError, match="more than 100"):
        read(content, limits=ImportLimits(total_bytes=100))
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = with_entry("archive/data.warc")
    with pytest.raises(ArchiveError, match="two files of one name"):
        read(twice)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The system's reason is kept."""
    with pytest.raises(ArchiveError, match=r"none\.warc: cannot be read.*No such file"):
        read_capture(tmp_path / "none.warc", [URL])


def test_nothing_half_written_is_left(archive: Archive, tmp_path: Path) -> None:
    """A folder that is not there is named; an existing file is replaced whole."""
    with pytest.raises(ExportError, match="cannot be written"):
        write_web_archive(
            SOURCE,
            archive,
            tmp_path / "none" / "a.wacz",
            format_name=ArchiveFormat.WACZ,
        )
    output = tmp_path / "a.wacz"
    output.write_text("old", encoding="utf-8")
    copy = archive.version(SOURCE.id, 1)
    whole = copy.path.read_bytes()
    copy.path.write_bytes(b"damaged")
    with pytest.raises(ArchiveError, match="has changed since it was archived"):
        write_web_archive(SOURCE, archive, output, format_name=ArchiveFormat.WACZ)
    assert output.read_text(encoding="utf-8") == "old"
    copy.path.write_bytes(whole)
    write_web_archive(SOURCE, archive, output, format_name=ArchiveFormat.WACZ)
    assert zipfile.is_zipfile(output)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a.wacz",
        "archive",
        "copy.txt",
    ]


WHOLE = [warc(answer()), warc(answer(), packed=True), wacz(warc(answer()))]


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_damage_breaks_the_reading(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], data: st.DataObject
) -> None:
    """A file with bytes overwritten or cut gives a page, none, or a clear error."""
    del capfd  # warcio warns on stderr
    whole = data.draw(st.sampled_from(WHOLE))
    place = data.draw(st.integers(0, len(whole)))
    noise = data.draw(st.binary(max_size=6))
    tail = whole[place + len(noise) :] if data.draw(st.booleans()) else b""
    path = tmp_path / "a"
    path.write_bytes(whole[:place] + noise + tail)
    try:
        read_capture(path, [URL])
    except ArchiveError as error:
        assert str(error).startswith(f"{path}: ")  # noqa: PT017 - reading may succeed
