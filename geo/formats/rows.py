"""Features as flat rows and as Arrow tables, and cells as values again.

What cannot be flat without loss (names with a semicolon, objects, properties that
the model does not know) is JSON inside its cell, so that reading back is exact.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final

import pyarrow as pa

from geo.base.errors import DataError, Fault
from geo.formats.wkb import wkb
from geo.model.fields import Field, Kind, fields
from geo.model.incident import PROPERTIES, crosswalk
from geo.model.own_fields import split_own

Feature = Mapping[str, Any]
#: Rows held in memory at a time.
BATCH_ROWS: Final = 5_000
_NAMES: Final = pa.list_(pa.string())
#: What the columns of lists are where a format has lists.
_NESTED: Final[Mapping[str, pa.DataType]] = {
    "alleged_by": _NAMES,
    "denied_by": _NAMES,
    "actors": pa.list_(pa.struct([("name", pa.string()), ("role", pa.string())])),
    "citations": pa.list_(
        pa.struct(
            [
                ("source", pa.string()),
                ("quote", pa.string()),
                ("prefix", pa.string()),
                ("suffix", pa.string()),
                ("supports", _NAMES),
                ("url", pa.string()),
            ]
        )
    ),
}
_TYPES: Final[Mapping[Kind, pa.DataType]] = {
    Kind.DAY: pa.date32(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.TRUTH: pa.bool_(),
}
_TRUTHS: Final = {"true": True, "1": True, "false": False, "0": False, "": False}


def columns(feature: Feature, own: Sequence[Field] = ()) -> dict[str, Any]:
    """Return a feature as one flat row: texts, numbers, truth values and None.

    Lists of names are joined by "; "; actors, citations and properties that the
    model does not know (as ``extra``) are JSON. The precision codes of ACLED and
    UCDP are added.

    Parameters
    ----------
    feature
        The incident.
    own
        Columns of own fields; what fits them is theirs, and not in ``extra``.

    Raises
    ------
    DataError
        If a text holds a NUL character, at which many programs cut a text.
    """
    properties = feature["properties"]
    codes = crosswalk(properties.get("precision"))
    further = {name: properties[name] for name in properties if name not in PROPERTIES}
    fitting, further = split_own(further, (one.own for one in own if one.own))
    row: dict[str, Any] = {}
    for field in (*fields(), *own):
        if field.own:
            value: Any = fitting.get(field.name)
        elif field.name == "id":
            value = feature["id"]
        elif field.name == "extra":
            value = json.dumps(further, ensure_ascii=False) if further else None
        elif field.name in codes:
            value = codes[field.name]
        else:
            value = _flat(field, properties.get(field.name))
        if isinstance(value, str) and "\x00" in value:
            message = "holds a NUL character, which files cannot keep."
            raise unfit(feature["id"], field.name, message)
        row[field.name] = value
    return row


def unfit(incident_id: str, name: str, message: str) -> DataError:
    """Return the error that a format cannot hold a value."""
    remedy = "Mend the record, or use another format."
    where = f"{incident_id}: {name}" if incident_id else name
    return DataError(
        [
            Fault(
                "export",
                message,
                remedy,
                where=where,
                feature_id=incident_id or None,
            )
        ]
    )


def names_text(names: Sequence[str]) -> str:
    """Return names as one text: parted by "; ", or JSON where that is not exact."""
    plain = all(
        name and name == name.strip() and ";" not in name and "\n" not in name
        for name in names
    )
    if not plain or (names and names[0].startswith("[")):
        return json.dumps(list(names), ensure_ascii=False)
    return "; ".join(names)


def names_of(text: str) -> list[str]:
    """Return the names of a text: the inverse of :func:`names_text`.

    Raises
    ------
    ValueError
        If it begins as a JSON list and is not one of texts.
    """
    if text.startswith("["):
        names = json.loads(text)
        if not all(isinstance(name, str) for name in names):
            msg = "is not a list of texts"
            raise ValueError(msg)
        return list(names)
    return [name.strip() for name in text.split(";") if name.strip()]


def value_of(field: Field, cell: Any) -> Any:  # noqa: ANN401 - any cell, any JSON value
    """Return a property's value as a feature has it: the inverse of a cell.

    Parameters
    ----------
    field
        The column.
    cell
        A text, number, truth value, day, list or None. An empty text is null where
        the column has nulls.

    Raises
    ------
    ValueError
        If the cell is not of the column's kind; the message says what it is.
    """
    if cell is None or cell == "":
        return _empty(field)
    try:
        return _READERS[field.kind](cell)
    except (TypeError, KeyError, OverflowError, RecursionError) as error:
        msg = f"is not {_KIND_WORDS[field.kind]}"
        raise ValueError(msg) from error


def schema(
    chosen: Iterable[Field], *, geometry: bool, nested: bool = False
) -> pa.Schema:
    """Return the Arrow schema of :func:`tables`; ``geometry`` is WKB, last."""
    lists = _NESTED if nested else {}
    columns_ = [
        pa.field(
            field.name, lists.get(field.name) or _TYPES.get(field.kind, pa.string())
        )
        for field in chosen
    ]
    if geometry:
        columns_.append(pa.field("geometry", pa.binary()))
    return pa.schema(columns_)


def tables(
    features: Iterable[Feature],
    chosen: Sequence[Field],
    *,
    geometry: bool = True,
    nested: bool = False,
) -> Iterator[pa.RecordBatch]:
    """Go through features as Arrow batches: what every typed table is made of.

    GDAL's files and GeoParquet are written from these, and
    :mod:`geo.atlas.frame` makes its GeoDataFrames of them.

    Parameters
    ----------
    features
        In the order of the rows.
    chosen
        The columns.
    geometry
        Whether there is a last column of WKB, (lon, lat), heights left out.
    nested
        Whether lists of names, actors and citations stay lists; else they are text,
        as :func:`columns` writes them.
    """
    shape_of = schema(chosen, geometry=geometry, nested=nested)
    lists = _NESTED if nested else {}
    remaining = iter(features)
    own = [field for field in chosen if field.own]
    while batch := list(islice(remaining, BATCH_ROWS)):
        rows = [columns(feature, own) for feature in batch]
        arrays = [
            pa.array(
                [part["properties"].get(field.name) or [] for part in batch]
                if field.name in lists
                else [_typed(field, row[field.name]) for row in rows],
                column.type,
            )
            for field, column in zip(chosen, shape_of, strict=False)
        ]
        if geometry:
            arrays.append(pa.array(wkb(batch), pa.binary()))
        yield pa.record_batch(arrays, schema=shape_of)


def _flat(field: Field, value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if field.kind == Kind.NAMES:
        return names_text(value or [])
    if field.kind == Kind.PARTS:
        return json.dumps(value or [], ensure_ascii=False)
    if value is None and not field.nullable:
        return _empty(field)
    return value


def _typed(field: Field, value: Any) -> Any:  # noqa: ANN401 - any cell
    if field.kind == Kind.DAY:
        return date.fromisoformat(value) if value else None
    if field.kind == Kind.NUMBER and value is not None:
        return float(value)
    return value


def _empty(field: Field) -> Any:  # noqa: ANN401 - any JSON value
    """Return what an empty cell means."""
    if field.kind in {Kind.NAMES, Kind.PARTS}:
        return []
    if field.kind == Kind.TRUTH:
        return False
    if field.kind == Kind.TEXT and not field.nullable:
        return ""
    return None


def _text_in(cell: Any) -> str:  # noqa: ANN401 - any cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, list | dict):
        return json.dumps(cell, ensure_ascii=False)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _day_in(cell: Any) -> str:  # noqa: ANN401 - any cell
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    text = str(cell).strip()
    try:
        # Databases tell days as times at midnight, and with strokes.
        return date.fromisoformat(text[:10].replace("/", "-")).isoformat()
    except ValueError as error:
        msg = f"{text!r} is not a day such as 2023-12-31"
        raise ValueError(msg) from error


def _integer_in(cell: Any) -> int:  # noqa: ANN401 - any cell
    number = _number_in(cell)
    if not float(number).is_integer():
        msg = f"{cell!r} is not a whole number"
        raise ValueError(msg)
    return int(number)


def _number_in(cell: Any) -> float | int:  # noqa: ANN401 - any cell
    number: float | int = cell
    if isinstance(cell, str):
        try:
            number = float(cell)
        except ValueError as error:
            msg = f"{cell!r} is not a number"
            raise ValueError(msg) from error
    if isinstance(number, bool) or not abs(number) < float("inf"):
        msg = f"{cell!r} is not a finite number"
        raise ValueError(msg)
    return int(number) if float(number).is_integer() else float(number)


def _truth_in(cell: Any) -> bool:  # noqa: ANN401 - any cell
    if isinstance(cell, bool):
        return cell
    written = _text_in(cell).strip().lower()
    if written not in _TRUTHS:
        msg = f"{cell!r} is not true or false"
        raise ValueError(msg)
    return _TRUTHS[written]


def _names_in(cell: Any) -> list[str]:  # noqa: ANN401 - any cell
    if isinstance(cell, list):
        if not all(isinstance(name, str) for name in cell):
            msg = "is not a list of texts"
            raise ValueError(msg)
        return list(cell)
    return names_of(str(cell))


def _json_in(cell: Any) -> Any:  # noqa: ANN401 - any JSON value
    if not isinstance(cell, str):
        return cell
    try:
        return json.loads(cell)
    except ValueError as error:
        msg = f"is not JSON ({error})"
        raise ValueError(msg) from error


def _parts_in(cell: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return actors or citations; a member without a value is none, but for a quote."""
    parts = _json_in(cell)
    if not isinstance(parts, list):
        return parts
    return [
        {
            name: value
            for name, value in part.items()
            if value is not None or name == "quote"
        }
        if isinstance(part, dict)
        else part
        for part in parts
    ]


_READERS: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.TEXT: _text_in,
    Kind.DAY: _day_in,
    Kind.INTEGER: _integer_in,
    Kind.NUMBER: _number_in,
    Kind.TRUTH: _truth_in,
    Kind.NAMES: _names_in,
    Kind.PARTS: _parts_in,
    Kind.JSON: _json_in,
}
_KIND_WORDS: Final[Mapping[Kind, str]] = {
    Kind.TEXT: "a text",
    Kind.DAY: "a day such as 2023-12-31",
    Kind.INTEGER: "a whole number",
    Kind.NUMBER: "a number",
    Kind.TRUTH: "true or false",
    Kind.NAMES: "a list of texts",
    Kind.PARTS: "a list of objects",
    Kind.JSON: "JSON",
}
