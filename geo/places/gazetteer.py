"""The curated gazetteer: the places of a layer, each with its origin.

A GeoJSON FeatureCollection (RFC 7946, WGS84, lon before lat), one Feature a place::

    id          slug, never reused
    name        what the layer writes as ``place``
    names       other written forms, in any script
    country     ISO 3166-1 alpha-2 (XK for Kosovo), or null
    precision   how finely the place is known; radius_m says it in metres
    within      id of the containing place, or null
    origin      where the coordinates come from, and their licence
    note        what a reader should know about the place
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeGuard

from shapely import LineString, Point
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.base.characters import unprintable
from geo.base.errors import Code, DataError, Fault, NotFoundError
from geo.layer.geojson import LIMITS, Notes, examine_geojson
from geo.model.folding import fold
from geo.model.vocabulary import RADIUS_RANGE_M, SHAPES_OF

#: Properties every place has; ``names`` and ``note`` may be empty.
PROPERTIES: Final = (
    "name",
    "names",
    "country",
    "precision",
    "radius_m",
    "within",
    "origin",
    "note",
)
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_SEE: Final = "See data/README.md, 'Gazetteer'."


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the gazetteer.

    Parameters
    ----------
    id
        Slug, never reused.
    name
        What a layer writes as the place's name.
    names
        Other written forms, in any script.
    country
        ISO 3166-1 alpha-2, XK for Kosovo; None where no one country fits.
    precision
        One of :class:`~geo.model.vocabulary.Precision`.
    radius_m
        Uncertainty in metres; for an area, the distance to its farthest edge.
    geometry
        Point, LineString or Polygon, WGS84, (lon, lat).
    origin
        Where the coordinates come from, and their licence.
    note
        What a reader should know about the place; may be empty.
    within
        Id of the containing place, or None.
    """

    id: str
    name: str
    names: tuple[str, ...]
    country: str | None
    precision: str
    radius_m: float
    geometry: BaseGeometry
    origin: str
    note: str = ""
    within: str | None = None

    @property
    def spot(self) -> Point:
        """One point of the place, (lon, lat): halfway along a line, inside an area."""
        if isinstance(self.geometry, LineString):
            return self.geometry.interpolate(0.5, normalized=True)
        return self.geometry.representative_point()

    @property
    def written_forms(self) -> tuple[str, ...]:
        """The name and all other written forms, the name first."""
        return (self.name, *self.names)


@dataclass(frozen=True)
class Gazetteer:
    """The places of a layer, in file order."""

    places: tuple[Place, ...]

    def find(self, name: str, country: str | None = None) -> tuple[Place, ...]:
        """Return the places of that name, in file order; none for an unknown name.

        Parameters
        ----------
        name
            Any written form, in any script; case and accents do not matter.
        country
            ISO 3166-1 alpha-2, to leave out namesakes elsewhere. In one country a
            name stands for one place only, so at most one is returned then.
        """
        return tuple(
            place
            for place in self._by_name.get(fold(name), ())
            if country is None or place.country == country
        )

    def place(self, place_id: str) -> Place:
        """Return the place of that id.

        Raises
        ------
        NotFoundError
            If there is none; names the ids there are.
        """
        try:
            return self._by_id[place_id]
        except KeyError as error:
            msg = (
                f"No place has the id {place_id!r}. "
                f"There are {', '.join(sorted(self._by_id)) or 'no places at all'}."
            )
            raise NotFoundError(msg) from error

    @cached_property
    def _by_id(self) -> Mapping[str, Place]:
        return {place.id: place for place in self.places}

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[Place, ...]]:
        by_name: dict[str, tuple[Place, ...]] = {}
        for place in self.places:
            for name in dict.fromkeys(map(fold, place.written_forms)):
                by_name[name] = (*by_name.get(name, ()), place)
        return by_name


def read_gazetteer(path: Path | str) -> Gazetteer:
    """Read a gazetteer, or refuse it with everything that is wrong.

    Parameters
    ----------
    path
        GeoJSON (RFC 7946) as the module's docstring describes it. An empty
        collection gives a gazetteer without places.

    Raises
    ------
    DataError
        If the file is missing, is not sound GeoJSON, or a place is incomplete, has
        a value that is not accepted, or has a name that another place of its
        country has too.
    """
    notes = Notes(str(path))
    reading = examine_geojson(_bytes(path), str(path))
    notes.extend(fault for fault in reading.faults if fault.severity == "error")
    for index, feature in enumerate(reading.features):
        notes.at(index, _id_of(feature))
        _check_place(feature, notes, misplaced=index in reading.misplaced)
    _check_together(reading.features, notes)
    if notes.errors:
        raise DataError(notes.faults())
    return Gazetteer(tuple(map(_place, reading.features)))


def _bytes(path: Path | str) -> bytes:
    """Return the file's content, one byte more than the limit at most."""
    try:
        with Path(path).open("rb") as stream:
            return stream.read(LIMITS.max_bytes + 1)
    except OSError as error:
        remedy = "Give the path of a gazetteer, or set INCIDENTS_PLACES."
        fault = Fault(
            str(path), f"cannot be read: {error}.", remedy, code=Code.UNREADABLE
        )
        raise DataError([fault]) from error


def _place(feature: Mapping[str, Any]) -> Place:
    """Make a place of a feature that has been checked."""
    properties = feature["properties"]
    return Place(
        id=feature["id"],
        name=properties["name"],
        names=tuple(properties["names"]),
        country=properties["country"],
        precision=properties["precision"],
        radius_m=properties["radius_m"],
        geometry=shape(feature["geometry"]),
        origin=properties["origin"],
        note=properties["note"],
        within=properties["within"],
    )


def _id_of(feature: Mapping[str, Any]) -> str | None:
    written = feature.get("id")
    return None if written is None else str(written)


def _check_place(feature: Mapping[str, Any], notes: Notes, *, misplaced: bool) -> None:
    """Note everything wrong with one place by itself."""
    properties = feature["properties"]
    for name in PROPERTIES:
        if name not in properties:
            notes.error(name, "is missing.", _SEE)
    for name in properties:
        if name not in PROPERTIES:
            notes.error(name, "is not a property of a place.", _SEE)
    if not isinstance(feature["id"], str) or not _SLUG.fullmatch(feature["id"]):
        message = f"{feature['id']!r} is not a slug."
        notes.error(
            "id", message, "Write lower-case letters and digits, such as new-town."
        )
    _check_texts(properties, notes)
    country = properties.get("country")
    if country is not None and not (_is_text(country) and _COUNTRY.fullmatch(country)):
        message = f"{country!r} is not a two-letter ISO 3166-1 code."
        notes.error("country", message, "Write a code such as RS, or null.")
    _check_extent(feature, notes, misplaced=misplaced)


def _check_texts(properties: Mapping[str, Any], notes: Notes) -> None:
    for name in ("name", "origin"):
        if name in properties and not _is_text(properties[name]):
            notes.error(name, f"{properties[name]!r} is not a text.", "Write one.")
    if not isinstance(properties.get("note", ""), str):
        notes.error("note", f"{properties['note']!r} is not a text.", 'Write "".')
    within = properties.get("within")
    if within is not None and not _is_text(within):
        notes.error(
            "within", f"{within!r} is not an id.", "Write a place's id, or null."
        )
    names = properties.get("names", [])
    if not isinstance(names, list) or not all(map(_is_text, names)):
        notes.error("names", f"{names!r} is not a list of texts.", "Write a list.")
        names = []
    for written in (properties.get("name"), *names):
        if _is_text(written) and not fold(written):
            message = f"{written!r} has no letter or digit to find it by."
            notes.error("names", message, "Remove it.")
    texts = [(name, properties.get(name)) for name in ("name", "origin", "note")]
    for where, text in (*texts, *(("names", name) for name in names)):
        odd = unprintable(text) if isinstance(text, str) else None
        if odd:
            message = f"{text!r} holds U+{ord(odd):04X}, which does not print."
            notes.error(where, message, "Remove the character.")


def _check_extent(feature: Mapping[str, Any], notes: Notes, *, misplaced: bool) -> None:
    """Note a precision, radius or geometry that do not go together."""
    precision = feature["properties"].get("precision")
    if not isinstance(precision, str) or precision not in RADIUS_RANGE_M:
        if "precision" in feature["properties"]:
            choices = ", ".join(RADIUS_RANGE_M)
            message = f"{precision!r} is not a precision."
            notes.error("precision", message, f"Write one of {choices}.")
        return
    least_m, most_m = RADIUS_RANGE_M[precision]
    radius_m = feature["properties"].get("radius_m")
    if "radius_m" in feature["properties"] and not _is_between(
        radius_m, least_m, most_m
    ):
        message = f"{radius_m!r} does not fit the precision {precision!r}."
        remedy = f"Write metres from {least_m:g} to {most_m:g}."
        notes.error("radius_m", message, remedy)
    kind = (feature["geometry"] or {}).get("type")
    if not misplaced and kind not in SHAPES_OF[precision]:
        shapes = " or ".join(sorted(SHAPES_OF[precision]))
        message = f"{kind or 'no geometry'} does not fit the precision {precision!r}."
        notes.error("geometry", message, f"Give a {shapes}.")


def _check_together(features: Sequence[Mapping[str, Any]], notes: Notes) -> None:
    """Note what is wrong between places: names used twice, unknown containers."""
    ids = {_id_of(feature) for feature in features}
    owners: dict[tuple[str | None, str], str | None] = {}
    for index, feature in enumerate(features):
        own = _id_of(feature)
        notes.at(index, own)
        properties = feature["properties"]
        within = properties.get("within")
        if _is_text(within) and (within not in ids or within == own):
            message = f"{within!r} is not the id of another place here."
            notes.error("within", message, "Write a place's id, or null.")
        country = properties.get("country")
        if country is not None and not isinstance(country, str):
            continue
        names = properties.get("names")
        written = [properties.get("name"), *(names if isinstance(names, list) else [])]
        for name in filter(_is_text, written):
            owner = owners.setdefault((country, fold(name)), own)
            if owner != own:
                message = f"{name!r} is a name of {owner!r} in the same country too."
                notes.error("names", message, "Keep it at one of the two.")


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value.strip())


def _is_between(value: object, least: float, most: float) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and least <= value <= most
    )
