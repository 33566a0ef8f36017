"""The library behind the incident map: usable from a notebook, free of Streamlit.

::

    import geo

    layer = geo.read_layer("data/")               # a map's folder, a file, a database
    layer.to_geodataframe()                       # a geopandas.GeoDataFrame
    layer.select(category="mural", from_="2023-01-01")
    layer.export("incidents.gpkg")                # ten formats, by the ending
    layer.explore()                               # a folium.Map that stands alone
    geo.geocode("Зольная улица")                  # where is it?
    geo.read_table("events.csv")                  # anybody's table, as it would be read

What is listed here is public; everything else may change. Names are loaded when they
are first used (PEP 562), so that ``import geo`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.atlas.frame import geocode as geocode
    from geo.atlas.frame import read_table as read_table
    from geo.atlas.layer import Layer as Layer
    from geo.atlas.layer import read_layer as read_layer
    from geo.base.errors import DataError as DataError
    from geo.base.errors import EngineAwayError as EngineAwayError
    from geo.base.errors import ExportError as ExportError
    from geo.base.errors import GeocodingError as GeocodingError
    from geo.base.errors import IncidentMapError as IncidentMapError
    from geo.base.errors import MissingAssetError as MissingAssetError
    from geo.base.errors import QueryError as QueryError
    from geo.base.errors import SettingsError as SettingsError

__all__ = [
    "DataError",
    "EngineAwayError",
    "ExportError",
    "GeocodingError",
    "IncidentMapError",
    "Layer",
    "MissingAssetError",
    "QueryError",
    "SettingsError",
    "geocode",
    "read_layer",
    "read_table",
]

if not TYPE_CHECKING:
    _ROOMS = {
        "Layer": "geo.atlas.layer",
        "geocode": "geo.atlas.frame",
        "read_layer": "geo.atlas.layer",
        "read_table": "geo.atlas.frame",
    }

    def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
        """Load a public name from its room."""
        if name not in __all__:
            msg = f"module 'geo' has no attribute {name!r}"
            raise AttributeError(msg)
        room = import_module(_ROOMS.get(name, "geo.base.errors"))
        globals()[name] = getattr(room, name)
        return globals()[name]

    def __dir__() -> list[str]:
        """List the public names beside the module's own."""
        return sorted({*globals(), *__all__})
