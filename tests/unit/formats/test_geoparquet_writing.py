"""GeoParquet: typed columns, and a bbox to filter by."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq

from tests.unit.formats.samples import AWKWARD, file_of, selection_of


def test_geoparquet_has_typed_columns_and_a_bbox_to_filter_by(tmp_path: Path) -> None:
    """OGC 23-066 1.1, with lists as lists and days as days."""
    path = tmp_path / "a.parquet"
    path.write_bytes(file_of(selection_of(*AWKWARD), "geoparquet"))

    table = pq.read_table(path)
    geo = json.loads(pq.read_metadata(path).metadata[b"geo"])

    assert geo["version"] == "1.1.0"
    column = geo["columns"][geo["primary_column"]]
    assert column["encoding"] == "WKB"
    assert set(column["geometry_types"]) == {"Point", "LineString", "Polygon"}
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert column["bbox"] == [-179, 0, 179, 45.5]
    assert str(table.schema.field("date_earliest").type) == "date32[day]"
    assert str(table.schema.field("generalised").type) == "bool"
    assert table.column("alleged_by").to_pylist()[6] == ["A; B", "C", "[D]"]
    assert table.column("bbox").to_pylist()[1] is None
