"""The import itself: records converted, checked, merged into a layer, written whole."""

from __future__ import annotations

import re
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from geo.base.errors import Code, ExportError, Fault
from geo.base.files import whole_file
from geo.base.map_writing import write_map_file
from geo.formats.csv import csv_line
from geo.formats.table import Table
from geo.geojson import Reading
from geo.importing.conversion import Converted, convert
from geo.importing.destination import (
    Destination,
    open_layer,
    save_ids,
    save_words,
    write_text,
)
from geo.importing.exports import OF_EXPORT, checksum_faults, restore_features
from geo.importing.looking import REASON, Look
from geo.importing.mapping import write_mapping
from geo.importing.merging import Merging, StoredLayer, write_layer
from geo.importing.own_values import OwnField, OwnKind
from geo.importing.remarks import Remark
from geo.importing.report import Decision, Report
from geo.importing.unplaced import Geocode
from geo.importing.unplaced_file import read_unplaced, write_unplaced
from geo.layer import IncidentCollection, check, collection_of, dump_collection
from geo.layer.rules import Checked, check_reading
from geo.model.palette import PALETTE
from geo.model.sources import Source, Sources
from geo.model.vocabulary import Category, Vocabulary

REFUSED_FILE: Final = "refused.csv"
UNPLACED_FILE: Final = "unplaced.csv"
#: How map.toml calls the kinds of fields that it has no word for.
_TYPES: Final = {OwnKind.JSON: "text"}
#: Where own fields are shown; people change that in map.toml.
_ALL: Final = ("record", "popup", "table")
_RECORD: Final = ("record",)
_COUNTING: Final = frozenset({OwnKind.INTEGER, OwnKind.NUMBER, OwnKind.TRUTH})
_MOST_SHOWN: Final = 3
#: Records that are checked at a time.
_BATCH: Final = 5_000
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

    def check(
        self, features: list[dict[str, Any]], rows: list[int]
    ) -> Iterator[tuple[str, dict[str, Any] | None]]:
        """Go through ids and records; None for one that is refused."""
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
    if look.table.is_export:
        batch = _restored(look, destination, name)
    else:
        batch = _converted(look, destination, stored, geocode)
    intake = _Intake(
        name, batch.vocabulary, frozenset(batch.sources), batch.converted is not None
    )
    merging = Merging(today)
    _make_map(look, destination, batch)
    save_words(destination, batch.vocabulary, batch.sources)
    coming = _checked_batches(batch, intake, tell)
    merged = merging.merge(stored, coming, set(batch.ids))
    members = {**batch.members, **stored.members}
    try:
        write_layer(
            destination.layer,
            merged,
            members,
            is_wanted=lambda: not merging.changes_nothing or not len(stored),
        )
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
        remarks=(*(converted.remarks if converted else ()), *_spared_remarks(intake)),
        faults=batch.faults,
        decisions=decisions,
        own_fields=tuple(each.name for each in converted.own) if converted else (),
        layer=str(destination.layer),
        mapping=mapping,
        refused_file=_write_refused(look, destination, refused),
        unplaced_file=_write_unplaced(destination, converted),
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
        batch = _restored(look, destination, name)
    else:
        batch = _converted(look, destination, StoredLayer(Path()), geocode)
    intake = _Intake(
        name, batch.vocabulary, frozenset(batch.sources), batch.converted is not None
    )
    features = [
        feature
        for _, feature in _checked_batches(batch, intake, lambda *_: None)
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


@dataclass(frozen=True, slots=True)
class _Batch:
    """Records that come, as columns or as features, and what they need."""

    ids: list[str]
    pieces: Callable[[], Iterator[tuple[list[dict[str, Any]], list[int]]]]
    vocabulary: Vocabulary
    sources: Sources
    members: Mapping[str, Any]
    faults: tuple[Fault, ...]
    faults_of_rows: tuple[Fault, ...]
    converted: Converted | None = None


def _converted(
    look: Look,
    destination: Destination,
    stored: StoredLayer,
    geocode: Geocode | None,
) -> _Batch:
    """Return the records of somebody else's table."""
    wrong = {fault.index for fault in look.table.faults if fault.is_error}
    wrong.discard(None)
    kept = look.kept[~look.kept.isin(list(wrong))] if wrong else look.kept
    converted = convert(
        replace(look, kept=kept),
        vocabulary=destination.vocabulary,
        sources=destination.sources,
        geocode=geocode,
        choices=read_unplaced(destination.folder / UNPLACED_FILE),
        own_ids=destination.ids_of(look.mapping.name),
        taken_ids=set(stored.ids()),
    )
    columns = converted.columns

    def pieces() -> Iterator[tuple[list[dict[str, Any]], list[int]]]:
        for start in range(0, len(columns), _BATCH):
            stop = min(start + _BATCH, len(columns))
            yield (
                list(columns.features(start, stop)),
                columns.rows[start:stop].tolist(),
            )

    general, of_rows = _parted(look.table)
    return _Batch(
        list(columns.ids),
        pieces,
        converted.vocabulary,
        converted.sources,
        look.table.members,
        general,
        of_rows,
        converted,
    )


def _restored(look: Look, destination: Destination, name: str) -> _Batch:
    """Return the records of an export of this project, as they were."""
    table = look.table
    features, further = restore_features(table, name)
    general, of_rows = _parted(table)
    wrong = {fault.index for fault in of_rows} | {fault.index for fault in further}
    rows = [number for number in range(len(features)) if number not in wrong]
    good = [features[number] for number in rows]
    vocabulary = _with_categories(destination.vocabulary, good)
    sources = _with_sources(destination.sources, good)
    members = {
        member: value
        for member, value in table.members.items()
        if member not in OF_EXPORT
    }

    def pieces() -> Iterator[tuple[list[dict[str, Any]], list[int]]]:
        for start in range(0, len(good), _BATCH):
            yield good[start : start + _BATCH], rows[start : start + _BATCH]

    odd = tuple(fault for fault in general if fault.code != Code.UNLOCATED)
    return _Batch(
        [str(feature["id"]) for feature in good],
        pieces,
        vocabulary,
        sources,
        members,
        (*odd, *checksum_faults(table, iter(good), name)),
        (*of_rows, *further),
    )


def _parted(table: Table) -> tuple[tuple[Fault, ...], tuple[Fault, ...]]:
    """Return what is odd about a file, and why rows of it are refused."""
    refused = tuple(
        fault for fault in table.faults if fault.is_error and fault.index is not None
    )
    rest = tuple(
        fault
        for fault in table.faults
        if not fault.is_error and fault.code != Code.UNLOCATED
    )
    return rest, refused


def _checked_batches(
    batch: _Batch, intake: _Intake, tell: Step
) -> Iterator[tuple[str, dict[str, Any] | None]]:
    done = 0
    for features, rows in batch.pieces():
        yield from intake.check(features, rows)
        done += len(rows)
        tell("Checking and writing", done, len(batch.ids))


def _with_categories(
    vocabulary: Vocabulary, features: Iterable[Mapping[str, Any]]
) -> Vocabulary:
    """Return the categories with those that an export names and the map has not."""
    categories = dict(vocabulary.categories)
    names = dict.fromkeys(
        str(feature["properties"].get("category") or "") for feature in features
    )
    for name in names:
        if name and name not in categories:
            mark = PALETTE[len(categories) % len(PALETTE)]
            label = name.replace("-", " ").replace("_", " ").capitalize()
            categories[name] = Category(
                name,
                label,
                f'Records that the file calls "{name}".',
                mark.color,
                mark.symbol,
            )
    return Vocabulary(categories)


def _with_sources(sources: Sources, features: Iterable[Mapping[str, Any]]) -> Sources:
    """Return the register with the sources that an export cites and the map has not."""
    by_id = dict(sources)
    for feature in features:
        for citation in feature["properties"].get("citations") or ():
            cited = citation.get("source") if isinstance(citation, dict) else None
            if isinstance(cited, str) and cited and cited not in by_id:
                by_id[cited] = Source(cited, cited, cited)
    return Sources(by_id)


def _make_map(look: Look, destination: Destination, batch: _Batch) -> None:
    """Make map.toml, or add to it what it does not say of the new fields."""
    fields = {}
    if batch.converted is not None:
        told = _telling(batch.converted.own)
        there = {name.lower() for name in destination.map.fields}
        fields = {
            own.name: {
                "label": own.label,
                "type": _TYPES.get(own.kind, str(own.kind)),
                "show": list(_ALL if own.name in told else _RECORD),
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


def _remember(look: Look, destination: Destination, batch: _Batch) -> str:
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


def _write_refused(look: Look, destination: Destination, refused: list[Fault]) -> str:
    """Write the rows that were refused, in the columns of the file, and why."""
    path = _refused_path(look, destination)
    reasons: dict[int, list[str]] = {}
    for fault in refused:
        if fault.index is not None:
            said = f"{fault.where}: " if fault.where else ""
            reasons.setdefault(fault.index, []).append(f"{said}{fault.message}")
    if not reasons:
        with suppress(FileNotFoundError):
            path.unlink()
        return ""
    frame = look.table.frame
    lines = [csv_line([*frame.columns, REASON])]
    for row in sorted(reasons):
        cells = frame.iloc[row].to_list() if row < len(frame) else []
        written = ["" if _is_missing(cell) else cell for cell in cells]
        lines.append(csv_line([*written, " ".join(reasons[row])]))
    write_text(path, b"".join(lines).decode())
    return str(path)


def _refused_path(look: Look, destination: Destination) -> Path:
    """Return where the refused rows of a table go: not over those of another one."""
    path = destination.folder / REFUSED_FILE
    head = csv_line([*look.table.frame.columns, REASON])
    if path.exists():
        with path.open("rb") as file:
            if file.readline() != head:
                return path.with_name(f"refused-{look.mapping.name}.csv")
    return path


def _is_missing(cell: object) -> bool:
    return cell is None or cell != cell  # noqa: PLR0124 - NaN is not itself


def _write_unplaced(destination: Destination, converted: Converted | None) -> str:
    """Write the places that are doubtful, with their candidates."""
    if converted is None or converted.unplaced is None:
        return ""
    path = destination.folder / UNPLACED_FILE
    unplaced = converted.unplaced.candidates
    if not unplaced and not path.exists():
        return ""
    write_unplaced(path, unplaced, converted.choices)
    return str(path) if unplaced else ""


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
