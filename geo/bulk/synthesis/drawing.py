"""Draws by shares, and the arrays they are kept in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
#: What is kept for every incident of a layer.
Small = np.ndarray[Any, np.dtype[np.uint32]]


def choose(rng: np.random.Generator, shares: Sequence[float], size: int) -> Ints:
    """Draw choices, each as often as its share."""
    reach = np.cumsum(np.asarray(shares) / sum(shares))
    return np.minimum(np.searchsorted(reach, rng.random(size)), len(shares) - 1)


def named(names: Sequence[str], codes: Ints) -> pa.StringArray:
    """Return the name of each code."""
    return pa.array(names, pa.string()).take(pa.array(codes))
