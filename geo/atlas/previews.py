"""Previews: layers that are not there yet, for the eyes of whoever brings them in.

Each is an atlas of its own under a name that nobody guesses. The map's routes answer
from it where they are asked for it by that name, so that a preview is drawn by the same
hands as the map.
"""

from __future__ import annotations

import secrets
from threading import Lock
from typing import Final

from geo.atlas.shelf import Atlas
from geo.base.errors import NotFoundError

#: The parameter of the map's routes that names a preview.
PREVIEW: Final = "preview"
_NAME_BYTES: Final = 16
_LOCK: Final = Lock()
_SHOWN: Final[dict[str, Atlas]] = {}


def show_preview(atlas: Atlas) -> str:
    """Show a layer that is not there yet; return the name to ask for it by."""
    name = secrets.token_hex(_NAME_BYTES)
    with _LOCK:
        _SHOWN[name] = atlas
    return name


def end_preview(name: str) -> None:
    """Show a preview no longer; one that is not shown is no matter."""
    with _LOCK:
        _SHOWN.pop(name, None)


def preview_of(name: str) -> Atlas:
    """Return the layer of a preview.

    Raises
    ------
    NotFoundError
        If it is not shown, or no longer.
    """
    preview = _SHOWN.get(name)
    if preview is None:
        msg = "This preview is over. Load the page again."
        raise NotFoundError(msg)
    return preview
