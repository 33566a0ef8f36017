"""``incidents``: the command line over the library."""

from __future__ import annotations

import click

from geo.commands.archive import archive
from geo.commands.build import build_command
from geo.commands.cite import cite
from geo.commands.draft import draft
from geo.commands.export import export
from geo.commands.geocode import geocode
from geo.commands.import_ import import_
from geo.commands.report import Commands
from geo.commands.synthesize import synthesize_command
from geo.commands.validate import validate


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="incident-map")
def main() -> None:
    """Work with a map of incidents: check it, place it, prove it, take it elsewhere.

    Exit codes: 0 fine, 1 the data is wrong, 2 the call is wrong.
    """


for command in (
    archive,
    build_command,
    cite,
    draft,
    export,
    geocode,
    import_,
    synthesize_command,
    validate,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
