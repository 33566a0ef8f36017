"""Errands: long work in a thread of its own, which tells how far it is and can be called off.

A page is drawn again and again while something takes its time; the errand goes on
between two drawings, and ends when nobody wants it any more (:mod:`geo.base.work`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from geo.base.work import Work, doing

_T = TypeVar("_T")
#: Called with what is being done, how much of it is done, and of how much; 0 of 0
#: where nobody can tell.
Step = Callable[[str, int, int], None]
_BEGUN: Final = "Starting"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an errand is.

    Parameters
    ----------
    saying
        What is being done, in a few words.
    done, total
        How much of it is done; *total* is 0 where nobody can tell.
    """

    saying: str = _BEGUN
    done: int = 0
    total: int = 0

    @property
    def share(self) -> float | None:
        """What share is done, 0 to 1; None where nobody can tell."""
        return min(1.0, self.done / self.total) if self.total else None


class Errand(Generic[_T]):
    """Something that is done in a thread of its own.

    Parameters
    ----------
    function
        What is done. It is called with a :data:`Step`, which raises
        :class:`~geo.base.errors.StoppedError` where the errand was called off.
    """

    def __init__(self, function: Callable[[Step], _T]) -> None:
        self.progress = Progress()
        self._function = function
        self._work = Work()
        self._begun_s = time.monotonic()
        thread = ThreadPoolExecutor(1, thread_name_prefix="errand")
        self._outcome = thread.submit(self._run)
        thread.shutdown(wait=False)

    @property
    def is_over(self) -> bool:
        """Whether it has ended, well or not."""
        return self._outcome.done()

    @property
    def seconds(self) -> float:
        """How many seconds ago it began."""
        return time.monotonic() - self._begun_s

    def call_off(self) -> None:
        """Let it end at its next step; what it writes whole is then not written."""
        self._work.stop()

    def wait(self, at_most_s: float | None = None) -> bool:
        """Wait until it is over, and tell whether it is."""
        wait([self._outcome], at_most_s)
        return self.is_over

    def result(self) -> _T:
        """Return what came of it, once it is over.

        Raises
        ------
        BaseException
            What the function raised.
        """
        return self._outcome.result()

    def _run(self) -> _T:
        with doing(self._work):
            return self._function(self._step)

    def _step(self, saying: str, done: int, total: int) -> None:
        self._work.check()
        self.progress = Progress(saying, done, total)
