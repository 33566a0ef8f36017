"""The program that reads one file of others, apart from whoever asked for it.

It gets a job as JSON on its standard input, takes a limit on memory and time upon
itself, and writes what the job's function yields as lines of JSON: a kind, a value.
Only :mod:`geo.importing.guarded` starts it. It must start soon, so it imports little.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import IO, Any, Final

_ROOT: Final = Path(__file__).resolve().parents[2]
#: Packages whose ``__init__`` brings in engines, exports and schemas, over a second
#: of imports. Here their modules are imported without it.
_LEAN: Final = ("geo.importing", "geo.export", "geo.layer", "geo.engine")
_MOST_FILE_BYTES: Final = 2_000_000_000
_MEGABYTE: Final = 1_000_000
#: Errors of a disk, in which the file that is read has no part.
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})


def main() -> None:
    """Do the one job."""
    job = json.loads(sys.stdin.buffer.read())
    # What a library prints must not come between the answers.
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)
        sys.path.insert(0, str(_ROOT))
        for name in _LEAN:
            package = ModuleType(name)
            package.__path__ = [str(_ROOT / name.replace(".", "/"))]
            sys.modules[name] = package
        from geo.errors import DataError, QueryError  # noqa: PLC0415 - path set above

        module, _, name = job["function"].partition(":")
        try:
            function = getattr(import_module(module), name)
            _limit(job["memory_mb"], job["timeout_s"])
            for value in function(Path(job["path"]), **job["options"]):
                _say(out, "value", value)
        except DataError as error:
            _say(out, "data", [_fault(fault) for fault in error.faults])
        except QueryError as error:
            _say(out, "query", [error.parameter, str(error)])
        except MemoryError:
            _say(out, "memory", None)
        except OSError as error:
            _say(out, "room" if _is_room(error) else "failed", _shown(error))
        except Exception as error:  # noqa: BLE001 - whatever a library raises on a bad file
            _say(out, "memory" if _is_memory(error) else "failed", _shown(error))
        else:
            _say(out, "end", None)
    # Libraries that fail while they tidy up must not change what was said.
    os._exit(0)


def _limit(memory_mb: int, timeout_s: float) -> None:
    """Limit this process, and those it starts, from what it takes already."""
    try:
        import resource  # noqa: PLC0415 - not on Windows, where time alone is limited
    except ImportError:
        return
    status = Path("/proc/self/status")
    if status.exists():
        written = status.read_text("ascii").partition("VmData:")[2].split(None, 1)[0]
        # Private writable memory: what is mapped from files, or only reserved, is free.
        data_bytes = int(written) * 1024 + memory_mb * _MEGABYTE
        resource.setrlimit(resource.RLIMIT_DATA, (data_bytes, data_bytes))
    seconds = int(timeout_s) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_FILE_BYTES, _MOST_FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _say(out: IO[bytes], kind: str, value: Any) -> None:  # noqa: ANN401 - of JSON
    line = json.dumps([kind, value], ensure_ascii=True, separators=(",", ":"))
    out.write(line.encode() + b"\n")
    out.flush()


def _fault(fault: Any) -> list[Any]:  # noqa: ANN401 - a Fault
    names = ("file", "index", "feature_id", "where", "message", "remedy", "severity")
    return [getattr(fault, name) for name in names]


def _is_room(error: OSError) -> bool:
    return error.errno in _NO_ROOM or "temporary directory" in str(error)


def _is_memory(error: BaseException) -> bool:
    """Tell whether a library's own error says that memory ran out."""
    said = str(error).lower()
    return "out of memory" in said or "bad_alloc" in said or "malloc" in said


def _shown(error: BaseException) -> str:
    """Return an error in a line."""
    said = (str(error).strip() or "no reason told").split("\n", 1)[0][:200]
    return f"{type(error).__name__}: {said}".rstrip(".")


if __name__ == "__main__":
    main()
