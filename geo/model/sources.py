"""The register of sources: who published what, when, derived from which."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from geo.base.characters import unprintable
from geo.base.errors import DataError, Fault, NotFoundError

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_LONGEST_SLUG: Final = 100
#: A language tag of BCP 47, as far as its shape goes: en, sr-Latn.
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
_UNSAFE_IN_URL: Final = re.compile(r"[\s\x00-\x20\x22\x7f<>\\`]")
#: What BCP 47 writes for a language that nobody has determined.
UNKNOWN_LANGUAGE: Final = "und"
UNKNOWN_LICENCE: Final = "Not stated"
_HELP: Final = "See data/README.md, 'Sources'."


@dataclass(frozen=True, slots=True)
class Source:
    """One published text that incidents rest on.

    Parameters
    ----------
    id
        A slug, as citations name it and as the archive names its folder.
    title
        The title as published, or a description where it is not known.
    publisher
        Who published it; the title again where only a name is known.
    authors
        Names of who wrote it, in the order of the byline; may be empty.
    adapted_by
        Names of who translated or adapted it; may be empty.
    language
        BCP 47 tag of the text: ``en``, ``ru``, ``sr-Latn``; ``und`` where it is not
        known.
    published
        The day of publication, against which relative dates are read; None where
        it is not known.
    url
        Where it is published, http or https; None where that is not known.
    licence
        What may be done with the text.
    derived_from
        Id of the source it translates or adapts: the two are one witness.
    fetched_from
        Where a copy may be had if not at ``url``, such as a web archive.
    note
        Anything else a reader should know.
    """

    id: str
    title: str
    publisher: str
    language: str = UNKNOWN_LANGUAGE
    published: date | None = None
    url: str | None = None
    licence: str = UNKNOWN_LICENCE
    authors: tuple[str, ...] = ()
    adapted_by: tuple[str, ...] = ()
    derived_from: str | None = None
    fetched_from: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sources(Mapping[str, Source]):
    """The sources of a deployment by id, in the order of the register."""

    by_id: Mapping[str, Source]

    def __getitem__(self, source_id: str) -> Source:
        """Return the source of that id; KeyError if there is none."""
        return self.by_id[source_id]

    def __iter__(self) -> Iterator[str]:
        """Go through the ids in the order of the register."""
        return iter(self.by_id)

    def __len__(self) -> int:
        """Return how many sources there are."""
        return len(self.by_id)

    def witnesses(self, source_ids: Iterable[str]) -> set[str]:
        """Return the independent witnesses among sources.

        A translation or adaptation and its original are one witness: the original.
        An id that the register has not stands for itself.
        """
        return {self._original(source_id) for source_id in source_ids}

    def _original(self, source_id: str) -> str:
        seen = {source_id}
        while source_id in self and (origin := self[source_id].derived_from):
            if origin in seen:
                break
            seen.add(origin)
            source_id = origin
        return source_id

    def as_json(self) -> dict[str, Any]:
        """Return the register as :func:`read_sources` reads it.

        What is not known is left out, so that a person sees what there is to add.
        """
        return {"sources": [_entry_of(source) for source in self.values()]}

    def named(self, source_id: str) -> Source:
        """Return the source of that id.

        Raises
        ------
        NotFoundError
            If there is none; lists those there are.
        """
        source = self.by_id.get(source_id)
        if source is None:
            choices = ", ".join(self.by_id) or "none yet"
            msg = (
                f"{source_id!r} is not a source of the register. Known: {choices}. "
                "Use one of these, or add it to the register."
            )
            raise NotFoundError(msg)
        return source


def list_publishers(sources: Iterable[Source], *, most: int = 3) -> str:
    """Return who published sources, for one line: the first few, and how many more.

    Parameters
    ----------
    sources
        The most important first; none gives an empty text.
    most
        How many are named; one more is named as well rather than counted.
    """
    names = [*dict.fromkeys(_dated(source) for source in sources)]
    if len(names) <= most + 1:
        return "; ".join(names)
    return f"{'; '.join(names[:most])} and {len(names) - most:,} more"


def publishers_of(sources: Iterable[Source], *, most: int = 10) -> str:
    """Return the publishers to credit: each once, and how many more there are."""
    names = [*dict.fromkeys(source.publisher for source in sources)]
    if len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"


def _dated(source: Source) -> str:
    if source.published is None:
        return source.publisher
    day = source.published
    return f"{source.publisher}, {day.day} {day:%B %Y}"


def is_slug(text: str) -> bool:
    """Tell whether *text* may be an id: lower-case letters, digits, single hyphens.

    Such an id is safe as a folder name and in a URL.
    """
    return len(text) <= _LONGEST_SLUG and _SLUG.fullmatch(text) is not None


def is_web_address(text: str) -> bool:
    """Tell whether *text* is an absolute http or https URL that may be linked to.

    White space, control characters, quotes, backslashes and angle brackets are
    refused, as RFC 3986 does: a link is made of it.
    """
    if _UNSAFE_IN_URL.search(text):
        return False
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and parts.port != 0
        )
    except ValueError:
        return False


def read_sources(path: Path) -> Sources:
    """Read the register of sources.

    Parameters
    ----------
    path
        JSON: ``{"sources": [{"id", "title"}]}`` with, as known, ``publisher``,
        ``language``, ``published``, ``url``, ``licence``, ``authors``,
        ``adapted_by``, ``derived_from``, ``fetched_from`` and ``note``. An empty
        list gives an empty register.

    Raises
    ------
    DataError
        If the file is missing or is not such JSON, has a key that is not known, a
        value of the wrong kind, an id twice, or a source derived from an unknown
        one or from itself; every fault is named.
    """
    entries = _read_entries(path)
    faults: list[Fault] = []
    sources: dict[str, Source] = {}
    places: dict[str, str] = {}
    for index, entry in enumerate(entries):
        where = f"sources[{index}]"
        problems = dict(_problems(entry))
        if not problems and entry["id"] in sources:
            problems["id"] = f"{entry['id']!r} is used twice. Give each its own id."
        if problems:
            faults.extend(
                _fault(path, f"{where}.{key}" if key else where, problem)
                for key, problem in problems.items()
            )
            continue
        source = _source_of(entry)
        sources[source.id] = source
        places[source.id] = where
    # An original that is itself at fault is not called unknown as well.
    named = [entry.get("id") for entry in entries if isinstance(entry, dict)]
    for source in sources.values():
        problem = _derivation_problem(source, sources, named)
        if problem:
            where = f"{places[source.id]}.derived_from"
            faults.append(_fault(path, where, problem))
    if faults:
        raise DataError(faults)
    return Sources(sources)


def _fault(path: Path, where: str, problem: str) -> Fault:
    return Fault(str(path), problem, _HELP, where=where)


def _read_entries(path: Path) -> list[Any]:
    """Return the list of sources as written, unchecked."""
    try:
        written = json.loads(
            path.read_text(encoding="utf-8-sig"), object_pairs_hook=_object
        )
    except (OSError, ValueError, RecursionError) as error:
        fault = _fault(path, "", f"cannot be read as JSON: {error}.")
        raise DataError([fault]) from error
    if not isinstance(written, dict) or not isinstance(written.get("sources"), list):
        raise DataError([_fault(path, "", "has no list called 'sources'.")])
    unknown = sorted(written.keys() - {"sources"})
    if unknown:
        message = f"{unknown[0]!r} is not known here. Remove it."
        raise DataError([_fault(path, "", message)])
    entries: list[Any] = written["sources"]
    return entries


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a JSON object, refusing a key written twice (the last would win)."""
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        msg = f"the key {twice!r} is written twice in one object"
        raise ValueError(msg)
    return made


#: The keys of a source by what their value must be.
_NAMES: Final = ("authors", "adapted_by")
_NULLABLE: Final = ("published", "url", "derived_from", "fetched_from")
_REQUIRED: Final = ("id", "title")
_KEYS: Final = frozenset(Source.__slots__)


def _problems(entry: object) -> Iterator[tuple[str, str]]:
    """Go through what is wrong with one source as written: key and message."""
    if not isinstance(entry, dict):
        yield "", f"{entry!r} is not an object."
        return
    for key in sorted(entry.keys() - _KEYS):
        yield key, f"is not known. Known: {', '.join(Source.__slots__)}."
    for key in _REQUIRED:
        if key not in entry:
            yield key, "is missing."
    for key, value in entry.items():
        problem = _value_problem(key, value) if key in _KEYS else None
        if problem:
            yield key, problem


def _value_problem(key: str, value: object) -> str | None:
    """Return what is wrong with one value of a source, or None."""
    if key in _NAMES:
        good = isinstance(value, list) and all(map(_is_line, value))
        return None if good else f"{value!r} is not a list of names."
    if (key in _NULLABLE and value is None) or (key == "note" and value == ""):
        return None
    if not isinstance(value, str) or not _is_line(value):
        return f"{value!r} is not a text on one line."
    is_good, expected = _SHAPES.get(key, (_is_line, ""))
    return None if is_good(value) else f"{value!r} is not {expected}."


def _is_line(value: object) -> bool:
    """Tell whether a value is a text that says something, and of which all prints."""
    return isinstance(value, str) and bool(value.strip()) and not unprintable(value)


def _day(text: str) -> date | None:
    """Return a day written YYYY-MM-DD, None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Python also reads 20231218 and 2023-W51-1; one way of writing is enough.
    return day if day.isoformat() == text else None


_ID_FORM: Final = (
    "an id: lower-case letters, digits and single hyphens, "
    f"at most {_LONGEST_SLUG} characters"
)
_URL_FORM: Final = "an address beginning with http:// or https://"
#: What a text must look like, and how to say so.
_SHAPES: Final[Mapping[str, tuple[Callable[[str], bool], str]]] = {
    "id": (is_slug, _ID_FORM),
    "derived_from": (is_slug, _ID_FORM),
    "url": (is_web_address, _URL_FORM),
    "fetched_from": (is_web_address, _URL_FORM),
    "language": (
        lambda text: _LANGUAGE.fullmatch(text) is not None,
        "a language tag such as en or sr-Latn",
    ),
    "published": (lambda text: _day(text) is not None, "a day such as 2023-12-18"),
}


def _source_of(entry: Mapping[str, Any]) -> Source:
    """Make a source of an entry without faults."""
    values = {"publisher": entry["title"], **entry}
    values["published"] = _day(entry["published"]) if entry.get("published") else None
    for key in _NAMES:
        values[key] = tuple(entry.get(key, ()))
    return Source(**values)


def _entry_of(source: Source) -> dict[str, Any]:
    """Return a source as its entry in the register."""
    unknown = {"language": UNKNOWN_LANGUAGE, "licence": UNKNOWN_LICENCE}
    entry: dict[str, Any] = {}
    for key in Source.__slots__:
        value = getattr(source, key)
        if value in (None, "", ()) or value == unknown.get(key):
            continue
        if isinstance(value, date):
            value = value.isoformat()
        entry[key] = list(value) if isinstance(value, tuple) else value
    return entry


def _derivation_problem(
    source: Source, sources: Mapping[str, Source], named: list[Any]
) -> str | None:
    """Return what is wrong with where a source says it comes from, or None."""
    if source.derived_from is None:
        return None
    if source.derived_from not in named:
        return (
            f"{source.derived_from!r} is not a source of this register. "
            f"Known: {', '.join(sources)}."
        )
    seen: set[str] = set()
    step: Source | None = source
    while step is not None and step.derived_from is not None:
        if step.derived_from == source.id:
            return f"{source.derived_from!r} leads back to {source.id!r} itself."
        if step.id in seen:
            return None
        seen.add(step.id)
        step = sources.get(step.derived_from)
    return None
