"""What records say of their place, and the questions to look it up by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from geo.formats.coordinates import is_empty
from geo.importing.cells import without_nesting
from geo.importing.countries import code_of_name
from geo.model.folding import fold
from geo.model.geonames import country_name

#: What people write in the place of a place, folded: it names none.
_NO_PLACES: Final = frozenset(
    fold(words)
    for words in (
        *("unknown", "not known", "unspecified", "not specified", "not stated"),
        *("undisclosed", "undetermined", "unknown location", "location unknown", "tbd"),
        *("unclear", "unconfirmed", "unverified", "not available", "not applicable"),
        *("withheld", "redacted", "confidential", "n.n.", "s/d"),
        *("unbek.", "н/д", "нет данных", "немає даних", "sin datos", "nema podataka"),
        *("nepoznato", "неизвестно", "невідомо", "desconocido", "inconnu", "unbekannt"),
        *("desconhecido", "sconosciuto", "nieznane", "bilinmiyor", "tidak diketahui"),
        *("غير معروف", "نامعلوم", "不明", "未知"),
    )
)
#: What says that it was in many places, folded: words to show, and no name to look up.
_NO_ONE_PLACE: Final = frozenset(
    fold(words)
    for words in (
        *("various", "various places", "various locations", "several", "multiple"),
        *("several locations", "multiple locations", "nationwide", "countrywide"),
        *("whole country", "online", "internet", "other", "elsewhere", "citywide"),
        *("varios", "varias", "todo el país", "divers", "verschiedene", "bundesweit"),
        *("разное", "разные", "вся страна", "по всей стране", "razno", "cela zemlja"),
        *("vários", "nacional", "çeşitli", "ülke geneli", "全国", "各地"),
    )
)
#: A town with the code of its state behind it: "Marabá/PA", "São Paulo - SP".
_WITH_CODE: Final = re.compile(
    r"(.+?)\s*(?:/|\s[-–]\s|[-–]\s|,|\()\s*([A-Z]{2,3})\s*\)?"
)
#: The states of Brazil, which GeoNames knows by name only.
_BRAZIL: Final[Mapping[str, str]] = {
    "AC": "Acre",
    "AL": "Alagoas",
    "AM": "Amazonas",
    "AP": "Amapá",
    "BA": "Bahia",
    "CE": "Ceará",
    "DF": "Distrito Federal",
    "ES": "Espírito Santo",
    "GO": "Goiás",
    "MA": "Maranhão",
    "MG": "Minas Gerais",
    "MS": "Mato Grosso do Sul",
    "MT": "Mato Grosso",
    "PA": "Pará",
    "PB": "Paraíba",
    "PE": "Pernambuco",
    "PI": "Piauí",
    "PR": "Paraná",
    "RJ": "Rio de Janeiro",
    "RO": "Rondônia",
    "RN": "Rio Grande do Norte",
    "RR": "Roraima",
    "RS": "Rio Grande do Sul",
    "SC": "Santa Catarina",
    "SE": "Sergipe",
    "SP": "São Paulo",
    "TO": "Tocantins",
}
#: Roles that name a place, from the whole to its parts.
PLACE_ROLES: Final = ("place", "place.address", "place.district", "place.region")


class PlaceText(NamedTuple):
    """What a record says of its place; empty where it says nothing."""

    place: str = ""
    address: str = ""
    district: str = ""
    region: str = ""
    country: str = ""

    @property
    def shown(self) -> str:
        """The whole as one text."""
        parts = (self.address, self.district, self.place, self.region)
        named = [part for part in parts if part]
        return ", ".join(
            [*named, *([country_name(self.country)] if self.country else [])]
        )


def place_texts(
    frame: pd.DataFrame, roles: Mapping[str, str], country_codes: pd.Series
) -> pd.Series:
    """Return what each record says of its place; None where it names none."""
    columns = {
        role: column for column, role in roles.items() if column in frame.columns
    }
    parts = []
    for role in PLACE_ROLES:
        if role in columns:
            column = without_nesting(frame[columns[role]])
            spelled = {cell: _spelled(cell) for cell in pd.unique(column)}
            parts.append([spelled[cell] for cell in column])
        else:
            parts.append([""] * len(frame))
    codes = country_codes.reindex(frame.index)
    parts.append([code if isinstance(code, str) else "" for code in codes])
    texts = [
        PlaceText(*said) if any(said[:-1]) else None
        for said in zip(*parts, strict=True)
    ]
    values = np.full(len(frame), None, dtype=object)
    known: dict[PlaceText, PlaceText] = {}
    for position, text in enumerate(texts):
        values[position] = None if text is None else known.setdefault(text, text)
    return pd.Series(values, index=frame.index, dtype=object)


def _spelled(cell: object) -> str:
    if is_empty(cell) or (isinstance(cell, float) and pd.isna(cell)):
        return ""
    text = place_name(" ".join(str(cell).split()))
    return "" if fold(text) in _NO_ONE_PLACE else text


def place_name(text: str) -> str:
    """Return a text, or nothing where it says that no place is known: "Unknown"."""
    return "" if is_empty(text) or fold(text) in _NO_PLACES else text


def queries_of(text: PlaceText) -> Iterator[tuple[str, str | None, bool]]:
    """Go through what to ask, finest first: text, country, whether it is a region."""
    place, country = text.place, text.country or None
    head, _, rest = (part.strip() for part in place.partition(","))
    context = [part for part in (place, text.region) if part]
    queries: dict[tuple[str, str | None], bool] = {}
    if text.address:
        queries[joined(text.address, text.district, *context), country] = False
    if text.district:
        queries[joined(text.district, *context), country] = False
    if place:
        queries[joined(place, text.region), country] = False
        queries |= dict.fromkeys(_with_codes(text), False)
        queries[place, country] = False
        queries[head, country or _country_at_end(rest)] = False
    elif text.district:
        queries[text.district, country] = False
    if text.region and not place and not text.district:
        queries[text.region, country] = True
    for (query, where), is_region in queries.items():
        yield query, where, is_region


def _with_codes(text: PlaceText) -> Iterator[tuple[str, str | None]]:
    """Go through a town with the state whose code stands behind it or in its column."""
    match = _WITH_CODE.fullmatch(text.place)
    town, code = match.groups() if match else (text.place, text.region)
    if match:
        yield f"{town}, {code}", text.country or None
    if code in _BRAZIL and text.country in {"", "BR"}:
        yield f"{town}, {_BRAZIL[code]}", "BR"
        yield town, "BR"


def _country_at_end(rest: str) -> str | None:
    """Return the country that ends a place; a code may as well be that of a state."""
    last = rest.rpartition(",")[2].strip()
    return code_of_name(last) if len(last) > len("USA") else None


def joined(*parts: str) -> str:
    """Return parts as one text with commas, empty and repeated ones left out."""
    return ", ".join(dict.fromkeys(part for part in parts if part))
