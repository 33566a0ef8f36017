"""The command line as a whole: it answers at once, and knows which map is meant."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from geo.base.new_map import make_map
from geo.base.settings import ROOT, settings
from geo.commands.cli import main

NAMES = main.list_commands(click.Context(main))
#: What takes so long to load that no help may wait for it.
HEAVY = (
    "duckdb",
    "folium",
    "geopandas",
    "jsonschema",
    "pandas",
    "pyarrow",
    "pydantic",
    "rich",
    "streamlit",
)
_LOADED = f"""
import sys
from geo.commands.cli import main
main(sys.argv[1:], standalone_mode=False)
print("LOADED", *sorted(set({HEAVY!r}) & set(sys.modules)))
"""


@pytest.mark.parametrize("name", ["", *NAMES])
def test_help_waits_for_nothing_heavy(name: str) -> None:
    """A command loads what it works with when it works."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *filter(None, [name]), "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[-1] == "LOADED"


def test_every_command_is_listed_with_what_it_does() -> None:
    """In the order in which a newcomer needs them."""
    listed = CliRunner().invoke(main, ["--help"]).output.partition("Commands:")[2]

    assert re.findall(r"^  (\w+)  ", listed, re.MULTILINE) == NAMES
    assert NAMES[:3] == ["init", "import", "serve"]


def test_a_map_is_named_before_any_command(tmp_path: Path) -> None:
    """Also for commands whose own --map is something else."""
    make_map(tmp_path / "m")
    (tmp_path / "m" / "sources.json").write_text("{", encoding="utf-8")

    done = CliRunner().invoke(main, ["--map", str(tmp_path / "m"), "archive", "list"])

    assert done.exit_code == 1
    assert str(tmp_path / "m" / "sources.json") in done.output


@pytest.mark.parametrize(
    "words",
    [
        ("archive", "list"),
        ("archive", "verify"),
        ("cite", "--check"),
        ("geocode", "--check"),
        ("geocode", "Belgrade"),
    ],
)
def test_each_command_works_with_a_map_of_ones_own(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    """By argument or option; afterwards the deployment's map is the one again."""
    make_map(tmp_path / "m")
    before = settings().map
    where = (
        (str(tmp_path / "m"),) if words[0] == "cite" else ("--map", str(tmp_path / "m"))
    )

    done = CliRunner().invoke(main, [*words, *where])

    assert done.exit_code == 0, done.output
    assert settings().map == before


def test_a_folder_that_is_none_is_refused_with_the_command_that_makes_one(
    tmp_path: Path,
) -> None:
    """Whatever command is meant."""
    done = CliRunner().invoke(main, ["cite", str(tmp_path / "nowhere"), "--check"])

    assert done.exit_code == 1
    assert f"incidents init {tmp_path / 'nowhere'}" in done.output
