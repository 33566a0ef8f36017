"""What the XML of an Excel workbook (ECMA-376) says of its sheets besides the values."""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import Any, Final

from openpyxl.utils import range_boundaries

from geo.formats.input_file import refuse
from geo.formats.workbooks import (
    MOST_MARKS,
    MOST_ROWS,
    MOST_SHEETS,
    Layout,
    Sheet,
    linked_in,
)
from geo.formats.xml_text import walk_xml

_LABEL: Final = "Excel"
_WORKBOOK: Final = re.compile(r"xl/workbook[^/]*\.xml", re.IGNORECASE)
_TRUE: Final = frozenset({"1", "true"})
_AGAIN: Final = "Save it again as .xlsx, or as CSV."
#: Cells of one link that each get its address.
_MOST_LINKED: Final = 1_000


class Book:
    """An Excel workbook, looked through and not read.

    Parameters
    ----------
    archive
        It, open.
    name
        The file's name in messages.
    """

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive = archive
        self._name = name
        self._members = set(archive.namelist())
        home = next(filter(_WORKBOOK.fullmatch, archive.namelist()), "")
        if not home:
            refuse(name, "has no workbook in it.", _AGAIN)
        targets = self._targets(home)
        self._parts: dict[str, str] = {}
        self._hidden: set[str] = set()
        self._layouts: dict[str, Layout] = {}

        def start(tag: str, said: dict[str, str]) -> None:
            if not tag.endswith("}sheet"):
                return
            part = targets.get(_of_any_namespace(said, "id"), "")
            title = said.get("name", "")
            if "worksheets/" in part and part in self._members:
                self._parts.setdefault(title, part)
                if said.get("state", "visible") != "visible":
                    self._hidden.add(title)
            if len(self._parts) > MOST_SHEETS:
                refuse(name, f"has more than {MOST_SHEETS} sheets.", "Split it.")

        self._walk(home, start)

    def sheets(self) -> list[Sheet]:
        """Return the sheets in order; of each that is shown, its rows are counted."""
        return [
            Sheet(title, self._records(title), title in self._hidden)
            for title in self._parts
        ]

    def _records(self, title: str) -> int:
        if title in self._hidden:
            return 0
        return max(self.layout(title).rows - 1, 0)

    def layout(self, title: str) -> Layout:
        """Return what a sheet says of its cells besides what they hold.

        Raises
        ------
        DataError
            If it is not well-formed, or claims more than a sheet has.
        """
        if title not in self._layouts:
            part = self._parts[title]
            scan = _Scan(self._targets(part), self._name)
            self._walk(part, scan.start, scan.end, scan.text)
            self._layouts[title] = scan.layout
        return self._layouts[title]

    def _walk(self, part: str, *handlers: Any) -> None:  # noqa: ANN401 - as walk_xml has
        with self._archive.open(part) as file:
            walk_xml(file, self._name, _LABEL, *handlers)

    def _targets(self, part: str) -> dict[str, str]:
        """Return what a part refers to by id: parts of the archive, and addresses."""
        folder, base = posixpath.split(part)
        relations = f"{folder}/_rels/{base}.rels"
        targets: dict[str, str] = {}
        if relations not in self._members:
            return targets

        def start(tag: str, said: dict[str, str]) -> None:
            if not tag.endswith("}Relationship"):
                return
            target = said.get("Target", "")
            if said.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join(f"/{folder}", target))[1:]
            targets[said.get("Id", "")] = target

        self._walk(relations, start)
        return targets


def _of_any_namespace(said: dict[str, str], name: str) -> str:
    """Return an attribute that has a prefix, whichever namespace that stands for."""
    ending = f"}}{name}"
    return next((text for key, text in said.items() if key.endswith(ending)), "")


class _Scan:
    """Gathers the layout of a sheet while its XML is gone through."""

    def __init__(self, targets: dict[str, str], name: str) -> None:
        self.layout = Layout()
        self._targets = targets
        self._name = name
        self._row = 0
        self._counted = 0
        self._cell = ""
        self._formula: list[str] | None = None
        self._is_formula = self._has_value = False

    def start(self, tag: str, said: dict[str, str]) -> None:
        """Take an element's begin."""
        kind = tag.rpartition("}")[2]
        if kind == "c":
            self._cell = said.get("r", "")
            self._is_formula = self._has_value = False
        elif kind in {"v", "is"}:
            # Of a formula, the value may be there and empty.
            self._has_value = not self._is_formula
            if self._counted != self._row:
                self._counted = self._row
                self.layout.rows += 1
        elif kind == "f":
            self._is_formula, self._formula = True, []
        elif kind == "row":
            self._begin_row(said)
        elif kind == "col" and said.get("hidden") in _TRUE:
            first, last = int(said.get("min", 0)), int(said.get("max", 0))
            self.layout.hidden_columns.append((first, last))
        elif kind == "mergeCell":
            self._bound(self.layout.merged)
            left, top, right, bottom = _bounds(said.get("ref", ""))
            self.layout.merged.append((top, left, bottom, right))
        elif kind == "hyperlink":
            self._link(said)

    def _begin_row(self, said: dict[str, str]) -> None:
        self._row = int(said.get("r") or self._row + 1)
        if self._row > MOST_ROWS:
            message = f"says that it has a row {self._row}; a sheet has {MOST_ROWS}."
            refuse(self._name, message, _AGAIN)
        if said.get("hidden") in _TRUE:
            self.layout.hidden_rows.add(self._row)

    def _link(self, said: dict[str, str]) -> None:
        self._bound(self.layout.links)
        address = self._targets.get(_of_any_namespace(said, "id"), "")
        if not address:
            return
        left, top, right, bottom = _bounds(said.get("ref", ""))
        if (right - left + 1) * (bottom - top + 1) > _MOST_LINKED:
            right, bottom = left, top
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self.layout.links[row, column] = address

    def _bound(self, marks: object) -> None:
        if len(marks) >= MOST_MARKS:  # type: ignore[arg-type]
            message = f"has more than {MOST_MARKS} merged cells or links in a sheet."
            refuse(self._name, message, "Save it as CSV.")

    def end(self, tag: str) -> None:
        """Take an element's end."""
        if tag.endswith("}f") and self._formula is not None:
            address = linked_in("".join(self._formula))
            if address and self._cell:
                self._bound(self.layout.links)
                left, top, _, _ = _bounds(self._cell)
                self.layout.links[top, left] = address
            self._formula = None
        elif tag.endswith("}c") and self._is_formula and not self._has_value:
            self.layout.unsaved.append(self._cell)

    def text(self, piece: str) -> None:
        """Take a piece of text."""
        if self._formula is not None:
            self._formula.append(piece)
        elif self._is_formula:
            self._has_value = True


def _bounds(reference: str) -> tuple[int, int, int, int]:
    """Return the first column and row, and the last, of a range such as B2:C3."""
    bounds = range_boundaries(reference)
    if None in bounds:
        msg = f"{reference!r} is no range of cells"
        raise ValueError(msg)
    return bounds  # type: ignore[no-any-return]
