"""Links of map services, and ``geo:`` addresses, as the place that they show.

Each service writes a place in its own way; where a link has both the place and the
middle of the view, the place counts. Nothing is fetched: a short link, whose place is
only known to its service, is refused as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias
from urllib.parse import SplitResult, parse_qs, unquote_plus, urlsplit

_LINK: Final = re.compile(
    r"(?:https?://|(?<![\w@.])(?:www\.|maps\.|yandex\.|goo\.gl/))[^\s<>\"]+",
    re.IGNORECASE,
)
_GEO: Final = re.compile(r"geo:\s*(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)", re.IGNORECASE)
_N: Final = r"(-?\d+(?:\.\d+)?)"
_PAIR: Final = re.compile(rf"^\D*?{_N}°?\s*[,~_ ]\s*{_N}")
_GOOGLE_PLACE: Final = re.compile(rf"!3d{_N}!4d{_N}")
_GOOGLE_TURNED: Final = re.compile(rf"!2d{_N}!3d{_N}")
_AT: Final = re.compile(rf"@{_N},{_N}")
_MAP_HASH: Final = re.compile(rf"(?:map=)?[\d.]+/{_N}/{_N}")
_HASH_PAIR: Final = re.compile(rf"^{_N},{_N}")
_SHORT: Final = re.compile(
    r"(?:^|\.)(?:goo\.gl|bit\.ly|t\.co|tinyurl\.com|maps\.app\.goo\.gl|osm\.org|g\.co)$"
)
_YANDEX_SHORT: Final = re.compile(r"/maps/-/")
_LAT_NAMES: Final = ("mlat", "lat", "latitude", "y")
_LON_NAMES: Final = ("mlon", "lon", "lng", "long", "longitude", "x")
#: Parameters that hold latitude and longitude, the place before the view.
_LAT_LON: Final = (
    *("sp", "q", "query", "daddr", "destination", "coordinate", "address", "to"),
    *("loc", "cbll", "viewpoint", "center", "ll", "sll", "cp", "map", "view"),
)
#: Parameters of services that write longitude first.
_LON_LAT: Final = ("whatshere[point]", "poi[point]", "pt", "ll", "sll", "m", "center")
_LON_FIRST_HOSTS: Final = re.compile(
    r"(?:^|\.)(?:yandex\.[a-z.]+|2gis\.[a-z.]+|ya\.ru)$"
)


class ShortLinkError(ValueError):
    """The link leads to a map, but does not say where: only its service knows."""


def link_in(text: str) -> str | None:
    """Return the first web address or ``geo:`` address in a text; None without any."""
    match = _GEO.search(text) or _LINK.search(text)
    return match[0] if match else None


def read_link(link: str) -> tuple[float, float] | str:
    """Return where a link leads: (lon, lat) in degrees, or a place as text.

    A text is returned where the link holds one that is not plain numbers, such as
    ``44°48'36.0"N 20°28'00.0"E``.

    Parameters
    ----------
    link
        As :func:`link_in` finds it.

    Raises
    ------
    ShortLinkError
        If only the service knows where a short link leads.
    ValueError
        If it shows no place.
    """
    geo = _GEO.match(link)
    if geo:
        return float(geo[2]), float(geo[1])
    parts = urlsplit(link if "://" in link else f"https://{link}")
    host = (parts.hostname or "").lower()
    for read in _PLACES:
        spot = read(parts, host)
        if spot is not None:
            return spot
    written = _written_place(parts)
    if written:
        return written
    for read in _VIEWS:
        spot = read(parts, host)
        if spot is not None:
            return spot
    if _SHORT.search(host) or _YANDEX_SHORT.search(parts.path):
        msg = f"{link!r} is a short link"
        raise ShortLinkError(msg)
    msg = f"{link!r} shows no place"
    raise ValueError(msg)


def _google(parts: SplitResult, host: str) -> tuple[float, float] | None:
    """Read the marks of Google's links: the place, then what is searched for."""
    if "google" not in host and "goo.gl" not in host:
        return None
    whole = unquote_plus(f"{parts.path}?{parts.query}#{parts.fragment}")
    places = _GOOGLE_PLACE.findall(whole)
    if places:
        lat, lon = places[-1]
        return float(lon), float(lat)
    searched = _by_names(parts) or _by_pairs(parts, _LAT_LON, lon_first=False)
    if searched:
        return searched
    for folder in unquote_plus(parts.path).split("/"):
        match = re.fullmatch(rf"\(?{_N},\s*{_N}\)?", folder)
        if match:
            return float(match[2]), float(match[1])
    turned = _GOOGLE_TURNED.search(whole)
    if turned:
        return float(turned[1]), float(turned[2])
    return None


def _lon_first(parts: SplitResult, host: str) -> tuple[float, float] | None:
    if not _LON_FIRST_HOSTS.search(host):
        return None
    named = _by_pairs(parts, _LON_LAT[:3], lon_first=True)
    if named:
        return named
    text = parse_qs(parts.query).get("text", [""])[0]
    searched = re.fullmatch(rf"\s*{_N}\s*,\s*{_N}\s*", text)
    if searched:
        return float(searched[2]), float(searched[1])
    folder = re.search(rf"/geo/(?:\d+/)?{_N},{_N}", unquote_plus(parts.path))
    if folder:
        return float(folder[1]), float(folder[2])
    return _by_pairs(parts, _LON_LAT, lon_first=True)


def _by_names(parts: SplitResult, _: str = "") -> tuple[float, float] | None:
    """Read parameters of their own for latitude and longitude."""
    values = dict(_parameters(parts))
    for lat_name in _LAT_NAMES:
        for lon_name in _LON_NAMES:
            try:
                return float(values[lon_name]), float(values[lat_name])
            except (KeyError, ValueError):
                continue
    return None


def _by_lat_lon(parts: SplitResult, _: str) -> tuple[float, float] | None:
    return _by_pairs(parts, _LAT_LON, lon_first=False)


def _by_hash(parts: SplitResult, _: str) -> tuple[float, float] | None:
    """Read ``#map=12/44.8/20.4``, ``#12/44.8/20.4`` and ``#44.8,20.4,12z``."""
    fragment = unquote_plus(parts.fragment)
    match = _MAP_HASH.search(fragment) or _HASH_PAIR.search(fragment)
    return (float(match[2]), float(match[1])) if match else None


def _at(parts: SplitResult, _: str) -> tuple[float, float] | None:
    match = _AT.search(unquote_plus(f"{parts.path}?{parts.query}"))
    return (float(match[2]), float(match[1])) if match else None


def _by_path(parts: SplitResult, _: str) -> tuple[float, float] | None:
    match = re.search(rf"/{_N},{_N}(?:[,/]|$)", unquote_plus(parts.path))
    return (float(match[2]), float(match[1])) if match else None


def _by_pairs(
    parts: SplitResult, names: Iterable[str], *, lon_first: bool
) -> tuple[float, float] | None:
    values = dict(_parameters(parts))
    for name in names:
        text = values.get(name, "")
        # Bing's "sp=point.44.81_20.46_Title", Waze's "to=ll.44.81,20.46".
        match = _PAIR.match(re.sub(r"^(?:point|ll|loc)[.:]", "", text))
        if match and not re.search(r"[^\W\d_]{3}", text[: match.start(1)]):
            first, second = float(match[1]), float(match[2])
            return (first, second) if lon_first else (second, first)
    return None


def _parameters(parts: SplitResult) -> Iterator[tuple[str, str]]:
    """Go through the parameters of query and fragment, the first of a name last."""
    for text in (parts.fragment.lstrip("?!/"), parts.query):
        values: Mapping[str, list[str]] = parse_qs(text)
        for name, texts in values.items():
            yield name.lower(), texts[0]


def _written_place(parts: SplitResult) -> str | None:
    """Return a place with signs of degrees, from a search or a path."""
    texts = [unquote_plus(folder) for folder in parts.path.split("/")]
    texts += [text for _, text in _parameters(parts)]
    return next((text for text in texts if "°" in text), None)


_Reader: TypeAlias = Callable[[SplitResult, str], tuple[float, float] | None]
#: What shows the place itself, and what only the view; the surer ones first.
_PLACES: Final[tuple[_Reader, ...]] = (_google, _lon_first, _by_names)
_VIEWS: Final[tuple[_Reader, ...]] = (_by_hash, _by_lat_lon, _at, _by_path)
