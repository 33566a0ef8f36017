"""Errors say where, what and what to do, and can be told apart."""

from __future__ import annotations

import json
import re

import pytest

from geo.base import errors
from geo.base.errors import Code, DataError, Fault, IncidentMapError, QueryError

LEAVES = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type)
    and issubclass(kind, IncidentMapError)
    and kind is not IncidentMapError
]


def test_a_fault_is_one_line_most_general_part_first() -> None:
    """File, feature, property, message, remedy."""
    fault = Fault(
        "a.geojson",
        "is '20'.",
        "Write 2020.",
        where="date",
        index=3,
        feature_id="bar-2022",
    )

    assert str(fault) == "a.geojson: feature 3 (bar-2022): date: is '20'. Write 2020."


def test_a_fault_leaves_out_what_is_not_known() -> None:
    """A whole file's fault names no feature; a warning says that it is one."""
    assert str(Fault("a", "is bad.", "Mend.")) == "a: is bad. Mend."
    assert str(Fault("a", "is bad.", index=0)) == "a: feature 0: is bad."
    warned = Fault("a", "is odd.", "Look.", severity="warning")
    assert str(warned) == "a: warning: is odd. Look."


def test_codes_are_short_words_each_used_once() -> None:
    """Programs branch on them, so that messages may be reworded."""
    codes = [str(code) for code in Code]

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)
    fault = Fault("a", "is null.", code=Code.UNLOCATED, where="geometry", index=2)
    assert json.dumps(fault.as_json()).startswith('{"code": "unlocated", "severity"')


def test_many_faults_are_kept_and_the_first_are_shown() -> None:
    """A report of thousands stays readable, and none is lost."""
    faults = [Fault("a", "is bad.", index=number) for number in range(25)]

    error = DataError(faults)

    assert error.faults == tuple(faults)
    lines = str(error).splitlines()
    assert len(lines) == DataError.SHOWN + 1
    assert lines[-1] == "... and 5 more."
    assert "more" not in str(DataError(faults[:20]))


def test_a_query_error_names_its_parameter() -> None:
    """Callers show it beside the field."""
    error = QueryError("bbox", "is not four numbers.")

    assert error.parameter == "bbox"
    assert str(error) == "bbox: is not four numbers."


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_every_error_is_ours_and_a_builtin(kind: type[IncidentMapError]) -> None:
    """Code that knows nothing of us can catch it too."""
    theirs = [base for base in kind.__mro__ if base.__module__ == "builtins"]

    assert any(base not in {Exception, BaseException, object} for base in theirs)
    assert kind.__doc__
