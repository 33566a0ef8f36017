"""Stories: a Markdown file of a map's folder becomes a walk through its incidents.

::

    +++
    title = "How it began"
    summary = "One line."
    changed = 2024-03-05    # shown with the list of stories

    [versions]              # noted by 'incidents story note'
    bar-raid = 2
    +++

    What comes before the first heading is the introduction.

    ## A step

    In December [a bar was raided](incident:bar-raid). There were
    [more attacks](map:?category=attack&view=11/44.81/20.46).

A heading of the second level begins a step, and a paragraph with a link to incidents or to
the map is a stop of the walk. A link to ``incident:ID`` names an incident
that a sentence rests on; one to ``map:?...`` filters the map, in the words of its address.
Markdown is CommonMark, read by markdown-it-py; HTML in it is text, and pictures are links,
so that a story neither runs nor fetches anything.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from geo.base.characters import unprintable
from geo.base.errors import Code, DataError, Fault
from geo.base.extras import require_extra
from geo.model.ids import is_incident_id
from geo.model.sources import is_web_address

if TYPE_CHECKING:
    from markdown_it.token import Token

#: The folder of a map's stories, and how their files end.
STORIES_FOLDER: Final = "stories"
STORY_ENDING: Final = ".md"
_FENCE: Final = "+++"
_KEYS: Final = frozenset({"title", "summary", "changed", "versions"})
_LARGEST_BYTES: Final = 1_000_000
_INCIDENT: Final = "incident:"
_MAP: Final = "map:?"
_STEP: Final = "h2"
_VIEW: Final = "view"
_HELP: Final = "See docs/stories.md."
#: Between two sentences, behind a closing quotation mark or bracket too.
_SENTENCE: Final = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"”’»)]))\s")
#: Blocks by the token that opens them.
_BLOCKS: Final = {"list_item_open": "item", "blockquote_open": "quote"}
_BLOCK_ENDS: Final = frozenset({"list_item_close", "blockquote_close", "heading_close"})
_MARKS: Final = {"em_open": "em", "strong_open": "strong"}


@dataclass(frozen=True, slots=True)
class Run:
    """Some words that are alike: plain, stressed, or a link.

    Parameters
    ----------
    text
        The words, as written.
    mark
        ``em``, ``strong`` or empty.
    incident
        Id of the incident that they rest on.
    query
        A filter and view of the map, as its address writes them.
    href
        An address on the web.
    """

    text: str
    mark: str = ""
    incident: str = ""
    query: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A ``paragraph``, an ``item`` of a list, a ``quote`` or a ``subheading``."""

    kind: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a walk stops: some blocks of a step, beside which the map shows one thing."""

    blocks: tuple[Block, ...]

    @property
    def incidents(self) -> tuple[str, ...]:
        """Ids of the incidents that it rests on, each once, in order."""
        ids = (run.incident for block in self.blocks for run in block.runs)
        return tuple(dict.fromkeys(filter(None, ids)))

    @property
    def query(self) -> str:
        """What the map is filtered by: the first filter linked to, or nothing."""
        queries = (run.query for block in self.blocks for run in block.runs)
        return next(filter(None, queries), "")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a walk; the introduction has no title."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def incidents(self) -> tuple[str, ...]:
        """Ids of the incidents that it rests on, each once, in order."""
        return Stop(self.blocks).incidents

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Its stops, at least one: each has one block that names incidents or a filter.

        Blocks that name neither belong to the stop before them, or to the first.
        """
        stops: list[Stop] = []
        for block in self.blocks:
            last = stops[-1] if stops else Stop(())
            is_led = bool(last.incidents or last.query)
            leads = any(run.incident or run.query for run in block.runs)
            if stops and not (is_led and leads):
                stops[-1] = Stop((*last.blocks, block))
            else:
                stops.append(Stop((block,)))
        return tuple(stops or [Stop(())])


@dataclass(frozen=True, slots=True)
class Story:
    """A walk through incidents.

    Parameters
    ----------
    name
        The file's name without its ending, as addresses name it.
    title, summary
        For readers.
    steps
        In order.
    versions
        The version of each incident when its sentences were last checked, by id.
    changed
        The day it last changed; None where its author does not say.
    """

    name: str
    title: str
    summary: str
    steps: tuple[Step, ...]
    versions: Mapping[str, int] = field(default_factory=dict)
    changed: date | None = None

    @property
    def opening(self) -> str:
        """Its first sentence; its summary where it has no text."""
        blocks = (block for step in self.steps for block in step.blocks)
        words = "".join(run.text for run in next(blocks, Block("", ())).runs)
        return _SENTENCE.split(words.strip(), maxsplit=1)[0] or self.summary

    @property
    def incidents(self) -> tuple[str, ...]:
        """Ids of all incidents that it rests on, each once, in order."""
        return tuple(
            dict.fromkeys(name for step in self.steps for name in step.incidents)
        )


def story_files(folder: Path) -> list[Path]:
    """Return the files of a map's stories, in order of their names."""
    return sorted((folder / STORIES_FOLDER).glob(f"*{STORY_ENDING}"))


def story_file(folder: Path, name: str) -> Path | None:
    """Return the file of a story by its name in an address; None if there is none."""
    file = folder / STORIES_FOLDER / f"{name}{STORY_ENDING}"
    return file if is_incident_id(name) and file.is_file() else None


def read_story(file: Path) -> Story:
    """Read a story.

    Raises
    ------
    DataError
        If it cannot be read, its head is not such TOML, or a link leads nowhere that a
        story may lead; names each.
    """
    try:
        if file.stat().st_size > _LARGEST_BYTES:
            message = f"is larger than {_LARGEST_BYTES // 1_000_000} MB."
            fault = Fault(str(file), message, "Part it.", code=Code.TOO_LARGE)
            raise DataError([fault])
        written = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        fault = Fault(
            str(file), f"cannot be read: {error}.", _HELP, code=Code.UNREADABLE
        )
        raise DataError([fault]) from error
    return parse_story(written, str(file))


def parse_story(written: str, file: str) -> Story:
    """Make a story of its text.

    Parameters
    ----------
    written
        The text of the file.
    file
        Its path, as errors name it; its stem becomes the story's name.

    Raises
    ------
    DataError
        As :func:`read_story`.
    """
    head, body = parted(written)
    try:
        said = tomllib.loads(head)
    except (ValueError, RecursionError) as error:
        message = f"its head is not TOML: {error}."
        raise DataError([Fault(file, message, _HELP, code=Code.UNREADABLE)]) from error
    name = Path(file).stem
    steps = tuple(_steps(body))
    problems = [*_problems_of_head(said), *_problems_of_text(name, written, steps)]
    if problems:
        raise DataError(
            [Fault(file, message, _HELP, where=where) for where, message in problems]
        )
    return Story(
        name,
        said["title"],
        said.get("summary", ""),
        steps,
        said.get("versions", {}),
        said.get("changed"),
    )


def parted(written: str) -> tuple[str, str]:
    """Part a story's text into its head, without fences, and its body."""
    lines = written.replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != _FENCE:
        return "", written
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _FENCE:
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :])
    return "\n".join(lines[1:]), ""


def joined(head: str, body: str) -> str:
    """Return a story's text of its head and body: the inverse of :func:`parted`."""
    return f"{_FENCE}\n{head.strip()}\n{_FENCE}\n{body}"


def filter_of(query: str) -> dict[str, list[str]]:
    """Return a step's filter by name, without where the map looks."""
    parameters = parse_qs(query, keep_blank_values=True)
    parameters.pop(_VIEW, None)
    return parameters


def _problems_of_head(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    title = said.get("title")
    if not isinstance(title, str) or not title.strip():
        yield "title", "has no title."
    if not isinstance(said.get("summary", ""), str):
        yield "summary", "is not a text."
    # A day and an hour are a day as well, to Python.
    if "changed" in said and type(said["changed"]) is not date:
        yield (
            "changed",
            "is not a day. Write it as 2024-03-05, without quotation marks.",
        )
    versions = said.get("versions", {})
    if not isinstance(versions, dict) or not all(
        type(number) is int for number in versions.values()
    ):
        yield "versions", "is not a table of ids and numbers."
    for key in sorted(set(said) - _KEYS):
        message = f"is not a key of a story. Keys are {', '.join(sorted(_KEYS))}."
        yield key, message


def _problems_of_text(
    name: str, written: str, steps: Sequence[Step]
) -> Iterator[tuple[str, str]]:
    if not is_incident_id(name):
        yield "", f"the name {name!r} cannot stand in an address as it is."
    odd = unprintable("".join(written.split()))
    if odd:
        yield "", f"holds the character U+{ord(odd):04X}, which does not print."
    for step in steps:
        for run in (run for block in step.blocks for run in block.runs):
            if run.href and not is_web_address(run.href):
                message = (
                    f"the link {run.href[:80]!r} leads neither to incident:ID, nor to "
                    "map:?FILTER, nor to a page on the web."
                )
                yield step.title, message


# --- Markdown ---------------------------------------------------------------------


def _steps(body: str) -> Iterator[Step]:
    """Go through the steps of a story's body; an introduction only if there is one."""
    title = ""
    blocks: list[Block] = []
    for block in _blocks(body):
        if block.kind != _STEP:
            blocks.append(block)
            continue
        if title or blocks:
            yield Step(title, tuple(blocks))
        title, blocks = "".join(run.text for run in block.runs), []
    if title or blocks:
        yield Step(title, tuple(blocks))


def _blocks(body: str) -> Iterator[Block]:
    """Go through the blocks of a text; the kind of one that begins a step is ``h2``."""
    require_extra("publish", "A story")
    # Loaded with the first story; most maps have none.
    from markdown_it import MarkdownIt  # noqa: PLC0415

    markdown = MarkdownIt("commonmark", {"html": False}).disable("image")
    # Links of any kind are read, and told where they lead nowhere.
    markdown.validateLink = _is_link  # type: ignore[method-assign]
    kinds = ["paragraph"]
    for token in markdown.parse(body):
        if token.type == "heading_open":
            kinds.append(token.tag if token.tag == _STEP else "subheading")
        elif token.type in _BLOCKS:
            kinds.append(_BLOCKS[token.type])
        elif token.type in _BLOCK_ENDS:
            kinds.pop()
        elif token.type == "inline":
            yield Block(kinds[-1], tuple(_runs(token.children or ())))
        elif token.type in {"fence", "code_block"}:
            yield Block(kinds[-1], (Run(token.content),))


def _is_link(url: str) -> bool:
    del url
    return True


def _runs(tokens: Sequence[Token]) -> Iterator[Run]:
    """Go through the words of a block; neighbours that are alike stay apart."""
    marks: list[str] = []
    link: dict[str, str] = {}
    for token in tokens:
        if token.type in _MARKS:
            marks.append(_MARKS[token.type])
        elif token.type in {"em_close", "strong_close"}:
            marks.pop()
        elif token.type == "link_open":
            link = _link(str(token.attrGet("href") or ""))
        elif token.type == "link_close":
            link = {}
        elif token.type in {"softbreak", "hardbreak"}:
            yield Run(" ", **link)
        elif token.content:
            yield Run(token.content, (marks or [""])[-1], **link)


def _link(href: str) -> dict[str, str]:
    """Return what a link leads to, by the field of :class:`Run` that holds it."""
    if href.startswith(_INCIDENT) and is_incident_id(href.removeprefix(_INCIDENT)):
        return {"incident": href.removeprefix(_INCIDENT)}
    if href.startswith(_MAP):
        return {"query": href.removeprefix(_MAP)}
    return {"href": href or "#"}
