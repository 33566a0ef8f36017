"""Answers about the whole of a layer, kept: a layer does not change under its engine."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, Final

#: Questions with more to them than this are not kept.
_LONGEST: Final = 10_000
Rows = list[tuple[Any, ...]]


class Memory:
    """Asks a question once.

    Parameters
    ----------
    ask
        Runs a statement.
    most
        How many answers are kept; the longest unused goes first.
    """

    def __init__(self, ask: Callable[[str, Sequence[Any]], Rows], *, most: int) -> None:
        self._ask = ask
        self._most = most
        self._known: OrderedDict[Any, Rows] = OrderedDict()
        self._lock = Lock()

    def ask(self, sql: str, parameters: Sequence[Any]) -> Rows:
        """Return the answer, of the store or from memory. Do not change it."""
        key = (sql, repr(parameters))
        if len(key[1]) > _LONGEST:
            return self._ask(sql, parameters)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        found = self._ask(sql, parameters)
        with self._lock:
            self._known[key] = found
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return found
