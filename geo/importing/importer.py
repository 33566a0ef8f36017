"""The import itself: reads a file, converts its records, checks the layer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from geo.base.errors import Code, DataError, Fault, QueryError
from geo.base.settings import settings
from geo.export.selection import content_digest
from geo.formats.guarded import Guard
from geo.formats.input_file import ReadOptions
from geo.formats.opening import open_file
from geo.formats.records import Raw
from geo.geojson import dump_geojson
from geo.importing.advice import STAND_IN_SOURCE, advice, stood_in
from geo.importing.conversion import convert, is_export, missing
from geo.importing.identity import Conversion
from geo.importing.options import ImportOptions, check_options
from geo.layer import IncidentCollection, check, collection_of
from geo.model.incident import PROPERTIES, feature_of
from geo.model.sources import Sources, read_sources
from geo.model.vocabulary import Vocabulary, read_vocabulary

#: Members that an export adds to the collection, and reading back takes away.
_OF_EXPORT: Final = ("about", "layer_version")
#: Properties whose values are chosen from a list.
_CHOSEN: Final = frozenset({"category", "kind", "status", "precision", "country"})


class Verdict(StrEnum):
    """What became of a file as a whole; one that is refused raises instead."""

    #: Every record is an incident, as it was.
    ACCEPT = "accept"
    #: Every record is an incident; something was odd or was changed.
    WARN = "warn"
    #: Some records were refused, the others are incidents.
    PARTIAL = "partial"
    #: The file is sound, but its records do not say all that an incident needs.
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import.

    Parameters
    ----------
    layer
        The incidents, checked; empty if none could be made.
    format
        What the file was.
    read
        How many records it has.
    refused
        Why records were refused; those of one record have its index.
    changed
        What was odd or was changed, with what it became.
    lacking
        How many records lack each property that only the caller can give.
    kept
        Columns kept as further properties.
    verdict
        What became of the file.
    named
        How many records had no id, and were given one.
    advice
        What the caller should say of a file that is incomplete; else empty.
    """

    layer: IncidentCollection
    format: str
    read: int
    refused: tuple[Fault, ...]
    changed: tuple[Fault, ...]
    lacking: dict[str, int]
    kept: tuple[str, ...]
    verdict: Verdict
    named: int = 0
    advice: str = ""

    @property
    def is_worth_writing(self) -> bool:
        """Whether there are incidents, or the file was empty by itself."""
        return bool(self.layer.incidents) or not self.read

    def as_json(self) -> dict[str, Any]:
        """Return the report for machines."""
        return {
            "verdict": str(self.verdict),
            "format": self.format,
            "read": self.read,
            "written": len(self.layer.incidents),
            "refused": [fault.as_json() for fault in self.refused],
            "changed": [fault.as_json() for fault in self.changed],
            "lacking": self.lacking,
            "ids_made": self.named,
            "further_properties": list(self.kept),
            "advice": self.advice,
        }


def import_file(  # noqa: PLR0913 - the keywords are the deployment's defaults
    path: Path,
    *,
    opening: ReadOptions,
    options: ImportOptions,
    vocabulary: Vocabulary | None = None,
    sources: Sources | None = None,
    guard: Guard | None = None,
    step: Callable[[str], None] | None = None,
) -> Imported:
    """Read a file into a layer.

    Parameters
    ----------
    path
        GeoJSON, GeoJSON sequence, CSV, GeoPackage, GeoParquet, FlatGeobuf, KML,
        KMZ, Excel, a Shapefile, or a zip archive of one.
    opening
        How to read it.
    options
        How its records become incidents.
    vocabulary, sources
        By default the deployment's.
    guard
        What reading the file may take; by default what the deployment's settings say.
    step
        Called with what is being done, for a progress display.

    Returns
    -------
    Imported
        An empty file gives an empty layer.

    Raises
    ------
    DataError
        If the file is refused as a whole, with every reason.
    QueryError
        If an option does not fit the file.
    SettingsError
        If there is no room for temporary files.
    """
    tell = step or (lambda _: None)
    if vocabulary is None:
        vocabulary = read_vocabulary(settings().vocabulary)
    if sources is None:
        sources = read_sources(settings().sources)
    if options.source and options.source not in sources:
        shown = ", ".join(sources) or "none yet"
        msg = f"{options.source!r} is not in the register of sources. There is {shown}."
        raise QueryError("source", msg)
    if guard is None:
        guard = Guard(settings().import_memory_mb, settings().import_timeout_s)
    tell("Reading")
    raw = open_file(path, opening, guard)
    check_options(options, raw)
    tell("Checking incidents")
    name = str(path)
    made, layer, faults = _taken(raw, options, name, vocabulary, sources)
    lacking = missing(made)
    questions = ""
    if raw.features and not layer.incidents and lacking:
        # What else is wrong with the records is seen once those things are said.
        supposed = stood_in(options, lacking, vocabulary)
        allowed = {*sources, STAND_IN_SOURCE}
        made, _, faults = _taken(raw, supposed, name, vocabulary, allowed)
        questions = advice(
            name,
            lacking,
            read=len(raw.features),
            columns=raw.columns,
            options=options,
            vocabulary=vocabulary,
            sources=sources,
        )
    refused = tuple(fault for fault in faults if fault.severity == "error")
    changed = [fault for fault in faults if fault.severity != "error"]
    changed += _seal_faults(raw, layer, name)
    return Imported(
        layer=layer,
        format=raw.format,
        read=len(raw.features),
        refused=refused,
        changed=tuple(changed),
        lacking=lacking,
        kept=_further(layer),
        verdict=_verdict(len(raw.features), layer, changed, lacking),
        named=sum(conversion.is_named for conversion in made),
        advice=questions,
    )


def _taken(
    raw: Raw,
    options: ImportOptions,
    name: str,
    vocabulary: Vocabulary,
    sources: Collection[str],
) -> tuple[list[Conversion], IncidentCollection, list[Fault]]:
    """Return the conversions of all records, a layer of the good ones, and all faults."""
    made = list(convert(raw, options))
    faults = _faults(raw, made, name)
    wrong = {fault.index for fault in faults if fault.severity == "error"}
    good = [conversion for conversion in made if conversion.index not in wrong]
    members = {
        member: value
        for member, value in raw.members.items()
        if member not in _OF_EXPORT or not is_export(raw)
    }
    layer, further = _checked(good, members, name, vocabulary, sources)
    return made, layer, [*faults, *further]


def _faults(raw: Raw, made: Sequence[Conversion], name: str) -> list[Fault]:
    """Return the faults of reading and converting, in file order."""
    ours = is_export(raw)
    # Our own exports may lack places; do not warn again.
    faults = [each for each in raw.faults if not (ours and each.code == Code.UNLOCATED)]
    for conversion in made:
        shown = str(conversion.feature["id"])
        for severity, code, problems in (
            ("error", Code.VALUE, conversion.problems),
            ("warning", Code.CHANGED, conversion.changes),
        ):
            faults.extend(
                Fault(
                    name,
                    message,
                    remedy,
                    code=code,
                    where=where,
                    index=conversion.index,
                    feature_id=shown,
                    severity=severity,
                )
                for where, message, remedy in problems
            )
    return sorted(faults, key=lambda fault: -1 if fault.index is None else fault.index)


def _checked(
    good: list[Conversion],
    members: dict[str, Any],
    name: str,
    vocabulary: Vocabulary,
    sources: Collection[str],
) -> tuple[IncidentCollection, list[Fault]]:
    """Return a layer of the conversions that pass, and why the others do not."""
    checked = check(
        (conversion.feature for conversion in good),
        vocabulary=vocabulary,
        sources=sources,
        name=name,
    )
    kept = []
    for fault in checked.faults:
        if fault.index is None and fault.is_error:
            raise DataError([fault])
        # Of a record that is refused only the errors are told; that an incident has no
        # place has been told by the readers.
        is_news = fault.code != Code.UNLOCATED and fault.index not in checked.wrong
        if fault.is_error or is_news:
            kept.append(fault)
    return collection_of(replace(checked, faults=tuple(kept)), members), _renumbered(
        kept, good
    )


def _renumbered(faults: Iterable[Fault], good: Sequence[Conversion]) -> list[Fault]:
    """Return faults with the numbers that their records have in the file."""
    return [
        replace(
            fault,
            index=None if fault.index is None else good[fault.index].index,
            remedy=f"{fault.remedy} {_by_option(fault.where)}".strip(),
        )
        for fault in faults
    ]


def _by_option(where: str) -> str:
    """Return the option with which an import mends a property."""
    if where in _CHOSEN:
        return f"Or say what is meant: --value {where}:THEIRS=OURS."
    if where and where not in {*PROPERTIES, "id", "geometry"} and "." not in where:
        return f"Or leave the column out: --drop {where}."
    return ""


def _seal_faults(raw: Raw, layer: IncidentCollection, name: str) -> list[Fault]:
    """Warn of an export that is not as it was made, by the checksum it carries."""
    about = raw.members.get("about")
    said = about.get("content_sha256") if isinstance(about, dict) else None
    if said is None or not is_export(raw):
        return []
    body = b"".join(dump_geojson(_features(layer))).decode()
    lines = [line.removesuffix(",") for line in body.split("\n")[1:-2]]
    _, digest = content_digest(lines)
    if digest == said:
        return []
    message = "the incidents are not those that the file's checksum was made of."
    remedy = "They were changed since, or the file is damaged."
    return [
        Fault(
            name,
            message,
            remedy,
            code=Code.CHECKSUM,
            where="about.content_sha256",
            severity="warning",
        )
    ]


def _features(layer: IncidentCollection) -> Iterable[dict[str, Any]]:
    for incident in layer.incidents:
        yield feature_of(incident) | dict(layer.foreign.get(incident.id, {}))


def _further(layer: IncidentCollection) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(name for incident in layer.incidents for name in incident.extra)
    )


def _verdict(
    read: int,
    layer: IncidentCollection,
    changed: Sequence[Fault],
    lacking: dict[str, int],
) -> Verdict:
    written = len(layer.incidents)
    if read and not written and lacking:
        return Verdict.INCOMPLETE
    if written < read:
        return Verdict.PARTIAL
    return Verdict.WARN if changed else Verdict.ACCEPT
