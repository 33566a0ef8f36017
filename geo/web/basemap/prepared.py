"""What takes long to make: made once, by a process of its own, and kept on disk.

Making a compact table of a large file takes seconds and hundreds of megabytes. So
another process does it, whose memory goes back to the system when it ends, and
which leaves the server free to answer meanwhile. What it made is kept in a folder.
Reading it again takes milliseconds.

A kept file has one line that says what it is and of which version, a digest, and
then numpy's ``.npz`` format without pickled objects. A file that is missing, of
another version or damaged is made anew and replaced whole, so that several
processes may do so at once. Where the folder cannot be written, everything works,
but each process makes what it needs anew, once, and holds it.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import IO, Any, Final, TypeAlias, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.base.files import whole_file
from geo.base.settings import ROOT

Arrays: TypeAlias = Mapping[str, NDArray[Any]]
_LOG: Final = logging.getLogger(__name__)
_DIGEST_BYTES: Final = 32
_BLOCK_BYTES: Final = 1 << 20
#: One thread makes a file, the others wait for it.
_LOCKS: Final[dict[Path, Lock]] = {}
#: What could not be kept on disk.
_HELD: Final[dict[Path, bytes]] = {}

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")
_About = TypeVar("_About", bound=int | str)


def once(read: Callable[[_Key], _Value]) -> Callable[[_Key], _Value]:
    """Keep what is read for each key; of many threads that ask, only one reads.

    A map asks for a dozen tiles at a time, and `functools.cache` would let each of
    them read the same file. Keys are few: zooms and scales.
    """
    kept: dict[_Key, _Value] = {}
    locks: dict[_Key, Lock] = {}

    @wraps(read)
    def reading(key: _Key) -> _Value:
        if key not in kept:
            with locks.setdefault(key, Lock()):
                if key not in kept:
                    kept[key] = read(key)
        return kept[key]

    return reading


def prepared(
    make: Callable[[_About], Arrays],
    about: _About,
    *,
    version: str,
    folder: Path,
    prefix: str = "",
) -> dict[str, NDArray[Any]]:
    """Return arrays that take long to make, from disk if they are kept there.

    Parameters
    ----------
    make
        A function at the top of a module of ours: another process imports it.
    about
        What to give it.
    version
        One line that changes whenever what is made does: of the data, and of the
        form it is kept in.
    folder
        Where to keep it; made if it is not there.
    prefix
        Read only the arrays whose names begin so.
    """
    name = f"{make.__module__}.{make.__name__}-{about}"
    head = f"{name} {version}\n".encode()
    file = folder / f"{name}.arrays"
    with _LOCKS.setdefault(file, Lock()):
        found = _read(file, head, prefix)
        if found is not None:
            return found
        content = _made_apart(make, about, head)
        made = _arrays(BytesIO(content), head, prefix)
        if made is not None:
            _keep(file, content)
            return made
    # Whatever the other process could not do is told by this one's error.
    here = make(about)
    return {each: here[each] for each in here if each.startswith(prefix)}


def write_arrays(stream: IO[bytes], head: bytes, arrays: Arrays) -> None:
    """Write arrays as :func:`prepared` keeps them: for the process that makes them."""
    packed = BytesIO()
    np.savez(packed, allow_pickle=False, **arrays)
    stream.write(head + blake2b(packed.getbuffer(), digest_size=_DIGEST_BYTES).digest())
    stream.write(packed.getbuffer())
    stream.flush()


def _read(file: Path, head: bytes, prefix: str) -> dict[str, NDArray[Any]] | None:
    if file in _HELD:
        return _arrays(BytesIO(_HELD[file]), head, prefix)
    try:
        with file.open("rb") as stream:
            return _arrays(stream, head, prefix)
    except OSError:  # missing, or not for us to read: it is made anew
        return None


def _arrays(
    stream: IO[bytes], head: bytes, prefix: str
) -> dict[str, NDArray[Any]] | None:
    """Return the arrays of a kept file; None unless it is whole and of that head."""
    stream.seek(0)
    digest = blake2b(digest_size=_DIGEST_BYTES)
    if stream.read(len(head)) != head:
        return None
    told = stream.read(_DIGEST_BYTES)
    while block := stream.read(_BLOCK_BYTES):
        digest.update(block)
    if told != digest.digest():
        return None
    stream.seek(len(head) + _DIGEST_BYTES)
    with np.load(stream, allow_pickle=False) as packed:
        return {name: packed[name] for name in packed.files if name.startswith(prefix)}


def _keep(file: Path, content: bytes) -> None:
    """Put a file in its place whole, or say why it cannot be kept."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(file) as draft:
            draft.write_bytes(content)
    except OSError as error:
        _LOG.warning(
            "%s cannot be kept (%s), so each process makes it anew. Set "
            "INCIDENTS_CACHE to a folder that can be written.",
            file,
            error,
        )
        _HELD[file] = content


def _made_apart(make: Callable[[_About], Arrays], about: _About, head: bytes) -> bytes:
    """Let another process make a file's content; what it gives is not yet checked."""
    code = (
        "import sys\n"
        "from geo.web.basemap.prepared import write_arrays\n"
        f"from {make.__module__} import {make.__name__} as make\n"
        f"write_arrays(sys.stdout.buffer, {head!r}, make({about!r}))\n"
    )
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    try:
        done = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", code],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
    except OSError as error:
        problem = str(error)
    except subprocess.CalledProcessError as error:
        problem = error.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    else:
        return done.stdout
    _LOG.warning("The process for %s failed: %s", head.decode().strip(), problem)
    return b""


# --- forms to keep things in ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Texts:
    """Many short texts in little memory: one row of UTF-8, and where each ends."""

    letters: NDArray[np.uint8]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Pack texts."""
        written = [text.encode() for text in texts]
        ends = np.cumsum([len(text) for text in written], dtype=np.int64)
        return cls(np.frombuffer(b"".join(written), dtype=np.uint8), ends)

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self.ends)

    def __getitem__(self, number: int) -> str:
        """Return one text, counted from 0."""
        start = int(self.ends[number - 1]) if number else 0
        return self.letters[start : int(self.ends[number])].tobytes().decode()


def packed_shapes(name: str, shapes: NDArray[np.object_]) -> dict[str, NDArray[Any]]:
    """Return lines, or polygons, as arrays whose names begin with *name*.

    Raises
    ------
    ValueError
        If shapes are of several types.
    """
    kind, points, offsets = shapely.to_ragged_array(shapes, include_z=False)
    packed = {f"{name}_{depth}": offset for depth, offset in enumerate(offsets)}
    return {f"{name}_type": np.array(kind), f"{name}_points": points, **packed}


def unpacked_shapes(name: str, arrays: Arrays) -> NDArray[np.object_]:
    """Return the lines or polygons that :func:`packed_shapes` packed."""
    offsets: list[NDArray[np.int64]] = []
    while (array := arrays.get(f"{name}_{len(offsets)}")) is not None:
        offsets.append(array)
    kind = shapely.GeometryType(int(arrays[f"{name}_type"]))
    shapes: NDArray[np.object_] = shapely.from_ragged_array(
        kind, arrays[f"{name}_points"], tuple(offsets)
    )
    return shapes
