"""Records on their way into a layer, batch by batch, and what they need of the map."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from geo.base.errors import Code, Fault
from geo.formats.table import Table
from geo.importing.conversion import Converted, convert
from geo.importing.destination import Destination
from geo.importing.exports import OF_EXPORT, checksum_faults, restore_features
from geo.importing.features import FeatureColumns, FeatureRows
from geo.importing.last_import import keep_ids
from geo.importing.looking import Look
from geo.importing.merging import StoredLayer
from geo.importing.refusals import UNPLACED_FILE
from geo.importing.unplaced import Geocode
from geo.importing.unplaced_file import read_unplaced
from geo.model.palette import PALETTE
from geo.model.sources import Source, Sources
from geo.model.vocabulary import Category, Vocabulary

#: Records that are checked at a time.
_BATCH: Final = 5_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that come, as columns or as features, and what they need."""

    ids: list[str]
    records: FeatureColumns | FeatureRows
    vocabulary: Vocabulary
    sources: Sources
    members: Mapping[str, Any]
    faults: tuple[Fault, ...]
    faults_of_rows: tuple[Fault, ...]
    converted: Converted | None = None

    def parts(self) -> Iterator[FeatureColumns | FeatureRows]:
        """Go through the records, as many at a time as are checked at once."""
        for start in range(0, len(self.records), _BATCH):
            yield self.records.part(start, start + _BATCH)


def convert_batch(
    look: Look,
    destination: Destination,
    stored: StoredLayer,
    geocode: Geocode | None,
    said: Callable[[str], Mapping[str, Any] | None] = lambda _: None,
) -> Batch:
    """Return the records of somebody else's table.

    *said* returns what the table said of a record when it last came.
    """
    own_ids = destination.ids_of(look.mapping.name)
    wrong = {fault.index for fault in look.table.faults if fault.is_error}
    wrong.discard(None)
    kept = look.kept[~look.kept.isin(list(wrong))] if wrong else look.kept
    converted = convert(
        replace(look, kept=kept),
        vocabulary=destination.vocabulary,
        sources=destination.sources,
        geocode=geocode,
        choices=read_unplaced(destination.folder / UNPLACED_FILE),
        own_ids=own_ids,
        taken_ids=set(stored.ids()),
    )
    columns = converted.columns
    if look.mapping.column_of("id") is None and not look.table.ids:
        columns = keep_ids(columns, own_ids, said)
    general, of_rows = _parted(look.table)
    return Batch(
        list(columns.ids),
        columns,
        converted.vocabulary,
        converted.sources,
        look.table.members,
        general,
        of_rows,
        converted,
    )


def restore_batch(look: Look, destination: Destination, name: str) -> Batch:
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

    odd = tuple(fault for fault in general if fault.code != Code.UNLOCATED)
    return Batch(
        [str(feature["id"]) for feature in good],
        FeatureRows(good, rows),
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
