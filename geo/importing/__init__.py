"""Imports: files of any format this project writes, and tables of others, as a layer.

A file is read strictly or refused; of a table of others, each record becomes an
incident or is refused by itself, and everything that was changed is told.
"""

from __future__ import annotations

from geo.importing.conversion import DEFAULTS, TARGETS, Wishes
from geo.importing.importer import Imported, import_file
from geo.importing.opening import Opening

__all__ = ["DEFAULTS", "TARGETS", "Imported", "Opening", "Wishes", "import_file"]
