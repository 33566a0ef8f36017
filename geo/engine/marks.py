"""What views read in place of whole incidents: narrow rows, and each outline once.

A view of a large layer reads many incidents and wants little of each. A database that
keeps columns together reads no more than that anyway; one that keeps rows together has a
table of such rows, a quarter as wide (:data:`MARKS`). Lines and areas are drawn once,
however many incidents have them (:data:`OUTLINES`).
"""

from __future__ import annotations

from typing import Final

from geo.engine.answers import ONE_PLACE
from geo.engine.cells import TIMED
from geo.engine.store import Store
from geo.model.query import CODED, Query

#: Those that time is asked by, and the other codes.
_COLUMNS: Final = ", ".join(dict.fromkeys((*TIMED, *(kind.column for kind in CODED))))
#: How long an area is at most, in degrees.
LENGTH: Final = "greatest(east - west, north - south)"
#: Placed incidents in the order of the layer, along the Z-order curve.
MARKS: Final = f"""
    CREATE TABLE incident_mark AS
    SELECT {_COLUMNS} FROM incident WHERE mx IS NOT NULL ORDER BY row_no
"""
#: The places that have a line or an area, each with its extent.
OUTLINES: Final = f"""
    CREATE TABLE incident_outline AS
    SELECT {ONE_PLACE}, min(west) AS west, min(south) AS south,
           max(east) AS east, max(north) AS north
    FROM incident_area GROUP BY place_no ORDER BY min(deepest), min(z_order)
"""


def marks_for(store: Store, query: Query) -> str:
    """Return the table that knows where the incidents are that a query asks for.

    Their texts and shapes are in ``incident`` alone.
    """
    return "incident" if query.q or query.bbox else store.marks
