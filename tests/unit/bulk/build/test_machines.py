"""A machine keeps to the memory that it may take."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from geo.bulk.build.machines import open_machine

# ibis 12 calls DuckDB by names that DuckDB 2 has renamed.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_duckdb_takes_no_more_memory_than_said_and_then_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sort of more than that ends well, and leaves nothing behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with open_machine("duckdb", "", memory_mb=200) as machine:
        backend = machine._backend  # type: ignore[attr-defined]
        said = "SELECT current_setting('memory_limit')"
        [[limit]] = backend.raw_sql(said).fetchall()
        numbers = tmp_path / "numbers.parquet"
        backend.raw_sql(
            "CREATE VIEW hashes AS SELECT md5(range::VARCHAR) AS a, "
            "md5((range + 1)::VARCHAR) AS b, md5((range + 2)::VARCHAR) AS c "
            "FROM range(1500000)"
        )
        backend.raw_sql(f"COPY hashes TO '{numbers}' (FORMAT parquet)")
        rows = machine.read([numbers])
        machine.write(rows.order_by("a"), tmp_path / "sorted")

    [ordered] = (tmp_path / "sorted").iterdir()
    assert pq.read_metadata(ordered).num_rows == 1_500_000
    assert limit == "190.7 MiB"
    assert {path.name for path in tmp_path.iterdir()} == {"numbers.parquet", "sorted"}
