"""Draws by shares, the arrays they are kept in, and the texts made of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.base.grid import Ints

#: What is kept for every incident of a layer.
Small = np.ndarray[Any, np.dtype[np.uint32]]


def choose(rng: np.random.Generator, shares: Sequence[float], size: int) -> Ints:
    """Draw choices, each as often as its share."""
    reach = np.cumsum(np.asarray(shares) / sum(shares))
    return np.minimum(np.searchsorted(reach, rng.random(size)), len(shares) - 1)


def named(names: Sequence[str], codes: Ints) -> pa.StringArray:
    """Return the name of each code."""
    return pa.array(names, pa.string()).take(pa.array(codes))


def joined(*parts: Any) -> pa.StringArray:  # noqa: ANN401 - texts and arrays of them
    """Return the parts of each row one after the other."""
    return pc.binary_join_element_wise(*parts, "")


def as_json(value: object) -> str:
    """Return a value as the features of a layer write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
