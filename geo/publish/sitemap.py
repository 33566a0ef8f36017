"""Sitemaps: the addresses of all pages for search engines (sitemaps.org).

A list holds at most 50,000 addresses; a larger site has several, and a list of the lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

from geo.evidence.corrections import day_of

#: Addresses that one list may hold, by the protocol.
MOST_ADDRESSES: Final = 50_000
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def write_sitemap(pages: Iterable[tuple[str, str]]) -> bytes:
    """Return a list of pages.

    Parameters
    ----------
    pages
        The absolute address of each, and the day it last changed, ISO or empty; at
        most :data:`MOST_ADDRESSES`.
    """
    return _written("urlset", "url", pages)


def write_sitemap_index(parts: Iterable[tuple[str, str]]) -> bytes:
    """Return the list of lists; parameters as for :func:`write_sitemap`."""
    return _written("sitemapindex", "sitemap", parts)


def parts_of(pages: int, most: int = MOST_ADDRESSES) -> int:
    """Return how many lists of *most* addresses so many pages take; one for none."""
    return max(1, -(-pages // most))


def _written(root: str, element: str, entries: Iterable[tuple[str, str]]) -> bytes:
    lines = [f"{_HEAD}<{root} {_NAMESPACE}>"]
    for address, day in entries:
        changed = f"<lastmod>{day}</lastmod>" if day_of(day) else ""
        lines.append(f"<{element}><loc>{escape(address)}</loc>{changed}</{element}>")
    return "\n".join([*lines, f"</{root}>\n"]).encode()
