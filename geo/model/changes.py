"""The journal of a map: what was changed in records once published, when and why.

``changes.jsonl`` lies in the map's folder: one JSON object a line, the oldest first, never
rewritten. Corrections are public, so that what stands there is read by everybody; what a
reader is told of it, :mod:`geo.evidence.corrections` says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from geo.base.characters import unprintable
from geo.base.errors import Code, DataError, Fault
from geo.model.ids import is_incident_id

#: The file of a map's folder.
CHANGES_FILE: Final = "changes.jsonl"
_KEYS: Final = frozenset(
    {"id", "day", "what", "why", "version", "values", "protects", "withdrawn", "into"}
)
_TYPES: Final = {
    "what": str,
    "why": str,
    "into": str,
    "protects": bool,
    "withdrawn": bool,
}
_TYPE_WORDS: Final[Mapping[type, str]] = {str: "a text", bool: "true or false"}
_HELP: Final = "See data/README.md, 'Changes'."


@dataclass(frozen=True, slots=True)
class NewValue:
    """One property of a record that was changed: its value before, and now, as JSON."""

    property: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one record.

    Parameters
    ----------
    id
        The record's.
    day
        When it was changed.
    what
        What was changed, in words; may be empty where ``new_values`` say it, or a fate.
    why
        The reason, in words; empty where nobody gave any.
    version
        The record's version that the change made; None where that is not told.
    new_values
        The properties changed.
    protects
        Whether it was made so that nobody comes to harm: then neither words nor values
        of it are for readers.
    withdrawn
        Whether the record was taken out.
    into
        Id of the record that tells of it since; empty for none.
    """

    id: str
    day: date
    what: str = ""
    why: str = ""
    version: int | None = None
    new_values: tuple[NewValue, ...] = ()
    protects: bool = False
    withdrawn: bool = False
    into: str = ""

    @property
    def words(self) -> str:
        """What became of a record, for readers: when, and why if that is theirs to know.

        What it was called is not repeated: that may be why it is gone.
        """
        said = "This record was taken out of the map"
        if self.into:
            said = "This record has become part of another"
        why = "" if self.protects or not self.why else f" {self.why}"
        return f"{said} on {self.day.isoformat()}.{why}"

    @property
    def is_fate(self) -> bool:
        """Whether there is no such record after it."""
        return self.withdrawn or bool(self.into)


@dataclass(frozen=True)
class Journal:
    """The changes of a map, the oldest first."""

    changes: tuple[Change, ...] = ()

    def of(self, incident_id: str) -> tuple[Change, ...]:
        """Return the changes of one record, the oldest first."""
        return self._by_id.get(incident_id, ())

    def fate_of(self, incident_id: str) -> Change | None:
        """Return what became of a record that is no longer there; None if not told.

        Where a record was merged into one that was merged itself, it is the last that
        is named.
        """
        change = self._fate(incident_id)
        seen = {incident_id}
        while change is not None and change.into not in {"", *seen}:
            seen.add(change.into)
            further = self._fate(change.into)
            if further is None:
                break
            change = further
        return change

    def _fate(self, incident_id: str) -> Change | None:
        last = self.of(incident_id)[-1:]
        return last[0] if last and last[0].is_fate else None

    @cached_property
    def _by_id(self) -> Mapping[str, tuple[Change, ...]]:
        ordered = sorted(self.changes, key=lambda change: change.id)
        return {name: tuple(each) for name, each in groupby(ordered, lambda c: c.id)}


#: The journal of a map in which nothing was changed.
NO_CHANGES: Final = Journal()


def read_changes(path: Path) -> Journal:
    """Read the journal of a map; a file that is not there has no changes.

    Raises
    ------
    DataError
        If it cannot be read, or a line is not such a change; names each.
    """
    try:
        written = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return NO_CHANGES
    except (OSError, UnicodeDecodeError) as error:
        remedy = "Save it as UTF-8, one JSON object a line."
        fault = Fault(
            str(path), f"cannot be read: {error}.", remedy, code=Code.UNREADABLE
        )
        raise DataError([fault]) from error
    changes, faults = [], []
    # Not splitlines(), which also parts at signs that may stand in a text.
    for number, line in enumerate(written.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            changes.append(_change_of(_object(line)))
        except ValueError as error:
            where = f"line {number}"
            faults.append(Fault(str(path), f"{error}", _HELP, where=where))
    if faults:
        raise DataError(faults)
    return Journal(tuple(changes))


def change_line(change: Change) -> str:
    """Return a change as a line of the journal, without its end."""
    written: dict[str, Any] = {"id": change.id, "day": change.day.isoformat()}
    written["what"], written["why"] = change.what, change.why
    if change.version is not None:
        written["version"] = change.version
    if change.new_values:
        written["values"] = [
            {"property": one.property, "from": one.before, "to": one.after}
            for one in change.new_values
        ]
    for name in ("protects", "withdrawn", "into"):
        if getattr(change, name):
            written[name] = getattr(change, name)
    return json.dumps(written, ensure_ascii=False)


def _object(line: str) -> dict[str, Any]:
    """Return the object of a line; ValueError says why it is none."""
    try:
        written = json.loads(line)
    except RecursionError as error:
        msg = "is nested too deep."
        raise ValueError(msg) from error
    except ValueError as error:
        msg = f"is not JSON: {error}."
        raise ValueError(msg) from error
    if not isinstance(written, dict):
        msg = "is not a JSON object."
        raise ValueError(msg)  # noqa: TRY004 - of the file, not of a call
    return written


def _change_of(written: Mapping[str, Any]) -> Change:
    for problem in _problems(written):
        raise ValueError(problem)
    return Change(
        id=written["id"],
        day=date.fromisoformat(written["day"]),
        what=written.get("what", ""),
        why=written.get("why", ""),
        version=written.get("version"),
        new_values=tuple(
            NewValue(one["property"], one["from"], one["to"])
            for one in written.get("values", ())
        ),
        protects=written.get("protects", False),
        withdrawn=written.get("withdrawn", False),
        into=written.get("into", ""),
    )


def _problems(written: Mapping[str, Any]) -> Iterator[str]:  # noqa: C901 - one a key
    """Go through what is wrong with a line."""
    for name in sorted(set(written) - _KEYS):
        yield f"{name[:40]!r} is not known. Known: {', '.join(sorted(_KEYS))}."
    if not isinstance(written.get("id"), str) or not is_incident_id(written["id"]):
        yield f"the id {written.get('id')!r:.60} is not the id of a record."
    if not _is_day(written.get("day")):
        yield f"the day {written.get('day')!r:.60} is not a day such as 2026-11-26."
    for name, kind in _TYPES.items():
        if name in written and not isinstance(written[name], kind):
            yield f"{name} is {written[name]!r:.60}, which is not {_TYPE_WORDS[kind]}."
    into = written.get("into")
    if isinstance(into, str) and into and not is_incident_id(into):
        yield f"into names {into!r:.60}, which is not the id of a record."
    version = written.get("version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        yield f"the version {version!r:.60} is not a number from 1."
    if not _are_values(written.get("values", [])):
        yield "values is not a list of objects with property, from and to."
    says = ("what", "values", "withdrawn", "into", "protects")
    if not any(written.get(name) for name in says):
        yield "says nothing of what was changed: it has no what."
    odd = next(filter(None, map(unprintable, _texts(written))), None)
    if odd:
        yield f"holds the character U+{ord(odd):04X}, which does not print."


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _are_values(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict)
        and set(one) == {"property", "from", "to"}
        and isinstance(one["property"], str)
        for one in value
    )


def _texts(value: object) -> Iterator[str]:
    """Go through every text in a value of JSON, however deep."""
    stack = [value]
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, Mapping):
            stack.extend((*part, *part.values()))
        elif isinstance(part, Sequence):
            stack.extend(part)
