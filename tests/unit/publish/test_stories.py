"""Stories: Markdown that becomes steps, and that neither runs nor fetches anything."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.atlas import atlas
from geo.base.errors import Code, DataError
from geo.base.paths import DATA
from geo.model.changes import Change, Journal
from geo.publish.site import Site
from geo.publish.stories import (
    Story,
    filter_of,
    joined,
    parse_story,
    parted,
    read_story,
    story_file,
    story_files,
)
from geo.publish.story_check import check_stories, note_versions
from geo.publish.story_page import render_stories, render_story
from tests.builders import PAYLOADS, make_atlas, make_incident

HEAD = '+++\ntitle = "How it began"\n+++\n'
BODY = """
Before it, *all* was **well**.

## A wall

It was [painted over](incident:mural-2023). See
[more](map:?category=mural&view=9/44.8/20.4) and [the law](https://law.example/).

- One [item](incident:other)

> A quote

### Below

## The end
"""


def story_of(body: str = BODY, head: str = HEAD) -> Story:
    """Return the story of a text."""
    return parse_story(f"{head}{body}", "stories/began.md")


def test_headings_of_the_second_level_begin_steps() -> None:
    """What comes before the first one is the introduction."""
    introduction, wall, end = story_of().steps

    assert (introduction.title, wall.title, end.title) == ("", "A wall", "The end")
    assert [block.kind for block in wall.blocks] == [
        "paragraph",
        "item",
        "quote",
        "subheading",
    ]
    assert [run.mark for run in introduction.blocks[0].runs] == [
        "",
        "em",
        "",
        "strong",
        "",
    ]


def test_a_step_knows_what_it_rests_on_and_what_the_map_shows() -> None:
    """By its links."""
    story = story_of()

    wall, item = story.steps[1].stops
    assert story.steps[1].incidents == ("mural-2023", "other")
    assert (wall.incidents, item.incidents) == (("mural-2023",), ("other",))
    assert (wall.query, item.query) == ("category=mural&view=9/44.8/20.4", "")
    assert filter_of(wall.query) == {"category": ["mural"]}
    assert story.incidents == ("mural-2023", "other")
    assert story.name == "began"


def test_words_without_a_link_belong_to_the_stop_before_them() -> None:
    """Or to the first, where none is before; a step without words is a stop too."""
    _, wall, end = story_of().steps
    first, second = (
        story_of("One.\n\n[Two](incident:a)\n\n[Three](map:?q=x)\n").steps[0].stops
    )

    assert [len(stop.blocks) for stop in wall.stops] == [1, 3]
    assert [len(stop.blocks) for stop in end.stops] == [0]
    assert (len(first.blocks), first.incidents) == (2, ("a",))
    assert (len(second.blocks), second.query) == (1, "q=x")


@given(st.lists(st.sampled_from(["Words.", "[a](incident:a)", "[b](map:?q=b)"])))
def test_stops_part_a_step_and_lose_nothing(paragraphs: list[str]) -> None:
    """Each has one block that leads somewhere, but for a step that has none."""
    for step in story_of("\n\n".join(["## A step", *paragraphs])).steps:
        leading = [
            sum(
                any(run.incident or run.query for run in block.runs) for block in blocks
            )
            for blocks in (stop.blocks for stop in step.stops)
        ]

        assert step.blocks == tuple(
            block for stop in step.stops for block in stop.blocks
        )
        assert leading in ([0], [1] * len(leading))


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("It *began* in May. It went on.", "It began in May."),
        ("“Is it over?” they asked.", "“Is it over?”"),
        ("Only one", "Only one"),
        ("", "In short."),
    ],
)
def test_a_story_is_listed_with_its_first_sentence(text: str, opening: str) -> None:
    """Or with its summary, where it has no text yet."""
    head = HEAD.replace("\n+++\n", '\nsummary = "In short."\n+++\n')

    assert story_of(text, head).opening == opening


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Text without a head", "has no title"),
        ("+++\ntitle = \n+++\n", "not TOML"),
        ("+++\ntitle = 7\n+++\n", "has no title"),
        (f"{HEAD[:-4]}colour = 1\n+++\n", "is not a key of a story"),
        (f"{HEAD[:-4]}summary = 1\n+++\n", "is not a text"),
        (f"{HEAD[:-4]}changed = '2024-03-05'\n+++\n", "is not a day"),
        (f"{HEAD[:-4]}changed = 2024-03-05T10:00:00\n+++\n", "is not a day"),
        (f"{HEAD[:-4]}[versions]\na = 'x'\n+++\n", "ids and numbers"),
        (f"{HEAD}[x](javascript:alert(1))", "leads neither"),
        (f"{HEAD}[x](incident:../up)", "leads neither"),
        (f"{HEAD}[x](data:text/html,hello)", "leads neither"),
        (f"{HEAD}[x](page.html)", "leads neither"),
        (f"{HEAD}[x]()", "leads neither"),
        (f"{HEAD}a\u202eb", "U+202E"),
    ],
)
def test_a_story_that_is_wrong_is_refused(text: str, said: str) -> None:
    """With what is wrong."""
    with pytest.raises(DataError) as raised:
        parse_story(text, "stories/began.md")

    assert said in str(raised.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """As is one that is too large, and a name that no address can hold."""
    file = tmp_path / "a.md"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="cannot be read"):
        read_story(file)
    file.write_bytes(b"a" * 1_000_001)
    with pytest.raises(DataError, match="larger than"):
        read_story(file)
    with pytest.raises(DataError, match="cannot stand in an address"):
        parse_story(HEAD, "stories/a b.md")


def test_stories_are_found_by_their_names_only(tmp_path: Path) -> None:
    """An address leads to no other file."""
    (tmp_path / "stories").mkdir()
    (tmp_path / "stories" / "b.md").write_text(HEAD, encoding="utf-8")
    (tmp_path / "secret.md").write_text(HEAD, encoding="utf-8")

    assert story_file(tmp_path, "b") == tmp_path / "stories" / "b.md"
    for name in ("../secret", "secret", "", ".", "b.md"):
        assert story_file(tmp_path, name) is None
    assert story_files(tmp_path) == [tmp_path / "stories" / "b.md"]
    assert story_files(tmp_path / "nowhere") == []


@given(st.text(st.characters(categories=["L", "N", "Zs"]) | st.just("\n")), st.text())
def test_head_and_body_are_what_they_were(head: str, body: str) -> None:
    """However they look, as long as the head has no fence."""
    kept = body.replace("\r\n", "\n")

    assert parted(joined(head, kept)) == (head.strip(), kept)


@given(st.text())
def test_any_text_is_read_or_refused(body: str) -> None:
    """And drawn, if it was read."""
    try:
        story = story_of(body)
    except DataError:
        return
    assert "<h1" in render_story(story, {}, Site("Our map"))


# --- the page -------------------------------------------------------------------------

SITE = Site("Our map", address="https://map.example")
#: The only script of a story's page; its address changes with it.
SCRIPT = re.compile(r'<script defer src="\.\./assets/own/walk\.js\?\w{10}"></script>')


def page_of(story: Story) -> str:
    """Return a story's page, in a map that has one of its incidents."""
    incident = make_incident(status="alleged", alleged_by=("A",))
    return render_story(story, {"mural-2023": incident}, SITE)


def test_the_page_links_records_filters_and_the_web() -> None:
    """And keeps the words that rest on what is not there."""
    page = page_of(story_of())

    assert '<a href="../incident/mural-2023" data-incident="mural-2023">' in page
    assert '<a href="../?category=mural&amp;view=9/44.8/20.4" data-query' in page
    assert '<a href="https://law.example/">the law</a>' in page
    assert "One item" in page
    assert "Alleged: Mural painted over</a>" in page
    assert '<link rel="canonical" href="https://map.example/story/began">' in page


def test_each_stop_says_what_it_asks_the_map_for() -> None:
    """Its filter and view, and the incidents that are there to be lit."""
    page = page_of(story_of())

    assert re.findall(r'id="(stop-\d)" data-map="([^"]*)"', page) == [
        ("stop-1", "walk=yes"),
        (
            "stop-2",
            "walk=yes&amp;category=mural&amp;view=9/44.8/20.4&amp;lit=mural-2023",
        ),
        ("stop-3", "walk=yes"),
        ("stop-4", "walk=yes"),
    ]
    assert 'data-map="../embed"' in page
    assert len(SCRIPT.findall(page)) == 1


def test_stories_are_listed_with_the_day_they_changed() -> None:
    """As far as their authors say it."""
    began = replace(story_of(), changed=date(2024, 3, 5))
    page = render_stories([began, replace(story_of(), name="later")], SITE)

    assert '<a href="story/began">How it began</a>' in page
    assert "Before it, all was well." in page
    assert page.count("Last changed on") == 1
    assert "Last changed on 5 March 2024." in page
    assert "no stories yet" in render_stories([], SITE)


@pytest.mark.parametrize("payload", [*PAYLOADS, "![x](https://evil.test/x.png)"])
def test_texts_of_stories_are_texts(payload: str) -> None:
    """HTML in Markdown is shown, and a picture is no picture."""

    class Tags(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.seen: set[str] = set()

        def handle_starttag(
            self, tag: str, attrs: list[tuple[str, str | None]]
        ) -> None:
            assert not any(name.startswith("on") for name, _ in attrs)
            self.seen.add(tag)

    head = HEAD.replace("How it began", payload.replace("\\", "").replace('"', "'"))
    reader = Tags()
    story = story_of(f"{payload}\n\n## {payload}\n\n- {payload}\n", head)
    reader.feed(SCRIPT.sub("", page_of(story)))
    reader.feed(render_stories([story], SITE))

    assert not reader.seen & {"img", "script", "details", "svg", "iframe", "base"}


# --- what has changed since -----------------------------------------------------------


def written(folder: Path, body: str = BODY, head: str = HEAD) -> Path:
    """Write a story into a map's folder; return its file."""
    (folder / "stories").mkdir(exist_ok=True)
    file = folder / "stories" / "began.md"
    file.write_text(f"{head}{body}", encoding="utf-8")
    return file


def test_versions_are_noted_and_a_change_since_is_told(tmp_path: Path) -> None:
    """The text stays as it was; what was noted before is replaced."""
    body = "\nIt was [painted over](incident:mural-2023).\n"
    file = written(tmp_path, body)
    first = make_atlas(tmp_path, make_incident(version=1))
    second = make_atlas(tmp_path, make_incident(version=2))

    (unknown,) = check_stories(tmp_path, first)
    noted = note_versions(file, first)
    unchanged = check_stories(tmp_path, first)
    (changed,) = check_stories(tmp_path, second)
    note_versions(file, second)

    assert unknown.code == changed.code == Code.STORY_OUTDATED
    assert not changed.is_error
    assert "it was version 1, and is version 2" in changed.message
    assert "incidents story note began" in changed.remedy
    assert (noted, unchanged) == (1, [])
    assert check_stories(tmp_path, second) == []
    story = read_story(file)
    assert story.versions == {"mural-2023": 2}
    assert file.read_text(encoding="utf-8").endswith(body)


def test_a_story_that_names_no_such_incident_is_wrong(tmp_path: Path) -> None:
    """Where it is known what became of it, that is said; versions are not noted."""
    file = written(
        tmp_path, "\n[a](incident:never) [b](incident:twin) [c](incident:gone)\n"
    )
    journal = Journal(
        (
            Change("twin", date(2024, 3, 1), into="mural-2023"),
            Change("gone", date(2024, 3, 1), withdrawn=True),
        )
    )
    current = replace(make_atlas(tmp_path, make_incident()), journal=journal)

    never, twin, gone = check_stories(tmp_path, current)

    assert {never.code, twin.code, gone.code} == {Code.STORY_BROKEN}
    assert "not in the layer" in never.message
    assert "merged into 'mural-2023' on 1 March 2024" in twin.message
    assert "withdrawn on 1 March 2024" in gone.message
    before = file.read_bytes()
    with pytest.raises(DataError, match="not in the layer"):
        note_versions(file, current)
    assert file.read_bytes() == before


def test_a_filter_that_is_none_is_wrong(tmp_path: Path) -> None:
    """With the step it stands in."""
    written(
        tmp_path, "\n## A step\n\n[x](map:?category=nothing) [y](map:?colour=red)\n"
    )

    faults = check_stories(tmp_path, make_atlas(tmp_path))

    assert [fault.code for fault in faults] == [Code.STORY_BROKEN] * 2
    assert all(fault.where.startswith("A step") for fault in faults)


def test_a_story_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Beside the others."""
    written(tmp_path, "", "+++\n+++\n")

    (fault,) = check_stories(tmp_path, make_atlas(tmp_path))

    assert "has no title" in fault.message


# --- our own --------------------------------------------------------------------------


def test_every_sentence_of_our_story_rests_on_a_record() -> None:
    """But for the introduction, which says how to read it, and links to the map."""
    for file in story_files(DATA):
        for step in read_story(file).steps[1:]:
            for block in step.blocks:
                if any(run.query for run in block.runs):
                    continue
                marked = "".join(
                    "§" * bool(run.incident) + run.text for run in block.runs
                )
                for sentence in re.split(r"(?<=[.!?])\s", marked):
                    assert "§" in sentence, sentence


def test_our_stories_are_as_their_records_are_now() -> None:
    """Whoever changes a record compares the sentences with it."""
    assert check_stories(DATA, atlas()) == []
