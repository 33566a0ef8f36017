"""``incidents``: the command line over the library.

A command is imported when it is asked for: drafting and building bring in more than
exporting a large layer may take of the memory.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

from geo.base.extras import missing_of, require_extra
from geo.commands.report import Commands

#: Where each command is: a module of :mod:`geo.commands`, and its name there.
_COMMANDS: Final = {
    "archive": ("archive", "archive"),
    "build": ("build", "build_command"),
    "cite": ("cite", "cite"),
    "draft": ("draft", "draft"),
    "export": ("export", "export"),
    "geocode": ("geocode", "geocode"),
    "import": ("import_", "import_"),
    "synthesize": ("synthesize", "synthesize_command"),
    "validate": ("validate", "validate"),
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
        module, name = _COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"geo.commands.{module}"), name)
        return command


@click.group(cls=_AskedFor, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="incident-map")
def main() -> None:
    """Work with a map of incidents: check it, place it, prove it, take it elsewhere.

    Exit codes: 0 fine, 1 the data is wrong, 2 the call is wrong.
    """


if __name__ == "__main__":
    main()
