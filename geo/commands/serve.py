"""``incidents serve``: the map on this machine, or for everybody."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from pathlib import Path

import click

from geo.commands.of_map import FOLDER


@click.command()
@click.argument("folder", type=FOLDER, metavar="[FOLDER]", required=False)
@click.option("--host", help="Address to listen on. Default: this machine alone.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port. Default: 8501.")
@click.option(
    "--desk",
    is_flag=True,
    help="With the desk, where tables are brought in. On this machine only.",
)
@click.pass_context
def serve(
    context: click.Context,
    folder: Path | None,
    *,
    host: str | None,
    port: int | None,
    desk: bool,
) -> None:
    """Serve the map of FOLDER until Ctrl+C.

    Says its address when readers can come. A map that changes is read anew. Without
    FOLDER it is the map of INCIDENTS_MAP, of the working directory where that is one,
    else the one that the program comes with.

    \b
    Examples:
      incidents serve my-map
      incidents serve my-map --port 8600 --desk

    Exit codes: 0 stopped, 1 the data is wrong, 2 the call is wrong, as with a port
    that is taken.
    """  # noqa: D301 - click's mark for a paragraph kept as it is
    # What is asked for here is what is served, in this process and those it starts.
    options = {
        "MAP": folder and str(folder.absolute()),
        "HOST": host,
        "PORT": port and str(port),
        "DESK": "true" if desk else None,
    }
    os.environ |= {
        f"INCIDENTS_{name}": value for name, value in options.items() if value
    }
    # --help need not wait for settings; and the pages take seconds to load.
    from geo.base.listening import require_free_port
    from geo.base.paths import ROOT
    from geo.base.settings import settings

    settings.cache_clear()
    chosen = settings()
    require_free_port(chosen.host, chosen.port)
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    # Nothing is garbage while modules are loaded; the server looks for it later.
    gc.disable()
    # By name: the library knows nothing of the pages, which are carried beside it.
    context.exit(import_module("pages.start.launch").serve())
