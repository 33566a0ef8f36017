"""The desk: a table on its way into a map, from the file to the layer.

It keeps what one editor works at: the file in a folder of its own, how its columns are
read, and what would be there. Nothing is written into the map before
:meth:`Desk.bring_in`; when the desk is closed, nothing of it is left.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from geo.atlas.previews import end_preview, show_preview
from geo.atlas.shelf import read_atlas
from geo.base.errand import Errand, Step
from geo.base.errors import (
    ExportError,
    IncidentMapError,
    SettingsError,
    StoppedError,
)
from geo.base.file_names import safe_name
from geo.base.settings import Settings
from geo.base.work import check_work
from geo.formats.guarded import Guard
from geo.importing.column_views import ColumnView, view_columns
from geo.importing.columns import answer
from geo.importing.destination import Destination, open_destination
from geo.importing.importer import bring_in
from geo.importing.looking import (
    DATE_ORDER,
    DATES,
    Changes,
    Look,
    look_through,
    read_by,
)
from geo.importing.mapping import TableMapping
from geo.importing.preview import Preview, preview
from geo.importing.questions import Question
from geo.importing.report import Decision, Report
from geo.importing.unplaced import Geocode
from geo.places.geocoder import chain_of, geocode

#: A table of more rows is previewed when its editor says so, not at each change.
MOST_AT_ONCE: Final = 20_000
#: One import at a time: each merges with the layer that it finds.
_WRITING: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview, and the name by which the map's routes know it.

    Parameters
    ----------
    mapping
        How the columns were read for it.
    preview
        What would be there.
    name
        For :func:`geo.atlas.previews.preview_of`.
    """

    mapping: TableMapping
    preview: Preview
    name: str


@dataclass(frozen=True, slots=True)
class Done:
    """A table that is in the map.

    Parameters
    ----------
    report
        What became of each row.
    refused
        The rows that were refused, as CSV; empty for none.
    """

    report: Report
    refused: bytes = b""


class Desk:
    """A table on its way into the map of a deployment.

    One editor's; it is no more than one thing at a time that goes on in its errand.

    Parameters
    ----------
    deployment
        Its settings; ``map`` is the folder that tables go into.
    today
        The day of the import.

    Raises
    ------
    ExportError
        If there is no room for temporary files.
    """

    def __init__(self, deployment: Settings, today: date) -> None:
        self._deployment = deployment
        self._today = today
        try:
            self._room = tempfile.TemporaryDirectory(
                prefix="incidents-desk-", ignore_cleanup_errors=True
            )
        except OSError as error:
            msg = f"There is no room for temporary files: {error}. Free some."
            raise ExportError(msg) from error
        self._folder = Path(self._room.name)
        self._copies = 0
        #: What goes on, or None.
        self.errand: Errand[None] | None = None
        #: What went wrong last, or None.
        self.error: IncidentMapError | None = None
        #: The file, once it was looked through.
        self.look: Look | None = None
        self._asked: tuple[Question, ...] = ()
        self.shown: Shown | None = None
        self._is_writing = False
        self._is_cancelled = False
        self.done: Done | None = None

    @property
    def folder(self) -> Path:
        """The folder of the map that tables go into."""
        return self._deployment.map

    @property
    def questions(self) -> tuple[Question, ...]:
        """All that the file does not tell, answered or not."""
        roles = () if self.look is None else self.look.mapping.columns.values()
        is_dated = any(role in DATES for role in roles)
        return tuple(each for each in self._asked if each.key != DATE_ORDER or is_dated)

    @property
    def complaint(self) -> str:
        """What went wrong last, with the file as its owner calls it; or nothing."""
        return str(self.error or "").replace(f"{self._folder / 'file'}/", "")

    @property
    def is_current(self) -> bool:
        """Whether what is shown is what the columns, as they are read now, would give."""
        return (
            self.look is not None
            and self.shown is not None
            and self.shown.mapping == self.look.mapping
        )

    @property
    def is_importing(self) -> bool:
        """Whether the table is on its way into the map."""
        return self.errand is not None and self._is_writing

    @property
    def wants_preview(self) -> bool:
        """Whether a preview is to be made without being asked for."""
        return (
            self.look is not None
            and self.look.table.rows <= MOST_AT_ONCE
            and not self.is_current
            and self.error is None
            and not self._is_cancelled
        )

    # --- the file -----------------------------------------------------------------

    def take(self, name: str, content: bytes | memoryview) -> None:
        """Take a file, and begin to look through it.

        Parameters
        ----------
        name
            As its owner calls it; the table is called by it.
        content
            Its bytes.
        """
        self.clear()
        path = self._folder / "file" / safe_name(name)
        try:
            path.parent.mkdir(parents=True)
            path.write_bytes(content)
        except OSError as error:
            msg = f"{name} could not be kept while it is read: {error}. Free some room."
            self.error = ExportError(msg)
            return
        self._begin(partial(self._look_through, path))

    def _look_through(self, path: Path, step: Step) -> None:
        step(f"Reading {path.name}", 0, 0)
        deployment = self._deployment
        look = look_through(
            path,
            folder=deployment.map if deployment.map.is_dir() else None,
            today=self._today,
            guard=Guard(deployment.import_memory_mb, deployment.import_timeout_s),
        )
        check_work()
        self._keep(look)
        if look.table.rows <= MOST_AT_ONCE:
            self._show(step)

    def _keep(self, look: Look) -> None:
        """Keep a look, and what it asks; what it proposes is followed until answered."""
        known = {question.key for question in self._asked}
        while new := [each for each in look.questions if each.key not in known]:
            question = new[0]
            known.add(question.key)
            self._asked = (*self._asked, question)
            mapping = answer(look.mapping, question, question.proposal)
            look = read_by(look, mapping, self._today)
        self.look = look

    # --- its columns --------------------------------------------------------------

    def columns(self) -> list[ColumnView]:
        """Return the columns of the file, in its order; none of an export of ours."""
        return [] if self.look is None else view_columns(self.look)

    def change(self, column: str, role: str) -> None:
        """Let a column become something else.

        A role that only one column may have is taken from the one that had it.
        """
        if self.look is None:
            return
        head = self.look.mapping.columns
        mapping = Changes(columns={column: role}).applied(self.look.mapping, head)
        self._read_by(mapping)

    def answer(self, question: Question, choice: str) -> None:
        """Answer what the file does not tell.

        Parameters
        ----------
        question
            One of :attr:`questions`.
        choice
            One of its choices, any text if it has none, or an empty text for none.
        """
        if self.look is not None:
            self._read_by(answer(self.look.mapping, question, choice))

    def choice_of(self, question: Question) -> str:
        """Return how a question is answered, as the columns are read now."""
        if self.look is None:
            return question.proposal
        mapping = self.look.mapping
        if not question.roles:
            return str(getattr(mapping, question.key))
        columns = [mapping.column_of(role) or "" for role in question.roles]
        choice = " / ".join(columns)
        return choice if choice in question.choices else ""

    def _read_by(self, mapping: TableMapping) -> None:
        if self.look is None or mapping == self.look.mapping:
            return
        self.call_off()
        self.error = None
        self._is_cancelled = False
        try:
            self._keep(read_by(self.look, mapping, self._today))
        except IncidentMapError as error:
            self.error = error

    # --- what will be there -------------------------------------------------------

    def begin_preview(self) -> None:
        """Begin to make what would be there."""
        self._begin(self._show)

    def begin_import(self) -> None:
        """Begin to bring the table into the map."""
        self._begin(self._bring_in)

    def _show(self, step: Step) -> None:
        look, destination = self._ready()
        self._copies += 1
        copy = self._folder / f"copy-{self._copies}"
        made = preview(
            look,
            destination,
            copy,
            today=self._today.isoformat(),
            decisions=self._decisions(),
            geocode=_geocoder(destination),
            step=step,
        )
        step("Drawing", 0, 0)
        changes = {
            "layer": str(made.layer),
            "vocabulary": made.vocabulary,
            "sources": made.sources,
        }
        name = show_preview(read_atlas(self._deployment.model_copy(update=changes)))
        self._end_shown()
        self.shown = Shown(look.mapping, made, name)

    def _bring_in(self, step: Step) -> None:
        step("Waiting for another import", 0, 0)
        with _WRITING:
            look, destination = self._ready()
            report = bring_in(
                look,
                destination,
                today=self._today.isoformat(),
                decisions=self._decisions(),
                geocode=_geocoder(destination),
                step=step,
            )
            refused = report.refused_file
            self.done = Done(report, Path(refused).read_bytes() if refused else b"")

    def _ready(self) -> tuple[Look, Destination]:
        """Return the file, and the map as it is now."""
        if self.look is None:
            msg = "There is no table here. Choose a file."
            raise ExportError(msg)
        destination = open_destination(self.folder)
        if destination.layer.resolve() != Path(self._deployment.layer).resolve():
            msg = (
                f"This server shows {self._deployment.layer}, and a table would go into "
                f"{destination.layer}. Start it for a map's folder, without "
                "INCIDENTS_LAYER: incidents serve FOLDER --desk."
            )
            raise SettingsError(msg)
        return self.look, destination

    def _decisions(self) -> tuple[Decision, ...]:
        return tuple(Decision(each, self.choice_of(each)) for each in self.questions)

    # --- errands ------------------------------------------------------------------

    def _begin(self, function: Callable[[Step], None]) -> None:
        self.call_off()
        self.error = None
        self._is_cancelled = False
        self._is_writing = function == self._bring_in
        self.errand = Errand(function)

    def cancel(self) -> None:
        """Call off what goes on, if anything does, without waiting for its end."""
        if self.errand is not None:
            self._is_cancelled = True
            self.errand.call_off()

    def call_off(self) -> None:
        """Call off what goes on, if anything does, and wait until it has ended."""
        if self.errand is not None:
            self.errand.call_off()
            self.errand.wait()
            self.settle()

    def settle(self) -> bool:
        """Tell whether something goes on; of what has ended, keep what went wrong."""
        if self.errand is None:
            return False
        if not self.errand.is_over:
            return True
        over, self.errand = self.errand, None
        try:
            over.result()
        except StoppedError:
            pass  # as its editor wished
        except IncidentMapError as error:
            # Whoever writes takes it for a fault of the disk, which it then names.
            if not isinstance(error.__cause__, StoppedError):
                self.error = error
        except OSError as error:
            msg = f"A file could not be read or written: {error}."
            self.error = ExportError(msg)
        return False

    # --- its end ------------------------------------------------------------------

    def clear(self) -> None:
        """Put away the file and all that was made of it."""
        self.call_off()
        self._end_shown()
        self.error = self.look = self.done = None
        self._asked = ()
        for each in self._folder.iterdir():
            shutil.rmtree(each)

    def close(self) -> None:
        """Leave nothing behind."""
        with suppress(FileNotFoundError):
            self.clear()
        self._room.cleanup()

    def _end_shown(self) -> None:
        if self.shown is not None:
            end_preview(self.shown.name)
            shutil.rmtree(self.shown.preview.layer.parent, ignore_errors=True)
        self.shown = None


def _geocoder(destination: Destination) -> Geocode:
    """Return what looks places up, the map's own first."""
    return partial(geocode, chain=chain_of(destination.map.places))
