"""The pages, told once: the menu is made of them, and the server knows their addresses."""

from __future__ import annotations

from dataclasses import dataclass

from geo.base.settings import settings


@dataclass(frozen=True, slots=True)
class Section:
    """One page: its script below ``pages/``, its names, and the end of its address.

    ``has_filters`` tells that the filters change what it shows, and are in the sidebar;
    the map has its own in its frame.
    """

    script: str
    title: str
    icon: str
    path: str
    has_filters: bool = False


def sections() -> list[Section]:
    """Return the pages of this deployment; the first is at ``/``."""
    shown = [
        Section("explore/map.py", "Map", ":material/map:", "map"),
        Section(
            "explore/table.py",
            "Table and downloads",
            ":material/table_rows:",
            "table",
            has_filters=True,
        ),
        Section("evidence/sources.py", "Sources", ":material/menu_book:", "sources"),
        Section(
            "connect/connect.py",
            "Connect",
            ":material/cable:",
            "connect",
            has_filters=True,
        ),
        Section("about/method.py", "How to read this map", ":material/info:", "about"),
    ]
    if settings().desk:
        shown.append(
            Section(
                "desk/bring_in.py",
                "Bring in a table",
                ":material/upload_file:",
                "desk",
            )
        )
    if settings().editors:
        shown.append(
            Section("editors/draft.py", "Draft", ":material/edit_note:", "draft")
        )
    return shown
