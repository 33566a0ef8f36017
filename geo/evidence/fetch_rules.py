"""How a source is fetched: waits, limits, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.base.settings import Settings

BY_HAND: Final = (
    "Open it in a browser, save it as HTML, PDF or plain text, and add the file: "
    "incidents archive add SOURCE_ID FILE"
)


@dataclass(frozen=True, slots=True)
class FetchRules:
    """How a source is fetched.

    Parameters
    ----------
    user_agent
        How this server names itself, contact included.
    connect_timeout_s, read_timeout_s
        Seconds to wait for a connection, and for the next bytes.
    deadline_s
        Seconds that all of it may take: names, redirects and body.
    size_bytes
        The largest body, unpacked.
    max_redirects
        The most redirects followed.
    allow_loopback
        Whether this machine itself may be asked, on any port; for tests.
    """

    user_agent: str = "incident-map"
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 20.0
    deadline_s: float = 90.0
    size_bytes: int = 20_000_000
    max_redirects: int = 5
    allow_loopback: bool = False


def rules_of(settings: Settings) -> FetchRules:
    """Return how a deployment's settings say to fetch."""
    contact = f" (+{settings.fetch_contact})" if settings.fetch_contact else ""
    return FetchRules(
        user_agent=settings.fetch_user_agent + contact,
        connect_timeout_s=min(10.0, settings.fetch_timeout_s),
        read_timeout_s=settings.fetch_timeout_s,
        deadline_s=settings.fetch_deadline_s,
        size_bytes=settings.fetch_size_bytes,
        allow_loopback=settings.fetch_allow_loopback,
    )
