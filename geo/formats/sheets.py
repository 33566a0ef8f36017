"""Which sheets a workbook has, for whoever has to choose one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geo.formats.guarded import Guard, guarded
from geo.formats.registry import KINDS, ZIP_MAGIC
from geo.formats.workbooks import Sheet
from geo.formats.zip_archive import checked_members


def sheets(path: Path, guard: Guard | None = None) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook, in its order; none of any other file.

    It is looked through in a process of its own, as :func:`geo.formats.opening.open_file`
    reads it.

    Parameters
    ----------
    path
        An Excel workbook or OpenDocument spreadsheet, or anything else.
    guard
        What that may take.

    Raises
    ------
    DataError
        If it is a workbook, and is broken or harmful.
    """
    function = f"{__name__}:sheets_of"
    return tuple(
        Sheet(**values) for values in guarded(function, path, {}, guard or Guard())
    )


def sheets_of(path: Path) -> Iterator[dict[str, Any]]:
    """Look a workbook through in this very process; yield its sheets as JSON has them.

    Raises
    ------
    DataError
        As :func:`sheets`.
    """
    with path.open("rb") as opened:
        if opened.read(len(ZIP_MAGIC[0])) not in ZIP_MAGIC:
            return
    names = [member.filename for member in checked_members(path, str(path))]
    # Each takes a library of its own.
    if _is_of("xlsx", names):
        from geo.formats import xlsx_reading as reading  # noqa: PLC0415
    elif _is_of("ods", names):
        from geo.formats import ods as reading  # type: ignore[no-redef]  # noqa: PLC0415
    else:
        return
    for sheet in reading.sheets_of(path, str(path)):
        yield asdict(sheet)


def _is_of(kind: str, names: list[str]) -> bool:
    pattern = re.compile(KINDS[kind].member, re.IGNORECASE)
    return any(map(pattern.fullmatch, names))
