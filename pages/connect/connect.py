"""Connect another program to this server: addresses, steps, and what the data means."""

from __future__ import annotations

import streamlit as st

from geo.atlas import atlas
from geo.base.settings import settings
from geo.model.fields import dictionary
from geo.model.incident import crosswalk
from geo.model.query import Query
from geo.model.vocabulary import PRECISION_LABELS
from pages.ui.address import query_of_widgets
from pages.ui.examples import EXAMPLES, items_address
from pages.ui.site import server_address
from pages.ui.wide_table import table_html


def show_example(name: str) -> None:
    """Show one example, ready to be copied."""
    example = EXAMPLES[name]
    st.caption(example.does)
    st.code(example.at(root), language=example.language, wrap_lines=True)


root = server_address() or f"http://{settings().host}:{settings().port}"
current = atlas()
query = query_of_widgets(current)

st.title("Use the data in another program", anchor=False)
st.markdown(
    "Paste this address into any program that reads **OGC API - Features**. It then "
    "takes the incidents from here, always as they are now. Keep the slash at the end."
)
st.code(f"{root}/ogc/", language=None)
if not query.is_empty or query.dates != Query().dates:
    st.markdown(
        f"Your filters leave {current.engine.count(query):,} of the incidents. "
        "This address gives only these, as GeoJSON, 1,000 on a page:"
    )
    st.code(items_address(root, query), language=None, wrap_lines=True)

qgis, arcgis, python, r, command_line = st.tabs(
    ["QGIS", "ArcGIS Pro", "Python", "R", "Command line"]
)
with qgis:
    st.markdown(
        f"""
1. In the menu choose *Layer*, *Add Layer*, *Add WFS / OGC API - Features Layer*.
2. Press *New*. Enter any name, and `{root}/ogc/` as the URL, with the slash at its end.
3. As *Version* choose *OGC API - Features*. Press *OK*, then *Connect*.
4. Add *Incidents at points*, *Incidents along lines* and *Incidents over areas*.

A layer of QGIS has one kind of shape, so points, lines and areas are three layers.
*Incidents* holds all of them, and also those without a place: add it to see its table or
to join it with other data.
"""
    )
with arcgis:
    st.markdown(
        f"""
1. On the *Insert* tab choose *Connections*, *Server*, *New OGC API Server*.
2. Enter `{root}/ogc/` as the *Server URL* and press *OK*.
3. In the *Catalog* pane open *Servers* and drag the collections onto the map: points,
   lines and areas are three of them.

These steps follow Esri's documentation of ArcGIS Pro 3.4. We could not try them, since
ArcGIS Pro needs Windows and a licence; we test the requests that any reader of OGC API -
Features Part 1 makes. If they do not work for you, download a GeoPackage or a Shapefile
instead, and tell us.
"""
    )
with python:
    show_example("python")
with r:
    show_example("r")
with command_line:
    for chosen in ("curl", "curl-filter", "ogr2ogr"):
        show_example(chosen)

st.header("What you can ask for", anchor=False)
st.markdown(
    f"""
The parameters are those in the address of this page: `category`, `status`, `precision`,
`country` and `source`, each as often as you like, and `from`, `to`, `q` and `bbox`.
`bbox` keeps what lies in an extent wholly or in part: points by their coordinates, lines
and areas by their shape. An uncertain date matches if the incident *may* have happened in
the time you ask for; `dates=certain` keeps only those that surely did.

Under `/ogc` you can also use `datetime` and `filter`, as the standard defines them. By
the standard, `bbox` also keeps incidents without a place, and `datetime` those without a
date: add `filter=geometry IS NOT NULL` or `filter=date IS NOT NULL` to leave them out.
Downloads and this page leave them out anyway. The
[description of the service]({root}/ogc/api?f=html) lists every parameter.
"""
)

st.header("What the columns mean", anchor=False)
st.html(
    table_html(
        "The columns of the data",
        ["Name", "Kind", "What it is", "In detail", "Values"],
        [list(entry.values()) for entry in dictionary()],
    )
)
st.markdown(
    "**Precision in other data sets.** ACLED and UCDP have codes for how exactly a place is "
    "known. Every incident comes with them."
)
st.html(
    table_html(
        "Precision in other data sets",
        ["Value here", "Meaning", "ACLED geo_precision", "UCDP where_prec"],
        [
            [str(precision), label, *crosswalk(precision).values()]
            for precision, label in PRECISION_LABELS.items()
        ],
    )
)
st.markdown(
    f"""
Files with lasting addresses: the [JSON Schema]({root}/schema/incident-layer.schema.json)
of a layer and its [categories]({root}/vocabulary/categories.json), each with its
definition, colour and symbol.
"""
)
