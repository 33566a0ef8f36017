"""The public layer: read from anywhere, narrowed by the filters, exported, shown."""

from __future__ import annotations

import inspect
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import folium
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings

import geo
from geo.atlas import Atlas
from geo.atlas.exports import export_file
from geo.atlas.layer import Layer
from geo.base.settings import DATA
from geo.commands.cli import main
from geo.evidence.archive import Archive
from geo.formats.registry import FORMATS
from geo.model.incident import Incident
from geo.model.query import PARAMETERS, Query, parse_query
from tests.builders import SOURCES, VOCABULARY, make_atlas, make_engine, make_incident
from tests.strategies import queries, several


@pytest.fixture(scope="module")
def layer() -> Layer:
    """Return the project's own layer."""
    return geo.read_layer(DATA)


def layer_of(*incidents: Incident) -> Layer:
    """Return a layer of these incidents."""
    return Layer(Atlas(make_engine(*incidents), VOCABULARY, SOURCES, Archive(Path())))


def test_a_map_folder_is_read_with_what_is_beside_it(tmp_path: Path) -> None:
    """Sources and categories of its own, whatever the deployment's are."""
    for name in ("incidents.geojson", "sources.json"):
        shutil.copy(DATA / name, tmp_path)
    categories = json.loads((DATA / "vocabulary" / "categories.json").read_bytes())
    categories["categories"][0]["label"] = "Label of my own"
    (tmp_path / "categories.json").write_text(json.dumps(categories))

    read = geo.read_layer(tmp_path)

    assert len(read) == 60
    label = next(iter(read._atlas.vocabulary)).label
    assert label == "Label of my own"
    assert "meduza-2023-12-18" in read._atlas.sources


def test_a_map_folder_without_a_register_knows_no_sources(tmp_path: Path) -> None:
    """Those of another map are never taken for its own."""
    shutil.copy(DATA / "incidents.geojson", tmp_path)

    with pytest.raises(geo.DataError, match="meduza-2023-12-18"):
        geo.read_layer(tmp_path)


def test_a_file_a_folder_and_the_deployment_are_one_layer(layer: Layer) -> None:
    """Whatever the way to it, the version is the same."""
    assert geo.read_layer(DATA / "incidents.geojson").version == layer.version
    assert geo.read_layer().version == layer.version


def test_geoparquet_is_a_layer_too(layer: Layer, tmp_path: Path) -> None:
    """An export read again has the same incidents."""
    read = geo.read_layer(layer.export(tmp_path / "again.fgb"))

    assert sorted(read.to_geodataframe().index) == sorted(layer.to_geodataframe().index)


def test_a_folder_without_a_layer_says_what_belongs_there(tmp_path: Path) -> None:
    """And a file that is not there names itself."""
    with pytest.raises(geo.DataError, match=r"neither incidents\.geojson nor a"):
        geo.read_layer(tmp_path)
    with pytest.raises(geo.DataError, match=r"nowhere\.geojson: cannot be read"):
        geo.read_layer(tmp_path / "nowhere.geojson")


def test_a_layer_tells_its_size_and_its_filters(layer: Layer) -> None:
    """In a notebook, naming it shows both."""
    chosen = layer.select(category="mural", country=["RS", "XK"])

    assert repr(layer) == "<geo.Layer: all 60 incidents>"
    assert repr(chosen) == (
        f"<geo.Layer: {len(chosen)} of 60 incidents, category=mural, country=RS or XK>"
    )


@settings(max_examples=8)
@given(several(most=6), queries())
def test_selecting_is_asking_the_same_query(
    incidents: list[Incident], query: Query
) -> None:
    """By the same words; selecting twice is selecting once."""
    engine = make_engine(*incidents)
    given_ = query.parameters()
    words: dict[str, Any] = {
        {"from": "from_"}.get(name, name): values if len(values) > 1 else values[0]
        for name, values in given_.items()
    }

    once = layer_of(*incidents).select(**words)

    assert list(once.to_geodataframe().index) == engine.ids(query)
    assert len(once.select(**words)) == len(once) == engine.count(query)


@pytest.mark.parametrize(
    ("filters", "query"),
    [
        ({"from_": date(2023, 1, 1)}, "from=2023-01-01"),
        ({"to": pd.Timestamp("2022-12-31 18:00")}, "to=2022-12-31"),
        ({"bbox": (20.3, 44.7, 20.6, 44.9)}, "bbox=20.3,44.7,20.6,44.9"),
        ({"bbox": "20.3,44.7,20.6,44.9"}, "bbox=20.3,44.7,20.6,44.9"),
        ({"q": "Vulin", "dates": "certain"}, "q=Vulin&dates=certain"),
        ({"status": ("alleged", "unverified")}, "status=alleged&status=unverified"),
    ],
)
def test_values_may_be_what_python_has(
    layer: Layer, filters: dict[str, Any], query: str
) -> None:
    """Dates, times, tuples and the bounds of geopandas."""
    parameters: dict[str, list[str]] = {}
    for pair in query.split("&"):
        name, value = pair.split("=")
        parameters.setdefault(name, []).append(value)
    expected = layer._atlas.engine.ids(parse_query(parameters))

    assert list(layer.select(**filters).to_geodataframe().index) == expected
    assert expected


def test_there_is_a_word_for_each_filter() -> None:
    """Those of the command line; ``from`` is a word of Python's own."""
    words = inspect.signature(Layer.select).parameters

    assert {word.removesuffix("_") for word in words} == {"self", *PARAMETERS}


def test_the_bounds_of_a_frame_are_a_filter(layer: Layer) -> None:
    """``total_bounds`` has the order of ``bbox``."""
    murals = layer.select(category="mural").to_geodataframe()

    within = layer.select(category="mural", bbox=murals.total_bounds)

    assert len(within) == murals.geometry.notna().sum()


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"category": "murals"}, "category: 'murals' is not one of attack"),
        ({"category": []}, "category: is empty"),
        ({"q": " "}, "q: is empty"),
        ({"from_": "yesterday"}, "from: 'yesterday' is not a day"),
        ({"from_": "2023-01-02", "to": "2023-01-01"}, "Swap them"),
        ({"bbox": (1, 2, 3)}, "bbox: '1.0,2.0,3.0' is not four finite numbers"),
        ({"country": "Serbia"}, "country: 'Serbia' is not a two-letter"),
    ],
)
def test_a_wrong_value_names_its_filter(
    layer: Layer, filters: dict[str, Any], message: str
) -> None:
    """An empty list would quietly mean everything."""
    with pytest.raises(geo.QueryError, match=message.replace("(", r"\(")):
        layer.select(**filters)


def test_a_filter_set_to_something_else_is_refused(layer: Layer) -> None:
    """Widening a selection by selecting from it would surprise."""
    serbia = layer.select(country="RS")

    assert len(serbia.select(category="mural")) < len(serbia)
    with pytest.raises(geo.QueryError, match=r"selected by 'RS'\. Select from"):
        serbia.select(country="RU")


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_has_the_bytes_of_the_command(
    name: str, layer: Layer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ending names the format."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    command = tmp_path / "command"
    arguments = ["--format", name, "--output", str(command), "--category", "mural"]
    CliRunner().invoke(main, ["export", *arguments], catch_exceptions=False)

    murals = layer.select(category="mural")
    written = murals.export(tmp_path / f"murals.{FORMATS[name].suffix.upper()}")

    assert written.read_bytes() == command.read_bytes()


def test_an_export_may_be_packed_or_named_otherwise(tmp_path: Path) -> None:
    """As the downloads of the page are."""
    made = layer_of(make_incident())
    packed = made.export(tmp_path / "incidents.csv.zip").read_bytes()
    otherwise = made.export(tmp_path / "table.txt", format="csv").read_bytes()

    def exported(package: str) -> bytes:
        return export_file(
            made._atlas.engine,
            Query(),
            "csv",
            package=package,
            vocabulary=VOCABULARY,
            sources=SOURCES,
        )

    assert packed == exported("zip")
    assert otherwise == exported("plain")


@pytest.mark.parametrize(
    "export",
    [
        lambda made, folder: made.export(folder / "incidents.doc"),
        lambda made, folder: made.export(folder / "incidents", format="doc"),
    ],
)
def test_an_unknown_format_names_those_there_are(
    export: Callable[[Layer, Path], Path], tmp_path: Path
) -> None:
    """And nothing is written."""
    with pytest.raises(geo.QueryError, match="gpkg"):
        export(layer_of(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_map_is_foliums(layer: Layer) -> None:
    """So that a notebook shows it, and a program can add to it."""
    assert isinstance(layer.select(category="plot").explore(), folium.Map)


def test_too_many_incidents_for_one_map_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to do instead."""
    monkeypatch.setattr("geo.atlas.standalone.MOST_INCIDENTS", 1)
    made = Layer(make_atlas(tmp_path, make_incident(), make_incident(id="two")))

    with pytest.raises(geo.QueryError, match="2 incidents; at most 1 are drawn"):
        made.explore()
