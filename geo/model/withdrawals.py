"""Records that are no longer in a map: their addresses go on saying what became of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from geo.base.errors import Code, DataError, Fault

#: The file of a map that lists them, by id.
WITHDRAWN_FILE: Final = "withdrawn.json"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What became of one record: its title, the day it was withdrawn (ISO), and why."""

    title: str
    day: str
    why: str

    @property
    def words(self) -> str:
        """What a reader is told."""
        return f"\u201c{self.title}\u201d was withdrawn on {self.day}. {self.why}"


def read_withdrawals(path: Path) -> dict[str, Withdrawal]:
    """Read the records that were withdrawn, by id; none where there is no file.

    Raises
    ------
    DataError
        If it is not an object of objects with ``title``, ``day`` and ``why``.
    """
    if not path.exists():
        return {}
    try:
        return {
            str(each): Withdrawal(
                *(str(told[name]) for name in ("title", "day", "why"))
            )
            for each, told in json.loads(path.read_text("utf-8")).items()
        }
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        message = f"does not list withdrawn records by id ({error!r})."
        remedy = "Give each id an object with title, day and why, or remove the file."
        fault = Fault(str(path), message, remedy, code=Code.UNREADABLE)
        raise DataError([fault]) from error


def withdrawals_json(withdrawals: Mapping[str, Withdrawal]) -> dict[str, Any]:
    """Return withdrawn records as :func:`read_withdrawals` reads them."""
    return {each: asdict(told) for each, told in withdrawals.items()}
