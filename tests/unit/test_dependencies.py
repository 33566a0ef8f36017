"""What is imported is declared, what is declared is used, and extras are optional."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from typing import Any

import pytest

from geo.base.errors import SettingsError
from geo.base.extras import EXTRAS, missing_of, require_extra
from geo.base.settings import ROOT

PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT: dict[str, Any] = tomllib.loads(PYPROJECT)["project"]
#: Needed by what is declared beside it, or handed to users, without an import here.
NOT_IMPORTED: set[str] = set()


def name_of(requirement: str) -> str:
    """Return the distribution of a requirement, as package indexes spell it."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, requirement
    return match[0].lower().replace("_", "-")


def declared(requirements: list[str]) -> set[str]:
    """Return the distributions of requirements."""
    return set(map(name_of, requirements))


def imported() -> set[str]:
    """Return the third parties' distributions that the library and pages import."""
    names: set[str] = set()
    paths = [ROOT / "app.py", *(ROOT / "geo").rglob("*.py")]
    for path in [*paths, *(ROOT / "pages").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    ours = {"geo", "pages", "app"}
    names -= ours | set(sys.stdlib_module_names)
    distributions = packages_distributions()
    return {
        distribution.lower().replace("_", "-")
        for name in names
        for distribution in distributions[name][:1]
    }


def test_what_is_imported_is_declared_and_the_other_way_round() -> None:
    """A library that comes with another one may leave with it."""
    extras = PROJECT["optional-dependencies"].values()
    known = declared(PROJECT["dependencies"]).union(*map(declared, extras))

    assert imported() - known == set()
    assert known - imported() == NOT_IMPORTED


def test_each_dependency_has_its_reason_beside_it() -> None:
    """Whoever wonders whether it may go reads why it is there."""
    blocks = re.findall(
        r"^(?:dependencies|archive|build|drafting|nominatim|postgres) = \[\n(.*?)^\]",
        PYPROJECT,
        re.MULTILINE | re.DOTALL,
    )
    lines = [line for block in blocks for line in block.splitlines()]

    assert len(blocks) == 6
    assert [line for line in lines if not re.search(r'",\s+# \S', line)] == []


def test_the_extras_are_those_of_the_project() -> None:
    """Each extra's modules come from what it declares, and from nothing else."""
    optional: dict[str, list[str]] = PROJECT["optional-dependencies"]
    distributions = packages_distributions()

    assert set(EXTRAS) == set(optional)
    for extra, modules in EXTRAS.items():
        names = {distributions[module][0].lower() for module in modules}
        names = {name.replace("_", "-") for name in names}
        assert names <= declared(optional[extra]), extra
        assert not names & declared(PROJECT["dependencies"])


def test_a_missing_extra_is_named_with_its_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody has to guess what to install."""
    require_extra("build", "Building")
    assert missing_of("build") == []
    monkeypatch.setitem(EXTRAS, "build", ("ibis", "no_such_module"))  # type: ignore[arg-type]

    with pytest.raises(SettingsError, match=r"^Building needs no_such_module.*build'"):
        require_extra("build", "Building")


LEAN = """
import sys, pkgutil, importlib, importlib.util
import geo
from geo.base.extras import EXTRAS
absent = {name for names in EXTRAS.values() for name in names}
real = importlib.util.find_spec
for name in absent:
    sys.modules[name] = None
import geo.base.extras as extras
extras.find_spec = lambda name: None if name in absent else real(name)
later = ("geo.bulk.build", "geo.commands.build", "geo.engine.postgres_",
         "geo.places.nominatim", "geo.places.answers")
for module in pkgutil.walk_packages(geo.__path__, "geo."):
    if not module.name.startswith(later):
        importlib.import_module(module.name)
from click.testing import CliRunner
from geo.commands.cli import main
run = CliRunner().invoke
assert "export" in run(main, ["--help"]).output
built = run(main, ["build", "feed.csv", "--output", "x"])
assert built.exit_code == 2 and "uv sync --extra build" in built.output, built.output
from datetime import date
from geo.evidence.drafting.drafts import draft
from geo.places.gazetteer import Gazetteer
from geo.engine import open_engine
from geo.base.errors import SettingsError
for extra, work in (
    ("drafting", lambda: draft("In Belgrade.", "s", Gazetteer(()), published=date.max)),
    ("postgres", lambda: open_engine("postgresql://127.0.0.1:9/x", vocabulary=None,
                                     sources=None, storage=None)),
):
    try:
        work()
    except SettingsError as error:
        assert f"uv sync --extra {extra}" in str(error), error
    else:
        raise AssertionError(extra)
print("lean")
"""


def test_without_extras_all_else_is_there() -> None:
    """A server of readers and the other commands start; the rest says what it needs."""
    result = subprocess.run(
        [sys.executable, "-c", LEAN],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.stdout == "lean\n", result.stderr


def test_nothing_installed_brings_what_the_server_does_not_look_for() -> None:
    """Starting, it spares itself the search for components of Streamlit's second kind."""
    code = (
        "from streamlit.components.v2 import component_manager, manifest_scanner as scanner\n"
        "assert scanner.scan_component_manifests() == []\n"
        "import pages.start.server\n"
        "class Looked(Exception): pass\n"
        "def look(dist): raise Looked(dist)\n"
        "scanner._is_likely_streamlit_component_package = look\n"
        "manager = component_manager.BidiComponentManager()\n"
        "manager.discover_and_register_components(start_file_watching=False)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "Failed to scan" not in done.stderr
