"""What is held back: values that may endanger somebody. The record stays.

What is dangerous is for the rule book to say (:mod:`geo.layer.harm`). In words the part is
replaced; an own value is removed. A channel or handle as a source is evidence and stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.importing.cells import map_distinct, rows_where
from geo.importing.remarks import Remark
from geo.layer.harm import (
    HARM_WORDS,
    OF_SOURCES,
    Harm,
    are_plain,
    harm_in,
    names_dwelling,
)
from geo.layer.houses import without_houses
from geo.layer.texts import texts
from geo.model.sources import is_web_address

WITHHELD: Final = "[withheld]"
_TELEPHONES: Final = re.compile(
    r"(?:^|[\W_])(?:phones?|telephones?|tel|mobile|whatsapp|viber|fax|телефон\w*"
    r"|telefon\w*|teléfono|téléphone|telefone|celular|هاتف)(?:$|[\W_]|no$|number$)",
    re.IGNORECASE,
)
_PLATES: Final = re.compile(
    r"(?:plate|license.?plate|number.?plate|tablic\w+|госномер|kennzeichen|matr[ií]cula"
    r"|plaka)(?:s|$|[\W_])",
    re.IGNORECASE,
)
_STREETS: Final = re.compile(
    r"street.?address|home.?address|address.?of.?(?:home|residence)|^(?:full.?)?address$"
    r"|^street$|residence|домашний адрес|^адрес\w*$|^adresa$|^direcci[oó]n$|^adresse$"
    r"|^endere[cç]o$|^adres$|^عنوان$",
    re.IGNORECASE,
)
#: Headers of places that may be addresses: "Where was it? (street, city)".
_WITH_STREETS: Final = re.compile(
    r"\b(?:streets?|address(?:es)?|улиц[аы]|адрес\w*|ulic[ae]|adres[ae]?|calle|direcci[oó]n"
    r"|rue|adresse|stra(?:ß|ss)e|rua|endere[cç]o|sokak|indirizzo|alamat|地址)\b",
    re.IGNORECASE,
)
#: Headers of where people live, whatever else the table holds.
_HOMES: Final = re.compile(
    r"(?:home|residential|victim\W?s?|private).?address|address.?of.?(?:home|residence)"
    r"|(?:place.?of.?)?residence$|домашний адрес|адрес (?:проживания|жертвы)"
    r"|домашня адреса|(?:ku[ćc]na|stambena) adresa|adresa stanovanja|prebivali[sš]te"
    r"|кућна адреса|пребивалиште|domicilio|domicile|wohn(?:adresse|anschrift|ort)"
    r"|morada$|ev adresi|ikamet|عنوان (?:المنزل|السكن)",
    re.IGNORECASE,
)
#: Headers of the days on which people were born, by which they are told apart.
_BIRTHS: Final = re.compile(
    r"(?:^|[\W_])(?:dob|d\.o\.b|(?:date|day).?of.?birth|birth.?(?:date|day)|born(?:.?on)?"
    r"|дата рождения|дата народження|датум рођења|datum ro[đd]enja|fecha.?(?:de.?)?nac\w*"
    r"|date.?de.?naissance|geburts(?:datum|tag)|data.?(?:de.?|di.?)?nasci\w*"
    r"|data.?urodzenia|do[ğg]um.?(?:tarihi|g[üu]n[üu])|تاريخ الميلاد|تاریخ تولد"
    r"|出生(?:日期|年月日|年月)?|tanggal.?lahir|geboortedatum)(?:$|[\W_])",
    re.IGNORECASE,
)
#: Headers of who filled in a form, or told what is in it, and of how to reach them.
_TELLERS: Final = re.compile(
    r"^(?:your|my|submitter|respondent|enumerator|interviewer|interviewee|informant|witness"
    r"|complainant|caller|tipster|contact|sender)(?:.?s)?[\W_]*(?:(?:full|first|last)[\W_]*)?"
    r"(?:name|surname|contact|details|number)s?\W*$"
    r"|(?:^|[\W_])e.?mail(?:[\W_]*address)?s?\W*$|^(?:ваше имя|ваш телефон|ваша почта"
    r"|ва[шс]е име|va[šs]e ime|tu nombre|votre nom|ihr name|seu nome)\W*$",
    re.IGNORECASE,
)
#: Headers of tables whose records are people.
_PEOPLE: Final = re.compile(
    r"^(?:victim.*|deceased.*|age|gender|sex|race|race.?ethnicity|ethnicity|name"
    r"|first.?name|last.?name|surname|full.?name|date.?of.?birth|dob|возраст|пол|имя"
    r"|фамилия|ime|prezime|starost|edad|sexo|nombre|alter|geschlecht)$",
    re.IGNORECASE,
)
_FEWEST_OF_PEOPLE: Final = 2
#: Cells that are looked at at a time.
_AT_ONCE: Final = 20_000
#: Types of cells that may hold texts.
_HOLDING_TEXTS: Final = frozenset({str, list, dict})
#: Longer texts are stories, of which more than the address would be lost.
_LONGEST_ADDRESS: Final = 150


@dataclass(frozen=True, slots=True)
class Withheld:
    """Records without what may endanger somebody.

    Parameters
    ----------
    records
        As they were handed in; parts of words are ``[withheld]``, own values None.
    remarks
        What was held back; no value is repeated.
    housed
        Records of which a text had the number of a house.
    """

    records: pd.DataFrame
    remarks: list[Remark]
    housed: frozenset[int] = frozenset()


def hold_back(
    records: pd.DataFrame,
    *,
    words: Collection[str] = (),
    sources: Collection[str] = (),
    head: Sequence[str] | None = None,
) -> Withheld:
    """Hold back what may endanger somebody.

    Parameters
    ----------
    records
        A column for each text or own value; the index is the number in the file.
    words
        Columns of which only the dangerous part is replaced: title, summary, notes.
        Where nothing else is left, the cell is None. Of all columns but those of sources
        the numbers of houses are taken out, and the street stays; an own value that
        tells of a home with its number is removed.
    sources
        Columns that name sources: channels and handles stay in them.
    head
        All columns of the table, which tell whether its records are people; by default
        those of *records*.

    Returns
    -------
    Withheld
        Numbers and truths are never taken for telephone numbers: they are no texts.
    """
    is_people = _is_of_people(list(records.columns) if head is None else head)
    columns: dict[str, pd.Series[Any]] = {}
    remarks: list[Remark] = []
    housed: set[int] = set()
    for name in records.columns:
        column = records[name]
        code, what = _of_header(str(name), is_people=is_people)
        if code and name not in words and name not in sources:
            filled = column.notna()
            columns[name] = pd.Series([None] * len(column), column.index, dtype=object)
            if filled.any():
                message = (
                    f"The column {str(name)!r} seems to hold {what}; it is held back."
                )
                remedy = "Nothing is to be done; the records are kept."
                remarks.append(Remark(code, message, rows_where(filled), (), remedy))
            continue
        allowed = OF_SOURCES if name in sources else frozenset()
        in_part = name in words or name in sources
        if name not in sources:
            is_address = bool(_STREETS.search(str(name)))
            column, at_house = _without_houses(column, is_address, in_part)
            housed.update(at_house)
            homes = rows_where(records[name].notna() & column.isna())
            if homes:
                message = f"What tells where somebody lives is held back from {name!r}."
                remarks.append(Remark("withheld.address", message, homes))
            others = tuple(row for row in at_house if row not in set(homes))
            if others:
                remarks.append(house_remark(str(name), others))
        columns[name], said = _hold_back_column(column, allowed, in_part=in_part)
        remarks += said
    kept = pd.DataFrame(columns, records.index, list(records.columns))
    return Withheld(kept, remarks, frozenset(housed))


def house_remark(name: str, rows: tuple[int, ...]) -> Remark:
    """Return what is said where numbers of houses were taken out of a column."""
    message = (
        f"What seems to be the number of a house or flat was taken out of {name!r}."
    )
    return Remark("withheld.house", message, rows)


def speaks_of_streets(header: str) -> bool:
    """Tell whether a header says that its column has streets, among others."""
    return bool(_WITH_STREETS.search(header))


def is_held_back(header: str) -> bool:
    """Tell whether a column is held back by its header alone, whatever is in it."""
    return bool(_of_header(header, is_people=False)[0])


def dwellings(places: Sequence[pd.Series[Any]]) -> pd.Series[Any]:
    """Tell which records speak of somebody's home, in columns of places and notes.

    Such a record is placed no finer than neighbourhood, and is ``generalised``, where
    its category is about people. At least one column is needed.
    """
    by_column = [
        map_distinct(
            column, lambda cell: isinstance(cell, str) and names_dwelling(cell)
        ).astype(bool)
        for column in places
    ]
    return pd.Series(np.logical_or.reduce(by_column), index=places[0].index)


def _is_of_people(head: Sequence[str]) -> bool:
    """Tell whether a table's records are people, by what it says of them."""
    of_people = [name for name in head if _PEOPLE.search(str(name).strip())]
    return len(of_people) >= _FEWEST_OF_PEOPLE


def _of_header(name: str, *, is_people: bool) -> tuple[str, str]:
    """Return the code and words of what a column holds by its header, or nothing."""
    if _TELEPHONES.search(name):
        return "withheld.telephone", "telephone numbers"
    if _PLATES.search(name):
        return "withheld.plate", "number plates"
    if _HOMES.search(name) or (is_people and _STREETS.search(name)):
        return "withheld.address", "addresses of people"
    if _BIRTHS.search(name):
        return "withheld.birth", "days on which people were born"
    if _TELLERS.search(name):
        return "withheld.teller", "who told of it, or how to reach them"
    return "", ""


def _hold_back_column(
    column: pd.Series[Any], allowed: frozenset[Harm], *, in_part: bool
) -> tuple[pd.Series[Any], list[Remark]]:
    """Return a column without what the rule book finds, and what to say of it."""
    if _is_plain(column):
        return column, []
    finds = map_distinct(column, lambda cell: _harms(cell) - allowed)
    held = frozenset[Harm]().union(*finds)
    remarks = []
    for harm in Harm:
        if harm in held:
            mask = finds.map(lambda harms, harm=harm: harm in harms).astype(bool)
            what = "was replaced in" if in_part else "is held back from"
            message = (
                f"What seems to be {HARM_WORDS[harm]} {what} {str(column.name)!r}."
            )
            remedy = ""
            if harm in OF_SOURCES:
                remedy = "If it is where the record comes from, give the column the role source."
            rows = rows_where(mask)
            remarks.append(Remark(f"withheld.{harm}", message, rows, (), remedy))
    if not remarks:
        return column, []
    return map_distinct(column, lambda cell: _without(cell, allowed, in_part)), remarks


def _is_plain(column: pd.Series[Any]) -> bool:
    """Tell whether a column surely holds nothing of that kind, many cells at a time."""
    for part in _parts(column):
        cells = part.dropna().tolist()
        if not ({*map(type, cells)} <= {str} and are_plain("", [*{*cells}])):
            return False
    return True


def _without_houses(
    column: pd.Series[Any],
    is_address: bool,  # noqa: FBT001 - by its header
    in_part: bool,  # noqa: FBT001 - whether words stay
) -> tuple[pd.Series[Any], tuple[int, ...]]:
    """Return a column without numbers of houses, and the records that had one."""

    def spare(cell: Any) -> Any:  # noqa: ANN401 - any cell
        if isinstance(cell, str):
            if is_web_address(cell):
                return cell
            left = without_houses(cell, is_address=is_address)
            is_home = left != cell and not in_part and names_dwelling(left)
            return None if is_home and len(cell) <= _LONGEST_ADDRESS else left
        if isinstance(cell, list):
            return [spare(part) for part in cell]
        if isinstance(cell, dict):
            return {name: spare(part) for name, part in cell.items()}
        return cell

    parts: list[pd.Series[Any]] = []
    housed: list[int] = []
    for part in _parts(column):
        if {*map(type, part.to_numpy())}.isdisjoint(_HOLDING_TEXTS):
            parts.append(part)
            continue
        left = map_distinct(part, spare)
        changed = part.notna() & (left != part)
        parts.append(left if changed.any() else part)
        housed += rows_where(changed)
    return (pd.concat(parts) if housed else column), tuple(housed)


def _parts(column: pd.Series[Any]) -> Iterator[pd.Series[Any]]:
    """Go through a column, as many cells at a time as need little memory."""
    for start in range(0, len(column), _AT_ONCE):
        yield column.iloc[start : start + _AT_ONCE]


def _harms(cell: object) -> frozenset[Harm]:
    """Return what a cell holds that is never recorded, however deep."""
    if isinstance(cell, str):
        return frozenset(find.harm for find in harm_in(cell))
    if isinstance(cell, list | dict):
        all_finds = (harm_in(text) for _, text in texts({"": cell}))
        return frozenset(find.harm for finds in all_finds for find in finds)
    return frozenset()


def _without(cell: Any, allowed: frozenset[Harm], in_part: bool) -> Any:  # noqa: ANN401, FBT001 - any cell
    if not _harms(cell) - allowed:
        return cell
    if not in_part or not isinstance(cell, str):
        return None
    left = cell
    for find in reversed(harm_in(cell)):
        if find.harm not in allowed:
            left = f"{left[: find.start]}{WITHHELD}{left[find.end :]}"
    is_empty = not any(map(str.isalnum, left.replace(WITHHELD, "")))
    return None if is_empty else left
