"""Turns: the page's script waits for its map, and never for long."""

from __future__ import annotations

from threading import Thread

import pytest

from geo.web.turns import await_turn, begin_turn, end_turn

#: No waiting here lasts this long unless something is broken.
LONG_S = 60.0


def waiting(turn: str) -> Thread:
    """Let a script wait for a turn, as in a session of its own."""
    script = Thread(target=await_turn, args=[turn], kwargs={"at_most_s": LONG_S})
    script.start()
    return script


def test_the_script_goes_on_when_the_map_has_painted() -> None:
    """It waits until then."""
    turn = begin_turn()
    script = waiting(turn)
    script.join(0.05)
    assert script.is_alive()

    end_turn(turn)
    script.join(LONG_S / 2)

    assert not script.is_alive()


def test_a_map_that_painted_before_is_not_waited_for() -> None:
    """The map may be quicker than the script."""
    turn = begin_turn()
    end_turn(turn)

    script = waiting(turn)
    script.join(LONG_S / 2)

    assert not script.is_alive()


@pytest.mark.parametrize("at_most_s", [0, 0.01])
def test_a_map_that_never_paints_costs_only_the_time_given(at_most_s: float) -> None:
    """And is not waited for a second time."""
    turn = begin_turn()

    await_turn(turn, at_most_s=at_most_s)
    script = waiting(turn)
    script.join(LONG_S / 2)

    assert not script.is_alive()


def test_turns_do_not_end_each_other() -> None:
    """Nor does a name that nobody was given."""
    turn, other = begin_turn(), begin_turn()
    script = waiting(turn)

    end_turn(other)
    end_turn("nonsense")
    script.join(0.05)
    still = script.is_alive()
    end_turn(turn)
    script.join(LONG_S / 2)

    assert turn != other
    assert still
