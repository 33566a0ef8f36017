"""Hosts as strangers write them, and redirects that never leave the server."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.base.hosts import (
    is_host,
    is_own_origin,
    public_address,
    root_of,
    without_last_slash,
)

PUBLIC = "https://map.example.org/sub/path"


def scope_of(path: str, *, host: str = "here.example", query: str = "") -> Any:  # noqa: ANN401 - ASGI
    """Return a request for a path as it stands in the address."""
    return {
        "type": "http",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", host.encode("latin-1"))],
    }


@pytest.mark.parametrize(
    "text",
    [
        "map.example.org",
        "localhost:8501",
        "127.0.0.1",
        "[::1]:80",
        "a_b.example",
        "example.org.",
    ],
)
def test_a_name_or_an_address_is_a_host(text: str) -> None:
    """With or without a port."""
    assert is_host(text)
    assert root_of(scope_of("/", host=text), "") == f"http://{text}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "-",
        "a..b",
        "-a.example",
        "a<b>",
        "a/b",
        "a\\b",
        "user@evil.example",
        "a b",
        'a"b',
        "a:99999",
        "a:",
        "a:b",
        "::1",
        "[::g]",
        "[127.0.0.1]",
        "a?b",
        "a#b",
        "ä.example",
        "a%2Fb",
        "a" * 64,
        ".".join(["abcdefgh"] * 30),
        "a\n",
        "١.example",
    ],
)
def test_anything_else_is_not_repeated(text: str) -> None:
    """It would stand in links, in pages and in the answers that caches keep."""
    assert not is_host(text)
    asked = scope_of("/")
    asked["headers"] = [(b"host", text.encode())]
    assert root_of(asked, "") == "http://localhost"


@given(st.text())
def test_a_host_holds_nothing_that_means_something_in_an_address(text: str) -> None:
    """Whatever passes is the host of the address that it stands in."""
    if is_host(text):
        assert urlsplit(f"http://{text}/x").netloc == text
        assert urlsplit(f"http://{text}/x").path == "/x"


def test_a_public_address_is_repeated_whatever_a_request_says() -> None:
    """The deployment knows better than the client."""
    assert root_of(scope_of("/", host="evil.example"), PUBLIC) == PUBLIC


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("https://map.example.org", "https://map.example.org"),
        ("https://map.example.org/", "https://map.example.org"),
        ("http://127.0.0.1:8501/a/b/", "http://127.0.0.1:8501/a/b"),
    ],
)
def test_a_public_address_ends_without_a_slash(text: str, kept: str) -> None:
    """Paths are put behind it."""
    assert public_address(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "map.example.org",
        "ftp://map.example.org",
        "https://",
        "https://user:secret@map.example.org",
        "https://map.example.org/?a=1",
        "https://map.example.org/#a",
        "https://map.example.org//evil",
        "https://map.example.org/a b",
        "https://map.example.org:99999",
        'https://map.example.org/"',
    ],
)
def test_what_is_no_public_address_is_refused(text: str) -> None:
    """It would be wrong in every link."""
    with pytest.raises(ValueError, match=r"https://map\.example\.org"):
        public_address(text)


@pytest.mark.parametrize(
    ("origin", "host", "public"),
    [
        ("http://here.example", "here.example", ""),
        ("https://here.example", "here.example", ""),
        ("http://127.0.0.1:8501", "127.0.0.1:8501", ""),
        ("http://[::1]:8501", "[::1]:8501", ""),
        ("https://map.example.org", "127.0.0.1:8501", PUBLIC),
        ("https://map.example.org:443", "map.example.org", PUBLIC),
        ("http://127.0.0.1:8501", "127.0.0.1:8501", PUBLIC),
        ("http://localhost:8501", "localhost:8501", PUBLIC),
    ],
)
def test_our_own_pages_are_known_by_their_origin(
    origin: str, host: str, public: str
) -> None:
    """Behind a proxy that changes the host, too, if the deployment says its address."""
    assert is_own_origin(origin, host, public)


@pytest.mark.parametrize("public", ["", PUBLIC])
@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://here.example:8000",
        "http://here.example.evil.example",
        "http://here.example@evil.example",
        "http://evil.example/here.example",
        "http://evil.example\\here.example",
        "null",
        "",
        "file://",
        "chrome-extension://here.example",
        "http://",
        "http://here.example here.example",
        "http://localhost:8501",
        "http://map.example.org",
    ],
)
def test_other_origins_are_foreign(origin: str, public: str) -> None:
    """However much they look like ours."""
    assert not is_own_origin(origin, "here.example", public)


def test_a_name_that_only_leads_here_is_foreign_where_the_address_is_known() -> None:
    """A page of it would otherwise read what only its visitor can reach."""
    assert not is_own_origin("http://evil.example", "evil.example", PUBLIC)


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/ogc/a/", "/ogc/a"),
        ("/ogc/a%2F", "/ogc/a"),
        ("/ogc/a%2f%2F/", "/ogc/a"),
        ("/ogc/a:b%2F", "/ogc/a:b"),
        ("/ogc/a%252F/", "/ogc/a%252F"),
        ("/table/", "/table"),
        ("/ogc/a%5C/", "/ogc/a%5C"),
    ],
)
def test_a_slash_too_many_is_taken_off(path: str, there: str) -> None:
    """The query stays, and the redirect does not lead to another."""
    where = without_last_slash(scope_of(path, query="q=a%2Fb"))
    assert where is not None
    assert urljoin(f"http://here{path}", where) == f"http://here{there}?q=a%2Fb"
    assert without_last_slash(scope_of(there)) is None


@pytest.mark.parametrize(
    "path", ["/", "//", "/a", "/%2F", "/a/../", "/a/%2e%2E/", "/a//", "/a//b/"]
)
def test_other_paths_lead_nowhere_else(path: str) -> None:
    """There is nothing to take off, or nothing would be left."""
    assert without_last_slash(scope_of(path)) is None


@given(
    st.lists(
        st.sampled_from(
            ["/", "%2F", "\\", "%5C", "//evil.example", ".", "..", "a:", "@"]
        )
    ).map("".join),
    st.sampled_from(["/", "%2F", "//", "/%2f/"]),
)
def test_a_redirect_never_leaves_the_server_nor_leads_to_itself(
    middle: str, end: str
) -> None:
    """Whatever the path; browsers read a backslash as a slash."""
    asked = f"http://here.example/ogc/{middle}{end}"
    where = without_last_slash(scope_of(urlsplit(asked).path))
    if where is not None:
        assert where.startswith(("./", "../"))
        there = urljoin(asked, where.replace("\\", "/"))
        assert urlsplit(there).netloc == "here.example"
        assert there != asked
