"""Palettes: pictures of few colours, so that a site can carry one for each record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageColor

from geo.base.grid import Ints


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a small picture: those named, and the most frequent others.

    Median cut and its like give little room to colours of few pixels, such as those of
    symbols, by which categories are told apart.

    Parameters
    ----------
    named
        Colours that it has in any case, ``#rrggbb``.
    colors
        How many it has in all, 256 at most.
    """

    named: tuple[str, ...]
    colors: int

    def applied(self, image: Image.Image) -> Image.Image:
        """Return a picture in these colours, each pixel in the one nearest to it.

        Pillow's own search rounds, and takes a grey for white where both are there.
        """
        pixels: Ints = np.asarray(image.convert("RGB")).astype(np.int64)
        numbers: Ints = pixels @ np.array([1 << 16, 1 << 8, 1])
        codes, places, counts = np.unique(
            numbers, return_inverse=True, return_counts=True
        )
        colors = np.column_stack([codes >> 16, codes >> 8 & 255, codes & 255])
        frequent = np.lexsort((codes, -counts))
        chosen = dict.fromkeys(ImageColor.getrgb(name) for name in self.named)
        for color in colors[frequent].tolist():
            if len(chosen) >= self.colors:
                break
            chosen.setdefault(tuple(color))
        table = np.array(list(chosen))
        apart = ((colors[:, None] - table[None]) ** 2).sum(axis=2)
        nearest = apart.argmin(axis=1).astype(np.uint8)
        applied = Image.fromarray(nearest[places].reshape(pixels.shape[:2]), "P")
        applied.putpalette(table.ravel().tolist())
        return applied
