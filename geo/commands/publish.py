"""``incidents publish``: a map as a folder of files, for any web host."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geo.base.errors import Fault
from geo.commands.of_map import map_argument
from geo.commands.report import EXIT_DATA, echo_json, progress

if TYPE_CHECKING:
    from geo.atlas import Atlas
    from geo.publish.stories import Story


@click.command()
@map_argument
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="SITE",
    help="The folder to write; a site that was published before is brought up to date.",
)
@click.option(
    "--address",
    default="",
    metavar="URL",
    help="Where readers will find it, such as https://example.org/map: for feeds, "
    "search engines and cards. Default: INCIDENTS_PUBLIC_URL.",
)
@click.option(
    "--pages/--no-pages",
    "with_pages",
    default=None,
    help="Whether each record gets a page. Large layers are asked about; the rest have them.",
)
@click.option(
    "--cards",
    "with_cards",
    is_flag=True,
    help="Also draw a card for each record, some 30 kB each, shown where people share its "
    "page. Without, the pages of records have the card of the map.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Also refuse records that lack something that is wanted of them.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def publish(  # noqa: PLR0913 - its options
    context: click.Context,
    output: Path,
    *,
    address: str,
    with_pages: bool | None,
    with_cards: bool,
    strict: bool,
    as_json: bool,
) -> None:
    """Write a map as a folder of files: map, records, table, sources, downloads, feeds.

    It works on any web host, below any path, without a server of its own, and asks no
    other host for anything. What the rules of harm hold back is refused, and nothing is
    written then. The same map gives the same files.

    \b
    Examples:
      incidents publish my-map --output site
      incidents publish my-map --output site --address https://example.org/map
      incidents publish my-map --output site --address https://example.org/map --cards
    """  # noqa: D301 - click's mark for a paragraph kept as it is
    from geo.atlas import atlas as open_atlas
    from geo.atlas.shelf import folder_of_layer
    from geo.base.extras import require_extra
    from geo.base.hosts import public_address
    from geo.base.settings import settings
    from geo.model.query import Query
    from geo.publish.published import READING_STYLE, Edition, site_files
    from geo.publish.site import Site, drawn_card
    from geo.publish.site_folder import write_site

    require_extra("publish", "incidents publish")
    try:
        whole = public_address(address)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--address") from error
    deployment = settings()
    atlas = open_atlas()
    folder = folder_of_layer(deployment)
    stories = _stories(folder)
    faults = _faults(atlas, folder, str(deployment.layer), strict=strict)
    refused = [fault for fault in faults if fault.is_error]
    for fault in refused or faults:
        click.echo(str(fault), err=True)
    if refused:
        if as_json:
            echo_json({"refused": [asdict(fault) for fault in refused]})
        click.echo(
            f"Not published: {len(refused)} fault{'' if len(refused) == 1 else 's'}. "
            "What was published before is unchanged.",
            err=True,
        )
        context.exit(EXIT_DATA)
    total = atlas.engine.count(Query())
    has_pages = _choose_pages(total) if with_pages is None else with_pages
    whole = whole or deployment.public_url
    if with_cards and not whole:
        msg = (
            "--cards needs --address: who shows a card looks for it at its whole "
            "address. Say where readers will find the site."
        )
        raise click.UsageError(msg)
    if with_cards:
        require_extra("pictures", "--cards")
    site = Site(
        deployment.title,
        deployment.subtitle,
        deployment.licence,
        whole,
        page_ending=".html",
        map_page="index.html",
        style=READING_STYLE,
        has_pages=has_pages,
        # Nobody fetches a card that is not named by its whole address.
        map_card=drawn_card() if whole else "",
        has_cards=bool(whole) and with_cards and has_pages,
    )
    edition = Edition(atlas, deployment, site, stories)
    with progress() as shown:
        task = shown.add_task("Publishing", total=total * (2 if has_pages else 1))
        files = site_files(edition, lambda number: shown.advance(task, number))
        written = write_site(output, files, layer_version=atlas.version)
    if as_json:
        echo_json({"output": str(output), **asdict(written)})
        return
    click.echo(
        f"{total:,} incidents published in {output}: {written.files:,} files, "
        f"{written.size_bytes / 1e6:,.1f} MB; {written.changed:,} written, "
        f"{written.unchanged:,} unchanged, {written.removed:,} removed.\n"
        f"Look at it: open {output / 'index.html'} in a browser."
    )


def _choose_pages(total: int) -> bool:
    """Return whether each record gets a page: asked where they are many."""
    from geo.publish.published import PAGES_UNASKED

    if total <= PAGES_UNASKED:
        return True
    question = f"Write a page for each of {total:,} records?"
    if sys.stdin.isatty():
        return click.confirm(question, default=False)
    said = f"{total:,} records get no pages of their own; the map opens each. Add --pages for pages."
    click.echo(said, err=True)
    return False


def _stories(folder: Path | None) -> Sequence[Story]:
    """Return the stories of a map.

    Raises
    ------
    DataError
        If one cannot be read; names file, place and remedy.
    """
    from geo.publish.stories import read_story, story_files

    return [] if folder is None else [read_story(file) for file in story_files(folder)]


def _faults(
    atlas: Atlas, folder: Path | None, layer: str, *, strict: bool
) -> list[Fault]:
    """Return what keeps a map from being published, and what to look at."""
    from geo.layer import Grade, check
    from geo.model.query import Query
    from geo.publish.gate import gate
    from geo.publish.stories import story_files
    from geo.publish.story_check import check_stories

    files = [] if folder is None else story_files(folder)
    faults = gate(
        atlas.engine.features(Query()),
        vocabulary=atlas.vocabulary,
        journal=atlas.journal,
        words={str(file): file.read_text(encoding="utf-8-sig") for file in files},
        file=layer,
    )
    if folder is not None:
        faults += check_stories(folder, atlas)
    if strict:
        checked = check(
            atlas.engine.features(Query()),
            vocabulary=atlas.vocabulary,
            sources=atlas.sources,
            name=layer,
            grade=Grade.WANTED,
        )
        faults += checked.faults
    return faults
