"""Drawing by matplotlib: areas, lines, discs and words, as PNG, SVG or PDF.

Why matplotlib: one drawing gives pixels and both vector formats, from wheels alone; it
brings its font along, shapes Arabic and Devanagari, and writes the same bytes for the same
drawing when no clock and no random names get in. Cairo needs a library of the system,
Chromium a browser, and Pillow, which the project has, draws no vectors. It takes a second
to load, so that only this module imports it, and this module only when something is drawn.

Everything is in CSS pixels, of which an inch has 96, y downwards, as in the browser: the
same numbers draw the same map.
"""

from __future__ import annotations

import io
import logging
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from geo.base.grid import Floats
from geo.publish.pictures.palette import Palette

#: Who made a picture, where a format has room for it.
_MAKER: Final = "incidents"
_PX_AN_INCH: Final = 96
_POINTS_A_PX: Final = 0.75
#: Dots an inch of a picture for print.
_PRINT_DPI: Final = 300
#: Fonts for what the first, which comes with matplotlib, lacks; each where it is there.
_FONTS: Final = (
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Thai",
    "PingFang SC",
    "Microsoft YaHei",
    "Verdana",
    "Arial",
)
#: Nobody's own settings: the same drawing everywhere.
_SETTINGS: Final[dict[Any, Any]] = {
    "font.sans-serif": list(_FONTS),
    "lines.scale_dashes": False,
    "path.simplify": False,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": _MAKER,
    "text.parse_math": False,
}
_FAR_ABOVE: Final = 1e6
#: matplotlib keeps its settings for all threads.
_ONE_AT_A_TIME: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a line looks.

    Parameters
    ----------
    color
        ``#rrggbb``.
    width
        Pixels.
    dashes
        How long a dash is and how long the gap after it, pixels; none for a whole line.
    opacity
        0 to 1.
    round_ends
        Whether line and dashes end in half a disc: a dash of no length is then a dot.
    """

    color: str
    width: float = 1.0
    dashes: tuple[float, float] | None = None
    opacity: float = 1.0
    round_ends: bool = False

    def scaled(self, scale: float) -> Stroke:
        """Return it so many times as wide, its dashes likewise."""
        dashes = self.dashes and (self.dashes[0] * scale, self.dashes[1] * scale)
        return replace(self, width=self.width * scale, dashes=dashes)


class Canvas:
    """A sheet that is drawn on, what comes later above what came before.

    Parameters
    ----------
    width, height
        Pixels.
    background
        ``#rrggbb``.
    """

    def __init__(self, width: float, height: float, background: str) -> None:
        size = (width / _PX_AN_INCH, height / _PX_AN_INCH)
        self.width, self.height = width, height
        self._figure = Figure(figsize=size, dpi=_PX_AN_INCH, facecolor=background)
        self._axes = self._figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._clip: Rectangle | None = None
        self._above = 1.0

    @contextmanager
    def within(self, x: float, y: float, width: float, height: float) -> Iterator[None]:
        """Of what is drawn meanwhile, show only what lies in a rectangle."""
        self._clip = Rectangle((x, y), width, height, transform=self._axes.transData)
        try:
            yield
        finally:
            self._clip = None

    @contextmanager
    def on_top(self) -> Iterator[None]:
        """Keep what is drawn meanwhile above all that comes later."""
        below = self._above
        self._above = below + _FAR_ABOVE
        try:
            yield
        finally:
            self._above = below

    def area(
        self,
        rings: Sequence[Floats],
        fill: str | None,
        stroke: Stroke | None = None,
        *,
        opacity: float = 1.0,
    ) -> None:
        """Draw areas: rings of rows (x, y), holes the other way round.

        Those of fewer than three rows are left out.
        """
        self._path(rings, fill, stroke, opacity, closed=True)

    def line(self, lines: Sequence[Floats], stroke: Stroke) -> None:
        """Draw lines of rows (x, y); those of fewer than two are left out."""
        self._path(lines, None, stroke, 1.0, closed=False)

    def disc(
        self,
        at: tuple[float, float],
        radius: float,
        fill: str | None,
        stroke: Stroke | None = None,
        *,
        opacity: float = 1.0,
    ) -> None:
        """Draw a disc, or a circle where nothing fills it."""
        self._add(Circle(at, radius, **_look(fill, stroke, opacity)))

    def box(  # noqa: PLR0913, PLR0917 - a rectangle's sides and look
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str | None,
        stroke: Stroke | None = None,
        *,
        opacity: float = 1.0,
    ) -> None:
        """Draw a rectangle."""
        self._add(Rectangle((x, y), width, height, **_look(fill, stroke, opacity)))

    def write(  # noqa: PLR0913 - what a text needs
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        color: str,
        bold: bool = False,
        align: Literal["left", "center", "right"] = "left",
        halo: str | None = None,
        angle: float = 0.0,
    ) -> None:
        """Write one line, its letters standing on *y*.

        Parameters
        ----------
        x, y
            Where it begins, has its middle or ends, as *align* says.
        text
            What to write; line breaks become spaces.
        size
            Of the letters, pixels.
        color
            ``#rrggbb``.
        bold
            Whether the letters are.
        align
            Which part of it is at *x*.
        halo
            A colour around the letters, so that they are read on any ground.
        angle
            Degrees by which it is turned around that spot, anticlockwise.
        """
        label = Text(
            x,
            y,
            printable(text),
            color=color,
            fontsize=size * _POINTS_A_PX,
            fontweight="bold" if bold else "normal",
            fontfamily="sans-serif",
            horizontalalignment=align,
            verticalalignment="baseline",
            rotation=angle,
            rotation_mode="anchor",
            parse_math=False,
        )
        if halo is not None:
            # Its letters are then drawn as outlines, in vector formats too.
            around = withStroke(linewidth=3 * _POINTS_A_PX, foreground=halo)
            label.set_path_effects([around])
        self._add(label)

    def png(
        self, title: str, *, dpi: float = _PRINT_DPI, palette: Palette | None = None
    ) -> bytes:
        """Return it as PNG, in the colours of a palette if there is one."""
        self._figure.set_dpi(dpi)
        renderer = FigureCanvasAgg(self._figure)
        with _quiet():
            renderer.draw()  # type: ignore[no-untyped-call]
        pixels = np.asarray(renderer.buffer_rgba())  # type: ignore[no-untyped-call]
        image = Image.fromarray(pixels).convert("RGB")
        if palette is not None:
            image = palette.applied(image)
        facts = PngInfo()
        facts.add_itxt("Title", printable(title))
        facts.add_text("Software", _MAKER)
        content = io.BytesIO()
        is_small = palette is not None
        image.save(content, "PNG", pnginfo=facts, dpi=(dpi, dpi), optimize=is_small)
        return content.getvalue()

    def svg(self, title: str) -> bytes:
        """Return it as SVG, its words as text."""
        return self._saved("svg", {"Title": title, "Creator": _MAKER, "Date": None})

    def pdf(self, title: str) -> bytes:
        """Return it as PDF, with the letters it needs of each font."""
        facts = {"Title": title, "Creator": _MAKER, "CreationDate": None}
        return self._saved("pdf", facts)

    def _saved(self, form: str, facts: dict[str, str | None]) -> bytes:
        metadata = {name: text and printable(text) for name, text in facts.items()}
        content = io.BytesIO()
        with _quiet():
            self._figure.savefig(content, format=form, metadata=metadata)
        return content.getvalue()

    def _path(
        self,
        lines: Sequence[Floats],
        fill: str | None,
        stroke: Stroke | None,
        opacity: float,
        *,
        closed: bool,
    ) -> None:
        fewest = 3 if closed else 2
        lines = [line for line in lines if len(line) >= fewest]
        if not lines:
            return
        corners, codes = [], []
        for line in lines:
            # The last row of a closed line says that it ends where it began.
            rows = np.vstack([line, line[:1]]) if closed else line
            code = np.full(len(rows), Path.LINETO, np.uint8)
            code[0] = Path.MOVETO
            if closed:
                code[-1] = Path.CLOSEPOLY
            corners.append(rows)
            codes.append(code)
        path = Path(np.vstack(corners), np.concatenate(codes))
        self._add(PathPatch(path, **_look(fill, stroke, opacity)))

    def _add(self, artist: Artist) -> None:
        self._above += 1
        artist.set_zorder(self._above)
        self._axes.add_artist(artist)
        if self._clip is not None:
            artist.set_clip_path(self._clip)


@contextmanager
def drawing(width: float, height: float, background: str) -> Iterator[Canvas]:
    """Give a sheet to draw on; another thread waits for its own until this one is done.

    Parameters
    ----------
    width, height
        CSS pixels.
    background
        ``#rrggbb``.
    """
    with _ONE_AT_A_TIME, mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield Canvas(width, height, background)


def printable(text: str) -> str:
    """Return a text on one line, without signs that no XML file may hold."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


@lru_cache(maxsize=4096)
def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a text is, pixels."""
    font = get_font(findfont(_properties(bold=bold)))
    font.set_size(size, 72)
    with _quiet():
        font.set_text(printable(text), 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64


def wrap(
    text: str, width: float, size: float, *, bold: bool = False, most: int = 0
) -> list[str]:
    """Return a text in lines no wider than *width* pixels.

    Parameters
    ----------
    text
        What to write; no line for none.
    width, size
        Pixels.
    bold
        Whether it is written in bold.
    most
        At most so many lines, the last one ending in dots; 0 for all.
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, bold=bold) <= width:
            lines[-1] = longer
            continue
        lines += _pieces(word, width, size, bold=bold)
    if not most or len(lines) <= most:
        return lines
    kept = lines[:most]
    while kept[-1] and width_of(f"{kept[-1]} …", size, bold=bold) > width:
        kept[-1] = kept[-1].rpartition(" ")[0]
    kept[-1] = f"{kept[-1].rstrip(' ,;:.')} …".strip()
    return kept


def _pieces(word: str, width: float, size: float, *, bold: bool) -> list[str]:
    """Return a word, in pieces where it is wider than a line: no script needs spaces."""
    if width_of(word, size, bold=bold) <= width:
        return [word]
    pieces = [""]
    for sign in word:
        if pieces[-1] and width_of(pieces[-1] + sign, size, bold=bold) > width:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def _properties(*, bold: bool) -> FontProperties:
    return FontProperties(family=_FONTS[0], weight="bold" if bold else "normal")


def _look(fill: str | None, stroke: Stroke | None, opacity: float) -> dict[str, Any]:
    """Return how a patch looks, as matplotlib is told."""
    look: dict[str, Any] = {"facecolor": (fill, opacity) if fill else "none"}
    if stroke is None:
        return {**look, "edgecolor": "none", "linewidth": 0}
    look |= {
        "edgecolor": (stroke.color, stroke.opacity),
        "linewidth": stroke.width * _POINTS_A_PX,
        "capstyle": "round" if stroke.round_ends else "butt",
        "joinstyle": "round",
    }
    if stroke.dashes:
        dash, gap = (length * _POINTS_A_PX for length in stroke.dashes)
        # A dash without any length would have no ends, of which a dot is made.
        look["linestyle"] = (0, (max(dash, 0.01), gap))
    return look


@contextmanager
def _quiet() -> Iterator[None]:
    """Say nothing of letters that no font here has: a box stands for each."""
    fonts = logging.getLogger("fontTools")
    level = fonts.level
    fonts.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing")
            yield
    finally:
        fonts.setLevel(level)
