"""Templates: how pages of HTML are drawn, with every text escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo.model.sources import is_web_address

if TYPE_CHECKING:
    from jinja2 import Environment

_OURS: Final = Path(__file__).with_name("templates")


@cache
def templates_in(*folders: Path) -> Environment:
    """Return the templates of some folders, and below them those of this room.

    Every value is escaped: no text of the data is ever markup. ``tojson`` is safe
    within a script that is data. They are made, and jinja is loaded, when the first
    page is drawn.
    """
    from jinja2 import (  # noqa: PLC0415 - see above
        Environment,
        FileSystemLoader,
        StrictUndefined,
    )

    environment = Environment(
        loader=FileSystemLoader([*folders, _OURS]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["web_address"] = is_web_address
    environment.policies["json.dumps_kwargs"] = {
        "ensure_ascii": False,
        "separators": (",", ":"),
    }
    return environment
