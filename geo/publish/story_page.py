"""The page of one story, beside the map once scripts run, and the list of all stories.

The page is a text with links to the records it rests on. ``walk.js`` makes a walk of it:
it puts the map that others embed into a frame, and says by the fragment of that frame's
address what each stop shows (``own-walk.js``). A page may change the fragment of its
frame's address in the app, embedded and opened from a disk alike, where a script may read
nothing of another file. Nothing is loaded anew, no message is sent whose sender would have
to be checked, and the map can be asked for nothing that a link could not ask for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlencode

from geo.base.paths import read_installed
from geo.model.dates import day_words
from geo.model.incident import Incident
from geo.model.wording import headline_words
from geo.publish.record_page import UP
from geo.publish.site import Site
from geo.publish.stories import Block, Step, Stop, Story
from geo.publish.templating import templates_in

#: Where the script is, below the root of a server and of a site.
WALK_SCRIPT: Final = "assets/own/walk.js"
_SCRIPT_FILE: Final = Path(__file__).parents[1] / "web" / "static" / "walk.js"


class _Rest(NamedTuple):
    """A record that a step rests on: where its page is, and its title standing alone."""

    path: str
    title: str


class _Shown(NamedTuple):
    """A stop: its number in the story, its text, and what it asks the map for."""

    number: int
    blocks: tuple[Block, ...]
    map: str


class _Part(NamedTuple):
    """A step as the page tells it."""

    title: str
    stops: Sequence[_Shown]
    rests: Sequence[_Rest]


class _Listed(NamedTuple):
    """A story as the list tells it."""

    path: str
    title: str
    opening: str
    changed: str


def render_story(story: Story, incidents: Mapping[str, Incident], site: Site) -> str:
    """Return the page of a story as HTML, readable without scripts.

    Parameters
    ----------
    story
        The story.
    incidents
        The incidents that it rests on, by id. Of one that is not there, its words stay
        without a link.
    site
        The site that the page is a part of, two steps below whose root it lies.
    """
    paths = {name: site.record_path(name) for name in incidents}
    return (
        templates_in()
        .get_template("story.html")
        .render(
            site=site,
            up=UP,
            heading=story.title,
            description=story.summary or story.title,
            path=site.story_path(story.name),
            card=site.map_card,
            parts=_parts(story.steps, incidents, paths),
            paths=paths,
            map_page=site.map_path(),
            script=_script(),
        )
    )


def render_stories(stories: Sequence[Story], site: Site) -> str:
    """Return the page that lists stories, with the first sentence of each.

    Parameters
    ----------
    stories
        Those that can be read; without any, the page says so.
    site
        The site that the page is a part of.
    """
    listed = [
        _Listed(
            site.story_path(story.name),
            story.title,
            story.opening,
            day_words(story.changed) if story.changed else "",
        )
        for story in stories
    ]
    return (
        templates_in()
        .get_template("stories.html")
        .render(
            site=site,
            up="",
            heading="Stories",
            description=f"Stories told on the map “{site.title}”.",
            path=site.stories_path(),
            card=site.map_card,
            stories=listed,
        )
    )


@cache
def _script() -> str:
    """Return the script's address, which changes with it: browsers may keep it."""
    digest = sha256(read_installed(_SCRIPT_FILE)).hexdigest()
    return f"{WALK_SCRIPT}?{digest[:10]}"


def _parts(
    steps: Sequence[Step], incidents: Mapping[str, Incident], paths: Mapping[str, str]
) -> list[_Part]:
    parts: list[_Part] = []
    number = 0
    for step in steps:
        stops: list[_Shown] = []
        for stop in step.stops:
            number += 1
            stops.append(_Shown(number, stop.blocks, _fragment_of(stop, paths)))
        rests = [
            _Rest(paths[name], headline_words(incidents[name]))
            for name in step.incidents
            if name in paths
        ]
        parts.append(_Part(step.title, stops, rests))
    return parts


def _fragment_of(stop: Stop, paths: Mapping[str, str]) -> str:
    """Return what a stop asks the map for, as the fragment of its address."""
    lit = urlencode([("lit", name) for name in stop.incidents if name in paths])
    return "&".join(filter(None, ("walk=yes", stop.query, lit)))
