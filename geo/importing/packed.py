"""Texts, and values of JSON as texts, packed many times smaller than as objects.

A million records that cite an address each have a million lists of objects. They stand
as one text each in an Arrow column, and are values again when a batch is checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, cast, overload

import pandas as pd
import pyarrow as pa

from geo.layer.geojson import JsonTexts, json_text

#: Values that are packed at a time.
_CHUNK: Final = 10_000


class PackedValues(Sequence[Any]):
    """A column of JSON values, each unpacked when it is asked for.

    Parameters
    ----------
    texts
        The values as JSON; null where there is none.
    """

    def __init__(self, texts: pa.ChunkedArray) -> None:
        self._texts = texts

    @classmethod
    def of(cls, values: Iterable[Any]) -> PackedValues:
        """Pack values, none of which is used any more; no value at all is fine."""
        texts = map(json_text, values)
        chunks = []
        while chunk := [*islice(texts, _CHUNK)]:
            chunks.append(pa.array(chunk, pa.large_string()))
        return cls(pa.chunked_array(chunks, pa.large_string()))

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self._texts)

    @overload
    def __getitem__(self, position: int) -> Any: ...  # noqa: ANN401 - any JSON value
    @overload
    def __getitem__(self, position: slice) -> PackedValues: ...
    def __getitem__(self, position: int | slice) -> Any:
        """Return a value, or some consecutive ones, which stay packed."""
        if isinstance(position, slice):
            return PackedValues(self._texts[position])
        return json.loads(self._texts[position].as_py())

    def texts_at(self, positions: Sequence[int]) -> JsonTexts:
        """Return values at some positions as they are written."""
        return JsonTexts(self._texts.take(pa.array(positions, pa.int64())).to_pylist())

    def __iter__(self) -> Iterator[Any]:
        """Go through the values."""
        for chunk in self._texts.iterchunks():
            yield from map(json.loads, chunk.to_pylist())


class PackedTexts(Sequence[str | None]):
    """A column of texts, each made when it is asked for; an empty one is none.

    Parameters
    ----------
    texts
        Null where there is none.
    """

    def __init__(self, texts: pa.ChunkedArray) -> None:
        self._texts = texts

    @classmethod
    def of(cls, column: pd.Series[str]) -> PackedTexts:
        """Pack a column of pandas' texts."""
        texts = pa.chunked_array(pa.array(column.replace("", None), from_pandas=True))
        return cls(texts)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._texts)

    @overload
    def __getitem__(self, position: int) -> str | None: ...
    @overload
    def __getitem__(self, position: slice) -> list[str | None]: ...
    def __getitem__(self, position: int | slice) -> str | list[str | None] | None:
        """Return a text, or some consecutive ones."""
        if isinstance(position, slice):
            return cast("list[str | None]", self._texts[position].to_pylist())
        return cast("str | None", self._texts[position].as_py())
