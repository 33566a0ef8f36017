"""CQL2 filters (OGC 21-065r2) as conditions that the engine can ask.

Both encodings are read into CQL2 JSON, and a small visitor turns that into SQL. Only
what is listed here passes: names are queryables, operators and functions stand in
tables, and every value is a parameter of the statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

import shapely

from geo.base.errors import QueryError
from geo.base.grid import Bbox
from geo.engine.answers import Condition, PlaceTest
from geo.engine.conditions import all_of, any_of
from geo.engine.cql2_nodes import Json, call_of, exactly, property_of, read_json
from geo.engine.cql2_values import (
    bbox_of,
    day_of,
    geometry_of,
    number_of,
    text_of,
)
from geo.engine.pages import Pages
from geo.engine.queryables import DATE, DATE_SPAN, GEOMETRY, Queryable, Type
from geo.layer.table import EPOCH, OPEN_FUTURE, OPEN_PAST

LANGUAGES: Final = ("cql2-text", "cql2-json")
_LONGEST: Final = 8_000
_DEEPEST: Final = 24
_COMPARISONS: Final = frozenset({"=", "<>", "<", ">", "<=", ">="})
_EQUALITIES: Final = {"=": "{0}", "<>": "NOT ({0})"}
#: Temporal functions over spans of days, both ends inclusive (clause 7.9).
_TEMPORAL: Final = {
    "t_after": "{s1} > {e2}",
    "t_before": "{e1} < {s2}",
    "t_contains": "{s1} < {s2} AND {e1} > {e2}",
    "t_disjoint": "{e1} < {s2} OR {s1} > {e2}",
    "t_during": "{s1} > {s2} AND {e1} < {e2}",
    "t_equals": "{s1} = {s2} AND {e1} = {e2}",
    "t_finishedby": "{s1} < {s2} AND {e1} = {e2}",
    "t_finishes": "{s1} > {s2} AND {e1} = {e2}",
    "t_intersects": "{s1} <= {e2} AND {e1} >= {s2}",
    "t_meets": "{e1} = {s2}",
    "t_metby": "{s1} = {e2}",
    "t_overlappedby": "{s1} > {s2} AND {s1} < {e2} AND {e1} > {e2}",
    "t_overlaps": "{s1} < {s2} AND {e1} > {s2} AND {e1} < {e2}",
    "t_startedby": "{s1} = {s2} AND {e1} > {e2}",
    "t_starts": "{s1} = {s2} AND {e1} < {e2}",
}
_SPATIAL: Final[Mapping[str, Callable[..., Any]]] = {
    "s_contains": shapely.contains,
    "s_crosses": shapely.crosses,
    "s_disjoint": shapely.disjoint,
    "s_equals": shapely.equals,
    "s_intersects": shapely.intersects,
    "s_overlaps": shapely.overlaps,
    "s_touches": shapely.touches,
    "s_within": shapely.within,
}
#: The same question with its two sides swapped.
_SWAPPED: Final = {"s_contains": "s_within", "s_within": "s_contains"}
#: Functions from text to text, by what they are called in a dialect.
_FOLDINGS: Final = {"casei": "lower", "accenti": "unaccented"}
_HOLE: Final = re.compile(r"\{(\w+)\}")
#: What is counted, how much of it a filter may have, and what to do with less.
LIMITS: Final = {
    "conditions": (400, "Ask for fewer at a time."),
    "spatial conditions": (8, "Join the areas into one MULTIPOLYGON."),
    "vertices": (1_000, "Simplify the areas."),
    "wildcards": (24, "Ask with fewer % and _ in LIKE."),
}
#: A condition, or a value within one.
_Piece = Condition


@dataclass(frozen=True, slots=True)
class _Operand:
    """A value of a comparison: its SQL and what it is."""

    piece: _Piece
    type: Type


def read_filter(
    text: str, language: str, queryables: Mapping[str, Queryable], pages: Pages
) -> Condition:
    """Return a CQL2 filter as a condition on incidents.

    Parameters
    ----------
    text
        The filter as written in the request.
    language
        One of :data:`LANGUAGES`.
    queryables
        What may be asked for, by name.
    pages
        Of the layer whose places spatial functions are tried on.

    Raises
    ------
    QueryError
        If it is not a filter of that language, is too long or too deep, asks for a
        property, operator or function there is not, or for more than its budget
        (:data:`LIMITS`); names it.
    TooLongError
        If its spatial conditions take longer than the work they belong to may.
    """
    if len(text) > _LONGEST:
        message = f"has {len(text)} characters; at most {_LONGEST} are read."
        raise QueryError("filter", message)
    root = read_json(text) if language == "cql2-json" else _read_text(text)
    piece = _Visitor(queryables, pages).condition(root, 0)
    tests = [value for value in piece.parameters if isinstance(value, PlaceTest)]
    numbers = iter(pages.places_where(tests))
    values = (
        next(numbers) if isinstance(value, PlaceTest) else value
        for value in piece.parameters
    )
    return replace(piece, parameters=tuple(values))


class _Budget:
    """What a filter may still ask for."""

    def __init__(self) -> None:
        self._left = {name: most for name, (most, _) in LIMITS.items()}

    def spend(self, name: str, number: int = 1) -> None:
        """Spend some of what a filter may have.

        Raises
        ------
        QueryError
            If it has more than it may; says of what, how much, and what to do.
        """
        self._left[name] -= number
        if self._left[name] < 0:
            most, remedy = LIMITS[name]
            raise QueryError("filter", f"has more than {most} {name}. {remedy}")


class _Visitor:
    """Turns CQL2 JSON into SQL, and refuses what is not listed."""

    def __init__(self, queryables: Mapping[str, Queryable], pages: Pages) -> None:
        self._queryables = queryables
        self._pages = pages
        self._dialect = pages.dialect
        self._budget = _Budget()

    def condition(self, node: Json, depth: int) -> _Piece:
        """Return a boolean expression."""
        self._budget.spend("conditions")
        if depth > _DEEPEST:
            raise QueryError("filter", f"is nested more than {_DEEPEST} deep.")
        if isinstance(node, bool):
            return _Piece("TRUE" if node else "FALSE")
        op, args = call_of(node)
        name = op.lower()
        if name in {"and", "or"}:
            if not args:
                raise QueryError("filter", f"{name.upper()} has nothing to join.")
            join = all_of if name == "and" else any_of
            return join([self.condition(arg, depth + 1) for arg in args])
        if name == "not":
            (inner,) = exactly(1, op, args)
            return _filled("NOT ({0})", self.condition(inner, depth + 1))
        handler = self._handlers().get(name)
        if handler is not None:
            return handler(name, args)
        known = [*_TEMPORAL, *_SPATIAL, *_FOLDINGS]
        message = (
            f"{op!r} is not an operator or function known here. Known are AND, OR, NOT, "
            f"= <> < > <= >=, LIKE, IN, BETWEEN, IS NULL, "
            f"{', '.join(word.upper() for word in known)}."
        )
        raise QueryError("filter", message)

    def _handlers(self) -> dict[str, Callable[[str, list[Json]], _Piece]]:
        return {
            **dict.fromkeys(_TEMPORAL, self._temporal),
            **dict.fromkeys(_SPATIAL, self._spatial),
            **dict.fromkeys(_COMPARISONS, self._compare),
            "like": self._like,
            "in": self._in,
            "between": self._between,
            "isnull": self._is_null,
        }

    def _compare(self, op: str, args: list[Json]) -> _Piece:
        left, right = (self._operand(arg) for arg in exactly(2, op, args))
        if Type.TEXTS in {left.type, right.type}:
            return self._compare_list(op, left, right)
        left, right = _alike(left, right, op)
        return _filled(f"{{0}} {op} {{1}}", left.piece, right.piece)

    def _compare_list(self, op: str, left: _Operand, right: _Operand) -> _Piece:
        """Compare a list: equal means that one of its texts is."""
        if right.type == Type.TEXTS:
            left, right = right, left
        if op not in _EQUALITIES or right.type != Type.TEXT:
            message = f"a list of texts can be asked for with =, <> and IN, not {op!r}."
            raise QueryError("filter", message)
        holds = _filled(self._dialect.holds, left.piece, right.piece)
        return _filled(_EQUALITIES[op], holds)

    def _like(self, op: str, args: list[Json]) -> _Piece:
        value, pattern = (self._operand(arg) for arg in exactly(2, op, args))
        if (value.type, pattern.type) != (Type.TEXT, Type.TEXT):
            raise QueryError("filter", "LIKE compares a text with a pattern.")
        for written in pattern.piece.parameters:
            wildcards = str(written).count("%") + str(written).count("_")
            self._budget.spend("wildcards", wildcards)
            stripped = str(written).rstrip("\\")
            if (len(str(written)) - len(stripped)) % 2:
                message = f"LIKE pattern {written!r} ends in the escape \\. Double it."
                raise QueryError("filter", message)
        return _filled("{0} LIKE {1} ESCAPE '\\'", value.piece, pattern.piece)

    def _in(self, op: str, args: list[Json]) -> _Piece:
        value, options = exactly(2, op, args)
        if not isinstance(options, list) or not options:
            raise QueryError("filter", "IN takes a list of at least one value.")
        self._budget.spend("conditions", len(options))
        return any_of(self._compare("=", [value, option]) for option in options)

    def _between(self, op: str, args: list[Json]) -> _Piece:
        value, low, high = exactly(3, op, args)
        return _filled(
            "({0}) AND ({1})",
            self._compare(">=", [value, low]),
            self._compare("<=", [value, high]),
        )

    def _is_null(self, op: str, args: list[Json]) -> _Piece:
        (node,) = exactly(1, op, args)
        name = property_of(node)
        if name is None:
            raise QueryError("filter", "IS NULL takes the name of a property.")
        queryable = self._named(name)
        if queryable.type == Type.PLACE:
            return _Piece("mx IS NULL")
        if queryable.type == Type.TEXTS:
            return _filled(self._dialect.is_empty, queryable.value(self._dialect))
        return _filled("{0} IS NULL", queryable.value(self._dialect))

    def _temporal(self, op: str, args: list[Json]) -> _Piece:
        ends: dict[str, _Piece] = {}
        for number, arg in enumerate(exactly(2, op, args), start=1):
            ends[f"s{number}"], ends[f"e{number}"] = self._span(arg)
        return _filled(_TEMPORAL[op], **ends)

    def _span(self, node: Json) -> tuple[_Piece, _Piece]:
        """Return the first and the last day of a temporal expression."""
        name = property_of(node)
        if name == DATE and name in self._queryables:
            first, last = DATE_SPAN
            return _Piece(first), _Piece(last)
        if name is not None:
            piece = self._day_property(name)
            return piece, piece
        if isinstance(node, dict) and "interval" in node:
            ends = node["interval"]
            if not isinstance(ends, list) or len(ends) != 2:  # noqa: PLR2004
                raise QueryError("filter", "an interval has a start and an end.")
            return self._end(ends[0], OPEN_PAST), self._end(ends[1], OPEN_FUTURE)
        day = _Piece("?", (day_of(node),))
        return day, day

    def _end(self, node: Json, unbounded: int) -> _Piece:
        """Return one end of an interval; ``..`` and an open property are unbounded."""
        name = property_of(node)
        if name is not None:
            # Open on one side is unbounded; an undated incident is at no time at all.
            template = f"CASE WHEN dated THEN coalesce({{0}}, {unbounded}) END"
            return _filled(template, self._day_property(name))
        if node == "..":
            return _Piece(str(unbounded))
        return _Piece("?", (day_of(node),))

    def _day_property(self, name: str) -> _Piece:
        queryable = self._named(name)
        if queryable.type != Type.DAY:
            message = (
                f"{name!r} is a {queryable.type}, not a day or an interval of days."
            )
            raise QueryError("filter", message)
        return queryable.value(self._dialect)

    def _spatial(self, op: str, args: list[Json]) -> _Piece:
        left, right = exactly(2, op, args)
        if property_of(left) is None:
            left, right, op = right, left, _SWAPPED.get(op, op)
        name = property_of(left)
        if name is None or self._named(name).type != Type.PLACE:
            message = f"{op.upper()} takes the property {GEOMETRY!r} and a geometry."
            raise QueryError("filter", message)
        self._budget.spend("spatial conditions")
        if op == "s_intersects" and isinstance(right, dict) and "bbox" in right:
            return self._pages.meeting(bbox_of(right["bbox"]))
        geometry = geometry_of(right)
        self._budget.spend("vertices", int(shapely.get_num_coordinates(geometry)))
        near = None if op == "s_disjoint" else Bbox(*geometry.bounds)
        # Prepared, an area of many vertices is asked as quickly as one of few; only
        # the first of the two can be.
        shapely.prepare(geometry)
        holds = partial(_SPATIAL[_SWAPPED.get(op, op)], geometry)
        # All areas of a filter are tried in one pass, when all of them are known.
        return _Piece("place_no = ANY(?)", (PlaceTest(holds, near),))

    def _operand(self, node: Json) -> _Operand:
        """Return a value: a property, a literal, or a function of text."""
        name = property_of(node)
        if name is not None:
            queryable = self._named(name)
            if queryable.type == Type.PLACE:
                message = (
                    f"{name!r} is a geometry. Ask with S_INTERSECTS and its likes."
                )
                raise QueryError("filter", message)
            return _Operand(queryable.value(self._dialect), queryable.type)
        if isinstance(node, dict) and "op" in node:
            return self._folded(node)
        if isinstance(node, dict) and node.keys() & {"date", "timestamp"}:
            return _Operand(_Piece("?", (day_of(node),)), Type.DAY)
        return _literal(node)

    def _folded(self, node: Json, depth: int = 0) -> _Operand:
        self._budget.spend("conditions")
        op, args = call_of(node)
        if op.lower() not in _FOLDINGS or depth > _DEEPEST:
            message = f"{op!r} is not a function of values known here."
            raise QueryError("filter", message)
        (arg,) = exactly(1, op, args)
        inner = (
            self._folded(arg, depth + 1)
            if isinstance(arg, dict) and "op" in arg
            else self._operand(arg)
        )
        if inner.type != Type.TEXT:
            raise QueryError("filter", f"{op.upper()} takes a text.")
        template = getattr(self._dialect, _FOLDINGS[op.lower()])
        return _Operand(_filled(template, inner.piece), Type.TEXT)

    def _named(self, name: str) -> Queryable:
        queryable = self._queryables.get(name)
        if queryable is None:
            known = ", ".join(self._queryables) or "none in this collection"
            message = f"{name!r} is not a property to filter by. There are: {known}."
            raise QueryError("filter", message)
        return queryable


def _read_text(text: str) -> Json:
    """Read CQL2 text; the first one loads a parser that few servers need."""
    from geo.engine.cql2_text import read_cql2_text  # noqa: PLC0415

    return read_cql2_text(text)


def _literal(node: Json) -> _Operand:
    if isinstance(node, bool):
        return _Operand(_Piece("?", (node,)), Type.TRUTH)
    if isinstance(node, int | float):
        return _Operand(_Piece("?", (number_of(node),)), Type.NUMBER)
    if isinstance(node, str):
        return _Operand(_Piece("?", (text_of(node),)), Type.TEXT)
    raise QueryError(
        "filter", f"{str(node)[:60]!r} is not a value that can be compared."
    )


def _alike(left: _Operand, right: _Operand, op: str) -> tuple[_Operand, _Operand]:
    """Return both sides, a day written as mere text read as one; they must be alike."""
    left, right = _as_day(left, right), _as_day(right, left)
    if left.type != right.type:
        message = f"{op!r} compares a {left.type} with a {right.type}."
        raise QueryError("filter", message)
    return left, right


def _as_day(one: _Operand, other: _Operand) -> _Operand:
    if other.type == Type.WRITTEN_DAY and one.piece.sql == "?":
        if one.type == Type.DAY:
            written = (EPOCH + timedelta(days=one.piece.parameters[0])).isoformat()
            return _Operand(_Piece("?", (written,)), Type.WRITTEN_DAY)
        if one.type == Type.TEXT:
            day_of({"date": one.piece.parameters[0]})
            return replace(one, type=Type.WRITTEN_DAY)
    if other.type == Type.DAY and one.type == Type.TEXT and one.piece.sql == "?":
        day = day_of({"date": one.piece.parameters[0]})
        return _Operand(_Piece("?", (day,)), Type.DAY)
    return one


def _filled(template: str, *numbered: _Piece, **named: _Piece) -> _Piece:
    """Fill a template's ``{0}`` and ``{name}`` with pieces, values in order."""
    pieces = {str(index): piece for index, piece in enumerate(numbered)} | named
    values: list[Any] = []

    def put(match: re.Match[str]) -> str:
        piece = pieces[match[1]]
        values.extend(piece.parameters)
        return piece.sql

    sql = _HOLE.sub(put, template)
    reads_features = any(piece.reads_features for piece in pieces.values())
    return _Piece(sql, tuple(values), reads_features)
