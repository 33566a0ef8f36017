"""Turns: the map comes first, and the rest of the page after it.

A browser draws the page and the map on one thread, and Python runs one thread at a
time. Where a page's script sends the filters at once, the map is told of a change only
when they are drawn, and answered only when the script is done. A script that waits
until the map is painted has it painted in about half the time.
"""

from __future__ import annotations

import secrets
import threading
from typing import Final

from cachetools import TTLCache

#: Turns at a time, and seconds that one is known for: some browsers never ask.
_MOST: Final = 10_000
_KNOWN_S: Final = 60.0
_open: Final[TTLCache[str, threading.Event]] = TTLCache(_MOST, _KNOWN_S)
_lock: Final = threading.Lock()


def begin_turn() -> str:
    """Begin a turn of the map; return the name by which the map ends it."""
    name = secrets.token_hex(8)
    with _lock:
        _open[name] = threading.Event()
    return name


def end_turn(name: str) -> None:
    """End a turn: the map is painted. A name that is not known changes nothing."""
    with _lock:
        over = _open.pop(name, None)
    if over is not None:
        over.set()


def await_turn(name: str, *, at_most_s: float) -> None:
    """Wait until a turn has ended, but not longer than *at_most_s* seconds.

    A map that never paints, or tells another server, only costs that time.
    """
    with _lock:
        over = _open.get(name)
    if over is not None:
        over.wait(at_most_s)
        end_turn(name)
