"""The HTTP routes: what they answer, and how they refuse."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from shapely.geometry import LineString
from starlette.applications import Starlette

from geo.atlas import Atlas
from geo.atlas.exports import export_file
from geo.atlas.maps import SCRIPT_URL
from geo.atlas.previews import end_preview, show_preview
from geo.base.errors import (
    ArchiveError,
    DataError,
    EngineAwayError,
    ExportError,
    Fault,
    IncidentMapError,
    MissingAssetError,
    NotFoundError,
    QueryError,
)
from geo.base.grid import Bbox, Group
from geo.base.settings import settings
from geo.formats.registry import FORMATS
from geo.model.query import Query
from geo.publish.pictures import PICTURES, picture_of
from geo.web.api import _decimals, _group_row
from geo.web.problems import problem_of
from geo.web.routes import routes
from geo.web.turns import await_turn, begin_turn
from tests.builders import (
    PAYLOADS,
    SOURCES,
    VOCABULARY,
    make_atlas,
    make_incident,
    poisoned,
    unplaced,
)
from tests.client import answer_of, ask
from tests.strategies import boxes, queries

WORLD = "-180,-85,180,85"
#: Routes that take filters, with what else they need.
FILTERED: tuple[tuple[str, dict[str, str]], ...] = (
    ("/api/summary", {}),
    ("/api/choices", {}),
    ("/api/view", {"viewport": WORLD, "zoom": "5"}),
    ("/api/list", {"viewport": WORLD}),
    ("/api/incidents", {}),
    ("/export", {"format": "geojson"}),
)
WRONG = (
    ("bbox", "nan,0,1,1"),
    ("bbox", "0,0,inf,1"),
    ("bbox", "0,0,1e999,1"),
    ("bbox", "44.7,120.3,44.9,20.6"),
    ("bbox", "0,2,1,1"),
    ("bbox", "1,2,3"),
    ("bbox", "0," * 10_000),
    ("category", "nonsense"),
    ("category", "mural'--"),
    ("source", "nonsense"),
    ("status", "sure"),
    ("precision", "exact"),
    ("country", "Serbia"),
    ("from", "yesterday"),
    ("from", "99999-01-01"),
    ("to", "2023-02-30"),
    ("dates", "perhaps"),
    ("q", "x" * 5_000),
    ("q", "\x00"),
    ("colour", "red"),
    ("category[]", "mural"),
)


class Server:
    """The routes over a layer of the test's own."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self.app = Starlette(routes=routes())

    def get(self, address: str, **options: Any) -> httpx.Response:  # noqa: ANN401
        """Return the answer to a GET."""
        return ask(self.app, address, **options)

    def json(self, address: str, **options: Any) -> Any:  # noqa: ANN401
        """Return the JSON of a good answer."""
        answer = self.get(address, **options)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        return answer.json()


def serve(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Return a server over an atlas."""
    answer_of(monkeypatch, lambda: atlas)
    return Server(atlas)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """Return an atlas of a small layer, without copies of its sources."""
    line = LineString([(20.4, 43.0), (21.0, 43.0)])
    return make_atlas(
        tmp_path_factory.mktemp("archive"),
        make_incident(),
        make_incident(id="wall-2", date="../2022"),
        make_incident(id="bar", category="attack", date="2022-12"),
        make_incident(
            id="border",
            kind="plan",
            place="Boundary",
            place_role="target",
            precision="line",
            radius_m=5_000,
            geometry=line,
        ),
        unplaced(id="nowhere", date=None),
    )


@pytest.fixture
def server(small: Atlas, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Return a server over the small layer."""
    return serve(small, monkeypatch)


def is_problem(answer: httpx.Response, code: int) -> dict[str, Any]:
    """Return a problem document (RFC 9457) after checking its form."""
    assert answer.status_code == code, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == code
    assert body["detail"]
    assert "Traceback" not in answer.text
    return body


def test_the_server_tells_that_it_is_well(server: Server) -> None:
    """And which version of the layer it serves."""
    assert server.json("/healthz") == {"status": "ok", "layer": server.atlas.version}


def test_the_style_has_every_category(server: Server) -> None:
    """Markers and legend cannot disagree."""
    found = server.json("/api/style")

    assert list(found["categories"]) == list(VOCABULARY.ids())
    assert found["categories"]["mural"]["color"] == "#0072b2"
    assert found["tiles"]["url"] == ""


def test_a_preview_is_answered_in_the_place_of_the_layer(
    server: Server, tmp_path: Path
) -> None:
    """By its name alone, on every route of the map; and no longer once it is over."""
    coming = make_atlas(tmp_path, make_incident(id="coming", title="It comes"))
    name = show_preview(coming)
    view = f"/api/view?viewport={WORLD}&zoom=5"
    assert server.json(f"{view}&preview={name}")["total"] == 1
    assert server.json(view)["total"] == 5
    assert server.json(f"/api/style?preview={name}")["view"] == {}
    assert "It comes" in str(server.json(f"/api/incidents/coming?preview={name}"))
    is_problem(server.get("/api/incidents/coming"), 404)

    end_preview(name)

    is_problem(server.get(f"{view}&preview={name}"), 404)
    is_problem(server.get("/api/summary?preview="), 404)


def test_a_summary_counts_what_is_asked(server: Server) -> None:
    """Counts by category sum to the total."""
    whole = server.json("/api/summary")
    part = server.json("/api/summary?category=attack")

    assert whole["total"] == sum(whole["categories"].values()) == 5
    assert part["total"] == part["categories"]["attack"] == 1
    assert whole["open_ended"] == 1
    assert whole["bins"][0]["from"] <= "2022-12-01"


def test_a_summary_says_what_another_choice_would_show(server: Server) -> None:
    """Counts by category leave the chosen category aside, those by status the status."""
    whole = server.json("/api/summary")

    by_category = server.json("/api/summary?category=attack")
    by_status = server.json("/api/summary?status=alleged")

    assert by_category["categories"] == whole["categories"]
    assert by_category["statuses"] == {"reported": 1}
    assert by_status["statuses"] == whole["statuses"] == {"reported": 5}
    assert by_status["categories"] == {}


def test_the_folded_filters_are_told_in_words_with_their_counts(server: Server) -> None:
    """Each leaves its own choice aside; what is chosen is told even where there is none."""
    whole = server.json("/api/choices")
    assert list(whole) == ["precision", "country", "source"]
    assert ["line", "Along a line", 1] in whole["precision"]
    assert sum(count for *_, count in whole["precision"]) == 5

    chosen = server.json("/api/choices?precision=line&country=NO")

    assert ["NO", "NO", 0] in chosen["country"]
    assert all(not count for *_, count in chosen["precision"])


def test_an_empty_result_is_an_answer(server: Server) -> None:
    """Nothing found is not an error, and has no extent."""
    found = server.json("/api/summary?q=zzz")

    assert (found["total"], found["extent"], found["bins"]) == (0, None, [])


def test_a_view_counts_what_the_viewport_shows(server: Server) -> None:
    """One marker for the city, one for the line."""
    found = server.json(f"/api/view?viewport={WORLD}&zoom=9")

    assert found["total"] == 5
    number = found["columns"].index("n")
    assert sorted(group[number] for group in found["groups"]) == [1, 3]
    assert {len(group) for group in found["groups"]} == {len(found["columns"])}
    assert len(found["places"]) == 2


def test_a_view_of_a_street_has_its_city_on_the_shelf(server: Server) -> None:
    """With its words; the ground is empty."""
    found = server.json("/api/view?viewport=20.45,44.8,20.47,44.82&zoom=15")

    assert found["groups"] == []
    (shelved,) = found["shelf"]
    assert (shelved["name"], shelved["n"]) == ("Somewhere in Belgrade", 3)
    assert found["further"] == {"places": 0, "n": 0}
    assert found["outside"] == 1


def test_a_disc_is_told_with_its_middle(server: Server) -> None:
    """A line has an outline of its own instead."""
    found = server.json(f"/api/view?viewport={WORLD}&zoom=9")

    told = {place["area"]: place["at"] for place in found["places"].values()}
    assert told == {False: [20.46, 44.81], True: None}


def test_only_who_fits_the_view_hears_where_most_of_it_is(server: Server) -> None:
    """Filters that change often do not pay for it."""
    focus = server.json("/api/summary?focus=yes")["focus"]

    west, south, east, north = focus["extent"]
    assert 20 < west <= east < 22
    assert 42 < south <= north < 46
    assert focus["zoom"] == 9
    assert server.json("/api/summary")["focus"] is None


def test_a_line_is_given_as_geometry(server: Server) -> None:
    """In (lon, lat), for ever under its number."""
    view = server.json(f"/api/view?viewport={WORLD}&zoom=9")
    (number,) = (key for key, place in view["places"].items() if place["area"])

    answer = server.get(f"/api/outlines?places={number},{number}")

    line = {"type": "LineString", "coordinates": [[20.4, 43.0], [21.0, 43.0]]}
    assert answer.json() == {"outlines": [line, line]}
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("places", ["", "abc", "1,", "1,-2", ",".join(["1"] * 101)])
def test_outlines_are_of_numbered_places_and_of_a_hundred_at_most(
    server: Server, places: str
) -> None:
    """So that no address asks for all there are."""
    body = is_problem(server.get(f"/api/outlines?places={places}"), 400)

    assert "places" in body["detail"]


def test_a_list_is_of_what_is_asked(server: Server) -> None:
    """Those of one place, if a place is given."""
    every = server.json("/api/incidents")
    city = server.atlas.engine.where_is("mural-2023")
    assert city is not None
    some = server.json(f"/api/incidents?place={city.number}")

    assert every["total"] == len(every["incidents"]) == 5
    assert {row["id"] for row in some["incidents"]} == {"mural-2023", "wall-2", "bar"}


def test_the_newest_come_first_and_the_undated_last(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By the last day that a date may mean; what goes on still is the newest of all."""
    dates = {
        "old": "1999-04-06",
        "year": "2023",
        "spring": "2023-03",
        "on": "2022-05/..",
        "before": "../2001",
        "never": None,
    }
    made = [make_incident(id=name, date=date) for name, date in dates.items()]
    server = serve(make_atlas(tmp_path, *made), monkeypatch)

    listed = server.json(f"/api/list?viewport={WORLD}")["incidents"]

    order = [row["id"] for row in listed]
    assert order == ["on", "year", "spring", "before", "old", "never"]


def test_a_list_counts_what_it_does_not_show(server: Server) -> None:
    """In the viewport, elsewhere, and without a place: together all there are."""
    belgrade = server.json("/api/list?viewport=20,44.5,21,45")
    world = server.json(f"/api/list?viewport={WORLD}&limit=1")
    nowhere = server.json("/api/list?missing=place")

    assert {row["id"] for row in belgrade["incidents"]} == {
        "mural-2023",
        "wall-2",
        "bar",
    }
    assert [belgrade[name] for name in ("total", "elsewhere", "unplaced")] == [3, 1, 1]
    assert (world["total"], len(world["incidents"]), world["elsewhere"]) == (4, 1, 0)
    assert [row["id"] for row in nowhere["incidents"]] == ["nowhere"]
    assert nowhere["total"] == 1
    assert nowhere["incidents"][0]["lat"] is None


def test_a_list_says_how_many_a_filter_by_date_leaves_out_for_want_of_one(
    server: Server,
) -> None:
    """Nobody knows whether they are in the span; that is said, and they are not dropped."""
    whole = server.json(f"/api/list?viewport={WORLD}")
    dated = server.json(f"/api/list?viewport={WORLD}&from=2022-01-01")

    assert whole["undated"] == 0
    assert dated["undated"] == 1


def test_a_list_says_of_each_who_claims_it_and_who_denies_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A denial is as prominent as the claim."""
    claimed = make_incident(
        status="alleged", alleged_by=("Ana Ilić",), denied_by=("The ministry",)
    )
    server = serve(make_atlas(tmp_path, claimed), monkeypatch)

    (row,) = server.json(f"/api/list?viewport={WORLD}")["incidents"]

    assert row["claim"] == "Alleged by Ana Ilić. Denied by The ministry."
    assert row["line"].endswith(row["claim"])
    assert (row["date"], row["place"]) == ("August 2023", "Somewhere in Belgrade")
    assert (row["lon"], row["lat"]) == (20.46, 44.81)


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ("", "viewport"),
        (f"viewport={WORLD}&missing=place", "viewport"),
        ("missing=date", "missing"),
        (f"viewport={WORLD}&limit=0", "limit"),
        (f"viewport={WORLD}&limit=101", "limit"),
        (f"viewport={WORLD}&limit=-5", "limit"),
    ],
)
def test_a_list_of_nothing_in_particular_is_refused(
    server: Server, asked: str, wrong: str
) -> None:
    """It is of a viewport or of what has no place, and of at most a hundred."""
    body = is_problem(server.get(f"/api/list?{asked}"), 400)

    assert body["detail"].startswith(wrong)


def test_a_record_is_cited_in_every_form_with_its_public_address(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A citation outlives the name by which somebody reached the server."""
    monkeypatch.setenv("INCIDENTS_PUBLIC_URL", "https://map.example.org/")
    settings.cache_clear()
    try:
        cited = server.json("/api/incidents/bar/citations")
    finally:
        settings.cache_clear()

    assert cited["link"] == "https://map.example.org/?incident=bar"
    assert list(cited["forms"]) == ["Plain text", "CSL-JSON", "BibTeX", "RIS"]
    for form, text in cited["forms"].items():
        assert "https://map.example.org/?incident=bar" in text.replace("\\", ""), form
    is_problem(server.get("/api/incidents/no-such/citations"), 404)


def test_an_incident_is_told_in_words(server: Server) -> None:
    """Words, passages and where to look."""
    found = server.json("/api/incidents/border")

    assert found["status"] == "plan"
    (claim,) = [part for part in found["parts"] if part["kind"] == "uncertain"]
    assert claim["text"].startswith("Planned")
    assert found["line"].endswith(claim["text"])
    assert found["parts"][-1]["state"] == "no copy"


@pytest.mark.parametrize(("path", "needs"), FILTERED)
@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_parameter_is_refused_by_name(
    server: Server, path: str, needs: dict[str, str], name: str, value: str
) -> None:
    """Every route that filters, with every value that is none."""
    body = is_problem(server.get(path, params={**needs, name: value}), 400)

    assert body["parameter"] == name
    assert body["detail"].startswith(f"{name}: ")


@pytest.mark.parametrize(
    "zoom", ["abc", "", "-1", "23", "nan", "inf", "1e999", "9" * 99]
)
def test_a_wrong_zoom_is_refused(server: Server, zoom: str) -> None:
    """It is a number from 0 to 22."""
    answer = server.get("/api/view", params={"viewport": WORLD, "zoom": zoom})

    assert is_problem(answer, 400)["parameter"] == "zoom"


@pytest.mark.parametrize("viewport", ["", "nan,0,1,1", "0,2,1,1", "a", "1,2,3", ",,,"])
def test_a_wrong_viewport_is_refused(server: Server, viewport: str) -> None:
    """It is written like an extent."""
    answer = server.get("/api/view", params={"viewport": viewport, "zoom": "3"})

    assert is_problem(answer, 400)["parameter"] in {"viewport", "bbox"}


@pytest.mark.parametrize("place", ["abc", "-1", "1.5", "", "²"])
def test_a_wrong_place_is_refused(server: Server, place: str) -> None:
    """It is the number of a place."""
    answer = server.get("/api/incidents", params={"place": place})

    assert is_problem(answer, 400)["parameter"] == "place"


@pytest.mark.parametrize("name", ["docx", "", "GEOJSON", "../csv"])
def test_an_unknown_format_is_refused(server: Server, name: str) -> None:
    """The message lists those there are."""
    body = is_problem(server.get("/export", params={"format": name}), 400)

    assert body["parameter"] == "format"
    assert "geojson" in body["detail"]


@pytest.mark.parametrize("form", PICTURES)
def test_a_picture_is_the_one_of_the_library(server: Server, form: str) -> None:
    """Route and library give the same bytes, with a tag by which they are known."""
    address = f"/export?format={form}&category=mural&theme=dark&frame=20,44,21,45"
    answer = server.get(address)
    drawn = picture_of(
        server.atlas,
        Query(category=("mural",)),
        form,
        bbox=Bbox(20, 44, 21, 45),
        is_dark=True,
    )

    assert answer.content == drawn
    assert answer.headers["content-type"].partition(";")[0] == PICTURES[form]
    assert f'mural.{form}"' in answer.headers["content-disposition"]
    tag = answer.headers["etag"]
    assert server.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert server.get(address.replace("dark", "light")).headers["etag"] != tag


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ("format=png&theme=pink", "theme"),
        ("format=png&frame=1,2,3", "frame"),
        ("format=png&package=zip", "package"),
        ("format=csv&theme=dark", "theme"),
        ("format=csv&frame=20,44,21,45", "frame"),
    ],
)
def test_what_a_file_has_no_use_for_is_refused(
    server: Server, asked: str, parameter: str
) -> None:
    """Whoever asks for it would believe to have got it."""
    body = is_problem(server.get(f"/export?{asked}"), 400)

    assert body["parameter"] == parameter


def test_a_picture_of_nothing_is_not_found(server: Server) -> None:
    """In words that help."""
    body = is_problem(server.get("/export?format=svg&q=nobodyknows"), 404)

    assert "nothing to draw" in body["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/incidents/nobody",
        "/api/incidents/..%2f..%2fetc",
        "/api/incidents/a%00b",
        "/api/incidents/%7B%7B7*7%7D%7D",
        "/api/outlines?places=999",
        "/api/outlines?places=2147483648",
        f"/api/outlines?places={'9' * 18}",
        "/api/nonsense",
        "/api/",
        "/api/incidents/a/b/c",
    ],
)
def test_what_is_not_there_is_a_404_in_json(server: Server, path: str) -> None:
    """Never the page, and never an error of the database."""
    is_problem(server.get(path), 404)


@pytest.mark.parametrize("place", ["2147483648", "9" * 40])
def test_a_place_beyond_all_numbers_has_no_incidents(
    server: Server, place: str
) -> None:
    """A number too large is like any number that is not given."""
    answer = server.get("/api/incidents", params={"place": place})

    if answer.status_code == 200:
        assert answer.json()["total"] == 0
    else:
        assert is_problem(answer, 400)["parameter"] == "place"


@pytest.mark.parametrize(
    "path",
    [
        "/api/style",
        "/api/summary?category=mural",
        f"/api/view?viewport={WORLD}&zoom=5",
        "/api/incidents",
        "/api/incidents/bar",
        "/export?format=csv",
    ],
)
def test_what_has_not_changed_costs_no_bytes(server: Server, path: str) -> None:
    """The tag of an answer, sent back, gives 304 without a body."""
    first = server.get(path)
    again = server.get(path, headers={"If-None-Match": first.headers["etag"]})
    other = server.get(path, headers={"If-None-Match": '"other"'})

    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert other.status_code == 200
    assert other.content == first.content


def test_tags_differ_by_question_and_by_version(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another filter or another layer is another answer."""
    one = server.get("/api/summary").headers["etag"]
    filtered = server.get("/api/summary?category=mural").headers["etag"]
    changed = make_atlas(tmp_path, make_incident(id="other"))
    changed.engine.version = "1" * 12
    another = serve(changed, monkeypatch).get("/api/summary").headers["etag"]

    assert len({one, filtered, another}) == 3


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_is_the_file_of_the_library(server: Server, name: str) -> None:
    """Page, route and command line give the same bytes."""
    answer = server.get(f"/export?format={name}&category=mural")

    assert answer.status_code == 200
    assert answer.content == export_file(
        server.atlas.engine,
        Query(category=("mural",)),
        name,
        vocabulary=VOCABULARY,
        sources=SOURCES,
    )
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert answer.headers["content-type"] == FORMATS[name].media_type


@pytest.mark.parametrize("payload", PAYLOADS)
def test_texts_go_through_verbatim_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, payload: str
) -> None:
    """No text of a record is changed, and none is sent as anything but JSON."""
    server = serve(make_atlas(tmp_path, poisoned(payload)), monkeypatch)

    found = server.json("/api/incidents/mural-2023")
    listed = server.json("/api/incidents")
    view = server.json(f"/api/view?viewport={WORLD}&zoom=5")

    texts = {part["kind"]: part.get("text") for part in found["parts"]}
    assert found["title"] == texts["title"] == texts["text"] == payload
    assert texts["uncertain"] == f"Alleged by {payload}."
    assert texts["denial"] == f"Denied by {payload}."
    assert found["parts"][-1]["marked"][1] == payload
    assert listed["incidents"][0]["title"] == payload
    (place,) = view["places"].values()
    assert payload in place["label"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_reader_types_is_a_value_and_nothing_more(
    server: Server, payload: str
) -> None:
    """In the text filter it finds nothing, and is not sent back."""
    answer = server.get("/api/summary", params={"q": payload})

    assert answer.status_code == 200
    assert answer.json()["total"] == 0
    assert payload not in answer.text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_links_of_passages_are_web_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, payload: str
) -> None:
    """A quote becomes a part of a link, never its scheme or host."""
    server = serve(make_atlas(tmp_path, poisoned(payload)), monkeypatch)

    passage = server.json("/api/incidents/mural-2023")["parts"][-1]

    assert passage["url"].startswith("https://daily.example/article")
    assert not set(passage["url"]) & set("<>\"'` {}")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (QueryError("q", "is wrong."), 400),
        (NotFoundError("No such thing."), 404),
        (DataError([Fault("a", "is bad.")]), 500),
        (ArchiveError("cannot be read."), 500),
        (ExportError("cannot be written."), 500),
        (MissingAssetError("is missing."), 500),
    ],
)
def test_every_error_of_ours_has_a_status(error: IncidentMapError, code: int) -> None:
    """The library raises; the edge translates, once."""
    answer = problem_of(error)

    assert answer.status_code == code
    assert answer.media_type == "application/problem+json"


def test_a_layer_that_cannot_be_read_is_a_500_in_json(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the faults, for whoever runs the server."""

    def broken() -> Atlas:
        raise DataError(
            [Fault("layer.geojson", "is wrong.", "Mend.", where="date", index=0)]
        )

    answer_of(monkeypatch, broken)

    for path in ("/healthz", "/api/summary", "/export"):
        assert "layer.geojson" in is_problem(server.get(path), 500)["detail"]


def test_a_database_that_is_away_is_a_503_that_says_when_to_ask_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of every route, those of OGC API - Features too."""

    def away() -> Atlas:
        raise EngineAwayError("The database, h/d, does not answer. Try again soon.")

    answer_of(monkeypatch, away)

    for path in ("/healthz", "/api/summary", "/export", "/ogc/collections"):
        answer = server.get(path)
        detail = is_problem(answer, 503)["detail"]
        assert "does not answer" in detail
        assert "h/d" not in detail, "readers need not know where the database is"
        assert answer.headers["retry-after"] == "5"


def test_a_list_asks_for_all_its_features_at_once(
    small: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the list, the number of statements is the same."""
    server = serve(small, monkeypatch)
    store = small.engine._store
    asked: list[str] = []
    real = store.ask

    def ask_(sql: str, parameters: Any = ()) -> Any:  # noqa: ANN401
        asked.append(sql)
        return real(sql, parameters)

    monkeypatch.setattr(store, "ask", ask_)
    found = server.json("/api/incidents")

    assert len(found["incidents"]) == 5
    assert sum("incident_text" in sql for sql in asked) == 1


def test_the_same_view_is_asked_of_the_engine_once(
    small: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For all who open the same link; another layer is another question."""
    server = serve(small, monkeypatch)
    asked: list[str] = []
    real = small.engine._store.ask

    def ask_(sql: str, parameters: Any = ()) -> Any:  # noqa: ANN401
        asked.append(sql)
        return real(sql, parameters)

    monkeypatch.setattr(small.engine._store, "ask", ask_)
    path = "/api/view?viewport=-10,30,60,70&zoom=4"
    first = server.get(path)
    before = len(asked)
    again = server.get(path)

    assert before > 0
    assert len(asked) == before
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"]
    monkeypatch.setattr(Atlas, "version", property(lambda _: "another"))
    server.get(path)
    assert len(asked) > before


def test_the_map_ends_its_turn(server: Server) -> None:
    """The page's script, which waits for it, goes on; any other name changes nothing."""
    turn = begin_turn()
    script = Thread(target=await_turn, args=[turn], kwargs={"at_most_s": 60})
    script.start()

    answers = [
        server.get(f"/api/turns/{name}", method="POST") for name in ("nonsense", turn)
    ]
    script.join(30)

    assert [answer.status_code for answer in answers] == [204, 204]
    assert not script.is_alive()
    is_problem(server.get(f"/api/turns/{turn}"), 404)


def test_browser_files_come_from_here(server: Server) -> None:
    """The map's libraries and our own scripts."""
    for path in (
        "/assets/leaflet/leaflet.js",
        "/assets/leaflet/leaflet.css",
        "/assets/font/wght.css",
        SCRIPT_URL,
    ):
        assert server.get(path).status_code == 200
    script = server.get(SCRIPT_URL)
    names = ["incidentSymbols =", "incidentRecord =", "timeBrush =", "incidentLayer ="]
    assert sorted(names, key=script.text.index) == names
    again = server.get(SCRIPT_URL, headers={"If-None-Match": script.headers["etag"]})
    assert again.status_code == 304
    assert server.get("/assets/own/..%2f..%2fapi.py").status_code == 404


def test_without_the_browser_libraries_the_command_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server refuses to start half."""
    monkeypatch.setattr("geo.web.routes._LEAFLET", tmp_path)

    with pytest.raises(MissingAssetError, match="make setup"):
        routes()


def test_any_question_is_answered_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No query, viewport or zoom makes anything but 200 or 400."""
    server = serve(make_atlas(tmp_path, make_incident()), monkeypatch)

    @hypothesis_settings(max_examples=15)
    @given(queries(), boxes(), st.integers(-1, 23) | st.text(max_size=5))
    def law(query: Query, viewport: object, zoom: object) -> None:
        params = {**query.parameters(), "viewport": str(viewport), "zoom": str(zoom)}
        answer = server.get("/api/view", params=params)
        assert answer.status_code in {200, 400}
        if answer.status_code == 400:
            assert answer.json()["parameter"] == "zoom"

    law()


@given(
    west=st.floats(-180, 179),
    south=st.floats(-85, 84),
    wide=st.floats(0, 1),
    zoom=st.integers(0, 22),
)
def test_a_marker_of_several_places_is_as_exact_as_its_zoom_shows(
    west: float, south: float, wide: float, zoom: int
) -> None:
    """It moves by less than a tenth of a pixel, and its extent still holds all."""
    extent = Bbox(west, south, west + wide, south + wide)
    group = Group(
        lon=round(west + wide / 2, 5),
        lat=round(south + wide / 2, 5),
        count=2,
        incident_id=None,
        place_no=None,
        mix=(("attack", 2),),
        status=None,
        plan=False,
        extent=extent,
    )
    decimals = _decimals(zoom)
    lon, lat, *_, told = _group_row(group, decimals, {"attack": 0})
    step = 10.0**-decimals

    assert step <= max(36 / (256 * 2**zoom), 1.01e-5) or decimals == 1
    assert abs(lon - group.lon) <= step
    assert abs(lat - group.lat) <= step
    held = Bbox(*told)
    assert held.west <= west < held.west + 1.01 * step
    assert held.east >= extent.east > held.east - 1.01 * step
    assert held.south <= south
    assert held.north >= extent.north
