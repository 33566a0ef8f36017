"""Every rule and caution a schema cannot say, in the order they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from geo.layer.claims import (
    category_problems,
    citation_problems,
    kind_problems,
    status_problems,
)
from geo.layer.dates import date_problems, updated_problems
from geo.layer.harm import dwelling_problems, harm_problems
from geo.layer.places import (
    country_problems,
    geometry_problems,
    place_cautions,
    radius_problems,
)
from geo.layer.record import Problem, Record
from geo.layer.texts import sentence_cautions, text_problems

RULES: Final[tuple[Callable[[Record], Iterator[Problem]], ...]] = (
    text_problems,
    category_problems,
    kind_problems,
    date_problems,
    country_problems,
    geometry_problems,
    radius_problems,
    status_problems,
    citation_problems,
    updated_problems,
    harm_problems,
    dwelling_problems,
)
CAUTIONS: Final[tuple[Callable[[Record], Iterator[Problem]], ...]] = (
    sentence_cautions,
    place_cautions,
)
