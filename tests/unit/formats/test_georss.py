"""Feeds are read as records, with the places that GeoRSS gives them."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.base.errors import DataError
from tests.bringing import written
from tests.unit.formats.reading import read, rows, shapes

SPACES = (
    'xmlns:georss="http://www.georss.org/georss" xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
RSS = f'<rss version="2.0" {SPACES}><channel><title>All</title>{{}}</channel></rss>'
ATOM = f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES}>{{}}</feed>'


def test_an_item_of_rss_says_what_when_and_where(tmp_path: Path) -> None:
    """Its day is written as mail has it, and comes out as ISO."""
    item = (
        "<item><title>Flood</title><description>&lt;b&gt;High&lt;/b&gt;</description>"
        "<link>https://example.org/1</link><category>water</category>"
        "<category>north</category><pubDate>Tue, 02 May 2023 08:00:00 +0200</pubDate>"
        "<dc:creator>Desk</dc:creator><georss:point>43.3 21.9</georss:point>"
        "<level>4</level></item>"
    )

    [row] = rows(tmp_path, "a.rss", RSS.format(item))

    assert row == {
        "title": "Flood",
        "description": "<b>High</b>",
        "date": "2023-05-02T08:00:00+02:00",
        "author": "Desk",
        "level": "4",
        "link": "https://example.org/1",
        "category": "water; north",
    }


@pytest.mark.parametrize(
    ("where", "shape"),
    [
        ("<georss:point>43 21</georss:point>", ("Point", [21.0, 43.0])),
        (
            "<georss:line>43 21 44 22</georss:line>",
            ("LineString", [[21.0, 43.0], [22.0, 44.0]]),
        ),
        (
            "<georss:where><gml:Point><gml:pos>43 21</gml:pos></gml:Point></georss:where>",
            ("Point", [21.0, 43.0]),
        ),
        (
            "<georss:box>43 21 44 22</georss:box>",
            (
                "Polygon",
                [
                    [
                        [21.0, 43.0],
                        [22.0, 43.0],
                        [22.0, 44.0],
                        [21.0, 44.0],
                        [21.0, 43.0],
                    ]
                ],
            ),
        ),
        (
            "<georss:polygon>43 21 43 22 44 22 43 21</georss:polygon>",
            ("Polygon", [[[21.0, 43.0], [22.0, 43.0], [22.0, 44.0], [21.0, 43.0]]]),
        ),
        ("<geo:lat>43</geo:lat><geo:long>21</geo:long>", ("Point", [21.0, 43.0])),
        (
            "<geo:Point><geo:lat>43</geo:lat><geo:long>21</geo:long></geo:Point>",
            ("Point", [21.0, 43.0]),
        ),
        ("", None),
    ],
)
def test_each_way_of_saying_where_is_read(
    where: str, shape: object, tmp_path: Path
) -> None:
    """Latitude comes first in all of them."""
    text = ATOM.format(f"<entry><title>a</title>{where}</entry>")

    assert shapes(tmp_path, "a.xml", text) == [shape]


def test_an_entry_of_atom_is_read(tmp_path: Path) -> None:
    """The day it was published counts before the day it was changed."""
    entry = (
        "<entry><title>a</title><id>urn:1</id><updated>2023-05-03T00:00:00Z</updated>"
        "<published>2023-05-01T00:00:00Z</published><author><name>Desk</name></author>"
        '<link rel="self" href="https://example.org/self"/>'
        '<link href="https://example.org/page"/><category term="Past Hour" label="Age"/></entry>'
    )

    [row] = rows(tmp_path, "a.atom", ATOM.format(entry))

    assert (row["date"], row["updated"]) == (
        "2023-05-01T00:00:00Z",
        "2023-05-03T00:00:00Z",
    )
    assert (row["guid"], row["author"], row["category"]) == ("urn:1", "Desk", "Age")
    assert row["link"] == "https://example.org/page"


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("html", "Wall &amp;amp; gate", "Wall & gate"),
        ("html", "&lt;p&gt;One&lt;/p&gt;&lt;p&gt;two&lt;/p&gt;", "One\ntwo"),
        ("html", "<![CDATA[<b>High</b>]]>", "High"),
        ("xhtml", '<div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b></div>', "a b"),
        ("text", "a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
    ],
)
def test_markup_that_an_entry_says_it_has_is_taken_off(
    kind: str, text: str, words: str, tmp_path: Path
) -> None:
    """A text that is said to be plain stays as it is."""
    parts = [f'<{tag} type="{kind}">{text}</{tag}>' for tag in ("title", "content")]

    [row] = rows(tmp_path, "a.atom", ATOM.format(f"<entry>{''.join(parts)}</entry>"))

    assert row == {"title": words, "content": words}


def test_numbers_that_are_no_place_are_told(tmp_path: Path) -> None:
    """Of their record alone."""
    text = RSS.format("<item><title>a</title><georss:point>43</georss:point></item>")

    assert "not pairs of numbers" in read(written(tmp_path, "a.rss", text))[1]


def test_a_feed_with_entities_of_its_own_is_refused(tmp_path: Path) -> None:
    """They could read files, or fill memory."""
    text = (
        f'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>{RSS.format("&a;")}'
    )

    with pytest.raises(DataError, match="document type"):
        read(written(tmp_path, "a.rss", text))
