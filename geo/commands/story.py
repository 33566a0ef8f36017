"""``incidents story``: keep stories true to the records that they rest on."""

from __future__ import annotations

from collections.abc import Sequence

import click

from geo.commands.of_map import map_option
from geo.commands.report import EXIT_CALL


@click.group()
def story() -> None:
    """Keep stories true to the records that they rest on.

    A story is a Markdown file in the folder 'stories' of a map, with links to
    incident:ID and map:?FILTER; docs/stories.md describes it. 'incidents validate' says
    what is wrong with one, and which of its records have changed since.
    """


@story.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@map_option
@click.pass_context
def note(context: click.Context, names: Sequence[str]) -> None:
    """Note the versions of the records that stories rest on, once they are checked.

    NAME is the file's name in the folder 'stories', without its ending.

    \b
    Example:
      incidents story note how-it-began --map my-map

    Exit codes: 0 fine, 1 a story has errors, 2 there is no such story.
    """  # noqa: D301 - click's mark for a paragraph kept as it is
    from geo.atlas import atlas
    from geo.base.settings import map_path
    from geo.publish.stories import STORIES_FOLDER, story_file
    from geo.publish.story_check import note_versions

    folder = map_path()
    for name in names:
        file = story_file(folder, name)
        if file is None:
            click.echo(
                f"{folder / STORIES_FOLDER} has no story called {name!r}. Give the name of "
                "its file without .md.",
                err=True,
            )
            context.exit(EXIT_CALL)
        number = note_versions(file, atlas())
        noted = (
            "version of 1 record is"
            if number == 1
            else f"versions of {number} records are"
        )
        click.echo(f"{file}: the {noted} noted.")
