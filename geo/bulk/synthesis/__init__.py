"""Synthetic layers: valid incidents of any number, for trying and measuring.

They cluster around the world's cities (GeoNames, by population), are dated from
2015 to 2025 in every form a date can have, and cite synthetic sources. Every text
says that it is synthetic, so that nobody takes one for reporting.

Places are drawn first, as one number each, and sorted along the Z-order curve
(``spots``); the rest is drawn in batches (``incidents``), each from a random generator
of its own. So memory grows by some 20 bytes an incident only, and the same seed gives
the same bytes. The columns are those of :mod:`geo.layer.table`, made for a batch at
once by ``places``, ``dating`` and ``claims``; a test says that they equal what that
module makes of the same incidents one by one, which takes thirty times as long.
"""

from geo.bulk.synthesis.incidents import (
    BATCH,
    SOURCES,
    source_register,
    synthesize,
)

__all__ = ["BATCH", "SOURCES", "source_register", "synthesize"]
