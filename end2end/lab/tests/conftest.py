"""A lab in this process per test, and a client that speaks to it as Drover does."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from fakepve import schema

from lab.control import Control
from lab.core import Options, Values
from lab.server import Lab

# PVE sends the config's integers in /pending where its schema says string; the next id and the parts of a
# retention as strings where it says integer.
DEVIATIONS = ("/pending", "/nextid", "/cluster/backup", "/cluster/backup/night")


class Answer:
    """Status, data and message of a call."""

    def __init__(self, status: int, body: Values, reason: str) -> None:
        self.status, self.body, self.reason = status, body, reason

    @property
    def data(self) -> Any:
        assert self.status == 200, (self.status, self.reason, self.body)
        return self.body.get("data")

    @property
    def message(self) -> str:
        return str(self.body.get("message", "")).strip()


class Client:
    """Calls to one lab, over the sockets."""

    def __init__(self, lab: Lab, control: Control, http: aiohttp.ClientSession) -> None:
        self.lab, self.control, self.http = lab, control, http
        self.tls = ssl.create_default_context(cafile=lab.ca_file)

    async def call(self, method: str, path: str, node: int = 0, auth: bool = True, **form: Any) -> Answer:
        """One API call; a GET's form goes into the query."""
        headers = {"Authorization": f"PVEAPIToken={self.lab.credentials()['token']}"} if auth else {}
        data = {k.replace("__", "-"): str(v) for k, v in form.items()}
        where = {"params": data} if method in ("GET", "DELETE") else {"data": data}
        url = self.lab.urls()[node] + "/api2/json" + path
        async with self.http.request(method, url, headers=headers, ssl=self.tls, **where) as r:
            text = await r.text()
            return Answer(r.status, json.loads(text) if text else {}, r.reason or "")

    async def get(self, path: str, **form: Any) -> Any:
        data = (await self.call("GET", path, **form)).data
        if not path.endswith(DEVIATIONS):
            check(path, "GET", data)
        return data

    async def post(self, path: str, **form: Any) -> Any:
        return (await self.call("POST", path, **form)).data

    async def put(self, path: str, **form: Any) -> Any:
        return (await self.call("PUT", path, **form)).data

    async def ctl(self, method: str, path: str, body: Any = None) -> Any:
        """One control call."""
        async with self.http.request(method, f"http://127.0.0.1:{self.control.port}{path}", json=body) as r:
            data = await r.json() if r.content_type == "application/json" else await r.text()
            assert r.status < 300, (r.status, data)
            return data

    async def without(self, *privs: str) -> None:
        """Give Drover's user everything it has by itself but these privileges."""
        kept = sorted(set(self.lab.grants()) - set(privs))
        await self.ctl("PUT", "/grants", {"user": "drover@pve", "grants": {"/": kept}})

    async def done(self, upid: str) -> str:
        """Wait for a task; returns its exit status."""
        node = upid.split(":")[1]
        for _ in range(1000):
            state = await self.get(f"/nodes/{node}/tasks/{upid}/status")
            if state["status"] == "stopped":
                return str(state["exitstatus"])
            await asyncio.sleep(0.01)
        raise AssertionError(f"{upid} did not end")

    async def log(self, upid: str) -> list[str]:
        node = upid.split(":")[1]
        return [line["t"] for line in await self.get(f"/nodes/{node}/tasks/{upid}/log", limit=500)]


def check(path: str, method: str, data: Any) -> None:
    """Hold an answer to the `returns` of the schema."""
    match = schema.load().match(path)
    assert match is not None, path
    problems = mismatch(match.methods[method].get("returns") or {}, data, "")
    assert not problems, f"{path}: {problems[:5]}"


def mismatch(spec: Values, data: Any, where: str) -> list[str]:
    """Where an answer has another type than the schema says, or lacks what it requires."""
    kind = spec.get("type")
    if kind == "array":
        if not isinstance(data, list):
            return [f"{where}: not a list"]
        return [p for n, item in enumerate(data) for p in mismatch(spec.get("items") or {}, item, f"{where}[{n}]")]
    if kind == "object" or spec.get("properties"):
        if not isinstance(data, dict):
            return [f"{where}: not an object"]
        out = []
        for key, sub in (spec.get("properties") or {}).items():
            if key in data and data[key] is not None:
                out += mismatch(sub, data[key], f"{where}.{key}")
            elif not sub.get("optional") and "[n]" not in key:
                out.append(f"{where}.{key}: missing")
        return out
    good = {"integer": (int,), "number": (int, float), "string": (str,), "boolean": (int, bool),
            "null": (type(None),)}.get(str(kind))  # fmt: skip
    if good and not isinstance(data, good):
        return [f"{where}: {type(data).__name__} instead of {kind}"]
    if spec.get("enum") and data not in spec["enum"]:
        return [f"{where}: {data!r} not in {spec['enum']}"]
    return []


Story = Callable[[Client], Awaitable[None]]
Run = Callable[..., None]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """`run(story, guests=…, time_scale=…)`: a lab, the story against it, the end."""

    def start(story: Story, **options: Any) -> None:
        async def whole() -> None:
            lab = Lab(Options(**{"guests": 12, "time_scale": 0.01, **options}))
            control = Control(lab)
            await lab.open(tmp_path)
            await control.open(0)
            try:
                async with aiohttp.ClientSession() as http:
                    await asyncio.wait_for(story(Client(lab, control, http)), 60)
            finally:
                await control.close()
                await lab.close()

        asyncio.run(whole())

    yield start
