"""What a table leaves for a person: rows that were refused, places that are doubtful."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

import pandas as pd
from shapely import to_wkt
from shapely.geometry import shape

from geo.base.errors import Fault
from geo.formats.csv import csv_line
from geo.formats.table import Table
from geo.importing.cells import text_of
from geo.importing.conversion import Converted
from geo.importing.destination import Destination, write_text
from geo.importing.looking import REASON, Look
from geo.importing.unplaced_file import write_unplaced

REFUSED_FILE: Final = "refused.csv"
UNPLACED_FILE: Final = "unplaced.csv"


def write_refused(look: Look, destination: Destination, refused: list[Fault]) -> str:
    """Write the rows that were refused, in the columns of the file, and why."""
    path = _refused_path(look, destination)
    reasons: dict[int, list[str]] = {}
    for fault in refused:
        if fault.index is not None:
            said = f"{fault.where}: " if fault.where else ""
            reasons.setdefault(fault.index, []).append(f"{said}{fault.message}")
    if not reasons:
        with suppress(FileNotFoundError):
            path.unlink()
        return ""
    frame = _cells_of(look.table)
    lines = [csv_line([*frame.columns, REASON])]
    for row in sorted(reasons):
        cells = frame.iloc[row].to_list() if row < len(frame) else []
        written = ["" if _is_missing(cell) else cell for cell in cells]
        lines.append(csv_line([*written, " ".join(reasons[row])]))
    write_text(path, b"".join(lines).decode())
    return str(path)


def _cells_of(table: Table) -> pd.DataFrame:
    """Return the rows of a file; those of an export with id and place in columns."""
    if not table.is_export:
        return table.frame
    rows = []
    for feature in table.features:
        row = {"id": feature["id"], **feature["properties"]}
        if feature["geometry"] is not None:
            row["wkt"] = to_wkt(shape(feature["geometry"]), rounding_precision=-1)
        rows.append({name: text_of(cell) for name, cell in row.items()})
    return pd.DataFrame(rows, dtype=object)


def _refused_path(look: Look, destination: Destination) -> Path:
    """Return where the refused rows of a table go: not over those of another one."""
    path = destination.folder / REFUSED_FILE
    head = csv_line([*_cells_of(look.table).columns, REASON])
    if path.exists():
        with path.open("rb") as file:
            if file.readline() != head:
                return path.with_name(f"refused-{look.mapping.name}.csv")
    return path


def _is_missing(cell: object) -> bool:
    return cell is None or cell != cell  # noqa: PLR0124 - NaN is not itself


def write_doubtful(destination: Destination, converted: Converted | None) -> str:
    """Write the places that are doubtful, with their candidates."""
    if converted is None or converted.unplaced is None:
        return ""
    path = destination.folder / UNPLACED_FILE
    unplaced = converted.unplaced.candidates
    if not unplaced and not path.exists():
        return ""
    write_unplaced(path, unplaced, converted.choices)
    return str(path) if unplaced else ""
