"""Raw dumps into a partitioned layer, on one machine or on many.

``dumps`` reads single files, ``lookups`` what only Python can tell of a value,
``rows`` says as ibis expressions what becomes of a row, ``machines`` runs those on
DuckDB or Apache Spark, ``run`` does it all, one partition after another.
"""

from geo.build.lookups import country_codes
from geo.build.machines import ENGINES, Machine, open_machine
from geo.build.run import Built, Stage, build_layer

__all__ = [
    "ENGINES",
    "Built",
    "Machine",
    "Stage",
    "build_layer",
    "country_codes",
    "open_machine",
]
