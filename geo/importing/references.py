"""References in a cell: the addresses, channels and names that a record rests on.

A cell may hold several, parted by commas, semicolons, lines or spaces; as text, as
Markdown or HTML, or as the lists and objects that JSON has. Words around an address are
its publisher's name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from geo.importing.cells import cut, is_blank, line_of, names_nothing
from geo.model.sources import is_web_address

LONGEST_NAME: Final = 200
#: Parts of an address that name no channel, by host.
_NO_CHANNELS: Final = frozenset(
    {
        "p",
        "i",
        "reel",
        "reels",
        "tv",
        "watch",
        "events",
        "groups",
        "story.php",
        "hashtag",
    }
    | {"permalink.php", "photo.php", "photo", "video.php", "share", "sharer", "posts"}
    | {"intent", "search", "joinchat", "explore", "stories", "shorts", "live", "embed"}
    | {"playlist", "results", "media", "profile.php", "pages", "home", "status", "c"}
)
#: Hosts on which the first part of an address names who publishes there.
_NETWORKS: Final = {
    "t.me": "Telegram",
    "telegram.me": "Telegram",
    "twitter.com": "Twitter",
    "x.com": "Twitter",
    "facebook.com": "Facebook",
    "instagram.com": "Instagram",
    "tiktok.com": "TikTok",
    "youtube.com": "YouTube",
    "vk.com": "VK",
}
_CHANNEL: Final = re.compile(r"@?[A-Za-z0-9_.\-]{2,80}")
_POST: Final = re.compile(r"(?:wall|photo|video|clip|topic|album)-?\d", re.IGNORECASE)
_HANDLE: Final = re.compile(r"(?<![\w.@/+-])@([A-Za-z_][\w.]{1,80})")
_ADDRESS: Final = re.compile(
    r"(?:https?://|(?<![\w.@/-])(?:www\.|t\.me/|telegram\.me/))"
    # A comma or semicolon ends it where another reference or a space follows.
    r"(?:[^\s<>\"\\`|,;]|[,;](?!\s|$|https?://|www\.|@))+",
    re.IGNORECASE,
)
#: A cell that is one plain address and nothing else, as most are.
_SINGLE: Final = re.compile(
    r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
    r"(?:[/?#][\w\-.~%/?#&=+$:]*[\w/=\-])?",
    re.ASCII,
)
_MARKDOWN: Final = re.compile(r"\[([^\]\[]{1,200})\]\((https?://[^\s()]+)\)")
_HTML: Final = re.compile(
    r"<a\s[^>]{0,500}?href\s*=\s*[\"']([^\"'<>\s]+)[\"'][^>]{0,500}>([^<]{0,200})</a>",
    re.IGNORECASE,
)
_SEGMENTS: Final = re.compile(r"[;|\n\r\u2028\u2029]+")
_LOOSE: Final = " \t,;:.()[]<>-\u2013\u2014\"'\u00ab\u00bb"
_URL_KEYS: Final = (
    "url",
    "path",
    "href",
    "link",
    "uri",
    "address",
    "source_url",
    "src",
)
_NAME_KEYS: Final = (
    "name",
    "publisher",
    "source",
    "outlet",
    "title",
    "label",
    "author",
)
_HOST_PREFIX: Final = re.compile(r"^(?:www\d?|m|mobile)\.")
#: Words that stand before an address and name nobody.
_FILLERS: Final = frozenset(
    {"and", "archive", "archived", "at", "from", "here", "link", "links", "more", "ref"}
    | {"see", "see also", "source", "sources", "url", "via", "video", "photo", "also"}
    | {
        "и",
        "источник",
        "см",
        "ссылка",
        "izvor",
        "i",
        "y",
        "fuente",
        "et",
        "und",
        "quelle",
    }
)


class Reference(NamedTuple):
    """One thing that a record rests on.

    Parameters
    ----------
    url
        Its address, http or https; "" where there is none.
    name
        Who published it, in the words of the file; "" where only the address is there.
    """

    url: str = ""
    name: str = ""


class Channel(NamedTuple):
    """Who publishes on a network: ``("Telegram", "somechannel")``."""

    network: str
    name: str
    address: str


def references_in(value: Any) -> tuple[Reference, ...]:  # noqa: ANN401 - any cell
    """Return the references in a cell, in order; none where it is blank."""
    if isinstance(value, str) and _SINGLE.fullmatch(value):
        return (Reference(url=value),)
    return tuple(dict.fromkeys(_references(value)))


def host_of(url: str) -> str:
    """Return the host of an address, in small letters and without its "www."."""
    return _HOST_PREFIX.sub("", (urlsplit(url).hostname or "").rstrip("."))


def is_network(host: str) -> bool:
    """Tell whether a host is where others publish, each under a name."""
    return host in _NETWORKS


def channel_of(url: str) -> Channel | None:
    """Return whose channel an address belongs to; None where it names none."""
    host = host_of(url)
    network = _NETWORKS.get(host)
    if network is None:
        return None
    parts = [part for part in urlsplit(url).path.split("/") if part]
    if parts[:1] == ["s"] or (network == "YouTube" and parts[:1] in (["c"], ["user"])):
        parts = parts[1:]
    first = parts[0] if parts else ""
    is_named = _CHANNEL.fullmatch(first) and first.lower() not in _NO_CHANNELS
    if not is_named or _POST.match(first):
        return None
    if (
        network == "YouTube"
        and not first.startswith("@")
        and len(parts) == len([part for part in urlsplit(url).path.split("/") if part])
    ):
        return None
    return Channel(network, first.lstrip("@"), f"https://{host}/{first}")


def _references(value: Any) -> Iterator[Reference]:  # noqa: ANN401 - any cell
    if is_blank(value):
        return
    if isinstance(value, list | tuple):
        for part in value:
            yield from _references(part)
    elif isinstance(value, dict):
        yield from _of_object(value)
    elif isinstance(value, str) and value.lstrip()[:1] in {"[", "{"}:
        try:
            written = json.loads(value)
        except (ValueError, RecursionError):
            yield from _of_text(value)
        else:
            yield from _references(written)
    else:
        yield from _of_text(value if isinstance(value, str) else line_of(value))


def _of_object(value: dict[str, Any]) -> Iterator[Reference]:
    """Go through the references of an object as JSON has it."""
    low = {str(key).lower(): part for key, part in value.items()}
    urls = [
        reference.url
        for key in _URL_KEYS
        for reference in _of_text(line_of(low.get(key)))
        if reference.url
    ]
    name = next((line_of(low[key]) for key in _NAME_KEYS if line_of(low.get(key))), "")
    name = (
        "" if names_nothing(name) or _ADDRESS.search(name) else cut(name, LONGEST_NAME)
    )
    if urls:
        yield from (Reference(url, name) for url in dict.fromkeys(urls))
    elif name:
        yield Reference(name=name)
    else:
        for part in value.values():
            yield from _references(part)


def _of_text(text: str) -> Iterator[Reference]:
    for pattern, url_group, name_group in ((_MARKDOWN, 2, 1), (_HTML, 1, 2)):
        for match in pattern.finditer(text):
            yield _reference(match[url_group], match[name_group])
        text = pattern.sub(" ", text)
    position = 0
    for match in _ADDRESS.finditer(text):
        yield from _named(text[position : match.start()], match[0])
        position = match.end()
    yield from _names(text[position:])


def _named(before: str, address: str) -> Iterator[Reference]:
    """Go through what stands before an address: names, the last of them its own."""
    *others, last = _SEGMENTS.split(before)
    for other in others:
        yield from _names(other)
    if before.rstrip(" (").endswith(","):
        # A list of names and addresses: this one is not called by it.
        yield from _names(last)
        last = ""
    yield _reference(_trimmed(address), last)


def _reference(url: str, name: str) -> Reference:
    name = line_of(name).strip(_LOOSE)
    is_filler = names_nothing(name) or name.casefold() in _FILLERS
    name = "" if is_filler else cut(name, LONGEST_NAME)
    if not url.lower().startswith(("http://", "https://")):
        url = f"https://{url}"
    if is_web_address(url):
        return Reference(url, name)
    return Reference(name=name or cut(line_of(url), LONGEST_NAME))


def _names(text: str) -> Iterator[Reference]:
    """Go through names and handles in a text without addresses."""
    for segment in _SEGMENTS.split(text):
        handles = _HANDLE.findall(segment)
        yield from (Reference(name=f"@{handle.rstrip('.')}") for handle in handles)
        rest = line_of(_HANDLE.sub(" ", segment)).strip(" ,;:")
        is_filler = names_nothing(rest) or rest.strip(_LOOSE).casefold() in _FILLERS
        if any(map(str.isalnum, rest)) and not is_filler:
            yield Reference(name=cut(rest, LONGEST_NAME))


def _trimmed(address: str) -> str:
    """Return an address without the marks of the sentence around it."""
    while address[-1:] and address[-1] in ".,;:!?'\"*]":
        address = address[:-1]
    if address.endswith(")") and address.count(")") > address.count("("):
        return _trimmed(address[:-1])
    return address
