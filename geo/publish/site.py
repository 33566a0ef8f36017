"""The site: what a map's pages say of the map itself, and where they stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from geo.base.extras import has_extra


def drawn_card() -> str:
    """Return the path of the map's card below the root; empty where nothing draws it."""
    return "card.png" if has_extra("pictures") else ""


@dataclass(frozen=True, slots=True)
class Site:
    """A map as its pages, feeds and lists name it.

    Parameters
    ----------
    title, subtitle, licence
        As the map says them.
    address
        The absolute address at which readers reach it, without a slash at its end;
        empty where nobody has said it.
    page_ending
        How the names of pages end: nothing on a server, ``.html`` for files.
    map_page
        The page of the map below its root: nothing where that is the root itself.
    style
        The style sheet of the pages that are read without scripts, below the root;
        nothing where each has it inside.
    has_pages
        Whether each record has a page; else the map opens it.
    map_card
        Path of the map's card below the root (:mod:`geo.publish.pictures.cards`); nothing for
        none.
    has_cards
        Whether each record has a card of its own; else it has the map's.
    """

    title: str
    subtitle: str = ""
    licence: str = ""
    address: str = ""
    page_ending: str = ""
    map_page: str = ""
    style: str = ""
    has_pages: bool = True
    map_card: str = ""
    has_cards: bool = False

    def record_path(self, incident_id: str) -> str:
        """Return the path of a record's page below the root, or of the map that opens it."""
        if not self.has_pages:
            return self.map_path(incident_id)
        return f"incident/{quote(incident_id, safe='')}{self.page_ending}"

    def card_path(self, incident_id: str) -> str:
        """Return the path of a record's card below the root, or of the map's."""
        if not self.has_cards:
            return self.map_card
        return f"card/{quote(incident_id, safe='')}.png"

    def story_path(self, name: str) -> str:
        """Return the path of a story's page below the root."""
        return f"story/{quote(name, safe='')}{self.page_ending}"

    def stories_path(self) -> str:
        """Return the path of the list of stories below the root."""
        return f"stories{self.page_ending}"

    def embedded_path(self) -> str:
        """Return the path of the map that other pages show in a frame."""
        return f"embed{self.page_ending}"

    def map_path(self, incident_id: str = "") -> str:
        """Return the path of the map, with a record opened where one is named."""
        opened = f"?incident={quote(incident_id, safe='')}" if incident_id else ""
        return f"{self.map_page}{opened}"

    def absolute(self, path: str) -> str:
        """Return a path below the root as an address; empty where none is known."""
        return f"{self.address}/{path}" if self.address else ""
