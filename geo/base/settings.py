"""The settings of this process: of its map, with the environment's above them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from geo.base.deployment import PREFIX, Settings
from geo.base.errors import Code, DataError, Fault, SettingsError
from geo.base.map_folder import MAP_FILE, MapFolder, read_map_folder
from geo.base.paths import DATA, ROOT

__all__ = [
    "DATA",
    "ROOT",
    "Settings",
    "map_path",
    "map_used",
    "read_settings",
    "renew_settings",
    "settings",
]
#: What a map says at the top of its map.toml, and never under [settings].
_OF_MAP: Final = (
    "title",
    "subtitle",
    "about",
    "licence",
    "languages",
    "layer",
    "embed",
    "ground",
    "view",
    "fields",
)
#: Of these, what is said of the map's own incidents, not of how they are served.
_WORDS: Final = ("title", "subtitle", "about", "licence", "languages", "view", "fields")
#: What no map may say of itself: which it is, and who may change it.
_NOT_OF_MAP: Final = ("map", "desk")
_FILES: Final = ("sources", "places", "vocabulary", "archive")
_PATHS: Final = (*_FILES, "cache")


def read_settings(folder: MapFolder, *, over_environment: bool = False) -> Settings:
    """Return the settings of a deployment that shows one map.

    Parameters
    ----------
    folder
        The map: what it says stands above the defaults, and below the environment.
    over_environment
        Whether it stands above the environment too: for a map that is read beside
        the deployment's own.

    Raises
    ------
    DataError
        If ``[settings]`` of its map.toml names what is no setting, or a value is of
        the wrong kind; names each.
    SettingsError
        If an environment variable has a value of the wrong kind; names each.
    """
    _check_names(folder)
    values = _values_of(folder)
    if not over_environment:
        variables = {name.upper() for name in os.environ}
        values = {
            name: value
            for name, value in values.items()
            if f"{PREFIX}{name}".upper() not in variables
        }
    try:
        return Settings(map=folder.path, **values)
    except ValidationError as error:
        raise _refusal(folder, values, error) from error


def map_path() -> Path:
    """Return the folder of the map that this process works with.

    That of ``--map``, else of ``INCIDENTS_MAP``, else the working directory where it
    is a map, else the one that the program comes with.
    """
    if _CHOSEN:
        return _CHOSEN[-1]
    if named := os.environ.get(f"{PREFIX}MAP", ""):
        return Path(named)
    return Path.cwd() if Path(MAP_FILE).is_file() else DATA


@contextmanager
def map_used(folder: Path) -> Iterator[None]:
    """Work with a map for as long as the block takes, whatever the environment names."""
    _CHOSEN.append(folder)
    settings.cache_clear()
    try:
        yield
    finally:
        _CHOSEN.pop()
        settings.cache_clear()


class _Kept:
    """Reads the settings at the first call, and keeps them."""

    def __init__(self) -> None:
        self._kept: Settings | None = None

    def __call__(self) -> Settings:
        """Return the deployment's settings, read once.

        Raises
        ------
        DataError
            If the map's ``map.toml`` is wrong; names each fault.
        SettingsError
            If a variable has a value of the wrong kind; names each.
        """
        kept = self._kept
        if kept is None:
            kept = self._kept = _read()
        return kept

    def renew(self) -> None:
        """Read the settings again; those kept stay if that fails.

        Raises
        ------
        DataError, SettingsError
            As calling it.
        """
        self._kept = _read()

    def cache_clear(self) -> None:
        """Forget the settings: the next call reads them."""
        self._kept = None


#: The settings of this process.
settings: Final = _Kept()


def renew_settings() -> None:
    """Read the settings again, for a map that has changed; those kept stay if that fails.

    Raises
    ------
    DataError, SettingsError
        As :func:`settings`.
    """
    settings.renew()


#: Maps that :func:`map_used` is using, the innermost last.
_CHOSEN: Final[list[Path]] = []


def _read() -> Settings:
    return read_settings(read_map_folder(map_path()))


def _values_of(folder: MapFolder) -> dict[str, Any]:
    """Return what a map says, as settings; what it does not say is left out."""
    said = {name: getattr(folder, name) for name in _OF_MAP}
    is_foreign = folder.path == DATA and f"{PREFIX}LAYER" in os.environ
    for name in _WORDS if is_foreign else ():
        # Another layer is shown with the files of ours, and without its words.
        del said[name]
    values: dict[str, Any] = {name: value for name, value in said.items() if value}
    values |= {name: getattr(folder, name) for name in _FILES}
    for name, value in folder.settings.items():
        is_path = name in _PATHS and isinstance(value, str)
        values[name] = folder.path / str(value) if is_path else value
    return values


def _check_names(folder: MapFolder) -> None:
    """Refuse what stands under [settings] and is no setting."""
    known = set(Settings.model_fields) - {*_OF_MAP, *_NOT_OF_MAP}
    faults = []
    for name, value in folder.settings.items():
        if name in known:
            continue
        if name in _OF_MAP:
            remedy = f"Move it up, above the first line in brackets: {name} = ..."
        elif name in _NOT_OF_MAP:
            remedy = f"Take it away, and start with 'incidents serve --{name}'."
        else:
            remedy = f"Known: {', '.join(sorted(known))}."
        message = f"{value!r} is given to what is not a setting of a map."
        where = f"settings.{name}"
        code = Code.UNKNOWN_MEMBER
        faults.append(Fault(str(folder.file), message, remedy, where=where, code=code))
    if faults:
        raise DataError(faults)


def _refusal(
    folder: MapFolder, values: Mapping[str, Any], error: ValidationError
) -> DataError | SettingsError:
    """Return the error that says what is wrong with the values, and where they are from."""
    faults: list[Fault] = []
    lines: list[str] = []
    for fault in error.errors():
        parts = [str(part) for part in fault["loc"]]
        problem = fault["msg"].removeprefix("Value error, ")
        if not parts:
            lines.append(f"{problem[0].upper()}{problem[1:]}.")
        elif parts[0] in values:
            name = ".".join(parts)
            where = name if parts[0] in _OF_MAP else f"settings.{name}"
            message = f"{fault.get('input')!r}: {problem}."
            remedy = f"{Settings.model_fields[parts[0]].description}"
            faults.append(Fault(str(folder.file), message, remedy, where=where))
        else:
            variable = f"{PREFIX}{'_'.join(parts).upper()}"
            lines.append(f"{variable}={fault.get('input')!r}: {problem}.")
    if faults:
        return DataError(faults)
    return SettingsError("\n".join([*lines, "See the settings in README.md."]))
