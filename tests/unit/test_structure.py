"""The shape of the code: which module may know of which."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from geo.base.settings import ROOT

LINT = Path(sys.executable).with_name("lint-imports")
#: Third parties and the only modules that may import them.
DOORS = {
    "folium": {"geo.atlas.folium_maps"},
    "branca": set(),
    "geopandas": {"geo.atlas.frame"},
    "geopy": {"geo.places.answers", "geo.places.nominatim"},
    "matplotlib": {"geo.publish.pictures.canvas"},
    "duckdb": {"geo.engine.duckdb_store", "geo.engine.duckdb_tables"},
}


def contracts() -> list[dict[str, Any]]:
    """Return the import contracts of pyproject.toml."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = (
        settings["tool"].get("importlinter", {}).get("contracts", [])
    )
    return found


def modules() -> Iterator[tuple[str, Path]]:
    """Go through the modules of the library and the pages by dotted name."""
    for folder in ("geo", "pages"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(part for part in parts if part != "__init__"), path
    yield "app", ROOT / "app.py"


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return the syntax tree of a module, flat."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imported(path: Path) -> set[str]:
    """Return the top-level names of what a module imports, wherever it does."""
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_no_page_lies_directly_in_pages() -> None:
    """Streamlit would find it there, and skip the entry script on a deep link."""
    assert list((ROOT / "pages").glob("*.py")) == []
    assert list((ROOT / "pages").glob("*/*.py"))


def test_there_is_no_second_entry_point() -> None:
    """The server is app.py, and the layout of the top level is fixed."""
    assert {path.name for path in ROOT.glob("*.py")} == {"app.py", "hatch_build.py"}


@pytest.mark.parametrize("third_party", DOORS)
def test_each_third_party_has_one_door(third_party: str) -> None:
    """Whoever replaces it has one module to read."""
    users = {name for name, path in modules() if third_party in imported(path)}

    assert users == DOORS[third_party]


def test_the_library_knows_nothing_of_streamlit() -> None:
    """It is usable from a notebook."""
    users = {
        name
        for name, path in modules()
        if name.startswith("geo") and imported(path) & {"streamlit", "streamlit_folium"}
    }

    assert users == set()


def test_the_contracts_are_written_down() -> None:
    """One for the layers, and one for each thing that may not be known."""
    kinds = [contract["type"] for contract in contracts()]

    assert "layers" in kinds, "pyproject.toml has no contract for the layers of geo/"
    assert "forbidden" in kinds, "pyproject.toml has no contract against streamlit"


def test_every_module_of_the_library_is_in_the_layers() -> None:
    """A module that no layer names would be free to import what it likes."""
    (layers,) = [one for one in contracts() if one["type"] == "layers"]
    named = {
        name.strip(" ()")
        for layer in layers["layers"]
        for part in layer.split("|")
        for name in part.split(":")
    }

    there = {name.split(".")[1] for name, _ in modules() if name.startswith("geo.")}
    assert sorted(there - named) == []
    assert sorted(named - there) == []


def test_the_contracts_hold() -> None:
    """``lint-imports`` says so."""
    assert contracts(), "pyproject.toml has no import contracts"
    result = subprocess.run(
        [str(LINT), "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert " 0 broken" in result.stdout


def _raises_again(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler ends by raising what it caught."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_no_module_swallows_every_error() -> None:
    """Errors are named where they are caught, or raised again after tidying up."""
    broad = [
        f"{name}:{node.lineno}"
        for name, path in modules()
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and not _raises_again(node)
        and (
            node.type is None
            or (
                isinstance(node.type, ast.Name)
                and node.type.id in {"Exception", "BaseException"}
            )
        )
    ]

    assert broad == []


#: What gives a file another name, or makes one that is to get another.
_RENAMING = {
    "os": {"replace", "rename", "renames", "link", "symlink"},
    "shutil": {"move"},
    "tempfile": {"mkstemp", "mkdtemp", "NamedTemporaryFile"},
}
#: The one module that does, and what others need of it, by module.
_WRITER = "geo.base.files"
_EXCEPTED = {"geo.bulk.build.run": {"os.link"}}  # of a draft's file into another draft


def _renamings(path: Path) -> Iterator[tuple[int, str]]:
    """Go through the calls of a module that rename files, by line and name.

    ``Path.replace`` takes one argument by place, ``str.replace`` two, those of dates
    theirs by name.
    """
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and node.module in _RENAMING:
            for alias in node.names:
                if alias.name in _RENAMING[node.module]:
                    yield node.lineno, f"{node.module}.{alias.name}"
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        called, owner = node.func.attr, node.func.value
        if isinstance(owner, ast.Name) and called in _RENAMING.get(owner.id, ()):
            yield node.lineno, f"{owner.id}.{called}"
        elif called in {"rename", "hardlink_to", "symlink_to"} or (
            called == "replace" and len(node.args) == 1 and not node.keywords
        ):
            yield node.lineno, f"Path.{called}"


def test_one_module_replaces_files_and_folders() -> None:
    """Whoever writes what is to last uses geo.base.files, so that it is whole or not there."""
    found = [
        f"{name}:{line} {called}"
        for name, path in modules()
        if name != _WRITER
        for line, called in _renamings(path)
        if called not in _EXCEPTED.get(name, ())
    ]

    assert found == []
    writer = dict(modules())[_WRITER]
    assert {called for _, called in _renamings(writer)} == {
        "Path.rename",
        "Path.replace",
    }


#: What reads files of others in its own process, and the modules that may call it: those
#: that are run apart themselves.
_READ_APART = {
    "extract": {"geo.evidence.quarantine"},
    "read_capture": {
        "geo.evidence.web_archive",
        "geo.evidence.web_archive.quarantine",
    },
    "take_in": set(),
    "columns_of": set(),
}


def test_files_of_others_are_read_in_a_process_apart() -> None:
    """No command and no page takes what reads them by itself."""
    taken = [
        f"{name} takes {alias.name}"
        for name, path in modules()
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("geo.evidence", "geo.bulk.build"))
        for alias in node.names
        if name not in _READ_APART.get(alias.name, {name})
    ]

    assert taken == []


#: What fits any value and tells nothing of it.
_EMPTY_NAMES = {"found", "given", "asked", "told"}


def test_names_tell_what_they_hold() -> None:
    """A variable, a parameter or a function is not called 'found'."""
    empty = [
        f"{name}:{node.lineno} {word}"
        for name, path in modules()
        for node in nodes(path)
        for word in _names_given(node)
        if word.strip("_") in _EMPTY_NAMES
    ]
    assert empty == []


def _names_given(node: ast.AST) -> Iterator[str]:
    """Go through the names that a node gives to something."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
