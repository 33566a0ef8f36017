"""Values as the features of a layer write them."""

from __future__ import annotations

import json


def as_json(value: object) -> str:
    """Return a value as the features of a layer write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
