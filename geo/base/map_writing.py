"""``map.toml`` made and extended, with whatever people wrote in it left as it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

from geo.base.errors import DataError, ExportError
from geo.base.files import whole_file
from geo.base.map_folder import MAP_FILE, map_faults, read_map_file
from geo.base.paths import EMPTY_MAP


def write_map_file(folder: Path, **values: object) -> bool:
    """Make the ``map.toml`` of a folder, or add to it what it does not say yet.

    What people wrote stays: their values, their comments, their order.

    Parameters
    ----------
    folder
        The map's folder; made if it is missing.
    values
        Keys of map.toml (:data:`geo.base.map_folder.MAP_KEYS`) with texts, numbers,
        lists or, for tables, mappings. A key that is there already keeps its value; of
        a table, likewise each key in it. None is left out.

    Returns
    -------
    bool
        Whether the file was made or changed.

    Raises
    ------
    DataError
        If the file that is there, or what would be written, is wrong; nothing is
        changed then.
    ExportError
        If the file cannot be written.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> write_map_file(folder, title="Floods of 2024")
    True
    >>> write_map_file(folder, title="Another title")
    False
    """
    file = folder / MAP_FILE
    is_new = not file.exists()
    read_map_file(file)
    source = EMPTY_MAP / MAP_FILE if is_new else file
    before = source.read_text(encoding="utf-8-sig")
    after = extended(before, values)
    if not is_new and after == before:
        return False
    faults = map_faults(folder, tomllib.loads(after))
    if faults:
        raise DataError(faults)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with whole_file(file) as draft:
            draft.write_text(after, encoding="utf-8")
    except OSError as error:
        msg = f"{file} cannot be written: {error}. Make the folder writable."
        raise ExportError(msg) from error
    return True


def extended(text: str, values: Mapping[str, object]) -> str:
    """Return the text of a TOML file with those values that it does not have yet.

    A key of its top level goes where a comment shows how it would be written
    (``# title = "..."``), else before the first table.
    """
    # Imported by whoever writes; every command reads.
    import tomlkit  # noqa: PLC0415

    written = tomllib.loads(text)
    wanted = {name: value for name, value in values.items() if value is not None}
    for name, value in wanted.items():
        if name in written or isinstance(value, Mapping):
            continue
        line = f"{name} = {tomlkit.item(value).as_string()}"
        filled = _in_place_of_comment(text, name, line)
        if filled is None:
            document = tomlkit.parse(text)
            document[name] = value
            filled = tomlkit.dumps(document)
        text = filled
    document = tomlkit.parse(text)
    tables = {
        name: value for name, value in wanted.items() if isinstance(value, Mapping)
    }
    if _add_missing(document, tables):
        text = tomlkit.dumps(document)
    return text


def _in_place_of_comment(text: str, name: str, line: str) -> str | None:
    """Return the text with a commented-out key set, None where that cannot be."""
    comment = re.search(rf"^# *{re.escape(name)} *= .*$", text, re.MULTILINE)
    if comment is None:
        return None
    filled = text[: comment.start()] + line + text[comment.end() :]
    # The comment may stand below a table, or within a text of several lines.
    expected = tomllib.loads(text) | tomllib.loads(line)
    return filled if tomllib.loads(filled) == expected else None


def _add_missing(there: MutableMapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Add to a table what it has not; tell whether that was anything."""
    is_changed = False
    for name, value in wanted.items():
        if value is None:
            continue
        if name not in there:
            there[name] = _without_none(value)
            is_changed = True
        elif isinstance(value, Mapping) and isinstance(there[name], MutableMapping):
            is_changed |= _add_missing(there[name], value)
    return is_changed


def _without_none(value: Any) -> Any:  # noqa: ANN401 - any value of TOML
    """Return a value as TOML can hold it, which has no word for nothing."""
    if not isinstance(value, Mapping):
        return value
    return {
        name: _without_none(inner) for name, inner in value.items() if inner is not None
    }
