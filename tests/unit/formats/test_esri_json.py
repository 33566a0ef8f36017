"""Shapes of Esri that cannot be read are told; their records are kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bringing import written
from tests.unit.formats.reading import read


def features_of(folder: Path, shape: object) -> tuple[list[dict[str, Any]], str]:
    """Return the records of a set with one feature, and what is told of it."""
    feature = {"attributes": {"title": "a"}, "geometry": shape}
    root = {"spatialReference": {"wkid": 4326}, "features": [feature]}
    return read(written(folder, "a.json", json.dumps(root)))


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ({"curveRings": [[[20, 44], {"c": [[21, 45], [20, 45]]}]]}, "'curveRings'"),
        ({"curvePaths": [[[20, 44], {"b": []}]], "hasZ": False}, "'curvePaths'"),
        ({"rings": [[[20, 44], [21, 45], [20, 44]]]}, "none of its rings"),
        ({"xmin": 20}, "ymin"),
        ({"x": "east", "y": 44}, "east"),
    ],
)
def test_a_shape_that_cannot_be_read_says_why_it_has_no_place(
    shape: object, reason: str, tmp_path: Path
) -> None:
    """Curves among them: they are not made straight."""
    [feature], said = features_of(tmp_path, shape)

    assert feature == {"properties": {"title": "a"}, "geometry": None}
    assert "cannot be read" in said
    assert reason in said
    assert "has no place" in said


@pytest.mark.parametrize(
    "shape",
    [None, {}, {"rings": []}, {"x": None, "y": None}, {"x": "NaN", "y": "NaN"}],
)
def test_a_shape_that_is_empty_is_not_told(shape: object, tmp_path: Path) -> None:
    """It is how a server says that there is none."""
    [feature], said = features_of(tmp_path, shape)

    assert (feature["geometry"], said) == (None, "")
