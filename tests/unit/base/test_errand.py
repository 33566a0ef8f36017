"""Errands: done apart, watched, called off."""

from __future__ import annotations

import threading

import pytest

from geo.base.errand import Errand, Progress, Step
from geo.base.errors import StoppedError
from geo.base.work import check_work


def test_what_comes_of_it_is_handed_over() -> None:
    """Once it is over; whoever asks before that waits."""
    errand = Errand(lambda _step: 6 * 7)
    assert errand.result() == 42
    assert errand.is_over
    assert errand.seconds >= 0


def test_it_tells_how_far_it_is() -> None:
    """While it goes on, and where nobody can tell the share, none is told."""
    may_end = threading.Event()

    def count(step: Step) -> None:
        step("Counting", 3, 12)
        may_end.wait(20)

    errand = Errand(count)
    while errand.progress.total == 0:
        assert not errand.wait(0.01)
    assert errand.progress == Progress("Counting", 3, 12)
    assert errand.progress.share == 0.25
    assert Progress("Reading").share is None
    may_end.set()
    errand.result()


def test_called_off_it_ends_at_its_next_step() -> None:
    """Also where what it calls looks for itself whether it is still wanted."""
    for look in (lambda step: step("On", 0, 0), lambda _step: check_work()):

        def go_on(step: Step, look: object = look) -> None:
            while True:
                look(step)  # type: ignore[operator]

        errand = Errand(go_on)
        errand.call_off()
        with pytest.raises(StoppedError):
            errand.result()


def test_what_it_raises_is_raised_to_whoever_asks() -> None:
    """Nothing is lost in the other thread."""

    def fail(_step: Step) -> None:
        msg = "a reason"
        raise ValueError(msg)

    with pytest.raises(ValueError, match="a reason"):
        Errand(fail).result()
