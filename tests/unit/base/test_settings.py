"""Settings are read from the environment, typed, and refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from geo.base.errors import DataError, SettingsError
from geo.base.map_folder import read_map_folder
from geo.base.settings import (
    DATA,
    ROOT,
    Settings,
    map_used,
    read_settings,
    renew_settings,
    settings,
)


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read the environment anew, free of the developer's own settings."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"INCIDENTS_{name.upper()}", raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_the_defaults_serve_the_shipped_layer_to_this_machine_only() -> None:
    """Nothing of the world outside is used unless asked for."""
    given = settings()

    assert Path(given.layer) == DATA / "incidents.geojson"
    assert given.archive == ROOT / "archive"
    assert given.host == "127.0.0.1"
    assert given.tiles_url == ""
    assert not given.tiles_default
    assert given.nominatim_url == ""


def test_a_variable_sets_a_value_of_its_type(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers, paths and truth values are read as such."""
    monkeypatch.setenv("INCIDENTS_PORT", "8600")
    monkeypatch.setenv("INCIDENTS_ARCHIVE", "copies")
    monkeypatch.setenv("INCIDENTS_TILES_DEFAULT", "true")

    given = settings()

    assert given.port == 8600
    assert given.archive == Path("copies")
    assert given.tiles_default is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("TILES_DEFAULT", "perhaps"),
        ("NOMINATIM_DELAY_S", "-1"),
        ("NOMINATIM_TIMEOUT_S", "0"),
        ("TITLE", "x" * 121),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """Whoever deploys is told which variable, and where they are explained."""
    monkeypatch.setenv(f"INCIDENTS_{name}", value)

    with pytest.raises(SettingsError, match=f"INCIDENTS_{name}=") as caught:
        settings()

    assert repr(value) in str(caught.value)
    assert "README.md" in str(caught.value)


@pytest.mark.parametrize(
    "value", ["map.example.org", "https://map.example.org/?a", "ftp://map.example.org"]
)
def test_a_public_address_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """Every link would be wrong."""
    monkeypatch.setenv("INCIDENTS_PUBLIC_URL", value)

    with pytest.raises(SettingsError, match="INCIDENTS_PUBLIC_URL=") as caught:
        settings()

    assert "https://map.example.org" in str(caught.value)


def test_a_public_address_is_kept_without_its_last_slash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Paths are put behind it."""
    monkeypatch.setenv("INCIDENTS_PUBLIC_URL", "https://map.example.org/sub/")

    assert settings().public_url == "https://map.example.org/sub"


def test_every_wrong_variable_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment is mended in one go."""
    monkeypatch.setenv("INCIDENTS_PORT", "abc")
    monkeypatch.setenv("INCIDENTS_TILES_DEFAULT", "perhaps")

    with pytest.raises(SettingsError) as caught:
        settings()

    assert "INCIDENTS_PORT" in str(caught.value)
    assert "INCIDENTS_TILES_DEFAULT" in str(caught.value)


def test_settings_do_not_change_while_the_server_runs() -> None:
    """They are read once, and frozen."""
    assert settings() is settings()
    with pytest.raises(ValidationError):
        settings().port = 1


def test_every_setting_is_described() -> None:
    """The README's table is made of these sentences."""
    for field in Settings.model_fields.values():
        assert (field.description or "").endswith(".")


def _map(folder: Path, text: str) -> Path:
    (folder / "map.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_map_says_its_words_and_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """INCIDENTS_MAP names the folder; its paths are its own."""
    text = 'title = "Floods"\n[settings]\nport = 8700\ncache = "kept"\n'
    monkeypatch.setenv("INCIDENTS_MAP", str(_map(tmp_path, text)))

    given = settings()

    assert given.title == "Floods"
    assert given.subtitle == ""
    assert given.port == 8700
    assert given.cache == tmp_path / "kept"
    assert given.layer == str(tmp_path / "incidents.geojson")
    assert given.archive == tmp_path / "archive"
    assert given.map == tmp_path


def test_the_environment_has_the_last_word(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A deployment overrides its map, each value by itself."""
    text = 'title = "Floods"\nsubtitle = "All"\n[settings]\nport = 8700\n'
    monkeypatch.setenv("INCIDENTS_MAP", str(_map(tmp_path, text)))
    monkeypatch.setenv("INCIDENTS_PORT", "8800")
    monkeypatch.setenv("INCIDENTS_TITLE", "Floods, tried")

    given = settings()

    assert given.port == 8800
    assert given.title == "Floods, tried"
    assert given.subtitle == "All"


def test_a_map_used_stands_before_the_one_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What a person names in a command is what they mean; afterwards all is as before."""
    monkeypatch.setenv("INCIDENTS_MAP", str(DATA))
    before = settings()

    with map_used(_map(tmp_path, 'title = "Floods"')):
        assert settings().title == "Floods"

    assert settings() == before


def test_a_map_read_beside_the_deployments_own_stands_above_its_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """INCIDENTS_LAYER is where the deployment's layer is, not that of each map."""
    monkeypatch.setenv("INCIDENTS_LAYER", "elsewhere.geojson")
    folder = read_map_folder(tmp_path)

    assert read_settings(folder).layer == "elsewhere.geojson"
    beside = read_settings(folder, over_environment=True)
    assert beside.layer == str(tmp_path / "incidents.geojson")


def test_the_working_directory_is_the_map_where_it_is_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever stands in a map's folder means that map."""
    monkeypatch.chdir(tmp_path)
    assert settings().map == DATA
    settings.cache_clear()

    _map(tmp_path, 'title = "Floods"')

    assert settings().title == "Floods"


def test_another_layer_is_not_shown_under_our_title(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The words of a map are about its own incidents."""
    monkeypatch.setenv("INCIDENTS_LAYER", str(tmp_path / "floods.geojson"))

    given = settings()

    assert given.title == "Incident map"
    assert given.subtitle == given.about == ""
    assert given.sources == DATA / "sources.json"


@pytest.mark.parametrize(
    ("text", "where", "value", "remedy"),
    [
        ("[settings]\nprot = 1", "settings.prot", "1", "Known: "),
        ('[settings]\ntitle = "a"', "settings.title", "'a'", "Move it up"),
        ("[settings]\ndesk = true", "settings.desk", "True", "--desk"),
        ("[settings]\nport = 70000", "settings.port", "70000", "Port"),
        ('[settings]\nport = "abc"', "settings.port", "'abc'", "Port"),
        ('embed = "my friends"', "embed", "'my friends'", "frame"),
    ],
)
def test_what_a_map_sets_wrongly_is_told_by_file_key_and_value(
    tmp_path: Path, text: str, where: str, value: str, remedy: str
) -> None:
    """It is not blamed on the environment."""
    with map_used(_map(tmp_path, text)), pytest.raises(DataError) as caught:
        settings()

    (fault,) = caught.value.faults
    assert fault.file == str(tmp_path / "map.toml")
    assert fault.where == where
    assert value in fault.message
    assert remedy in fault.remedy


def test_a_changed_map_is_read_again_and_a_broken_one_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A server goes on with the last good settings."""
    monkeypatch.setenv("INCIDENTS_MAP", str(_map(tmp_path, 'title = "Floods"')))
    assert settings().title == "Floods"

    _map(tmp_path, "title = ")
    with pytest.raises(DataError):
        renew_settings()
    assert settings().title == "Floods"

    _map(tmp_path, 'title = "High water"')
    renew_settings()
    assert settings().title == "High water"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "map.example.org"])  # noqa: S104 - what is refused
def test_the_desk_is_refused_wherever_others_could_reach_it(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """It writes into the map, and asks nobody who they are."""
    monkeypatch.setenv("INCIDENTS_DESK", "true")
    monkeypatch.setenv("INCIDENTS_HOST", host)

    with pytest.raises(SettingsError, match="this very machine") as caught:
        settings()

    assert host in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
def test_the_desk_is_open_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """Under each of its names."""
    monkeypatch.setenv("INCIDENTS_DESK", "true")
    monkeypatch.setenv("INCIDENTS_HOST", host)

    assert settings().desk


@pytest.mark.parametrize(
    ("name", "value"),
    [("PUBLIC_URL", "https://map.example.org"), ("TRUSTED_PROXIES", "127.0.0.1")],
)
def test_the_desk_is_not_put_behind_a_proxy(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """A proxy on this machine would hand it on to everybody."""
    monkeypatch.setenv("INCIDENTS_DESK", "true")
    monkeypatch.setenv(f"INCIDENTS_{name}", value)

    with pytest.raises(SettingsError, match=f"INCIDENTS_{name}"):
        settings()
