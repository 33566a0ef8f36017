"""What is said to ``incidents import``, as its modules take it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from geo.base.errors import QueryError

if TYPE_CHECKING:
    from datetime import date


def check_target(
    files: Sequence[Path],
    into: Path | None,
    database: str,
    output: Path | None,
    *,
    retire: bool,
) -> None:
    """Refuse to write to two places, over what is read, or to what is none.

    The address of a database is not repeated, for its password.
    """
    from geo.engine.store import is_database

    if sum(map(bool, (into, output, database))) > 1:
        raise QueryError("into", "cannot go with --output or --to. Give one of them.")
    if into is not None and str(into).startswith(("postgresql:", "postgres:")):
        raise QueryError("into", "is a database's address. Give it with --to.")
    if output is not None and output.parts[0] in {"postgresql:", "postgres:"}:
        raise QueryError("output", "is a database's address. Give it with --to.")
    if output is not None and output.exists() and any(map(output.samefile, files)):
        msg = f"{output} is the file that is read. Give another one to write."
        raise QueryError("output", msg)
    if database and not is_database(database):
        msg = "is not a database's address. Write postgresql://user@host:port/database."
        raise QueryError("to", msg)
    if len(files) > 1 and into is None:
        raise QueryError("into", "is needed for several files. Give --into FOLDER.")
    if retire and into is None:
        raise QueryError(
            "retire", "needs the map to withdraw from. Give --into FOLDER."
        )


def parse_pairs(option: str, texts: Iterable[str]) -> dict[str, str]:
    """Return ``a=b`` texts as a mapping; the last ``=`` of a column's name parts."""
    pairs: dict[str, str] = {}
    for text in texts:
        left, mark, right = (
            text.rpartition("=") if option == "map" else text.partition("=")
        )
        if not mark or not left or not right:
            raise QueryError(option, f"{text!r} is not like NAME=VALUE.")
        if left in pairs:
            raise QueryError(option, f"{left!r} is given twice.")
        pairs[left] = right
    return pairs


def parse_values(texts: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return ``role:theirs=ours`` texts as our values by role and theirs."""
    values: dict[str, dict[str, str]] = {}
    for text in texts:
        name, mark, rest = text.partition(":")
        theirs, equals, ours = rest.rpartition("=")
        if not mark or not equals or not name or not ours:
            msg = f"{text!r} is not like category:strike=demonstration."
            raise QueryError("value", msg)
        values.setdefault(name, {})[theirs] = ours
    return values


def today_of_import() -> date:
    """Return the day of the import, or that of ``SOURCE_DATE_EPOCH``."""
    from datetime import UTC, date, datetime

    written = os.environ.get("SOURCE_DATE_EPOCH", "")
    if written:
        try:
            return datetime.fromtimestamp(int(written), UTC).date()
        except (ValueError, OverflowError, OSError) as error:
            msg = (
                f"SOURCE_DATE_EPOCH={written!r} is not a number of seconds since 1970."
            )
            raise QueryError("SOURCE_DATE_EPOCH", msg) from error
    return date.today()  # noqa: DTZ011 - the day where the user is
