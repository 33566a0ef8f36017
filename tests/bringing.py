"""Files of others brought into a layer, as the tests of importing do it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats.input_file import ReadOptions
from geo.importing.destination import open_destination
from geo.importing.importer import bring_in, collect
from geo.importing.looking import Changes, Look, answer_questions, look_through
from geo.importing.remarks import Remark
from geo.importing.report import Decision, Report, Verdict
from geo.importing.unplaced import Geocode
from geo.layer import IncidentCollection
from geo.model.incident import Incident
from geo.model.sources import Sources
from geo.model.vocabulary import Vocabulary
from tests.builders import SOURCES, VOCABULARY

TODAY: Final = date(2024, 1, 5)


@dataclass(frozen=True, slots=True)
class Brought:
    """A file as a layer in memory, with what it needs and what was said of it."""

    layer: IncidentCollection
    vocabulary: Vocabulary
    sources: Sources
    report: Report

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """The records."""
        return self.layer.incidents

    @property
    def verdict(self) -> Verdict:
        """What became of the file."""
        return self.report.verdict

    @property
    def refused(self) -> tuple[Fault, ...]:
        """Why records were refused."""
        return self.report.refused

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What was assumed, changed or not understood."""
        return self.report.remarks

    @property
    def read(self) -> int:
        """How many rows there were."""
        return self.report.read


def decided(
    path: Path,
    *,
    folder: Path | None = None,
    opening: ReadOptions | None = None,
    **changes: Any,  # noqa: ANN401 - as Changes has them
) -> tuple[Look, tuple[Decision, ...]]:
    """Look a file through, and answer each question as it is proposed."""
    decisions: list[Decision] = []

    def choose(question: Any) -> str:  # noqa: ANN401 - a question
        decisions.append(Decision(question, question.proposal))
        return str(question.proposal)

    look = look_through(
        path, folder=folder, today=TODAY, opening=opening, changes=Changes(**changes)
    )
    return answer_questions(look, choose, TODAY), tuple(decisions)


def brought(
    path: Path,
    *,
    opening: ReadOptions | None = None,
    geocode: Geocode | None = None,
    **changes: Any,  # noqa: ANN401 - as Changes has them
) -> Brought:
    """Return a file as a layer in memory; what it does not tell is as proposed."""
    look, _ = decided(path, opening=opening, **changes)
    return Brought(
        *collect(look, vocabulary=VOCABULARY, sources=SOURCES, geocode=geocode)
    )


def brought_into(  # noqa: PLR0913 - a file, and how it is brought in
    folder: Path,
    path: Path,
    *,
    opening: ReadOptions | None = None,
    geocode: Geocode | None = None,
    today: date = TODAY,
    retire: bool = False,
    **changes: Any,  # noqa: ANN401 - as Changes has them
) -> Report:
    """Bring a file into a map's folder; what it does not tell is as proposed."""
    there = folder if folder.is_dir() else None
    look, decisions = decided(path, folder=there, opening=opening, **changes)
    return bring_in(
        look,
        open_destination(folder),
        today=today.isoformat(),
        decisions=decisions,
        geocode=geocode,
        retire=retire,
    )


def spots(found: Brought) -> list[object]:
    """Return the coordinates of each incident, None where there are none."""
    shapes = [one.geometry for one in found.incidents]
    return [None if one is None else list(one.coords[0]) for one in shapes]


def told(found: Brought | Report) -> str:
    """Return what was told of a file, as one text."""
    report = found.report if isinstance(found, Brought) else found
    faults = [str(fault) for fault in (*report.refused, *report.faults)]
    remarks = [
        f"{remark.message} {remark.examples} {remark.remedy}"
        for remark in report.remarks
    ]
    return "\n".join([*faults, *remarks])


def written(folder: Path, name: str, content: str | bytes) -> Path:
    """Return a file of that content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(folder: Path, members: Mapping[str, bytes]) -> Path:
    """Return an archive of these members."""
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path
