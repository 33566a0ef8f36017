"""The text of a web page, without its menus and footers, through trafilatura."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any, Final

import trafilatura

from geo.base.errors import ArchiveError
from geo.evidence.extracted import (
    AS_TEXT,
    XML_DECLARATION,
    CopyKind,
    Extracted,
    cleaned,
)

_UNSEEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE
)
_WHOLE: Final = frozenset({"html", "body", "main", "article"})


def page_text(markup: str, encoding: str, where: str) -> Extracted:
    """Return the article of a page, its captions included.

    Raises
    ------
    ArchiveError
        If it cannot be read, or holds no text.
    """
    bare = XML_DECLARATION.sub("", markup.lstrip("\ufeff"))
    if not re.search(r"<(?:html|body)[\s>]", bare, re.IGNORECASE):
        bare = f"<html><body>{bare}</body></html>"
    try:
        tree = trafilatura.load_html(bare)
        if tree is not None:
            _drop_hidden(tree)
            _free_captions(tree)
            extracted = trafilatura.extract(tree, include_comments=False)
        else:
            extracted = None
    except (RecursionError, ValueError, TypeError, AttributeError) as error:
        msg = f"{where}: cannot be read as HTML: {error}. {AS_TEXT}"
        raise ArchiveError(msg) from error
    lines = [line.rstrip() for line in (extracted or "").splitlines()]
    text = "\n\n".join(line for line in lines if line.strip())
    if not text:
        msg = (
            f"{where}: is a page without text; it may need JavaScript, or be a "
            f"paywall or consent page. {AS_TEXT}"
        )
        raise ArchiveError(msg)
    extractor = f"trafilatura {version('trafilatura')}"
    return Extracted(CopyKind.HTML, encoding, cleaned(text) + "\n", extractor, markup)


def _drop_hidden(tree: Any) -> None:  # noqa: ANN401 - lxml has no types
    """Remove what a page holds but does not show: nobody could check a quote there."""
    for element in list(tree.iter()):
        # Some pages hide all of themselves until a script has run.
        if element.tag in _WHOLE or not isinstance(element.tag, str):
            continue
        if (
            "hidden" in element.attrib
            or _UNSEEN.search(element.get("style") or "") is not None
        ):
            element.drop_tree()


def _free_captions(tree: Any) -> None:  # noqa: ANN401 - lxml has no types
    """Move captions out of their figures, which trafilatura drops whole."""
    for caption in list(tree.iter("figcaption")):
        figure = next(caption.iterancestors("figure"), None)
        caption.tag = "p"
        if figure is not None:
            figure.addnext(caption)
