"""What is wrong with a story: what it names that is not there, and what has changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import tomlkit

from geo.atlas import Atlas
from geo.base.errors import Code, DataError, ExportError, Fault, QueryError
from geo.base.files import whole_file
from geo.model.dates import day_words
from geo.publish.stories import (
    Story,
    filter_of,
    joined,
    parted,
    read_story,
    story_files,
)


def check_stories(folder: Path, atlas: Atlas) -> list[Fault]:
    """Return what is wrong with the stories of a map, in order of their names.

    Parameters
    ----------
    folder
        The map's folder; without stories nothing is wrong.
    atlas
        The map.
    """
    faults: list[Fault] = []
    for file in story_files(folder):
        try:
            story = read_story(file)
        except DataError as error:
            faults += error.faults
        else:
            faults += _faults(file, story, atlas)
    return faults


def note_versions(file: Path, atlas: Atlas) -> int:
    """Note in a story's head the version of each incident that it rests on.

    To be done when its sentences have been compared with the records.

    Returns
    -------
    int
        How many were noted.

    Raises
    ------
    DataError
        If the story cannot be read, or rests on what is not there; names each.
    ExportError
        If it cannot be written; what was there stays.
    """
    story = read_story(file)
    missing = [
        fault
        for fault in _faults(file, story, atlas)
        if fault.code == Code.STORY_BROKEN
    ]
    if missing:
        raise DataError(missing)
    head, body = parted(file.read_text(encoding="utf-8-sig"))
    said = tomlkit.parse(head)
    if "versions" not in said:
        said.add(tomlkit.nl())
    versions = tomlkit.table()
    for name, version in _versions(story, atlas).items():
        versions.add(name, version)
    said["versions"] = versions
    try:
        with whole_file(file) as draft:
            draft.write_text(joined(tomlkit.dumps(said), body), encoding="utf-8")
    except OSError as error:
        msg = f"{file} cannot be written: {error}."
        raise ExportError(msg) from error
    return len(versions)


def _versions(story: Story, atlas: Atlas) -> dict[str, int]:
    """Return the versions that the incidents of a story have now, by id."""
    features = atlas.engine.features_of(story.incidents)
    return {
        name: features[name]["properties"].get("version") or 1
        for name in story.incidents
        if name in features
    }


def _faults(file: Path, story: Story, atlas: Atlas) -> Iterator[Fault]:
    now = _versions(story, atlas)
    for name in story.incidents:
        if name not in now:
            yield _missing(file, name, atlas)
        elif name not in story.versions:
            yield _outdated(file, name, "rests on it, and no version is noted.", now)
        elif story.versions[name] != now[name]:
            message = (
                f"has changed since: it was version {story.versions[name]}, and is "
                f"version {now[name]}."
            )
            yield _outdated(file, name, message, now)
    for step in story.steps:
        queries = {run.query for block in step.blocks for run in block.runs}
        for query in sorted(filter(None, queries)):
            yield from _filter_faults(file, step.title, query, atlas)


def _missing(file: Path, name: str, atlas: Atlas) -> Fault:
    fate = atlas.journal.fate_of(name)
    message = "is not in the layer."
    remedy = "Mend the id, or take the sentence out."
    if fate is not None and fate.into:
        message = f"was merged into {fate.into!r} on {day_words(fate.day)}."
        remedy = f"Write incident:{fate.into}, if the sentence still holds."
    elif fate is not None:
        message = f"was withdrawn on {day_words(fate.day)}."
        remedy = "Take out the sentences that rest on it."
    return Fault(
        str(file), message, remedy, code=Code.STORY_BROKEN, where=f"incident:{name}"
    )


def _outdated(file: Path, name: str, message: str, now: Mapping[str, int]) -> Fault:
    remedy = (
        f"Compare the sentence with version {now[name]} of the record, then run "
        f"'incidents story note {file.stem}'."
    )
    return Fault(
        str(file),
        message,
        remedy,
        code=Code.STORY_OUTDATED,
        where=f"incident:{name}",
        severity="warning",
    )


def _filter_faults(file: Path, title: str, query: str, atlas: Atlas) -> Iterator[Fault]:
    try:
        atlas.query(filter_of(query))
    except QueryError as error:
        yield Fault(
            str(file),
            f"{error}",
            "Copy the filter from the address of the map.",
            code=Code.STORY_BROKEN,
            where=f"{title}: map:?{query[:80]}",
        )
