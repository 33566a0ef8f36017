"""Records of any file turned into incidents, each change told, nothing invented.

A column is taken for the property of its name, or of the name the caller maps it to;
further columns are kept as further properties. What an incident needs and no column
has comes from the caller's defaults; where they have none, the record is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from anyascii import anyascii
from shapely import line_merge, union_all
from shapely.geometry import mapping, shape

from geo.dates import bounds
from geo.errors import QueryError
from geo.export.fields import PLACE_FIELDS, Kind, field_named, fields
from geo.export.rows import value_of
from geo.importing.dating import joined_date, read_date
from geo.importing.raw import Raw
from geo.incident import PROPERTIES
from geo.sources import is_slug
from geo.text import count_words
from geo.vocabulary import Precision

MOST_QUOTE_WORDS: Final = 12
#: Where, what, remedy.
Told = tuple[str, str, str]
_PLACES: Final = frozenset(part.name for part in PLACE_FIELDS)
_DATE_PARTS: Final = ("date.year", "date.month", "date.day")
_FURTHER: Final = "extra."
#: What a column may be mapped to, beside further properties.
TARGETS: Final = frozenset(PROPERTIES) | _PLACES | {"id", "quote", *_DATE_PARTS}
#: What a default may be given for.
DEFAULTS: Final = frozenset(PROPERTIES) | {"quote"}
#: What every incident needs and only a person or a column can say.
REQUIRED: Final = ("title", "summary", "category", "kind", "status")
_SPACES: Final = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+ *")
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_APART: Final = re.compile(r"[^a-z0-9]+")
_LONGEST_ID: Final = 80
_LONGEST_TITLE: Final = 200
_LONGEST_SUMMARY: Final = 2000
_OWN: Final = frozenset({"id", "title", "summary", "category", "kind", "updated"})
_DERIVED: Final = frozenset(
    {"date_earliest", "date_latest", "acled_geo_precision", "ucdp_where_prec"}
)
#: Columns that our own tables have beside properties.
_OWN_FURTHER: Final = _DERIVED | _PLACES | {"row_no", "bbox"}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller says of the records.

    Parameters
    ----------
    mapped
        Properties by column, one of :data:`TARGETS` or ``extra.NAME``.
    values
        Other values by property and value: what a file calls "strike" may be a
        "demonstration" here.
    defaults
        Values of properties where a record has none, one of :data:`DEFAULTS`.
    source
        Id of the source that records without citations stand on; empty for none.
    drop
        Columns that are left out.
    date_formats
        As for :func:`geo.importing.dating.read_date`.
    today
        The day that records which do not say are called last changed.
    """

    mapped: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    drop: Collection[str] = ()
    date_formats: tuple[str, ...] = ()
    today: str = ""


@dataclass(slots=True)
class Draft:
    """A record on its way to be an incident.

    Parameters
    ----------
    index
        Its place in the file, from 0.
    feature
        The GeoJSON Feature so far.
    problems
        What refuses it.
    changes
        What was changed.
    """

    index: int
    feature: dict[str, Any]
    problems: list[Told] = field(default_factory=list)
    changes: list[Told] = field(default_factory=list)


def check_wishes(wishes: Wishes, raw: Raw) -> None:
    """Refuse wishes that do not fit the file or the model.

    Raises
    ------
    QueryError
        Naming the option, the value and what there is.
    """
    for option, columns in (("map", wishes.mapped), ("drop", wishes.drop)):
        for column in columns:
            taken = wishes.mapped.get(column) in _PLACES
            if column not in raw.columns and not taken and raw.features:
                shown = ", ".join(map(repr, raw.columns)) or "none"
                msg = f"{column!r} is not a column of the file. Columns are {shown}."
                raise QueryError(option, msg)
    for target in wishes.mapped.values():
        if target not in TARGETS and not target.startswith(_FURTHER):
            shown = ", ".join(sorted(TARGETS))
            msg = f"{target!r} is not a property. Write one of {shown}, or extra.NAME."
            raise QueryError("map", msg)
    targets = [target for target in wishes.mapped.values() if target in TARGETS]
    for target in targets:
        if targets.count(target) > 1:
            raise QueryError("map", f"two columns are mapped to {target!r}.")
    for name, text in wishes.defaults.items():
        _default(name, text)


def drafts(raw: Raw, wishes: Wishes) -> Iterator[Draft]:
    """Go through the records of a file as drafts, in file order."""
    ours = is_export(raw)
    # GeoJSON has further properties as they are, tables have them in a column.
    table = ours and raw.format != "geojson"
    used: set[str] = set()
    for index, feature in enumerate(raw.features):
        draft = Draft(index, {"type": "Feature", "id": feature["id"]})
        properties = _clean(feature["properties"], draft, ours=ours)
        found = _renamed(properties, wishes, leave_out=_OWN_FURTHER if table else ())
        _set_geometry(feature["geometry"], draft)
        extra = found.pop("extra", None) if table else None
        _set_properties(found, draft, wishes, ours=ours)
        if extra:
            draft.feature["properties"] |= _extra(extra, draft)
        _set_id(found, draft, used)
        own = {"type", "id", "geometry", "properties", "bbox"}
        draft.feature |= {name: feature[name] for name in feature if name not in own}
        yield draft


def is_export(raw: Raw) -> bool:
    """Tell whether a file is an export of ours: it has the columns of one."""
    return set(raw.columns) | {"id"} >= _OWN and (
        "id" in raw.columns or raw.format == "geojson"
    )


def missing(all_drafts: Iterable[Draft]) -> dict[str, int]:
    """Return how many drafts lack each thing that only the caller can say."""
    found: dict[str, int] = {}
    for draft in all_drafts:
        properties = draft.feature["properties"]
        lacking = [name for name in REQUIRED if properties.get(name) in {None, ""}]
        if not properties.get("citations"):
            lacking.append("citations")
        if draft.feature["geometry"] is not None:
            lacking += [
                name
                for name in ("precision", "radius_m")
                if properties.get(name) is None
            ]
        for name in lacking:
            found[name] = found.get(name, 0) + 1
    return found


# --- columns to properties ---------------------------------------------------


def _clean(
    properties: Mapping[str, Any], draft: Draft, *, ours: bool
) -> dict[str, Any]:
    """Return properties without the characters that do not print."""
    if ours:
        # What an export holds has been checked; what has not will be refused.
        return dict(properties)
    cleaned: dict[str, Any] = {}
    for name, value in properties.items():
        kept = _printable(value)
        if kept != value:
            message = "line breaks and characters that do not print became spaces."
            draft.changes.append((name, message, ""))
        cleaned[name] = kept
    return cleaned


def _printable(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", _SPACES.sub(" ", value))
    if isinstance(value, list):
        return [_printable(part) for part in value]
    if isinstance(value, dict):
        return {_printable(name): _printable(part) for name, part in value.items()}
    return value


def _renamed(
    properties: Mapping[str, Any], wishes: Wishes, *, leave_out: Collection[str]
) -> dict[str, Any]:
    """Return values by the properties they are for; unknown names stay."""
    found: dict[str, Any] = {}
    for column, value in properties.items():
        if column in wishes.drop or column in leave_out:
            continue
        target = wishes.mapped.get(column, column).removeprefix(_FURTHER)
        if target in _PLACES and column in wishes.mapped:
            continue
        found.setdefault(target, value)
        if column in wishes.mapped:
            found[target] = value
    for target, value in list(found.items()):
        replaced = wishes.values.get((target, str(value)))
        if replaced is not None:
            found[target] = replaced
    return found


def _set_properties(
    found: dict[str, Any], draft: Draft, wishes: Wishes, *, ours: bool
) -> None:
    """Fill in the properties of an incident, in the order they are written."""
    written: dict[str, Any] = {}
    for name in PROPERTIES:
        written[name] = _property(name, found, draft, wishes)
    written["date"] = _date(found, draft, wishes, ours=ours)
    written["date_earliest"], written["date_latest"] = _ends(written["date"])
    if not ours:
        _shorten(written, draft)
    _fit_place(written, draft, wishes)
    if not written["citations"] and wishes.source:
        _cite(written, found, draft, wishes)
    written["updated"] = written["updated"] or wishes.today
    written["version"] = written["version"] or 1
    taken = {*PROPERTIES}
    if not ours or draft.feature["id"] is None:
        taken |= {"id", "quote", *_DATE_PARTS}
    further = {name: value for name, value in found.items() if name not in taken}
    draft.feature["properties"] = written | further


def _property(name: str, found: Mapping[str, Any], draft: Draft, wishes: Wishes) -> Any:  # noqa: ANN401 - any JSON value
    """Return one property: from its column, from the defaults, or empty."""
    described = field_named(name)
    if described is None:  # pragma: no cover - every property has a column
        msg = f"{name} is not in the data dictionary"
        raise KeyError(msg)
    empty = value_of(described, None)
    given = found.get(name)
    if isinstance(given, str) and described.kind != Kind.TEXT:
        given = given.strip()
    if name == "date":
        return None
    try:
        value = value_of(described, given)
    except ValueError as error:
        draft.problems.append((name, f"{error}.", "Correct it, or map another column."))
        return empty
    if value in (None, "", []) and name in wishes.defaults:
        return _default(name, wishes.defaults[name])
    return value


def _default(name: str, text: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value of a default, refusing what is none."""
    described = field_named(name)
    if name not in DEFAULTS or name in _DERIVED:
        shown = ", ".join(sorted(DEFAULTS - _DERIVED))
        msg = f"{name!r} is not a property that can be given. Those are {shown}."
        raise QueryError("default", msg)
    if described is None:
        return text
    try:
        return value_of(described, text)
    except ValueError as error:
        raise QueryError("default", f"{name}={text!r} {error}.") from error


def _date(
    found: Mapping[str, Any], draft: Draft, wishes: Wishes, *, ours: bool
) -> str | None:
    parts = [found.get(name) for name in _DATE_PARTS]
    given = found.get("date")
    try:
        if not ours and any(part is not None for part in parts):
            return joined_date(*parts)
        if given is None or str(given).strip() == "":
            return wishes.defaults.get("date")
        text = str(given)
        if ours:
            bounds(text)
            return text
        written, change = read_date(text, wishes.date_formats)
    except (ValueError, AttributeError, TypeError) as error:
        draft.problems.append(("date", f"{error}.", ""))
        return None
    if change:
        draft.changes.append(("date", f"{text!r} became {written!r}: {change}.", ""))
    return written


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


def _shorten(written: dict[str, Any], draft: Draft) -> None:
    """Cut titles and summaries of others that are too long, and say so."""
    for name, most in (("title", _LONGEST_TITLE), ("summary", _LONGEST_SUMMARY)):
        text = written[name]
        if isinstance(text, str) and len(text) > most:
            written[name] = text[: most - 1].rstrip() + "…"
            message = f"{len(text)} characters were cut to {most}."
            draft.changes.append((name, message, "Shorten it in your own words."))


def _fit_place(written: dict[str, Any], draft: Draft, wishes: Wishes) -> None:
    """Give places their precision, and none to records without a place."""
    geometry = draft.feature["geometry"]
    for name in ("precision", "radius_m"):
        if geometry is None and name in wishes.defaults:
            written[name] = None
    kind = geometry["type"] if geometry else ""
    by_default = written["precision"] == wishes.defaults.get("precision")
    wrong = written["precision"] not in {None, Precision.LINE}
    if kind == "LineString" and by_default and wrong:
        written["precision"] = str(Precision.LINE)
        message = "is 'line' instead of the default: the geometry is a line."
        draft.changes.append(("precision", message, ""))


def _cite(
    written: dict[str, Any], found: Mapping[str, Any], draft: Draft, wishes: Wishes
) -> None:
    """Cite the caller's source by words of the record as the file has them."""
    given = found.get("quote") or wishes.defaults.get("quote")
    words = given or found.get("title") or ""
    quote = _first_words(str(words))
    if not quote:
        message = "no words of the record to find it by in the source."
        remedy = "Map a column to quote, or to title."
        draft.problems.append(("citations", message, remedy))
        return
    citation = {"source": wishes.source, "quote": quote, "prefix": "", "suffix": ""}
    written["citations"] = [citation | {"supports": []}]


def _first_words(text: str) -> str:
    """Return as many words as a quote may have."""
    kept: list[str] = []
    for word in text.split():
        if count_words(" ".join([*kept, word])) > MOST_QUOTE_WORDS:
            break
        kept.append(word)
    return " ".join(kept) if count_words(" ".join(kept)) else ""


def _extra(given: Any, draft: Draft) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    described = next(one for one in fields() if one.name == "extra")
    try:
        value = value_of(described, given)
    except ValueError as error:
        draft.problems.append(("extra", f"{error}.", "Export it again."))
        return {}
    return dict(value) if isinstance(value, dict) else {"extra": value}


# --- ids and places ----------------------------------------------------------


def _set_id(found: Mapping[str, Any], draft: Draft, used: set[str]) -> None:
    """Give a record its own id as a slug, or one made of its title."""
    given = draft.feature["id"]
    # Ids of features are told apart by the strict reading: 1 and "1" are two.
    checked = given is not None
    if not checked:
        given = found.get("id")
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    text = "" if given is None else str(given).strip()
    if text:
        chosen = text if is_slug(text) else _slug(text)
    else:
        chosen = _slug(str(found.get("title") or "")) or "record"
    if not chosen:
        chosen = "record"
    unique, number = chosen, 2
    while unique in used:
        unique, number = f"{chosen}-{number}", number + 1
    if text and not checked and chosen == text and unique != text:
        message = f"{text!r} is the id of an earlier record."
        draft.problems.append(("id", message, "Give each record an id of its own."))
    elif unique != text:
        was = f"{text!r} became {unique!r}" if text else f"{unique!r} was made"
        draft.changes.append(("id", f"{was}.", "Map a column to id to choose it."))
    used.add(unique)
    draft.feature["id"] = unique


def _slug(text: str) -> str:
    return _APART.sub("-", anyascii(text).lower())[:_LONGEST_ID].strip("-")


def _set_geometry(geometry: Mapping[str, Any] | None, draft: Draft) -> None:
    """Give an incident one point, line or area, as the model has it."""
    if geometry is None or geometry["type"] in {"Point", "LineString", "Polygon"}:
        plain = None
        if geometry is not None:
            # The model has no further members in a geometry.
            plain = {name: geometry[name] for name in ("type", "coordinates")}
        draft.feature["geometry"] = plain
        return
    parts = union_all([shape(dict(geometry))])
    if parts.geom_type == "MultiLineString":
        parts = line_merge(parts)
    single = parts if parts.geom_type in {"Point", "LineString", "Polygon"} else None
    outline = single if single is not None else parts.convex_hull
    written = mapping(outline)
    draft.feature["geometry"] = {
        "type": written["type"],
        "coordinates": _lists(written["coordinates"]),
    }
    kind = geometry["type"]
    how = "joined" if single is not None else "replaced by the outline around its parts"
    message = f"the {kind} was {how}: an incident has one {written['type']}."
    draft.changes.append(("geometry", message, "Draw it anew if that is too coarse."))


def _lists(value: Any) -> Any:  # noqa: ANN401 - any nesting of coordinates
    return [_lists(part) for part in value] if isinstance(value, tuple) else value


def iso_today() -> str:
    """Return the day of today, in local time."""
    return date.today().isoformat()  # noqa: DTZ011 - the day where the user is
