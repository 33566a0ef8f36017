"""The gate: what may not be published, though a layer may hold it.

The rules of harm say what leads to people (:mod:`geo.layer.harm`), and the import holds
such values back (:mod:`geo.importing.withheld`). What has come into a map by other ways is
found here, before it leaves for good: a page once published is kept by others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

import pandas as pd

from geo.base.errors import Code, Fault
from geo.importing.withheld import hold_back
from geo.layer.case import Case
from geo.layer.harm import (
    HARM_WORDS,
    dwelling_problems,
    harm_in,
    harm_problems,
    is_plain,
    private_in,
)
from geo.layer.texts import texts
from geo.model.changes import CHANGES_FILE, NO_CHANGES, Change, Journal
from geo.model.incident import PROPERTIES
from geo.model.vocabulary import SPOTS, ActorRole, Precision, Vocabulary
from geo.model.wording import PROTECTED

#: Records looked through at a time.
_STRETCH: Final = 2_000
_FINE: Final = frozenset({Precision.VENUE, Precision.STREET})
_RANKS: Final = {
    str(precision): rank
    for rank, precision in enumerate(Precision)
    if precision != Precision.LINE
}
#: Texts of a record in our words, in which somebody's home may be told of.
_WORDS: Final = ("title", "summary", "place", "place_as_written")
_NOTES: Final = ("date_note", "location_note")
_PLACE_NAMES: Final = frozenset({"place", "place_as_written", "location_note"})
_HELD: Final[Mapping[str, str]] = {
    **{f"withheld.{harm}": said for harm, said in HARM_WORDS.items()},
    "withheld.address": "an address of somebody",
    "withheld.house": "the number of a house",
}
_COARSER: Final = (
    "Place it no finer than neighbourhood, and set generalised to true; or leave out who "
    "it was."
)
_AGE: Final = r"(?:1[0-7]|[1-9])"
#: Somebody of less than 18 years, by an age or a word; quarters, churches and hospitals
#: are called Niño Jesús.
_CHILD: Final = re.compile(
    rf"\b{_AGE}[- ](?:years?|months?)[- ]old\b|\baged? (?:of )?{_AGE}\b(?![.,]\d|%)"
    rf"|\b{_AGE} (?:годин\w*|год\w*|лет|рок\w*|años|ans|Jahre|let|lat)\b"
    rf"|\b{_AGE}[- ]?(?:летн\w+|річн\w+|jährige\w*|godišnj\w+|letni\w*)"
    r"|\b(?:boy|girl|toddler|infant|baby|schoolboy|schoolgirl|teenager)\b"
    r"|\b(?:мальчик\w*|девочк\w*|младен\w+|хлопчик\w*|дівчинк\w*)\b"
    r"|\b(?:de[cč]a[kc]\w*|devoj[cč]ic\w+|(?!(?-i:Niño Jesús\b))niñ[oa]|bebé|garçon|fillette|Säugling)\b",
    re.IGNORECASE,
)
_AGES: Final = re.compile(
    r"^(?:victim.?s?.?)?(?:age|возраст|вік|starost|edad|alter|âge|idade|yaş)$",
    re.IGNORECASE,
)
_GROWN_UP: Final = 18
#: Two to four words with capitals, as people are called, and nothing that a body is.
_NAME: Final = re.compile(r"[^\W\d_][\w.’'-]*(?: [^\W\d_][\w.’'-]*){1,3}")
_BODY: Final = re.compile(
    r"\b(?:party|society|movement|ministry|group|army|police|church|union|club|school"
    r"|university|council|company|agency|service|office|embassy|bank|news|media|press"
    r"|team|centre|center|association|organi[sz]ation|foundation|institute|court|forces"
    r"|front|guard|committee|house|hospital|theatre|theater|store|shop|mosque|synagogue"
    r"|community|students|protesters|workers|residents|people|men|women|activists"
    r"|journalists|civilians|soldiers|officials)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Record:
    """One feature as the gate sees it; ``index`` is its place in the layer."""

    index: int
    id: str
    properties: Mapping[str, Any]
    geometry: Mapping[str, Any] | None
    against_people: bool

    @property
    def is_fine(self) -> bool:
        """Whether it is placed so exactly that it may be somebody's door."""
        precision = self.properties.get("precision")
        if precision is not None:
            return precision in _FINE
        return self.geometry is not None and self.geometry["type"] in SPOTS

    @property
    def own(self) -> dict[str, Any]:
        """The properties that the model does not name."""
        known = {*PROPERTIES, PROTECTED}
        return {k: v for k, v in self.properties.items() if k not in known}


@dataclass(frozen=True, slots=True)
class _Finding:
    """What is wrong with one record."""

    code: Code
    where: str
    message: str
    remedy: str
    is_error: bool = True


def gate(
    features: Iterable[Mapping[str, Any]],
    *,
    vocabulary: Vocabulary,
    journal: Journal = NO_CHANGES,
    words: Mapping[str, str] | None = None,
    file: str = "the layer",
) -> list[Fault]:
    """Return what may not be published.

    Parameters
    ----------
    features
        All that would be published, each a feature that validation has passed.
    vocabulary
        Which categories are about people.
    journal
        What was changed in the records.
    words
        Further texts that would be published, such as stories, by the file they are in.
    file
        What the layer is called in faults.

    Returns
    -------
    list
        Errors refuse publication. Warnings are for somebody to look at: a home spoken
        of may be anybody's. No value is repeated in them, since reports are passed on.
    """
    faults: list[Fault] = []
    start = 0
    rest = iter(features)
    while stretch := list(islice(rest, _STRETCH)):
        records = [
            _record(start + number, feature, vocabulary)
            for number, feature in enumerate(stretch)
        ]
        start += len(records)
        held = _held_back(records)
        for record in records:
            findings = [
                *_of_rules(record, vocabulary),
                *held.get(record.index, ()),
                *_of_homes(record),
                *_of_people(record),
                *_of_protection(record, journal.of(record.id)),
            ]
            faults += [_fault(file, record, finding) for finding in findings]
    faults += _of_history(journal)
    for name, text in (words or {}).items():
        faults += _of_text(name, text)
    return faults


def _record(index: int, feature: Mapping[str, Any], vocabulary: Vocabulary) -> _Record:
    properties = feature["properties"]
    category = properties.get("category", "")
    return _Record(
        index,
        str(feature["id"]),
        properties,
        feature.get("geometry"),
        category not in vocabulary or vocabulary[category].against_people,
    )


def _fault(file: str, record: _Record, finding: _Finding) -> Fault:
    return Fault(
        file,
        finding.message,
        finding.remedy,
        code=finding.code,
        where=finding.where,
        index=record.index,
        feature_id=record.id,
        severity="error" if finding.is_error else "warning",
    )


def _of_rules(record: _Record, vocabulary: Vocabulary) -> Iterator[_Finding]:
    """Go through what the rule book says of harm."""
    properties = dict(record.properties)
    # Most records hold nothing of the kind, which is told of all their texts at once.
    doubtful = () if is_plain(properties) else tuple(texts(properties))
    case = Case(
        properties,
        frozenset(),
        record.geometry,
        placed=True,
        vocabulary=vocabulary,
        sources=(),
        texts=doubtful,
        names=(),
    )
    for problem in (*harm_problems(case), *dwelling_problems(case)):
        yield _Finding(*problem)


def _held_back(records: Sequence[_Record]) -> dict[int, list[_Finding]]:
    """Return what the import would have held back, by the index of the record."""
    findings: dict[int, list[_Finding]] = {}
    columns: dict[str, dict[int, Any]] = {}
    for record in records:
        ours = {name: record.properties.get(name) for name in (*_WORDS, *_NOTES)}
        for name, value in {**record.own, **ours}.items():
            if value not in (None, ""):
                columns.setdefault(name, {})[record.index] = value
    head = list(columns)
    for name, values in columns.items():
        column = pd.DataFrame({name: pd.Series(values, dtype=object)})
        is_ours = name in PROPERTIES
        held = hold_back(column, words=[name] if is_ours else (), head=head)
        for remark in held.remarks:
            said = _HELD.get(remark.code, "what is never published")
            # What the rule book finds in any text is told by it.
            if remark.code.removeprefix("withheld.") in HARM_WORDS and not _is_header(
                remark.message
            ):
                continue
            finding = _Finding(
                Code.HARM,
                name,
                f"seems to hold {said}.",
                "Take it out, or write around it.",
            )
            for row in remark.rows:
                findings.setdefault(row, []).append(finding)
    return findings


def _is_header(message: str) -> bool:
    """Tell whether a remark of the import is about a whole column, by its header."""
    return message.startswith("The column ")


def _of_homes(record: _Record) -> Iterator[_Finding]:
    """Find what tells of a home or of children beside an exact place, for a look."""
    if not (record.against_people and record.is_fine):
        return
    named_texts = [
        one for one in texts(dict(record.properties)) if one[0] not in _PLACE_NAMES
    ]
    # Few records do: all texts are looked through at once, and then one by one.
    if not any(private_in("\n".join(text for _, text in named_texts))):
        return
    for where, text in named_texts:
        if any(private_in(text)):
            yield _Finding(
                Code.DWELLING,
                where,
                "tells of a home or of a child, and the place is exact.",
                f"Look whether it happened there. {_COARSER}",
                is_error=False,
            )


def _of_people(record: _Record) -> Iterator[_Finding]:
    """Find children, and people who suffered it and may be found by its place."""
    actors = record.properties.get("actors") or []
    for number, actor in enumerate(actors):
        if _CHILD.search(actor["name"]):
            message = "names somebody who seems to be a child."
            remedy = "Leave the child out, or say only how many children there were."
            yield _Finding(Code.CHILD, f"actors[{number}].name", message, remedy)
    if not (record.against_people and record.is_fine):
        return
    for name in (*_WORDS, *_NOTES):
        if _CHILD.search(record.properties.get(name) or ""):
            message = "tells of a child, and the place is exact."
            yield _Finding(Code.CHILD, name, message, _COARSER)
    own = record.own
    for name, value in own.items():
        is_age = _AGES.match(name) and isinstance(value, int | float)
        if is_age and 0 <= value < _GROWN_UP:
            message = "is the age of a child, and the place is exact."
            yield _Finding(Code.CHILD, name, message, _COARSER)
    for number, actor in enumerate(actors):
        if actor["role"] == ActorRole.AGAINST and _is_person(actor["name"]):
            message = "names who suffered it, and the place is exact."
            yield _Finding(Code.VICTIM, f"actors[{number}].name", message, _COARSER)


def _is_person(name: str) -> bool:
    """Tell whether a name is rather somebody's than a body's."""
    words = name.split()
    return (
        _NAME.fullmatch(name) is not None
        and not _BODY.search(name)
        and all(word[0].isupper() for word in words if len(word) > len("von"))
    )


def _of_protection(record: _Record, changes: Iterable[Change]) -> Iterator[_Finding]:
    """Find where a place that protects somebody was made finer again."""
    properties = record.properties
    remedy = "Make it as coarse as it was, and protected, or leave the record out."
    is_held = properties.get(PROTECTED) is True or properties.get("generalised") is True
    if is_held and record.is_fine:
        message = "is finer than neighbourhood, though the record is protected."
        yield _Finding(Code.REFINED, "precision", message, remedy)
    kept = _protection_of(changes)
    if kept is None:
        return
    if not is_held:
        message = f"is no longer protected; it was, on {kept.since}."
        yield _Finding(Code.REFINED, PROTECTED, message, remedy)
    now = _RANKS.get(str(properties.get("precision")))
    radius_m = properties.get("radius_m")
    message = f"is finer than it was made on {kept.since}, to protect somebody."
    if None not in (kept.rank, now) and now < kept.rank:  # type: ignore[operator]
        yield _Finding(Code.REFINED, "precision", message, remedy)
    elif None not in (kept.radius_m, radius_m) and radius_m < kept.radius_m:  # type: ignore[operator]
        yield _Finding(Code.REFINED, "radius_m", message, remedy)


@dataclass(frozen=True, slots=True)
class _Protection:
    """Since when a record is protected, and how coarse it was made at most."""

    since: date
    rank: int | None
    radius_m: float | None


def _protection_of(changes: Iterable[Change]) -> _Protection | None:
    """Return how coarse a record was made to protect somebody; None if it never was."""
    since: date | None = None
    rank: int | None = None
    radius_m: float | None = None
    for change in changes:
        after = {value.property: value.after for value in change.new_values}
        if since is None and True in (after.get(PROTECTED), after.get("generalised")):
            since = change.day
        ranks = [rank if since else None, _RANKS.get(str(after.get("precision")))]
        rank = max((one for one in ranks if one is not None), default=rank)
        radii = [radius_m if since else None, _number(after.get("radius_m"))]
        radius_m = max((one for one in radii if one is not None), default=radius_m)
    return None if since is None else _Protection(since, rank, radius_m)


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]


def _of_history(journal: Journal) -> Iterator[Fault]:
    """Go through what the journal holds that may lead to people."""
    for change in journal.changes:
        named_texts = [("what", change.what), ("why", change.why)]
        named_texts += [
            (f"{one.property}, {when}", text)
            for one in change.new_values
            for when, value in (("from", one.before), ("to", one.after))
            for _, text in texts({"": value})
        ]
        for where, text in named_texts:
            for harm in sorted({find.harm for find in harm_in(text)}):
                message = f"of {change.day} seems to hold {HARM_WORDS[harm]}."
                remedy = "Take the value out of the journal, and write protects: true."
                yield Fault(
                    CHANGES_FILE,
                    message,
                    remedy,
                    code=Code.HARM,
                    where=where,
                    feature_id=change.id,
                )


def _of_text(name: str, text: str) -> Iterator[Fault]:
    for harm in sorted({find.harm for find in harm_in(text)}):
        message = f"seems to hold {HARM_WORDS[harm]}, which is never published."
        yield Fault(name, message, "Remove it, or write around it.", code=Code.HARM)
