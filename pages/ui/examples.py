"""How to reach the data from other programs: commands that run as they stand.

The Connect page shows these, and a test runs them against a running server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from geo.model.query import Query

#: Stands for the server's address, without a slash at its end.
_ROOT: Final = "{root}"


@dataclass(frozen=True, slots=True)
class Example:
    """One example: for which program, in which language, the code, what it does."""

    program: str
    language: str
    code: str
    does: str

    def at(self, root: str) -> str:
        """Return the code for the server at *root*: ``https://example.org``."""
        return self.code.replace(_ROOT, root.rstrip("/"))


def items_address(root: str, query: Query) -> str:
    """Return where the incidents that a query leaves are, as pages of GeoJSON.

    Parameters
    ----------
    root
        The server: ``https://example.org``.
    query
        Which incidents. The standard's ``bbox`` also selects what has no place; a
        query does not, so the address says that too.
    """
    placed = {"filter": "geometry IS NOT NULL"} if query.bbox else {}
    further = urlencode({**placed, "limit": 1000}, quote_via=quote)
    parameters = "&".join(filter(None, (query.urlencode(), further)))
    return f"{root.rstrip('/')}/ogc/collections/incidents/items?{parameters}"


#: The examples by a short name. A test runs each, word for word.
EXAMPLES: Final[Mapping[str, Example]] = {
    "python": Example(
        "Python (geopandas)",
        "python",
        """import json
from urllib.request import urlopen

import geopandas


def features(address):
    while address:
        with urlopen(address) as answer:
            page = json.load(answer)
        for feature in page["features"]:
            feature["properties"]["id"] = feature["id"]
            yield feature
        links = {link["rel"]: link["href"] for link in page["links"]}
        address = links.get("next")


incidents = geopandas.GeoDataFrame.from_features(
    features("{root}/ogc/collections/incidents/items?limit=1000"), crs="EPSG:4326"
)
print(len(incidents), "incidents")
""",
        "Reads every page into one table, incidents without a place included.",
    ),
    "curl": Example(
        "curl",
        "bash",
        'curl "{root}/ogc/collections/incidents/items?category=mural&limit=100"\n',
        "Asks for the first 100 murals as GeoJSON.",
    ),
    "curl-filter": Example(
        "curl",
        "bash",
        'curl --get "{root}/ogc/collections/incidents/items" \\\n'
        "  --data-urlencode \"filter=country = 'RS' AND T_INTERSECTS(date, "
        "INTERVAL('2022-02-24', '..'))\"\n",
        "Asks with a filter in CQL2: in Serbia, possibly since 24 February 2022.",
    ),
    "ogr2ogr": Example(
        "GDAL (ogr2ogr)",
        "bash",
        'ogr2ogr -nlt GEOMETRY incidents.gpkg "OAPIF:{root}/ogc/" incidents\n',
        "Copies all incidents into a GeoPackage.",
    ),
    "r": Example(
        "R (sf)",
        "r",
        'library(sf)\nincidents <- st_read("OAPIF:{root}/ogc/", "incidents")\n'
        "nrow(incidents)\n",
        "Reads all incidents; sf uses GDAL, which follows the pages by itself.",
    ),
}
