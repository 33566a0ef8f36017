"""The engine: a layer of any size, asked the same questions wherever it is kept.

``questions`` has the statements, ``viewport`` and ``pages`` those of the map and of OGC
API; ``conditions`` and ``asking`` make queries into SQL, ``cells`` and ``totals``
summarise, ``duckdb_store`` and ``postgres_store`` are where a layer is kept,
``opening`` finds out which. ``streamed`` checks large files, ``transfer`` carries a
layer into a database.
"""

from geo.engine.address import is_database, named_safely
from geo.engine.answers import (
    ORDERS,
    Condition,
    PlaceTest,
    PlaceView,
    Row,
    View,
)
from geo.engine.conditions import MISSING, as_area
from geo.engine.opening import Storage, is_known, is_large, open_engine
from geo.engine.questions import Engine
from geo.engine.transfer import import_layer
from geo.layer.table import search_text

__all__ = [
    "MISSING",
    "ORDERS",
    "Condition",
    "Engine",
    "PlaceTest",
    "PlaceView",
    "Row",
    "Storage",
    "View",
    "as_area",
    "import_layer",
    "is_database",
    "is_known",
    "is_large",
    "named_safely",
    "open_engine",
    "search_text",
]
