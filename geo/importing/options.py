"""What the caller says of the records of a file, and whether it fits the file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from geo.base.errors import QueryError
from geo.formats.records import Raw
from geo.formats.rows import value_of
from geo.importing.dating import check_formats
from geo.model.fields import PLACE_FIELDS, field_named
from geo.model.incident import PROPERTIES

PLACES: Final = frozenset(part.name for part in PLACE_FIELDS)
DATE_PARTS: Final = ("date.year", "date.month", "date.day")
FURTHER: Final = "extra."
#: What a column may be mapped to, beside further properties.
TARGETS: Final = frozenset(PROPERTIES) | PLACES | {"id", "quote", *DATE_PARTS}
#: What a default may be given for.
DEFAULTS: Final = frozenset(PROPERTIES) | {"quote"}
DERIVED: Final = frozenset(
    {"date_earliest", "date_latest", "acled_geo_precision", "ucdp_where_prec"}
)


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the caller says of the records.

    Parameters
    ----------
    mapped
        Properties by column, one of :data:`TARGETS` or ``extra.NAME``.
    values
        Other values by property and value: what a file calls "strike" may be a
        "demonstration" here.
    defaults
        Values of properties where a record has none, one of :data:`DEFAULTS`.
    source
        Id of the source that records without citations stand on; empty for none.
    drop
        Columns that are left out.
    date_formats
        As for :func:`geo.importing.dating.read_date`.
    today
        The day that records which do not say are called last changed.
    """

    mapped: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    drop: Collection[str] = ()
    date_formats: tuple[str, ...] = ()
    today: str = ""


def check_options(options: ImportOptions, raw: Raw) -> None:
    """Refuse options that do not fit the file or the model.

    Raises
    ------
    QueryError
        Naming the option, the value and what there is.
    """
    for option, columns in (("map", options.mapped), ("drop", options.drop)):
        for column in columns:
            is_place = options.mapped.get(column) in PLACES
            if column not in raw.columns and not is_place and raw.features:
                shown = ", ".join(map(repr, raw.columns)) or "none"
                msg = f"{column!r} is not a column of the file. Columns are {shown}."
                raise QueryError(option, msg)
    for target in options.mapped.values():
        if target not in TARGETS and not target.startswith(FURTHER):
            shown = ", ".join(sorted(TARGETS))
            msg = f"{target!r} is not a property. Write one of {shown}, or extra.NAME."
            raise QueryError("map", msg)
    targets = [target for target in options.mapped.values() if target in TARGETS]
    for target in targets:
        if targets.count(target) > 1:
            raise QueryError("map", f"two columns are mapped to {target!r}.")
    for name, text in options.defaults.items():
        default_of(name, text)
    check_formats(options.date_formats)


def default_of(name: str, text: str) -> Any:  # noqa: ANN401 - any JSON value
    """Parse a default; raise QueryError if it is not valid."""
    described = field_named(name)
    if name not in DEFAULTS or name in DERIVED:
        shown = ", ".join(sorted(DEFAULTS - DERIVED))
        msg = f"{name!r} is not a property that can be given. Those are {shown}."
        raise QueryError("default", msg)
    if described is None:
        return text
    try:
        return value_of(described, text)
    except ValueError as error:
        raise QueryError("default", f"{name}={text!r} {error}.") from error


def iso_today() -> str:
    """Return the day of today, in local time."""
    return date.today().isoformat()  # noqa: DTZ011 - the day where the user is
