"""What a caller still has to say, and the command that says it."""

from __future__ import annotations

import shlex
from pathlib import Path

from geo.importing import Imported, ImportOptions, ReadOptions, import_file
from tests.bringing import written
from tests.builders import SOURCES, VOCABULARY


def looked_through(path: Path, **options: object) -> Imported:
    """Import a file of which little is said."""
    return import_file(
        path,
        opening=ReadOptions(),
        options=ImportOptions(today="2024-01-05", **options),  # type: ignore[arg-type]
        vocabulary=VOCABULARY,
        sources=SOURCES,
    )


def test_likely_columns_are_proposed_and_choices_listed(tmp_path: Path) -> None:
    """Nothing is taken by itself."""
    content = "Headline,notes,event_date,lat,lon\na,b,2023-01-01,44.8,20.4\n"

    found = looked_through(written(tmp_path, "a.csv", content))

    assert found.verdict == "incomplete"
    assert not found.layer.incidents
    for option in ("Headline=title", "notes=summary", "event_date=date"):
        assert f"--map {option}" in found.advice
    assert f"CATEGORY: {', '.join(VOCABULARY.ids())}" in found.advice
    assert ", ".join(SOURCES) in found.advice


def test_parts_of_a_date_are_proposed_together(tmp_path: Path) -> None:
    """A year without a month may be that of something else."""
    whole = written(tmp_path, "a.csv", "year,month,day,lat,lon\n2023,1,2,44.8,20.4\n")
    only = written(tmp_path, "b.csv", "year,lat,lon\n2023,44.8,20.4\n")

    assert "--map year=date.year" in looked_through(whole).advice
    assert "date.year" not in looked_through(only).advice


def test_what_is_said_is_not_asked_for_again(tmp_path: Path) -> None:
    """Each further option shortens the list."""
    path = written(tmp_path, "a.csv", "title,lat,lon\na,44.8,20.4\n")

    found = looked_through(path, source="daily")

    assert "SOURCE" not in found.advice
    assert "CATEGORY" in found.advice


def test_the_command_can_be_pasted(tmp_path: Path) -> None:
    """Names with spaces and quotes included."""
    path = written(tmp_path, "it's a table.csv", "Title,lat,lon\na,44.8,20.4\n")

    advice = looked_through(path).advice
    command = advice[advice.index("incidents import") :].partition("\n\n")[0]
    words = shlex.split(command.replace("\\\n", " "))

    assert words[:3] == ["incidents", "import", str(path)]
    assert "Title=title" in words


def test_what_is_supposed_is_never_kept(tmp_path: Path) -> None:
    """Faults of the records are told as if the rest had been said."""
    content = "title,lat,lon\na,44.8,20.4\nb,95,20.4\n"

    found = looked_through(written(tmp_path, "a.csv", content))

    assert [fault.index for fault in found.refused] == [1]
    assert found.layer.incidents == ()
    assert found.as_json()["lacking"]["category"] == 2
