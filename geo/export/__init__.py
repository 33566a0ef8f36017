"""Exports: exactly the incidents a query asks for, as files for other tools.

Every file of one query and version of the layer has the same bytes each time, and
says under what licence, from which query and version it is, with a data dictionary.
"""

from __future__ import annotations

from geo.export.formats import (
    PACKAGES,
    export_file,
    file_name,
    file_stem,
    losses,
    media_type,
    pieces,
    write_selection,
)
from geo.export.selection import content_digest, select
from geo.formats.registry import FORMATS, Format
from geo.formats.rows import columns
from geo.formats.selection import About, Selection, licence_address
from geo.formats.style import qml, sld
from geo.model.fields import Field, Kind, dictionary, fields

__all__ = [
    "FORMATS",
    "PACKAGES",
    "About",
    "Field",
    "Format",
    "Kind",
    "Selection",
    "columns",
    "content_digest",
    "dictionary",
    "export_file",
    "fields",
    "file_name",
    "file_stem",
    "licence_address",
    "losses",
    "media_type",
    "pieces",
    "qml",
    "select",
    "sld",
    "write_selection",
]
