"""Templates: how pages of HTML are drawn, with every text escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from geo.model.sources import is_web_address

_OURS: Final = Path(__file__).with_name("templates")


def templates_in(*folders: Path) -> Environment:
    """Return the templates of some folders, and below them those of this room.

    Every value is escaped: no text of the data is ever markup. ``tojson`` is safe
    within a script that is data.
    """
    environment = Environment(
        loader=FileSystemLoader([*folders, _OURS]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["web_address"] = is_web_address
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return environment


#: The templates of this room.
TEMPLATES: Final = templates_in()
