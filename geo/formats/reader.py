"""The program that reads one file of others, apart from whoever asked for it.

It gets a job as JSON on its standard input, takes a limit on memory and time upon
itself, and writes what the job's function yields as lines of JSON: a kind, a value.
Only :mod:`geo.formats.guarded` starts it. It must start soon, so it imports little.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final

_ROOT: Final = Path(__file__).resolve().parents[2]
_MOST_FILE_BYTES: Final = 2_000_000_000
_MEGABYTE: Final = 1_000_000
#: What libraries say where memory ends; errors of a disk, of which no file is the cause.
_NO_MEMORY: Final = ("out of memory", "bad_alloc", "malloc", "Cannot allocate memory")
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})


def main() -> None:
    """Do the one job."""
    job = json.loads(sys.stdin.buffer.read())
    out = os.fdopen(os.dup(1), "wb")
    # What a library prints must not come between the answers.
    os.dup2(2, 1)
    sys.path.insert(0, str(_ROOT))

    def last_word(_: object, error: BaseException, __: object) -> None:
        """Answer with the error that ends this process, whichever library raised it."""
        _say(out, *_answer_of(error))
        os._exit(0)

    sys.excepthook = last_word
    module, _, name = job["function"].partition(":")
    function = getattr(import_module(module), name)
    _limit(job["memory_mb"], job["timeout_s"])
    for value in function(Path(job["path"]), **job["options"]):
        _say(out, "value", value)
    _say(out, "end", None)
    # Libraries that fail while they tidy up must not change what was said.
    os._exit(0)


def _answer_of(error: BaseException) -> tuple[str, Any]:
    """Return the kind of an error, and what is told of it."""
    from geo.base.errors import DataError, QueryError  # noqa: PLC0415 - needs the path

    if isinstance(error, DataError):
        return "data", [asdict(fault) for fault in error.faults]
    if isinstance(error, QueryError):
        return "query", [error.parameter, str(error)]
    said = (str(error).strip() or "no reason told").split("\n", 1)[0][:200]
    if isinstance(error, MemoryError) or any(mark in said for mark in _NO_MEMORY):
        return "memory", None
    is_room = isinstance(error, OSError) and (
        error.errno in _NO_ROOM or "temporary directory" in said
    )
    return (
        "room" if is_room else "failed",
        f"{type(error).__name__}: {said.rstrip('.')}",
    )


def _limit(memory_mb: int, timeout_s: float) -> None:
    """Limit this process, and those it starts, from what it takes already."""
    try:
        import resource  # noqa: PLC0415 - not on Windows, where time alone is limited
    except ImportError:
        return
    limits = {
        resource.RLIMIT_CPU: int(timeout_s) + 1,
        resource.RLIMIT_FSIZE: _MOST_FILE_BYTES,
        resource.RLIMIT_CORE: 0,
    }
    status = Path("/proc/self/status")
    if status.exists():
        written = status.read_text("ascii").partition("VmData:")[2].split(None, 1)[0]
        # Private writable memory: what is mapped from files, or only reserved, is free.
        limits[resource.RLIMIT_DATA] = int(written) * 1024 + memory_mb * _MEGABYTE
    for kind, most in limits.items():
        _, hard = resource.getrlimit(kind)
        lowered = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (lowered, lowered))


def _say(out: IO[bytes], kind: str, value: Any) -> None:  # noqa: ANN401 - of JSON
    line = json.dumps([kind, value], ensure_ascii=True, separators=(",", ":"))
    out.write(line.encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    main()
