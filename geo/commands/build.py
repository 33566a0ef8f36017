"""``incidents build``: raw dumps into a partitioned layer."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo.base.errors import ExportError
from geo.commands.report import EXIT_DATA, echo_json, echo_table, progress

if TYPE_CHECKING:
    from rich.progress import Progress

    from geo.bulk.build.run import Built, Stage


@click.command("build")
@click.argument(
    "inputs",
    metavar="INPUT...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder to fill. A build that failed goes on where it stopped.",
)
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="DuckDB on this machine, or Apache Spark.",
)
@click.option(
    "--master",
    default="local[*]",
    show_default=True,
    help="Where Spark runs, such as spark://host:7077.",
)
@click.option(
    "--memory-mb",
    type=click.IntRange(min=200),
    default=4_000,
    show_default=True,
    help="What DuckDB may take of the memory, in MB; beyond that it uses the disk.",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="COLUMN=PROPERTY",
    help="Which column is which property, where names differ; repeatable.",
)
@click.option("--source", help="The source of rows that name none.")
@click.option("--updated", help="Day of the rows' last change; today if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def build_command(  # noqa: PLR0913, PLR0917 - one for each option
    ctx: click.Context,
    inputs: tuple[Path, ...],
    output: Path,
    engine: str,
    master: str,
    memory_mb: int,
    mapping: tuple[str, ...],
    source: str | None,
    updated: str | None,
    as_json: bool,  # noqa: FBT001 - click's flag
) -> None:
    """Build a layer of raw dumps: CSV or GeoParquet, many files or folders of them.

    Rows are cleaned, placed by the gazetteers, dated and checked; those that cannot be
    kept are listed in OUTPUT/refused.csv, each with its reason. The layer is
    OUTPUT/layer. Exit code 1 if no row could be kept.

    The geometry of GeoParquet (WKB in EPSG:4326) may be a Point, LineString or Polygon.
    Rows that name no precision are placed at city level, a line along the line, an area
    at region level, and as uncertain as that can be unless radius_m says less.

    Files are read in a process of their own, within INCIDENTS_IMPORT_MEMORY_MB and
    INCIDENTS_IMPORT_TIMEOUT_S; those are for one file, or for small ones together.

    \b
    Example:
        incidents build dumps/ --output built --map headline=title \\
            --source agency-feed
        INCIDENTS_LAYER=built/layer incidents serve
    """  # noqa: D301 - \b is click's mark for a verbatim paragraph
    from geo.base.settings import settings
    from geo.bulk.build.machines import open_machine
    from geo.bulk.build.run import build_layer
    from geo.engine.duckdb_store import DiskError, MemoryLimitError
    from geo.model.sources import read_sources
    from geo.model.vocabulary import read_vocabulary
    from geo.places.gazetteer import read_gazetteer

    deployment = settings()
    with (
        open_machine(engine, master, memory_mb=memory_mb) as machine,
        progress() as shown,
    ):
        try:
            built = build_layer(
                inputs,
                output,
                machine=machine,
                mapping=_mapping(mapping),
                source=source,
                updated=updated or datetime.now(UTC).date().isoformat(),
                vocabulary=read_vocabulary(deployment.vocabulary),
                sources=set(read_sources(deployment.sources)),
                gazetteer=read_gazetteer(deployment.places),
                watch=_Bars(shown),
            )
        except MemoryLimitError as error:
            first = str(error).split("\n", 1)[0]
            msg = (
                f"--memory-mb {memory_mb} is not enough for this build: {first} Give "
                "more, or free room in TMPDIR. It goes on where it stopped."
            )
            raise ExportError(msg) from error
        except (OSError, DiskError) as error:
            msg = f"{output} cannot be written: {error}. Choose another --output."
            raise ExportError(msg) from error
    _report(built, output, as_json=as_json)
    if not built.kept:
        ctx.exit(EXIT_DATA)


class _Bars:
    """Shows one progress bar for each stage of a build."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._bars: dict[str, Any] = {}

    def __call__(self, stage: Stage) -> None:
        if stage.name not in self._bars:
            self._bars[stage.name] = self._shown.add_task(stage.name, total=stage.total)
        self._shown.update(self._bars[stage.name], completed=stage.done)


def _mapping(written: tuple[str, ...]) -> dict[str, str]:
    """Read ``column=property`` pairs."""
    mapping: dict[str, str] = {}
    for pair in written:
        column, equals, meant = pair.rpartition("=")
        if not equals or not column:
            msg = f"--map {pair!r} is not COLUMN=PROPERTY, such as headline=title."
            raise click.UsageError(msg)
        mapping[column] = meant
    return mapping


def _report(built: Built, output: Path, *, as_json: bool) -> None:
    if as_json:
        echo_json(asdict(built))
        return
    echo_table(
        ("", "rows"),
        [
            ("read", built.read),
            ("kept", built.kept),
            ("without a place", built.unplaced),
            ("without a date", built.undated),
            ("refused", built.refused),
            *((f"  {reason}", count) for reason, count in built.reasons.items()),
        ],
    )
    click.echo(f"The layer is {output / 'layer'}; version {built.version}.")
