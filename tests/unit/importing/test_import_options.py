"""What the caller says of a file is checked against it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from geo.base.errors import QueryError
from tests.bringing import brought, written


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"mapped": {"nothing": "title"}}, "not a column"),
        ({"mapped": {"a": "titel"}}, "not a property"),
        ({"mapped": {"a": "title", "b": "title"}}, "two columns"),
        ({"drop": {"nothing"}}, "not a column"),
        ({"defaults": {"titel": "x"}}, "not a property"),
        ({"defaults": {"radius_m": "wide"}}, "not a number"),
        ({"source": "nobody"}, "register"),
    ],
)
def test_options_that_do_not_fit_are_errors_of_the_call(
    options: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    """Each names what there is."""
    path = written(tmp_path, "a.csv", "a,b\n1,2\n")

    with pytest.raises(QueryError, match=reason):
        brought(path, **options)
