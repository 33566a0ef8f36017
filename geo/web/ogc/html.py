"""The same documents for people: plain pages without scripts, texts always escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from markupsafe import Markup

from geo.base.settings import settings
from geo.model.sources import is_web_address
from geo.web.ogc.links import Site

_PAGE: Final = Markup(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif}}
body {{max-width: 68rem; margin: 0 auto; padding: 1rem}}
nav {{opacity: .85}} h1 {{font-size: 1.5rem; margin: .6rem 0}}
table {{border-collapse: collapse; width: 100%}}
.wide {{overflow-x: auto}}
th, td {{text-align: left; vertical-align: top; padding: .3rem .6rem;
 border-bottom: 1px solid #8884}}
th {{font-weight: 600}} td, th {{overflow-wrap: break-word}}
.facts th {{width: 30%}} .facts td {{overflow-wrap: anywhere}}
@media (max-width: 40rem) {{
 .facts, .facts tbody, .facts tr, .facts th, .facts td {{display: block; width: auto}}
 .facts th {{border: 0; padding-bottom: 0}}
}}
</style></head><body>
<nav aria-label="You are here">{crumbs}</nav>
<main><h1>{title}</h1>
{body}
</main></body></html>
"""
)


def page(title: str, site: Site, path: Iterable[tuple[str, str]], body: Markup) -> str:
    """Return a whole page.

    Parameters
    ----------
    title
        Its heading.
    site
        Where this server is.
    path
        The pages above it, outermost first: address and name.
    body
        What it shows, already escaped.
    """
    above = [(f"{site.root}/", "Map"), (site.ogc(), settings().title), *path]
    crumbs = Markup(" / ").join(anchor(href, name) for href, name in above)
    return str(_PAGE.format(title=title, crumbs=crumbs, body=body))


def anchor(href: str, name: str) -> Markup:
    """Return a link, or mere text where the address is no web address."""
    if urlsplit(href).scheme not in {"http", "https"}:
        return Markup("{}").format(name)
    return Markup('<a href="{}">{}</a>').format(href, name)


def paragraph(text: str) -> Markup:
    """Return a paragraph."""
    return Markup("<p>{}</p>").format(text)


def link_list(links: Iterable[Mapping[str, str]]) -> Markup:
    """Return links as a list, that to the page itself left out."""
    items = [
        Markup("<li>{}</li>").format(anchor(entry["href"], entry["title"]))
        for entry in links
        if entry["rel"] != "self"
    ]
    return Markup("<ul>{}</ul>").format(Markup("").join(items))


def facts(rows: Iterable[tuple[str, Any]]) -> Markup:
    """Return names and values as a table of two columns."""
    lines = [
        Markup('<tr><th scope="row">{}</th><td>{}</td></tr>').format(name, shown(value))
        for name, value in rows
    ]
    return Markup('<table class="facts">{}</table>').format(Markup("").join(lines))


def table(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Markup:
    """Return a table with a heading row."""
    head = Markup("").join(
        Markup('<th scope="col">{}</th>').format(name) for name in columns
    )
    lines = [
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td>{}</td>").format(shown(cell)) for cell in row)
        )
        for row in rows
    ]
    return Markup(
        '<div class="wide"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
        "</div>"
    ).format(head, Markup("").join(lines))


def shown(value: Any) -> Markup:  # noqa: ANN401 - any JSON value
    """Return a JSON value for people: lists as lists, addresses as links.

    Markup is taken as it is, any other text is escaped.
    """
    if value is None or value in ("", [], {}):
        return Markup('<span style="opacity:.6">No value</span>')
    if isinstance(value, Mapping):
        return facts(value.items())
    if isinstance(value, list):
        items = (Markup("<li>{}</li>").format(shown(part)) for part in value)
        return Markup("<ul>{}</ul>").format(Markup("").join(items))
    if isinstance(value, str) and is_web_address(value):
        return anchor(value, value)
    if isinstance(value, float) and value.is_integer():
        return Markup("{}").format(int(value))
    words = {True: "yes", False: "no"} if isinstance(value, bool) else {}
    return Markup("{}").format(words.get(value, value))
