"""The engine: a layer of any size, asked the same questions wherever it is kept.

``questions`` has the statements, ``conditions`` makes queries into SQL, ``cells``
summarises, ``duckdb_store`` and ``postgres_store`` are where a layer is kept,
``opening`` finds out which. ``streamed`` checks large files, ``transfer`` carries a
layer into a database.
"""

from geo.engine.answers import FACETS, ORDERS, Condition, PlaceView, Row, View
from geo.engine.opening import Places, is_database, is_known, open_engine
from geo.engine.questions import Engine
from geo.engine.transfer import import_layer
from geo.layer_table import search_text

__all__ = [
    "FACETS",
    "ORDERS",
    "Condition",
    "Engine",
    "PlaceView",
    "Places",
    "Row",
    "View",
    "import_layer",
    "is_database",
    "is_known",
    "open_engine",
    "search_text",
]
