"""Imports: files of any format this project writes, and tables of others, as a layer.

A file is read strictly or refused; of a table of others, each record becomes an
incident or is refused by itself, and everything that was changed is told.

::

    importer                    a file read, turned, checked; what came of it
    ├── advice                  what a caller still has to say
    ├── conversion              records turned into what incidents would be
    │   └── dating, countries, identity
    └── opening                 what a file is, and the reader that it gets
        ├── guarded             a process apart, in which everything below runs
        │   └── reader          the program of that process
        ├── delimited, spreadsheet      tables, over tables, placing, degrees
        ├── geopackage, parquet, keyhole
        ├── flatgeobuf, shapefile       over gdal: in one more process
        └── archive             zip archives, looked through first
    raw, wkt, systems, parts            what every reader uses
    wishes, given               below all of these
"""

from __future__ import annotations

from geo.formats.given import Opening
from geo.importing.importer import Imported, import_file
from geo.importing.wishes import DEFAULTS, TARGETS, Wishes

__all__ = ["DEFAULTS", "TARGETS", "Imported", "Opening", "Wishes", "import_file"]
