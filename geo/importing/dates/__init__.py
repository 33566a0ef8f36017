"""Dates of other people's tables, read as EDTF.

Patterns are decided for a column by all its rows, never row by row against the
evidence of the others: :func:`look_at_dates` decides, :func:`read_dates` reads.

::

    looking, hints      how a column is written, by all its rows
    reading             the column as EDTF, and what is to be told
    ├── counting        numbers since 1970, and Excel's
    └── grammar         one date in words, signs or digits
        ├── spans       two dates with something between
        ├── plain       day, month and year
        └── numerals    three numbers
    names, words.toml   months and other words, in many languages
    times, calendars    what is taken off, what is converted
    joining             start and end; year, month and day
    oddities, likeness  years far from the others; is it a column of dates at all
"""

from __future__ import annotations

from geo.importing.dates.joining import join_dates, join_parts
from geo.importing.dates.likeness import dates_likeness
from geo.importing.dates.looking import look_at_dates
from geo.importing.dates.names import names_month, says_now
from geo.importing.dates.oddities import odd_years
from geo.importing.dates.patterns import check_formats
from geo.importing.dates.reading import DatesRead, read_dates
from geo.importing.dates.style import DateStyle, DoubleReading

__all__ = [
    "DateStyle",
    "DatesRead",
    "DoubleReading",
    "check_formats",
    "dates_likeness",
    "join_dates",
    "join_parts",
    "look_at_dates",
    "names_month",
    "odd_years",
    "read_dates",
    "says_now",
]
