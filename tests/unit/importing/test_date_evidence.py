"""Whether the day or the month comes first, as other columns tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bringing import brought, told, written


@pytest.mark.parametrize(
    ("name", "cells", "dates"),
    [
        ("month", ("April", "June"), ("2022-04-03", "2022-06-05")),
        ("month", ("3", "5"), ("2022-03-04", "2022-05-06")),
        ("n", ("Sunday", "Sunday"), ("2022-04-03", "2022-06-05")),
        ("den", ("пятница", "пятница"), ("2022-03-04", "2022-05-06")),
        ("n", ("2022-04", "2022-06"), ("2022-04-03", "2022-06-05")),
        ("filed", ("2022-03-05", "2022-05-06"), ("2022-03-04", "2022-05-06")),
        ("filed", ("2022-04-04", "2022-06-07"), ("2022-04-03", "2022-06-05")),
    ],
)
def test_another_column_tells_the_order(
    tmp_path: Path, name: str, cells: tuple[str, str], dates: tuple[str, str]
) -> None:
    """And which it was is told, without a question."""
    text = f"title,date,{name}\nA,03/04/2022,{cells[0]}\nB,05/06/2022,{cells[1]}\n"

    found = brought(written(tmp_path, "a.csv", text))

    assert tuple(str(one.date) for one in found.incidents) == dates
    assert f"as {name!r} tells" in told(found)


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("n", ("1", "2")),
        ("filed", ("2023-01-05", "2023-03-06")),
        ("month,filed", ("April,2022-03-05", "June,2022-05-07")),
        ("month", ("April", "May")),
    ],
)
def test_columns_that_tell_nothing_or_contradict_leave_the_question(
    tmp_path: Path, head: str, cells: tuple[str, str]
) -> None:
    """What is far away, or says one thing here and another there."""
    text = f"title,date,{head}\nA,03/04/2022,{cells[0]}\nB,05/06/2022,{cells[1]}\n"

    found = brought(written(tmp_path, "a.csv", text))

    assert "tells." not in told(found)


def test_rows_that_decide_are_believed_before_other_columns(tmp_path: Path) -> None:
    """A day over twelve has no other reading."""
    text = "title,date,month\nA,03/04/2022,March\nB,25/06/2022,June\n"

    [one, _] = brought(written(tmp_path, "a.csv", text)).incidents

    assert str(one.date) == "2022-04-03"
