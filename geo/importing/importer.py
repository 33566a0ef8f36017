"""The import itself: records converted, checked, merged into a layer, written whole."""

from __future__ import annotations

import re
from collections.abc import (
    Callable,
    Collection,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from geo.base.errors import ExportError, Fault
from geo.base.files import whole_file
from geo.base.map_writing import write_map_file
from geo.importing.batches import Batch, convert_batch, restore_batch
from geo.importing.destination import (
    Destination,
    add_changes,
    changes_in,
    open_layer,
    save_ids,
    save_words,
)
from geo.importing.features import FeatureColumns, FeatureRows
from geo.importing.last_import import LastImport, remembering
from geo.importing.leaving import find_leaving
from geo.importing.looking import Look
from geo.importing.mapping import write_mapping
from geo.importing.merging import Coming, Merging, StoredLayer, write_layer
from geo.importing.own_values import OwnField, OwnKind
from geo.importing.refusals import write_doubtful, write_refused
from geo.importing.remarks import Remark
from geo.importing.report import Decision, Report
from geo.importing.unplaced import Geocode
from geo.layer import IncidentCollection, check, collection_of, dump_collection
from geo.layer.columns import ColumnCheck
from geo.layer.geojson import Reading
from geo.layer.rules import Checked, check_reading
from geo.model.sources import Sources
from geo.model.vocabulary import Vocabulary

#: How map.toml calls the kinds of fields that it has no word for.
_TYPES: Final = {OwnKind.JSON: "text"}
#: Where own fields are shown; people change that in map.toml.
_ALL: Final = ("record", "popup", "table")
_RECORD: Final = ("record",)
_COUNTING: Final = frozenset({OwnKind.INTEGER, OwnKind.NUMBER, OwnKind.TRUTH})
_MOST_SHOWN: Final = 3
#: Without these no record is one.
_NEEDED: Final = frozenset({"id", "title", "category", "citations", ""})
_PROPERTY: Final = re.compile(r"[.\[]")
#: Called with what is being done, and how much of it is done.
Step = Callable[[str, int, int], None]


@dataclass(slots=True)
class _Intake:
    """Records on their way into a layer, and what becomes of them.

    ``is_read`` tells that their values come from cells that were read strictly.
    """

    name: str
    vocabulary: Vocabulary
    sources: Collection[str]
    is_read: bool
    refused: list[Fault] = field(default_factory=list)
    spared: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    taken: int = 0

    @classmethod
    def of(cls, batch: Batch, name: str) -> _Intake:
        """Return the intake of a batch, of a file of that name."""
        return cls(
            name,
            batch.vocabulary,
            frozenset(batch.sources),
            batch.converted is not None,
        )

    def take(self, part: FeatureColumns | FeatureRows) -> Iterator[tuple[str, Any]]:
        """Go through ids and features; None for one that is refused."""
        if isinstance(part, FeatureRows):
            return self._check([*part.made], [*part.rows])
        return self._check(part.features(), part.rows.tolist())

    def take_lines(
        self,
        part: FeatureColumns | FeatureRows,
        check: ColumnCheck,
        stored: StoredLayer,
    ) -> Iterator[tuple[str, Coming]]:
        """Go through the same; what is surely right and new comes as a line."""
        if isinstance(part, FeatureRows) or not part.are_plain_spots:
            yield from self.take(part)
            return
        placed = [shape is not None for shape in part.geometry]
        sure = check.sure(part.ids, placed, part.values())
        sure &= [each not in stored for each in part.ids]
        lines = part.lines(sure)
        rest = np.flatnonzero(~sure)
        others = self._check(part.features(rest.tolist()), part.rows[rest].tolist())
        for incident_id, is_sure in zip(part.ids, sure.tolist(), strict=True):
            if is_sure:
                self.taken += 1
                yield incident_id, next(lines)
            else:
                yield next(others)

    def _check(
        self, features: list[dict[str, Any]], rows: list[int]
    ) -> Iterator[tuple[str, dict[str, Any] | None]]:
        """Go through ids and features, checked; None for one that is refused."""
        checked = self._checked(features)
        for index, fault in checked.first_errors().items():
            spared = self._spare(features[index], rows[index], checked)
            if spared is None:
                refusal = replace(fault, index=rows[index])
                self.refused.append(refusal)
                features[index] = {"id": features[index].get("id")}
            else:
                features[index] = spared
        for feature in features:
            if "properties" in feature:
                self.taken += 1
                yield feature["id"], feature
            else:
                yield str(feature["id"]), None

    def _checked(self, features: list[dict[str, Any]]) -> Checked:
        if self.is_read and all(map(_is_spot, features)):
            # The cells have been read strictly already, and points cannot be unsound.
            reading = Reading(tuple(features), {}, ())
            return check_reading(
                reading, self.name, vocabulary=self.vocabulary, sources=self.sources
            )
        return check(
            features, vocabulary=self.vocabulary, sources=self.sources, name=self.name
        )

    def _spare(
        self, feature: dict[str, Any], row: int, checked: Checked
    ) -> dict[str, Any] | None:
        """Return a record without what is wrong with it, None if it then is none."""
        again = checked
        index = next(
            number
            for number, each in enumerate(checked.features)
            if each["id"] == feature["id"]
        )
        for _ in range(3):
            faults = [
                fault
                for fault in again.faults
                if fault.is_error and fault.index == index
            ]
            if not faults:
                return feature
            feature = {**feature, "properties": dict(feature["properties"])}
            for fault in faults:
                name = _PROPERTY.split(fault.where, maxsplit=1)[0]
                if name in _NEEDED:
                    return None
                if name in {"geometry", "type"}:
                    feature["geometry"] = None
                elif name in feature["properties"]:
                    del feature["properties"][name]
                    if name == "date":
                        for end in ("date_earliest", "date_latest"):
                            feature["properties"].pop(end, None)
                else:
                    return None
                self.spared.setdefault((name, fault.message), []).append(row)
            again, index = self._checked([feature]), 0
        return None


def bring_in(  # noqa: PLR0913 - what is brought in, where to, and how
    look: Look,
    destination: Destination,
    *,
    today: str,
    decisions: tuple[Decision, ...] = (),
    geocode: Geocode | None = None,
    step: Step | None = None,
    retire: bool = False,
) -> Report:
    """Bring the records of a file into a map's folder.

    Categories, sources, mapping and layer are written each whole; the layer last.

    Parameters
    ----------
    look
        The file, and how it is read.
    destination
        The folder.
    today
        The day of the import, ISO.
    decisions
        What was asked of the file, for the report.
    geocode
        Finds places of records that name one without a point.
    step
        Called with what is being done, how much is done, of how much.
    retire
        Whether records that the table had before and has no more are withdrawn.

    Returns
    -------
    Report
        What became of each row of the file.

    Raises
    ------
    DataError
        If the layer that is there is not sound.
    ExportError
        If something cannot be written; the layer is then as it was.
    """
    tell = step or (lambda *_: None)
    tell("Reading the layer", 0, 0)
    stored = open_layer(destination)
    tell("Converting", 0, look.table.rows)
    name = str(look.path)
    last = LastImport(destination.said_of(look.mapping.name))
    if look.table.is_export:
        batch = restore_batch(look, destination, name)
    else:
        batch = convert_batch(look, destination, stored, geocode, last.get)
    intake = _Intake.of(batch, name)
    merging = Merging(today, look.path.name)
    _make_map(look, destination, batch)
    save_words(destination, batch.vocabulary, batch.sources)
    check_columns = ColumnCheck(batch.vocabulary, intake.sources)
    coming = _followed(
        batch,
        lambda part: intake.take_lines(part, check_columns, stored),
        tell,
    )
    leaving = find_leaving(look, destination, stored, batch, retire=retire)

    def is_wanted() -> bool:
        """Write what is to be known before the layer changes, if it is to change."""
        if merging.changes_nothing and len(stored):
            return False
        add_changes(destination, merging.changes)
        return True

    try:
        with ExitStack() as files:
            if not look.table.is_export:
                merging.said = last.get
                merging.changes_of = changes_in(destination)
                memory = files.enter_context(remembering(last.path))
                coming = memory.keep_coming(coming, last.get, leaving.kept)
            merged = merging.merge(stored, coming, set(batch.ids), leaving.withdrawn)
            members = {**batch.members, **stored.members}
            write_layer(destination.layer, merged, members, is_wanted=is_wanted)
    except OSError as error:
        msg = f"{destination.layer} could not be written: {error}."
        raise ExportError(msg) from error
    refused = [*batch.faults_of_rows, *intake.refused]
    mapping = _remember(look, destination, batch)
    converted = batch.converted
    return Report(
        file=name,
        format=look.table.format,
        read=look.table.rows,
        left_out=look.table.rows - len(look.kept),
        taken=intake.taken,
        counts={key: merging.counts[key] for key in merging.counts},
        undated=converted.undated if converted else 0,
        unplaced=converted.unplaced_rows if converted else 0,
        refused=tuple(refused),
        remarks=(
            *(converted.remarks if converted else ()),
            *_spared_remarks(intake),
            *leaving.remarks,
            *merging.remarks(batch.ids),
        ),
        faults=batch.faults,
        decisions=decisions,
        own_fields=tuple(each.name for each in converted.own) if converted else (),
        layer=str(destination.layer),
        mapping=mapping,
        refused_file=write_refused(look, destination, refused),
        unplaced_file=write_doubtful(destination, converted),
    )


def collect(
    look: Look,
    *,
    vocabulary: Vocabulary,
    sources: Sources,
    geocode: Geocode | None = None,
) -> tuple[IncidentCollection, Vocabulary, Sources, Report]:
    """Return the records of a file as a layer in memory, without writing anything.

    Parameters
    ----------
    look
        The file, and how it is read.
    vocabulary, sources
        What there is already.
    geocode
        As for :func:`bring_in`.
    """
    name = str(look.path)
    destination = Destination.of_words(vocabulary, sources)
    if look.table.is_export:
        batch = restore_batch(look, destination, name)
    else:
        batch = convert_batch(look, destination, StoredLayer(Path()), geocode)
    intake = _Intake.of(batch, name)
    features = [
        feature
        for part in batch.parts()
        for _, feature in intake.take(part)
        if feature is not None
    ]
    checked = check(
        features, vocabulary=batch.vocabulary, sources=batch.sources, name=name
    )
    converted = batch.converted
    report = Report(
        file=name,
        format=look.table.format,
        read=look.table.rows,
        left_out=look.table.rows - len(look.kept),
        taken=intake.taken,
        undated=converted.undated if converted else 0,
        unplaced=converted.unplaced_rows if converted else 0,
        refused=(*batch.faults_of_rows, *intake.refused),
        remarks=(*(converted.remarks if converted else ()), *_spared_remarks(intake)),
        faults=batch.faults,
        own_fields=tuple(each.name for each in converted.own) if converted else (),
    )
    layer = collection_of(checked, batch.members)
    return layer, batch.vocabulary, batch.sources, report


def _followed(
    batch: Batch,
    take: Callable[[FeatureColumns | FeatureRows], Iterator[tuple[str, Coming]]],
    tell: Step,
) -> Iterator[tuple[str, Coming]]:
    """Take the records of a batch, and tell how far that is."""
    done = 0
    for part in batch.parts():
        yield from take(part)
        done += len(part)
        tell("Checking and writing", done, len(batch.ids))


def _make_map(look: Look, destination: Destination, batch: Batch) -> None:
    """Make map.toml, or add to it what it does not say of the new fields."""
    fields = {}
    if batch.converted is not None:
        telling = _telling(batch.converted.own)
        there = {name.lower() for name in destination.map.fields}
        fields = {
            own.name: {
                "label": own.label,
                "type": _TYPES.get(own.kind, str(own.kind)),
                "show": list(_ALL if own.name in telling else _RECORD),
            }
            for own in batch.converted.own
            if own.name.lower() not in there
        }
    title = None
    if not destination.map.file.exists():
        title = look.path.stem.replace("_", " ").replace("-", " ").strip().capitalize()
    write_map_file(
        destination.folder, title=(title or None) and title[:120], fields=fields or None
    )
    destination.layer.parent.mkdir(parents=True, exist_ok=True)


def _telling(own: Sequence[OwnField]) -> list[str]:
    """Return the own fields that stand in popup and table: the first few that count."""
    return [each.name for each in own if each.kind in _COUNTING][:_MOST_SHOWN]


def _remember(look: Look, destination: Destination, batch: Batch) -> str:
    """Keep how the table was read, and which ids it gave."""
    if look.table.is_export:
        return ""
    path = destination.mappings / f"{look.mapping.name}.toml"
    write_mapping(path, look.mapping)
    before = destination.ids_of(look.mapping.name)
    ids = dict.fromkeys([*sorted(before - set(batch.ids)), *batch.ids])
    save_ids(destination, look.mapping.name, ids)
    return str(path)


def _is_spot(feature: Mapping[str, Any]) -> bool:
    geometry = feature["geometry"]
    return geometry is None or geometry["type"] == "Point"


def _spared_remarks(intake: _Intake) -> Iterator[Remark]:
    for (name, message), rows in intake.spared.items():
        yield Remark(
            "property.left_out", f"{name!r} was left out: it {message}", tuple(rows)
        )


def dump_layer(path: Path, layer: IncidentCollection) -> None:
    """Write a layer as GeoJSON, whole or not at all.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    try:
        with whole_file(path) as draft, draft.open("wb") as file:
            file.writelines(dump_collection(layer))
    except OSError as error:
        msg = f"{path} could not be written: {error}."
        raise ExportError(msg) from error
