"""Own fields: what a newsroom's table has beside the properties of the model.

Any property that the model does not know is kept as it is. A declaration in the map's
folder (``map.toml``) gives such a field its label, its type and the places where readers
see it::

    [fields.killed]
    label = "People killed"
    type = "integer"
    show = ["record", "popup", "table"]

A declared field is a column of its own in downloads. What is not declared stays within
the column ``extra``, and stands in the record under its name. A value that is not of the
declared type is never bent into it: it is treated as if it were not declared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, Final

from geo.base.characters import unprintable
from geo.base.errors import SettingsError
from geo.model.incident import PROPERTIES


class OwnType(StrEnum):
    """What the values of an own field are."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    #: A day, YYYY-MM-DD.
    DATE = "date"
    TRUTH = "truth"
    #: An address on the web. Nothing is loaded from it.
    LINK = "link"


#: Where an own field may be shown.
PLACES_SHOWN: Final = ("record", "popup", "table")
#: Names of columns that files of ours have, and of members that GeoJSON gives a meaning.
TAKEN: Final = frozenset(
    name.lower()
    for name in (
        *PROPERTIES,
        *("id", "extra", "protected", "geometry", "geom", "bbox", "lon", "lat", "wkt"),
        *("fid", "ogc_fid", "row_no", "incident_id", "number", "source", "quote"),
        *("acled_geo_precision", "ucdp_where_prec"),
    )
)
_LONGEST_NAME: Final = 100
_ADDRESS: Final = re.compile(r"https?://[^\s]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OwnField:
    """One field of a newsroom's own.

    Parameters
    ----------
    name
        The property, as the records have it, and the column of downloads.
    label
        What readers see.
    type
        What its values are.
    show
        Where readers see it, of :data:`PLACES_SHOWN`.
    """

    name: str
    label: str
    type: OwnType = OwnType.TEXT
    show: tuple[str, ...] = ("record",)

    def fits(self, value: object) -> bool:
        """Tell whether a value, as JSON has it, is of the field's type."""
        return _FITS[self.type](value)


def parse_own_fields(written: Mapping[str, Any]) -> tuple[OwnField, ...]:
    """Read the declarations of own fields.

    Parameters
    ----------
    written
        By the field's name: ``label``, ``type`` and ``show``, each as wanted. Empty
        for none.

    Returns
    -------
    tuple of OwnField
        In the order written.

    Raises
    ------
    SettingsError
        If a name is a column of the model or differs from another only in its case, or
        a declaration has an unknown key, type or place; names the field.
    """
    own: list[OwnField] = []
    names: set[str] = set()
    for name, said in written.items():
        _check_name(name, names)
        names.add(name.lower())
        if not isinstance(said, Mapping):
            raise _wrong(
                name, f"is {said!r}; a table of label, type and show is needed."
            )
        for key in said:
            if key not in _KEYS:
                raise _wrong(name, f"has {key!r}; it takes {', '.join(_KEYS)}.")
        label = said.get("label") or name
        if not isinstance(label, str) or not label.strip() or unprintable(label):
            raise _wrong(name, f"has the label {label!r}; write a short text.")
        own.append(OwnField(name, label, _type(name, said), _places(name, said)))
    return tuple(own)


def is_address(value: object) -> bool:
    """Tell whether a value is an address on the web, and so a link to readers."""
    return isinstance(value, str) and _ADDRESS.fullmatch(value) is not None


def split_own(
    extra: Mapping[str, Any], own: Iterable[OwnField]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part further properties into values of declared fields, and the rest.

    Parameters
    ----------
    extra
        What the model does not know, by name.
    own
        The declared fields.

    Returns
    -------
    tuple
        Values that fit their fields by name; and what is not declared, or does not fit.
    """
    rest = dict(extra)
    fitting = {
        field.name: rest.pop(field.name)
        for field in own
        if field.name in rest and field.fits(rest[field.name])
    }
    return fitting, rest


def own_words(value: object) -> str:
    """Return a value of an own field as readers see it: text is text."""
    if value is None or value == "":
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return "; ".join(map(own_words, value))
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {own_words(part)}" for name, part in value.items())
    return str(value)


def _check_name(name: str, names: Iterable[str]) -> None:
    if not name.strip() or len(name) > _LONGEST_NAME or unprintable(name):
        raise _wrong(name, "is no name; write the column's, in at most 100 characters.")
    if name.lower() in TAKEN:
        raise _wrong(name, "is a property or a column of its own; rename the field.")
    if name.lower() in names:
        raise _wrong(name, "differs from another field only in its case; rename one.")


def _type(name: str, said: Mapping[str, Any]) -> OwnType:
    try:
        return OwnType(said.get("type", OwnType.TEXT))
    except ValueError as error:
        choices = ", ".join(OwnType)
        message = f"has the type {said['type']!r}; it takes one of {choices}."
        raise _wrong(name, message) from error


def _places(name: str, said: Mapping[str, Any]) -> tuple[str, ...]:
    places = said.get("show", ["record"])
    if not isinstance(places, list | tuple) or any(
        place not in PLACES_SHOWN for place in places
    ):
        message = (
            f"is shown in {places!r}; it takes a list of {', '.join(PLACES_SHOWN)}."
        )
        raise _wrong(name, message)
    return tuple(place for place in PLACES_SHOWN if place in places)


def _wrong(name: str, message: str) -> SettingsError:
    return SettingsError(f"The own field {name!r} {message}")


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_MOST_INTEGER: Final = 2**53
_KEYS: Final = tuple(field.name for field in fields(OwnField) if field.name != "name")
_FITS: Final[Mapping[OwnType, Callable[[object], bool]]] = {
    OwnType.TEXT: lambda value: isinstance(value, str) and value != "",
    OwnType.LINK: is_address,
    OwnType.INTEGER: lambda value: (
        isinstance(value, int)
        and not isinstance(value, bool)
        and abs(value) <= _MOST_INTEGER
    ),
    OwnType.NUMBER: _is_number,
    OwnType.DATE: _is_day,
    OwnType.TRUTH: lambda value: isinstance(value, bool),
}
