"""The columns of one table while they are converted, by what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.formats.table import Table
from geo.importing.cells import is_blank, lines_of, map_distinct, rows_where, text_of
from geo.importing.mapping import TableMapping
from geo.importing.remarks import Remark
from geo.importing.withheld import house_remark
from geo.layer.houses import without_houses

LONGEST_NOTE: Final = 500
#: Roles of columns in which lists and objects are taken as they are.
_AS_THEY_ARE: Final = frozenset({"own", "drop", "point"})
_SEVERAL: Final = frozenset({dict, list, tuple})


def with_texts(table: Table, mapping: TableMapping) -> Table:
    """Return a table in which lists and objects of JSON are texts where a text is due.

    Lists of texts are one text already (:mod:`geo.formats.json_cells`).

    Parameters
    ----------
    table
        As read.
    mapping
        What its columns are; those of own fields and of places stay as they are.
    """
    frame = table.frame
    texts = {
        name: column.map(_in_words)
        for name, role in mapping.columns.items()
        if role not in _AS_THEY_ARE
        and (column := frame[name]).dtype == object
        and not _SEVERAL.isdisjoint(map(type, column.to_numpy()))
    }
    return replace(table, frame=frame.assign(**texts)) if texts else table


def _in_words(cell: Any) -> Any:  # noqa: ANN401 - any cell
    return text_of(cell) if isinstance(cell, dict | list | tuple) else cell


@dataclass(slots=True)
class Rows:
    """The columns of one table while they are converted."""

    frame: pd.DataFrame
    mapping: TableMapping
    remarks: list[Remark] = field(default_factory=list)
    #: Cells that were not understood, kept as own fields: by column, of those rows.
    left: dict[str, pd.Series] = field(default_factory=dict)
    #: Records whose place is a street with the number of a house, and those of which
    #: any other text has one: their points may be the very door.
    addressed: set[int] = field(default_factory=set)
    housed: set[int] = field(default_factory=set)

    def column(self, role: str) -> pd.Series | None:
        """Return the column of a role, None where no column has it."""
        name = self.mapping.column_of(role)
        return None if name is None else self.frame[name]

    def of(self, role: str) -> pd.Series:
        """Return the column of a role; a column of None where no column has it."""
        column = self.column(role)
        return none_like(self.frame.index) if column is None else column

    def all_of(self, role: str) -> list[pd.Series]:
        """Return the columns of a role that several may have."""
        return [self.frame[column] for column in self.mapping.columns_of(role)]

    def titled(self) -> pd.Series:
        """Return the titles of the table, or the one that the mapping gives to all.

        Numbers of houses are taken out here, since ids are made of titles.
        """
        column, default = self.of("title"), self.mapping.defaults.get("title")
        if default:
            blank = map_distinct(column, is_blank).astype(bool)
            column = column.where(~blank, default)
        titles = map_distinct(column, _without_houses)
        housed = rows_where(titles.notna() & (titles != column))
        if housed:
            self.remarks.append(house_remark("title", housed))
            self.housed.update(housed)
        return titles

    def texts(self, role: str) -> pd.Series:
        """Return the column of a role as texts on one line; "" where it has none."""
        column = self.column(role)
        if column is None:
            return pd.Series("", index=self.frame.index, dtype=object)
        return lines_of(column)

    def ours(self, role: str, column: pd.Series) -> pd.Series:
        """Return a column with the values that the mapping gives for theirs."""
        values = self.mapping.values.get(role)  # noqa: PD011 - no pandas
        if not values:
            return column
        return map_distinct(column, lambda cell: values.get(str(cell).strip(), cell))

    def notes(self, role: str) -> pd.Series:
        """Return the column of a role as notes, None where there is none."""
        return map_distinct(self.texts(role), lambda text: text[:LONGEST_NOTE] or None)

    def keep(self, column: pd.Series, unread: pd.Series) -> None:
        """Keep cells of a column as own fields that say something not understood.

        *unread* tells in which rows the column gave nothing; blank cells are not kept.
        """
        if not unread.any():
            return
        unread = unread & ~map_distinct(column, is_blank).astype(bool)
        if unread.any():
            self.left[str(column.name)] = column.where(unread, None)


def _without_houses(cell: object) -> object:
    return without_houses(cell) if isinstance(cell, str) else cell


def none_like(index: pd.Index) -> pd.Series:
    """Return a column of None."""
    return pd.Series(np.full(len(index), None), index=index, dtype=object)
