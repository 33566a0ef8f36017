"""CQL2 text read into CQL2 JSON, its twin in the same standard (OGC 21-065r2).

The grammar stands beside this file and is run by lark. It is ours because the
ready-made one (pygeofilter 0.4) reads ``a OR b AND c`` as ``(a OR b) AND c``, knows no
doubled quote and none of the standard's ``T_``, ``BBOX`` and ``_`` forms. The parser
keeps its own stack, so deep nesting cannot exhaust Python's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args

from geo.base.errors import QueryError

_SHAPES: Final = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
}
Json = Any


def read_cql2_text(text: str) -> Json:
    """Return a CQL2 text expression as CQL2 JSON.

    Raises
    ------
    QueryError
        If it is not CQL2 text; tells where it stops being so.
    """
    try:
        return _parser().parse(text)
    except UnexpectedInput as error:
        ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        position = error.pos_in_stream or 0
        stops = (
            "ends too early"
            if ended
            else f"stops being CQL2 text at character {position + 1}, "
            f"{text[position : position + 20]!r}"
        )
        message = f"{text[:60]!r} {stops}. Write it like category = 'mural'."
        raise QueryError("filter", message) from error


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark.open(
        "cql2.lark",
        rel_to=__file__,
        parser="lalr",
        lexer="contextual",
        transformer=_ToJson(),
        maybe_placeholders=False,
    )


def _call(op: str, *args: Json) -> Json:
    return {"op": op, "args": list(args)}


@v_args(inline=True)
class _ToJson(Transformer[Token, Json]):
    """Turns each rule of the grammar into CQL2 JSON."""

    def either(self, *terms: Json) -> Json:
        return _call("or", *terms)

    def both(self, *terms: Json) -> Json:
        return _call("and", *terms)

    def negation(self, term: Json) -> Json:
        return _call("not", term)

    def compare(self, left: Json, op: str, right: Json) -> Json:
        return _call(op, left, right)

    def like(self, value: Json, pattern: Json) -> Json:
        return _call("like", value, pattern)

    def not_like(self, value: Json, pattern: Json) -> Json:
        return self.negation(self.like(value, pattern))

    def within_list(self, value: Json, *options: Json) -> Json:
        return _call("in", value, list(options))

    def not_within_list(self, value: Json, *options: Json) -> Json:
        return self.negation(self.within_list(value, *options))

    def between(self, value: Json, low: Json, high: Json) -> Json:
        return _call("between", value, low, high)

    def not_between(self, value: Json, low: Json, high: Json) -> Json:
        return self.negation(self.between(value, low, high))

    def null(self, value: Json) -> Json:
        return _call("isNull", value)

    def not_null(self, value: Json) -> Json:
        return self.negation(self.null(value))

    def property(self, name: str) -> Json:
        return {"property": name}

    def call(self, name: str, *args: Json) -> Json:
        return _call(name, *args)

    def instant(self, kind: Token, text: str) -> Json:
        return {kind.lower(): text}

    def interval(self, _kind: Token, start: Json, end: Json) -> Json:
        return {"interval": [_bare(start), _bare(end)]}

    def bbox(self, _kind: Token, *numbers: Json) -> Json:
        return {"bbox": list(numbers)}

    def geometry(self, kind: Token, coordinates: Json) -> Json:
        shape = _SHAPES[kind.upper()]
        if shape == "Point":
            coordinates = coordinates[0]
        elif shape == "MultiPoint":
            # Each point may stand in brackets of its own, or not.
            coordinates = [
                part[0] if isinstance(part[0], list) else part for part in coordinates
            ]
        return {"type": shape, "coordinates": coordinates}

    def geometries(self, _kind: Token, *parts: Json) -> Json:
        return {"type": "GeometryCollection", "geometries": list(parts)}

    def coordinates(self, *parts: Json) -> Json:
        return list(parts)

    def position(self, *numbers: Json) -> Json:
        return list(numbers)

    def NAME(self, token: Token) -> str:  # noqa: N802 - lark calls it by this name
        return str(token)

    CALLED = COMPARATOR = NAME

    def QUOTED_NAME(self, token: Token) -> str:  # noqa: N802
        return token[1:-1]

    def TEXT(self, token: Token) -> str:  # noqa: N802
        return token[1:-1].replace("''", "'").replace("\\'", "'")

    def NUMBER(self, token: Token) -> float:  # noqa: N802
        return float(token)

    def TRUE(self, _token: Token) -> bool:  # noqa: N802
        return True

    def FALSE(self, _token: Token) -> bool:  # noqa: N802
        return False


def _bare(moment: Json) -> Json:
    """Return an end of an interval as CQL2 JSON writes it: instants as mere text."""
    if isinstance(moment, dict) and "property" not in moment:
        return next(iter(moment.values()))
    return moment
