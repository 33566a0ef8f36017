"""Data files of a site: scripts that hand over bytes, and columns within them."""

from __future__ import annotations

import gzip
import json
import re
import struct
from base64 import b64decode
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.publish.packing import pack_columns, pack_json, pack_script, without_comments

_TYPES = {
    "Uint8Array": np.uint8,
    "Uint16Array": np.uint16,
    "Uint32Array": np.uint32,
    "Int32Array": np.int32,
}


def content_of(script: bytes) -> tuple[str, bytes]:
    """Return the name and the bytes that a data file hands over."""
    found = re.fullmatch(
        rb'incidentFiles\.put\("([\w/-]+)","([A-Za-z0-9+/=]*)"\);\n', script
    )
    assert found
    return found[1].decode(), gzip.decompress(b64decode(found[2]))


def columns_of(content: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read columns as the browser does."""
    (length,) = struct.unpack_from("<I", content)
    head = json.loads(content[4 : 4 + length])
    at, columns = 4 + length, {}
    for described in head.pop("columns"):
        kind = np.dtype(_TYPES[described["type"]])
        size = described["length"] * kind.itemsize
        planes = np.frombuffer(content[at : at + size], np.uint8)
        values = planes.reshape(kind.itemsize, -1).T.copy().view(f"<u{kind.itemsize}")
        values = values.reshape(-1)
        if described["differences"]:
            steps = (values >> 1) ^ (0 - (values & 1)).astype(values.dtype)
            values = np.cumsum(steps, dtype=values.dtype)
        columns[described["name"]] = values.view(kind)
        at += size
    assert at == len(content)
    return head, columns


@given(st.binary(max_size=200))
def test_a_data_file_hands_over_its_bytes(content: bytes) -> None:
    """And nothing of them can end the script."""
    assert content_of(pack_script("rows-3", content)) == ("rows-3", content)


def test_equal_content_gives_equal_files() -> None:
    """Also at another time."""
    assert pack_json("a", {"b": [1]}) == pack_json("a", {"b": [1]})


@pytest.mark.parametrize("name", ["", 'a"b', "a b", "</script>"])
def test_a_name_that_would_need_quoting_is_refused(name: str) -> None:
    """It stands in a script."""
    with pytest.raises(ValueError, match="no name of a data file"):
        pack_script(name, b"")


@given(
    st.lists(st.integers(0, 2**32 - 1), max_size=40),
    st.lists(st.integers(-(2**31), 2**31 - 1), max_size=40),
    st.booleans(),
)
def test_columns_come_back_as_they_were(
    numbers: list[int],
    days: list[int],
    differences: bool,  # noqa: FBT001 - drawn
) -> None:
    """As they are, or as differences of neighbours."""
    columns = {
        "place": np.array(numbers, dtype=np.uint32),
        "earliest": np.array(days, dtype=np.int32),
    }
    chosen = frozenset(columns) if differences else frozenset[str]()

    head, read = columns_of(pack_columns({"rows": 3}, columns, differences=chosen))

    assert head == {"rows": 3}
    for name, column in columns.items():
        assert read[name].tolist() == column.tolist()


def test_a_column_of_another_type_is_refused() -> None:
    """JavaScript has no array for it."""
    with pytest.raises(ValueError, match="column 'x'"):
        pack_columns({}, {"x": np.array([1], dtype=np.int64)})


def test_only_comments_that_begin_a_line_are_left_out() -> None:
    """What looks like one further on may be part of a text."""
    source = (
        "/*\n * About it.\n */\n"
        'const accept = "*/*"; // kept\n'
        "  // left out\n"
        "  /** Left out. */\n"
        'const address = "https://map.example/"; /* kept */\n'
        "const tag = `/* kept */`;\n"
    )

    assert without_comments(source) == (
        'const accept = "*/*"; // kept\n'
        'const address = "https://map.example/"; /* kept */\n'
        "const tag = `/* kept */`;\n"
    )
