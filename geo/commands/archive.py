"""``incidents archive``: this installation's own copies of the sources."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo.base.errors import Fault
from geo.commands.of_map import map_option
from geo.commands.report import EXIT_DATA, Commands, echo_json, echo_table, progress

if TYPE_CHECKING:
    from geo.evidence.archive import ArchivedCopy
    from geo.evidence.revision import Change
    from geo.model.sources import Source

_ANYWAY = click.option(
    "--anyway",
    is_flag=True,
    help="Keep the page even if it looks like a paywall or another page.",
)
_LAYER = click.option(
    "--layer",
    metavar="FILE",
    help="The layer whose quotes to look up instead of INCIDENTS_LAYER.",
)
#: A version is named with all its neighbours or not at all.
_BOTH = 2


@click.group(cls=Commands)
@map_option
def archive() -> None:
    """Keep local copies of the sources, to show and check the passages cited.

    The copies stay on this machine: the archive folder (INCIDENTS_ARCHIVE) is not
    part of the project.

    \b
    Example:
      incidents archive add meduza-2023-12-18 ~/Downloads/article.html
    """  # noqa: D301 - click reads the character, not two


@archive.command()
@map_option
@click.argument("source_id", metavar="[SOURCE_ID]")
@click.argument("what", metavar="FILE|URL", required=False)
@_ANYWAY
@_LAYER
def add(source_id: str, what: str | None, *, anyway: bool, layer: str | None) -> None:
    """Add a FILE or what a URL answers as the latest copy of the source SOURCE_ID.

    HTML, PDF and plain text are taken. With a URL alone, the source is the one that
    the register has at that address. Nothing is overwritten: another text is a new
    version, the same bytes add nothing. A page that looks like a paywall, or has none
    of the quotes cited from the source, is refused.

    \b
    Example:
      incidents archive add meduza-2023-12-18 ~/Downloads/article.html
      incidents archive add meduza-2023-12-18 https://meduza.io/en/feature/...
    """  # noqa: D301 - click reads the character, not two
    from geo.base.settings import settings
    from geo.evidence.archive import Archive
    from geo.evidence.fetch_rules import rules_of
    from geo.evidence.intake import (
        archive_file,
        archive_url,
        citations_by_source,
        source_at,
    )
    from geo.layer import read_collection
    from geo.model.sources import is_web_address, read_sources

    sources = read_sources(settings().sources)
    if what is None:
        if not is_web_address(source_id):
            msg = "say which file or URL: incidents archive add SOURCE_ID FILE"
            raise click.UsageError(msg)
        source, what = source_at(sources, source_id), source_id
    else:
        source = sources.named(source_id)
    copies = Archive(settings().archive)
    if is_web_address(what):
        copy = archive_url(
            source,
            copies,
            url=what,
            citations=citations_by_source(read_collection(layer).incidents).get(
                source.id, ()
            ),
            rules=rules_of(settings()),
            keep_anyway=anyway,
        )
    else:
        copy = archive_file(source, copies, _existing(what), keep_anyway=anyway)
    click.echo(_said(copy))


@archive.command("import")
@map_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source",
    "source_id",
    metavar="SOURCE_ID",
    help="Only this source; without it, every source of the register is looked for.",
)
@_ANYWAY
@_LAYER
def bring_in(
    file: Path, *, source_id: str | None, anyway: bool, layer: str | None
) -> None:
    """Add the copies of sources that a web archive made elsewhere has.

    FILE is a WARC or WACZ. The newest capture whose address is the source's is taken.

    \b
    Example:
      incidents archive import meduza.wacz
    """  # noqa: D301 - click reads the character, not two
    from geo.base.settings import settings
    from geo.evidence.archive import Archive
    from geo.evidence.intake import citations_by_source, import_web_archive
    from geo.layer import read_collection
    from geo.model.sources import read_sources

    sources = read_sources(settings().sources)
    wanted = [sources.named(source_id)] if source_id else list(sources.values())
    added = import_web_archive(
        wanted,
        Archive(settings().archive),
        file,
        citations=citations_by_source(read_collection(layer).incidents),
        keep_anyway=anyway,
    )
    for copy in added:
        click.echo(_said(copy))


@archive.command("export")
@map_option
@click.argument("source_id")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["wacz", "warc"]),
    default="wacz",
    show_default=True,
    help="The file format.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write; a WARC named .gz is packed.",
)
def write_out(source_id: str, *, format_name: str, output: Path) -> None:
    """Write every version of a source to a WACZ or WARC file, for other tools.

    The file holds the source's full text: whether it may be passed on, its licence
    says.

    \b
    Example:
      incidents archive export meduza-2023-12-18 --format wacz --output meduza.wacz
    """  # noqa: D301 - click reads the character, not two
    from geo.base.settings import settings
    from geo.evidence.archive import Archive
    from geo.evidence.web_archive import ArchiveFormat, write_web_archive
    from geo.model.sources import read_sources

    source = read_sources(settings().sources).named(source_id)
    written = write_web_archive(
        source,
        Archive(settings().archive),
        output,
        format_name=ArchiveFormat(format_name),
    )
    click.echo(f"Wrote {output}: {written} version(s) of {source.id}.")


@archive.command()
@map_option
@click.argument("source_id")
@click.argument("versions", metavar="[OLD NEW]", nargs=-1, type=click.IntRange(min=1))
@_LAYER
@click.option("--json", "as_json", is_flag=True, help="Print for machines.")
def diff(
    source_id: str, versions: tuple[int, ...], *, layer: str | None, as_json: bool
) -> None:
    """Tell what changed at the cited passages between two versions of a source.

    Without OLD and NEW, the last two versions are compared.

    \b
    Example:
      incidents archive diff meduza-2023-12-18 1 2
    """  # noqa: D301 - click reads the character, not two
    from geo.base.settings import settings
    from geo.evidence.archive import Archive
    from geo.evidence.revision import changes, compared_versions
    from geo.layer import read_collection
    from geo.model.sources import read_sources

    if len(versions) not in {0, _BOTH}:
        msg = "give two versions or none: incidents archive diff SOURCE_ID OLD NEW"
        raise click.UsageError(msg)
    source = read_sources(settings().sources).named(source_id)
    copies = Archive(settings().archive)
    old, new = compared_versions(copies, source.id, *versions)
    revisions = changes(read_collection(layer).incidents, copies, old, new)
    if as_json:
        echo_json(
            {
                "source": source.id,
                "old": _copy_for_machines(old),
                "new": _copy_for_machines(new),
                "changed": sum(change.is_changed for change in revisions),
                "citations": [_change_for_machines(change) for change in revisions],
            }
        )
        return
    echo_table(
        ("Incident", "Quote", f"Version {old.version}", f"Version {new.version}", ""),
        [
            (
                change.incident,
                change.citation.quote,
                change.state_before,
                change.state_after,
                "changed" if change.is_changed else "",
            )
            for change in revisions
        ],
    )
    changed = [change for change in revisions if change.is_changed]
    for change in changed:
        click.echo(_spelled_out(change))
    click.echo(
        f"Citations of {source.id} compared: {len(revisions)}. Changed: {len(changed)}."
    )


@archive.command("list")
@map_option
@click.option("--json", "as_json", is_flag=True, help="Print for machines.")
def list_copies(*, as_json: bool) -> None:
    """List every source of the register with its latest copy.

    \b
    Example:
      incidents archive list
    """  # noqa: D301 - click reads the character, not two
    from geo.base.settings import settings
    from geo.evidence.archive import Archive
    from geo.model.sources import read_sources

    copies = Archive(settings().archive)
    sources = read_sources(settings().sources)
    latest = [(source, copies.latest(source.id)) for source in sources.values()]
    if as_json:
        echo_json([_for_machines(source, copy) for source, copy in latest])
        return
    columns = ("Source", "Version", "Added", "Kind", "Bytes", "sha256", "File")
    echo_table(columns, [_row(source, copy) for source, copy in latest])
    if any(copy is None for _, copy in latest):
        click.echo("Add a copy with: incidents archive add SOURCE_ID FILE|URL")


@archive.command()
@map_option
@click.option("--json", "as_json", is_flag=True, help="Print for machines.")
def verify(*, as_json: bool) -> None:
    """Check that no byte of any copy has changed since it was added.

    Exits with 1 if any has.

    \b
    Example:
      incidents archive verify
    """  # noqa: D301 - click reads the character, not two
    from geo.base.settings import settings
    from geo.evidence.archive import Archive

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
    from geo.base.settings import settings

    if problems:
        return f"Problems found: {problems}. Sources checked: {sources}."
    if not sources:
        return f"The archive {settings().archive} is empty: nothing to check."
    return f"Every copy is as it was added. Sources checked: {sources}."


def _row(source: Source, copy: ArchivedCopy | None) -> tuple[object, ...]:
    if copy is None:
        return (source.id, "no copy", "", "", "", "", "")
    added = f"{copy.added:%Y-%m-%d %H:%M} UTC"
    size = f"{copy.size_bytes:,}"
    return (
        source.id,
        copy.version,
        added,
        copy.kind,
        size,
        copy.sha256[:12],
        copy.file_name,
    )


def _for_machines(source: Source, copy: ArchivedCopy | None) -> dict[str, Any]:
    described: dict[str, Any] = {"source": source.id, "title": source.title}
    if copy is None:
        return {**described, "copy": None}
    return {**described, "copy": _copy_for_machines(copy)}


def _copy_for_machines(copy: ArchivedCopy) -> dict[str, Any]:
    described: dict[str, Any] = {
        "version": copy.version,
        "added": _stamp(copy.added),
        "kind": copy.kind,
        "size_bytes": copy.size_bytes,
        "sha256": copy.sha256,
        "text_sha256": copy.text_sha256,
        "file_name": copy.file_name,
        "path": str(copy.path),
        "text_path": str(copy.text_path),
        "origin": copy.origin,
    }
    if copy.fetched is None:
        return described
    return {
        **described,
        "url": copy.url,
        "final_url": copy.final_url,
        "redirects": len(copy.redirects),
        "fetched": _stamp(copy.fetched),
    }


def _stamp(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")


def _said(copy: ArchivedCopy) -> str:
    """Return what was added, for people."""
    if copy.is_new:
        said = f"Added version {copy.version} of {copy.source_id}"
    else:
        said = f"Nothing added: version {copy.version} of {copy.source_id} is the same"
    return f"{said} ({copy.size_bytes:,} bytes, sha256 {copy.sha256})."


def _existing(what: str) -> Path:
    """Return the path of a file, refusing what is neither a file nor a web address."""
    path = Path(what)
    if not path.is_file():
        msg = (
            f"{what!r} is neither a file nor an address beginning with http:// or "
            "https://."
        )
        raise click.BadParameter(msg, param_hint="FILE|URL")
    return path


def _change_for_machines(change: Change) -> dict[str, Any]:
    return {
        "incident": change.incident,
        "quote": change.citation.quote,
        "changed": change.is_changed,
        "before": {"state": change.state_before, "passage": change.before or None},
        "after": {"state": change.state_after, "passage": change.after or None},
        "standing_there_now": change.standing_there or None,
    }


def _spelled_out(change: Change) -> str:
    """Return one change with its passages, for people."""
    lines = [
        "",
        f"{change.incident}: {change.citation.quote!r}",
        f"  before ({change.state_before}): {change.before or 'no passage'}",
        f"  after ({change.state_after}): {change.after or 'no passage'}",
    ]
    if change.standing_there:
        lines.append(f"  standing there now: {change.standing_there}")
    return "\n".join(lines)


def _problem(fault: Fault) -> dict[str, str]:
    said = f"{fault.message} {fault.remedy}".strip()
    return {"file": fault.file, "code": str(fault.code), "problem": said}
