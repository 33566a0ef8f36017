"""Copies of sources come into the archive, and what is no article stays out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from geo.base.errors import ArchiveError, NotFoundError
from geo.evidence import intake
from geo.evidence.archive import Archive
from geo.evidence.capture import plain_address
from geo.evidence.intake import (
    archive_file,
    archive_url,
    fetch_missing,
    source_at,
    start_fetching,
)
from geo.model.incident import Citation
from geo.model.sources import Source, Sources
from tests.unit.evidence.web import PAGE, RULES, WORDS, Handler, source


def test_an_archived_page_keeps_its_answer(root: str, tmp_path: Path) -> None:
    """Bytes, hash, redirects and addresses are in the archive."""
    archive = Archive(tmp_path / "archive")
    copy = archive_url(source(f"{root}/to/{root}/good"), archive, rules=RULES)
    assert copy.is_new
    assert archive.content(copy) == PAGE.encode()
    assert copy.sha256 == hashlib.sha256(PAGE.encode()).hexdigest()
    assert copy.final_url == f"{root}/good"
    assert len(copy.redirects) == 1
    assert archive.verify() == []
    again = archive_url(source(f"{root}/good"), archive, rules=RULES)
    assert (again.is_new, again.version) == (False, 1)


def test_a_page_without_any_of_the_quotes_is_refused_unless_told(
    root: str, tmp_path: Path
) -> None:
    """It may be another page; who knows better may keep it."""
    archive = Archive(tmp_path / "archive")
    at = source(f"{root}/good")
    lost = [Citation(at.id, "not there"), Citation(at.id, "nor this")]
    with pytest.raises(ArchiveError, match=r"none of the 2 quotes.*--anyway"):
        archive_url(at, archive, citations=lost, rules=RULES)
    kept = archive_url(at, archive, citations=lost, rules=RULES, keep_anyway=True)
    assert kept.version == 1
    there = [*lost, Citation(at.id, "painted over a mural")]
    assert archive_url(at, archive, citations=there, rules=RULES).version == 1


def test_the_other_address_is_tried_where_the_first_fails(
    root: str, tmp_path: Path
) -> None:
    """``fetched_from`` is the second choice; if both fail, both are told."""
    archive = Archive(tmp_path / "archive")
    bad, good = f"{root}/status/403", f"{root}/good"
    with pytest.raises(ArchiveError, match=r"(?s)HTTP 403.*\n.*HTTP 404"):
        archive_url(source(bad, f"{root}/status/404"), archive, rules=RULES)
    copy = archive_url(source(bad, good), archive, rules=RULES)
    assert copy.url == good
    with pytest.raises(ArchiveError, match="has no address in the register"):
        archive_url(source(None), archive, rules=RULES)


@pytest.mark.parametrize(
    ("page", "is_wall"),
    [
        ("<html><p>The first lines.</p><p>Subscribe to continue.</p>", True),
        ("<html><p>Первые строки.</p><p>Оформите подписку сейчас.</p>", True),
        ('<html><script>{"isAccessibleForFree": "False"}</script><p>Lines.</p>', True),
        ("<html><p>404. Page not found.</p>", True),
        ("<html><p>Страница не найдена.</p>", True),
        ("<html><p>A short but whole page.</p>", False),
        (f"<html><p>{WORDS * 30}</p><p>Subscribe to continue.</p>", False),
        ("A text. Subscribe to continue.", False),
    ],
)
def test_a_saved_paywall_is_refused(
    tmp_path: Path, page: str, *, is_wall: bool
) -> None:
    """Short pages that ask for a subscription are; other files are not."""
    archive, path = Archive(tmp_path / "archive"), tmp_path / "a"
    path.write_text(page, encoding="utf-8")
    if not is_wall:
        assert archive_file(source(None), archive, path).is_new
        return
    with pytest.raises(ArchiveError, match=f"{path}: is a paywall or consent page"):
        archive_file(source(None), archive, path)
    assert not archive.folder.exists()
    assert archive_file(source(None), archive, path, keep_anyway=True).is_new


def test_a_source_is_found_by_its_address() -> None:
    """Fragment, scheme, www and last slash make no difference; the query does."""
    one = source("https://www.paper.example/a/?id=1")
    sources = Sources({one.id: one})
    assert source_at(sources, "http://paper.example/a?id=1#part") == one
    for url in ("https://paper.example/a/?id=2", "https://paper.example:8443/a?id=1"):
        with pytest.raises(NotFoundError, match="incidents archive add SOURCE_ID URL"):
            source_at(sources, url)
    assert plain_address("http://[") == "http://["


def several(*urls: str | None) -> Sources:
    """Return a register of sources at these addresses."""
    made = {}
    for number, url in enumerate(urls):
        values = {name: getattr(source(url), name) for name in Source.__slots__}
        made[f"s{number}"] = Source(**{**values, "id": f"s{number}"})
    return Sources(made)


def test_missing_sources_are_fetched_once(
    root: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What fails is logged and not asked again within a day; copies are left alone."""
    archive = Archive(tmp_path / "archive")
    sources = several(f"{root}/good", f"{root}/status/404", None, f"{root}/packed")
    Handler.asked.clear()
    with caplog.at_level("INFO"):
        added = fetch_missing(sources, archive, rules=RULES, pause_s=0)
    assert [copy.source_id for copy in added] == ["s0", "s3"]
    assert [path for path, _ in Handler.asked] == ["/good", "/status/404", "/packed"]
    assert "Archived s0, version 1." in caplog.text
    assert "s1 was not fetched: " in caplog.text
    assert "HTTP 404" in caplog.text
    assert fetch_missing(sources, archive, rules=RULES, pause_s=0) == []
    assert len(Handler.asked) == 3
    assert archive.verify() == []


def test_a_failed_attempt_is_repeated_after_a_day(
    root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A note that is torn or a day old does not stop the next attempt."""
    archive = Archive(tmp_path / "archive")
    sources = several(f"{root}/status/500")

    def asked() -> int:
        Handler.asked.clear()
        fetch_missing(sources, archive, rules=RULES, pause_s=0)
        return len(Handler.asked)

    note = archive.folder / ".attempts" / "s0.json"
    assert (asked(), asked()) == (1, 0)
    for torn in ("", "[]", "{}", '{"at": 1}', '{"at": "2024-01-01T00:00:00"}'):
        note.write_text(torn, encoding="utf-8")
        assert (asked(), asked()) == (1, 0), torn
    monkeypatch.setattr(intake, "_RETRY_AFTER", timedelta(seconds=-1))
    assert asked() == 1


def test_a_damaged_or_unwritable_archive_stops_nothing(
    root: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Fetching in the background never raises."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    sources = several(f"{root}/good")
    assert fetch_missing(sources, Archive(blocked), rules=RULES) == []
    assert "s0 was not fetched" in caplog.text
    thread = start_fetching(
        sources, Archive(tmp_path / "archive"), rules=RULES, pause_s=0
    )
    assert thread.daemon
    thread.join(10)
    assert Archive(tmp_path / "archive").latest("s0") is not None


def test_sources_are_asked_one_after_another(
    root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a pause between, and none before the first."""
    pauses: list[float] = []
    pause: Callable[[float], None] = pauses.append
    monkeypatch.setattr("geo.evidence.intake.time.sleep", pause)
    fetch_missing(
        several(f"{root}/good", f"{root}/packed"),
        Archive(tmp_path / "archive"),
        rules=RULES,
        pause_s=7,
    )
    assert pauses.count(7) == 1
