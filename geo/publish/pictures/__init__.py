"""Pictures of a map: sheets for print, and cards for pages that show links.

``sheet`` and ``cards`` lay out what ``contents`` tells; ``ground``, ``streets``, ``names``
and ``marks`` draw the map into a ``frame``, each name where there is ``room``; ``canvas``
alone knows the library that draws. The same map and the same question give the same
bytes: no picture knows a clock.

What is asked for is a :class:`geo.model.query.Query`, as everywhere.
"""

from __future__ import annotations

from typing import Final

from geo.atlas import Atlas
from geo.base.extras import require_extra
from geo.base.grid import Bbox
from geo.model.query import Query

#: Media types of the forms that a picture may have, by name.
PICTURES: Final = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
}
THEMES: Final = ("light", "dark")

__all__ = ["PICTURES", "THEMES", "picture_of"]


def picture_of(
    atlas: Atlas,
    query: Query,
    form: str,
    *,
    bbox: Bbox | None = None,
    is_dark: bool = False,
) -> bytes:
    """Return a map as a picture for print, as the filters leave it.

    Parameters
    ----------
    atlas
        The map.
    query
        The filters.
    form
        One of :data:`PICTURES`.
    bbox
        What to show at least, degrees. None: the area that the filters ask for, or
        else where most of what they leave is.
    is_dark
        Whether it is light on dark.

    Raises
    ------
    NotInstalledError
        If the extra ``pictures`` is not there.
    NotFoundError
        If the filters leave nothing that could be drawn.
    MissingAssetError
        If the ground's tiles are not installed.
    DataError
        If the newsroom's streets cannot be read.
    """
    require_extra("pictures", "A picture of the map")
    # What draws takes a second to load, and few ask for a picture.
    from geo.publish.pictures.contents import contents_of  # noqa: PLC0415
    from geo.publish.pictures.look import DARK, LIGHT  # noqa: PLC0415
    from geo.publish.pictures.sheet import PANEL, draw_sheet  # noqa: PLC0415

    contents = contents_of(atlas, query, PANEL, bbox)
    return draw_sheet(atlas, contents, DARK if is_dark else LIGHT, form)
