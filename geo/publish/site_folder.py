"""The folder of a published site: written whole or not at all, and nothing else touched.

``site.json`` in it lists every file with its checksum. It tells our folders from those of
others, what need not be written again, and what somebody else has put there.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geo.base.errors import ExportError
from geo.base.files import FolderKind, whole_folder

MANIFEST: Final = "site.json"
_MAKER: Final = "incidents publish"
#: Any file may be in a site: what is not in its list is looked for here.
_KIND: Final = FolderKind(MANIFEST, "")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: files and bytes in all, new or changed, the same, and gone."""

    files: int
    size_bytes: int
    changed: int
    unchanged: int
    removed: int


def write_site(
    folder: Path, files: Iterable[tuple[str, bytes]], *, layer_version: str
) -> Written:
    """Write a site, or leave the one that is there as it is.

    A file that is the same as before keeps its date, so that copying the site elsewhere
    takes only what has changed. Files that are no longer in the site are gone with it.

    Parameters
    ----------
    folder
        Where it goes: a new folder, an empty one, or a site that was published before.
    files
        Path below the folder, with ``/``, and content of each; each path once.
    layer_version
        The version of the layer, for the list of files.

    Raises
    ------
    ExportError
        If the folder has something else in it, a path leaves it or comes twice, or it
        cannot be written. What was there before is still there.
    """
    before = _files_of(folder)
    listed: dict[str, str] = {}
    size_bytes = unchanged = 0
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with whole_folder(folder, kind=_KIND) as made:
            for path, content in files:
                _check(path, listed)
                digest = hashlib.sha256(content).hexdigest()
                listed[path] = digest
                size_bytes += len(content)
                target = made / path
                target.parent.mkdir(parents=True, exist_ok=True)
                if before.get(path) == digest and _keep(folder / path, target, digest):
                    unchanged += 1
                else:
                    target.write_bytes(content)
            manifest = {
                "made_by": _MAKER,
                "layer_version": layer_version,
                "files": dict(sorted(listed.items())),
            }
            text = json.dumps(manifest, ensure_ascii=False, indent=1)
            (made / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        msg = (
            f"{folder} cannot be written: {error}. What was there before is unchanged. "
            "Make room, or publish into another folder with --output."
        )
        raise ExportError(msg) from error
    return Written(
        files=len(listed),
        size_bytes=size_bytes,
        changed=len(listed) - unchanged,
        unchanged=unchanged,
        removed=len(before.keys() - listed.keys()),
    )


def _files_of(folder: Path) -> dict[str, str]:
    """Return the files of a site that is there, each with its checksum.

    Raises
    ------
    ExportError
        If there is something else.
    """
    if not folder.exists():
        return {}
    if not folder.is_dir():
        msg = f"{folder} is a file. Name a folder with --output."
        raise ExportError(msg)
    there = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if not path.is_dir() or path.is_symlink()
    }
    if not there:
        return {}
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = dict(manifest["files"])
        is_ours = manifest["made_by"] == _MAKER
    except (OSError, ValueError, KeyError, TypeError):
        is_ours, files = False, {}
    if not is_ours:
        msg = (
            f"{folder} has files in it and is no site of 'incidents publish'. Nothing was "
            "changed. Publish into a new folder, and copy the site from there."
        )
        raise ExportError(msg)
    foreign = sorted(there - files.keys() - {MANIFEST})
    if foreign:
        msg = (
            f"{folder} has {foreign[0]} in it"
            f"{f' and {len(foreign) - 1} more files' if len(foreign) > 1 else ''}, which "
            "'incidents publish' did not write. Nothing was changed. Move it away, or "
            "publish into a folder of its own and copy the site from there."
        )
        raise ExportError(msg)
    return files


def _check(path: str, listed: dict[str, str]) -> None:
    parts = path.split("/")
    if path in listed or path == MANIFEST or not all(parts) or {".", ".."} & {*parts}:
        msg = f"{path!r} is no path of a file of its own in a site."
        raise ExportError(msg)


def _keep(old: Path, new: Path, digest: str) -> bool:
    """Keep a file with its date; tell whether it is really the same still."""
    try:
        if hashlib.sha256(old.read_bytes()).hexdigest() != digest:
            return False
        # With its date, by which programs that copy sites know what has changed.
        shutil.copy2(old, new)
    except OSError:
        return False
    return True
