"""The error tree: one leaf for each thing a caller would treat differently.

Every message names the file, the record, the value, what was expected and the
remedy, because it is shown to whoever can mend it. Nothing here imports another
module of ours, so that every module can raise without an import loop.

::

    IncidentMapError
    ├── SettingsError       the deployment's configuration is wrong
    │   └── NotInstalledError   it lacks an extra that this work needs
    ├── MissingAssetError   a file that installing should have brought is missing
    ├── DataError           a file's content is wrong; carries every fault found
    ├── QueryError          a filter value is wrong; names the parameter
    ├── NotFoundError       a record, source or place of that name does not exist
    │   └── WithdrawnError  a record that was there, and was withdrawn
    ├── EngineAwayError     the layer's database does not answer; try again soon
    ├── TooLongError        an answer took longer than it may; ask for less
    ├── BusyError           too much is asked for at once; try again later
    ├── StoppedError        nobody waits for the answer any more
    ├── ArchiveError        the archive of sources could not be read or written
    ├── GeocodingError      a geocoding service failed; trying again may help
    └── ExportError         a file could not be written
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import Any


class IncidentMapError(Exception):
    """Anything this project raises on purpose."""


class SettingsError(IncidentMapError, ValueError):
    """The deployment's configuration is wrong: mend the setting it names."""


class NotInstalledError(SettingsError):
    """Some work needs an extra that is not installed: run the command it names."""


class MissingAssetError(IncidentMapError, FileNotFoundError):
    """A file that installing should have brought is missing: run the command named."""


class Code(StrEnum):
    """What kind of fault it is: the word that programs may branch on.

    A code stays as it is for ever; messages may be reworded and translated.
    """

    #: A value is wrong in a way that has no code of its own.
    VALUE = "value-wrong"
    # A file, or all of it.
    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    NOT_LISTED = "not-listed"
    CHECKSUM = "checksum-differs"
    # A feature as GeoJSON has it.
    ID_DUPLICATE = "id-duplicate"
    RING_WOUND = "ring-wound"
    UNLOCATED = "unlocated"
    # A value as the schema of an incident has it.
    MISSING = "missing"
    #: Wanted of a record, not needed: reported where all that is wanted is asked for.
    LACKING = "lacking"
    EMPTY = "empty"
    TYPE = "type-wrong"
    CHOICE = "not-a-choice"
    LENGTH = "too-long"
    UNKNOWN_MEMBER = "unknown-member"
    # What a schema cannot say of an incident.
    ID_FORM = "id-form"
    UNPRINTABLE = "unprintable"
    CATEGORY_UNKNOWN = "category-unknown"
    COUNTRY_UNKNOWN = "country-unknown"
    SOURCE_UNKNOWN = "source-unknown"
    PLAN_OCCURRED = "plan-occurred"
    COUNT_UNFIT = "count-unfit"
    DATE_FORM = "date-form"
    DATE_DERIVED = "date-not-derived"
    UPDATED_FORM = "updated-form"
    GEOMETRY_UNFIT = "geometry-unfit"
    PRECISION_UNFIT = "precision-unfit"
    RADIUS_UNFIT = "radius-unfit"
    NOT_CORROBORATED = "not-corroborated"
    QUOTE_LONG = "quote-long"
    QUOTE_SENTENCE = "quote-sentence"
    SUPPORTS_UNKNOWN = "supports-unknown"
    HARM = "harm"
    DWELLING = "dwelling"
    # What is not to be published, though a layer may hold it.
    CHILD = "child"
    VICTIM = "victim-too-fine"
    REFINED = "protected-refined"
    # A story.
    STORY_BROKEN = "story-broken"
    STORY_OUTDATED = "story-outdated"
    # What happened to a record of others while it became an incident.
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one record, in words that let its author mend it.

    Parameters
    ----------
    file
        The file, as the caller named it.
    message
        What is wrong, with the value.
    remedy
        What to do about it; may be empty.
    code
        What kind of fault it is, for programs.
    where
        The property or member at fault: ``date``, ``citations[0].quote``.
    index
        The feature's position in its collection, from 0; None for the whole file.
    feature_id
        The feature's id, if it has a readable one.
    severity
        ``error`` refuses the file; ``warning`` is reported and the file read.
    """

    file: str
    message: str
    remedy: str = ""
    _: KW_ONLY
    code: Code = Code.VALUE
    where: str = ""
    index: int | None = None
    feature_id: str | None = None
    severity: str = "error"

    @property
    def is_error(self) -> bool:
        """Whether it refuses what it is about."""
        return self.severity == "error"

    def as_json(self) -> dict[str, str | int | None]:
        """Return the fault for reports that machines read; the file is the report's."""
        return {
            "code": str(self.code),
            "severity": self.severity,
            "index": self.index,
            "id": self.feature_id,
            "where": self.where,
            "message": self.message,
            "remedy": self.remedy,
        }

    @classmethod
    def of_values(cls, values: Mapping[str, Any]) -> Fault:
        """Return the fault that :func:`dataclasses.asdict` made of one, after JSON."""
        return cls(**{**values, "code": Code(values["code"])})

    def __str__(self) -> str:
        """Write the fault as one line, most general part first."""
        place = self.file
        if self.index is not None:
            place += f": feature {self.index}"
            if self.feature_id is not None:
                place += f" ({self.feature_id})"
        if self.where:
            place += f": {self.where}"
        mark = "" if self.is_error else f"{self.severity}: "
        return f"{place}: {mark}{self.message} {self.remedy}".strip()


class DataError(IncidentMapError, ValueError):
    """A file's content is wrong.

    Parameters
    ----------
    faults
        Every fault found, in file order; at least one.
    """

    #: Faults spelled out in the message; the rest are counted.
    SHOWN = 20

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = [str(fault) for fault in self.faults[: self.SHOWN]]
        rest = len(self.faults) - len(lines)
        if rest > 0:
            lines.append(f"... and {rest} more.")
        super().__init__("\n".join(lines))


class QueryError(IncidentMapError, ValueError):
    """A filter value is wrong.

    Parameters
    ----------
    parameter
        The filter's name, the same in the URL, the command line and the API.
    message
        What is wrong with it, the value and what is accepted.
    """

    def __init__(self, parameter: str, message: str) -> None:
        self.parameter = parameter
        super().__init__(f"{parameter}: {message}")


class NotFoundError(IncidentMapError, LookupError):
    """No record, source or place of that name."""


class WithdrawnError(NotFoundError):
    """A record that was there and was withdrawn; the message says when and why."""


class EngineAwayError(IncidentMapError, ConnectionError):
    """The layer's database does not answer. Trying again soon may help.

    The message names the database, for whoever runs the server. Others are told
    :data:`FOR_READERS`.
    """

    FOR_READERS = (
        "The database with the incidents of this map does not answer at the moment. "
        "Try again in a few seconds."
    )


class TooLongError(IncidentMapError, TimeoutError):
    """An answer took longer than the deployment allows, and was given up."""


class BusyError(IncidentMapError, RuntimeError):
    """Too much is asked for at once. Trying again later helps.

    Parameters
    ----------
    message
        What there is too much of, and how many are allowed.
    retry_after_s
        Seconds after which to try again.
    """

    def __init__(self, message: str, *, retry_after_s: int = 5) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message)


class StoppedError(IncidentMapError, InterruptedError):
    """Some work was stopped: who asked for it has left, or the server ends."""


def told_readers(error: IncidentMapError) -> str:
    """Return an error's message without the database's address."""
    return error.FOR_READERS if isinstance(error, EngineAwayError) else str(error)


class ArchiveError(IncidentMapError, OSError):
    """The archive of sources could not be read or written."""


class GeocodingError(IncidentMapError, RuntimeError):
    """A geocoding service failed. Trying again later may help."""


class ExportError(IncidentMapError, OSError):
    """A file could not be written; nothing was left half-written."""
