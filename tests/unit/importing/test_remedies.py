"""What an import says can be done works as it is printed."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from geo.commands.cli import main

#: An option with its value, as a remedy prints it.
OPTION = re.compile(
    r"--(?:mend|map|encoding|layer|crs|date-order) (?:'[^']+'|[^\s,;]*[^\s,;.])"
)


def run(*arguments: str | Path) -> dict[str, Any]:
    """Return the report of an import."""
    result = CliRunner().invoke(
        main,
        ["import", *map(str, arguments), "--yes", "--json"],
        catch_exceptions=False,
    )
    return dict(json.loads(result.stdout))


def remedies(report: dict[str, Any]) -> list[str]:
    """Return the options that a report's remedies print."""
    texts = [each["remedy"] for each in (*report["told"], *report["changed"])]
    return [option for text in texts for option in OPTION.findall(text)]


def codes(report: dict[str, Any]) -> set[str]:
    """Return the codes of a report's remarks."""
    return {each["code"] for each in report["told"]}


def table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """Return a table of that text."""
    path = folder / "table.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("text", "code"),
    [
        # Every longitude of Chile without its sign.
        (
            "title,lat,lon,country\nA,-33.4,70.6,Chile\nB,-36.8,73.0,Chile\n",
            "place.outside",
        ),
        # Latitude and longitude changed over in one of the records.
        (
            "title,lat,lon,country\nA,20.5,44.8,Serbia\nB,43.3,21.9,Serbia\n",
            "place.outside",
        ),
    ],
)
def test_a_mend_that_is_proposed_puts_the_points_right(
    text: str, code: str, tmp_path: Path
) -> None:
    """The option as printed; then nothing is said of them."""
    path = table(tmp_path, text)
    report = run(path, "--into", tmp_path / "map")
    assert code in codes(report)
    [option] = remedies(report)

    again = run(path, "--into", tmp_path / "mended", *shlex.split(option))

    assert code not in codes(again)
    # What was said once is remembered.
    assert code not in codes(run(path, "--into", tmp_path / "mended"))


def test_the_sheet_that_is_named_is_read(tmp_path: Path) -> None:
    """A note says which sheets there are, and how to choose."""
    path = tmp_path / "book.xlsx"
    book = Workbook()
    book.active.title = "Large"
    for row in (("title", "date"), ("A", "2023-01-01"), ("B", "2023-01-02")):
        book.active.append(row)
    small = book.create_sheet("Small")
    for row in (("title", "date"), ("C", "2023-01-03")):
        small.append(row)
    book.save(path)
    report = run(path, "--into", tmp_path / "map")
    assert any("--layer" in each["remedy"] for each in report["changed"])

    again = run(path, "--into", tmp_path / "small", "--layer", "Small")

    assert (report["read"], again["read"]) == (2, 1)


def test_a_table_without_dates_says_which_column_looks_like_them(
    tmp_path: Path,
) -> None:
    """And the option that takes it works as printed."""
    text = "title,remark one\n" + "".join(
        f"Case {number},2023-0{number}-1{number}\n" for number in range(1, 9)
    )
    path = table(tmp_path, text)
    mapped = run(path, "--into", tmp_path / "map", "--map", "remark one=own")
    if not mapped["undated"]:
        pytest.fail("the column was taken as the date although it was said to be none")
    [option] = remedies(mapped)

    again = run(path, "--into", tmp_path / "dated", *shlex.split(option))

    assert again["undated"] == 0


@pytest.mark.parametrize("said", [(), ("--map", "latitude=lat")])
def test_the_other_axis_that_is_proposed_places_the_records(
    said: tuple[str, ...], tmp_path: Path
) -> None:
    """Where only one of the two is called what it is."""
    path = table(tmp_path, "title,latitude,xx\nA,44.8,20.4\nB,44.9,20.5\n")
    report = run(path, "--into", tmp_path / "map", *said)
    assert report["unplaced"] == 2
    options = remedies(report)
    assert options == ["--map latitude=lat", "--map xx=lon"]

    again = run(path, "--into", tmp_path / "mended", *shlex.split(" ".join(options)))

    assert again["unplaced"] == 0
    assert "place.missing" not in codes(again)


def test_a_table_with_one_axis_only_is_told_so(tmp_path: Path) -> None:
    """No option can help."""
    path = table(tmp_path, "title,longitude,killed\nA,20.4,1\nB,20.5,2\n")

    report = run(path, "--into", tmp_path / "map")

    [told] = [each for each in report["told"] if each["code"] == "place.missing"]
    assert told["remedy"].startswith("The table has no latitude")
