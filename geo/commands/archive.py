"""``incidents archive``: this installation's own copies of the sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geo.archive import Archive, ArchivedCopy
from geo.commands.report import EXIT_DATA, Commands, echo_json, echo_table, progress
from geo.errors import Fault
from geo.settings import settings
from geo.sources import Source, read_sources


@click.group(cls=Commands)
def archive() -> None:
    """Keep local copies of the sources, to show and check the passages cited.

    The copies stay on this machine: the archive folder (INCIDENTS_ARCHIVE) is not
    part of the project.

    \b
    Example:
      incidents archive add meduza-2023-12-18 ~/Downloads/article.txt
    """  # noqa: D301 - click reads the character, not two


@archive.command()
@click.argument("source_id")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def add(source_id: str, file: Path) -> None:
    """Add FILE, a plain text, as the latest copy of the source SOURCE_ID.

    Nothing is overwritten: another text is a new version, the same text adds nothing.

    \b
    Example:
      incidents archive add meduza-2023-12-18 ~/Downloads/article.txt
    """  # noqa: D301 - click reads the character, not two
    source = read_sources(settings().sources).named(source_id)
    copy = Archive(settings().archive).add(source.id, file)
    if copy.is_new:
        said = f"Added version {copy.version} of {copy.source_id}"
    else:
        said = f"Nothing added: version {copy.version} of {copy.source_id} is the same"
    click.echo(f"{said} ({copy.size_bytes:,} bytes, sha256 {copy.sha256}).")


@archive.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print for machines.")
def list_copies(*, as_json: bool) -> None:
    """List every source of the register with its latest copy.

    \b
    Example:
      incidents archive list
    """  # noqa: D301 - click reads the character, not two
    copies = Archive(settings().archive)
    sources = read_sources(settings().sources)
    latest = [(source, copies.latest(source.id)) for source in sources.values()]
    if as_json:
        echo_json([_for_machines(source, copy) for source, copy in latest])
        return
    columns = ("Source", "Version", "Added", "Bytes", "sha256", "File")
    echo_table(columns, [_row(source, copy) for source, copy in latest])
    if any(copy is None for _, copy in latest):
        click.echo("Add a copy with: incidents archive add SOURCE_ID FILE")


@archive.command()
@click.option("--json", "as_json", is_flag=True, help="Print for machines.")
def verify(*, as_json: bool) -> None:
    """Check that no byte of any copy has changed since it was added.

    Exits with 1 if any has.

    \b
    Example:
      incidents archive verify
    """  # noqa: D301 - click reads the character, not two
    copies = Archive(settings().archive)
    faults = copies.verify_folders()
    source_ids = copies.source_ids()
    with progress() as display:
        for source_id in display.track(source_ids, description="Checking copies"):
            faults.extend(copies.verify(source_id))
    if as_json:
        echo_json(
            {"sources": len(source_ids), "problems": [_problem(f) for f in faults]}
        )
    else:
        for fault in faults:
            click.echo(f"Error: {fault}", err=True)
        click.echo(_verdict(len(source_ids), len(faults)))
    if faults:
        click.get_current_context().exit(EXIT_DATA)


def _verdict(sources: int, problems: int) -> str:
    if problems:
        return f"Problems found: {problems}. Sources checked: {sources}."
    if not sources:
        return f"The archive {settings().archive} is empty: nothing to check."
    return f"Every copy is as it was added. Sources checked: {sources}."


def _row(source: Source, copy: ArchivedCopy | None) -> tuple[object, ...]:
    if copy is None:
        return (source.id, "no copy", "", "", "", "")
    added = f"{copy.added:%Y-%m-%d %H:%M} UTC"
    size = f"{copy.size_bytes:,}"
    return (source.id, copy.version, added, size, copy.sha256[:12], copy.file_name)


def _for_machines(source: Source, copy: ArchivedCopy | None) -> dict[str, Any]:
    described: dict[str, Any] = {"source": source.id, "title": source.title}
    if copy is None:
        return {**described, "copy": None}
    return {
        **described,
        "copy": {
            "version": copy.version,
            "added": copy.added.isoformat().replace("+00:00", "Z"),
            "size_bytes": copy.size_bytes,
            "sha256": copy.sha256,
            "file_name": copy.file_name,
            "path": str(copy.path),
        },
    }


def _problem(fault: Fault) -> dict[str, str]:
    said = f"{fault.message} {fault.remedy}".strip()
    return {"file": fault.file, "problem": said}
