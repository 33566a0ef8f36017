"""Files of others are read in a process of their own, within limits.

A small file can claim gigabytes, keep a library busy for hours, or end the process
that reads it. So one function of ours is run on it by :mod:`geo.formats.reader`,
apart, with a limit on memory and on time; what it yields comes back as lines of JSON,
which nothing can run as code.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from geo.base.errors import DataError, Fault, QueryError, SettingsError
from geo.base.work import interruptible

_READER: Final = Path(__file__).with_name("reader.py")
#: What one answer may be long, and all answers of one file together.
_MOST_LINE_BYTES: Final = 500_000_000
_MOST_ANSWER_BYTES: Final = 4_000_000_000
_GRACE_S: Final = 0.2
#: Of our environment, what reading needs: no password of the server's.
_KEPT: Final = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Guard:
    """What reading a file of others may take.

    Parameters
    ----------
    memory_mb
        Megabytes beyond what Python and the libraries take before they read. Held
        by Linux; where the system has no such limit (Windows, macOS), only the limits
        on what a file may hold, and on time, are left.
    timeout_s
        Seconds.
    """

    memory_mb: int = 500
    timeout_s: float = 300.0


def guarded(
    function: str, path: Path, options: Mapping[str, Any], guard: Guard
) -> Iterator[Any]:
    """Run a function of ours on a file of others apart, and yield what it yields.

    Parameters
    ----------
    function
        Where it is: ``package.module:name``. It takes a path and the options by name,
        and yields values that JSON has.
    path
        The file, which messages name as it is written here.
    options
        Values that JSON has.
    guard
        What it may take.

    Raises
    ------
    DataError
        If the file is refused, is damaged, or needs more than it may take.
    QueryError
        If an option does not fit the file.
    SettingsError
        If there is no room for temporary files.
    StoppedError
        If nobody waits for it any more (:mod:`geo.base.work`).
    """
    job = {
        "function": function,
        "path": str(path),
        "options": dict(options),
        "memory_mb": guard.memory_mb,
        "timeout_s": guard.timeout_s,
    }
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # Stacks and pools of threads that would count as memory, and are not needed.
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-I", str(_READER)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    is_late = threading.Event()

    def stop() -> None:
        is_late.set()
        _kill(process)

    timer = threading.Timer(guard.timeout_s, stop)
    timer.daemon = True
    timer.start()
    # Its own time is over before that of the work.
    within_s = 2 * guard.timeout_s
    try:
        with interruptible(partial(_kill, process), within_s=within_s) as reading:
            yield from _answers(process, json.dumps(job), path)
    except _Ended as error:
        _kill(process)
        if reading.fault is not None and not is_late.is_set():
            raise reading.fault from None
        if is_late.is_set():
            message = f"took more than {guard.timeout_s:g} seconds to read."
            remedy = "Split it, or raise INCIDENTS_IMPORT_TIMEOUT_S if you trust it."
        elif error.is_for_memory:
            message = f"needs more than {guard.memory_mb} MB of memory to be read."
            remedy = "Split it, or raise INCIDENTS_IMPORT_MEMORY_MB if you trust it."
        else:
            message = f"ended the program that reads it ({_ending(process)})."
            remedy = (
                "It is damaged, or needs more memory than INCIDENTS_IMPORT_MEMORY_MB="
                f"{guard.memory_mb}: export it again, or split it."
            )
        raise DataError([Fault(str(path), message, remedy)]) from None
    finally:
        timer.cancel()
        _kill(process)
        for pipe in _pipes(process):
            pipe.close()


class _Ended(Exception):  # noqa: N818 - never leaves the module
    """The reader stopped before it said that it had finished."""

    def __init__(self, *, is_for_memory: bool = False) -> None:
        self.is_for_memory = is_for_memory
        super().__init__()


def _answers(process: subprocess.Popen[bytes], job: str, path: Path) -> Iterator[Any]:
    """Send the job, and yield the values of its answers until the last."""
    asking, answering = _pipes(process)
    try:
        with asking:
            asking.write(job.encode())
    except BrokenPipeError:
        raise _Ended from None
    total = 0
    while True:
        line = answering.readline(_MOST_LINE_BYTES)
        total += len(line)
        if not line.endswith(b"\n") or total > _MOST_ANSWER_BYTES:
            raise _Ended(is_for_memory=bool(line))
        kind, value = json.loads(line)
        if kind == "end":
            return
        if kind == "value":
            yield value
        elif kind == "data":
            raise DataError([Fault.of_values(fault) for fault in value])
        elif kind == "query":
            raise _query_error(*value)
        elif kind == "memory":
            raise _Ended(is_for_memory=True)
        elif kind == "room":
            msg = (
                f"{path} cannot be read: there is no room for temporary files "
                f"({value}). Free some, or set TMPDIR to a folder on another disk."
            )
            raise SettingsError(msg)
        else:
            message = f"cannot be read: {value}."
            remedy = "It is damaged, or not what it says it is: export it again."
            raise DataError([Fault(str(path), message, remedy)])


def _query_error(parameter: str, message: str) -> QueryError:
    return QueryError(parameter, message.removeprefix(f"{parameter}: "))


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:  # pragma: no cover
        msg = "both are pipes"
        raise TypeError(msg)
    return process.stdin, process.stdout


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a reader and whatever it has started, unless it has ended well by itself."""
    with suppress(subprocess.TimeoutExpired):
        # A moment to end by itself, so that how it ended can be told.
        process.wait(_GRACE_S)
    if process.returncode == 0:
        return
    # The reader leads a group of its own, in which GDAL may be left.
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:  # pragma: no cover - Windows
            process.kill()
    process.wait()


def _ending(process: subprocess.Popen[bytes]) -> str:
    """Say how a reader ended."""
    code = process.returncode
    if code is not None and code < 0:
        return f"signal {-code}"
    return f"exit code {code}"
