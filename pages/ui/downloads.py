"""The downloads: each format with what it is for and about how large its file is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from geo.base.extras import has_extra
from geo.formats.registry import FORMATS
from geo.model.query import Query

#: Where on its page the downloads begin, for links to them.
DOWNLOADS: Final = "downloads"


class _Use(NamedTuple):
    """What a format is for, and how its files grow: by bytes of GeoJSON, from a start.

    Measured on this project's layer, whose texts are much longer than its numbers, and
    on twenty thousand synthetic incidents, which are the other way round.
    """

    purpose: str
    share: float
    start_bytes: int = 0


#: In the order in which they are wanted: tables first, then what most maps read.
_USES: Final[Mapping[str, _Use]] = {
    "csv": _Use("A table for any program", 0.85),
    "xlsx": _Use("A table for Excel and LibreOffice", 0.33, 6_000),
    "geojson": _Use("Web maps and most programs, with everything in it", 1.02, 7_000),
    "gpkg": _Use("QGIS and ArcGIS", 1.0, 150_000),
    "kml": _Use("Google Earth", 2.0),
    "kmz": _Use("Google Earth, in a smaller file", 0.22, 8_000),
    "shp": _Use("Older GIS programs; texts are cut short", 0.35, 10_000),
    "geoparquet": _Use("Data analysis in Python, R or DuckDB", 0.25, 25_000),
    "fgb": _Use("Web maps with very many incidents", 0.9, 5_000),
    "geojsonseq": _Use("Programs that read one incident at a time", 1.0),
}
#: Pictures of the map, and what each is good for.
_PICTURES: Final[Mapping[str, str]] = {
    "png": "A picture for documents and pages",
    "svg": "A drawing to be edited further",
    "pdf": "A sheet of A4 for print",
}
_LIST: Final = Markup(
    "<style>ul.downloads {{list-style: none; margin: 0; padding: 0}}"
    "ul.downloads li {{display: flex; flex-wrap: wrap; gap: .1rem .6rem; margin: 0; "
    "padding: .5rem 0; border-bottom: 1px solid rgba(128,134,139,.3)}}"
    ".downloads a {{flex: 0 0 11rem; font-weight: 600}}"
    ".downloads span {{flex: 1 1 14rem}}"
    "</style><ul class='downloads'>{}</ul>"
)
_PICTURE: Final = Markup("<li><a href='{}' target='_self'>{}</a><span>{}.</span></li>")
_ITEM: Final = Markup(
    "<li><a href='{}' target='_self'>{}</a><span>{}, about {}.</span></li>"
)


def draw_downloads(
    total: int, query: Query, sample: Iterable[Mapping[str, Any]], licence: str
) -> None:
    """Draw what takes exactly these incidents away.

    Parameters
    ----------
    total
        How many there are.
    query
        The filters in force.
    sample
        Some of the features, of which sizes are estimated.
    licence
        On what terms the data may be used; empty where nobody said.
    """
    noun = "incident" if total == 1 else "incidents"
    these = "this" if total == 1 else f"these {total:,}"
    st.header(f"Download {these} {noun}", anchor=DOWNLOADS)
    st.markdown(
        "Each file holds exactly what the filters leave, with every property and "
        "citation. Its size is an estimate."
    )
    if licence:
        st.text(f"Terms of use of the data: {licence}")
    packed = st.toggle(
        "As a .zip with a description, a list of the columns and map styles",
        help="With styles for QGIS and other programs in the colours of this map, "
        "where a program draws maps of such a file.",
    )
    whole_bytes = total * _bytes_each(sample)
    package = "zip" if packed else "plain"
    items = Markup("").join(
        _item(name, use, query, whole_bytes, package) for name, use in _USES.items()
    )
    st.html(_LIST.format(items))
    if has_extra("pictures"):
        _draw_pictures(query)


def _draw_pictures(query: Query) -> None:
    """Draw what takes the map away as a picture."""
    st.markdown(
        "Or the map as a picture, with its legend, the filters in words, sources and "
        "date. *More* on the map has a picture of the part that you see."
    )
    pictures = Markup("").join(
        _PICTURE.format(_address(query, name), name.upper(), use)
        for name, use in _PICTURES.items()
    )
    st.html(_LIST.format(pictures))


def _address(query: Query, name: str, **further: str) -> str:
    # The route has limits, and sends the file while it is made: none in memory here.
    parameters = {**query.parameters(), "format": [name], **further}
    return f"/export?{urlencode(parameters, doseq=True)}"


def _bytes_each(sample: Iterable[Mapping[str, Any]]) -> float:
    """Return how many bytes of GeoJSON an incident takes, by some of them."""
    sizes = [len(json.dumps(feature, ensure_ascii=False)) for feature in sample]
    return sum(sizes) / len(sizes) if sizes else 0.0


def _item(
    name: str, use: _Use, query: Query, whole_bytes: float, package: str
) -> Markup:
    size_bytes = use.start_bytes + use.share * whole_bytes
    is_packed = package == "zip" and FORMATS[name].label != "Shapefile"
    if is_packed:
        # Texts shrink to a third; what explains the file comes along.
        size_bytes = 20_000 + size_bytes * min(1.0, 0.3 / min(use.share, 1.0))
    return _ITEM.format(
        _address(query, name, package=package),
        f"{FORMATS[name].label} (.zip)" if is_packed else FORMATS[name].label,
        use.purpose,
        size_words(size_bytes),
    )


def size_words(size_bytes: float) -> str:
    """Return a size as people say it, with two digits: "48 kB", "1.2 MB", "3 GB"."""
    units = ("kB", "MB", "GB", "TB")
    value, unit = max(1.0, size_bytes / 1000), 0
    while float(f"{value:.2g}") >= 1000 and unit < len(units) - 1:  # noqa: PLR2004 - a thousand of a unit is one of the next
        value, unit = value / 1000, unit + 1
    return f"{float(f'{value:.2g}'):g} {units[unit]}"
