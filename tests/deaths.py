"""Kills programs of ours while they write, at one point after another.

Run as ``python -m tests.deaths SCENARIO FOLDER``, in a process of its own: it forks, and
each child does the work of the scenario and kills itself (``kill -9``) at the next of
the points where Python opens, renames, makes or removes something, or is killed after a
random part of its time. After each death another child looks at what a reader now
finds. What it prints is how many died.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

#: What Python tells of just before it is done.
_POINTS = ("open", "os.", "shutil.", "fcntl.", "tempfile.")
_MOST_POINTS = 5_000


@dataclass(frozen=True)
class Scenario:
    """What is done again and again, each time with another number, and looked at."""

    act: Callable[[int], None]
    check: Callable[[], None]


def main(name: str, folder: Path) -> None:
    """Go through a scenario's deaths, and print how many there were."""
    from tests.death_scenarios import SCENARIOS  # noqa: PLC0415 - it imports this

    scenario = SCENARIOS[name](folder)
    if _run(lambda: scenario.act(0)) != 0:
        sys.exit("The scenario fails without being killed.")
    began_s = time.monotonic()
    points = _count(lambda: scenario.act(1))
    whole_s = time.monotonic() - began_s
    deaths = 0
    for turn, point in enumerate(_chosen(points), 2):
        deaths += _dies_at(point, lambda turn=turn: scenario.act(turn))  # type: ignore[misc]
        _look(scenario, f"point {point} of {points}")
    draw = random.Random(7)  # noqa: S311 - the same in every run
    for turn in range(100, 104):
        delay_s = draw.uniform(0, whole_s)
        deaths += _dies_after(delay_s, lambda turn=turn: scenario.act(turn))  # type: ignore[misc]
        _look(scenario, f"{delay_s:.3f} s of {whole_s:.3f}")
    if _run(lambda: scenario.act(200)) != 0:
        sys.exit("The scenario fails after deaths.")
    _look(scenario, "the end")
    print(deaths)  # noqa: T201 - what the caller reads


def _chosen(points: int) -> Iterable[int]:
    """Return all points of few; of many, some, and all at the end, where names change."""
    if points <= 24:
        return range(1, points + 1)
    draw = random.Random(5)  # noqa: S311 - the same in every run
    return [*sorted(draw.sample(range(1, points - 16), 4)), *range(points - 16, points)]


def _look(scenario: Scenario, when: str) -> None:
    if _run(scenario.check) != 0:
        sys.exit(f"What a reader finds is wrong after a death at {when}.")


def _run(work: Callable[[], None]) -> int:
    """Do some work in a child, and return how it ended: 0 is well."""
    child = os.fork()
    if child == 0:
        _work_and_leave(work)
    return os.waitpid(child, 0)[1]


def _dies_at(point: int, work: Callable[[], None]) -> bool:
    return _run(lambda: _watched(work, point)) == signal.SIGKILL


def _dies_after(delay_s: float, work: Callable[[], None]) -> bool:
    child = os.fork()
    if child == 0:
        _work_and_leave(work)
    time.sleep(delay_s)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] == signal.SIGKILL


def _count(work: Callable[[], None]) -> int:
    """Return how many points a scenario has."""
    reading, writing = os.pipe()

    def counted() -> None:
        os.write(writing, str(_watched(work, _MOST_POINTS)).encode())

    if _run(counted) != 0:
        sys.exit("The scenario fails while its points are counted.")
    os.close(writing)
    return int(os.read(reading, 100))


def _watched(work: Callable[[], None], last: int) -> int:
    """Do some work, killed at a point; return how many points there were before."""
    points = 0

    def watch(event: str, _: tuple[object, ...]) -> None:
        nonlocal points
        if event.startswith(_POINTS):
            points += 1
            if points == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    work()
    return points


def _work_and_leave(work: Callable[[], None]) -> None:
    try:
        work()
    except BaseException:  # noqa: BLE001 - told, and the child ends here
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
