"""What is noted about a file while it is read, and how much of a file is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from geo.base.errors import Code, Fault


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold before it is refused unread.

    Parameters
    ----------
    max_bytes
        Size of the file.
    max_text_chars
        Length of one text in it.
    max_depth
        How deep lists and objects may nest; GeoJSON itself needs about ten.
    max_names
        Names in one object; columns of a table.
    max_name_chars
        Length of such a name. Survey programs write whole questions there.
    max_faults
        Errors kept, and warnings kept; any beyond are only counted, in a last fault.
    """

    max_bytes: int = 200_000_000
    max_text_chars: int = 1_000_000
    max_depth: int = 64
    max_names: int = 2_000
    max_name_chars: int = 1_000
    max_faults: int = 100_000


LIMITS: Final = Limits()


class Notes:
    """The faults of one file while it is being read.

    Parameters
    ----------
    file
        The file's name in messages.
    max_faults
        How many errors, and how many warnings, to keep; the rest are counted.
    """

    def __init__(self, file: str, *, max_faults: int = LIMITS.max_faults) -> None:
        self.file = file
        self.errors = 0
        self._kept: list[Fault] = []
        self._room = {"error": max_faults, "warning": max_faults}
        self._left_out = 0
        self._left_out_errors = 0
        self._index: int | None = None
        self._feature_id: str | None = None

    def at(self, index: int | None, feature_id: str | None = None) -> None:
        """Say which feature the next faults are about; None for the whole file."""
        self._index = index
        self._feature_id = None if feature_id is None else clipped(feature_id)

    def error(
        self, where: str, message: str, remedy: str, code: Code = Code.VALUE
    ) -> None:
        """Note what refuses the file."""
        self.errors += 1
        self._note(where, message, remedy, code, "error")

    def warn(
        self, where: str, message: str, remedy: str, code: Code = Code.VALUE
    ) -> None:
        """Note what is odd or was mended."""
        self._note(where, message, remedy, code, "warning")

    def extend(self, faults: Iterable[Fault]) -> None:
        """Take over faults found elsewhere."""
        for fault in faults:
            self.errors += fault.is_error
            self._keep(fault)

    def faults(self) -> tuple[Fault, ...]:
        """Return everything noted, in order; the last one counts what was left out."""
        if not self._left_out:
            return tuple(self._kept)
        message = f"{self._left_out} more faults are not listed."
        remedy = "Mend the ones listed, then check again."
        severity = "error" if self._left_out_errors else "warning"
        rest = Fault(
            self.file, message, remedy, code=Code.NOT_LISTED, severity=severity
        )
        return (*self._kept, rest)

    def _note(
        self, where: str, message: str, remedy: str, code: Code, severity: str
    ) -> None:
        self._keep(
            Fault(
                self.file,
                message,
                remedy,
                code=code,
                where=clipped(where),
                index=self._index,
                feature_id=self._feature_id,
                severity=severity,
            )
        )

    def _keep(self, fault: Fault) -> None:
        # Each in its own measure: a million warnings must not hide an error.
        if self._room[fault.severity] > 0:
            self._room[fault.severity] -= 1
            self._kept.append(fault)
        else:
            self._left_out += 1
            self._left_out_errors += fault.is_error


def clipped(text: str) -> str:
    """Return a text short enough for a message."""
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004


@dataclass(slots=True)
class ReadState:
    """A file while it is being read."""

    notes: Notes
    limits: Limits
    features: list[dict[str, Any]] = field(default_factory=list)
    members: dict[str, Any] = field(default_factory=dict)
    misplaced: set[int] = field(default_factory=set)
    ids: dict[tuple[str, Any], int] = field(default_factory=dict)
    without_id: int = 0
