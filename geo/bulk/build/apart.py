"""The files of a dump, read in a process of their own.

What :mod:`geo.bulk.build.dumps` reads is somebody else's, so it is read as files to
import are: within limits on memory and time (:mod:`geo.formats.guarded`). Small files
share a process, since starting one takes longer than reading them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from geo.base.errors import DataError, Fault
from geo.bulk.build.dumps import SUFFIXES, TAKEN, Dump
from geo.formats.guarded import Guard, guarded

_NOT_SLUG: Final = re.compile("[^a-z0-9]+")
#: Files are read together up to this size.
_TOGETHER_BYTES: Final = 64_000_000


def dumps_in(
    inputs: Sequence[Path], mapping: Mapping[str, str], guard: Guard
) -> list[Dump]:
    """Return the files to read, each with its columns, in the order of their paths.

    Parameters
    ----------
    inputs
        CSV or GeoParquet files, or folders of them.
    mapping
        As for :func:`geo.bulk.build.dumps.columns_of`.
    guard
        What reading their heads may take.

    Raises
    ------
    DataError
        If there is no file, one cannot be read, or the mapping names no property.
    """
    for column, meant in mapping.items():
        if meant not in TAKEN:
            message = f"--map {column}={meant}: there is no property {meant!r}."
            remedy = f"Properties are {', '.join(TAKEN)}."
            raise DataError([Fault(column, message, remedy)])
    files = []
    for path in inputs:
        inside = path.rglob("*") if path.is_dir() else [path]
        files += [file for file in inside if file.suffix in SUFFIXES and file.is_file()]
    if not files:
        shown = ", ".join(map(str, inputs))
        remedy = f"Give files that end in {', '.join(SUFFIXES)}, or folders of them."
        raise DataError([Fault(shown, "has no file to read.", remedy)])
    dumps: list[Dump] = []
    keys: set[str] = set()
    in_order = sorted(set(files))
    paths = [str(file) for file in in_order]
    heads = _answers("columns_in", paths, {"mapping": dict(mapping)}, guard)
    for number, (file, head) in enumerate(zip(in_order, heads, strict=True)):
        key = _NOT_SLUG.sub("-", file.stem.lower()).strip("-")[:60].strip("-") or "row"
        if key in keys:
            key = f"{key}-f{number}"
        keys.add(key)
        columns = tuple((column, meant) for column, meant in head)
        dumps.append(Dump(str(file.resolve()), number, key, columns))
    return dumps


@dataclass(frozen=True, slots=True)
class FileGroup:
    """Files to be read by one process.

    Parameters
    ----------
    jobs
        The files, each with where to write it; at least one.
    guard
        What reading them may take.
    """

    jobs: tuple[tuple[Dump, str], ...]
    guard: Guard


def groups_of(jobs: Sequence[tuple[Dump, str]], guard: Guard) -> list[FileGroup]:
    """Return files in groups: large ones alone, small ones together.

    Parameters
    ----------
    jobs
        The files, each with where to write it; none gives no group.
    guard
        What reading one group may take.
    """
    groups: list[list[tuple[Dump, str]]] = []
    room = 0
    for dump, target in jobs:
        size_bytes = Path(dump.path).stat().st_size
        if size_bytes > room:
            groups.append([])
            room = _TOGETHER_BYTES
        groups[-1].append((dump, target))
        room -= size_bytes
    return [FileGroup(tuple(group), guard) for group in groups]


def take_in_apart(files: FileGroup) -> int:
    """Write files of a dump as text columns; return how many.

    Raises
    ------
    DataError
        As :func:`geo.bulk.build.dumps.take_in`; or if reading takes more memory or
        time than it may. Files before that one have been written.
    SettingsError
        If there is no room for what is written.
    """
    paths = [dump.path for dump, _ in files.jobs]
    jobs = [(asdict(dump), target) for dump, target in files.jobs]
    return sum(_answers("taken_in", paths, {"jobs": jobs}, files.guard))


def _answers(
    function: str, paths: Sequence[str], options: Mapping[str, Any], guard: Guard
) -> Iterator[Any]:
    """Go through the answers for each of several files, which name the file at fault."""
    done = 0
    first = Path(paths[0])
    keywords = {"paths": list(paths), **options}
    try:
        for answer in guarded(
            f"geo.bulk.build.dumps:{function}", first, keywords, guard
        ):
            yield answer
            done += 1
    except DataError as error:
        at_fault = paths[min(done, len(paths) - 1)]
        raise DataError(
            [
                replace(fault, file=at_fault) if fault.file == str(first) else fault
                for fault in error.faults
            ]
        ) from error
