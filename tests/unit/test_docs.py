"""The documentation keeps up with the code."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from geo.base.settings import Settings
from geo.commands.cli import main
from geo.export import FORMATS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the paths of all commands below a group."""
    found: list[tuple[str, ...]] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
        else:
            found.append((*path, name))
    return found


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_readme(name: str) -> None:
    """Whoever deploys finds each variable in one table."""
    assert f"INCIDENTS_{name.upper()}" in README


@pytest.mark.parametrize("path", commands(main), ids=" ".join)
def test_every_command_shows_an_example(path: tuple[str, ...]) -> None:
    """``--help`` ends with something to copy."""
    shown = CliRunner().invoke(main, [*path, "--help"])

    assert shown.exit_code == 0
    assert "Example" in shown.output
    assert "incidents " + " ".join(path) in shown.output


@pytest.mark.parametrize("name", FORMATS)
def test_every_export_format_is_in_the_readme(name: str) -> None:
    """GIS users learn from the README which formats there are."""
    assert f"`{name}`" in README


#: Where the code sends its readers: a file and a section of it, or a section alone.
_SENT = re.compile(
    r"""(?P<file>data/README|README)\.md,\s+['"](?P<section>[^'"]+)['"]"""
    r"""|['"](?P<alone>[A-Z][\w ]+)['"]\s+in\s+the\s+README"""
    r"""|the\ (?P<plain>settings)\ in\ README\.md"""
)


def test_every_section_that_the_code_names_is_there() -> None:
    """An error or a comment never sends anybody to a section that does not exist."""
    sent = {
        ((match["file"] or "README"), match["section"] or match["alone"] or "Settings")
        for path in [*ROOT.glob("geo/**/*.py"), *ROOT.glob("pages/**/*.py")]
        for match in _SENT.finditer(path.read_text(encoding="utf-8"))
    }

    assert ("data/README", "Vocabulary") in sent
    for file, section in sorted(sent):
        headings = re.findall(
            r"^#+ (.+)$", (ROOT / f"{file}.md").read_text("utf-8"), re.MULTILINE
        )
        assert section in headings, f"{file}.md has no section {section!r}"
