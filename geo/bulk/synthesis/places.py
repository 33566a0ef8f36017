"""The columns about places, and their part of a feature."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely

from geo.base.grid import Floats, mercator_of, morton
from geo.bulk.synthesis.drawing import Small, as_json
from geo.bulk.synthesis.spots import (
    CODES,
    MADE_UP,
    NOWHERE,
    PRECISIONS,
    lines_to,
    parts_of,
    spots_of,
    synthetic_towns,
)
from geo.layer.table import place_number
from geo.model.folding import fold
from geo.model.geonames import country_name
from geo.model.incident import geometry_json
from geo.model.vocabulary import Precision

_RADII_M: Final = {
    Precision.VENUE: 100.0,
    Precision.STREET: 500.0,
    Precision.NEIGHBOURHOOD: 1_500.0,
    Precision.REGION: 50_000.0,
    Precision.COUNTRY: 300_000.0,
    Precision.LINE: 1_000.0,
}


def place_columns(key: Small) -> dict[str, pa.Array]:
    """Return the columns about places, and their parts of a feature, for a batch.

    In Z-order the same place comes many times in a row, so each is drawn once.
    """
    own, row = np.unique(key, return_inverse=True)
    town, precision, place = parts_of(own)
    towns = synthetic_towns()
    (lon, lat), (mark_lon, mark_lat) = spots_of(own)
    nowhere = precision == CODES[NOWHERE]
    line = precision == CODES[Precision.LINE]
    shapes: Any = shapely.points(lon, lat)
    shapes[line] = lines_to(town[line], lon[line], lat[line])
    shapes[nowhere] = None
    wkb = shapely.to_wkb(shapes, flavor="iso", byte_order=1)
    names = [
        _place_name(*part)
        for part in zip(town.tolist(), precision.tolist(), place.tolist(), strict=True)
    ]
    codes = [str(PRECISIONS[code][0]) for code in precision]
    radius_m = np.array(
        [
            _RADII_M.get(Precision(name), 0.0) if name != NOWHERE else 0.0
            for name, _, _ in PRECISIONS
        ]
    )
    radii_m = np.where(
        precision == CODES[Precision.CITY], towns.radius_m[town], radius_m[precision]
    )
    mx, my = mercator_of(mark_lon, mark_lat)
    bounds_deg = shapely.bounds(shapes)
    numbers = [
        None if none else place_number(name, code, float(radius), bytes_)
        for none, name, code, radius, bytes_ in zip(
            nowhere, names, codes, radii_m, wkb, strict=True
        )
    ]
    countries = [towns.country[index] for index in town]
    columns: dict[str, Any] = {
        "place": pa.array(names, pa.string()),
        "precision": pa.array(codes, pa.string(), mask=nowhere),
        "country": pa.array(countries, pa.string()),
        "radius_m": pa.array(radii_m, mask=nowhere),
        "place_no": pa.array(numbers, pa.int64()),
        "lon": pa.array(mark_lon, mask=nowhere),
        "lat": pa.array(mark_lat, mask=nowhere),
        "mx": pa.array(mx.astype(np.int32), mask=nowhere),
        "my": pa.array(my.astype(np.int32), mask=nowhere),
        **{
            name: pa.array(bounds_deg[:, column], mask=nowhere)
            for column, name in enumerate(("west", "south", "east", "north"))
        },
        "area": pa.array(line),
        "z_order": pa.array(np.where(nowhere, 0, morton(mx, my))),
        "geometry": pa.array(wkb, pa.binary()),
        "folded place": pa.array(list(map(fold, names)), pa.string()),
        "geometry text": pa.array(_geometry_texts(shapes, lon, lat)),
        "place text": pa.array(
            [
                f'"place":{said},"place_as_written":{said},"country":"{country}"'
                for said, country in zip(map(as_json, names), countries, strict=True)
            ]
        ),
        "precision text": pa.array(
            [
                '"precision":null,"radius_m":null'
                if none
                else f'"precision":"{code}","radius_m":{float(radius)!r}'
                for none, code, radius in zip(nowhere, codes, radii_m, strict=True)
            ]
        ),
        "town": pa.array([towns.name[index] for index in town], pa.string()),
    }
    rows = pa.array(row)
    return {name: column.take(rows) for name, column in columns.items()}


def _place_name(town: int, precision: int, place: int) -> str:
    """Name a place: real towns and countries, made-up places within them.

    A made-up place has no name from outside: a venue "in Country Homes" would read
    as somebody's dwelling, which no layer may place so finely.
    """
    name, towns = PRECISIONS[precision][0], synthetic_towns()
    if name in MADE_UP:
        return f"{MADE_UP[Precision(name)]} {place}"
    if name == Precision.REGION:
        return f"Around {towns.name[town]}"
    if name == Precision.COUNTRY:
        return country_name(towns.country[town])
    return "" if name == NOWHERE else towns.name[town]


def _geometry_texts(shapes: Any, lon: Floats, lat: Floats) -> list[str]:  # noqa: ANN401 - shapely
    """Return points and lines as GeoJSON text; null for none."""
    return [
        f'{{"type":"Point","coordinates":[{x!r},{y!r}]}}'
        if kind == shapely.GeometryType.POINT
        else ("null" if shape is None else as_json(geometry_json(shape)))
        for kind, shape, x, y in zip(
            shapely.get_type_id(shapes).tolist(),
            shapes,
            lon.tolist(),
            lat.tolist(),
            strict=True,
        )
    ]
