"""Connect another program to this server: addresses, steps, and what the data means."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo.atlas import atlas
from geo.base.settings import settings
from geo.export import dictionary
from geo.model.incident import crosswalk
from geo.model.query import Query
from geo.model.vocabulary import PRECISION_LABELS
from pages.ui.address import query_of_widgets
from pages.ui.examples import EXAMPLES, items_address
from pages.ui.site import server_address


def show_example(name: str) -> None:
    """Show one example, ready to be copied."""
    example = EXAMPLES[name]
    st.caption(example.does)
    st.code(example.at(root), language=example.language, wrap_lines=True)


root = server_address() or f"http://{settings().host}:{settings().port}"
found = atlas()
query = query_of_widgets(found)

st.header("Use the data in another program")
st.markdown(
    "Paste this address into any program that speaks **OGC API - Features**. It then "
    "reads the incidents from here, always as they are now. Keep the slash at the end."
)
st.code(f"{root}/ogc/", language=None)
if not query.is_empty or query.dates != Query().dates:
    st.markdown(
        f"The filters you have set leave {found.engine.count(query)} incidents. "
        "This address gives these only, as GeoJSON, 1,000 a page:"
    )
    st.code(items_address(root, query), language=None, wrap_lines=True)

qgis, arcgis, python, r, command_line = st.tabs(
    ["QGIS", "ArcGIS Pro", "Python", "R", "Command line"]
)
with qgis:
    st.markdown(
        f"""
1. In the menu choose *Layer*, *Add Layer*, *Add WFS / OGC API - Features Layer*.
2. Press *New*. Give any name, and as URL `{root}/ogc/` with the slash at its end.
3. As *Version* choose *OGC API - Features*. Press *OK*, then *Connect*.
4. Add *Incidents at points*, *Incidents along lines* and *Incidents over areas*.

QGIS draws one kind of shape a layer, so the three come apart. *Incidents* holds all of
them and those without a place: add it for its table, or to join it with something.
"""
    )
with arcgis:
    st.markdown(
        f"""
1. On the *Insert* tab choose *Connections*, *Server*, *New OGC API Server*.
2. As *Server URL* give `{root}/ogc/` and press *OK*.
3. In the *Catalog* pane open *Servers* and drag the collections onto the map: points,
   lines and areas apart.

These steps follow Esri's documentation of ArcGIS Pro 3.4. They were not run by us:
ArcGIS Pro needs Windows and a licence. What our tests run are the requests that any
reader of OGC API - Features Part 1 makes, which is what Esri says ArcGIS Pro is. If it
does not work for you, download a GeoPackage or a Shapefile instead, and tell us.
"""
    )
with python:
    show_example("python")
with r:
    show_example("r")
with command_line:
    for chosen in ("curl", "curl-filter", "ogr2ogr"):
        show_example(chosen)

st.subheader("What can be asked")
st.markdown(
    f"""
The parameters have the names that this page's own address has: `category`, `status`,
`precision`, `country` and `source`, each as often as you like, and `from`, `to`, `q`,
`bbox`. An extent leaves what is placed in it wholly or in part: points by their
coordinates, lines and areas by their shape. A date that is not certain matches when the
incident *may* lie in the time asked for; `dates=certain` keeps only those that do for
sure.

Under `/ogc` there are also `datetime` and `filter`, those of the standard. It asks that
`bbox` select what has no place as well, and `datetime` what has no date: add
`filter=geometry IS NOT NULL` or `filter=date IS NOT NULL` to leave that out. Downloads
and this page leave it out by themselves. Every parameter is listed in the
[description of the service]({root}/ogc/api?f=html).
"""
)

st.subheader("What the columns mean")
# A table, since a data frame would cut the longer texts off.
st.table(
    pd.DataFrame(
        [list(entry.values()) for entry in dictionary()],
        columns=["Name", "Kind", "What it is", "In detail", "Values"],
    ).set_index("Name")
)
st.markdown(
    "**Precision in other data sets.** ACLED and UCDP code how exactly a place is known; "
    "these codes come along with every incident."
)
st.table(
    pd.DataFrame(
        [
            (str(precision), label, *crosswalk(precision).values())
            for precision, label in PRECISION_LABELS.items()
        ],
        columns=["Value here", "Meaning", "ACLED geo_precision", "UCDP where_prec"],
    ).set_index("Value here")
)
st.markdown(
    f"""
Files with lasting addresses: the [JSON Schema]({root}/schema/incident-layer.schema.json)
of a layer and its [categories]({root}/vocabulary/categories.json), each with its
definition, colour and symbol.
"""
)
