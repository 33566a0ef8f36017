"""The archive keeps what it was given, whole, and tells when a byte changes."""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.base.errors import ArchiveError, SettingsError
from geo.evidence.archive import Archive, ArchiveLimits
from geo.evidence.capture import Capture, Hop
from geo.evidence.extracted import Extracted

SOURCE = "paper-2024"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an archive whose folder does not exist yet."""
    return Archive(tmp_path / "archive")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a file to be added."""

    def write(content: bytes | str, name: str = "copy.txt") -> Path:
        path = tmp_path / name
        raw = content.encode() if isinstance(content, str) else content
        path.write_bytes(raw)
        return path

    return write


def everything(folder: Path) -> dict[str, bytes | None]:
    """Return all that is in a folder, to compare before and after."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def test_a_copy_is_kept_byte_for_byte(
    archive: Archive, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text comes back as it was given, with its date, size, hash and name."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    content = "Zernov said so.\r\n\r\nЛыжи.\n".encode()
    copy = archive.add(SOURCE, file(content, "Meine Kopie.txt"))
    assert copy.is_new
    assert (copy.version, copy.size_bytes) == (1, len(content))
    assert copy.sha256 == hashlib.sha256(content).hexdigest()
    assert copy.added == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert copy.file_name == "Meine Kopie.txt"
    assert copy.path == archive.folder / SOURCE / "0001" / "source.txt"
    assert copy.path.read_bytes() == content
    assert copy.text_path == archive.folder / SOURCE / "0001" / "text.txt"
    assert copy.text_path.read_bytes() == content
    assert archive.text(copy) == content.decode()
    assert archive.latest(SOURCE) == copy
    assert archive.verify() == []
    meta = json.loads((copy.path.parent / "meta.json").read_text(encoding="utf-8"))
    assert meta["added"] == "2023-11-14T22:13:20Z"


def test_the_same_bytes_are_the_same_version(
    archive: Archive, file: Callable[..., Path]
) -> None:
    """Adding twice adds once, and says so."""
    first = archive.add(SOURCE, file("one"))
    before = everything(archive.folder)
    again = archive.add(SOURCE, file("one", "other name.md"))
    assert again == first
    assert not again.is_new
    assert everything(archive.folder) == before


def test_other_bytes_are_a_new_version(
    archive: Archive, file: Callable[..., Path]
) -> None:
    """Old versions stay as they are; going back to an old text is a version too."""
    for text in ("one", "two", "one"):
        assert archive.add(SOURCE, file(text)).is_new
    versions = archive.versions(SOURCE)
    assert [copy.version for copy in versions] == [1, 2, 3]
    assert [archive.text(copy) for copy in versions] == ["one", "two", "one"]
    latest = archive.latest(SOURCE)
    assert latest is not None
    assert latest.version == 3


def test_versions_are_ordered_by_number(
    archive: Archive, file: Callable[..., Path]
) -> None:
    """Version 10000 comes after 9999, though its name sorts before."""
    copy = archive.add(SOURCE, file("one"))
    copy.path.parent.rename(archive.folder / SOURCE / "9999")
    assert archive.add(SOURCE, file("two")).version == 10_000
    latest = archive.latest(SOURCE)
    assert latest is not None
    assert archive.text(latest) == "two"


def test_a_source_without_a_copy_has_none(archive: Archive) -> None:
    """An archive that does not exist yet is an empty one."""
    assert archive.latest(SOURCE) is None
    assert archive.versions(SOURCE) == []
    assert archive.source_ids() == []
    assert archive.verify() == []
    assert archive.verify(SOURCE) == []


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (codecs.BOM_UTF8 + b"mark", "mark"),
        (codecs.BOM_UTF16_LE + "знак".encode("utf-16-le"), "знак"),
        (codecs.BOM_UTF16_BE + "знак".encode("utf-16-be"), "знак"),
    ],
)
def test_a_byte_order_mark_tells_the_encoding(
    archive: Archive, file: Callable[..., Path], content: bytes, text: str
) -> None:
    """UTF-8 and UTF-16 with their mark are read without it and kept with it."""
    copy = archive.add(SOURCE, file(content))
    assert archive.text(copy) == text
    assert copy.path.read_bytes() == content
    latest = archive.latest(SOURCE)
    assert latest is not None
    assert archive.text(latest) == text


REFUSED = [
    (b"", "a.txt", "is empty"),
    (b" \r\n\t\n", "a.txt", "is empty"),
    (codecs.BOM_UTF8, "a.txt", "is empty"),
    (b"text\x00text", "a.txt", "NUL"),
    (codecs.BOM_UTF16_LE + b"\x00\x00a\x00", "a.txt", "NUL"),
    (codecs.BOM_UTF32_LE + "text".encode("utf-32-le"), "a.txt", "NUL"),
    (codecs.BOM_UTF16_LE + b"a\x00b", "a.txt", "UTF-16"),
    ("Белград".encode("cp1251"), "a.txt", "iconv"),
    ("café".encode("latin-1"), "a b.txt", "iconv -f windows-1251 -t utf-8 'a b.txt'"),
    (b"%PDF-1.7\n\xff\xff", "a.txt", "cannot be read as PDF"),
    (b"text", "a.PDF", "is named .pdf but is no PDF"),
    (b"\n <!DOCTYPE html><p> ", "a.txt", "is a page without text"),
    (codecs.BOM_UTF8 + b"<HTML>", "a", "is a page without text"),
    ("\ufeff<html>".encode("utf-16-le"), "a.txt", "is a page without text"),
    (b"\x89PNG\r\n\x1a\n\x00", "a.png", "is a picture (PNG)"),
    (b"PK\x03\x04\x00\x00", "a.txt", "is a packed document"),
    (b"text", "a.docx", "word processor"),
    (b"{\\rtf1 x}", "a.txt", "is RTF"),
    (b"x" * 101, "a.txt", "larger than 100 bytes"),
]


@pytest.mark.parametrize(("content", "name", "said"), REFUSED)
def test_a_file_without_a_text_is_refused(
    archive: Archive, file: Callable[..., Path], content: bytes, name: str, said: str
) -> None:
    """The message names file and remedy, and the archive is as it was."""
    path = file(content, name)
    with pytest.raises(ArchiveError) as caught:
        archive.add(SOURCE, path, limits=ArchiveLimits(size_bytes=100))
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)
    assert not archive.folder.exists()


def test_a_refused_file_leaves_the_copies_there(
    archive: Archive, file: Callable[..., Path]
) -> None:
    """A bad file after a good one changes nothing."""
    archive.add(SOURCE, file("good"))
    before = everything(archive.folder)
    for content, name, _ in REFUSED:
        with pytest.raises(ArchiveError):
            archive.add(
                SOURCE, file(content, name), limits=ArchiveLimits(size_bytes=100)
            )
    assert everything(archive.folder) == before


def test_a_file_of_exactly_the_limit_is_taken(
    archive: Archive, file: Callable[..., Path]
) -> None:
    """The limit itself is allowed."""
    copy = archive.add(SOURCE, file("x" * 100), limits=ArchiveLimits(size_bytes=100))
    assert copy.size_bytes == 100


def test_a_missing_file_and_a_folder_are_refused(
    archive: Archive, tmp_path: Path
) -> None:
    """What is no file is named."""
    with pytest.raises(ArchiveError, match="is not there"):
        archive.add(SOURCE, tmp_path / "none.txt")
    with pytest.raises(ArchiveError, match="is not a file"):
        archive.add(SOURCE, tmp_path)


def test_a_file_that_cannot_be_read_is_refused(archive: Archive) -> None:
    """What the system refuses is an error of the archive, with the file's name."""
    with pytest.raises(ArchiveError, match=r"xxx\.txt: cannot be read: .*too long"):
        archive.add(SOURCE, Path("x" * 300 + ".txt"))


def test_a_pipe_is_refused_and_not_waited_for(archive: Archive, tmp_path: Path) -> None:
    """Reading a pipe without a writer would hang."""
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    with pytest.raises(ArchiveError, match="is not a file"):
        archive.add(SOURCE, pipe)


@pytest.mark.parametrize(
    "source_id", ["", ".", "..", "../x", "a/b", "/etc", "A", "a\x00", "a\n", "ä"]
)
def test_an_id_cannot_leave_the_archive(
    archive: Archive, file: Callable[..., Path], source_id: str
) -> None:
    """Only slugs name folders, for reading as for writing."""
    path = file("text")
    calls: list[Callable[[], object]] = [
        lambda: archive.add(source_id, path),
        lambda: archive.latest(source_id),
        lambda: archive.versions(source_id),
        lambda: archive.verify(source_id),
    ]
    for call in calls:
        with pytest.raises(ArchiveError, match="not a source's id"):
            call()
    assert not archive.folder.exists()


@given(st.text(max_size=20))
@settings(max_examples=50)
def test_any_id_stays_in_the_archive(source_id: str) -> None:
    """Whatever the id, the folder is right inside the archive, or refused."""
    archive = Archive(Path("/nowhere/archive"))
    try:
        home = archive._home(source_id)
    except ArchiveError:
        return
    assert home.parent == archive.folder
    assert home.resolve().parent == archive.folder


@pytest.mark.parametrize("changed", [b"onf", b"on", b"one more", b"\xff", b""])
def test_a_changed_byte_is_reported(
    archive: Archive, file: Callable[..., Path], changed: bytes
) -> None:
    """Reading and verifying name the file and how to mend it."""
    copy = archive.add(SOURCE, file("one"))
    copy.path.write_bytes(changed)
    with pytest.raises(
        ArchiveError, match="has changed since it was archived"
    ) as found:
        archive.text(copy)
    assert str(copy.path) in str(found.value)
    assert f"incidents archive add {SOURCE} FILE" in str(found.value)
    (fault,) = archive.verify()
    assert fault.file == str(copy.path)
    assert "has changed" in fault.message


def test_adding_the_text_again_mends_a_damaged_archive(
    archive: Archive, file: Callable[..., Path]
) -> None:
    """The remedy that the messages give works, for the text and its description."""
    for name in ("text.txt", "meta.json"):
        copy = archive.add(SOURCE, file("one"))
        (copy.path.parent / name).write_bytes(b"broken")
        mended = archive.add(SOURCE, file("one"))
        assert mended.is_new
        latest = archive.latest(SOURCE)
        assert latest is not None
        assert archive.text(latest) == "one"
    assert len(archive.verify()) == 2


def test_a_missing_text_is_reported(
    archive: Archive, file: Callable[..., Path]
) -> None:
    """A deleted file is a problem as well."""
    copy = archive.add(SOURCE, file("one"))
    copy.path.unlink()
    with pytest.raises(ArchiveError, match="cannot be read"):
        archive.text(copy)
    assert [fault.file for fault in archive.verify()] == [str(copy.path)]


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "other"},
        {"sha256": 1},
        {"size_bytes": "3"},
        {"size_bytes": True},
        {"added": "yesterday"},
        {"added": "2023-11-14T22:13:20"},
        {"file_name": None},
        {"layout": 3},
        {"kind": "picture"},
        {"text_sha256": 1},
        {"fetched": "yesterday"},
        {"url": 1},
        {"status": "200"},
        {"headers": {}},
        {"headers": [["one"]]},
        {"redirects": [{"url": "x"}]},
    ],
)
def test_a_wrong_description_is_reported(
    archive: Archive, file: Callable[..., Path], changes: dict[str, object]
) -> None:
    """Whatever is wrong in meta.json, the message names that file and the value."""
    copy = archive.add(SOURCE, file("one"))
    path = copy.path.parent / "meta.json"
    meta = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    path.write_text(json.dumps(meta), encoding="utf-8")
    with pytest.raises(ArchiveError, match=next(iter(changes))):
        archive.latest(SOURCE)
    assert [fault.file for fault in archive.verify()] == [str(path)]


@pytest.mark.parametrize("content", ["", "[]", "{", "[" * 100_000])
def test_a_description_that_is_no_json_object_is_reported(
    archive: Archive, file: Callable[..., Path], content: str
) -> None:
    """A torn meta.json is an error of the archive, not of the program."""
    copy = archive.add(SOURCE, file("one"))
    (copy.path.parent / "meta.json").write_text(content, encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"meta\.json"):
        archive.versions(SOURCE)


def old_layout(archive: Archive, content: bytes, encoding: str) -> Path:
    """Write a copy as the archive did before it knew other kinds than plain text."""
    folder = archive.folder / SOURCE / "0001"
    folder.mkdir(parents=True)
    meta = {
        "source": SOURCE,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_bytes": len(content),
        "added": "2023-11-14T22:13:20Z",
        "file_name": "copy.txt",
        "encoding": encoding,
    }
    (folder / "text.txt").write_bytes(content)
    (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    return folder


def test_a_copy_in_the_older_layout_is_read(
    archive: Archive, file: Callable[..., Path]
) -> None:
    """What was archived before stays readable, and is the first version."""
    folder = old_layout(archive, "\ufeffžene".encode(), "utf-8-sig")
    copy = archive.latest(SOURCE)
    assert copy is not None
    assert archive.text(copy) == "žene"
    assert copy.path == copy.text_path == folder / "text.txt"
    assert archive.content(copy) == "\ufeffžene".encode()
    assert archive.verify() == []
    assert not archive.add(SOURCE, file("\ufeffžene")).is_new
    assert archive.add(SOURCE, file("two")).version == 2
    assert archive.reference(SOURCE) == "žene"
    (folder / "text.txt").write_bytes(b"other")
    assert [fault.file for fault in archive.verify()] == [str(folder / "text.txt")]
    assert archive.reference(SOURCE) is None


@pytest.mark.parametrize(
    ("encoding", "said"), [("utf-16", "is not utf-16"), ("rot13", "encoding='rot13'")]
)
def test_a_description_with_another_encoding_is_reported(
    archive: Archive, encoding: str, said: str
) -> None:
    """Bytes that are not what meta.json says they are never show as text."""
    old_layout(archive, "žene".encode(), encoding)
    with pytest.raises(ArchiveError, match=said):
        archive.text(archive.version(SOURCE, 1))
    assert len(archive.verify()) == 1


def test_every_byte_of_a_copy_is_covered(
    archive: Archive, file: Callable[..., Path]
) -> None:
    """Any byte changed in, or added to, any file of a version is reported."""
    copy = archive.add(SOURCE, file("one more word"))
    for path in sorted(copy.path.parent.iterdir()):
        whole = path.read_bytes()
        for index in range(len(whole)):
            changed = bytearray(whole)
            changed[index] ^= 1
            path.write_bytes(changed)
            assert archive.verify(), (path, index)
        path.write_bytes(whole + b"\n")
        assert archive.verify()
        path.write_bytes(whole)
    assert archive.verify() == []


def test_the_sums_are_those_of_sha256sum(
    archive: Archive, file: Callable[..., Path]
) -> None:
    """``sha256sum -c SHA256SUMS`` checks a version without this program."""
    if shutil.which("sha256sum") is None:
        pytest.skip("needs sha256sum")
    folder = archive.add(SOURCE, file("<html><p>A page.")).path.parent
    done = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=folder, check=True, capture_output=True
    )
    assert done.stdout == b"source.html: OK\ntext.txt: OK\nmeta.json: OK\n"


CAPTURE = Capture(
    url="https://paper.example/a",
    final_url="https://www.paper.example/news/a.html?b",
    content="<html><p>Žene su otišle.".encode(),
    fetched=datetime(2024, 5, 1, 12, tzinfo=UTC),
    headers=(("Content-Type", "text/html; charset=utf-8"), ("X-A", "ä")),
    redirects=(
        Hop("https://paper.example/a", 301, "https://www.paper.example/news/a.html?b"),
    ),
)


def test_a_capture_is_kept_with_its_answer(archive: Archive) -> None:
    """Headers, redirects, time and addresses come back as they were."""
    copy = archive.add_capture(SOURCE, CAPTURE)
    assert archive.latest(SOURCE) == copy
    assert (copy.kind, copy.file_name, copy.origin) == ("html", "a.html", "fetched")
    assert copy.path.name == "source.html"
    assert archive.content(copy) == CAPTURE.content
    assert archive.text(copy) == "Žene su otišle.\n"
    assert copy.extractor.startswith("trafilatura ")
    assert copy.headers == CAPTURE.headers
    assert copy.redirects == CAPTURE.redirects
    assert (copy.url, copy.final_url) == (CAPTURE.url, CAPTURE.final_url)
    assert (copy.fetched, copy.status) == (CAPTURE.fetched, 200)
    assert archive.verify() == []


def test_a_check_may_refuse_a_copy(archive: Archive, file: Callable[..., Path]) -> None:
    """It sees the text, and nothing is written."""

    def refuse(found: Extracted) -> None:
        raise ArchiveError(found.text)

    with pytest.raises(ArchiveError, match="Žene"):
        archive.add_capture(SOURCE, CAPTURE, check=refuse)
    with pytest.raises(ArchiveError, match="one"):
        archive.add(SOURCE, file("one"), check=refuse)
    assert not archive.folder.exists()


def test_a_version_is_found_by_its_number(
    archive: Archive, file: Callable[..., Path]
) -> None:
    """First and named versions; one that is not there is refused with those there."""
    assert archive.first(SOURCE) is None
    assert archive.reference(SOURCE) is None
    with pytest.raises(ArchiveError, match="Versions: none yet"):
        archive.version(SOURCE, 1)
    one, two = (archive.add(SOURCE, file(text)) for text in ("one", "two"))
    assert archive.first(SOURCE) == one
    assert archive.reference(SOURCE) == "one"
    assert archive.version(SOURCE, 2) == two
    with pytest.raises(ArchiveError, match=r"no version 3 .* Versions: 1, 2\."):
        archive.version(SOURCE, 3)


def test_a_description_may_say_more(
    archive: Archive, file: Callable[..., Path]
) -> None:
    """Keys that a later version writes do not stop this one."""
    copy = archive.add(SOURCE, file("one"))
    path = copy.path.parent / "meta.json"
    meta = {**json.loads(path.read_text(encoding="utf-8")), "colour": {}}
    path.write_text(json.dumps(meta), encoding="utf-8")
    assert archive.latest(SOURCE) == copy


def test_what_does_not_belong_there_is_reported(
    archive: Archive, file: Callable[..., Path]
) -> None:
    """Foreign folders and the rest of an interrupted call are named, never read."""
    archive.add(SOURCE, file("one"))
    (archive.folder / "Not A Source").mkdir()
    (archive.folder / ".git").mkdir()
    (archive.folder / SOURCE / ".adding-1").mkdir()
    (archive.folder / SOURCE / "old").mkdir()
    (archive.folder / "README.txt").write_text("mine", encoding="utf-8")
    faults = {Path(fault.file).name: fault for fault in archive.verify()}
    assert set(faults) == {"Not A Source", ".adding-1", "old"}
    assert "interrupted" in faults[".adding-1"].message
    assert len(archive.versions(SOURCE)) == 1


def test_a_failed_write_leaves_the_archive_as_it_was(
    archive: Archive, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk leaves neither half a version nor an empty folder."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("geo.base.files.os.fsync", full)
        with pytest.raises(ArchiveError, match=r"No space left.*Nothing was added"):
            archive.add(SOURCE, file("one"))
    assert not archive.folder.exists()
    archive.add(SOURCE, file("one"))
    before = everything(archive.folder)
    with monkeypatch.context() as patch:
        patch.setattr("geo.base.files.os.fsync", full)
        with pytest.raises(ArchiveError):
            archive.add(SOURCE, file("two"))
    assert everything(archive.folder) == before


def test_a_version_added_meanwhile_is_not_overwritten(
    archive: Archive, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two that take the same number, the second takes the next."""
    archive.add(SOURCE, file("one"))
    rename = Path.rename
    met: list[Path] = []

    def meet(self: Path, target: Path) -> Path:
        if not met:
            met.append(target)
            Archive(archive.folder).add(SOURCE, file("theirs", "b.txt"))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", meet)
    mine = archive.add(SOURCE, file("mine"))
    assert mine.version == 3
    versions = archive.versions(SOURCE)
    assert [archive.text(copy) for copy in versions] == ["one", "theirs", "mine"]


def test_a_stray_file_with_a_versions_name_is_stepped_over(
    archive: Archive, file: Callable[..., Path]
) -> None:
    """What is in the way is neither overwritten nor waited for."""
    archive.add(SOURCE, file("one"))
    stray = archive.folder / SOURCE / "0002"
    stray.write_text("stray", encoding="utf-8")
    (archive.folder / SOURCE / "00001").mkdir()
    assert archive.add(SOURCE, file("two")).version == 3
    assert stray.read_text(encoding="utf-8") == "stray"
    assert [copy.version for copy in archive.versions(SOURCE)] == [1, 3]


def test_an_archive_that_is_a_file_is_refused(
    tmp_path: Path, file: Callable[..., Path]
) -> None:
    """A wrong setting is named, with the setting's name."""
    archive = Archive(file("text", "archive.txt"))
    with pytest.raises(ArchiveError, match="INCIDENTS_ARCHIVE"):
        archive.source_ids()
    with pytest.raises(ArchiveError):
        archive.add(SOURCE, file("text"))
    assert (tmp_path / "archive.txt").read_text(encoding="utf-8") == "text"


@pytest.mark.parametrize("written", ["soon", "1e9", "9" * 30])
def test_a_wrong_source_date_epoch_is_refused(
    archive: Archive,
    file: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    written: str,
) -> None:
    """The variable is named, and nothing is added."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", written)
    with pytest.raises(SettingsError, match="SOURCE_DATE_EPOCH"):
        archive.add(SOURCE, file("text"))
    assert not archive.folder.exists()


def test_the_time_of_adding_is_now(
    archive: Archive, file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without SOURCE_DATE_EPOCH the clock counts, in UTC."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    before = datetime.now(UTC).replace(microsecond=0)
    copy = archive.add(SOURCE, file("text"))
    assert before <= copy.added <= datetime.now(UTC)
