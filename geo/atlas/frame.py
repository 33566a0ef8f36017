"""GeoDataFrames: incidents and answers of geocoders as notebooks want them.

The columns come from :func:`geo.formats.rows.tables`, of which the files for GDAL and
GeoParquet are made as well, so that a frame and a file cannot disagree. This is the
only module that imports geopandas: a process that only serves the map never loads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias

import geopandas as gpd
import pandas as pd
import pyarrow as pa
from shapely.geometry import shape

from geo.base.settings import settings
from geo.formats.guarded import Guard
from geo.formats.rows import BATCH_ROWS, Feature, schema, tables
from geo.importing.looking import look_through
from geo.importing.placing import look_at_points
from geo.model.fields import Field, Kind, fields, own_columns
from geo.model.own_fields import OwnField
from geo.model.vocabulary import Precision, Vocabulary
from geo.places.geocoder import geocode as look_up

GeoFrame: TypeAlias = gpd.GeoDataFrame
_CRS: Final = "EPSG:4326"
#: Columns of :func:`geocode`, in order, and their types.
_CANDIDATE_TYPES: Final[dict[str, Any]] = {
    "name": "string",
    "country": "string",
    "source": "string",
    "precision": pd.CategoricalDtype([str(precision) for precision in Precision]),
    "radius_m": "float64",
    "origin": "string",
    "generalised": "bool",
}


def read_table(path: Path | str, *, today: date | None = None) -> gpd.GeoDataFrame:
    """Read a table of others as it would be brought into a map, without bringing it.

    Parameters
    ----------
    path
        A file of any format that ``incidents import`` reads. It is read in a process
        of its own, within the deployment's limits.
    today
        Two-digit years do not land after it; by default the day where the program runs.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a record, in the order of the file, with its number there as index; rows
        that are no records are left out. Columns are those of the file, with their
        cells as JSON has them, then ``geometry``: where each record is, WGS84 (lon,
        lat), None where that is not known. ``attrs["columns"]`` says what each column
        would become.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    chosen = settings()
    look = look_through(
        Path(path),
        folder=None,
        today=today or date.today(),  # noqa: DTZ011 - the day where the user is
        guard=Guard(chosen.import_memory_mb, chosen.import_timeout_s),
    )
    frame = look.table.frame.loc[look.kept]
    points = look_at_points(look)
    shown = gpd.GeoDataFrame(frame, geometry=points.to_numpy(dtype=object), crs=_CRS)
    shown.attrs["columns"] = dict(look.mapping.columns)
    return shown


def frame_of(
    features: Iterable[Feature],
    vocabulary: Vocabulary,
    own: Iterable[OwnField] = (),
) -> gpd.GeoDataFrame:
    """Return incidents as a GeoDataFrame, one row each, in the order given.

    Parameters
    ----------
    features
        GeoJSON Features of a layer that has been checked; may be none.
    vocabulary
        The categories, for the column of that name.
    own
        The layer's declared own fields: columns behind those of the model.

    Returns
    -------
    geopandas.GeoDataFrame
        As :meth:`geo.Layer.to_geodataframe` describes it.
    """
    chosen = (*fields(), *own_columns(own))
    shape_of = schema(chosen, geometry=False, nested=True)
    remaining = iter(features)
    batches: list[pa.RecordBatch] = []
    geometries: list[Any] = []
    while batch := list(islice(remaining, BATCH_ROWS)):
        batches += tables(batch, chosen, geometry=False, nested=True)
        geometries += [
            shape(part["geometry"]) if part["geometry"] else None for part in batch
        ]
    table = pa.Table.from_batches(batches, schema=shape_of)
    columns = {
        field.name: _series(field, table.column(field.name), vocabulary)
        for field in chosen
    }
    index = pd.Index(columns.pop("id"), name="id")
    frame = pd.DataFrame(columns).set_axis(index)
    return gpd.GeoDataFrame(frame, geometry=geometries, crs=_CRS)


def geocode(
    place: str, *, country: str | None = None, limit: int = 5, ask_all: bool = False
) -> gpd.GeoDataFrame:
    """Return where a place may be: the answers of the first geocoder that knows it.

    Asked in this order: the deployment's curated gazetteer; GeoNames
    (https://www.geonames.org, CC BY 4.0), which is on this machine; Nominatim, only if
    the deployment has set it up. Without that, nothing leaves this machine.

    Parameters
    ----------
    place
        A place's name in any script; for Nominatim an address as well.
    country
        ISO 3166-1 alpha-2 code, XK for Kosovo, to leave out places elsewhere.
    limit
        How many answers to take of one geocoder, at least 1.
    ask_all
        Ask every geocoder, not only until one answers.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a candidate, best first; no row where nobody knows the place.
        ``name``, ``country``, ``source`` (which geocoder), ``precision``,
        ``radius_m`` (uncertainty around the point in metres), ``origin`` (of the
        coordinates, with the licence), ``generalised`` (made coarser, since it may be
        a home), and ``geometry``: points in EPSG:4326, (lon, lat).

    Raises
    ------
    QueryError
        If the text is empty or too long, or the country is not such a code.
    SettingsError
        If Nominatim is set up by half.
    DataError
        If the curated gazetteer is at fault.
    GeocodingError
        If Nominatim was asked and failed.

    Examples
    --------
    >>> import geo
    >>> geo.geocode("Novi Sad", country="RS")[["country", "precision"]]
      country precision
    0      RS      city
    """
    answers = [
        asdict(candidate)
        for candidate in look_up(place, country=country, limit=limit, ask_all=ask_all)
    ]
    points = gpd.points_from_xy(
        [answer["lon"] for answer in answers], [answer["lat"] for answer in answers]
    )
    columns = pd.DataFrame(answers, columns=list(_CANDIDATE_TYPES))
    columns = columns.astype(_CANDIDATE_TYPES)
    return gpd.GeoDataFrame(columns, geometry=points, crs=_CRS)


def _series(field: Field, column: pa.ChunkedArray, vocabulary: Vocabulary) -> Any:  # noqa: ANN401 - of any type
    """Return a column as pandas has it."""
    if field.kind == Kind.DAY:
        # Seconds: nanoseconds, the older habit of pandas, end in 2262.
        seconds = column.cast(pa.timestamp("s")).to_numpy()
        return pd.Series(seconds, dtype="datetime64[s]")
    cells = column.to_pylist()
    if field.kind in {Kind.NAMES, Kind.PARTS}:
        return pd.Series(cells, dtype=object)
    if field.kind == Kind.JSON:
        loaded = [json.loads(cell) if cell else {} for cell in cells]
        return pd.Series(loaded, dtype=object)
    if field.name == "category":
        return pd.Categorical(cells, categories=list(vocabulary.ids()))
    allowed = list(field.values)
    if allowed and field.kind == Kind.TEXT:
        return pd.Categorical(cells, categories=allowed)
    return pd.Series(cells, dtype=_DTYPES[field.kind, field.nullable])


_DTYPES: Final[dict[tuple[Kind, bool], str]] = {
    (Kind.TEXT, True): "string",
    (Kind.TEXT, False): "string",
    (Kind.INTEGER, True): "Int64",
    (Kind.INTEGER, False): "int64",
    (Kind.NUMBER, True): "float64",
    (Kind.NUMBER, False): "float64",
    (Kind.TRUTH, True): "boolean",
    (Kind.TRUTH, False): "bool",
}
