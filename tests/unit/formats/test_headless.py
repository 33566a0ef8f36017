"""Tables without a head are read where their shape is known, and refused otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.base.errors import DataError
from tests.bringing import brought, told, written


def row(number: str, *, second_division: bool, day: str = "20230501") -> str:
    """Return a row of GDELT's events: a protest in Belgrade."""
    actor = ["SRB", "SERBIA", "SRB", *[""] * 7]
    event = ["1", "141", "141", "14", "3", "-6.5", "4", "1", "4", "-2.1"]
    divisions = ["RI00", ""] if second_division else ["RI00"]
    place = ["4", "Belgrade, Serbia", "RI", *divisions, "44.8186", "20.4681", "-74897"]
    cells = [number, day, day[:6], day[:4], "2023.3", *actor, *actor, *event]
    cells += [""] * len(place) * 2 + place
    return "\t".join([*cells, "20230502000000", f"https://example.org/{number}"]) + "\n"


@pytest.mark.parametrize("version", [1, 2])
def test_events_of_gdelt_come_without_a_head(version: int, tmp_path: Path) -> None:
    """In both versions; the first row is a record."""
    text = "".join(row(n, second_division=version == 2) for n in ("11", "12", "13"))

    found = brought(written(tmp_path, "20230502.export.CSV", text))

    assert [one.id for one in found.incidents] == ["11", "12", "13"]
    first = found.incidents[0]
    assert (first.date, first.place) == ("2023-05-01", "Belgrade, Serbia")
    assert first.geometry is not None
    assert first.geometry.coords[0] == (20.4681, 44.8186)
    assert "read as these" in told(found)


def test_two_fractions_above_fractions_are_no_names(tmp_path: Path) -> None:
    """Even where most of the first row could be names."""
    text = "".join(
        f"A fire,Bor,RS,police,x,{44 + n / 8},{20 + n / 8}\n" for n in range(4)
    )

    with pytest.raises(DataError, match=r"'44\.0', '20\.0'"):
        brought(written(tmp_path, "a.csv", text))


def test_another_table_of_that_width_needs_a_head(tmp_path: Path) -> None:
    """Days that do not agree are none of GDELT's."""
    text = row("11", second_division=True).replace("\t202305\t", "\t202207\t") * 2

    with pytest.raises(DataError, match="names of the columns"):
        brought(written(tmp_path, "a.tsv", text))
