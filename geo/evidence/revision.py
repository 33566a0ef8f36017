"""Revisions: what changed at the cited passages between two versions of a source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geo.base.errors import ArchiveError
from geo.evidence.anchor import Anchor, excerpt, find, standing_there
from geo.evidence.archive import Archive, ArchivedCopy
from geo.model.incident import Citation, Incident

#: How many versions a comparison takes.
_TWO = 2


@dataclass(frozen=True, slots=True)
class Change:
    """One citation in two versions.

    Parameters
    ----------
    incident
        Id of the incident that rests on it.
    citation
        The citation.
    state_before, state_after
        One of :class:`geo.evidence.anchor.AnchorState` in each version.
    before, after
        The paragraph that holds the quote; empty where no passage may be shown.
    standing_there
        Where a passage was shown before and none is after: what stands in its place
        now, which is no evidence for the quote.
    """

    incident: str
    citation: Citation
    state_before: str
    state_after: str
    before: str
    after: str
    standing_there: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether the passage or its state is another than before."""
        return (self.state_before, self.before) != (self.state_after, self.after)


def compared_versions(
    archive: Archive, source_id: str, old: int | None = None, new: int | None = None
) -> tuple[ArchivedCopy, ArchivedCopy]:
    """Return the two versions to compare: those named, or the last two.

    Raises
    ------
    ArchiveError
        If there are fewer than two versions, or not the one named.
    """
    if old is not None and new is not None:
        return archive.version(source_id, old), archive.version(source_id, new)
    versions = archive.versions(source_id)
    if len(versions) < _TWO:
        msg = (
            f"{source_id}: has {len(versions)} version(s) in the archive "
            f"{archive.folder}, so there is nothing to compare. Add another: "
            f"incidents archive add {source_id} FILE"
        )
        raise ArchiveError(msg)
    return versions[-2], versions[-1]


def changes(
    incidents: Iterable[Incident],
    archive: Archive,
    old: ArchivedCopy,
    new: ArchivedCopy,
) -> list[Change]:
    """Return every citation of a source as it stands in two of its versions.

    Parameters
    ----------
    incidents
        Whose citations to look up; those of other sources are left out.
    archive
        Where the versions are.
    old, new
        The versions, of one source.

    Returns
    -------
    list[Change]
        In the order of the incidents, unchanged ones included; empty where nothing
        cites the source.

    Raises
    ------
    ArchiveError
        If a version is damaged.
    """
    before, after = archive.text(old), archive.text(new)
    reference = archive.reference(old.source_id)
    return [
        _change(incident.id, citation, before, after, reference)
        for incident in incidents
        for citation in incident.citations
        if citation.source == old.source_id and citation.quote
    ]


def _change(
    incident_id: str,
    citation: Citation,
    before: str,
    after: str,
    reference: str | None,
) -> Change:
    was = find(citation, before, reference)
    now = find(citation, after, reference)
    lost = was.shows_passage and not now.shows_passage
    return Change(
        incident=incident_id,
        citation=citation,
        state_before=str(was.state),
        state_after=str(now.state),
        before=_shown(was, before),
        after=_shown(now, after),
        standing_there=standing_there(was, before, after) if lost else "",
    )


def _shown(anchor: Anchor, text: str) -> str:
    """Return the paragraph of an anchor, empty where no passage may be shown."""
    if not anchor.shows_passage:
        return ""
    return excerpt(anchor, text, context=0).paragraph
