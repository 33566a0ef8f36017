"""Answers are negotiated and tagged, and show text as text."""

from __future__ import annotations

import pytest

from geo.publish.templating import templates_in
from geo.web.ogc.documents import _TEMPLATES, form_of
from tests.unit.web.ogc.samples import ITEMS, Get


def test_an_unchanged_answer_costs_no_bytes(get: Get) -> None:
    """The tag outlives the time stamp, and differs between the forms."""
    tag = get(ITEMS).headers["etag"]
    assert get(ITEMS, headers={"If-None-Match": f'"x", {tag}'}).status_code == 304
    assert get(f"{ITEMS}?limit=1").headers["etag"] != tag
    page = get(ITEMS, headers={"Accept": "text/html"})
    assert page.headers["etag"] != tag
    assert page.headers["vary"] == "Accept"


def test_browsers_get_pages_and_programs_data(get: Get) -> None:
    """The Accept header decides unless ``f`` is given; neither form is a 406."""
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for path in ("/ogc/", "/ogc/api", "/ogc/collections", ITEMS, f"{ITEMS}/c-area"):
        page = get(path, headers=browser)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "<script" not in page.text
        data = get(f"{path}?f=json", headers=browser)
        assert "json" in data.headers["content-type"]
    assert get(ITEMS, headers={"Accept": "application/xml"}).status_code == 406


def test_pages_show_text_verbatim(get: Get) -> None:
    """Markup in a record is text."""
    page = get(f"{ITEMS}/a-point?f=html").text
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in page
    assert "<b>&amp;</b>" not in page


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("https://a.example/?b=1&c", '<a href="https://a.example/?b=1&amp;c">'),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("see https://a.example/", "see https://a.example/"),
        ('https://a.example/"onclick="x', "https://a.example/&#34;onclick=&#34;x"),
        (["<b>", 2.0, None], "<ul><li>&lt;b&gt;</li><li>2</li><li><span"),
        ({"<i>": True}, '<th scope="row">&lt;i&gt;</th><td>yes</td>'),
        ("{{ 7 * 7 }}", "{{ 7 * 7 }}"),
    ],
)
def test_values_are_text_and_only_addresses_are_links(
    value: object, written: str
) -> None:
    """Whatever the data says, it is neither markup nor a template."""
    template = templates_in(_TEMPLATES).get_template("values.html")
    shown = template.module.shown(value)  # type: ignore[attr-defined]

    assert written in shown
    assert shown.count("<a ") == written.count("<a ")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/json", "json"),
        ("application/geo+json;q=0.2, text/html;q=0.1", "json"),
        ("text/*", "html"),
        ("text/html;q=0.5, application/json;q=0.1", "html"),
        ("text/html, */*", "html"),
        ("text/html;q=0", None),
        ("image/png", None),
        ("text/html;q=x", None),
    ],
)
def test_accept_headers_are_weighed(accept: str, form: str | None) -> None:
    """The heavier form wins, then the one named, then data; RFC 9110, 12.5.1."""
    assert form_of(None, accept, "application/geo+json") == form
