"""The seal of a layer, and the checksum in it."""

from __future__ import annotations

import json

import pytest

from geo.layer.seal import ContentDigest, feature_text, read_seal
from tests.builders import scattered


@pytest.mark.parametrize(
    "written",
    [None, b"", b"{", b"[]", b'{"rows": 1}', '{"rows": 1, "digest": "x", "layout": 2}'],
)
def test_what_is_no_seal_is_none(written: str | bytes | None) -> None:
    """Neither is the seal of another layout."""
    assert read_seal(written) is None
    assert read_seal(json.dumps({"rows": 1, "digest": "0", "layout": 99})) is None


def test_a_layers_checksum_does_not_depend_on_order_or_parts() -> None:
    """So that parts can be made on several machines."""
    texts = [feature_text(one) for one in scattered(20)]
    whole, first, second, both = (ContentDigest() for _ in range(4))
    whole.add(texts)
    first.add(texts[12:])
    second.add(texts[:12])

    both.merge(first.seal())
    both.merge(second.seal())

    assert both.seal() == whole.seal()
    assert first.seal().version != second.seal().version
