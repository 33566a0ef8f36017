"""Raw dumps into a partitioned layer, on one machine or on many.

``dumps`` reads single files, ``apart`` has them read in a process of their own,
``shapes`` judges their geometries, ``lookups`` is what only Python can tell of a value,
``rows`` says as ibis expressions what becomes of a row, ``machines`` runs those on
DuckDB or Apache Spark, ``run`` does it all, one partition after another.
"""
