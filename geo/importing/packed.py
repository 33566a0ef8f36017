"""Values of JSON packed as texts, many times smaller than as objects.

A million records that cite an address each have a million lists of objects. They stand
as one text each in an Arrow column, and are values again when a batch is checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, overload

import pyarrow as pa

from geo.geojson import json_text

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
    def __getitem__(self, position: slice) -> list[Any]: ...
    def __getitem__(self, position: int | slice) -> Any:
        """Return a value, or a list of some consecutive ones."""
        if isinstance(position, slice):
            return [*map(json.loads, self._texts[position].to_pylist())]
        return json.loads(self._texts[position].as_py())

    def __iter__(self) -> Iterator[Any]:
        """Go through the values."""
        for chunk in self._texts.iterchunks():
            yield from map(json.loads, chunk.to_pylist())
