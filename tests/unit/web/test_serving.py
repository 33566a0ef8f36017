"""Downloads have their limits, end with their clients, and hold up no reader."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.applications import Starlette

from geo.atlas import Atlas
from geo.atlas import selections as selection_module
from geo.atlas.selections import select
from geo.base.errors import BusyError, StoppedError
from geo.base.settings import settings
from geo.base.work import Work, doing
from geo.model.ids import slug
from geo.model.query import Query
from geo.web import downloads
from geo.web.routes import routes
from geo.web.serving import Slots, address_of
from tests.builders import make_engine, make_incident
from tests.client import answer_of, ask
from tests.live import PATIENCE_S, begin, live, synthetic_atlas, until

#: Formats that are made in different ways: as they go, aside, by GDAL, in an archive.
WAYS = (
    "format=geojson",
    "format=csv",
    "format=geoparquet",
    "format=gpkg",
    "format=fgb",
    "format=shp",
    "format=xlsx",
    "format=kml&package=zip",
)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """Return an atlas whose downloads take seconds."""
    return synthetic_atlas(tmp_path_factory.mktemp("large"), 20_000)


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Return a way to set settings; slots are empty before and after."""

    def limit(**given: object) -> None:
        for name, value in given.items():
            monkeypatch.setenv(f"INCIDENTS_{name.upper()}", str(value))
        settings.cache_clear()

    monkeypatch.setattr(downloads, "_SLOTS", Slots())
    yield limit
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def port(large: Atlas, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Serve the large layer with uvicorn."""
    answer_of(monkeypatch, lambda: large)
    with live(Starlette(routes=routes())) as port:
        yield port


def get(port: int, address: str) -> httpx.Response:
    """Return an answer of the server."""
    address = f"http://127.0.0.1:{port}{address}"
    return httpx.get(address, timeout=PATIENCE_S, trust_env=False)


def busy() -> bool:
    """Tell whether a download is still being made or sent."""
    return downloads._SLOTS._taken.total() > 0


@pytest.mark.parametrize("way", WAYS)
def test_a_download_ends_when_its_client_leaves(
    port: int, large: Atlas, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Nothing more is asked of the layer, and its place is free."""
    asked = threading.Event()
    real = large.engine._store.ask

    def ask_(sql: str, parameters: object = ()) -> object:
        asked.set()
        return real(sql, parameters)  # type: ignore[arg-type]

    monkeypatch.setattr(large.engine._store, "ask", ask_)
    monkeypatch.setattr(selection_module, "_checksums", selection_module._Checksums())
    with begin(port, f"/export?{way}"):
        until(busy)
        assert asked.wait(PATIENCE_S)
    until(lambda: not busy())

    asked.clear()
    assert not asked.wait(0.3)
    assert get(port, "/healthz").status_code == 200


def test_sixty_downloads_that_are_left_hold_up_no_reader(
    port: int, limit: Callable[..., None]
) -> None:
    """Health and map are answered while they are begun, and after they are left."""
    limit(exports_at_once=60, exports_per_client=60)
    clients = [begin(port, f"/export?{WAYS[n % len(WAYS)]}&q={n}") for n in range(60)]
    until(busy)

    assert get(port, "/healthz").status_code == 200
    assert get(port, "/api/summary?category=mural").status_code == 200
    for client in clients:
        client.close()
    assert get(port, "/healthz").status_code == 200
    until(lambda: not busy())


def test_readers_do_not_queue_behind_downloads(
    port: int, limit: Callable[..., None]
) -> None:
    """Even where every thread for downloads is taken."""
    limit(exports_at_once=8, exports_per_client=8)
    clients = [begin(port, "/export?format=geojson") for _ in range(8)]
    try:
        until(busy)
        answers = [
            get(port, path)
            for path in (
                "/healthz",
                "/api/view?viewport=-180,-85,180,85&zoom=3",
                "/api/incidents",
                "/ogc/collections/incidents/items?limit=1",
                "/favicon.ico",
            )
        ]
    finally:
        for client in clients:
            client.close()

    assert [answer.status_code for answer in answers] == [200] * len(answers)
    until(lambda: not busy())


def test_one_download_too_many_is_told_when_to_come_again(
    port: int, limit: Callable[..., None]
) -> None:
    """And gets its file once the others are done."""
    limit(exports_at_once=1)
    with begin(port, "/export?format=csv"):
        until(busy)
        refused = get(port, "/export?format=geojson")

    assert refused.status_code == 503
    assert refused.headers["content-type"] == "application/problem+json"
    assert int(refused.headers["retry-after"]) > 0
    assert "1 downloads run already" in refused.json()["detail"]
    until(lambda: not busy())
    assert get(port, "/export?format=geojson&q=zzzz").status_code == 200


def test_one_address_cannot_take_every_place(limit: Callable[..., None]) -> None:
    """Another one still has its own."""
    limit(exports_at_once=3, exports_per_client=2)
    slots = Slots()
    first, _second = slots.take("192.0.2.1"), slots.take("192.0.2.1")

    with pytest.raises(BusyError, match="your address"):
        slots.take("192.0.2.1")
    slots.take("192.0.2.2")
    with pytest.raises(BusyError, match="3 downloads"):
        slots.take("192.0.2.3")
    first()
    first()
    slots.take("192.0.2.3")
    with pytest.raises(BusyError):
        slots.take("192.0.2.1")


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("a-socket", "a-socket"),
    ],
)
def test_a_client_is_counted_by_its_address(host: str, counted: str) -> None:
    """In IPv6 by its network: one household has 2**64 addresses."""
    assert address_of({"client": (host, 1)}) == counted
    assert not address_of({"client": None})


def test_the_head_of_a_download_is_told_without_making_it(
    port: int, large: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HEAD costs nothing."""
    monkeypatch.setattr(large.engine._store, "ask", None)

    answer = httpx.head(f"http://127.0.0.1:{port}/export?format=csv", trust_env=False)

    assert answer.status_code == 200
    called = f'filename="{slug(settings().title)}.csv"'
    assert called in answer.headers["content-disposition"]
    assert "content-length" not in answer.headers


def test_a_slow_client_does_not_keep_others_from_gdal(
    port: int, limit: Callable[..., None]
) -> None:
    """Whoever takes a FlatGeobuf piece by piece holds no turn of GDAL's."""
    limit(exports_at_once=8, exports_per_client=8)
    with begin(port, "/export?format=fgb") as slow:
        assert slow.recv(1)
        answer = get(port, "/export?format=gpkg&q=zzzz")

    assert answer.status_code == 200
    until(lambda: not busy())


def test_a_question_ends_when_its_reader_leaves(
    port: int, large: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On every route that asks the layer."""
    endless = (
        "SELECT sum(a.range * b.range) FROM range(100_000_000) a, range(100_000_000) b"
    )
    store = large.engine._store
    real = store.ask
    for path in (
        "/api/summary?q=left",
        "/api/view?viewport=0,0,1,1&zoom=9",
        "/api/incidents?q=left",
        "/ogc/collections/incidents/items?q=left",
        "/ogc/collections/places/items",
        "/ogc/collections/incidents/items?filter=title='left'",
    ):
        running, ended = threading.Event(), threading.Event()

        def ask_(
            _sql: str,
            _parameters: object = (),
            running: threading.Event = running,
            ended: threading.Event = ended,
        ) -> object:
            running.set()
            try:
                return real(endless)
            except StoppedError:
                ended.set()
                raise

        with monkeypatch.context() as patch:
            patch.setattr(store, "ask", ask_)
            with begin(port, path):
                assert running.wait(PATIENCE_S), path
            assert ended.wait(PATIENCE_S), path


def test_an_answer_that_takes_too_long_is_503_on_both_apis(
    large: Atlas, monkeypatch: pytest.MonkeyPatch, limit: Callable[..., None]
) -> None:
    """With the same words, and when to come again."""
    limit(query_timeout_s=0.000001)
    answer_of(monkeypatch, lambda: large)
    app = Starlette(routes=routes())

    answers = [
        ask(app, path)
        for path in (
            "/api/summary",
            "/api/incidents",
            "/ogc/collections/incidents/items",
            "/ogc/collections/incidents/items?filter=title='x'",
        )
    ]

    bodies = [answer.json() for answer in answers]
    assert {answer.status_code for answer in answers} == {503}
    assert all(answer.headers["retry-after"] == "5" for answer in answers)
    kinds = {answer.headers["content-type"] for answer in answers}
    assert kinds == {"application/problem+json"}
    assert all(body == bodies[0] for body in bodies)
    assert "took longer" in bodies[0]["detail"]


def test_a_checksum_is_made_once(large: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    """By one of those who ask at the same time; the others wait for it."""
    made = []
    real = selection_module.content_digest

    def content_digest(lines: Iterator[str]) -> tuple[int, str]:
        made.append(threading.get_ident())
        return real(lines)

    monkeypatch.setattr(selection_module, "content_digest", content_digest)
    given = {"vocabulary": large.vocabulary, "sources": large.sources}
    query = Query(q="rally")

    def about() -> str:
        return json.dumps(select(large.engine, query, **given).about.facts())

    with ThreadPoolExecutor(4) as threads:
        told = {task.result() for task in [threads.submit(about) for _ in range(4)]}
    told.add(about())

    assert len(made) == len(told) == 1
    select(make_engine(make_incident()), query, **given)
    assert len(made) == 2


def test_a_checksum_whose_maker_left_is_made_by_who_waits(
    large: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that leaves takes nobody else's file along."""
    first, begun = Work(), threading.Event()
    real = selection_module.content_digest

    def content_digest(lines: Iterator[str]) -> tuple[int, str]:
        begun.set()
        return real(lines)

    monkeypatch.setattr(selection_module, "content_digest", content_digest)
    given = {"vocabulary": large.vocabulary, "sources": large.sources}
    query = Query(status=("reported",))

    def leave() -> None:
        with doing(first):
            select(large.engine, query, **given)

    with ThreadPoolExecutor(2) as threads:
        left = threads.submit(leave)
        assert begun.wait(PATIENCE_S)
        waits = threads.submit(select, large.engine, query, **given)
        first.stop()
        with pytest.raises(StoppedError):
            left.result(PATIENCE_S)
        assert waits.result(PATIENCE_S).about.rows > 0


def test_a_connection_that_is_closed_early_leaves_no_file_behind(
    port: int, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is made aside goes with its client."""
    aside = tmp_path_factory.mktemp("aside")
    monkeypatch.setattr("tempfile.tempdir", str(aside))
    with begin(port, "/export?format=geoparquet&q=a"):
        until(lambda: any(aside.iterdir()))
    until(lambda: not busy())

    assert not list(aside.iterdir())
