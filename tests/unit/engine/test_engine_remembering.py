"""Answers about the whole of a layer are kept, the longest unused forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geo.engine.remembering import Memory


def test_a_question_is_asked_once_until_it_is_forgotten() -> None:
    """The longest unused goes first."""
    asked: list[str] = []

    def ask(sql: str, _: Sequence[Any]) -> list[tuple[Any, ...]]:
        asked.append(sql)
        return [(sql,)]

    memory = Memory(ask, most=2)

    for sql in ("a", "a", "b", "a", "c", "a", "b"):
        assert memory.ask(sql, [1]) == [(sql,)]
    assert asked == ["a", "b", "c", "b"]
    memory.ask("a", ["x" * 20_000])
    memory.ask("a", ["x" * 20_000])
    assert asked == ["a", "b", "c", "b", "a", "a"]
