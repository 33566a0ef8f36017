"""What came of an import: counts, what was assumed, and what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from geo.base.errors import Fault
from geo.importing.questions import Question
from geo.importing.remarks import Remark

#: Rows of a remark that a report for machines lists.
_MOST_ROWS: Final = 100
#: Choices that are codes, in words.
CHOICE_WORDS: Final = {
    "dmy": "the day first",
    "mdy": "the month first",
    "ymd": "the year first",
}
#: Remarks of one kind that are told to people.
_MOST_ALIKE: Final = 5
_COUNTED: Final = {
    "new": "new",
    "changed": "changed",
    "same": "as before",
    "protected": "kept at their protected place",
    "withdrawn": "withdrawn",
}
#: Remarks of what a table always has: no warning.
_USUAL: Final = frozenset({"source.new", "category.new", "source.table"})


class Verdict(StrEnum):
    """What became of a file as a whole; one that is refused raises instead."""

    #: Every record was taken as it was.
    ACCEPT = "accept"
    #: Every record was taken; something was assumed, changed or left out.
    WARN = "warn"
    #: Some records were refused, the others were taken.
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Decision:
    """A question, and what was decided."""

    question: Question
    choice: str


@dataclass(frozen=True, slots=True)
class Report:
    """What came of bringing in one file.

    Parameters
    ----------
    file, format
        What was read.
    read, left_out, taken
        How many rows there were, how many of them are no records, and how many records
        were taken.
    counts
        Of the records taken: ``new``, ``changed``, ``same``, ``protected``,
        ``withdrawn``.
    undated, unplaced
        How many have no date, and no place on the map.
    refused
        Why records were refused, by their number.
    remarks
        What was assumed, changed or not understood.
    faults
        What was odd about the file.
    decisions
        What the file did not tell, and what was decided.
    own_fields
        Names of the fields that are kept beside the model.
    layer, mapping, refused_file, unplaced_file
        Files that were written; empty for none.
    """

    file: str
    format: str
    read: int
    taken: int
    left_out: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    undated: int = 0
    unplaced: int = 0
    refused: tuple[Fault, ...] = ()
    remarks: tuple[Remark, ...] = ()
    faults: tuple[Fault, ...] = ()
    decisions: tuple[Decision, ...] = ()
    own_fields: tuple[str, ...] = ()
    layer: str = ""
    mapping: str = ""
    refused_file: str = ""
    unplaced_file: str = ""

    @property
    def verdict(self) -> Verdict:
        """What became of the file."""
        if self.refused:
            return Verdict.PARTIAL
        odd = any(remark.code not in _USUAL for remark in self.remarks)
        return Verdict.WARN if odd or self.faults else Verdict.ACCEPT

    def as_json(self) -> dict[str, Any]:
        """Return the report for machines."""
        return {
            "verdict": str(self.verdict),
            "file": self.file,
            "format": self.format,
            "read": self.read,
            "left_out": self.left_out,
            "written": self.taken,
            "counts": dict(self.counts),
            "undated": self.undated,
            "unplaced": self.unplaced,
            "refused": [fault.as_json() for fault in self.refused],
            "told": [
                {
                    "code": remark.code,
                    "message": remark.message,
                    "records": len(remark.rows),
                    "rows": list(remark.rows[:_MOST_ROWS]),
                    "examples": list(remark.examples),
                    "remedy": remark.remedy,
                }
                for remark in self.remarks
            ],
            "changed": [fault.as_json() for fault in self.faults],
            "decided": [
                {
                    "key": each.question.key,
                    "question": each.question.prompt,
                    "choices": list(each.question.choices),
                    "chosen": each.choice,
                    "examples": list(each.question.examples),
                }
                for each in self.decisions
            ],
            "own_fields": list(self.own_fields),
            "layer": self.layer,
            "mapping": self.mapping,
            "refused_file": self.refused_file,
            "unplaced_file": self.unplaced_file,
        }

    def lines(self) -> Iterator[str]:
        """Go through the report as people read it."""
        yield from self._counted()
        for each in self.decisions:
            if not each.choice and not each.question.choices:
                continue  # what was left unsaid is among the remarks
            examples = "; ".join(each.question.examples)
            shown = f" ({examples})" if examples else ""
            choice = CHOICE_WORDS.get(each.choice, each.choice) or "none of them"
            yield f"  Decided: {each.question.prompt} {choice}{shown}"
        for fault in self.faults:
            # Messages go on from the file's name: it "is not UTF-8".
            said = f"{fault.message} {fault.remedy}".rstrip()
            yield f"  {Path(self.file).name}: {said}"
        alike = Counter(remark.code for remark in self.remarks)
        listed: Counter[str] = Counter()
        for remark in self.remarks:
            listed[remark.code] += 1
            if listed[remark.code] <= _MOST_ALIKE:
                yield from _remark_lines(remark)
            elif listed[remark.code] == alike[remark.code]:
                more = alike[remark.code] - _MOST_ALIKE
                yield f"  ... and {more} more of this kind; --json lists all."
        yield from self._written()

    def _counted(self) -> Iterator[str]:
        rows = "row" if self.left_out == 1 else "rows"
        left = f", {self.left_out} {rows} left out" if self.left_out else ""
        where = f", written to {self.layer}" if self.layer else ""
        yield (
            f"{self.file}: {self.format}, {self.read} rows read{left}, {self.taken} "
            f"records taken{where}."
        )
        parts = [
            f"{self.counts[name]} {word}"
            for name, word in _COUNTED.items()
            if self.counts.get(name)
        ]
        if parts:
            yield f"  {', '.join(parts)}."
        if self.taken:
            yield (
                f"  {self.taken - self.undated} have a date, "
                f"{self.taken - self.unplaced} a place on the map."
            )

    def _written(self) -> Iterator[str]:
        if self.own_fields:
            yield f"  Kept as fields of their own: {', '.join(self.own_fields)}."
        if self.mapping:
            yield f"  How the columns were read is in {self.mapping}; change it there."
        if self.unplaced_file:
            yield (
                f"  Places that are doubtful are in {self.unplaced_file}: choose there, "
                "and import again."
            )
        if self.refused:
            yield f"  Refused: {len({fault.index for fault in self.refused})}."
        if self.refused_file:
            yield (
                f"  They are in {self.refused_file}, with the reason: mend them there, "
                "and import that file."
            )


def _remark_lines(remark: Remark) -> Iterator[str]:
    count = f"{len(remark.rows)}"
    is_counted = not remark.rows or remark.message.startswith(f"{count} ")
    count = "" if is_counted else f"{count}: "
    shown = (
        f" (such as {', '.join(map(repr, remark.examples))})" if remark.examples else ""
    )
    yield f"  {count}{remark.message}{shown}"
    if remark.remedy:
        yield f"      {remark.remedy}"
