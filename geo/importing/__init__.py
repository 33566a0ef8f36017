"""Imports: files of any format this project writes, and tables of others, as a layer.

A file is read strictly or refused. Each record of somebody else's table becomes an
incident or is refused alone, and every change to it is reported.

::

    importer                    reads a file, converts its records, checks them
    ├── advice                  which options a file still needs
    └── conversion              records to features, over dating and identity
    options                     what the caller says of the records

:mod:`geo.formats` reads the files.
"""

from __future__ import annotations

from geo.formats.input_file import ReadOptions
from geo.importing.importer import Imported, import_file
from geo.importing.options import DEFAULTS, TARGETS, ImportOptions

__all__ = [
    "DEFAULTS",
    "TARGETS",
    "ImportOptions",
    "Imported",
    "ReadOptions",
    "import_file",
]
