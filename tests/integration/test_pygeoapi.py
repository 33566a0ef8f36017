"""Our OGC API answers as pygeoapi does, over the same GeoJSON, wherever the standard rules.

pygeoapi is installed by ``scripts/install_gis.sh`` into an environment of its own.
Where the two differ, the difference is told here with what 17-069r4 says of it, and both
sides of it are checked, so that it cannot grow unseen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

import pytest
from shapely.geometry import shape

from geo.layer import read_collection
from geo.model.incident import Incident
from geo.web.ogc.parameters import CRS84
from tests.integration.programs import ROOT, clean_environment, free_port, run, serving

LAYER: Final = ROOT / "data" / "incidents.geojson"
ITEMS: Final = "/collections/incidents/items"
PART_1: Final = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
#: What comes along with every feature of ours, beyond the layer's file.
DERIVED: Final = {"acled_geo_precision", "ucdp_where_prec"}


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    media_type: str
    body: dict[str, Any]

    @property
    def ids(self) -> set[str]:
        """Ids of the features of a page."""
        return {feature["id"] for feature in self.body["features"]}

    def links(self, rel: str | None = None) -> list[dict[str, str]]:
        """Return the links, or those of one relation."""
        return [one for one in self.body["links"] if rel in {None, one["rel"]}]


@dataclass(frozen=True)
class Server:
    """A server, by the address of its landing page without a slash."""

    root: str

    def ask(self, path: str) -> Answer:
        """Ask for a resource, by its path or its whole address."""
        address = path if path.startswith("http") else f"{self.root}{path}"
        request = Request(address, headers={"Accept": "application/json"})  # noqa: S310
        try:
            with urlopen(request, timeout=30) as answer:  # noqa: S310 - our own servers
                return _answer(answer.status, answer.headers, answer.read())
        except HTTPError as error:
            return _answer(error.code, error.headers, error.read())


def _answer(status: int, headers: Any, content: bytes) -> Answer:  # noqa: ANN401
    kind = headers.get_content_type()
    body = json.loads(content) if "json" in kind else {}
    return Answer(status, kind, body)


@pytest.fixture(scope="module")
def layer() -> Mapping[str, Incident]:
    """Return the layer's incidents by id."""
    return {incident.id: incident for incident in read_collection(LAYER).incidents}


@pytest.fixture(scope="module")
def ours(server: str) -> Server:
    """Return our server."""
    return Server(f"{server}/ogc")


@pytest.fixture(scope="module")
def theirs(
    layer: Mapping[str, Incident], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Serve the layer with pygeoapi on the loopback."""
    run("sh", str(ROOT / "scripts" / "install_gis.sh"))
    (home,) = (ROOT / ".cache").glob("pygeoapi-*")
    folder, port = tmp_path_factory.mktemp("pygeoapi"), free_port()
    root = f"http://127.0.0.1:{port}"
    dated = folder / "dated.json"
    dated.write_text(json.dumps(_tables()), encoding="utf-8")
    config, described = folder / "config.yml", folder / "openapi.yml"
    # JSON is YAML as well.
    config.write_text(json.dumps(_configuration(root, layer, dated)), encoding="utf-8")
    environment = clean_environment(
        PYGEOAPI_CONFIG=str(config), PYGEOAPI_OPENAPI=str(described)
    )
    program = str(home / "bin" / "pygeoapi")
    run(
        *(program, "openapi", "generate", config, "--output-file", described),
        **{name: environment[name] for name in ("PYGEOAPI_CONFIG", "PYGEOAPI_OPENAPI")},
    )
    with serving([program, "serve"], f"{root}/conformance", folder, environment):
        yield Server(root)


def _tables() -> dict[str, Any]:
    """Return the dated incidents as TinyDB keeps them, the only store asked by time."""
    written = json.loads(LAYER.read_text(encoding="utf-8"))["features"]
    dated = [one for one in written if one["properties"]["date_earliest"]]
    return {"_default": {str(number): one for number, one in enumerate(dated, 1)}}


def _configuration(
    root: str, layer: Mapping[str, Incident], dated: Path
) -> dict[str, Any]:
    bounds = [one.geometry.bounds for one in layer.values() if one.geometry is not None]
    west, south, east, north = zip(*bounds, strict=True)
    extent = [min(west), min(south), max(east), max(north)]
    shared = {
        "type": "collection",
        "title": "Incidents",
        "description": "The same layer",
        "keywords": ["incidents"],
        "links": [],
        "extents": {"spatial": {"bbox": extent, "crs": CRS84}},
    }
    provider = {"type": "feature", "id_field": "id"}
    plain = {**provider, "name": "GeoJSON", "data": str(LAYER)}
    timed = {"time_field": "date_earliest", "data": str(dated)}
    named = {"name": "Nobody", "url": root}
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": urlsplit(root).port},
            "url": root,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en"],
            "limits": {"default_items": 10, "max_items": 10_000},
            "map": {"url": root, "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "The same layer",
                "description": "For comparison",
                "keywords": ["incidents"],
                "terms_of_service": "none",
                "url": root,
            },
            "license": named,
            "provider": named,
            "contact": named,
        },
        "resources": {
            "incidents": {**shared, "providers": [plain]},
            "dated": {
                **shared,
                "providers": [{**provider, **timed, "name": "TinyDB"}],
            },
        },
    }


# --- what is equal -----------------------------------------------------------


@pytest.mark.parametrize("rel", ["service-desc", "service-doc", "conformance", "data"])
def test_the_landing_pages_link_alike(ours: Server, theirs: Server, rel: str) -> None:
    """What 7.2.2 asks for is there, of the same media type, and leads somewhere."""
    kinds = []
    for server in (ours, theirs):
        (link,) = server.ask("/").links(rel)
        kinds.append(link["type"])
        assert server.ask(link["href"]).status == 200
    assert kinds[0] == kinds[1]


def test_the_classes_of_part_1_are_declared_alike(ours: Server, theirs: Server) -> None:
    """Beyond them we declare filters (Part 3, CQL2), pygeoapi edits and systems."""
    declared = [
        {one for one in server.ask("/conformance").body["conformsTo"] if PART_1 in one}
        for server in (ours, theirs)
    ]
    assert declared[0] == declared[1]
    assert declared[0] == {
        f"{PART_1}/{name}" for name in ("core", "geojson", "html", "oas30")
    }


def test_the_collection_is_described_alike(ours: Server, theirs: Server) -> None:
    """Id, kind, reference systems and links (7.14), alone as in the list (7.13)."""
    alone = [server.ask("/collections/incidents") for server in (ours, theirs)]
    for name in ("id", "itemType", "crs", "storageCrs"):
        assert alone[0].body[name] == alone[1].body[name]
    extents = [answer.body["extent"]["spatial"] for answer in alone]
    assert extents[0]["crs"] == extents[1]["crs"]
    (own,), (bare,) = (extent["bbox"] for extent in extents)
    # Ours holds the points with how far off they may be, so it is the larger.
    assert all(own[axis] <= bare[axis] for axis in (0, 1))
    assert all(own[axis] >= bare[axis] for axis in (2, 3))
    linked = [{(one["rel"], one["type"]) for one in answer.links()} for answer in alone]
    asked = {
        *(("self", "application/json"), ("alternate", "text/html")),
        *(("items", "application/geo+json"), ("items", "text/html")),
    }
    assert asked <= linked[0] & linked[1]
    listed = [
        {one["id"]: one for one in server.ask("/collections").body["collections"]}
        for server in (ours, theirs)
    ]
    for found, answer in zip(listed, alone, strict=True):
        assert found["incidents"]["extent"] == answer.body["extent"]


#: Questions that the standard, or a filter of the same name and meaning, decides.
SAME: Final = (
    "",
    "?limit=3",
    "?limit=50",
    "?limit=10000",
    "?bbox=20,44,21,45",
    "?bbox=20.4503,44.8233,20.4503,44.8233",
    "?bbox=20.8,42.5,21,42.6",
    "?bbox=-180,-90,180,90",
    "?bbox=-10,-10,-5,-5",
    f"?bbox=20,44,21,45&bbox-crs={CRS84}",
    f"?crs={CRS84}",
    "?category=mural",
    "?category=mural&country=RS",
    "?category=attack&bbox=20,44,21,45",
    "?status=alleged",
    "?precision=city&status=reported",
    "?country=RS&limit=2",
)


@pytest.mark.parametrize("question", SAME)
def test_the_same_features_are_selected(
    ours: Server, theirs: Server, question: str
) -> None:
    """Ids on all pages, how many match, and how many a page holds (7.15)."""
    found = []
    for server in (ours, theirs):
        first = server.ask(f"{ITEMS}{question}")
        assert first.status == 200
        assert first.body["numberReturned"] == len(first.body["features"])
        pages = list(pages_of(server, first))
        if server is theirs and len(pages) > 1 and not pages[-1].body["features"]:
            # 7.15.7: a link called next leads to more. pygeoapi's leads from a full
            # last page to an empty one.
            pages.pop()
        ids = [feature["id"] for page in pages for feature in page.body["features"]]
        assert len(ids) == len(set(ids))
        found.append(
            (
                set(ids),
                first.body["numberMatched"],
                [page.body["numberReturned"] for page in pages],
            )
        )
    assert found[0] == found[1]


def pages_of(server: Server, page: Answer) -> Iterator[Answer]:
    """Go through a page and those behind it, by the links called next."""
    while True:
        yield page
        if not (following := page.links("next")):
            return
        page = server.ask(following[0]["href"])


def test_an_extent_selects_what_has_no_place(
    ours: Server, theirs: Server, layer: Mapping[str, Incident]
) -> None:
    """Requirement /req/core/fc-bbox-response (7.15.3) asks for it, and both do it."""
    nowhere = {one.id for one in layer.values() if one.geometry is None}
    assert nowhere
    for server in (ours, theirs):
        assert server.ask(f"{ITEMS}?bbox=-10,-10,-5,-5").ids == nowhere


def test_links_of_a_page_are_alike(ours: Server, theirs: Server) -> None:
    """Relations and media types of 7.15.7; what pygeoapi adds is listed."""
    first, second = (server.ask(f"{ITEMS}?limit=5") for server in (ours, theirs))
    mine, other = (
        {(one["rel"], one["type"]) for one in answer.links()}
        for answer in (first, second)
    )
    assert mine == {
        ("self", "application/geo+json"),
        ("alternate", "text/html"),
        ("next", "application/geo+json"),
        ("collection", "application/json"),
    }
    # JSON-LD is an encoding of its own, which nobody has to offer (7.9).
    assert other - mine == {("alternate", "application/ld+json")}
    assert mine <= other


def test_features_are_the_same(
    ours: Server, theirs: Server, layer: Mapping[str, Incident]
) -> None:
    """Each feature has the geometry and every property of the layer's file."""
    for name in layer:
        own, other = (server.ask(f"{ITEMS}/{name}") for server in (ours, theirs))
        assert own.status == other.status == 200
        assert own.body["id"] == other.body["id"] == name
        assert (
            own.body["properties"].keys() - other.body["properties"].keys() == DERIVED
        )
        for key, value in other.body["properties"].items():
            assert own.body["properties"][key] == value
        if other.body["geometry"] is None:
            assert own.body["geometry"] is None
        else:
            assert shape(own.body["geometry"]).equals(shape(other.body["geometry"]))
        asked = {"self", "alternate", "collection"}
        for answer in (own, other):
            assert asked <= {link["rel"] for link in answer.links()}


REFUSED: Final = (
    ("/collections/nothing", 404),
    ("/collections/nothing/items", 404),
    ("/nothing", 404),
    (f"{ITEMS}/nothing", 404),
    (f"{ITEMS}?bbox=20,44,21", 400),
    (f"{ITEMS}?bbox=20,45,21,44", 400),
    (f"{ITEMS}?bbox=a,44,21,45", 400),
    (f"{ITEMS}?bbox=20,44,21,45&bbox-crs=http://example.org/crs", 400),
    (f"{ITEMS}?crs=http://example.org/crs", 400),
    (f"{ITEMS}?limit=0", 400),
    (f"{ITEMS}?limit=-1", 400),
    (f"{ITEMS}?limit=many", 400),
    (f"{ITEMS}?f=nothing", 400),
    ("/collections?f=nothing", 400),
)


@pytest.mark.parametrize(("path", "status"), REFUSED)
def test_both_refuse_with_the_same_status(
    ours: Server, theirs: Server, path: str, status: int
) -> None:
    """What is not there is 404, a wrong value 400 (7.5.1, 7.6)."""
    assert ours.ask(path).status == theirs.ask(path).status == status


TIMES: Final = {
    "2022-01-01/2022-12-31": "INTERVAL('2022-01-01', '2022-12-31')",
    "2022-12-01/2023-06-30": "INTERVAL('2022-12-01', '2023-06-30')",
    "2023-08-01/..": "INTERVAL('2023-08-01', '..')",
    "../2000-01-01": "INTERVAL('..', '2000-01-01')",
    "2023-08-01": "DATE('2023-08-01')",
}


@pytest.mark.parametrize("time", TIMES)
def test_times_select_the_same_by_the_first_possible_day(
    ours: Server, theirs: Server, time: str
) -> None:
    """An incident's date spans days; pygeoapi knows one instant a feature.

    7.15.4 leaves to the server which temporal property decides. Asked by that one day,
    which a filter can, ours finds the same; by ``datetime``, that and what may yet lie
    in the interval.
    """
    other = theirs.ask(f"/collections/dated/items?limit=1000&datetime={time}").ids
    asked = quote(f"T_INTERSECTS(date_earliest, {TIMES[time]})")
    assert ours.ask(f"{ITEMS}?limit=1000&filter={asked}").ids == other
    assert other
    assert other < ours.ask(f"{ITEMS}?limit=1000&datetime={time}").ids


# --- what differs, and why ---------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One question that is answered otherwise, and what the standard says of it."""

    path: str
    ours: int
    theirs: int
    reason: str


DIFFERENCES: Final = (
    Difference(
        f"{ITEMS}?bbox=nan,44,21,45",
        400,
        200,
        "7.6, /req/core/query-param-invalid: a value that is no number is 400.",
    ),
    Difference(
        f"{ITEMS}?bbox=20,44,0,21,45,100",
        200,
        500,
        "7.15.3: an extent may have six numbers, with heights.",
    ),
    Difference(
        f"{ITEMS}?datetime=yesterday",
        400,
        200,
        "7.6, /req/core/query-param-invalid; pygeoapi's store leaves time aside.",
    ),
    Difference(
        f"{ITEMS}?datetime=2023-12-31/2023-01-01",
        400,
        200,
        "7.15.4: an interval has its start first. The store leaves time aside.",
    ),
    Difference(
        f"{ITEMS}?unknown=1",
        400,
        200,
        "7.6, /req/core/query-param-unknown: what the description does not list is 400.",
    ),
    Difference(
        f"{ITEMS}?offset=3",
        400,
        200,
        "7.15.7: how pages follow each other is the server's. Ours go on behind an id, "
        "so that an edit between two pages neither repeats nor skips.",
    ),
    Difference(
        f"{ITEMS}?resulttype=hits",
        400,
        200,
        "A parameter of pygeoapi's own; numberMatched tells the same (7.15.7).",
    ),
    Difference(
        f"{ITEMS}?kind=event",
        400,
        200,
        "7.15.5 recommends filters by property, and leaves which to the server. The "
        "others of ours are asked in CQL2.",
    ),
)


@pytest.mark.parametrize(
    "difference", DIFFERENCES, ids=[one.path for one in DIFFERENCES]
)
def test_a_known_difference_is_as_told(
    ours: Server, theirs: Server, difference: Difference
) -> None:
    """Both sides still answer as the list says."""
    statuses = ours.ask(difference.path).status, theirs.ask(difference.path).status
    assert statuses == (difference.ours, difference.theirs), difference.reason


def test_only_we_read_an_extent_across_the_antimeridian(
    ours: Server, theirs: Server, layer: Mapping[str, Incident]
) -> None:
    """7.15.3: west is larger than east there; pygeoapi takes the rest of the world."""
    strip = f"{ITEMS}?bbox=179,-90,-179,90&limit=1000"
    assert ours.ask(strip).ids == {
        one.id for one in layer.values() if one.geometry is None
    }
    assert theirs.ask(strip).ids == set(layer)


def test_only_we_name_the_media_type_of_geojson(ours: Server, theirs: Server) -> None:
    """Requirement /req/geojson/content (8.3) asks for it; pygeoapi's says JSON."""
    assert ours.ask(ITEMS).media_type == "application/geo+json"
    assert theirs.ask(ITEMS).media_type == "application/json"


def test_only_pygeoapi_links_to_the_page_before(ours: Server, theirs: Server) -> None:
    """7.15.7 allows ``prev`` and does not ask for it."""
    rels = []
    for server in (ours, theirs):
        (following,) = server.ask(f"{ITEMS}?limit=5").links("next")
        rels.append({link["rel"] for link in server.ask(following["href"]).links()})
    assert "prev" not in rels[0]
    assert "prev" in rels[1]


def test_faults_are_told_in_different_forms(ours: Server, theirs: Server) -> None:
    """7.5.1 fixes the status, not the body: ours is RFC 9457, with the parameter."""
    wrong = f"{ITEMS}?bbox=1,2,3"
    own, other = ours.ask(wrong), theirs.ask(wrong)
    assert own.media_type == "application/problem+json"
    assert own.body["parameter"] == "bbox"
    assert other.media_type == "application/json"
    assert {"code", "description"} <= other.body.keys()
