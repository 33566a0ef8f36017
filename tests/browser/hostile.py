"""A map of its own whose every text is an attack, for the tests of what readers see."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from geo.base.settings import ROOT
from geo.evidence.archive import Archive

#: Where an attack would lead a reader, or fetch from.
FOREIGN: Final = "evil.test"
#: What the template of a text makes on the server, in its working directory.
TRACE: Final = ROOT / "made_by_a_text"
#: Each is shown to the letter, wherever it stands. ``ran()`` tells the test.
PAYLOADS: Final = (
    "<img src=x onerror=ran()>",
    "<details open ontoggle=ran()>x",
    "</script><script>ran()</script>",
    "</textarea></title><svg onload=ran()>",
    "<iframe srcdoc='<script>parent.ran()</script>'></iframe>",
    "\"' autofocus onfocus=ran() onmouseover=ran() x='",
    "${ran()} `${ran()}` ');ran();('",
    "<a href=javascript:ran()>x</a> javascript:ran()",
    "[x](javascript:ran()) [Sign in](http://evil.test/)",
    "![x](http://evil.test/x.png) <http://evil.test/>",
    "http://evil.test/a www.evil.test",
    ":red[x] :material/home: :smile: $x^2$ ~~x~~",
    "# *a* **b** _c_ `d` | e -> f -- g",
    "{{cycler.__init__.__globals__.os.mkdir(dict(made_by_a_text=1)|first)}}",
    "{% raw %}{{7*7}}{% endraw %} {#x#}",
    "<style>*{display:none}</style><link rel=stylesheet href=//evil.test/x.css>",
    "<base href=//evil.test/><meta http-equiv=refresh content='0;url=//evil.test/'>",
    "&lt;b&gt; &amp;amp; &#58; \\* ]]><x/> <!-- x",
    '=HYPERLINK("http://evil.test/","x")',
)
#: A title, a place and a name take 200 characters.
_LONGEST: Final = 200
#: What Markdown makes a link or a picture of.
MARKDOWN_LINK: Final = re.compile(r"\]\(|<http")
_BETWEEN: Final = " ¦ "
SETTINGS: Final = {
    "INCIDENTS_TITLE": "<img src=x onerror=ran()> [x](http://evil.test/) "
    "{{7*7}} :red[x] :smile: $x^2$ </title><script>ran()</script>",
    "INCIDENTS_SUBTITLE": "<svg onload=ran()> http://evil.test/a **b** `${ran()}` "
    "<base href=//evil.test/> &lt; :material/home: \"' onfocus=ran() x='",
    "INCIDENTS_TILES_ATTRIBUTION": _BETWEEN.join(PAYLOADS),
}
#: A place that drafts find in the archived texts.
_PLACE: Final = "Novi Sad"
KINDS: Final = ("point", "list", "line", "unplaced", "undated")


def packed(payloads: Iterable[str], longest: int = _LONGEST) -> list[str]:
    """Return payloads as few texts, each no longer than a title may be."""
    packs: list[str] = []
    for payload in payloads:
        joined = f"{packs[-1]}{_BETWEEN}{payload}" if packs else payload
        if packs and len(joined) <= longest:
            packs[-1] = joined
        else:
            packs.append(payload)
    return packs


PACKS: Final = packed(PAYLOADS)


def write_map(folder: Path) -> dict[str, str]:
    """Write the map's files; return the settings that serve it."""
    texts = {
        "LAYER": {"type": "FeatureCollection", "features": list(_features())},
        "SOURCES": {"sources": [_source(n, pack) for n, pack in enumerate(PACKS)]},
        "VOCABULARY": {
            "categories": [_category(n, pack) for n, pack in enumerate(PACKS)]
        },
        "PLACES": {
            "type": "FeatureCollection",
            "features": [_gazetteer_place(n, pack) for n, pack in enumerate(PACKS)],
        },
    }
    settings = dict(SETTINGS)
    for name, written in texts.items():
        path = folder / f"{name.lower()}.geojson"
        path.write_text(json.dumps(written), encoding="utf-8")
        settings[f"INCIDENTS_{name}"] = str(path)
    lines = (_change(number, pack) for number, pack in enumerate(PACKS))
    (folder / "changes.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    (folder / "stories").mkdir()
    (folder / "stories" / "attack.md").write_text(_story(), "utf-8")
    archive = folder / "archive"
    for number, pack in enumerate(PACKS):
        text = folder / "text.txt"
        paragraphs = [f"In {_PLACE} 1: {payload} in 2023." for payload in _parts(pack)]
        text.write_text("\n\n".join(["Before.", *paragraphs, "After."]), "utf-8")
        Archive(archive).add(f"source-{number}", text)
    return {
        **settings,
        "INCIDENTS_MAP": str(folder),
        "INCIDENTS_ARCHIVE": str(archive),
        "INCIDENTS_TILES_URL": "/favicon.png?tile={z}/{x}/{y}",
        "INCIDENTS_EDITORS": "true",
    }


def _parts(pack: str) -> list[str]:
    return pack.split(_BETWEEN)


def _features() -> Iterator[dict[str, Any]]:
    """Go through an incident of each kind for each pack of payloads."""
    for number, pack in enumerate(PACKS):
        west = 2.0 * number
        shapes: dict[str, Any] = {
            "point": {"type": "Point", "coordinates": [west, 44]},
            "list": {"type": "Point", "coordinates": [4, 50]},
            "line": {"type": "LineString", "coordinates": [[west, 40], [west, 42]]},
            "undated": {"type": "Point", "coordinates": [4, 53]},
            "unplaced": None,
        }
        for kind in KINDS:
            yield {
                "type": "Feature",
                "id": f"{kind}-{number}",
                "geometry": shapes[kind],
                "properties": _properties(kind, number, pack),
            }


def _properties(kind: str, number: int, pack: str) -> dict[str, Any]:
    parts = _parts(pack)
    # Quotes are of the archived text, so that its passages are shown.
    citations = [
        {"source": f"source-{number}", "quote": part, "prefix": f"In {_PLACE} 1:"}
        for part in parts
    ]
    placed = {
        "place": "One spot" if kind in {"list", "undated"} else pack,
        "place_as_written": pack,
        "country": "RS",
        "place_role": "occurred",
        "precision": "line" if kind == "line" else "city",
        "radius_m": 5_000,
        "location_basis": "stated",
    }
    return {
        "title": pack,
        "summary": pack,
        "category": f"category-{number}",
        "kind": "event",
        "status": "alleged",
        "date": None if kind == "undated" else "2023-08",
        "date_earliest": None if kind == "undated" else "2023-08-01",
        "date_latest": None if kind == "undated" else "2023-08-31",
        "date_note": pack,
        **(placed if kind != "unplaced" else dict.fromkeys(placed)),
        **({"place": "", "place_as_written": ""} if kind == "unplaced" else {}),
        "location_note": pack,
        "generalised": False,
        "alleged_by": parts,
        "denied_by": parts,
        "actors": [{"name": part, "role": "by"} for part in parts],
        "citations": citations,
        "updated": "2024-01-05",
        "version": 1,
    }


def _change(number: int, pack: str) -> dict[str, Any]:
    return {
        "id": f"point-{number}",
        "day": "2024-02-01",
        "what": pack,
        "why": pack,
        "values": [{"property": "summary", "from": pack, "to": None}],
    }


def _story() -> str:
    """Return a story of all payloads but links: such a story is refused."""
    texts = [text for text in PAYLOADS if not MARKDOWN_LINK.search(text)]
    head = f"title = {json.dumps(_BETWEEN.join(texts))}"
    steps = (f"## {text}\n\n{text} [{text}](incident:point-0)\n" for text in texts)
    return "\n".join(["+++", head, "+++", *steps])


def _source(number: int, pack: str) -> dict[str, Any]:
    return {
        "id": f"source-{number}",
        "title": pack,
        "publisher": pack,
        "authors": _parts(pack),
        "adapted_by": _parts(pack),
        "language": "en",
        "published": "2023-12-18",
        "url": "https://source.test/?a=javascript:ran()&b='{{7*7}}'",
        "licence": pack,
        "note": pack,
    }


def _category(number: int, pack: str) -> dict[str, Any]:
    return {
        "id": f"category-{number}",
        "label": pack,
        "definition": pack,
        "color": "#0072b2",
        "symbol": "square",
    }


def _gazetteer_place(number: int, pack: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"place-{number}",
        "geometry": {"type": "Point", "coordinates": [19.8 + number, 45.2]},
        "properties": {
            "name": pack,
            "names": [_PLACE if number == 0 else f"{_PLACE} {number}"],
            "country": "RS",
            "precision": "city",
            "radius_m": 5_000,
            "within": None,
            "origin": pack,
            "note": pack,
        },
    }
