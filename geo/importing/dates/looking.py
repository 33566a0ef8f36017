"""Decides how the dates of a column are written, by all its rows together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.importing.dates.calendars import FIRST_YEARS, Calendar, year_of
from geo.importing.dates.counting import compact_of, numbers_of, unit_of
from geo.importing.dates.distinct import Distinct, distinct_of, utc_texts
from geo.importing.dates.hints import named_order, proposed_order
from geo.importing.dates.names import fold, mark_words
from geo.importing.dates.numerals import Triple, read_triple, triples_within
from geo.importing.dates.plain import read_digits
from geo.importing.dates.reading import are_iso, read_days
from geo.importing.dates.style import DateStyle, DoubleReading, Order
from geo.importing.dates.times import LONGEST, are_midnights, zones_named

_DIGIT: Final = re.compile(r"\d")
_YEAR_SHORT: Final = re.compile(r"(\d{4})\s*[-/]\s*(\d{2})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})(?:[-/. ]\d{1,2}){0,2}")
#: What only EDTF writes.
_ONLY_EDTF: Final = re.compile(
    r"\.\./\d{4}.*|\d{4}[\d-]*/\.\.|\[.*\d.*\]|\d{4}[\d-]*[~%]|\d{2,3}X{1,2}|\d{4}-(?:\d\d|XX)-XX"
    r"|\d{4}-\d\d(?:-\d\d)?/\d{4}-\d\d(?:-\d\d)?"
)
_FISCAL_NAME: Final = re.compile(
    r"fiscal|financial|school ?year|academic|skolska|budget|exercice|haushalt"
)
_PERSIAN_LANDS: Final = frozenset({"IR", "AF"})
_COMPACT_LENGTHS: Final = (8, 12, 14)
_LAST_MONTH: Final = 12
#: So many months that all have the number of the next year are none.
_MANY_YEARS: Final = 3
_MOSTLY: Final = 0.9
_SHOWN: Final = 3
_YEAR_DIGITS: Final = 4
_LONGEST_MONTH: Final = 31


@dataclass(frozen=True, slots=True)
class _Traits:
    """What the distinct days of a column look like, with the rows of each."""

    triples: Counter[Triple]
    written: dict[Triple, str]
    years: Counter[int]
    shorts: Counter[tuple[int, int]]
    is_edtf: bool
    has_day_31: bool


def look_at_dates(  # noqa: PLR0913 - each says something of the column from outside
    values: pd.Series,
    *,
    today: date,
    name: str = "",
    countries: Iterable[str] | None = None,
    language: str = "",
    order: Order = "",
    formats: Sequence[str] = (),
    is_edtf: bool = False,
) -> DateStyle:
    """Decide how the dates of a column are written, by all its rows.

    The order of the rows does not matter. Where some rows can only have the day first
    and others only the month, the majority decides.

    Parameters
    ----------
    values
        A column of texts, numbers, dates or a mixture; None, NaN and words such as
        "unknown" are blanks.
    today
        Two-digit years do not land after it.
    name
        Of the column, if the series has none.
    countries
        ISO 3166-1 alpha-2 codes of the records' countries, in any order.
    language
        Of the table's head, a CLDR code such as ``es``; empty for not known.
    order
        What a person said of the order; empty to decide it here.
    formats
        Patterns of strptime that a person set.
    is_edtf
        Whether the file says by other means that its dates are EDTF.

    Returns
    -------
    DateStyle
        For :func:`read_dates`. If ``is_decided`` is false, ask: ``examples`` has values
        with both readings, ``order`` the proposal, ``reason`` why.
    """
    distinct = distinct_of(values)
    style = DateStyle(
        today=today,
        name=name or ("" if values.name is None else str(values.name)),
        formats=tuple(formats),
        n_values=int(distinct.counts.sum()),
    )
    lands = list(countries or ())
    style = _with_times(_with_numbers(style, distinct), distinct)
    traits = _traits_of(distinct)
    calendar = _calendar_of(traits, today, lands)
    is_edtf = is_edtf or traits.is_edtf or "edtf" in fold(style.name)
    style = replace(
        style,
        calendar=calendar,
        is_edtf=is_edtf,
        is_fiscal=_is_fiscal(traits, style.name) and not is_edtf,
    )
    style = _with_order(style, traits, order, language, lands)
    edtf, _ = read_days(distinct.days, style, None)
    is_read = np.array([bool(one) for one in edtf], dtype=bool)
    n_read = int(distinct.day_counts[is_read].sum())
    return replace(style, share=n_read / style.n_values if style.n_values else 0.0)


def _with_numbers(style: DateStyle, distinct: Distinct) -> DateStyle:
    """Return the style with what the bare numbers of the column are."""
    compact = compact_of(distinct.days, distinct.day_counts, style)
    style = replace(style, compact=compact)
    is_compact = np.zeros(len(distinct.days), dtype=bool)
    numbers = numbers_of(distinct.days)
    lengths = np.array([len(text) for text in distinct.days], dtype=int)
    for length in _COMPACT_LENGTHS:
        alike = np.flatnonzero((lengths == length) & np.isfinite(numbers))
        fits = alike[
            [
                text.isdecimal() and bool(read_digits(text, style))
                for text in distinct.days[alike]
            ]
        ]
        if len(fits) >= _MOSTLY * len(alike):
            is_compact[fits] = True
    unit = unit_of(numbers, distinct.day_counts, is_compact, style.today)
    return replace(style, unit=unit)


def _with_times(style: DateStyle, distinct: Distinct) -> DateStyle:
    """Return the style with what is known of times of day and zones."""
    is_timed = distinct.texts != distinct.days[distinct.day_codes]
    if not len(distinct.texts) or not is_timed.any():
        return style
    texts = distinct.texts[is_timed]
    return replace(
        style,
        n_utc=int(distinct.counts[is_timed & utc_texts(distinct)].sum()),
        zones=zones_named(texts),
        are_midnights=bool(are_midnights(texts).all()),
    )


def _traits_of(distinct: Distinct) -> _Traits:
    """Return what the distinct days of a column look like."""
    counts = distinct.day_counts
    is_iso = are_iso(distinct.days)
    years, has_day_31 = _iso_years(distinct.days[is_iso], counts[is_iso])
    traits = _Traits(Counter(), {}, years, Counter(), False, has_day_31)
    is_edtf = False
    is_word = ~is_iso & ~(
        np.isfinite(numbers_of(distinct.days)) & ~_are_years(distinct)
    )
    for text, count in zip(distinct.days[is_word], counts[is_word], strict=True):
        if len(text) > LONGEST or not _DIGIT.search(text):
            continue
        is_edtf = is_edtf or bool(_ONLY_EDTF.fullmatch(text))
        marked = mark_words(text)
        for triple in triples_within(marked):
            traits.triples[triple] += int(count)
            shown = traits.written.get(triple)
            traits.written[triple] = min(text, shown) if shown else text
        short = _YEAR_SHORT.fullmatch(marked)
        if short:
            traits.shorts[int(short[1]), int(short[2])] += int(count)
        elif _YEAR_FIRST.fullmatch(marked):
            traits.years[int(marked[:4])] += int(count)
    for triple, count in traits.triples.items():
        if triple.group.endswith("4"):
            traits.years[triple.parts[2]] += count
    return replace(
        traits,
        is_edtf=is_edtf,
        has_day_31=has_day_31
        or any(_LONGEST_MONTH in triple.parts for triple in traits.triples),
    )


def _are_years(distinct: Distinct) -> NDArray[np.bool_]:
    """Return which of the days are four bare digits."""
    return np.array([len(text) == _YEAR_DIGITS for text in distinct.days], dtype=bool)


def _iso_years(
    days: NDArray[np.object_], counts: NDArray[np.intp]
) -> tuple[Counter[int], bool]:
    """Return the years of ISO days with their rows, and whether one is a 31st."""
    series = pd.Series(days, dtype="str")
    distinct, codes = np.unique(
        series.str[:4].to_numpy(dtype="int64", na_value=0), return_inverse=True
    )
    rows = np.bincount(codes, counts, minlength=len(distinct))
    years = Counter(
        dict(zip(distinct.tolist(), rows.astype(int).tolist(), strict=True))
    )
    return years, bool(series.str.endswith("-31").any())


def _calendar_of(traits: _Traits, today: date, countries: list[str]) -> Calendar:
    """Return the calendar that nearly all years of a column are likely of."""
    whole = sum(traits.years.values())

    def are_mostly(first: int, last: int) -> bool:
        rows = sum(n for year, n in traits.years.items() if first <= year <= last)
        return rows >= _MOSTLY * whole

    if not whole:
        return "gregorian"
    last_buddhist = year_of(today, "buddhist") + 1
    if are_mostly(FIRST_YEARS["buddhist"], last_buddhist):
        return "buddhist"
    last_persian, last_islamic = year_of(today, "persian"), year_of(today, "islamic")
    if not are_mostly(FIRST_YEARS["persian"], last_islamic + 1):
        return "gregorian"
    # The years of both overlap: only one may exclude the other.
    if traits.has_day_31:
        return "persian"
    if not are_mostly(FIRST_YEARS["persian"], last_persian + 1):
        return "islamic"
    lands = {code.upper() for code in countries}
    return "islamic" if lands and not lands & _PERSIAN_LANDS else "persian"


def _is_fiscal(traits: _Traits, name: str) -> bool:
    """Tell whether ``2019-20`` is the year from 2019 to 2020 in this column."""
    whole = sum(traits.shorts.values())
    following = {
        pair: rows
        for pair, rows in traits.shorts.items()
        if pair[1] == (pair[0] + 1) % 100
    }
    if not whole or sum(following.values()) < _MOSTLY * whole:
        return False
    excludes_month = any(short > _LAST_MONTH for _, short in following)
    return (
        excludes_month
        or len(following) >= _MANY_YEARS
        or bool(_FISCAL_NAME.search(fold(name)))
    )


def _orders_of(
    support: Mapping[str, Counter[Order]], best: Sequence[Order]
) -> dict[str, Order]:
    """Return the order of each group of dates that has one, by itself or its sign."""
    orders: dict[str, Order] = {}
    for group, counter in support.items():
        own = _best(counter)
        if len(own) == 1:
            orders[group] = own[0]
        elif group.endswith("y"):
            orders[group] = "ymd"
        elif group.startswith(".") and len(support) > 1 and [*best] == ["mdy"]:
            # Nobody has the month first before dots, whatever slashes beside them say.
            orders[group] = "dmy"
    return orders


def _with_order(
    style: DateStyle,
    traits: _Traits,
    order: Order,
    language: str,
    countries: list[str],
) -> DateStyle:
    """Return the style with the order of dates of three numbers."""
    if order or not traits.triples:
        return replace(style, order=order, reason="it was said so" if order else "")
    readings = {
        triple: {one: read_triple(triple, one, style) for one in triple.orders}
        for triple in traits.triples
    }
    support: dict[str, Counter[Order]] = {}
    column: Counter[Order] = Counter()
    open_triples: Counter[Triple] = Counter()
    for triple, rows in traits.triples.items():
        fitting = [one for one, edtf in readings[triple].items() if edtf]
        group = support.setdefault(triple.group, Counter())
        for one in triple.orders:
            group[one] += rows * (one in fitting)
            if not triple.group.endswith("y"):
                column[one] += rows * (one in fitting)
        if len({readings[triple][one] for one in fitting}) > 1:
            open_triples[triple] = rows
    best = _best(column)
    orders = _orders_of(support, best)
    open_triples = Counter(
        {
            triple: rows
            for triple, rows in open_triples.items()
            if triple.group not in orders
        }
    )
    if len(best) == 1 or not open_triples:
        main = best[0] if best else "ymd"
        return replace(style, order=main, orders=orders, reason="the rows say so")
    named = named_order(style.name)
    if named in best:
        return replace(
            style, order=named, orders=orders, reason="the column's name says so"
        )
    proposal, reason = proposed_order(
        open_triples, best, style, language=language, countries=countries
    )
    shown = sorted(
        open_triples, key=lambda triple: (-open_triples[triple], triple.parts)
    )
    examples = tuple(
        DoubleReading(
            traits.written[triple],
            {one: readings[triple][one] for one in best if readings[triple].get(one)},
        )
        for triple in shown[:_SHOWN]
    )
    return replace(
        style,
        order=proposal,
        orders=orders,
        is_decided=False,
        reason=reason,
        examples=examples,
    )


def _best(support: Counter[Order]) -> tuple[Order, ...]:
    """Return the orders that fit the most rows."""
    most = max(support.values(), default=0)
    return tuple(sorted(order for order, rows in support.items() if rows == most > 0))
