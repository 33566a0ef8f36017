"""Answers about the whole of a layer are kept, the longest unused forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from geo.engine.asking import remembering


def test_a_question_is_asked_once_until_it_is_forgotten() -> None:
    """The longest unused goes first."""
    asked: list[str] = []

    def ask(sql: str, _: Sequence[Any]) -> list[tuple[Any, ...]]:
        asked.append(sql)
        return [(sql,)]

    ask_once = remembering(SimpleNamespace(ask=ask), most=2)

    for sql in ("a", "a", "b", "a", "c", "a", "b"):
        assert ask_once(sql, [1]) == [(sql,)]
    assert asked == ["a", "b", "c", "b"]
    ask_once("a", ["x" * 20_000])
    ask_once("a", ["x" * 20_000])
    assert asked == ["a", "b", "c", "b", "a", "a"]
