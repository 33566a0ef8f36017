"""A map is a folder: what map.toml may say, and how it is told that it is wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from geo.base.errors import DataError
from geo.base.map_folder import MAP_KEYS, is_map_folder, read_map_folder
from geo.base.paths import DATA, EMPTY_MAP
from geo.model.sources import read_sources
from geo.model.vocabulary import read_vocabulary
from geo.places.gazetteer import read_gazetteer

WHOLE = """
title = "Floods of 2024"
subtitle = "Every flood that was reported."
about = "about.md"
licence = "CC BY-SA 4.0"
languages = ["en", "sr-Latn"]
layer = "parquet"
embed = "anywhere"
ground = "ground.pmtiles"

[view]
lat = 44
lon = 20.5
zoom = 6

[fields.deaths]
label = "People who died"
type = "number"

[settings]
port = 8600
"""


def written(folder: Path, text: str) -> Path:
    """Write a folder's map.toml; return the folder."""
    (folder / "map.toml").write_text(text, encoding="utf-8")
    return folder


def test_every_key_is_read(tmp_path: Path) -> None:
    """Paths are the folder's own, numbers are numbers, tables stay as written."""
    (tmp_path / "about.md").write_text("# Floods\n", encoding="utf-8")
    (tmp_path / "ground.pmtiles").touch()

    read = read_map_folder(written(tmp_path, WHOLE))

    assert read.title == "Floods of 2024"
    assert read.about == "# Floods\n"
    assert read.languages == ("en", "sr-Latn")
    assert read.layer == str(tmp_path / "parquet")
    assert read.ground == tmp_path / "ground.pmtiles"
    assert read.view == {"lat": 44.0, "lon": 20.5, "zoom": 6.0}
    assert read.fields == {"deaths": {"label": "People who died", "type": "number"}}
    assert read.settings == {"port": 8600}
    assert set(tomllib.loads(WHOLE)) == set(MAP_KEYS)


def test_a_folder_with_nothing_in_it_has_what_an_empty_map_has(tmp_path: Path) -> None:
    """No sources, no places, and the categories that the program comes with."""
    read = read_map_folder(tmp_path)

    assert read.layer == str(tmp_path / "incidents.geojson")
    assert not list(read_sources(read.sources))
    assert not list(read_gazetteer(read.places).places)
    assert read_vocabulary(read.vocabulary).ids()
    assert read.archive == tmp_path / "archive"
    assert not is_map_folder(tmp_path)


def test_what_lies_in_the_folder_is_taken(tmp_path: Path) -> None:
    """Each file under its one name."""
    for name in ("sources.json", "places.geojson", "categories.json"):
        (tmp_path / name).write_bytes((EMPTY_MAP / name).read_bytes())

    read = read_map_folder(tmp_path)

    assert read.sources == tmp_path / "sources.json"
    assert read.places == tmp_path / "places.geojson"
    assert read.vocabulary == tmp_path / "categories.json"


def test_the_projects_own_data_is_a_map() -> None:
    """The default one, with its title and what it is about."""
    read = read_map_folder(DATA)

    assert is_map_folder(DATA)
    assert "Serbia" in read.title
    assert "Kosovo" in read.about
    assert read.sources == DATA / "sources.json"


def test_a_database_is_an_address_and_no_path(tmp_path: Path) -> None:
    """Nothing is put before it."""
    address = "postgresql://desk@db.example/incidents"

    assert read_map_folder(written(tmp_path, f'layer = "{address}"')).layer == address


@pytest.mark.parametrize(
    ("text", "where", "value", "remedy"),
    [
        ('titel = "Floods"', "titel", "Keys are title", "Take 'titel' away"),
        ("title = 5", "title", "5", "in quotes"),
        (f'title = "{"x" * 121}"', "title", "121 characters", "Shorten"),
        ('title = "a\\u0007b"', "title", "do not print", "Take them away"),
        ('title = """a\nb"""', "title", "several lines", "on one line"),
        ('about = "gone.md"', "about", "'gone.md'", "Write the file"),
        ('languages = "en"', "languages", "'en'", "sr-Latn"),
        ('layer = ""', "layer", "''", "incidents.geojson"),
        ("[view]\nlat = 91\nlon = 1\nzoom = 2", "view.lat", "91", "degrees"),
        ("[view]\nlat = nan\nlon = 1\nzoom = 2", "view.lat", "nan", "degrees"),
        ("[view]\nlat = true\nlon = 1\nzoom = 2", "view.lat", "True", "degrees"),
        ("[view]\nlat = 1\nlon = 1", "view", "zoom", "Give all of"),
        ("[view]\nlat=1\nlon=1\nzoom=2\nz=1", "view.z", "not known", "Take 'z' away"),
        ("fields = 3", "fields", "3", "[fields.NAME]"),
        ("[fields]\nkilled = 1", "fields.killed", "1", "[fields.killed]"),
        ("settings = []", "settings", "[]", "[settings]"),
        ("title = ", "", "TOML", "incidents init"),
        ('title = "a"\ntitle = "b"', "", "TOML", "incidents init"),
    ],
)
def test_a_fault_names_file_key_value_and_remedy(
    tmp_path: Path, text: str, where: str, value: str, remedy: str
) -> None:
    """Whoever wrote it can mend it."""
    with pytest.raises(DataError) as caught:
        read_map_folder(written(tmp_path, text))

    (fault,) = caught.value.faults
    assert fault.file == str(tmp_path / "map.toml")
    assert fault.where == where
    assert value in fault.message
    assert remedy in fault.remedy


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """A map.toml is mended in one go."""
    with pytest.raises(DataError) as caught:
        read_map_folder(written(tmp_path, "title = 1\nlayer = 2\nother = 3"))

    assert [fault.where for fault in caught.value.faults] == ["title", "layer", "other"]


def test_a_folder_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    """And a file is no folder."""
    with pytest.raises(DataError, match="incidents init"):
        read_map_folder(tmp_path / "nowhere")
    with pytest.raises(DataError, match="is not a folder"):
        read_map_folder(written(tmp_path, "") / "map.toml")


def test_a_text_written_by_an_editor_of_windows_is_read(tmp_path: Path) -> None:
    """A mark of byte order is no part of the first key."""
    (tmp_path / "map.toml").write_bytes('\ufefftitle = "Floods"\r\n'.encode())

    assert read_map_folder(tmp_path).title == "Floods"


@pytest.mark.parametrize(
    ("ground", "problem"),
    [
        ("../streets.pmtiles", "not in the map's folder"),
        ("/streets.pmtiles", "not in the map's folder"),
        ("link.pmtiles", "not in the map's folder"),
        ("none.pmtiles", "is not there"),
        (".", "is no file"),
    ],
)
def test_streets_stay_within_the_folder(
    tmp_path: Path, ground: str, problem: str
) -> None:
    """Whatever a map.toml of others names, also through a link."""
    folder = tmp_path / "m"
    folder.mkdir()
    (tmp_path / "streets.pmtiles").touch()
    (folder / "link.pmtiles").symlink_to(tmp_path / "streets.pmtiles")

    with pytest.raises(DataError, match=problem) as told:
        read_map_folder(written(folder, f'ground = "{ground}"'))

    assert repr(ground) in str(told.value)
