"""Many viewers at once: web socket clients that do what a browser does."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_TIMEOUT_S = 60.0
#: What the page tells its map: hex digits of JSON (geo/atlas/folium_maps.py).
_TOLD = re.compile(r"incidentLayer\.show\(\W*([0-9a-f]+)")
_VIEW = "viewport=-170,-60,170,75&zoom=2"


@dataclass(frozen=True)
class Crowd:
    """How many viewers were served: seconds for each change, errors, still there."""

    seconds: list[float]
    errors: list[str]
    held: int

    def p95(self) -> float:
        """Return the time that 95 of 100 changes stay below, in seconds."""
        return float(np.percentile(self.seconds, 95)) if self.seconds else float("inf")


def filtering(port: int, viewers: int, changes: int, categories: list[str]) -> Crowd:
    """Let viewers change the filter at the same time, each *changes* times."""
    return asyncio.run(_filtering(port, viewers, changes, categories))


def idle(port: int, viewers: int, hold_s: float) -> Crowd:
    """Hold viewers who do nothing; return how many are still there."""
    return asyncio.run(_idle(port, viewers, hold_s))


async def _filtering(
    port: int, viewers: int, changes: int, categories: list[str]
) -> Crowd:
    seconds: list[float] = []
    errors: list[str] = []
    ready = asyncio.Barrier(viewers)

    async def one(number: int) -> None:
        try:
            async with _connected(port) as socket, _client(port) as client:
                await _rerun(socket, "", client)
                await ready.wait()
                for change in range(changes):
                    chosen = categories[(number + change) % len(categories)]
                    start = time.perf_counter()
                    await _rerun(socket, f"category={chosen}", client)
                    seconds.append(time.perf_counter() - start)
        except (
            OSError,
            TimeoutError,
            httpx.HTTPError,
            RuntimeError,
            websockets.WebSocketException,
            asyncio.BrokenBarrierError,
            ExceptionGroup,
        ) as error:
            errors.append(repr(error))
            await ready.abort()

    await asyncio.gather(*map(one, range(viewers)))
    return Crowd(seconds, errors, viewers - len(errors))


async def _idle(port: int, viewers: int, hold_s: float) -> Crowd:
    errors: list[str] = []
    gate = asyncio.Semaphore(8)

    async def one() -> bool:
        try:
            async with gate, _client(port) as client:
                socket = await _connected(port)
                await _rerun(socket, "", client)
            await asyncio.sleep(hold_s)
            waited = await socket.ping()
            await asyncio.wait_for(waited, _TIMEOUT_S)
            await socket.close()
        except (
            OSError,
            TimeoutError,
            RuntimeError,
            websockets.WebSocketException,
            ExceptionGroup,
        ) as error:
            errors.append(repr(error))
            return False
        return True

    held = await asyncio.gather(*(one() for _ in range(viewers)))
    return Crowd([], errors, sum(held))


def _connected(port: int) -> Any:  # noqa: ANN401 - websockets' connection
    return websockets.connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        subprotocols=["streamlit"],
        max_size=None,
        # A slow answer is to be measured, not to end the connection.
        ping_interval=None,
        open_timeout=_TIMEOUT_S,
    )


def _client(port: int) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", timeout=_TIMEOUT_S, trust_env=False
    )


async def _rerun(socket: Any, query: str, client: httpx.AsyncClient) -> None:  # noqa: ANN401
    """Run the page's script and show its map; wait until both have finished."""
    request = BackMsg()
    request.rerun_script.query_string = query
    await socket.send(request.SerializeToString())
    async with asyncio.timeout(_TIMEOUT_S), asyncio.TaskGroup() as tasks:
        while True:
            message = ForwardMsg.FromString(await socket.recv())
            kind = message.WhichOneof("type")
            if kind == "script_finished":
                return
            if kind != "delta":
                continue
            element = message.delta.new_element
            if element.WhichOneof("type") == "exception":
                raise RuntimeError(element.exception.message)
            shown = _TOLD.search(element.component_instance.json_args)
            if shown:
                tasks.create_task(_show(client, bytes.fromhex(shown[1])))


async def _show(client: httpx.AsyncClient, shown: bytes) -> None:
    """Do what the map's frame does when it is told of a change."""
    change = json.loads(shown)
    query = change["query"]
    view = await client.get(f"/api/view?{_VIEW}&{query}")
    view.raise_for_status()
    painted = await client.post(f"/api/turns/{change['turn']}")
    painted.raise_for_status()
    summary = await client.get(f"/api/summary?{query}")
    summary.raise_for_status()
