"""Response headers that keep the page to itself, and what is put into the head of pages.

A Content-Security-Policy (W3C CSP 3) lets the browser load nothing from elsewhere and
run only the scripts that we serve, so that a slip in the code can neither run a text
nor tell a third party of a visitor.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo.base.errors import MissingAssetError
from geo.base.settings import settings
from geo.publish.site import Site, drawn_card

#: The words of the setting ``embed`` that are not hosts.
_EMBEDDERS: Final = {"self": "'self'", "anywhere": "*", "nowhere": "'none'"}
#: Scripts of a document that has none: an API's answer, a page of ``/ogc``, a picture.
_NO_SCRIPTS: Final = "'none'"
_GUARD: Final = (Path(__file__).with_name("static") / "frame-guard.js").read_text(
    encoding="utf-8"
)
_HEAD: Final = re.compile(rb"<head[^>]*>")
_TITLE: Final = re.compile(rb"<title>[^<]*</title>")


class SafeHeaders:
    """Middleware (plain ASGI) that adds the headers to every answer.

    Parameters
    ----------
    app
        Whose answers.
    early
        Addresses of what the first page itself will ask for late, each with how it is
        asked for: the browser is told of them with that page (RFC 8288; ``preload``
        and ``modulepreload`` of HTML).
    page_scripts
        The inline scripts of Streamlit's page, the only ones that may run there.
    frame_script
        Returns the inline script that the map's frame adds to itself. Called when that
        frame is first asked for, not before.
    """

    def __init__(
        self,
        app: ASGIApp,
        early: Mapping[str, str] | None = None,
        page_scripts: Iterable[str] = (),
        frame_script: Callable[[], str] = str,
    ) -> None:
        self.app = app
        self._early = ", ".join(
            f"<{path}>; rel={how}" for path, how in (early or {}).items()
        )
        deployment = settings()
        page = " ".join(["'self'", *map(digest_of, page_scripts)])
        self._documents = safe_headers(deployment.tiles_url, embed=deployment.embed)
        self._page = safe_headers(
            deployment.tiles_url, embed=deployment.embed, scripts=page
        )

        @cache
        def frame() -> dict[str, str]:
            # streamlit-folium evaluates the change of a map (feature_group_to_add),
            # which holds hex digits only (geo.atlas.maps): hence 'unsafe-eval', here alone.
            own = f"{digest_of(_GUARD)} {digest_of(frame_script())}"
            scripts = f"'self' 'unsafe-eval' {own}"
            return safe_headers(
                deployment.tiles_url, embed=deployment.embed, scripts=scripts
            )

        self._frame = frame
        # Of answers that are no page: a map asks many, and each is short.
        self._data = _common({"default-src": "'none'", "frame-ancestors": "'none'"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with the headers added to HTTP answers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                status, path = message["status"], scope["path"]
                ours = self._documents
                is_page = _is_page(path, headers)
                if is_page and path == "/" and self._early:
                    headers["Link"] = self._early
                if path.startswith("/api/"):
                    ours = self._data
                elif status == HTTPStatus.OK and _is_frame(path, headers):
                    ours = self._frame()
                elif is_page or status == HTTPStatus.NOT_MODIFIED:
                    # The headers of a 304 replace those that the browser has kept.
                    ours = self._page
                for name, value in ours.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class _Inserted:
    """Middleware (plain ASGI) that puts something of ours first into some pages.

    What Streamlit has compressed already is opened for it.

    Raises
    ------
    MissingAssetError
        If such a page has no head to put it into.
    """

    #: Whose page it is put into, for the error.
    whose = ""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def is_meant(self, path: str, headers: MutableHeaders) -> bool:
        """Tell whether an answer is one of those pages."""
        raise NotImplementedError

    def inserted(self) -> str:
        """Return what is put in, as HTML."""
        raise NotImplementedError

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with the text in the head of a page."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def send_with_text(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                if self.is_meant(scope["path"], MutableHeaders(scope=message)):
                    start = message
                else:
                    await send(message)
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    headers = MutableHeaders(scope=start)
                    page = self._answered(body, headers.get("content-encoding", ""))
                    headers["content-length"] = str(len(page))
                    await send(start)
                    await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, send_with_text)

    def _answered(self, body: bytes, encoding: str) -> bytes:
        """Return a page with the text, compressed where it came so from Streamlit."""
        if not body:
            return body
        if encoding == "gzip":
            page = self._with_text(gzip.decompress(body))
            return gzip.compress(page, compresslevel=6, mtime=0)
        return self._with_text(body)

    def _with_text(self, page: bytes) -> bytes:
        head = _HEAD.search(page)
        if head is None:
            msg = (
                f"The page of {self.whose} has no <head>. Install the versions of "
                "uv.lock with 'make setup'."
            )
            raise MissingAssetError(msg)
        return page[: head.end()] + self.inserted().encode() + page[head.end() :]


class GuardedFrame(_Inserted):
    """Middleware (plain ASGI) that puts ``frame-guard.js`` first into the map's frame.

    streamlit-folium evaluates what a message tells it, whoever sends it; its page has
    no place for a script of ours that runs before its own.
    """

    whose = "streamlit-folium"

    def is_meant(self, path: str, headers: MutableHeaders) -> bool:
        """Tell whether an answer is the page of a component."""
        return _is_frame(path, headers)

    def inserted(self) -> str:
        """Return the guard."""
        return f"<script>{_GUARD}</script>"


class PageHead(_Inserted):
    """Middleware (plain ASGI) that says in the head of each page whose map it is.

    Streamlit writes its own name there, and the map's only by scripts, which nobody runs
    who shows a link as a card (Open Graph, https://ogp.me) or looks for feeds.
    """

    whose = "Streamlit"

    def is_meant(self, path: str, headers: MutableHeaders) -> bool:
        """Tell whether an answer is Streamlit's page."""
        return _is_page(path, headers)

    def inserted(self) -> str:
        """Return title, card and feeds, and the script that names the menu."""
        deployment = settings()
        head = page_head(
            Site(
                deployment.title,
                deployment.subtitle,
                address=deployment.public_url,
                map_card=drawn_card(),
            )
        )
        return head + Markup('<script defer src="assets/own/menu-name.js"></script>')

    def _with_text(self, page: bytes) -> bytes:
        return super()._with_text(_TITLE.sub(b"", page, count=1))


def page_head(site: Site) -> Markup:
    """Return what the head of a page says of its map: title, card and feeds.

    The card has its whole address where the map knows its own, since some who show
    links read no other. Else addresses are relative: pages lie beside card and feeds,
    whatever a proxy adds. There is no ``og:url``: it would take the filters, which an
    address holds, from every link that is shared.

    Parameters
    ----------
    site
        The map; its texts are escaped.
    """
    about = {
        "og:type": "website",
        "og:title": site.title,
        "og:description": site.subtitle,
    }
    named = {"description": site.subtitle}
    if site.map_card:
        about |= {
            "og:image": site.absolute(site.map_card) or site.map_card,
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": f"Map: {site.title}",
        }
        named["twitter:card"] = "summary_large_image"
    feeds = {"New and changed records": "feed.xml", "Corrections": "corrections.xml"}
    return Markup("").join(
        [
            Markup("<title>{}</title>").format(site.title),
            *(
                Markup('<meta property="{}" content="{}">').format(*pair)
                for pair in about.items()
                if pair[1]
            ),
            *(
                Markup('<meta name="{}" content="{}">').format(*pair)
                for pair in named.items()
                if pair[1]
            ),
            *(
                Markup(
                    '<link rel="alternate" type="application/atom+xml" title="{}" '
                    'href="{}">'
                ).format(*pair)
                for pair in feeds.items()
            ),
        ]
    )


def _is_page(path: str, headers: MutableHeaders) -> bool:
    """Tell whether an answer is Streamlit's page, not a component's or one of ours."""
    return _is_html(headers) and "link" not in headers and not _is_component(path)


def _is_frame(path: str, headers: MutableHeaders) -> bool:
    """Tell whether an answer is the page of a component: the map's is the only one."""
    return _is_html(headers) and _is_component(path)


def _is_html(headers: MutableHeaders) -> bool:
    return headers.get("content-type", "").startswith("text/html")


def _is_component(path: str) -> bool:
    return path.startswith("/component/")


def safe_headers(
    tiles_url: str, *, embed: str = "self", scripts: str = _NO_SCRIPTS
) -> dict[str, str]:
    """Return the headers of an answer.

    Parameters
    ----------
    tiles_url
        Pictures may come from its host as well; from nowhere else if it is empty.
    embed
        Who may show the answer in a frame: ``self``, ``anywhere``, ``nowhere`` or
        hosts parted by spaces, which are added to ourselves.
    scripts
        What may run, as the policy writes it; by default nothing.

    Notes
    -----
    What is wide, and who forces it: ``'unsafe-inline'`` for styles, because Streamlit
    (emotion, its data grid) and folium write style sheets while they run, without a
    nonce, and Leaflet positions by ``style``. A style sheet cannot run anything, and
    all that it could load is refused by the other lines. ``data:`` is for the pictures
    and fonts inside their style sheets and scripts. Refused without harm: WebAssembly,
    which a library of Streamlit's (long.js) tries first and does without.

    ``'self'`` includes the WebSocket of the page's own host and port (CSP 3, 6.7.2.8).
    Safari before 15.5 did not know that; Streamlit needs a newer one anyway.
    """
    policy = {
        "default-src": "'self'",
        "script-src": scripts,
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data:{_host_of(tiles_url)}",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "frame-src": "'self'",
        "frame-ancestors": _EMBEDDERS.get(embed, f"'self' {embed}"),
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
    }
    return _common(policy)


def _common(policy: Mapping[str, str]) -> dict[str, str]:
    """Return a policy as a header, and those that all answers have."""
    return {
        "Content-Security-Policy": "; ".join(
            f"{name} {value}" for name, value in policy.items()
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


def _host_of(tiles_url: str) -> str:
    """Return the host of an address for the policy, with a space before; or nothing."""
    parts = urlsplit(re.sub(r"[^/.]*\{s\}[^/.]*\.", "*.", tiles_url))
    return f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""


def digest_of(script: str) -> str:
    """Return an inline script as the policy names it: by the digest of its text."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def inline_scripts(page: str) -> list[str]:
    """Return the scripts that are written into a page of HTML, in order."""
    reader = _ScriptReader()
    reader.feed(page)
    reader.close()
    return reader.scripts


class _ScriptReader(HTMLParser):
    """Gathers the text of each script that has no address."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_inside = tag == "script" and "src" not in dict(attrs)
        if self._is_inside:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.scripts[-1] += data
