"""Web archives: copies taken elsewhere, and copies made elsewhere brought in.

WARC 1.1 (ISO 28500:2017) is read and written by warcio; WACZ 1.1.1 (Webrecorder) is
a ZIP with a WARC, its index and its pages. Both are files that somebody hands over,
so nothing of them is unpacked to disk, and how much is read is counted.

``reading`` finds a page in one, through ``opening``; ``writing`` makes one, by
``warc`` and ``wacz``. What others made is read in a process of its own,
through ``quarantine``.
"""

from geo.evidence.web_archive.opening import DEFAULT_LIMITS, ImportLimits
from geo.evidence.web_archive.reading import read_capture
from geo.evidence.web_archive.writing import ArchiveFormat, write_web_archive

__all__ = [
    "DEFAULT_LIMITS",
    "ArchiveFormat",
    "ImportLimits",
    "read_capture",
    "write_web_archive",
]
