"""Files of a selection, plain or packed.

One function makes the bytes for the page, the HTTP route and the command line, so
that all three give the same file for the same query and version of the layer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from geo.atlas.selections import select
from geo.base.errors import ExportError
from geo.base.files import whole_file
from geo.engine import Engine
from geo.formats.packages import STYLE_STEMS, chunks, companions, write_package
from geo.formats.registry import FORMATS, ZIP_MEDIA_TYPE, Format
from geo.formats.selection import Selection
from geo.model.ids import slug
from geo.model.query import Query
from geo.model.sources import Sources
from geo.model.vocabulary import Vocabulary

PACKAGES: Final = ("plain", "zip")
_PIECE_BYTES: Final = 1 << 18


def losses() -> Mapping[str, tuple[str, ...]]:
    """Return what each format does not keep, by name; empty for one that keeps all."""
    return {name: kind.losses for name, kind in FORMATS.items()}


def pieces(
    selection: Selection, name: str, *, package: str = "plain"
) -> Iterator[bytes]:
    """Go through the bytes of a file.

    Parameters
    ----------
    selection
        Which incidents; none gives a valid file without records.
    name
        One of :data:`FORMATS`.
    package
        ``plain`` for the file itself, ``zip`` for an archive of it with manifest,
        README, data dictionary, sources and styles; a Shapefile is one in any case.

    Raises
    ------
    DataError
        If a record holds what the format cannot.
    """
    kind = FORMATS[name]
    packed = _is_packed(name, package)
    return _joined(_packed(selection, kind) if packed else kind.write(selection))


def export_file(  # noqa: PLR0913 - the keywords are the deployment's defaults
    engine: Engine,
    query: Query,
    name: str,
    *,
    package: str = "plain",
    vocabulary: Vocabulary | None = None,
    sources: Sources | None = None,
) -> bytes:
    """Return a file of the incidents that a query asks for.

    Parameters
    ----------
    engine
        The layer.
    query
        Which incidents; none gives a valid file without records.
    name, package
        As for :func:`pieces`.
    vocabulary, sources
        By default the deployment's.

    Raises
    ------
    DataError
        As :func:`pieces`.
    """
    selection = select(engine, query, vocabulary=vocabulary, sources=sources)
    return b"".join(pieces(selection, name, package=package))


def write_selection(
    selection: Selection, name: str, path: Path, *, package: str = "plain"
) -> None:
    """Write a selection to a file, whole or not at all.

    Raises
    ------
    ExportError
        If the file cannot be written; what was there before is still there.
    DataError
        As :func:`pieces`.
    """
    try:
        with whole_file(path) as draft, draft.open("wb") as file:
            file.writelines(pieces(selection, name, package=package))
    except OSError as error:
        msg = f"{path} could not be written: {error}. Give a file in a folder that can be."
        raise ExportError(msg) from error


def file_name(name: str, *, package: str = "plain", stem: str = "incidents") -> str:
    """Return what a file of that format is called: ``incidents.gpkg``."""
    packed = ".zip" if _is_packed(name, package) else ""
    return f"{stem}.{FORMATS[name].suffix}{packed}"


def file_stem(title: str, query: Query) -> str:
    """Return how the names of a map's files begin: its title, and what is asked for.

    Letters and digits of ASCII with hyphens, at most 130 characters; ``incidents``
    where a title has neither.

    Examples
    --------
    >>> from geo.model.query import Query
    >>> file_stem("Bruit à Orléans", Query(category=("attack", "mural")))
    'bruit-a-orleans-attack-mural'
    """
    chosen = []
    for name, values in query.parameters().items():
        if name == "bbox":
            chosen.append("area")
        else:
            named = [name] if name in {"from", "to"} else []
            chosen.append(" ".join([*named, *values]))
    parts = slug(title, 60) or "incidents", slug(" ".join(chosen), 69)
    return "-".join(filter(None, parts))


def _is_packed(name: str, package: str) -> bool:
    """Tell whether a file is put into an archive; one that is an archive is not."""
    return package == "zip" and FORMATS[name].media_type != ZIP_MEDIA_TYPE


def media_type(name: str, *, package: str = "plain") -> str:
    """Return the media type of a file of that format."""
    return ZIP_MEDIA_TYPE if package == "zip" else FORMATS[name].media_type


def _packed(selection: Selection, kind: Format) -> Iterator[bytes]:
    """Go through a zip archive of a file with everything that explains it."""
    with tempfile.TemporaryDirectory() as folder:
        plain, path = Path(folder) / "plain", Path(folder) / "package.zip"
        with plain.open("wb") as file:
            file.writelines(kind.write(selection))
        members: dict[str, bytes | Path] = {f"incidents.{kind.suffix}": plain}
        styles = STYLE_STEMS if kind.is_drawn else {}
        members |= companions(selection, style_stems=styles)
        write_package(selection, path, members)
        yield from chunks(path)


def _joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Join small pieces into ones worth sending; empty ones are left out."""
    held, size = [], 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _PIECE_BYTES:
            yield b"".join(held)
            held, size = [], 0
    if size:
        yield b"".join(held)
