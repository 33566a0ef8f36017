"""The engine: a layer of any size, asked the same questions wherever it is kept.

``questions`` has the statements, ``conditions`` makes queries into SQL, ``cells``
summarises, ``duckdb_store`` and ``postgres_store`` are where a layer is kept,
``opening`` finds out which.
"""

from geo.engine.answers import FACETS, ORDERS, Condition, PlaceView, Row, View
from geo.engine.questions import Engine
from geo.layer_table import search_text

__all__ = [
    "FACETS",
    "ORDERS",
    "Condition",
    "Engine",
    "PlaceView",
    "Row",
    "View",
    "search_text",
]
