"""Records by column: which of them the rule book surely has nothing to say against.

Nearly all records of a large table are right, and one at a time that takes long to
tell. So each rule is asked once for each combination of what it reads, the schema once
for each column, and texts are looked at as one. The rules are those of the rule book;
what is not surely right by column is checked by it, record by record.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.layer.case import Case
from geo.layer.harm import are_plain, is_plain
from geo.layer.rules import CAUTIONS, RULES, Rule
from geo.layer.schema import are_valid, needed_properties
from geo.model.ids import is_incident_id
from geo.model.vocabulary import Vocabulary

_BOOK: Final = (*RULES, *CAUTIONS)
_READ: Final = frozenset(name for rule in _BOOK for name in rule.reads)
#: What a rule is asked with; by itself it says nothing against these.
_SPOT: Final = {"type": "Point", "coordinates": [0.0, 0.0]}
_SCALARS: Final = frozenset({str, int, float, bool, NoneType})
#: Members of a citation of which none but the source is read by a rule.
_ADDRESSED: Final = frozenset({"source", "url"})
#: Answers that are remembered of one rule.
_MOST_KNOWN: Final = 50_000


class _Unclear:
    """Stands for a value for which no rule is asked: the record is doubtful."""


_UNCLEAR: Final = _Unclear()


@dataclass(slots=True)
class ColumnCheck:
    """Tells which records are surely right; what was learnt serves the next ones.

    Parameters
    ----------
    vocabulary
        The categories that records may have.
    sources
        Ids of the sources that they may cite.
    """

    vocabulary: Vocabulary
    sources: Collection[str]
    _known: dict[tuple[Rule, tuple[str, ...]], dict[tuple[Any, ...], bool]] = field(
        default_factory=dict
    )

    def sure(
        self,
        ids: Sequence[str],
        placed: Sequence[bool],
        columns: Mapping[str, Sequence[Any]],
    ) -> NDArray[np.bool_]:
        """Tell of which records the rule book surely finds no fault.

        Parameters
        ----------
        ids
            Of the records; none is fine.
        placed
            Which of them are at a point, WGS84; the others have no geometry.
        columns
            Their properties by name, each as long as *ids*; None where one has none.

        Returns
        -------
        numpy.ndarray
            One truth value a record, shape (n,). False says nothing: only
            :func:`geo.layer.rules.check_reading` tells what is wrong.
        """
        doubtful = np.zeros(len(ids), dtype=np.bool_)
        lacking = needed_properties() - columns.keys()
        if lacking or not ids or not is_plain(dict.fromkeys(columns)):
            return doubtful
        doubtful |= [not is_incident_id(each) for each in ids]
        keys: dict[str, Sequence[Any]] = {}
        for name, column in columns.items():
            values = list(column)
            unsound = [*_unsound(name, values, 0, len(values))]
            doubtful[unsound] = True
            if name in needed_properties():
                doubtful |= [value is None for value in values]
            if name in _READ:
                keys[name] = _keys(name, values, unsound)
        for rule in _BOOK:
            doubtful[self._broken(rule, placed, keys)] = True
        return ~doubtful

    def _broken(
        self, rule: Rule, placed: Sequence[bool], columns: Mapping[str, Sequence[Any]]
    ) -> list[int]:
        """Return which records may break a rule, asking it once for all that are alike."""
        names = tuple(name for name in rule.reads if name in columns)
        known = self._known.setdefault((rule, names), {})
        if len(known) > _MOST_KNOWN:
            known.clear()
        parts = (placed, *(columns[name] for name in names))
        keys = {*zip(*parts, strict=True)}
        for key in keys - known.keys():
            known[key] = _UNCLEAR not in key and not any(
                rule.problems(self._case(names, *key))
            )
        if all(map(known.__getitem__, keys)):
            return []
        each = enumerate(zip(*parts, strict=True))
        return [position for position, key in each if not known[key]]

    def _case(self, names: tuple[str, ...], is_placed: bool, *values: Any) -> Case:  # noqa: ANN401, FBT001 - a key
        properties = {
            name: [{"source": source} for source in value]
            if name == "citations"
            else value
            for name, value in zip(names, values, strict=True)
            if value is not None
        }
        geometry = _SPOT if is_placed else None
        return Case(
            properties,
            frozenset(),
            geometry,
            True,
            self.vocabulary,
            self.sources,
            (),
            (),
        )


def _keys(name: str, values: list[Any], unsound: Sequence[int]) -> list[Any]:
    """Return values as what a rule sees of them, so that those alike are equal.

    No rule is asked of values that the schema does not let through.
    """
    if name == "citations":
        keys = [_cited(value) for value in values]
    else:
        keys = [value if type(value) in _SCALARS else _UNCLEAR for value in values]
    for position in unsound:
        keys[position] = _UNCLEAR
    return keys


def _cited(citations: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return the sources of a record's citations, if they say little else."""
    if type(citations) is not list:
        return _UNCLEAR
    cited = []
    for citation in citations:
        if type(citation) is not dict or not citation.keys() <= _ADDRESSED:
            return _UNCLEAR
        source = citation.get("source")
        if type(source) is not str:
            return _UNCLEAR
        cited.append(source)
    return tuple(cited)


def _unsound(name: str, values: list[Any], start: int, stop: int) -> Iterator[int]:
    """Go through the positions of values that are odd by the schema or as texts.

    All of them are looked at as one, then halves of what is doubtful.
    """
    part = values[start:stop]
    held = [value for value in part if value is not None]
    if {*map(type, held)} == {str}:
        held = list({*held})
    if are_valid(name, held) and are_plain(name, held):
        return
    if len(part) == 1:
        yield start
        return
    middle = (start + stop) // 2
    yield from _unsound(name, values, start, middle)
    yield from _unsound(name, values, middle, stop)
