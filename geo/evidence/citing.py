"""Citing: a source or an incident record as a reference that others can use.

Four forms: plain text (citeproc-py, with the style beside this module), CSL-JSON
(https://citeproc-js.readthedocs.io), BibTeX (pybtex) and RIS, which is lines. Links of a record open the source at the passage.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from citeproc import (
    Citation as Cited,
)
from citeproc import (
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from pybtex.database import BibliographyData, Entry, Person
from pybtex.database.output.bibtex import Writer as BibtexWriter

from geo.base.errors import QueryError
from geo.evidence.anchor import text_fragment
from geo.model.dates import words
from geo.model.incident import Citation, Incident
from geo.model.sources import Source, Sources
from geo.model.vocabulary import STATUS_LABELS, Kind, Status
from geo.model.wording import PLANNED

STYLE: Final = Path(__file__).with_suffix(".csl")


class CitationFormat(StrEnum):
    """The forms a reference can be had in."""

    TEXT = "text"
    CSL_JSON = "csl-json"
    BIBTEX = "bibtex"
    RIS = "ris"


#: What each form is called, its file's ending and its media type.
FORMAT_LABELS: Final[Mapping[str, tuple[str, str, str]]] = {
    CitationFormat.TEXT: ("Plain text", "txt", "text/plain"),
    CitationFormat.CSL_JSON: (
        "CSL-JSON",
        "csl.json",
        "application/vnd.citationstyles.csl+json",
    ),
    CitationFormat.BIBTEX: ("BibTeX", "bib", "application/x-bibtex"),
    CitationFormat.RIS: ("RIS", "ris", "application/x-research-info-systems"),
}


@dataclass(frozen=True, slots=True)
class _Name:
    """A person's name in its parts; a name that is not parted is all ``family``."""

    family: str
    given_name: str = ""
    particle: str = ""


@dataclass(frozen=True, slots=True)
class _Reference:
    """One entry of a bibliography; every text is on one line."""

    id: str
    is_news: bool
    title: str
    container: str
    authors: tuple[_Name, ...] = ()
    issued: date | None = None
    url: str = ""
    language: str = ""
    note: str = ""


def cite_source(source: Source, form: str) -> str:
    """Return the reference of one source.

    Parameters
    ----------
    source
        A source of the register; authors, date and address may be missing.
    form
        One of :class:`CitationFormat`.

    Raises
    ------
    QueryError
        If the form is not known; names those there are.
    DataError
        If the source's address is not http or https.
    """
    link = text_fragment(source.url, Citation(source.id, "")) if source.url else ""
    return _written([_source_reference(source, url=link)], form)


def cite_record(
    incident: Incident,
    sources: Sources,
    form: str,
    *,
    collection: str,
    link: str = "",
) -> str:
    """Return the references of an incident record: the record, then its sources.

    The record's own reference says how sure the claim is, who makes it and who
    denies it. Each source is named once, with the link at the first passage the
    record cites of it; its note quotes every passage cited.

    Parameters
    ----------
    incident
        The record; ``updated`` is its date where it is a day.
    sources
        The register.
    form
        One of :class:`CitationFormat`.
    collection
        The title of the map the record belongs to.
    link
        The record's own address; empty for none.

    Raises
    ------
    QueryError
        If the form is not known.
    NotFoundError
        If a source cited is not in the register.
    DataError
        If a source's address is not http or https.
    """
    references = [
        _Reference(
            # Never the id of a source: one bibliography holds both.
            id=f"record:{incident.id}",
            is_news=False,
            title=_line(incident.title),
            container=_line(collection),
            issued=_day(incident.updated),
            url=_line(link),
            note=_line(_claim(incident)),
        )
    ]
    for source_id in incident.sources:
        source = sources.named(source_id)
        cited = [
            citation for citation in incident.citations if citation.source == source_id
        ]
        references.append(_passages_reference(source, cited))
    return _written(references, form)


# --- references --------------------------------------------------------------


def _source_reference(source: Source, *, url: str, note: str = "") -> _Reference:
    return _Reference(
        id=source.id,
        is_news=True,
        title=_line(source.title),
        container=_line(source.publisher),
        authors=tuple(_name(author, source.publisher) for author in source.authors),
        issued=source.published,
        url=url,
        language=source.language,
        note=note,
    )


def _passages_reference(source: Source, cited: list[Citation]) -> _Reference:
    """Return a source's reference that leads to the passages cited."""
    url = source.url
    links = [text_fragment(url, citation) if url else "" for citation in cited]
    passages = []
    for number, citation in enumerate(cited):
        if citation.quote:
            quote = f"“{_line(citation.quote)}”"
            # The first one's link is the reference's own.
            beside = number and links[number]
            passages.append(f"{quote} ({links[number]})" if beside else quote)
    note = f"At {'; '.join(passages)}" if passages else ""
    return _source_reference(source, url=links[0], note=note)


def _claim(incident: Incident) -> str:
    """Say of a record what must not be left out when it is cited."""
    label = STATUS_LABELS[Status(incident.status)]
    by = f" by {', '.join(incident.alleged_by)}" if incident.alleged_by else ""
    if by and incident.status != Status.ALLEGED:
        by = f", in part alleged{by}"
    parts = ["Incident record"]
    if incident.kind == Kind.PLAN:
        parts.append(PLANNED)
    parts.append(f"{label}{by}")
    if incident.denied_by:
        parts.append(f"Denied by {', '.join(incident.denied_by)}")
    parts.append(incident.place or "No place given")
    said = words(incident.date)
    parts.append(said[:1].upper() + said[1:])
    return ". ".join(parts)


def _name(written: str, publisher: str) -> _Name:
    """Part a name as bibliographies do; leave what is no person's name in one piece.

    The last word is the family name, with its particle ("van", "de") before it, as
    BibTeX parts names. One word, the publisher's own name and names with digits or
    marks that BibTeX would read as its own are not parted.
    """
    name = _line(written)
    plain = all(char.isalpha() or char in " .'’-" for char in name)
    if not plain or " " not in name or name == _line(publisher) or " and " in name:
        return _Name(name)
    person = Person(name)
    given_name = " ".join(person.first_names + person.middle_names)
    family = " ".join(person.last_names)
    if not given_name or not family:
        return _Name(name)
    return _Name(family, given_name, " ".join(person.prelast_names))


def _line(text: str) -> str:
    """Return a text on one line: every form here ends a value at a line's end."""
    return " ".join(text.split())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# --- the four forms ----------------------------------------------------------


def _written(references: list[_Reference], form: str) -> str:
    write = _WRITERS.get(form)
    if write is None:
        message = f"{form!r} is not a form of citing. Use one of {', '.join(_WRITERS)}."
        raise QueryError("format", message)
    return write(references)


def _csl(reference: _Reference) -> dict[str, Any]:
    """Return a reference as an item of CSL-JSON."""
    issued = reference.issued
    item: dict[str, Any] = {
        "id": reference.id,
        "type": "article-newspaper" if reference.is_news else "webpage",
        "title": reference.title,
        "author": [_csl_name(name) for name in reference.authors],
        "container-title": reference.container,
        "issued": (
            {"date-parts": [[issued.year, issued.month, issued.day]]} if issued else {}
        ),
        "URL": reference.url,
        "language": reference.language,
        "note": reference.note,
    }
    return {key: value for key, value in item.items() if value}


def _csl_name(name: _Name) -> dict[str, str]:
    if not name.given_name:
        return {"literal": name.family}
    parts = {"family": name.family, "given": name.given_name}
    return parts | ({"non-dropping-particle": name.particle} if name.particle else {})


def _csl_json(references: Iterable[_Reference]) -> str:
    items = [_csl(reference) for reference in references]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


@lru_cache(maxsize=1)
def _style() -> CitationStylesStyle:
    return CitationStylesStyle(str(STYLE), validate=False)


def _text(references: Iterable[_Reference]) -> str:
    items = [_csl(reference) for reference in references]
    bibliography = CitationStylesBibliography(
        _style(), CiteProcJSON(items), formatter.plain
    )
    for item in items:
        bibliography.register(Cited([CitationItem(item["id"])]))
    return "".join(f"{entry}\n" for entry in bibliography.bibliography())


#: LaTeX's own characters as LaTeX prints them. Braces are named, since BibTeX counts
#: them even where they are escaped.
_LATEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{char: f"\\{char}" for char in "&%$#_"},
    }
)
_MONTHS: Final = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
]


class _Writer(BibtexWriter):  # type: ignore[misc]
    """pybtex's writer of fields that are LaTeX already.

    Its own encoding takes a backslash for the beginning of a command, and escapes
    addresses, which BibTeX styles print as they stand.
    """

    def _encode(self, text: str) -> str:
        return text


def _bibtex(references: Iterable[_Reference]) -> str:
    entries = {reference.id: _bibtex_entry(reference) for reference in references}
    written: str = _Writer(encoding="UTF-8").to_string(BibliographyData(entries))
    return written


def _bibtex_entry(reference: _Reference) -> Entry:
    issued = reference.issued
    fields = {
        # A second pair of braces keeps a style from lower-casing names.
        "title": f"{{{reference.title.translate(_LATEX)}}}",
        "howpublished": reference.container.translate(_LATEX),
        "year": f"{issued.year:04}" if issued else "",
        "month": _MONTHS[issued.month - 1] if issued else "",
        "day": str(issued.day) if issued else "",
        "url": reference.url.replace("{", "%7B").replace("}", "%7D"),
        "language": reference.language,
        "note": reference.note.translate(_LATEX),
    }
    return Entry(
        "misc",
        fields={key: value for key, value in fields.items() if value},
        persons={"author": [_bibtex_name(name) for name in reference.authors]}
        if reference.authors
        else {},
    )


def _bibtex_name(name: _Name) -> Person:
    family = name.family.translate(_LATEX)
    if not name.given_name:
        return Person(last=f"{{{family}}}")
    return Person(first=name.given_name, prelast=name.particle, last=family)


def _ris(references: Iterable[_Reference]) -> str:
    return "\n".join(map(_ris_entry, references))


def _ris_entry(reference: _Reference) -> str:
    issued = reference.issued
    tags = [
        ("TY", "NEWS" if reference.is_news else "ELEC"),
        ("ID", reference.id),
        ("TI", reference.title),
        *(("AU", _ris_name(name)) for name in reference.authors),
        ("T2", reference.container),
        ("PY", f"{issued.year:04}" if issued else ""),
        ("DA", f"{issued.year:04}/{issued:%m/%d}" if issued else ""),
        ("UR", reference.url),
        ("LA", reference.language),
        ("N1", reference.note),
    ]
    lines = [f"{tag}  - {value}\n" for tag, value in tags if value]
    return "".join((*lines, "ER  - \n"))


def _ris_name(name: _Name) -> str:
    family = f"{name.particle} {name.family}".strip()
    return f"{family}, {name.given_name}" if name.given_name else family


_WRITERS: Final[Mapping[str, Callable[[list[_Reference]], str]]] = {
    CitationFormat.TEXT: _text,
    CitationFormat.CSL_JSON: _csl_json,
    CitationFormat.BIBTEX: _bibtex,
    CitationFormat.RIS: _ris,
}
