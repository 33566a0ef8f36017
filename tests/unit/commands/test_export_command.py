"""``incidents export`` writes what the filters leave, and says what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geo.atlas import read_atlas
from geo.atlas.exports import export_file
from geo.base.new_map import make_map
from geo.base.settings import settings
from geo.commands.cli import main
from geo.commands.export import FORMAT_NAMES, PICTURE_NAMES, filter_parameters
from geo.formats.registry import FORMATS
from geo.model.query import PARAMETERS, parse_query
from geo.publish.pictures import PICTURES
from tests.builders import SOURCES, VOCABULARY, make_atlas, make_incident

#: A picture of few incidents in a small frame, which is quickly drawn.
OF_MURALS = ("--category", "mural", "--frame", "20,44,21,45")


@pytest.fixture(autouse=True)
def _atlas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command work on a layer of the test's own."""
    made = make_atlas(
        tmp_path / "archive",
        make_incident(id="wall"),
        make_incident(id="bar", category="attack", date="2022-12"),
    )
    monkeypatch.setattr("geo.atlas.atlas", lambda: made)


def run(*words: object) -> Result:
    """Run ``incidents export`` with these words."""
    return CliRunner().invoke(main, ["export", *map(str, words)])


def ids(path: Path) -> list[str]:
    """Return the ids in a GeoJSON file."""
    return [feature["id"] for feature in json.loads(path.read_bytes())["features"]]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ((), ["wall", "bar"]),
        (("--category", "mural"), ["wall"]),
        (("--category", "mural", "--category", "attack"), ["wall", "bar"]),
        (("--from", "2023-01-01"), ["wall"]),
        (("--to", "2022-12-31", "--dates", "certain"), ["bar"]),
        (("--q", "zzz"), []),
        (("--country", "ua"), []),
        (("--bbox", "20,44,21,45", "--source", "daily"), ["wall", "bar"]),
        (("--status", "reported", "--precision", "city"), ["wall", "bar"]),
    ],
)
def test_the_filters_decide_what_is_written(
    tmp_path: Path, filters: tuple[str, ...], expected: list[str]
) -> None:
    """The count is told on stderr, so that stdout stays free."""
    path = tmp_path / "out.geojson"

    result = run("--format", "geojson", "--output", path, *filters)

    assert result.exit_code == 0, result.output
    assert ids(path) == expected
    assert f"{len(expected)} incidents written" in result.stderr
    assert result.stdout == ""


def test_a_dash_writes_to_standard_output(tmp_path: Path) -> None:
    """The bytes are those of the library."""
    result = run("--format", "geojson", "--output", "-", "--category", "attack")

    made = make_atlas(
        tmp_path,
        make_incident(id="wall"),
        make_incident(id="bar", category="attack", date="2022-12"),
    )
    query = parse_query({"category": "attack"})
    assert result.stdout_bytes == export_file(
        made.engine, query, "geojson", vocabulary=VOCABULARY, sources=SOURCES
    )


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--category", "nonsense"), "category"),
        (("--from", "yesterday"), "from"),
        (("--bbox", "nan,0,1,1"), "bbox"),
        (("--bbox", "0,2,1,1"), "bbox"),
        (("--dates", "perhaps"), "dates"),
        (("--country", "Serbia"), "country"),
        (("--q", "x" * 300), "q"),
        (("--colour", "red"), "--colour"),
    ],
)
def test_a_wrong_filter_is_a_wrong_call(
    tmp_path: Path, words: tuple[str, str], named: str
) -> None:
    """It exits with 2, names the filter, and writes nothing."""
    path = tmp_path / "out.geojson"

    result = run("--format", "geojson", "--output", path, *words)

    assert result.exit_code == 2
    assert named in result.stderr
    assert "Traceback" not in result.output
    assert not path.exists()


@pytest.mark.parametrize(
    "words", [(), ("--format", "geojson"), ("--format", "docx", "--output", "x")]
)
def test_a_call_without_format_or_output_is_wrong(words: tuple[str, ...]) -> None:
    """Click says what is missing."""
    assert run(*words).exit_code == 2


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """It exits with 1 and says what to do."""
    path = tmp_path / "no-such-folder" / "out.csv"

    result = run("--format", "csv", "--output", path)

    assert result.exit_code == 1
    assert "could not be written" in result.stderr


def test_the_help_has_an_example_and_every_filter() -> None:
    """The names are those of the URL."""
    text = run("--help").output

    assert "incidents export --format geojson" in text
    for name in PARAMETERS:
        assert f"--{name}" in text


def test_the_formats_offered_are_those_there_are() -> None:
    """The names are written down twice, so that help need not load a writer."""
    assert tuple(FORMATS) == FORMAT_NAMES


def test_a_map_is_exported_by_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its settings are those that the command works with."""
    make_map(tmp_path / "m", title="Floods")
    monkeypatch.setattr("geo.atlas.atlas", lambda: read_atlas(settings()))

    for words in (
        ("export", str(tmp_path / "m")),
        ("--map", str(tmp_path / "m"), "export"),
    ):
        end = ("--format", "geojson", "--output", str(tmp_path / "out.geojson"))
        result = CliRunner().invoke(main, [*words, *end])
        assert result.exit_code == 0, result.stderr
        assert ids(tmp_path / "out.geojson") == []
        assert "Floods" in (tmp_path / "out.geojson").read_text(encoding="utf-8")
        # Whose terms are not stated gets none of ours.
        assert "CC BY" not in (tmp_path / "out.geojson").read_text(encoding="utf-8")
    assert settings().title != "Floods"


def test_every_filter_of_the_call_is_a_filter_of_the_query() -> None:
    """Options and parameters cannot part."""
    options = {f"filter_{name}": "" for name in PARAMETERS}

    assert set(filter_parameters(options)) == set(PARAMETERS)


def test_a_database_that_is_away_is_named_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command fails, says which database, and leaves no file."""
    away = "postgresql://x:secret@127.0.0.1:9/none"
    settings.cache_clear()
    monkeypatch.setenv("INCIDENTS_LAYER", away)
    monkeypatch.setattr("geo.atlas.atlas", lambda: read_atlas(settings()))
    path = tmp_path / "out.csv"

    result = run("--format", "csv", "--output", path)
    settings.cache_clear()

    assert result.exit_code == 1
    assert "127.0.0.1:9/none, does not answer" in result.stderr
    assert "secret" not in result.output
    assert not path.exists()


def test_the_names_of_pictures_are_those_there_are() -> None:
    """The command does not load what draws before it draws."""
    assert set(PICTURE_NAMES) == set(PICTURES)


@pytest.mark.parametrize(
    ("form", "magic"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF-")]
)
def test_a_picture_is_written_of_what_the_filters_leave(
    tmp_path: Path, form: str, magic: bytes
) -> None:
    """In each form."""
    result = run("--format", form, *OF_MURALS, "--output", tmp_path / "map")

    assert result.exit_code == 0, result.output
    assert (tmp_path / "map").read_bytes().startswith(magic)


def test_a_picture_is_light_unless_dark_is_asked_for(tmp_path: Path) -> None:
    """On paper and on a screen."""
    light, dark = tmp_path / "light", tmp_path / "dark"
    for path, further in ((light, ()), (dark, ("--dark",))):
        run("--format", "svg", *OF_MURALS, "--output", path, *further)

    assert b"fill: #ffffff" in light.read_bytes()
    assert b"fill: #1f2429" in dark.read_bytes()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--format", "png", "--zip"), 2, "--zip is for files of data"),
        (("--format", "csv", "--dark"), 2, "--dark and --frame are for pictures"),
        (("--format", "csv", "--frame", "1,2,3,4"), 2, "are for pictures"),
        (("--format", "png", "--frame", "1,2"), 2, "frame: '1,2' is not four"),
        (("--format", "png", "--q", "nobody wrote this"), 1, "nothing to draw"),
    ],
)
def test_what_makes_no_picture_is_refused(
    tmp_path: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    """The call is wrong, or the map has nothing to show; no file is made."""
    path = tmp_path / "map"
    result = run(*words, "--output", path)

    assert result.exit_code == code
    assert message in result.output
    assert not path.exists()
