"""The colours of pictures, light and dark: those of the page and of its ground.

``incident-layer.css`` and ``ground-look.js`` in ``geo/web/static`` have the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of one theme, each ``#rrggbb``."""

    paper: str
    ink: str
    soft: str
    line: str
    claim: str
    claim_ink: str
    denial: str
    denial_ink: str
    sea: str
    land: str
    water: str
    river: str
    border: str
    street: str
    house: str
    green: str
    label: str
    halo: str
    stem: str
    vague: str
    vague_line: str
    is_dark: bool = False


LIGHT: Final = Look(
    paper="#ffffff",
    ink="#23282d",
    soft="#5c646b",
    line="#c9ced3",
    claim="#fff4d6",
    claim_ink="#5b4300",
    denial="#e3eefb",
    denial_ink="#103e6b",
    sea="#e8edf0",
    land="#fbfaf7",
    water="#dbe5ea",
    river="#c9d8e0",
    border="#c3bfb6",
    street="#e3ded3",
    house="#f1eee8",
    green="#f0f3e9",
    label="#6f6b63",
    halo="#ffffff",
    stem="#222222",
    vague="#37424a",
    vague_line="#332288",
)
DARK: Final = Look(
    paper="#1f2429",
    ink="#eceff1",
    soft="#b3bac0",
    line="#495159",
    claim="#4a3c14",
    claim_ink="#ffe9b0",
    denial="#1c3a5c",
    denial_ink="#d8eaff",
    sea="#14181c",
    land="#22272c",
    water="#171c21",
    river="#2c3841",
    border="#4d555e",
    street="#3a424a",
    house="#292f35",
    green="#222b29",
    label="#a5abb2",
    halo="#14181c",
    stem="#f2f2f2",
    vague="#cfd8dc",
    vague_line="#b5a8ff",
    is_dark=True,
)
