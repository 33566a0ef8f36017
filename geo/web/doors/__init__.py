"""The doors of the server: what comes in, from whom, and how long it may take.

Plain ASGI middlewares and uvicorn protocols. They know addresses only as data: the
server names which are its pages, and which its framework needs.
"""

from __future__ import annotations

from geo.web.doors.connections import connection_bounds
from geo.web.doors.known_paths import KnownPaths
from geo.web.doors.uploads import UploadLimits, Uploads, UploadStore
from geo.web.doors.waiting_room import waiting_room
from geo.web.doors.web_sockets import OwnWebSockets

__all__ = [
    "KnownPaths",
    "OwnWebSockets",
    "UploadLimits",
    "UploadStore",
    "Uploads",
    "connection_bounds",
    "waiting_room",
]
