"""Rows of dumps as ibis expressions: what they repeat of the library agrees with it."""

from __future__ import annotations

import ibis
import numpy as np
import pyarrow as pa

from geo.base.grid import GRID_BITS, mercator_of, morton
from geo.bulk.build.rows import KEPT, TILE_BITS, UNPLACED, gridded

COMPUTED = {"mx", "my", "z", "tile"}


def test_a_row_lies_on_the_grid_where_the_library_has_it() -> None:
    """Mercator and Z-order are spelled again for engines; both spellings agree."""
    rng = np.random.default_rng(11)
    lon = np.concatenate([rng.uniform(-180, 180, 500), [-180.0, 180.0, 0.0]])
    lat = np.concatenate([rng.uniform(-90, 90, 500), [90.0, -90.0, 0.0]])
    others = [name for name in (*KEPT, "reason") if name not in COMPUTED]
    rows = [
        {**dict.fromkeys(others, ""), "reason": None, "lon": x, "lat": y}
        for x, y in zip(lon.tolist(), lat.tolist(), strict=True)
    ]
    rows.append({**rows[0], "lon": None, "lat": None})
    types = dict.fromkeys(others, pa.string()) | dict.fromkeys(
        ("lon", "lat"), pa.float64()
    )
    table = pa.Table.from_pylist(rows, pa.schema(types))

    *placed, unplaced = gridded(ibis.memtable(table)).to_pyarrow().to_pylist()

    mx, my = mercator_of(lon, lat)
    # The last bit of a logarithm may differ: a 27th of a millimetre.
    assert np.abs(mx - [row["mx"] for row in placed]).max() <= 1
    assert np.abs(my - [row["my"] for row in placed]).max() <= 1
    z_order = [morton(row["mx"], row["my"]) for row in placed]
    assert [row["z"] for row in placed] == z_order
    tiles = [f"{z >> (2 * GRID_BITS - TILE_BITS):02}" for z in z_order]
    assert [row["tile"] for row in placed] == tiles
    assert unplaced["tile"] == UNPLACED
