"""The engine: a layer of any size, asked the same questions wherever it is kept.

``questions`` has the statements, ``viewport`` and ``pages`` those of the map and of OGC
API, whose filters ``cql2`` reads; ``conditions`` and ``asking`` make queries into SQL,
``cells`` and ``totals`` summarise, at the ``levels`` worth it, views read ``marks``. A
layer is in ``duckdb_store`` or ``postgres_store``, which ``duckdb_tables`` and
``postgres_import`` fill; ``opening`` finds out which. ``streamed`` checks large files,
``transfer`` carries a layer into a database.
"""

from geo.engine.answers import (
    ORDERS,
    Condition,
    PlaceTest,
    PlaceView,
    Row,
    View,
)
from geo.engine.conditions import all_of
from geo.engine.opening import Storage, is_known, is_large, open_engine
from geo.engine.questions import Engine
from geo.engine.store import is_database, named_safely
from geo.engine.transfer import import_layer
from geo.layer.table import search_text

__all__ = [
    "ORDERS",
    "Condition",
    "Engine",
    "PlaceTest",
    "PlaceView",
    "Row",
    "Storage",
    "View",
    "all_of",
    "import_layer",
    "is_database",
    "is_known",
    "is_large",
    "named_safely",
    "open_engine",
    "search_text",
]
