"""The file of places that a person is to decide: one row for each text.

A table for any spreadsheet: what the records say, why it stayed unplaced, what it might
be, and an empty column ``choice``. An answer there is the number of a candidate, or
latitude and longitude, or "none" for what has no place.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from geo.base.errors import Code, DataError, Fault
from geo.base.files import whole_file
from geo.formats.tables import neutral_cell
from geo.importing.place_columns import place_of_text
from geo.importing.place_texts import PlaceText
from geo.importing.unplaced import Choice, Unplaced
from geo.model.vocabulary import RADIUS_RANGE_M
from geo.places.candidate import Candidate

_TEXTS: Final = ("place", "address", "district", "region", "country")
_CHOICE: Final = "choice"
_CANDIDATES: Final = tuple(f"candidate {number}" for number in range(1, 6))
_HEAD: Final = (*_TEXTS, "records", "why", _CHOICE, *_CANDIDATES)
_NONE: Final = frozenset({"none", "no", "-", "0"})
_SEPARATORS: Final = ",;\t"
_BAR: Final = " | "
_BY_HAND: Final = "Coordinates given by a person."


def write_unplaced(
    path: Path,
    candidates: Iterable[Unplaced],
    choices: Mapping[PlaceText, Choice] | None = None,
) -> None:
    """Write what is to be decided, and keep what has been.

    Parameters
    ----------
    path
        The file; its folder exists. Written whole or not at all.
    candidates
        Texts without a place; none gives a file with a head only.
    choices
        Answers of before, so that none is lost.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    rows: dict[PlaceText, list[str]] = {}
    for text, choice in (choices or {}).items():
        answer = "none" if choice.candidate is None else "1"
        shown = [] if choice.candidate is None else [_written(choice.candidate)]
        rows[text] = [*text, "", "answered", answer, *shown]
    for unplaced in candidates:
        shown = [_written(part) for part in unplaced.candidates]
        rows.setdefault(
            unplaced.text,
            [*unplaced.text, str(len(unplaced.rows)), unplaced.reason, "", *shown],
        )
    with (
        whole_file(path) as draft,
        draft.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(_HEAD)
        for row in rows.values():
            cells = [neutral_cell(cell) for cell in row]
            writer.writerow(cells + [""] * (len(_HEAD) - len(cells)))


def read_unplaced(path: Path) -> dict[PlaceText, Choice]:
    """Read what a person answered; rows without an answer are left out.

    Parameters
    ----------
    path
        A file that :func:`write_unplaced` wrote, saved by any spreadsheet program with
        commas, semicolons or tabs. No file gives no answers.

    Raises
    ------
    DataError
        If it is not such a file, or an answer is not understood; names each row.
    """
    if not path.exists():
        return {}
    text = _text(path)
    head = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    if not {*_TEXTS, _CHOICE} <= set(rows.fieldnames or ()):
        message = f"has no columns {', '.join(_TEXTS)} and {_CHOICE}."
        raise DataError(
            [_fault(path, message, "Delete it; the next import writes it anew.")]
        )
    choices: dict[PlaceText, Choice] = {}
    faults: list[Fault] = []
    for number, row in enumerate(rows, start=2):
        cells = {name: _plain(cell) for name, cell in row.items() if name}
        if not cells[_CHOICE]:
            continue
        try:
            choice = _choice(cells)
        except ValueError as error:
            message = f"line {number}: {cells[_CHOICE]!r} is no answer: {error}."
            remedy = (
                "Write the number of a candidate, latitude and longitude such as "
                '"44.81, 20.46", or none.'
            )
            faults.append(_fault(path, message, remedy))
        else:
            choices[PlaceText(*(cells[name] for name in _TEXTS))] = choice
    if faults:
        raise DataError(faults)
    return choices


def _text(path: Path) -> str:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DataError([_fault(path, "is no text.", "Save it as CSV in UTF-8.")])


def _fault(path: Path, message: str, remedy: str) -> Fault:
    return Fault(str(path), message, remedy, code=Code.UNREADABLE, where=_CHOICE)


def _plain(cell: str | list[str] | None) -> str:
    """Return a cell without the sign that keeps spreadsheets from calculating."""
    text = cell.strip() if isinstance(cell, str) else ""
    return text[1:] if text[:1] == "'" and neutral_cell(text[1:]) == text else text


def _choice(cells: Mapping[str, str]) -> Choice:
    answer = cells[_CHOICE].strip()
    if answer.casefold() in _NONE:
        return Choice(None)
    number = answer.removesuffix(".0")
    if number.isdecimal():
        written = cells.get(f"candidate {int(number)}", "")
        if not written:
            msg = "there is no candidate of this number"
            raise ValueError(msg)
        return Choice(_read(written))
    lon, lat = place_of_text(answer)
    name = cells["place"] or cells["district"] or cells["region"] or cells["address"]
    country = cells["country"] or None
    return Choice(Candidate(name, country, "", "", 0.0, lon, lat, _BY_HAND))


def _written(candidate: Candidate) -> str:
    """Write a candidate as a person can read it, and so that it can be read again."""
    parts = (
        candidate.name,
        candidate.country or "?",
        f"{candidate.lat:.6f}, {candidate.lon:.6f}",
        candidate.precision or "point",
        f"within {candidate.radius_m:g} m",
        candidate.source or "by hand",
        candidate.origin,
    )
    return _BAR.join(part.replace("|", "/") for part in parts)


def _read(written: str) -> Candidate:
    parts = [part.strip() for part in written.split(_BAR.strip())]
    try:
        name, country, spot, precision, radius, source, origin = parts
        lat, lon = (float(number) for number in spot.split(","))
        radius_m = float(radius.removeprefix("within ").removesuffix(" m"))
    except ValueError as error:
        msg = "the candidate was changed and cannot be read; write its coordinates"
        raise ValueError(msg) from error
    if precision not in RADIUS_RANGE_M:
        precision = ""
    return Candidate(
        name=name,
        country=None if country == "?" else country,
        source="" if source == "by hand" else source,
        precision=precision,
        radius_m=radius_m,
        lon=lon,
        lat=lat,
        origin=origin,
    )
