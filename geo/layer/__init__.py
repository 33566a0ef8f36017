"""The layer: incidents that have passed every check, from a file or made in code.

:mod:`geo.layer.geojson` reads the file, the JSON Schema in ``data/schema`` says what
each property is, and the rules say what a schema cannot: that dates agree, that a
radius fits its precision, that sources and categories are known, and that nothing is
recorded that could harm people. Every fault of a file is found in one reading.

::

    reading                     a whole file, or all of its faults
    ├── rules                   the rule book: check(features)
    │   ├── schema              what each property is, in plain words
    │   ├── dates, places, claims       what a schema cannot say
    │   ├── grades              what is wanted beside what is needed
    │   └── harm, texts         what is never written
    │       └── case            one feature as the rules see it
    └── seal                    that a layer has passed, and its version
    columns                     which records of a table pass, over rules
    table                       a layer as columns, over seal
"""

from geo.base.paths import SCHEMA
from geo.layer.claims import MOST_CONTEXT_WORDS, MOST_QUOTE_WORDS, SUPPORTED
from geo.layer.grades import Grade, Grades
from geo.layer.reading import (
    IncidentCollection,
    check_collection,
    collection_of,
    dump_collection,
    examine_collection,
    parse_collection,
    read_collection,
)
from geo.layer.rules import Checked, check

__all__ = [
    "MOST_CONTEXT_WORDS",
    "MOST_QUOTE_WORDS",
    "SCHEMA",
    "SUPPORTED",
    "Checked",
    "Grade",
    "Grades",
    "IncidentCollection",
    "check",
    "check_collection",
    "collection_of",
    "dump_collection",
    "examine_collection",
    "parse_collection",
    "read_collection",
]
