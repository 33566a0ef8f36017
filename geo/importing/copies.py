"""Copies of a place that was made coarser: the fine one must not stand beside it.

A table often has a place twice: in degrees and as a pair, in metres, as a code of a grid.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import pandas as pd
import shapely

from geo.importing.cells import rows_where
from geo.importing.naming import roles_by_name
from geo.importing.remarks import Remark
from geo.importing.rows import Rows
from geo.importing.withheld import WITHHELD
from geo.model.sources import is_web_address

#: Roles of columns that say where something is, whatever their numbers.
_PLACED: Final = frozenset({"lat", "lon", "point", "easting", "northing"})
#: Scores below that are of words such as "location" within a longer name.
_LEAST_SCORE: Final = 55.0
_GRIDS: Final = re.compile(
    r"geo.?hash|what.?3.?words|w3w|plus.?code|olc|mgrs|usng|grid.?ref\w*|os.?grid"
    r"|utm|(?:^|[\W_])(?:geom\w*|wkt|wkb|shape|coord\w*|gps|x|y)(?:$|[\W_])",
    re.IGNORECASE,
)
_WORDED: Final = ("title", "summary", "date_note", "location_note")
_DECIMAL: Final = re.compile(r"(?<![\d.])-?\d{1,3}[.,]\d{3,}(?!\d|[.,]\d)")
#: Degrees with no more decimals are as coarse as the point that was moved.
_COARSE_DIGITS: Final = 2
#: So near to a fine degree is a copy of it: about a kilometre.
_NEAR_DEG: Final = 0.01


def hold_copies(
    rows: Rows,
    columns: dict[str, pd.Series],
    values: pd.DataFrame,
    *,
    fine: pd.Series,
    coarse: pd.Series,
) -> tuple[dict[str, pd.Series], pd.DataFrame]:
    """Hold back what tells where a record was before its point was moved.

    Parameters
    ----------
    rows
        The table; told what is held back.
    columns
        Properties, of whose texts the degrees are replaced.
    values
        Own fields, of which whole cells are held back.
    fine, coarse
        Points before and after, as WKB.
    """
    moved = fine.notna() & (fine != coarse)
    if not moved.any():
        return columns, values
    shapes = shapely.from_wkb(fine[moved].to_numpy(dtype=object))
    spots = [(shape.centroid.x, shape.centroid.y) for shape in shapes]
    values, columns = values.copy(), dict(columns)
    for name in map(str, values.columns):
        is_place = _names_place(name)
        kept = [
            None if is_place or _is_copy(cell, spot) else cell
            for cell, spot in zip(values.loc[moved, name], spots, strict=True)
        ]
        values[name] = _replaced(rows, name, values[name], moved, kept)
    for name in _WORDED:
        left = [
            _without_degrees(text, spot)
            for text, spot in zip(columns[name][moved], spots, strict=True)
        ]
        columns[name] = _replaced(rows, name, columns[name], moved, left)
    return columns, values


def _replaced(
    rows: Rows, name: str, column: pd.Series, moved: pd.Series, cells: list[Any]
) -> pd.Series:
    """Return a column with other cells where points were moved, and tell of them."""
    made = column.astype(object).copy()
    made[moved] = pd.Series(cells, index=column.index[moved], dtype=object)
    changed = column.notna() & (made != column)
    if not changed.any():
        return column
    message = (
        f"{name!r} tells where the point was before it was moved; it is held back."
    )
    rows.remarks.append(Remark("withheld.copy", message, rows_where(changed)))
    return made


def _names_place(header: str) -> bool:
    """Tell whether a header says that its column holds places in numbers or codes."""
    scores = roles_by_name(header)
    best = max((scores.get(role, 0.0) for role in _PLACED), default=0.0)
    others = max((scores[role] for role in scores if role not in _PLACED), default=0.0)
    return bool(_GRIDS.search(header)) or (best >= _LEAST_SCORE and best > others)


def _is_copy(cell: Any, spot: tuple[float, float]) -> bool:  # noqa: ANN401 - any cell
    """Tell whether a cell has the degrees of a place: one alone, or both in a text."""
    if cell is None or isinstance(cell, bool):
        return False
    if isinstance(cell, int | float):
        return round(cell, _COARSE_DIGITS) != cell and _is_near(float(cell), spot)
    text = (
        cell
        if isinstance(cell, str)
        else json.dumps(cell, ensure_ascii=False, default=str)
    )
    return any(_is_near(degrees, spot) for degrees in map(_degrees, _decimals(text)))


def _without_degrees(text: Any, spot: tuple[float, float]) -> Any:  # noqa: ANN401 - any cell
    if not isinstance(text, str) or is_web_address(text):
        return text
    return _DECIMAL.sub(
        lambda match: WITHHELD if _is_near(_degrees(match[0]), spot) else match[0], text
    )


def _decimals(text: str) -> list[str]:
    return _DECIMAL.findall(text)


def _degrees(text: str) -> float:
    return float(text.replace(",", "."))


def _is_near(degrees: float, spot: tuple[float, float]) -> bool:
    return any(abs(abs(degrees) - abs(axis)) < _NEAR_DEG for axis in spot)
