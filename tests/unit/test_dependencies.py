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
#: The extras that are no others together.
SINGLE: dict[str, list[str]] = {
    name: needed
    for name, needed in PROJECT["optional-dependencies"].items()
    if not needed[0].startswith(PROJECT["name"])
}


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
    known = declared(PROJECT["dependencies"]).union(*map(declared, SINGLE.values()))

    assert imported() - known == set()
    assert known - imported() == NOT_IMPORTED


def test_what_everybody_installs_is_little() -> None:
    """What only some work needs is an extra."""
    assert len(PROJECT["dependencies"]) <= 30


def test_each_dependency_has_its_reason_beside_it() -> None:
    """Whoever wonders whether it may go reads why it is there."""
    blocks = re.findall(
        rf"^(?:dependencies|{'|'.join(SINGLE)}) = \[\n(.*?)^\]",
        PYPROJECT,
        re.MULTILINE | re.DOTALL,
    )
    lines = [line for block in blocks for line in block.splitlines()]

    assert len(blocks) == 1 + len(SINGLE)
    assert [line for line in lines if not re.search(r'",\s+# \S', line)] == []


def test_the_extras_are_those_of_the_project() -> None:
    """Each extra's modules come from what it declares, and from nothing else."""
    distributions = packages_distributions()

    assert set(EXTRAS) == set(SINGLE)
    for extra, modules in EXTRAS.items():
        names = {distributions[module][0].lower() for module in modules}
        names = {name.replace("_", "-") for name in names}
        assert names <= declared(SINGLE[extra]), extra
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
         "geo.places.nominatim", "geo.places.answers", "geo.evidence.connecting",
         "geo.evidence.addresses", "geo.evidence.fetch", "geo.evidence.page_text",
         "geo.evidence.pdf_text", "geo.evidence.citing", "geo.publish.pictures.",
         "geo.ground.vector_tiles", "geo.web.rates")
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
from pathlib import Path
from geo.atlas import atlas
from geo.atlas.answers import references_to
from geo.evidence.extraction import extract
from geo.evidence.intake import archive_url
from geo.importing.dates.calendars import edtf_of
from geo.model.query import Query
from geo.publish.pages import stories_of
from geo.publish.pictures import picture_of
from geo.publish.site import drawn_card
from geo.publish.stories import read_story
from geo.web.headers import page_head
from geo.publish.site import Site
map_ = atlas()
source = next(iter(map_.sources.values()))
assert references_to(None, map_.sources, "", "x") == {"link": "x", "forms": {}}
assert stories_of(Path("data")) == [] and drawn_card() == ""
assert "og:image" not in page_head(Site("t", map_card=drawn_card()))
assert edtf_of(2020, 1, 2) == "2020-01-02"
for extra, work in (
    ("archive", lambda: archive_url(source, map_.archive, citations=())),
    ("archive", lambda: extract(b"<html><body>Text</body></html>", where="x", suffix=".html")),
    ("archive", lambda: extract(b"%PDF-1.7 x", where="x")),
    ("calendars", lambda: edtf_of(1402, 1, 2, "persian")),
    ("pictures", lambda: picture_of(map_, Query(), "png")),
    ("publish", lambda: read_story(next(Path("data/stories").glob("*.md")))),
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
