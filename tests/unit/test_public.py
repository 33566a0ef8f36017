"""The public door: what ``import geo`` offers is listed, told and shown."""

from __future__ import annotations

import ast
import doctest
import runpy
import socket
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import geo
from geo.base.settings import ROOT

#: What takes long to load, and a program that only names a thing need not.
HEAVY = {"pandas", "geopandas", "pyogrio", "folium", "duckdb", "pyarrow", "shapely"}


def typed_names() -> set[str]:
    """Return the names that type checkers are told of."""
    tree = ast.parse((ROOT / "geo" / "__init__.py").read_text(encoding="utf-8"))
    return {
        alias.asname or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("geo.")
        for alias in node.names
    }


def files_of_the_project() -> dict[Path, int]:
    """Return when each file beside the code was last changed."""
    folders = (ROOT, ROOT / "data", ROOT / "docs")
    paths = [path for folder in folders for path in folder.glob("*") if path.is_file()]
    return {path: path.stat().st_mtime_ns for path in paths}


def test_the_table_of_contents_is_sorted_and_whole() -> None:
    """What is listed, what type checkers see, and what there is are the same."""
    assert sorted(set(geo.__all__)) == geo.__all__
    assert typed_names() == set(geo.__all__)
    assert set(geo.__all__) <= set(dir(geo))
    for name in geo.__all__:
        assert getattr(geo, name).__name__ == name


@pytest.mark.parametrize("name", geo.__all__)
def test_whatever_is_public_says_what_it_is_for(name: str) -> None:
    """``help(geo.NAME)`` answers, for the methods of a class as well."""
    thing = getattr(geo, name)
    public = [thing]
    if name == "Layer":
        public += [value for part, value in vars(thing).items() if part[:1] != "_"]

    assert all(part.__doc__ for part in public)


def test_a_name_that_is_not_public_is_refused() -> None:
    """In the words of Python."""
    with pytest.raises(AttributeError, match="has no attribute 'read_layers'"):
        geo.read_layers  # noqa: B018 - reading it is the test


def test_importing_costs_nothing() -> None:
    """Libraries are loaded when a name that needs them is used."""
    program = "import sys, geo; print(*sorted(sys.modules))"
    shown = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert HEAVY & set(shown.stdout.split()) == set()


@pytest.mark.parametrize("module", ["geo.atlas.layer", "geo.atlas.frame"])
def test_the_examples_in_the_docstrings_are_true(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are run, from the project's folder."""
    monkeypatch.chdir(ROOT)

    failed, tried = doctest.testmod(import_module(module))

    assert tried > 0
    assert failed == 0


def test_the_notebook_runs_without_a_network(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whole, and it leaves nothing in the project's folders."""

    def refuse(*_: object) -> None:
        pytest.fail("the notebook asks the network")

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = files_of_the_project()

    cells = runpy.run_path(str(ROOT / "docs" / "notebook.py"))

    assert len(cells["incidents"]) == len(cells["layer"])
    assert not cells["by_month"].empty
    assert files_of_the_project() == before
    assert list(tmp_path.iterdir()) == []
