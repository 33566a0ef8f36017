"""Intake: how copies of sources come into the archive, and what is kept out.

A page that answers with 200 is not yet the article: it may be a paywall, a consent
page or a notice. Kept as a version, it would make every citation look lost. So a page
is refused if

- it was fetched, and has fewer than 50 words;
- it says that reading needs a subscription, a login or a consent (in words, or by
  ``isAccessibleForFree`` of schema.org) and has fewer than 200 words;
- it was fetched, and none of the quotes cited from the source stands in it.

Each refusal says how to keep the page anyway, since a rewritten article is evidence
as well.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from geo.base.errors import ArchiveError, IncidentMapError, NotFoundError
from geo.base.extras import require_extra
from geo.base.files import whole_file
from geo.evidence.anchor import AnchorState, find
from geo.evidence.archive import Archive, ArchivedCopy, Check
from geo.evidence.capture import plain_address
from geo.evidence.extracted import CopyKind, Extracted
from geo.evidence.fetch_rules import FetchRules
from geo.evidence.web_archive.quarantine import capture_of, held_in
from geo.model.incident import Citation, Incident
from geo.model.sources import Source, Sources
from geo.model.text import count_words

_LOG: Final = logging.getLogger(__name__)
#: A fetched article has at least these words.
FEWEST_WORDS: Final = 50
#: A page that asks for a subscription is a wall below these words.
FEWEST_WORDS_BEHIND_WALL: Final = 200
_WALL: Final = re.compile(
    r"subscribe (?:now )?to (?:continue|read|keep reading)|subscribers? only"
    r"|(?:log|sign) in to (?:continue|read)|already a subscriber|create a free account"
    r"|to continue reading|this article is for (?:paying )?(?:subscribers|members)"
    r"|enable javascript|verify (?:that )?you are (?:a )?human|are you a robot"
    r"|accept (?:all )?cookies|before you continue to"
    r"|page (?:was |can(?:no|')t be )?(?:not )?found|404 (?:error|not found)|error 404"
    r"|no longer available|checking your browser|access denied"
    r"|страница не найдена|страница удалена|stranica nije pronađena"
    r"|страница није пронађена"
    r"|только (?:для|по) подписчик|по подписке|оформите подписку|войдите, чтобы"
    r"|pretplatite se|samo za pretplatnike|претплатите се|само за претплатнике",
    re.IGNORECASE,
)
_NOT_FREE: Final = re.compile(
    r"[\"']?isAccessibleForFree[\"']?\s*:\s*[\"']?false", re.IGNORECASE
)
_RETRY_AFTER: Final = timedelta(days=1)
_ATTEMPTS: Final = ".attempts"


def citations_by_source(
    incidents: Iterable[Incident],
) -> dict[str, tuple[Citation, ...]]:
    """Return the citations of each source that is cited, by its id."""
    by_source: dict[str, list[Citation]] = defaultdict(list)
    for incident in incidents:
        for citation in incident.citations:
            # What gives no passage cannot be missed in a copy.
            cited = by_source[citation.source]
            if citation.quote:
                cited.append(citation)
    return {source_id: tuple(cited) for source_id, cited in by_source.items()}


def archive_url(  # noqa: PLR0913 - each is a choice of the caller's
    source: Source,
    archive: Archive,
    *,
    url: str | None = None,
    citations: Sequence[Citation] = (),
    rules: FetchRules | None = None,
    keep_anyway: bool = False,
) -> ArchivedCopy:
    """Fetch a source and add what answers as its latest version.

    Parameters
    ----------
    source
        The source.
    archive
        Where the copy is kept.
    url
        Where to fetch it; by default the source's own address, and if that fails,
        its ``fetched_from``.
    citations
        What is cited from it: a page with none of the quotes is refused.
    rules
        Waits and limits.
    keep_anyway
        Keep a page even if it looks like a paywall, consent page or another page.

    Returns
    -------
    ArchivedCopy
        With ``is_new`` False where the page is as the latest version has it.

    Raises
    ------
    ArchiveError
        If there is no address, or whatever stops it; each address tried is named
        with its reason. The archive is then as it was.
    """
    addresses = [url] if url else _addresses(source)
    if not addresses:
        msg = (
            f"{source.id}: has no address in the register of sources, so it cannot be "
            f"fetched. Add a file: incidents archive add {source.id} FILE"
        )
        raise ArchiveError(msg)
    require_extra("archive", "Fetching a source")
    from geo.evidence.fetch import fetch  # noqa: PLC0415 - an extra

    check = None if keep_anyway else partial(check_page, citations=citations)
    failures: list[ArchiveError] = []
    for address in addresses:
        try:
            capture = fetch(address, rules=rules)
            return archive.add_capture(
                source.id, capture, check=_naming(check, address)
            )
        except ArchiveError as error:
            failures.append(error)
    if len(failures) == 1:
        raise failures[0]
    raise ArchiveError("\n".join(map(str, failures))) from failures[0]


def archive_file(
    source: Source, archive: Archive, path: Path, *, keep_anyway: bool = False
) -> ArchivedCopy:
    """Add a file as the latest version of a source.

    A saved page that is a paywall is refused, unless *keep_anyway*.

    Raises
    ------
    ArchiveError
        As :meth:`geo.evidence.archive.Archive.add`. The archive is then as it was.
    """
    check = None if keep_anyway else _naming(_refuse_wall, str(path))
    return archive.add(source.id, path, check=check)


def import_web_archive(
    sources: Iterable[Source],
    archive: Archive,
    path: Path,
    *,
    citations: Mapping[str, Sequence[Citation]] | None = None,
    keep_anyway: bool = False,
) -> list[ArchivedCopy]:
    """Add what a WARC or WACZ file has of these sources, each as its latest version.

    Of several captures of one address the newest is taken.

    Parameters
    ----------
    sources
        Their ``url`` and ``fetched_from`` are looked for.
    archive
        Where the copies are kept.
    path
        The web archive.
    citations
        What is cited from each source, by its id; as in :func:`archive_url`.
    keep_anyway
        As in :func:`archive_url`.

    Returns
    -------
    list[ArchivedCopy]
        One for each source found, in their order; at least one.

    Raises
    ------
    ArchiveError
        If the file is no sound web archive, has none of the addresses, or has a page
        of one that is refused; sources before that one have been added.
    """
    require_extra("archive", "Reading a web archive")
    wanted = list(sources)
    copies = []
    held = held_in(path, [_addresses(source) for source in wanted])
    for source in (one for one, is_held in zip(wanted, held, strict=True) if is_held):
        capture = capture_of(path, _addresses(source))
        if capture is None:  # the file has been replaced meanwhile
            continue
        cited = (citations or {}).get(source.id, ())
        check = None if keep_anyway else partial(check_page, citations=cited)
        copies.append(
            archive.add_capture(
                source.id, capture, check=_naming(check, f"{path}: {capture.url}")
            )
        )
    if not copies:
        addresses = [address for source in wanted for address in _addresses(source)]
        msg = (
            f"{path}: has no page of the sources asked for: {', '.join(addresses) or '-'}. "
            "Add the page's address to the register of sources, or capture that page."
        )
        raise ArchiveError(msg)
    return copies


def source_at(sources: Sources, url: str) -> Source:
    """Return the source of the register that is published at an address.

    The fragment, ``www.``, the scheme and a last slash make no difference.

    Raises
    ------
    NotFoundError
        If there is none, naming the remedy.
    """
    wanted = plain_address(url)
    for source in sources.values():
        if wanted in map(plain_address, _addresses(source)):
            return source
    msg = (
        f"No source of the register has the address {url}. Add it to the register of "
        "sources, or name the source: incidents archive add SOURCE_ID URL"
    )
    raise NotFoundError(msg)


def check_page(extracted: Extracted, *, citations: Sequence[Citation] = ()) -> None:
    """Refuse a fetched page that cannot be the article.

    Raises
    ------
    ArchiveError
        If it is too short, asks for a subscription, or has none of the quotes.
    """
    words = count_words(extracted.text)
    _refuse_wall(extracted)
    if extracted.kind is CopyKind.HTML and words < FEWEST_WORDS:
        msg = (
            f"has only {words} words, so it looks like a paywall, a consent page or a "
            f"notice, not the article. {_ANYWAY}"
        )
        raise ArchiveError(msg)
    if citations and all(
        find(citation, extracted.text).state is AnchorState.ORPHAN
        for citation in citations
    ):
        msg = (
            f"has none of the {len(citations)} quotes cited from this source, so it "
            f"may be a paywall, a consent page or another article. {_ANYWAY}"
        )
        raise ArchiveError(msg)


_ANYWAY: Final = (
    "Open it in a browser; if it is the article, add it with --anyway, otherwise save "
    "the article and add that file."
)


def _refuse_wall(extracted: Extracted) -> None:
    """Refuse a short page that says it is not the whole."""
    if extracted.kind is not CopyKind.HTML:
        return
    words = count_words(extracted.text)
    asks = _WALL.search(extracted.text) or _NOT_FREE.search(extracted.markup)
    if asks and words < FEWEST_WORDS_BEHIND_WALL:
        msg = (
            f"is a paywall or consent page or a notice, not the article: it has {words} words and "
            f"says {asks[0]!r}. {_ANYWAY}"
        )
        raise ArchiveError(msg)


def _naming(check: Check | None, where: str) -> Check | None:
    """Return a check whose errors begin with what was looked at."""
    if check is None:
        return None

    def named(extracted: Extracted) -> None:
        try:
            check(extracted)
        except ArchiveError as error:
            msg = f"{where}: {error}"
            raise ArchiveError(msg) from error

    return named


def _addresses(source: Source) -> list[str]:
    return [address for address in (source.url, source.fetched_from) if address]


def start_fetching(
    sources: Sources,
    archive: Archive,
    *,
    citations: Mapping[str, Sequence[Citation]] | None = None,
    rules: FetchRules | None = None,
    pause_s: float = 2.0,
) -> threading.Thread:
    """Fetch in the background what :func:`fetch_missing` would, and return at once.

    The thread ends with the process. It never raises into the caller: what fails is
    in the log.
    """
    thread = threading.Thread(
        target=fetch_missing,
        args=(sources, archive),
        kwargs={"citations": citations, "rules": rules, "pause_s": pause_s},
        daemon=True,
        name="fetch-sources",
    )
    thread.start()
    return thread


def fetch_missing(
    sources: Sources,
    archive: Archive,
    *,
    citations: Mapping[str, Sequence[Citation]] | None = None,
    rules: FetchRules | None = None,
    pause_s: float = 2.0,
) -> list[ArchivedCopy]:
    """Fetch each source that has an address and no copy, one after another.

    An attempt is noted in the archive's folder ``.attempts`` before it is made, and
    not repeated within a day, by this process or another. What fails is logged, not
    raised.

    Parameters
    ----------
    sources, archive, citations, rules
        As in :func:`archive_url`; the citations by source id.
    pause_s
        Seconds between two sources.

    Returns
    -------
    list[ArchivedCopy]
        What was added; empty where nothing was missing.
    """
    added: list[ArchivedCopy] = []
    requests = 0
    for source in sources.values():
        try:
            if not _is_due(source, archive):
                continue
            if requests:
                time.sleep(pause_s)
            requests += 1
            _note_attempt(archive, source, "begun")
            _LOG.info("Fetching %s, which has no archived copy.", source.id)
            copy = archive_url(
                source,
                archive,
                citations=(citations or {}).get(source.id, ()),
                rules=rules,
            )
            _note_attempt(archive, source, "added")
        except (IncidentMapError, OSError) as error:
            _LOG.warning("%s was not fetched: %s", source.id, error)
        else:
            _LOG.info("Archived %s, version %s.", source.id, copy.version)
            added.append(copy)
    return added


def _is_due(source: Source, archive: Archive) -> bool:
    """Tell whether a source has no copy and was not asked for within a day."""
    if not _addresses(source) or archive.latest(source.id) is not None:
        return False
    try:
        noted = json.loads(_attempt_path(archive, source).read_text(encoding="utf-8"))
        last = datetime.fromisoformat(noted["at"])
        return datetime.now(UTC) - last > _RETRY_AFTER
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return True


def _attempt_path(archive: Archive, source: Source) -> Path:
    return archive.folder / _ATTEMPTS / f"{source.id}.json"


def _note_attempt(archive: Archive, source: Source, outcome: str) -> None:
    path = _attempt_path(archive, source)
    path.parent.mkdir(parents=True, exist_ok=True)
    noted = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "outcome": outcome}
    with whole_file(path) as draft:
        draft.write_text(json.dumps(noted) + "\n", encoding="utf-8")
