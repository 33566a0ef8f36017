"""Raw dumps into a partitioned layer, on one machine or on many.

``dumps`` reads single files, ``shapes`` their geometries, ``lookups`` what only Python
can tell of a value, ``rows`` says as ibis expressions what becomes of a row,
``machines`` runs those on DuckDB or Apache Spark, ``run`` does it all, one partition
after another.
"""

from geo.bulk.build.machines import ENGINES, Machine, open_machine
from geo.bulk.build.run import Built, Stage, build_layer

__all__ = [
    "ENGINES",
    "Built",
    "Machine",
    "Stage",
    "build_layer",
    "open_machine",
]
