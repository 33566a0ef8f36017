"""Settings are read from the environment, typed, and refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from geo.base.errors import SettingsError
from geo.base.settings import DATA, ROOT, Settings, settings


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
