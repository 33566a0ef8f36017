"""``incidents doctor``: what is missing for a map to work, and how to mend it."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from geo.base.errors import IncidentMapError, SettingsError
from geo.commands.of_map import map_argument
from geo.commands.report import EXIT_DATA, echo_json

if TYPE_CHECKING:
    from geo.base.settings import Settings

_PACKAGE: Final = "incident-map"
_OLDEST_PYTHON: Final = (3, 11)
#: Room below which a layer may not be written whole, in bytes.
_LEAST_ROOM: Final = 500_000_000
_MARKS: Final = {"fine": "ok  ", "warning": "note", "wrong": "BAD "}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is (fine, warning, wrong), and what to do."""

    what: str
    state: str
    message: str
    remedy: str = ""


@click.command()
@map_argument
@click.option("--json", "as_json", is_flag=True, help="Print for machines.")
@click.pass_context
def doctor(context: click.Context, *, as_json: bool) -> None:
    """Look at the installation and at a map, and say what is wrong with them.

    Python, packages, extras, browser files, the ground, the folder, the layer, the register of
    sources, what may be written, the port, the room on the disk. Nothing is changed.

    \b
    Example:
      incidents doctor my-map

    Exit codes: 0 all works, 1 something does not.
    """  # noqa: D301 - click's mark for a paragraph kept as it is
    findings = list(examine())
    is_fine = all(finding.state != "wrong" for finding in findings)
    if as_json:
        echo_json({"fine": is_fine, "findings": [asdict(each) for each in findings]})
    else:
        for finding in findings:
            click.echo(f"{_MARKS[finding.state]} {finding.what}: {finding.message}")
            if finding.remedy:
                click.echo(f"     {finding.remedy}")
    if not is_fine:
        context.exit(EXIT_DATA)


def examine() -> Iterator[Finding]:
    """Look at everything that serving a map needs, one thing after another.

    Yields
    ------
    Finding
        In the order in which they are mended. Where the map's own settings are wrong,
        what rests on them is not looked at.
    """
    yield _python()
    yield _packages()
    yield _extras()
    yield from _files()
    from geo.base.settings import map_path, settings

    folder = map_path()
    try:
        chosen = settings()
    except IncidentMapError as error:
        yield Finding("folder", "wrong", str(error))
        return
    yield Finding("folder", "fine", f"{folder}, {chosen.title!r}.")
    for what, look in _OF_MAP.items():
        try:
            yield look(chosen)
        except IncidentMapError as error:
            yield Finding(what, "wrong", str(error))


def _python() -> Finding:
    number = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < _OLDEST_PYTHON:
        remedy = "Install Python 3.11 or later, and the program with it."
        return Finding("Python", "wrong", f"{number} is too old.", remedy)
    return Finding("Python", "fine", f"{number}.")


def _packages() -> Finding:
    """Tell which packages that the program needs are not there."""
    try:
        needed = requires(_PACKAGE) or []
    except PackageNotFoundError:
        remedy = f"Install it: python -m pip install {_PACKAGE}"
        return Finding("packages", "wrong", f"{_PACKAGE} is not installed.", remedy)
    missing = []
    plain = [each for each in needed if "extra ==" not in each]
    for requirement in plain:
        name = requirement.partition(";")[0]
        for mark in "<>=!~[ ":
            name = name.partition(mark)[0]
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        message = f"not installed: {', '.join(missing)}."
        remedy = f"Install them: python -m pip install {' '.join(missing)}"
        return Finding("packages", "wrong", message, remedy)
    return Finding("packages", "fine", f"all {len(plain)} are installed.")


def _extras() -> Finding:
    """Tell what only some work needs, and which of it is there."""
    from geo.base.extras import EXTRAS, has_extra

    there = [name for name in EXTRAS if has_extra(name)]
    lacking = [name for name in EXTRAS if name not in there]
    message = f"installed: {', '.join(there) or 'none'}."
    if lacking:
        message += f" Not installed: {', '.join(lacking)}."
    return Finding("extras", "fine", message)


def _files() -> Iterator[Finding]:
    """Look for what the browser loads, and for what the ground is drawn from."""
    from geo.base.paths import IS_CHECKOUT, ROOT

    modules = ROOT / "node_modules"
    again = f"python -m pip install --force-reinstall --no-deps {_PACKAGE}"
    remedy = f"Install it again: {'make setup' if IS_CHECKOUT else again}"
    for what, names in {
        "browser files": (
            "leaflet/dist/leaflet.js",
            "@fontsource-variable/source-sans-3/wght.css",
            "protomaps-leaflet/dist/protomaps-leaflet.js",
        ),
        "ground": ("../ground/world.pmtiles",),
    }.items():
        missing = [name for name in names if not (modules / name).is_file()]
        if missing:
            message = f"{(modules / missing[0]).resolve()} is missing."
            yield Finding(what, "wrong", message, remedy)
        else:
            yield Finding(what, "fine", "there.")


def _streets(chosen: Settings) -> Finding:
    """Tell whether the streets that the map names can be drawn."""
    from geo.ground.archives import read_ground

    if chosen.ground is None:
        return Finding("streets", "fine", "the map brings none of its own.")
    streets = read_ground(chosen.ground)
    west, south, east, north = streets.bounds
    where = f"{west:.2f} to {east:.2f} east, {south:.2f} to {north:.2f} north"
    unknown = {"earth", "roads", "buildings", "places"}.isdisjoint(streets.layers)
    if streets.layers and unknown:
        message = (
            f"{chosen.ground} has the layers {', '.join(streets.layers)}, "
            "of which none would be drawn."
        )
        remedy = "Take an extract in the layers of Protomaps: earth, water, roads ..."
        return Finding("streets", "warning", message, remedy)
    return Finding("streets", "fine", f"{chosen.ground}, {where}.")


def _layer(chosen: Settings) -> Finding:
    from geo.atlas import read_atlas
    from geo.model.query import Query

    count = read_atlas(chosen).engine.count(Query())
    if not count:
        message = f"{chosen.layer} has no incidents yet."
        remedy = f"Bring in a table: incidents import TABLE --into {chosen.map}"
        return Finding("layer", "warning", message, remedy)
    return Finding("layer", "fine", f"{chosen.layer}, {count:,} incidents.")


def _register(chosen: Settings) -> Finding:
    from geo.model.sources import read_sources

    count = len(read_sources(chosen.sources))
    return Finding("register of sources", "fine", f"{chosen.sources}, {count} sources.")


def _permissions(chosen: Settings) -> Finding:
    """Tell whether the map, and what is kept of it, can be written."""
    for folder in (chosen.cache, chosen.map):
        there = _nearest(folder)
        try:
            with tempfile.TemporaryFile(dir=there):
                pass
        except OSError as error:
            state = "wrong" if folder == chosen.cache else "warning"
            message = f"{there} cannot be written: {error.strerror}."
            remedy = (
                "Make it writable, or set INCIDENTS_CACHE to a folder that is."
                if folder == chosen.cache
                else "Make it writable, to bring tables in."
            )
            return Finding("permissions", state, message, remedy)
    return Finding("permissions", "fine", "map and cache can be written.")


def _limits(chosen: Settings) -> Finding:
    from geo.base.extras import require_extra

    if not chosen.limits_requests:
        return Finding(
            "limits", "fine", "how often one address may ask is not limited."
        )
    require_extra("limits", "A limit of requests")
    return Finding("limits", "fine", "how often one address may ask is limited.")


def _port(chosen: Settings) -> Finding:
    from geo.base.listening import require_free_port

    try:
        require_free_port(chosen.host, chosen.port)
    except SettingsError as error:
        return Finding("port", "warning", str(error))
    return Finding("port", "fine", f"{chosen.host}:{chosen.port} is free.")


def _disk(chosen: Settings) -> Finding:
    there = _nearest(chosen.cache)
    free = shutil.disk_usage(there).free
    message = f"{free / 1e9:.1f} GB are free at {there}."
    if free < _LEAST_ROOM:
        remedy = "Make room, or set INCIDENTS_CACHE to a folder on another disk."
        return Finding("disk", "warning", message, remedy)
    return Finding("disk", "fine", message)


def _nearest(folder: Path) -> Path:
    """Return a folder, or the nearest above it that exists."""
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())


#: What is looked at of a map, in order.
_OF_MAP: Final[dict[str, Callable[[Settings], Finding]]] = {
    "layer": _layer,
    "register of sources": _register,
    "streets": _streets,
    "permissions": _permissions,
    "limits": _limits,
    "port": _port,
    "disk": _disk,
}
