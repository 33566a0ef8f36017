"""How many incidents of the layer the drafts of its article would have proposed.

``.venv/bin/python bench/drafts.py`` needs a copy of the article: in the archive, or
in ../shared/source. Recall is the share of located incidents of which at least one
cited passage lies in a draft's sentence; precision the share of drafts in whose
sentence some incident's citation lies.
"""

from __future__ import annotations

import time
from pathlib import Path

from bench.measure import measure
from geo.base.errors import ArchiveError
from geo.base.settings import ROOT, settings
from geo.evidence.archive import Archive
from geo.evidence.drafting.drafts import draft
from geo.layer import read_collection
from geo.model.sources import read_sources
from geo.places.gazetteer import read_gazetteer

SOURCE = "meduza-2023-12-18"
COPY = ROOT.parent / "shared" / "source" / f"{SOURCE}.txt"


def read_text(archive: Path) -> str | None:
    """Return the article's text from the archive or the shared copy, if any."""
    store = Archive(archive)
    try:
        copy = store.latest(SOURCE)
        if copy is not None:
            return store.text(copy)
    except ArchiveError as error:
        print(f"The archived copy cannot be read: {error}")
    return COPY.read_text(encoding="utf-8") if COPY.exists() else None


def main() -> None:
    """Print recall and precision, and what was missed."""
    deployment = settings()
    text = read_text(deployment.archive)
    if text is None:
        print(
            f"Skipped: no copy of {SOURCE} in {deployment.archive} or at {COPY}. "
            f"Add one: incidents archive add {SOURCE} FILE"
        )
        return
    published = read_sources(deployment.sources)[SOURCE].published
    if published is None:
        print(f"Skipped: the register gives no day of publication for {SOURCE}.")
        return
    began = time.perf_counter()
    drafts = draft(text, SOURCE, read_gazetteer(deployment.places), published=published)
    took_s = time.perf_counter() - began
    measured = measure(drafts, read_collection(deployment.layer).incidents, text)
    located = len(measured.proposed) + len(measured.missed)
    inexact = sum(one.state != "exact" for one in drafts)
    print(f"Drafts: {len(drafts)} in {took_s:.1f} s; not anchored: {inexact}")
    print(f"Recall: {measured.recall:.3f} ({len(measured.proposed)} of {located})")
    print(f"Recall by paragraph: {measured.recall_by_paragraph:.3f}")
    print(
        f"Precision: {measured.precision:.3f} ({len(measured.cited)} of {len(drafts)})"
    )
    for incident in measured.missed:
        print(f"Missed: {incident}")


if __name__ == "__main__":
    main()
