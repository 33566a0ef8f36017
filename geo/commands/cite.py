"""``incidents cite``: whether each quote still stands in its source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from geo.base.errors import ArchiveError
from geo.commands.of_map import map_argument
from geo.commands.report import EXIT_DATA, echo_json, echo_table

if TYPE_CHECKING:
    from geo.evidence.anchor import AnchorState
    from geo.evidence.archive import Archive
    from geo.model.incident import Citation, Incident

#: States a citation has where its source cannot be read.
NO_COPY: Final = "no copy"
DAMAGED: Final = "damaged copy"
#: What to do about a citation in a state of :class:`geo.evidence.anchor.AnchorState`.
_REMEDIES: Final = {
    "changed": "the words before or after the quote are others now; "
    "read the passage again and mend prefix and suffix.",
    "ambiguous": "the quote stands several times; give a prefix or suffix "
    "that tells which is meant.",
    "orphan": "the quote does not stand there as whole words; "
    "copy it from the source again.",
}


@dataclass(frozen=True, slots=True)
class CheckedCitation:
    """One citation of one incident, and how it was found."""

    incident: Incident
    citation: Citation
    state: str
    paragraph: int | None = None


@click.command()
@map_argument
@click.option("--check", is_flag=True, help="Look every quote up in the archive.")
@click.option(
    "--layer",
    metavar="FILE",
    help="The layer to check instead of INCIDENTS_LAYER: a path or a database URL.",
)
@click.option("--json", "as_json", is_flag=True, help="Print for machines.")
def cite(*, check: bool, layer: str | None, as_json: bool) -> None:
    """Check that every citation of a map stands in the archived source.

    Each is exact; moved (the same words in another place than in the first copy);
    changed (other words before or after it); ambiguous (several times); or orphan
    (gone). Exits with 1 unless all are exact or moved, or if a source has no copy.

    \b
    Examples:
      incidents cite --check
      incidents cite my-map --check
    """  # noqa: D301 - click reads the character, not two
    from geo.base.settings import settings
    from geo.evidence.anchor import AnchorState
    from geo.evidence.archive import Archive
    from geo.layer import read_collection

    if not check:
        msg = "say what to do: incidents cite --check"
        raise click.UsageError(msg)
    checks, problems = check_citations(
        read_collection(layer).incidents, Archive(settings().archive)
    )
    if as_json:
        echo_json(
            {
                "checked": len(checks),
                "exact": _count(checks, AnchorState.EXACT),
                "moved": _count(checks, AnchorState.MOVED),
                "problems": problems,
                "citations": [_for_machines(checked) for checked in checks],
            }
        )
    else:
        echo_table(
            ("Incident", "Source", "State", "Quote"),
            [
                (
                    checked.incident.id,
                    checked.citation.source,
                    checked.state,
                    checked.citation.quote,
                )
                for checked in checks
            ],
        )
        exact, moved = (
            _count(checks, state) for state in (AnchorState.EXACT, AnchorState.MOVED)
        )
        click.echo(
            f"Citations checked: {len(checks)}. Found exactly: {exact}. "
            f"Found in another place: {moved}."
        )
        for problem in problems:
            click.echo(f"Error: {problem}", err=True)
    if problems:
        click.get_current_context().exit(EXIT_DATA)


def check_citations(
    incidents: Iterable[Incident], archive: Archive
) -> tuple[list[CheckedCitation], list[str]]:
    """Find every citation in the latest copy of its source.

    Parameters
    ----------
    incidents
        Whose citations to check; none gives two empty lists.
    archive
        The copies of the sources.

    Returns
    -------
    tuple
        Each citation with its state, in order; and what is wrong, one line each,
        with its remedy. A source without a sound copy is named once.
    """
    from geo.evidence.anchor import find

    checks: list[CheckedCitation] = []
    problems: dict[str, None] = {}
    texts: dict[str, tuple[str | None, str, str]] = {}
    references: dict[str, str | None] = {}
    for incident in incidents:
        for index, citation in enumerate(incident.citations):
            if not citation.quote:
                continue  # it gives only its source
            source_id = citation.source
            if source_id not in texts:
                texts[source_id] = _read_text(archive, source_id)
                if texts[source_id][0] is not None:
                    references[source_id] = archive.reference(source_id)
            text, state, problem = texts[source_id]
            if text is None:
                checks.append(CheckedCitation(incident, citation, state))
                problems[problem] = None
                continue
            anchor = find(citation, text, references[source_id])
            checks.append(
                CheckedCitation(incident, citation, anchor.state, anchor.paragraph)
            )
            if anchor.state in _REMEDIES:
                problems[
                    f"{incident.id}: citations[{index}] ({citation.quote!r} in "
                    f"{source_id}) is {anchor.state}: {_REMEDIES[anchor.state]}"
                ] = None
    return checks, list(problems)


def _count(checks: Iterable[CheckedCitation], state: AnchorState) -> int:
    return sum(check.state == state for check in checks)


def _read_text(archive: Archive, source_id: str) -> tuple[str | None, str, str]:
    """Return a source's archived text; or None, the state it puts citations in, why."""
    try:
        copy = archive.latest(source_id)
        if copy is not None:
            return archive.text(copy), "", ""
    except ArchiveError as error:
        return None, DAMAGED, str(error)
    why = (
        f"{source_id}: no copy in the archive {archive.folder}. "
        f"Add one: incidents archive add {source_id} FILE"
    )
    return None, NO_COPY, why


def _for_machines(check: CheckedCitation) -> dict[str, object]:
    return {
        "incident": check.incident.id,
        "source": check.citation.source,
        "state": check.state,
        "quote": check.citation.quote,
        "prefix": check.citation.prefix,
        "suffix": check.citation.suffix,
        "paragraph": check.paragraph,
    }
