"""Addresses of databases: how they are known, and how they are told to people."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

_DATABASES: Final = ("postgresql://", "postgres://")


def is_database(layer: str) -> bool:
    """Tell whether a layer's name is a database's URL."""
    return layer.startswith(_DATABASES)


def named_safely(url: str) -> str:
    """Return a database's address without its user and password."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}"
