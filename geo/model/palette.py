"""Marks of categories that nobody has drawn yet: a colour and a symbol each.

The first colours are those of Okabe and Ito (2008); the others were chosen so that any
two stay apart, by 15 of CIE L*a*b* at least, as people without red, green or blue cones
see them (Machado, Oliveira and Fernandes, 2009). No two marks share a symbol, so that
colour is never the only sign.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Mark(NamedTuple):
    """How a category is drawn: ``#rrggbb`` and one of the symbols."""

    color: str
    symbol: str


#: In the order in which they are given out.
PALETTE: Final = (
    Mark("#0072b2", "circle"),
    Mark("#d55e00", "square"),
    Mark("#009e73", "triangle"),
    Mark("#e69f00", "diamond"),
    Mark("#332288", "pentagon"),
    Mark("#56b4e9", "star"),
    Mark("#aa00ff", "hexagon"),
    Mark("#661100", "triangle-down"),
    Mark("#f0e442", "plus"),
    Mark("#222222", "cross"),
    Mark("#ddaacc", "bar"),
)
#: Of what has no category of its own: grey, and the one symbol that is left.
OTHER_MARK: Final = Mark("#5a5a5a", "ring")
