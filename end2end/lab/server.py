"""The cluster as it is served: one TLS endpoint per node, faults in front of fakepve.

Imitates pveproxy: any node answers for every other, and one that is down refuses connections.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from pathlib import Path
from typing import Any

from aiohttp import web
from fakepve.certs import make_cert
from fakepve.server import error

from .agent import Agent
from .core import TOKEN_NAME, USER, Options, Values
from .demo import populate
from .faults import Fault, Faults, client_gone, until_gone
from .migrate import Migrate
from .nodes import Nodes
from .record import Recorder, describe
from .replication import Replication
from .restore_ct import ContainerRestore
from .storage import Storage
from .tasks import TASK_FAULT, TaskFault

ENDPOINT = web.AppKey("endpoint", str)
# What a reset leaves alone.
KEPT = {"options", "clock", "faults", "recorder", "endpoints", "fingerprint", "host", "port", "tls", "token",
        "ca_file", "_pids", "_ct_pids"}  # fmt: skip


class Endpoint:
    """The address of one node."""

    def __init__(self, node: str) -> None:
        self.node = node
        self.port = 0
        self.runner: web.AppRunner | None = None


class Lab(Replication, ContainerRestore, Migrate, Agent, Storage, Nodes):
    """The whole cluster."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.faults = Faults()
        self.recorder = Recorder()
        self.endpoints: dict[str, Endpoint] = {}
        self.fingerprint = ""
        self.ca_file = ""
        self.tls: ssl.SSLContext | None = None
        self.token = ""
        populate(self)

    # ----------------------------------------------------------- lifecycle

    async def open(self, directory: Path) -> None:
        """Make a certificate in `directory` and listen, one port per node."""
        cert, key, der = make_cert(str(directory), name="pve-lab", hosts=("127.0.0.1",))
        self.ca_file = cert
        digest = hashlib.sha256(der).hexdigest().upper()
        self.fingerprint = ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(cert, key)
        for n, node in enumerate(self.options.nodes):
            endpoint = self.endpoints[node] = Endpoint(node)
            endpoint.port = self.options.port + n if self.options.port else 0
            await self._listen(endpoint)
        for rule in self.options.faults:
            self.faults.add(rule)

    async def _listen(self, endpoint: Endpoint) -> None:
        app = self._build_app()
        app[ENDPOINT] = endpoint.node
        app.middlewares.insert(0, self._gate)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, self.host, endpoint.port, ssl_context=self.tls, reuse_address=True).start()
        endpoint.port = runner.addresses[0][1]
        endpoint.runner = runner

    async def close(self) -> None:
        """Stop everything."""
        self.faults.clear()
        await self.stop_workers()
        for endpoint in self.endpoints.values():
            if endpoint.runner:
                await endpoint.runner.cleanup()
                endpoint.runner = None

    async def node_down(self, node: str) -> None:
        """The node is gone: its address refuses connections, its guests' state is unknown."""
        self.nodes[node]["online"] = False
        endpoint = self.endpoints.get(node)
        if endpoint and endpoint.runner:
            runner, endpoint.runner = endpoint.runner, None
            await runner.cleanup()

    async def node_up(self, node: str) -> None:
        """The node is back, at the same address."""
        self.nodes[node]["online"] = True
        endpoint = self.endpoints.get(node)
        if endpoint and endpoint.runner is None:
            await self._listen(endpoint)

    async def reset(self) -> None:
        """The cluster as it was at the start: guests, storages, tasks, faults and records."""
        self.faults.clear()
        await self.stop_workers()
        fresh = Lab(self.options)
        for name, value in fresh.__dict__.items():
            if name not in KEPT:
                self.__dict__[name] = value
        self.recorder.clear()
        self.clock.offset = 0.0
        self.clock.set_scale(self.options.time_scale)
        for node in self.options.nodes:
            await self.node_up(node)

    def urls(self) -> list[str]:
        """The API address of every node."""
        return [f"https://{self.host}:{e.port}" for e in self.endpoints.values()]

    def endpoint_node(self, request: Any) -> str:
        return str(request.app.get(ENDPOINT) or min(self.nodes))

    def credentials(self) -> Values:
        """How to sign in."""
        return {"token": f"{USER}!{TOKEN_NAME}={self.token}", "username": USER, "password": self.users[USER]}

    # -------------------------------------------------------------- faults

    @web.middleware
    async def _gate(self, request: web.Request, handler: Any) -> web.StreamResponse:
        endpoint, path = self.endpoint_node(request), describe(request)
        if self.endpoints[endpoint].runner is None:
            # A connection whose handshake was under way when the node went down was not among those closed.
            return dropped(request)
        body = b"" if request.content_type == "multipart/form-data" else await request.read()
        entry = self.recorder.note(request.method, path, request.query_string, body, endpoint, self.now())
        if self.options.latency:
            await asyncio.sleep(self.options.latency)
        found = self.resolve(request, "/api2/json")
        node = found.params.get("node") if found else None
        rules = self.faults.take(request.method, path, node, endpoint, entry["body"])
        response = await self._before(request, rules, endpoint, path)
        if response is None:
            response = await self._act(request, handler, rules)
        response = await self._after(request, response, rules, endpoint, path)
        entry["status"] = response.status
        return response

    async def _before(self, request: web.Request, rules: list[Fault], endpoint: str,
                      path: str) -> web.StreamResponse | None:  # fmt: skip
        """What happens instead of acting, or None."""
        for rule in rules:
            if rule.delay:
                await asyncio.sleep(rule.delay)
            if rule.action == "status":
                return error(rule.status, rule.message, rule.errors)
            if rule.action == "broken_json":
                text = rule.body if rule.body is not None else '{"data":[{"id":"qemu/1'
                return web.Response(text=text, content_type="application/json")
            if rule.action == "drop":
                return dropped(request)
            if rule.action == "hang":
                await until_gone(request)
                return dropped(request)
            if rule.action == "hold_before":
                hold = await self.faults.hold(request, rule, "before", endpoint, path)
                if not hold.acted:
                    return dropped(request)
        return None

    async def _act(self, request: web.Request, handler: Any, rules: list[Fault]) -> web.StreamResponse:
        failing = next((r for r in rules if r.action == "task_fail"), None)
        token = TASK_FAULT.set(TaskFault(failing.message, failing.at) if failing else None)
        try:
            response: web.StreamResponse = await handler(request)
        except web.HTTPException as exc:
            response = error(exc.status, exc.reason)
        finally:
            TASK_FAULT.reset(token)
        return response

    async def _after(self, request: web.Request, response: web.StreamResponse, rules: list[Fault], endpoint: str,
                     path: str) -> web.StreamResponse:  # fmt: skip
        """What happens to the answer."""
        for rule in rules:
            if rule.action == "hold_after":
                await self.faults.hold(request, rule, "after", endpoint, path)
            elif rule.action == "drop_after":
                return dropped(request)
        return response


def dropped(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if not client_gone(request) and request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)
