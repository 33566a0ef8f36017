"""``incidents synthesize``: a made-up layer of any size."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import click

from geo.base.errors import ExportError
from geo.commands.report import progress

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.progress import Progress

    from geo.layer.seal import ContentDigest, Seal

#: Batches of one file of a folder: about a million incidents.
_FILE_BATCHES: Final = 32
_STRETCH: Final = 4096
_MOST: Final = 99_999_999


@click.command("synthesize")
@click.option(
    "--count",
    type=click.IntRange(1, _MOST),
    required=True,
    help="How many incidents.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="The same seed gives the same incidents.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="The file to write; for GeoParquet, a name without suffix is a folder.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["geojson", "geoparquet"]),
    help="By default by the output's name: .geojson or .json, else GeoParquet.",
)
@click.option(
    "--gaps",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="The share of incidents that lack some of what is wanted of a record.",
)
def synthesize_command(
    count: int, seed: int, output: Path, format_name: str | None, gaps: float
) -> None:
    """Make up a layer of incidents to try the map with.

    Places follow the world's cities, dates run from 2015 to 2025 in every form. Every
    text says that it is synthetic. The register of its sources is written beside it:
    OUTPUT.sources.json.

    \b
    Example:
        incidents synthesize --count 1000000 --seed 1 --output million.parquet
        INCIDENTS_LAYER=million.parquet \\
            INCIDENTS_SOURCES=million.parquet.sources.json incidents serve
    """  # noqa: D301 - \b is click's mark for a verbatim paragraph
    from geo.base.files import whole_file, whole_folder
    from geo.base.settings import settings
    from geo.bulk.synthesis import source_register, synthesize
    from geo.layer.seal import LAYER_FOLDER
    from geo.model.vocabulary import read_vocabulary

    as_json = output.suffix in {".geojson", ".json"}
    if format_name is None:
        format_name = "geojson" if as_json else "geoparquet"
    vocabulary = read_vocabulary(settings().vocabulary)
    batches = synthesize(count, seed=seed, vocabulary=vocabulary, gaps=gaps)
    is_folder = format_name == "geoparquet" and not output.suffix
    register = output.with_name(f"{output.name}.sources.json")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        if is_folder:
            whole = whole_folder(output, kind=LAYER_FOLDER)
        else:
            whole = whole_file(output)
        with whole as draft, whole_file(register) as sources, progress() as shown:
            watched = _watched(batches, count, shown)
            if format_name == "geojson":
                _write_geojson(watched, draft)
            elif is_folder:
                _write_folder(watched, draft)
            else:
                _write_file(watched, draft)
            sources.write_text(json.dumps(source_register(), indent=2) + "\n", "utf-8")
    except OSError as error:
        msg = f"{output} cannot be written: {error}. Choose another --output."
        raise ExportError(msg) from error
    click.echo(f"{count} synthetic incidents written to {output}", err=True)


def _watched(
    batches: Iterable[pa.RecordBatch], count: int, shown: Progress
) -> Iterator[pa.RecordBatch]:
    """Go through batches, moving a progress bar."""
    task = shown.add_task("Making incidents up", total=count)
    for batch in batches:
        yield batch
        shown.advance(task, batch.num_rows)


def _write_geojson(batches: Iterable[pa.RecordBatch], path: Path) -> None:
    """Write a layer as canonical GeoJSON, in the order of the batches."""
    head = b'{"type":"FeatureCollection","features":['
    with path.open("wb") as stream:
        stream.write(head)
        before = b"\n"
        for batch in batches:
            text = ",\n".join(batch["feature"].to_pylist()).encode()
            stream.write(before + text)
            before = b",\n"
        stream.write(b"\n]}\n")


def _write_file(batches: Iterable[pa.RecordBatch], path: Path) -> None:
    """Write one sealed GeoParquet file."""
    from geo.layer.seal import ContentDigest

    digest = ContentDigest()
    with _Writer(path) as writer:
        for batch in batches:
            writer.write(batch)
            _count_in(digest, batch)
        writer.seal(digest.seal())


def _write_folder(batches: Iterable[pa.RecordBatch], folder: Path) -> None:
    """Write a folder of GeoParquet files, and the seal for all of them last."""
    from geo.layer.seal import ContentDigest, write_seal

    digest = ContentDigest()
    writer: _Writer | None = None
    for number, batch in enumerate(batches):
        if writer is None:
            part = number // _FILE_BATCHES
            writer = _Writer(folder / f"part-{part:05}.parquet")
        writer.write(batch)
        _count_in(digest, batch)
        if number % _FILE_BATCHES == _FILE_BATCHES - 1:
            writer.close()
            writer = None
    if writer is not None:
        writer.close()
    write_seal(folder, digest.seal())


def _count_in(digest: ContentDigest, batch: pa.RecordBatch) -> None:
    """Count in a batch's features, few of them as Python's texts at a time."""
    features = batch["feature"]
    for first in range(0, len(features), _STRETCH):
        digest.add(features.slice(first, _STRETCH).to_pylist())


class _Writer:
    """Writes one GeoParquet file in a thread, while the next batch is made."""

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as pq

        from geo.layer.table import SCHEMA, file_metadata

        schema = SCHEMA.with_metadata(file_metadata())
        self._file = pq.ParquetWriter(
            path, schema, compression="zstd", compression_level=1
        )
        self._thread = ThreadPoolExecutor(1)
        self._pending: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, batch: pa.RecordBatch) -> None:
        """Write a batch as one row group, after the one before it."""
        from geo.layer.table import ROW_GROUP_ROWS

        self._wait()
        self._pending = self._thread.submit(
            self._file.write_batch, batch, row_group_size=ROW_GROUP_ROWS
        )

    def seal(self, seal: Seal) -> None:
        """Say in the file's metadata what it holds."""
        from geo.layer.seal import SEAL_KEY

        self._wait()
        self._file.add_key_value_metadata({SEAL_KEY: json.dumps(asdict(seal))})

    def close(self) -> None:
        """Finish the file."""
        try:
            self._wait()
        finally:
            self._file.close()
            self._thread.shutdown()

    def _wait(self) -> None:
        """Wait for the last batch, and raise what went wrong with it."""
        if self._pending is not None:
            pending, self._pending = self._pending, None
            pending.result()
