"""What the commands share: how they speak, and what their exit codes mean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from geo.base.errors import IncidentMapError, QueryError, SettingsError

if TYPE_CHECKING:
    from rich.progress import Progress

#: The data is wrong.
EXIT_DATA: Final = 1
#: The call is wrong.
EXIT_CALL: Final = 2
_WRONG_CALL: Final = (QueryError, SettingsError)


class Commands(click.Group):
    """A group of commands that turns our errors into messages and exit codes."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click declares it
        """Run the command; print our errors on stderr and exit 1 or 2."""
        try:
            return super().invoke(ctx)
        except IncidentMapError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(EXIT_CALL if isinstance(error, _WRONG_CALL) else EXIT_DATA)


def echo_json(value: object) -> None:
    """Print a report for machines: one JSON document, Unicode as it is."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def echo_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a report for people: a table as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    Console(markup=False, highlight=False, emoji=False).print(table)


def progress() -> Progress:
    """Return a progress display on stderr, silent where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(console=console, disable=not console.is_terminal, transient=True)
