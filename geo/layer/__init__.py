"""The layer: a GeoJSON file of incidents, read whole or refused whole.

:mod:`geo.geojson` reads the file, the JSON Schema in ``data/schema`` says what
each property is, and the rules say what a schema cannot: that dates agree, that a
radius fits its precision, that sources and categories are known, and that nothing is
recorded that could harm people. Every fault of a file is found in one reading.

::

    reading                     a whole file, or all of its faults
    ├── schema                  what each property is, in plain words
    └── rules                   what a schema cannot say
        ├── dates, places, claims
        └── harm, texts         what is never written
    record                      below all of these
"""

from geo.base.paths import SCHEMA
from geo.layer.claims import MOST_CONTEXT_WORDS, MOST_QUOTE_WORDS, SUPPORTED
from geo.layer.reading import Layer, check_layer, dump_layer, parse_layer, read_layer
from geo.layer.record import Problem

__all__ = [
    "MOST_CONTEXT_WORDS",
    "MOST_QUOTE_WORDS",
    "SCHEMA",
    "SUPPORTED",
    "Layer",
    "Problem",
    "check_layer",
    "dump_layer",
    "parse_layer",
    "read_layer",
]
