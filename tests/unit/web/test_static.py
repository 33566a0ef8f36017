"""The browser's scripts: no text of data is ever read as HTML or run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geo.base.settings import ROOT

STATIC = ROOT / "geo" / "web" / "static"
SCRIPTS = sorted(STATIC.glob("*.js"))
#: What reads a text as HTML or as a script, by whatever name.
NEVER = re.compile(
    r"\b(?:inner|outer)HTML|insertAdjacentHTML|createContextualFragment|DOMParser"
    r"|setHTML|srcdoc|document\.write|\beval\(|new Function|javascript:"
    # Leaflet writes these as HTML, and no element can be handed over instead.
    r"|addAttribution|setPrefix|\battribution:"
)
#: What Leaflet writes as HTML unless it is handed an element, and the only things that
#: it may be handed here: make() makes elements, and `picture` is one of draw().
SINK = re.compile(
    r"(?:bind(?:Tooltip|Popup)|set(?:Tooltip|Popup)?Content|openPopup|openTooltip)"
    r"\((?!make\(|\))|\bhtml:(?! picture,)"
)
TIMER = re.compile(r"set(?:Timeout|Interval)\(\s*[`\"']")


def code(path: Path) -> str:
    """Return a script without its comments."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/|(?m:^\s*//[^\n]*$)", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_reads_a_text_as_html(path: Path) -> None:
    """Elements are made, their texts set; Leaflet is handed elements."""
    found = [
        match.group()
        for rule in (NEVER, SINK, TIMER)
        for match in rule.finditer(code(path))
    ]

    assert found == []


def test_the_rule_sees_what_it_forbids() -> None:
    """Each sink by an example, so that the rule does not pass by seeing nothing."""
    for sink in (
        "node.innerHTML = text",
        "map.attributionControl.addAttribution(credit)",
        "L.tileLayer(url, { attribution: credit })",
        "marker.bindTooltip(text)",
        "popup.setContent(content)",
        "L.divIcon({ html: text })",
        "setTimeout('alert(1)', 1)",
    ):
        assert any(rule.search(sink) for rule in (NEVER, SINK, TIMER)), sink
    assert len(SCRIPTS) >= 12


def test_links_lead_to_the_web_only() -> None:
    """The one function that makes elements takes no other address."""
    guard = 'name === "href" && !/^https?:\\/\\//i.test(value)'

    assert code(STATIC / "symbols.js").count(guard) == 1
    for path in SCRIPTS:
        assert not re.search(r"\.href\s*=|\.src\s*=|xlink", code(path)), path.name
