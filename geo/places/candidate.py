"""The candidate: what any geocoder answers, in this project's terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CURATED: Final = "curated gazetteer"
GEONAMES: Final = "GeoNames"
NOMINATIM: Final = "Nominatim"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer to "where is this?".

    Parameters
    ----------
    name
        The place's name, as its source writes it.
    country
        ISO 3166-1 alpha-2, XK for Kosovo; None where the source names none.
    source
        Which geocoder answers: :data:`CURATED`, :data:`GEONAMES`,
        :data:`NOMINATIM`.
    precision
        One of :class:`~geo.model.vocabulary.Precision`.
    radius_m
        Uncertainty in metres around the point.
    lon, lat
        A point of the place in degrees, WGS84.
    origin
        Where the coordinates come from, and their licence.
    generalised
        Whether the point was made coarser than the source has it, because the
        place may be somebody's home.
    """

    name: str
    country: str | None
    source: str
    precision: str
    radius_m: float
    lon: float
    lat: float
    origin: str
    generalised: bool = False
