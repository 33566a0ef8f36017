"""``incidents``: the command line over the library.

A command is imported when it is asked for: drafting and building bring in more than
exporting a large layer may take of the memory.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

import click

from geo.base.extras import missing_of, require_extra
from geo.commands.of_map import FOLDER, use_map
from geo.commands.report import Commands


class _Place(NamedTuple):
    """Where a command is: a module of :mod:`geo.commands`, its name there, what it does."""

    module: str
    name: str
    help: str


_COMMANDS: Final = {
    "init": _Place("init", "init", "Make a folder for a new map."),
    "import": _Place("import_", "import_", "Bring a table or a layer into a map."),
    "serve": _Place("serve", "serve", "Serve a map, here or for everybody."),
    "validate": _Place("validate", "validate", "Check maps and layers."),
    "export": _Place("export", "export", "Write a map's incidents to a file."),
    "publish": _Place("publish", "publish", "Write a map as files for any web host."),
    "geocode": _Place("geocode", "geocode", "Look up where a place is."),
    "archive": _Place("archive", "archive", "Keep local copies of the sources."),
    "cite": _Place("cite", "cite", "Check every citation against its source."),
    "story": _Place("story", "story", "Keep stories true to their records."),
    "draft": _Place("draft", "draft", "Find what a text may hold for the map."),
    "build": _Place("build", "build_command", "Build a layer of raw dumps."),
    "synthesize": _Place("synthesize", "synthesize_command", "Make up a layer to try."),
    "doctor": _Place("doctor", "doctor", "Say what is missing for a map to work."),
}
#: Commands that are not even imported without an extra.
_EXTRAS: Final = {"build": "build"}


def _not_installed(command: str) -> click.Command:
    """Return what stands for a command whose extra is not installed."""

    def refuse() -> None:
        require_extra(_EXTRAS[command], f"incidents {command}")

    return click.Command(
        command,
        callback=refuse,
        params=[],
        help="Not installed: says how to install it.",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )


class _AskedFor(Commands):
    """The group of all commands, none of which is imported before it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return [*_COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, None for a name that none has."""
        if cmd_name not in _COMMANDS:
            return super().get_command(ctx, cmd_name)
        if cmd_name in _EXTRAS and missing_of(_EXTRAS[cmd_name]):
            return _not_installed(cmd_name)
        place = _COMMANDS[cmd_name]
        module = import_module(f"geo.commands.{place.module}")
        command: click.Command = getattr(module, place.name)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the commands without loading any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, of.help) for name, of in _COMMANDS.items()])


@click.group(cls=_AskedFor, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="incident-map")
@click.option(
    "--map",
    "map_folder",
    type=FOLDER,
    metavar="FOLDER",
    help="The map's folder, for commands that do not name one themselves.",
)
@click.pass_context
def main(context: click.Context, *, map_folder: Path | None) -> None:
    """Make a map of incidents, check it, prove it, serve it, take it elsewhere.

    A map is a folder. Begin with 'incidents import TABLE --into my-map', then
    'incidents serve my-map'.

    Exit codes: 0 fine, 1 the data is wrong, 2 the call is wrong.
    """
    use_map(context, map_folder)


if __name__ == "__main__":
    main()
