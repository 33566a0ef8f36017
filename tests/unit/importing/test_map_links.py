"""Links of map services: the place counts, not the middle of the view."""

from __future__ import annotations

import pytest

from geo.importing.map_links import ShortLinkError, link_in, read_link

PLACE = (20.4567, 44.8123)


@pytest.mark.parametrize(
    "link",
    [
        "https://www.google.com/maps/place/X/@1,2,17z/data=!4m2!3d44.8123!4d20.4567",
        "https://www.google.com/maps?q=44.8123,20.4567",
        "https://maps.google.com/?ll=44.8123,20.4567&z=5",
        "https://www.google.com/maps/search/?api=1&query=44.8123%2C20.4567",
        "https://www.google.com/maps/@44.8123,20.4567,15z",
        "https://www.google.com/maps/dir//44.8123,20.4567",
        "https://www.google.com/maps/embed?pb=!1m3!1d2!2d20.4567!3d44.8123!2m3",
        "https://www.openstreetmap.org/?mlat=44.8123&mlon=20.4567#map=12/1/2",
        "https://www.openstreetmap.org/#map=12/44.8123/20.4567",
        "https://www.bing.com/maps?sp=point.44.8123_20.4567_Title&cp=1~2",
        "https://www.bing.com/maps?cp=44.8123~20.4567&lvl=11",
        "https://yandex.ru/maps/?ll=1%2C2&pt=20.4567,44.8123&z=12",
        "https://yandex.com/maps/?ll=20.4567%2C44.8123&z=12",
        "https://yandex.ru/maps/?text=44.8123,20.4567&ll=1,2",
        "https://maps.apple.com/?ll=44.8123,20.4567&q=Square",
        "https://maps.apple.com/place?coordinate=44.8123,20.4567&name=Square",
        "https://2gis.ru/city/geo/123/20.4567,44.8123",
        "https://2gis.ru/geo/20.4567%2C44.8123",
        "https://wikimapia.org/#lang=en&lat=44.8123&lon=20.4567&z=12",
        "https://zoom.earth/#view=44.8123,20.4567,5z",
        "maps.google.com/maps?q=loc:44.8123,20.4567",
        "geo:44.8123,20.4567;u=35",
        "See https://www.google.com/maps?q=44.8123,20.4567 for the place",
    ],
)
def test_a_link_is_read_as_its_place(link: str) -> None:
    """Each service in its own order."""
    address = link_in(link)

    assert address is not None
    assert read_link(address) == PLACE


@pytest.mark.parametrize(
    "link",
    ["https://goo.gl/maps/abc", "https://maps.app.goo.gl/x", "https://osm.org/go/a"],
)
def test_a_short_link_is_refused_as_one(link: str) -> None:
    """Only its service knows where it leads, and nothing is fetched."""
    with pytest.raises(ShortLinkError):
        read_link(link)


@pytest.mark.parametrize(
    "text", ["https://example.org/news/2020/1/2", "https://t.me/a/12"]
)
def test_a_link_to_no_map_shows_no_place(text: str) -> None:
    """Numbers in an address are not always a place."""
    with pytest.raises(ValueError, match="no place"):
        read_link(text)


def test_a_text_without_a_link_has_none() -> None:
    """Neither is an e-mail address one."""
    assert link_in("44.8, 20.4") is None
    assert link_in("someone@maps.example.org") is None
