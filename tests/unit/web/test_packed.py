"""Files for browsers travel small, once, and are what they are on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from geo.web.answers import A_DAY, FOREVER
from geo.web.packed import PackedFiles, files_below, nothing_else
from tests.client import ask

SCRIPT = b"const a = 1;\n" * 200


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a script, a font that gets no smaller, and a mark."""
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "page.D55wl0P7.js").write_bytes(SCRIPT)
    (tmp_path / "plain.js").write_bytes(SCRIPT)
    (tmp_path / "letters.woff2").write_bytes(SCRIPT)
    (tmp_path / "dot.js").write_bytes(b";")
    return tmp_path


@pytest.fixture
def app(folder: Path) -> PackedFiles:
    """Return the folder's files at ``/static``, before an app that says where it is."""

    async def other(_request: object) -> PlainTextResponse:
        return PlainTextResponse("of the app")

    inner = Starlette(routes=[Route("/{path:path}", other, methods=["GET", "POST"])])
    return PackedFiles(inner, files_below(folder, "/static"))


@pytest.mark.parametrize(
    ("takes", "coding"),
    [
        ("gzip, deflate, br, zstd", "gzip"),
        ("br, *", "gzip"),
        ("gzip;q=0.5", "gzip"),
        ("gzip;q=0, br", None),
        ("identity", None),
        ("", None),
    ],
)
def test_text_is_compressed_for_who_takes_it(
    app: PackedFiles, takes: str, coding: str | None
) -> None:
    """And is the same afterwards; what lies between must keep the two apart."""
    answer = ask(app, "/static/plain.js", headers={"Accept-Encoding": takes})

    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.content == SCRIPT
    sent = int(answer.headers["content-length"])
    assert (sent < len(SCRIPT) / 10) == (coding is not None)


@pytest.mark.parametrize("path", ["/static/letters.woff2", "/static/dot.js"])
def test_what_gets_no_smaller_travels_as_it_is(app: PackedFiles, path: str) -> None:
    """Fonts are compressed already; a few bytes only grow."""
    answer = ask(app, path, headers={"Accept-Encoding": "gzip"})

    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/static/js/page.D55wl0P7.js", FOREVER),
        ("/static/plain.js?1.9.4", FOREVER),
        ("/static/plain.js", A_DAY),
    ],
)
def test_it_is_kept_for_ever_where_the_address_names_the_version(
    app: PackedFiles, path: str, kept: str
) -> None:
    """By a digest in the name, or by something behind a question mark."""
    answer = ask(app, path)

    assert answer.headers["cache-control"] == kept
    again = ask(app, path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/static/other.js", "/static/", "/plain.js", "/"])
def test_what_is_no_file_is_the_apps(app: PackedFiles, path: str) -> None:
    """It is asked as before."""
    assert ask(app, path).text == "of the app"


def test_below_a_mount_the_rest_is_not_found(folder: Path) -> None:
    """A file outside the folder has no path at all."""
    mounted = PackedFiles(nothing_else, files_below(folder / "js", "/js"))
    app = Starlette(routes=[Mount("/assets", mounted)])

    assert ask(app, "/assets/js/page.D55wl0P7.js").status_code == 200
    assert ask(app, "/assets/js/..%2fplain.js").status_code == 404
    assert ask(app, "/assets/plain.js").status_code == 404


def test_a_folder_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    """A library may be left out."""
    assert files_below(tmp_path / "none", "/static") == {}
