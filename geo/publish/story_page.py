"""The page of one story: its walk as a text, with links to the records it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from geo.model.incident import Incident
from geo.model.wording import headline_words
from geo.publish.record_page import UP
from geo.publish.site import Site
from geo.publish.stories import Step, Story
from geo.publish.templating import templates_in


class _Rest(NamedTuple):
    """A record that a step rests on: where its page is, and its title standing alone."""

    path: str
    title: str


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
            steps=[(step, _rests(step, incidents, paths)) for step in story.steps],
            paths=paths,
            map_page=site.map_path(),
        )
    )


def _rests(
    step: Step, incidents: Mapping[str, Incident], paths: Mapping[str, str]
) -> list[_Rest]:
    return [
        _Rest(paths[name], headline_words(incidents[name]))
        for name in step.incidents
        if name in incidents
    ]
