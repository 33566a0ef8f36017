"""What a reader is told: an incident's values in plain English.

Popup, record panel, table and exports take their words from here, so that none of
them says more, or says it surer, than another. Text of the record is passed on as
it is; escaping is the business of whoever draws it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from geo.model.dates import words
from geo.model.geonames import country_name
from geo.model.incident import Incident
from geo.model.own_fields import OwnField, is_address, own_words, split_own
from geo.model.vocabulary import (
    BASIS_LABELS,
    KIND_LABELS,
    PRECISION_LABELS,
    ActorRole,
    Kind,
    PlaceRole,
    Precision,
    Status,
)

#: The property that says that a place is not to be refined by anybody.
PROTECTED: Final = "protected"
#: What is said of what nobody said.
NOT_KNOWN: Final = "Not known"
NOT_PLACED: Final = "Not placed on the map"
UNNAMED: Final = "The place is not named"
#: What is said first of a plan, whatever the status of the report.
PLANNED: Final = "Planned or feared, not known to have happened"
_STATUS: Final = {
    Status.REPORTED: "Reported",
    Status.UNVERIFIED: "Unverified",
    Status.CORROBORATED: "Corroborated by independent sources",
    Status.FALSE: "Shown to be false",
}
#: How sure a report is, as the legend explains the markers.
LOOKS: Final = (
    ("reported", "Reported as fact"),
    ("alleged", "Alleged by somebody"),
    ("unverified", "Not verified"),
    ("plan", PLANNED),
)
#: What a geometry is to a reader. Whether a shape is a line or an area is to be seen.
_SHAPE_WORDS: Final = {
    "Point": "a point",
    "MultiPoint": "several points",
    "LineString": "a line",
    "MultiLineString": "lines",
    "Polygon": "an area",
    "MultiPolygon": "areas",
    "Shape": "a shape on the map",
}
#: How a title begins that stands alone, where the source does not vouch for it.
_FOREWORDS: Final = {
    Status.ALLEGED: "alleged",
    Status.UNVERIFIED: "unverified",
    Status.FALSE: "shown to be false",
}
_ROLES: Final = {
    ActorRole.BY: "By",
    ActorRole.AGAINST: "Against",
    ActorRole.WITH: "With",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of what a reader sees of a record, in the order in which it is seen.

    Parameters
    ----------
    kind
        How to lay it out: ``kicker``, ``title``, ``claim``, ``uncertain`` (a claim that
        is not the source's own), ``denial``, ``text``, ``fact`` (with its label),
        ``link`` (the same, its text an address on the web), ``note``, ``heading`` or
        ``subheading``.
    text
        As the record has it: whoever draws it escapes it.
    label
        What a fact is about.
    brief
        Whether a short form, such as a popup, shows it too.
    """

    kind: str
    text: str
    label: str = ""
    brief: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return it as a part of a record."""
        # By name: a large layer has millions, and ``asdict`` copies each value.
        return {
            "kind": self.kind,
            "text": self.text,
            "label": self.label,
            "brief": self.brief,
        }


@dataclass(frozen=True, slots=True)
class Wording:
    """An incident's values as a reader would say them.

    ``claim`` tells how sure the source is and who makes the claim; ``denial`` who
    denies it, in a sentence of its own, or is empty. ``cautions`` are things a
    reader must not overlook.
    """

    date: str
    place: str
    precision: str
    claim: str
    denial: str
    kind: str
    cautions: tuple[str, ...]


def wording(incident: Incident) -> Wording:
    """Return the words for an incident."""
    return Wording(
        date=date_words(incident.date),
        place=place_words(incident),
        precision=precision_words(
            incident.precision,
            incident.radius_m,
            shape=incident.geometry.geom_type if incident.geometry else "",
        ),
        claim=claim_words(incident),
        denial=denial_words(incident.denied_by),
        kind=kind_words(incident),
        cautions=_cautions(incident),
    )


def describe(
    incident: Incident, category_label: str, own: Iterable[OwnField] = ()
) -> tuple[Part, ...]:
    """Return all that a reader is told of an incident, but for its passages.

    The only place that knows what is shown, in which words and in which order.

    Parameters
    ----------
    incident
        The incident.
    category_label
        What readers see for its category.
    own
        The layer's declared own fields.
    """
    said = wording(incident)
    is_event = incident.kind == Kind.EVENT
    is_certain = incident.kind != Kind.PLAN and incident.status in {
        Status.REPORTED,
        Status.CORROBORATED,
    }
    basis = basis_words(incident.location_basis)
    placed = f"{said.precision}{f' ({basis})' if basis else ''}"
    parts = [
        Part(
            "kicker", category_label if is_event else f"{category_label} · {said.kind}"
        ),
        Part("title", incident.title),
        Part("claim" if is_certain else "uncertain", said.claim),
        Part("denial", said.denial),
        Part("fact", said.date, "Date"),
        Part("fact", f"{said.place}. {placed}.", "Place"),
        Part("text", incident.summary),
        *(Part("note", caution) for caution in said.cautions),
    ]
    written = incident.place_as_written
    fuller = {
        "About the date": incident.date_note,
        "About the place": incident.location_note,
        "As the source puts it": f"“{written}”" if written else "",
        "Country or territory": country_name(incident.country or ""),
    }
    for role, label in _ROLES.items():
        actors = [actor.name for actor in incident.actors if actor.role == role]
        fuller[label] = "; ".join(actors)
    parts += [Part("fact", text, label, brief=False) for label, text in fuller.items()]
    parts += _own_parts(incident, tuple(own))
    return tuple(part for part in parts if part.text)


def _own_parts(incident: Incident, own: Sequence[OwnField]) -> Iterator[Part]:
    """Go through own fields: the declared ones in their order, then any others."""
    fitting, rest = split_own(incident.extra, own)
    for field in own:
        # A value of another type is shown all the same, under the same label.
        value = fitting.get(field.name, rest.pop(field.name, None))
        if value is not None and {"record", "popup"}.intersection(field.show):
            yield _own_part(field.label, value, brief="popup" in field.show)
    for name, value in rest.items():
        if value is not None and value != "" and name != PROTECTED:
            yield _own_part(name, value, brief=False)


def _own_part(label: str, value: object, *, brief: bool) -> Part:
    kind = "link" if is_address(value) else "fact"
    return Part(kind, own_words(value), label, brief=brief)


def headline_words(incident: Incident) -> str:
    """Return a title that stands alone: "Alleged, denied: Attack in the street".

    Where only a title is shown, as on a card or in a feed, it says itself that it is a
    plan, what the source does not vouch for, and that somebody denies it.
    """
    doubt = _FOREWORDS.get(Status(incident.status))
    if doubt is None and incident.alleged_by and incident.kind != Kind.PLAN:
        doubt = "in part alleged"
    denial = "denied" if incident.denied_by else None
    if denial and incident.status == Status.REPORTED:
        # The source vouches for the rest.
        denial = "in part denied"
    forewords = [
        "planned" if incident.kind == Kind.PLAN else None,
        doubt,
        denial,
    ]
    said = ", ".join(filter(None, forewords))
    return f"{said[:1].upper()}{said[1:]}: {incident.title}" if said else incident.title


def line_words(date: str, claim: str, place: str = "") -> str:
    """Return what a list says of an incident below its title."""
    return f"{date}. {place}. {claim}" if place else f"{date}. {claim}"


def date_words(date: str | None) -> str:
    """Return a date with a capital: "By December 2023", "Date unknown"."""
    said = words(date)
    return said[:1].upper() + said[1:]


def claim_words(incident: Incident) -> str:
    """Return how sure the source is, and who makes the claim.

    Plans are said to be plans first, whatever the status of the report.
    """
    claimants = listed(incident.alleged_by)
    plan = incident.kind == Kind.PLAN
    if incident.status == Status.ALLEGED:
        said = f"Alleged by {claimants}" if claimants else "Alleged"
        return f"{PLANNED}. {said}." if plan else f"{said}."
    said = _STATUS.get(Status(incident.status), incident.status)
    parts = [PLANNED] if plan else []
    if not plan or incident.status != Status.REPORTED:
        parts.append(said)
    if claimants:
        parts.append(
            f"According to {claimants}" if plan else f"In part alleged by {claimants}"
        )
    return " ".join(f"{part}." for part in parts)


def dispute_words(incident: Incident) -> str:
    """Return how sure the source is, who makes the claim, and who denies it."""
    said = claim_words(incident), denial_words(incident.denied_by)
    return " ".join(filter(None, said))


def denial_words(denied_by: tuple[str, ...]) -> str:
    """Return who denies it as a sentence, or an empty text."""
    return f"Denied by {listed(denied_by)}." if denied_by else ""


def place_words(incident: Incident) -> str:
    """Return where it happened, or what the place is to it otherwise."""
    if not incident.place:
        return UNNAMED if incident.geometry else "No place given by the source"
    if incident.place_role == PlaceRole.TARGET:
        return f"Aimed at {_named(incident)}"
    if incident.place_role == PlaceRole.SUBJECT:
        return f"About {_named(incident)}; it is not said to have happened there"
    if incident.kind == Kind.PLAN and incident.place_role is None:
        return f"{incident.place}; its part in the plan is not known"
    return somewhere(incident.place, incident.precision)


def _named(incident: Incident) -> str:
    """Return a place within a sentence: a line is no proper name."""
    if incident.precision == Precision.LINE:
        return f"the {incident.place[:1].lower()}{incident.place[1:]}"
    return incident.place


def somewhere(place: str, precision: str | None) -> str:
    """Return a place with its vagueness: "Somewhere in Belgrade"."""
    if not place:
        return UNNAMED
    if precision in {
        Precision.CITY,
        Precision.REGION,
        Precision.COUNTRY,
        Precision.NEIGHBOURHOOD,
    }:
        return f"Somewhere in {place}"
    if precision == Precision.LINE:
        return f"Somewhere along the {place[:1].lower()}{place[1:]}"
    if precision == Precision.STREET:
        return f"Somewhere on {place}"
    return place


def marker_words(
    place: str, precision: str | None, radius_m: float | None, *, shape: str = "Point"
) -> str:
    """Return what a marker says of its place: name, vagueness, how finely known."""
    exact = place and precision in {Precision.VENUE, Precision.STREET}
    said = place if exact else somewhere(place, precision)
    return f"{said}. {precision_words(precision, radius_m, shape=shape)}"


def precision_words(
    precision: str | None, radius_m: float | None, *, shape: str = ""
) -> str:
    """Return how finely it is placed: "Placed at city level, within about 12 km".

    Parameters
    ----------
    precision, radius_m
        As of the incident; None where nobody said.
    shape
        The type of its geometry in GeoJSON; empty where it has none.
    """
    if precision is None:
        if not shape:
            return NOT_PLACED
        shape_words = f"Given as {_SHAPE_WORDS[shape]}"
        if radius_m:
            return f"{shape_words}, within about {distance_words(radius_m)}"
        return f"{shape_words}; nobody said how exact it is"
    label = PRECISION_LABELS[Precision(precision)]
    areas = {Precision.COUNTRY, Precision.REGION, Precision.LINE}
    if radius_m is None or radius_m <= 0 or precision in areas:
        return label
    return f"{label}, within about {distance_words(radius_m)}"


def distance_words(metres: float) -> str:
    """Return a distance as people say it: "500 m", "1.5 km", "12 km"."""
    if metres < 995:  # noqa: PLR2004 - what rounds to a kilometre is one
        return f"{round(metres, -1) or metres:.0f} m"
    km = metres / 1000
    return f"{km:.2g} km" if km < 9.95 else f"{km:.0f} km"  # noqa: PLR2004 - two digits


def kind_words(incident: Incident) -> str:
    """Return what the record stands for, with its count where there is one."""
    label = KIND_LABELS[Kind(incident.kind)]
    if incident.kind == Kind.SERIES and incident.count:
        return f"{incident.count} events in one record"
    return label


def basis_words(basis: str | None) -> str:
    """Return what the placing rests on: "inferred"; empty where not placed."""
    return next((label for key, label in BASIS_LABELS.items() if key == basis), "")


def listed(names: tuple[str, ...]) -> str:
    """Return names as a list in a sentence: "a, b and c".

    Where one is itself a list, semicolons say where each ends: "a; b and c".
    """
    if len(names) < 2:  # noqa: PLR2004 - one name needs no joining
        return "".join(names)
    if any(mark in name for name in names for mark in (" and ", ", ")):
        return "; ".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _cautions(incident: Incident) -> tuple[str, ...]:
    cautions = []
    if incident.generalised:
        cautions.append(
            "The place is deliberately less exact than is known, to protect somebody."
        )
    if incident.extra.get(PROTECTED) is True:
        cautions.append("The place is protected: nobody may make it more exact.")
    if incident.kind == Kind.SERIES:
        cautions.append(
            "This record stands for several events; the map does not show them one by one."
        )
    return tuple(cautions)
