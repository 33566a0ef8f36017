"""Rules of claims: category, kind, status, and the citations they rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from geo.base.errors import Code
from geo.layer.case import Case, Problem
from geo.layer.geojson import brief
from geo.model.incident import PROPERTIES
from geo.model.sources import Sources
from geo.model.text import count_words
from geo.model.vocabulary import Kind, PlaceRole, Status

MOST_QUOTE_WORDS: Final = 12
MOST_CONTEXT_WORDS: Final = 4
#: What a citation may support: the properties, and the place itself.
SUPPORTED: Final = frozenset(PROPERTIES) | {"geometry"}
_SHOWN_NAMES: Final = 20


def category_problems(case: Case) -> Iterator[Problem]:
    """Check that the category is in the vocabulary."""
    category = case.properties.get("category")
    if category is not None and category not in case.vocabulary:
        message = f"{brief(category)} is not a category of the vocabulary."
        remedy = f"Write one of {_listed(case.vocabulary.ids())}."
        yield Problem(Code.CATEGORY_UNKNOWN, "category", message, remedy)


def _listed(names: Collection[str]) -> str:
    """Return the first names of a list for a message."""
    shown = ", ".join(list(names)[:_SHOWN_NAMES]) or "none"
    return f"{shown}, ..." if len(names) > _SHOWN_NAMES else shown


def status_problems(case: Case) -> Iterator[Problem]:
    """Check that a corroboration rests on more than one source."""
    properties = case.properties
    status = properties.get("status")
    if status == Status.CORROBORATED and "citations" in properties:
        cited = {citation["source"] for citation in properties["citations"]}
        register = case.sources
        witnesses = (
            register.witnesses(cited) if isinstance(register, Sources) else set(cited)
        )
        if len(witnesses) < 2:  # noqa: PLR2004 - one source cannot corroborate itself
            message = "is 'corroborated', but only one independent source is cited."
            remedy = (
                "Cite a second source (a translation is not one), or write 'reported'."
            )
            yield Problem(Code.NOT_CORROBORATED, "status", message, remedy)


def kind_problems(case: Case) -> Iterator[Problem]:
    """Check that a plan did not occur, and that only a series is counted."""
    properties = case.properties
    kind, role = properties.get("kind"), properties.get("place_role")
    if kind == Kind.PLAN and role == PlaceRole.OCCURRED:
        message = "is 'occurred', but a plan has not happened."
        remedy = "Write target or subject, or null where it is not known."
        yield Problem(Code.PLAN_OCCURRED, "place_role", message, remedy)
    if kind is not None and kind != Kind.SERIES and properties.get("count") is not None:
        message = f"is {brief(properties['count'])}, but the kind is {kind!r}."
        remedy = "Write null, or make the record a series."
        yield Problem(Code.COUNT_UNFIT, "count", message, remedy)


def citation_problems(case: Case) -> Iterator[Problem]:
    """Check each citation's source, the length of its words, and what it supports."""
    for number, citation in enumerate(case.properties.get("citations", ())):
        where = f"citations[{number}]"
        source, quote = citation["source"], citation.get("quote")
        if source not in case.sources:
            message = f"{brief(source)} is not in the register of sources."
            remedy = f"Use one of {_listed(case.sources)}; or register it."
            yield Problem(Code.SOURCE_UNKNOWN, f"{where}.source", message, remedy)
        if quote is not None and not count_words(quote):
            remedy = "Quote words that find the passage."
            yield Problem(Code.EMPTY, f"{where}.quote", "has no word.", remedy)
        limits = (
            ("quote", MOST_QUOTE_WORDS),
            ("prefix", MOST_CONTEXT_WORDS),
            ("suffix", MOST_CONTEXT_WORDS),
        )
        for name, most in limits:
            held = citation.get(name)
            if held and (words := count_words(held)) > most:
                message = f"has {words} words; at most {most} are allowed."
                remedy = "Shorten it: sentences of a source are not copied."
                yield Problem(Code.QUOTE_LONG, f"{where}.{name}", message, remedy)
        for name in citation.get("supports", ()):
            if name not in SUPPORTED and name not in case.properties:
                message = f"{brief(name)} is not a property of an incident."
                remedy = "Name properties such as date, place or status."
                yield Problem(
                    Code.SUPPORTS_UNKNOWN, f"{where}.supports", message, remedy
                )
