"""The register of sources is read strictly, and every fault is named."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from geo.base.errors import DataError, NotFoundError
from geo.base.settings import DATA
from geo.model.sources import Source, Sources, is_slug, is_web_address, read_sources
from tests.shared import ARTICLE


def entry(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """Return a good entry with some values changed."""
    return {
        "id": "paper-2024",
        "title": "A title",
        "publisher": "A Paper",
        "authors": ["Ana Anić"],
        "language": "sr-Latn",
        "published": "2024-01-31",
        "url": "https://example.org/a?b=č#c",
        "licence": "All rights reserved",
        **changes,
    }


def written(folder: Path, *entries: object) -> Path:
    """Write a register of these entries and return its path."""
    path = folder / "sources.json"
    path.write_text(json.dumps({"sources": entries}), encoding="utf-8")
    return path


def faults_of(path: Path) -> list[str]:
    """Read a register that is wrong and return its faults as lines."""
    with pytest.raises(DataError) as caught:
        read_sources(path)
    return [str(fault) for fault in caught.value.faults]


def test_the_register_of_the_project_reads() -> None:
    """The English edition derives from the Russian original, both of Meduza."""
    sources = read_sources(DATA / "sources.json")
    assert list(sources) == ["meduza-2023-12-18", "meduza-2023-12-17-ru"]
    english, russian = sources.values()
    assert english.derived_from == russian.id
    assert (english.published, russian.published) == (
        date(2023, 12, 18),
        date(2023, 12, 17),
    )
    assert english.url is not None
    assert english.url.startswith("https://meduza.io/en/feature/2023/12/18/")
    assert russian.url is None
    assert english.authors == ("Lilia Yapparova",)
    assert english.adapted_by == ("Kevin Rothrock",)


def test_the_title_in_the_register_is_the_articles() -> None:
    """The title is as the article prints it."""
    if not ARTICLE.is_file():
        pytest.skip(f"needs the article's own copy at {ARTICLE}")
    title = read_sources(DATA / "sources.json")["meduza-2023-12-18"].title
    assert title in ARTICLE.read_text(encoding="utf-8").splitlines()


def test_a_source_is_read_with_every_value(tmp_path: Path) -> None:
    """Values come as their types, and what is left out is empty."""
    sources = read_sources(written(tmp_path, entry(note="", url=None)))
    assert sources["paper-2024"] == Source(
        id="paper-2024",
        title="A title",
        publisher="A Paper",
        language="sr-Latn",
        published=date(2024, 1, 31),
        url=None,
        licence="All rights reserved",
        authors=("Ana Anić",),
    )


def test_of_a_source_only_its_name_need_be_known(tmp_path: Path) -> None:
    """What is missing is said to be not known, and the name stands for a publisher."""
    path = written(tmp_path, {"id": "wire", "title": "A Wire"})
    source = read_sources(path)["wire"]
    assert (source.publisher, source.published, source.url) == ("A Wire", None, None)
    assert (source.language, source.licence) == ("und", "Not stated")


def test_a_register_written_and_read_is_the_same(tmp_path: Path) -> None:
    """Whether much or little is known of its sources."""
    bare = {"id": "wire", "title": "A Wire"}
    sources = read_sources(written(tmp_path, entry(adapted_by=["B"], note="x"), bare))
    path = written(tmp_path, *sources.as_json()["sources"])
    assert read_sources(path) == sources
    assert "language" not in sources.as_json()["sources"][1]


def test_an_empty_register_has_no_source(tmp_path: Path) -> None:
    """A layer may begin without sources; asking for one says that none is known."""
    sources = read_sources(written(tmp_path))
    assert len(sources) == 0
    with pytest.raises(NotFoundError, match="none yet"):
        sources.named("paper-2024")


def test_a_register_with_a_byte_order_mark_reads(tmp_path: Path) -> None:
    """Windows editors put a mark before the text."""
    path = written(tmp_path, entry())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert list(read_sources(path)) == ["paper-2024"]


def test_an_unknown_source_lists_the_known_ones() -> None:
    """Whoever mistypes an id is told the ids there are."""
    sources = read_sources(DATA / "sources.json")
    with pytest.raises(NotFoundError, match="meduza-2023-12-17-ru"):
        sources.named("meduza")
    assert "meduza" not in sources
    with pytest.raises(KeyError):
        sources["meduza"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"id": "../etc"}, "sources[0].id: '../etc' is not an id"),
        ({"id": "Paper"}, "sources[0].id"),
        ({"id": "paper-2024\n"}, "sources[0].id"),
        ({"id": 7}, "sources[0].id: 7 is not a text"),
        ({"title": " "}, "sources[0].title"),
        ({"title": "two\nlines"}, "sources[0].title"),
        ({"title": "\ud800"}, "sources[0].title"),
        ({"title": "a\U000e0041b"}, "sources[0].title"),
        ({"publisher": "a\u202eb"}, "sources[0].publisher"),
        ({"authors": ["Ana\u2063"]}, "sources[0].authors"),
        ({"licence": None}, "sources[0].licence"),
        ({"authors": "Ana"}, "sources[0].authors: 'Ana' is not a list of names"),
        ({"authors": [""]}, "sources[0].authors"),
        ({"language": "English"}, "sources[0].language"),
        ({"published": "20240131"}, "sources[0].published"),
        ({"published": "2024-02-30"}, "sources[0].published"),
        ({"url": "javascript:alert(1)"}, "sources[0].url"),
        ({"url": "ftp://example.org/"}, "sources[0].url"),
        ({"url": "https://"}, "sources[0].url"),
        ({"url": ""}, "sources[0].url"),
        ({"fetched_from": "file:///etc/passwd"}, "sources[0].fetched_from"),
        ({"colour": "red"}, "sources[0].colour: is not known"),
        ({"derived_from": "nobody"}, "'nobody' is not a source of this register"),
        ({"derived_from": "paper-2024"}, "leads back to 'paper-2024' itself"),
        ({"note": None}, "sources[0].note"),
    ],
)
def test_a_wrong_value_is_named(
    tmp_path: Path, changes: dict[str, Any], fault: str
) -> None:
    """The fault names the file, the entry, the key and the value."""
    path = written(tmp_path, entry(**changes))
    lines = faults_of(path)
    assert len(lines) == 1
    assert fault in lines[0]
    assert lines[0].startswith(f"{path}: ")


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    """One reading tells all that is to be mended."""
    bare = {"id": "bare"}
    path = written(
        tmp_path, entry(), entry(), "text", bare, entry(id="x", url="x", language="?")
    )
    lines = "\n".join(faults_of(path))
    assert "sources[1].id: 'paper-2024' is used twice" in lines
    assert "sources[2]: 'text' is not an object" in lines
    assert "sources[3].title: is missing" in lines
    assert "sources[4].url" in lines
    assert "sources[4].language" in lines


def test_sources_that_derive_from_each_other_in_a_circle_are_refused(
    tmp_path: Path,
) -> None:
    """A circle has no original; what merely hangs on it is not blamed."""
    path = written(
        tmp_path,
        entry(id="a", derived_from="b"),
        entry(id="b", derived_from="a"),
        entry(id="c", derived_from="a"),
    )
    lines = faults_of(path)
    assert [line.split(": ")[1] for line in lines] == [
        "sources[0].derived_from",
        "sources[1].derived_from",
    ]


def test_a_faulty_original_is_not_called_unknown_too(tmp_path: Path) -> None:
    """One mistake is one fault."""
    path = written(tmp_path, entry(id="a", derived_from="b"), entry(id="b", url="x"))
    assert len(faults_of(path)) == 1


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "cannot be read as JSON"),
        (b"{", "cannot be read as JSON"),
        (b"\xff\xff", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b"[]", "no list called 'sources'"),
        (b'{"sources": {}}', "no list called 'sources'"),
        (b'{"sources": [], "source": []}', "'source' is not known here"),
        (b'{"sources": [], "sources": []}', "'sources' is written twice"),
    ],
)
def test_a_file_that_is_no_register_is_refused(
    tmp_path: Path, content: bytes, fault: str
) -> None:
    """Anything but the JSON asked for is one fault of the file."""
    path = tmp_path / "sources.json"
    path.write_bytes(content)
    assert fault in faults_of(path)[0]


def test_a_missing_register_is_named(tmp_path: Path) -> None:
    """The message names the file that is not there."""
    path = tmp_path / "none.json"
    assert str(path) in faults_of(path)[0]


def test_sources_are_a_mapping_in_order() -> None:
    """They are asked like a dictionary and keep the register's order."""
    sources = Sources({})
    assert not sources
    assert list(sources.items()) == []


@pytest.mark.parametrize("text", ["a", "a1-b2", "2023-12-18", "a" * 100])
def test_slugs_are_taken(text: str) -> None:
    """Lower-case letters and digits in groups."""
    assert is_slug(text)


@pytest.mark.parametrize(
    "text", ["", "-a", "a-", "a--b", "a/b", "..", "A", "é", "a\n", "٣", "a" * 101]
)
def test_other_ids_are_refused(text: str) -> None:
    """Nothing that could leave a folder, or be written in two ways."""
    assert not is_slug(text)


@pytest.mark.parametrize(
    "url", ["https://example.org", "http://example.org:81/č?q=a&b#c", "https://[::1]/"]
)
def test_web_addresses_are_taken(url: str) -> None:
    """Absolute, http or https, with a host."""
    assert is_web_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org",
        "data:text/html,x",
        "https:///path",
        "https://example.org/a b",
        "https://example.org/\n",
        'https://example.org/"onload=',
        "https://example.org:port/",
        "https://[::1/",
        " https://example.org",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    """Scripts, data, relative and broken addresses never become links."""
    assert not is_web_address(url)
