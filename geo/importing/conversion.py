"""Converts records of any file to incidents: reports each change, invents nothing.

A column is taken for the property of its name, or of the name the caller maps it to;
further columns are kept as further properties. What an incident needs and no column
has comes from the caller's defaults; where they have none, the record is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from geo.base.characters import printable
from geo.base.settings import settings
from geo.formats.coordinates import is_empty
from geo.formats.records import Raw
from geo.formats.rows import value_of
from geo.importing.dating import joined_date, read_date
from geo.importing.identity import Conversion, set_geometry, set_id
from geo.importing.options import (
    DATE_PARTS,
    DERIVED,
    FURTHER,
    PLACES,
    ImportOptions,
    default_of,
)
from geo.layer import MOST_QUOTE_WORDS
from geo.model.dates import bounds
from geo.model.fields import Kind, field_named, fields, own_columns
from geo.model.geonames import country_code
from geo.model.incident import PROPERTIES
from geo.model.own_fields import parse_own_fields
from geo.model.text import first_words
from geo.model.vocabulary import Precision

#: What every incident needs and only a person or a column can say.
REQUIRED: Final = ("title", "category")
#: Properties of which an empty text says nothing.
_NULL_IF_EMPTY: Final = ("summary", "kind", "status", "updated")
_SPACES: Final = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+ *")
_LONGEST_TITLE: Final = 200
_LONGEST_SUMMARY: Final = 2000
_OWN: Final = frozenset({"id", "title", "category", "kind", "status", "citations"})
#: Columns that our own tables have beside properties.
_OWN_FURTHER: Final = DERIVED | PLACES | {"row_no", "bbox"}


def convert(raw: Raw, options: ImportOptions) -> Iterator[Conversion]:
    """Go through the records of a file as conversions, in file order."""
    ours = is_export(raw)
    # GeoJSON has further properties as they are, tables have them in a column.
    table = ours and raw.format != "geojson"
    used: dict[str, int] = {}
    for index, feature in enumerate(raw.features):
        conversion = Conversion(index, {"type": "Feature", "id": feature["id"]})
        properties = _clean(feature["properties"], conversion, ours=ours)
        values = _renamed(properties, options, leave_out=_OWN_FURTHER if table else ())
        set_geometry(feature["geometry"], conversion)
        extra = values.pop("extra", None) if table else None
        _set_properties(values, conversion, options, ours=ours)
        if extra:
            conversion.feature["properties"] |= _extra(extra, conversion)
        set_id(values, conversion, used)
        own = {"type", "id", "geometry", "properties", "bbox"}
        conversion.feature |= {
            name: feature[name] for name in feature if name not in own
        }
        yield conversion


def is_export(raw: Raw) -> bool:
    """Tell whether this project exported a file, by the file's columns."""
    return set(raw.columns) | {"id"} >= _OWN and (
        "id" in raw.columns or raw.format == "geojson"
    )


def missing(conversions: Iterable[Conversion]) -> dict[str, int]:
    """Return how many conversions lack each thing that only the caller can say."""
    counts: dict[str, int] = {}
    for conversion in conversions:
        properties = conversion.feature["properties"]
        lacking = [name for name in REQUIRED if properties.get(name) in {None, ""}]
        if not properties.get("citations"):
            lacking.append("citations")
        for name in lacking:
            counts[name] = counts.get(name, 0) + 1
    return counts


def _clean(
    properties: Mapping[str, Any], conversion: Conversion, *, ours: bool
) -> dict[str, Any]:
    """Return properties without the characters that do not print."""
    if ours:
        # What an export holds has been checked; what has not will be refused.
        return dict(properties)
    cleaned: dict[str, Any] = {}
    for name, value in properties.items():
        kept, shown = _printable(value), printable(name)
        if kept != value or shown != name:
            message = "line breaks and characters that do not print became spaces."
            conversion.changes.append((shown, message, ""))
        cleaned[shown] = kept
    return cleaned


def _printable(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return printable(_SPACES.sub(" ", value))
    if isinstance(value, list):
        return [_printable(part) for part in value]
    if isinstance(value, dict):
        return {_printable(name): _printable(part) for name, part in value.items()}
    return value


def _renamed(
    properties: Mapping[str, Any], options: ImportOptions, *, leave_out: Collection[str]
) -> dict[str, Any]:
    """Return values by the properties they are for; unknown names stay."""
    values: dict[str, Any] = {}
    for column, value in properties.items():
        if column in options.drop or column in leave_out:
            continue
        target = options.mapped.get(column, column).removeprefix(FURTHER)
        if target in PLACES and column in options.mapped:
            continue
        values.setdefault(target, value)
        if column in options.mapped:
            values[target] = value
    for target, value in list(values.items()):
        replaced = options.values.get((target, str(value)))
        if replaced is not None:
            values[target] = replaced
    return values


def _set_properties(
    values: dict[str, Any],
    conversion: Conversion,
    options: ImportOptions,
    *,
    ours: bool,
) -> None:
    """Fill in the properties of an incident, in the order they are written."""
    if not ours:
        _set_country(values, conversion)
    written: dict[str, Any] = {}
    for name in PROPERTIES:
        written[name] = _property(name, values, conversion, options)
    written["date"] = _date(values, conversion, options, ours=ours)
    written["date_earliest"], written["date_latest"] = _ends(written["date"])
    if not ours:
        _shorten(written, conversion)
    _fit_place(written, conversion, options)
    if not written["citations"] and options.source:
        _cite(written, values, options)
    written["updated"] = written["updated"] or options.today
    written["version"] = written["version"] or 1
    for name in _NULL_IF_EMPTY:
        written[name] = written[name] or None
    read = {*PROPERTIES}
    if not ours or conversion.feature["id"] is None:
        read |= {"id", "quote", *DATE_PARTS}
    further = {name: value for name, value in values.items() if name not in read}
    further = _typed(further)
    conversion.feature["properties"] = written | further


def _typed(further: dict[str, Any]) -> dict[str, Any]:
    """Return own fields with declared ones of their type; what is of another stays."""
    for column in own_columns(parse_own_fields(settings().fields)):
        written = further.get(column.name)
        if written is None or written == "":
            further.pop(column.name, None)
            continue
        try:
            value = value_of(column, written)
        except ValueError:
            continue
        if column.own and column.own.fits(value):
            further[column.name] = value
    return further


def _set_country(values: dict[str, Any], conversion: Conversion) -> None:
    """Write the code of a country that is given by its name."""
    written = values.get("country")
    code = country_code(written) if isinstance(written, str) else None
    if code and code != written:
        values["country"] = code
        conversion.changes.append(("country", f"{written!r} became {code!r}.", ""))


def _property(
    name: str, values: Mapping[str, Any], conversion: Conversion, options: ImportOptions
) -> Any:  # noqa: ANN401 - any JSON value
    """Return one property: from its column, from the defaults, or empty."""
    described = field_named(name)
    if described is None:  # pragma: no cover - every property has a column
        msg = f"{name} is not in the data dictionary"
        raise KeyError(msg)
    empty = value_of(described, None)
    written = values.get(name)
    if isinstance(written, str) and described.kind != Kind.TEXT:
        written = written.strip()
    if name == "date":
        return None
    try:
        value = value_of(described, written)
    except ValueError as error:
        conversion.problems.append(
            (name, f"{error}.", "Correct it, or map another column.")
        )
        return empty
    if value in (None, "", []) and name in options.defaults:
        return default_of(name, options.defaults[name])
    return value


def _date(
    values: Mapping[str, Any],
    conversion: Conversion,
    options: ImportOptions,
    *,
    ours: bool,
) -> str | None:
    cell = values.get("date")
    try:
        if not ours and any(values.get(name) is not None for name in DATE_PARTS):
            return joined_date(*_date_parts(values, conversion))
        if cell is None or str(cell).strip() == "":
            return options.defaults.get("date")
        if not ours and is_empty(cell):
            message = f"{cell!r} was read as no date."
            conversion.changes.append(("date", message, "Leave it empty."))
            return options.defaults.get("date")
        text = str(cell)
        if ours:
            bounds(text)
            return text
        written, change = read_date(text, options.date_formats)
    except (ValueError, AttributeError, TypeError) as error:
        conversion.problems.append(("date", f"{error}.", ""))
        return None
    if change:
        conversion.changes.append(
            ("date", f"{text!r} became {written!r}: {change}.", "")
        )
    return written


def _date_parts(values: Mapping[str, Any], conversion: Conversion) -> list[Any]:
    """Return year, month and day; a month or day of 0 stands for an unknown one."""
    parts = [
        None if is_empty(values.get(name)) else values[name] for name in DATE_PARTS
    ]
    for place, name in enumerate(DATE_PARTS[1:], 1):
        if str(parts[place]).strip() in {"0", "00", "0.0"}:
            parts[place] = None
            message = "0 was read as not known."
            conversion.changes.append(
                (name.replace(".", " "), message, "Leave it empty.")
            )
    return parts


def _ends(written: str | None) -> tuple[str | None, str | None]:
    if written is None:
        return None, None
    try:
        days = bounds(written)
    except (ValueError, AttributeError, TypeError):
        return None, None  # said by the check of the layer
    return (
        days.earliest.isoformat() if days.earliest else None,
        days.latest.isoformat() if days.latest else None,
    )


def _shorten(written: dict[str, Any], conversion: Conversion) -> None:
    """Cut titles and summaries that are too long, and report it."""
    for name, most in (("title", _LONGEST_TITLE), ("summary", _LONGEST_SUMMARY)):
        text = written[name]
        if isinstance(text, str) and len(text) > most:
            written[name] = text[: most - 1].rstrip() + "…"
            message = f"{len(text)} characters were cut to {most}."
            conversion.changes.append((name, message, "Shorten it in your own words."))


def _fit_place(
    written: dict[str, Any], conversion: Conversion, options: ImportOptions
) -> None:
    """Give places their precision, and none to records without a place."""
    geometry = conversion.feature["geometry"]
    for name in ("precision", "radius_m"):
        if geometry is None and name in options.defaults:
            written[name] = None
    kind = geometry["type"] if geometry else ""
    by_default = written["precision"] == options.defaults.get("precision")
    wrong = written["precision"] not in {None, Precision.LINE}
    if kind == "LineString" and by_default and wrong:
        written["precision"] = str(Precision.LINE)
        message = "is 'line' instead of the default: the geometry is a line."
        conversion.changes.append(("precision", message, ""))


def _cite(
    written: dict[str, Any],
    values: Mapping[str, Any],
    options: ImportOptions,
) -> None:
    """Cite the caller's source by words of the record as the file has them."""
    mapped = values.get("quote") or options.defaults.get("quote")
    words = mapped or values.get("title") or ""
    quote = first_words(str(words), MOST_QUOTE_WORDS)
    citation = {"source": options.source, "quote": quote or None}
    citation |= {"prefix": "", "suffix": ""}
    written["citations"] = [citation | {"supports": []}]


def _extra(written: Any, conversion: Conversion) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    described = next(field for field in fields() if field.name == "extra")
    try:
        value = value_of(described, written)
    except ValueError as error:
        conversion.problems.append(("extra", f"{error}.", "Export it again."))
        return {}
    return dict(value) if isinstance(value, dict) else {"extra": value}
