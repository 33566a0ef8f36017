"""The launch: listen, read the layer, and load the rest of the server meanwhile.

``incidents serve`` and ``app.py`` start here. What loads Streamlit is imported while
the layer is read: a database works without Python, which has the modules to load.
"""

from __future__ import annotations

import gc
import logging
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

from geo.atlas import atlas
from geo.base.errors import IncidentMapError
from geo.base.listening import listen_at
from geo.base.settings import settings


def serve() -> int:
    """Check the data, then serve until stopped.

    Returns
    -------
    int
        0 when it was stopped; 1 if the data is wrong, or the port is taken.
    """
    logging.basicConfig(
        level=logging.INFO, format="%(levelname)s %(name)s: %(message)s"
    )
    # Until the server is warm, nearly all that is made stays.
    gc.disable()
    # Ctrl+C ends the process at once, as other signals do: nothing waits for the layer.
    interrupt = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        deployment = settings()
        doors = listen_at(deployment.host, deployment.port)
        with ThreadPoolExecutor(1, "layer") as beside:
            reading = beside.submit(atlas)
            with import_module("geo.web.doors").waiting_room(doors):
                server = import_module("pages.start.server")
                server.check()
                layer = reading.result()
    except IncidentMapError as error:
        sys.stderr.write(f"The map cannot start:\n{error}\n")
        return 1
    finally:
        signal.signal(signal.SIGINT, interrupt)
    server.run(doors, layer)
    return 0
