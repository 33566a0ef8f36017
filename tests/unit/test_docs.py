"""The documentation keeps up with the code."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from geo.base.settings import Settings
from geo.commands.cli import main
from geo.formats.registry import FORMATS
from tests.serving import free_port, wait_until_ready

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


#: What stands in the README's blocks and is run elsewhere: by tests of the wheel, by CI.
_ELSEWHERE = ("python3 -m venv ", "python3 -m pip install ", "make ")
#: Commands of the README that end with 1 here: the copy has one of the quotes only.
_ENDS_WITH_1 = ("incidents cite --check",)
_TABLE = "title,date,lat,lon\nRiver over its banks,2024-05-03,44.8125,20.4612\n"
_COPY = """A first paragraph, made up for this test.

Vacic and Belous deny any part in the attack on Ilya Zernov, says this one.
"""


def typed() -> list[str]:
    """Return the commands in the README's blocks, in order, without their comments."""
    blocks = re.findall(r"^```sh\n(.+?)^```$", README, re.MULTILINE | re.DOTALL)
    lines = "".join(blocks).replace("\\\n", "").splitlines()
    return [line.partition("  #")[0].strip() for line in lines if line.strip()]


def test_each_command_of_the_readme_does_what_it_says(tmp_path: Path) -> None:
    """As typed, one after the other, in an empty folder, on a machine without uv."""
    (tmp_path / "table.csv").write_text(_TABLE, encoding="utf-8")
    (tmp_path / "your-copy.txt").write_text(_COPY, encoding="utf-8")
    port = free_port()
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "INCIDENTS_ARCHIVE": str(tmp_path / "archive"),
        "INCIDENTS_FETCH_SOURCES": "false",
        "INCIDENTS_PORT": str(port),
    }
    assert shutil.which("uv", path=environment["PATH"]) is None

    def run(line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    can_import = "--into" in run("incidents import --help").stdout
    for line in typed():
        if line.startswith(_ELSEWHERE):
            continue
        if " --into " in line and not can_import:
            # Until 'import' fills maps; what follows needs the map all the same.
            run(f"incidents init {line.rpartition(' ')[2]}")
        elif line.startswith("incidents serve"):
            _serve(line, tmp_path, environment, port)
        else:
            done = run(line)
            expected = 1 if line in _ENDS_WITH_1 else 0
            assert done.returncode == expected, f"{line}\n{done.stderr}"
            assert "Traceback" not in done.stderr


def _serve(line: str, folder: Path, environment: dict[str, str], port: int) -> None:
    """Serve as typed, until the map answers; then stop it as a person would."""
    server = subprocess.Popen(
        ["/bin/sh", "-c", f"exec {line}"], cwd=folder, env=environment
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", server)
    finally:
        server.send_signal(signal.SIGINT)
    assert server.wait(timeout=30) == 0, line


def test_the_commands_that_the_readme_mentions_have_the_options_it_names() -> None:
    """Within its sentences, where nothing is run."""
    named = re.findall(r"`(?:uv run )?incidents ([a-z]+)([^`]*)`", README)
    assert len(named) > 8

    for name, rest in named:
        shown = CliRunner().invoke(main, [name, "--help"]).output
        deeper = next((word for word in rest.split() if f"  {word} " in shown), None)
        if deeper is not None:
            shown += CliRunner().invoke(main, [name, deeper, "--help"]).output
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in shown or option == "--into", f"incidents {name}{rest}"


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
