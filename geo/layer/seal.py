"""The seal of a layer: that its features have passed every check, and which they are.

A layer in GeoParquet carries one, so that whoever opens it need not check millions of
features again. Its digest is of the features alone, in any order: the same incidents
have the same version as GeoJSON, as GeoParquet and in a database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from geo.base.errors import DataError, Fault
from geo.base.files import FolderKind
from geo.base.stamps import fingerprint_of
from geo.model.incident import Incident, feature_of

#: Changes when the meaning of a column, or of the digest, does: what was sealed or put
#: into the cache before is then made anew.
LAYOUT: Final = 2
#: Name of the key in a file's metadata, and of the file in a folder, with the seal.
SEAL_KEY: Final = "incident_layer"
SEAL_FILE: Final = "_layer.json"
#: How a layer's folder is known, before it may be replaced by a new one.
LAYER_FOLDER: Final = FolderKind(SEAL_FILE, ".parquet")
_DIGEST_BITS: Final = 128
_VERSION_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Seal:
    """That a layer's features have passed the checks of :mod:`geo.layer`, and which.

    Parameters
    ----------
    rows
        How many incidents.
    digest
        :class:`ContentDigest` of the features, 32 hexadecimal digits.
    layout
        :data:`LAYOUT` of the program that wrote it.
    is_sorted
        Whether the rows of each file follow the Z-order curve, so that whoever loads
        them need not sort.
    """

    rows: int
    digest: str
    layout: int = LAYOUT
    is_sorted: bool = True

    @property
    def version(self) -> str:
        """The layer's version, 12 hexadecimal digits: equal for equal incidents."""
        written = f"{self.rows}:{self.digest}"
        return hashlib.sha256(written.encode()).hexdigest()[:_VERSION_DIGITS]


class ContentDigest:
    """A checksum of features that does not depend on their order.

    It is the sum, modulo 2**128, of the first 16 bytes of the SHA-256 of each
    feature's text. Parts of a layer can be summed apart, on several machines, and
    added with :meth:`merge`.
    """

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, features: Iterable[str]) -> None:
        """Count in features, each as its canonical text."""
        for text in features:
            part = hashlib.sha256(text.encode()).digest()[: _DIGEST_BITS // 8]
            self._sum += int.from_bytes(part, "big")
            self.rows += 1
        self._sum %= 1 << _DIGEST_BITS

    def merge(self, other: Seal) -> None:
        """Count in another part of the layer."""
        self.rows += other.rows
        self._sum = (self._sum + int(other.digest, 16)) % (1 << _DIGEST_BITS)

    def seal(self) -> Seal:
        """Return the seal for everything counted in."""
        return Seal(self.rows, f"{self._sum:0{_DIGEST_BITS // 4}x}")


def write_seal(folder: Path, seal: Seal) -> None:
    """Seal a folder of files. Write it last: a folder without it is unfinished.

    It names the files it is for, so that it does not cover what is put into the folder
    later.
    """
    written = {**asdict(seal), "files": _fingerprints(folder)}
    (folder / SEAL_FILE).write_text(json.dumps(written) + "\n", encoding="utf-8")


def read_folder_seal(folder: Path) -> Seal | None:
    """Return the seal of a folder, or None if it has none of this layout.

    Raises
    ------
    DataError
        If the folder has other files than were sealed; names one.
    OSError
        If a file of it cannot be read.
    """
    path = folder / SEAL_FILE
    written = path.read_bytes() if path.is_file() else b""
    seal = read_seal(written)
    if seal is None:
        return None
    present = _fingerprints(folder)
    sealed = json.loads(written).get("files", present)
    if sealed != present:
        names = (name for name, _ in sorted(sealed.items() ^ present.items()))
        remedy = (
            "Wait until the folder is whole, or make it again with 'incidents build'. "
            f"Without {SEAL_FILE} it is checked record by record."
        )
        file = str(folder / next(names))
        raise DataError([Fault(file, f"is not the file that {path} seals.", remedy)])
    return seal


def _fingerprints(folder: Path) -> dict[str, str]:
    files = layer_files(folder)
    return {str(file.relative_to(folder)): fingerprint_of(file) for file in files}


def layer_files(path: Path) -> list[Path]:
    """Return the files of a GeoParquet layer in the order their rows follow.

    Parameters
    ----------
    path
        A file, or a folder whose ``*.parquet`` files at any depth make the layer.
        Names that begin with ``_`` or ``.`` are not part of it.
    """
    if not path.is_dir():
        return [path]
    inside = (file.relative_to(path) for file in path.rglob("*.parquet"))
    kept = (file for file in inside if not any(part[0] in "_." for part in file.parts))
    return [path / file for file in sorted(kept, key=lambda file: file.parts)]


def read_seal(written: str | bytes | None) -> Seal | None:
    """Return a seal as written, or None if there is none of this layout."""
    if not written:
        return None
    try:
        held = json.loads(written)
        seal = Seal(
            int(held["rows"]),
            str(held["digest"]),
            int(held["layout"]),
            is_sorted=bool(held.get("is_sorted", True)),
        )
        int(seal.digest, 16)
    except (ValueError, KeyError, TypeError):
        return None
    return seal if seal.layout == LAYOUT else None


def feature_text(incident: Incident, foreign: Mapping[str, Any] | None = None) -> str:
    """Return a feature as the canonical text of :func:`geo.layer.geojson.dump_geojson`."""
    whole = feature_of(incident) | dict(sorted((foreign or {}).items()))
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
