"""``incidents draft``: the passages of a text that an editor may make incidents of."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from geo.base.errors import ArchiveError, NotFoundError
from geo.commands.of_map import map_option
from geo.commands.report import echo_json, echo_table, progress

if TYPE_CHECKING:
    from geo.evidence.archive import Archive
    from geo.evidence.drafting.drafts import Draft
    from geo.model.sources import Sources


class _Text(NamedTuple):
    """A text to draft from: its source's id, its language and its day."""

    source: str
    text: str
    published: date | None
    language: str | None


@click.command("draft")
@click.argument("text", metavar="FILE|SOURCE_ID")
@click.option(
    "--published",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day of publication, from which relative dates count. "
    "Default: the register's, for a source that is in it.",
)
@click.option(
    "--language",
    metavar="TAG",
    help="Language of the text: en, ru or sr. Default: the register's, or a guess.",
)
@map_option
@click.option("--json", "as_json", is_flag=True, help="Print for machines.")
@click.pass_context
def draft(
    ctx: click.Context,
    *,
    text: str,
    published: datetime | None,
    language: str | None,
    as_json: bool,
) -> None:
    """List the passages of a text that name places or dates, as drafts.

    The text is a file, or the archived copy of a source. Each draft has a quote that
    finds the passage again, the places it may mean and the dates it tells. Nothing
    is written: what is an incident is for an editor to say.

    \b
    Examples:
      incidents draft meduza-2023-12-18
      incidents draft report.txt --published 2024-05-01 --json
    """  # noqa: D301 - click reads the escape
    from geo.base.settings import settings
    from geo.evidence.archive import Archive
    from geo.evidence.drafting.drafts import draft as drafts_of
    from geo.model.sources import read_sources
    from geo.places.gazetteer import read_gazetteer

    if "://" in text:
        message = (
            f"{text} is an address. Archive it first, incidents archive add "
            f"SOURCE_ID {text}, then draft from the source's id."
        )
        raise click.UsageError(message, ctx)
    chosen = settings()
    article = _read(text, read_sources(chosen.sources), Archive(chosen.archive))
    day = published.date() if published else article.published
    if day is None:
        message = f"when {text} was published is not known. Give --published DATE."
        raise click.UsageError(message, ctx)
    with progress() as bar:
        bar.add_task("Reading places and dates", total=None)
        drafts = drafts_of(
            article.text,
            article.source,
            read_gazetteer(chosen.places),
            published=day,
            language=language or article.language,
        )
    if as_json:
        report = {
            "source": article.source,
            "published": day.isoformat(),
            "drafts": [item.as_json() for item in drafts],
        }
        echo_json(report)
        return
    echo_table(
        ("Paragraph", "Quote", "Places", "Dates"), [_row(item) for item in drafts]
    )
    click.echo(f"Drafts: {len(drafts)}. None is in the layer until it is accepted.")


def _read(named: str, sources: Sources, archive: Archive) -> _Text:
    """Return the archived text of a source of the register, or a file's.

    Raises
    ------
    NotFoundError
        If it is neither.
    ArchiveError
        If the source has no sound copy, or the file holds no text.
    """
    from geo.evidence.quarantine import text_of
    from geo.model.sources import is_slug

    source = sources.get(named)
    if source is not None:
        copy = archive.latest(named)
        if copy is None:
            msg = (
                f"{named}: no copy in the archive {archive.folder}. "
                f"Add one: incidents archive add {named} FILE"
            )
            raise ArchiveError(msg)
        return _Text(named, archive.text(copy), source.published, source.language)
    path = Path(named)
    if not path.is_file():
        msg = (
            f"{named!r} is neither a file nor a source of the register. "
            f"Known sources: {', '.join(sources) or 'none yet'}."
        )
        raise NotFoundError(msg)
    try:
        content = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read: {error.strerror}. Mend its permissions."
        raise ArchiveError(msg) from error
    stem = path.stem.lower()
    name = stem if is_slug(stem) else "text"
    extracted = text_of(content, where=named, suffix=path.suffix)
    return _Text(name, extracted.text, None, None)


def _row(item: Draft) -> tuple[object, ...]:
    from geo.model.dates import words

    places = [
        f"{place.text} ({place.candidates[0].country or 'no country'})"
        if place.candidates
        else place.text
        for place in item.places
    ]
    dates = [
        f"{phrase.text}: {words(phrase.edtf)}" if phrase.edtf else phrase.text
        for phrase in item.dates
    ]
    return item.paragraph, item.citation.quote, "; ".join(places), "; ".join(dates)
