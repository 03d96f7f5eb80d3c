"""Faults and holds: what goes wrong with a request, exactly as often as asked for.

A held request is decided on one side of one point: before it is acted on, or after. A client that leaves
a request held before acting has done nothing.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from dataclasses import asdict, dataclass, field

from aiohttp import web

from .core import Values

ACTIONS = ("status", "delay", "hang", "broken_json", "drop", "drop_after", "task_fail", "hold_before", "hold_after")
# How often a held connection is looked at, in seconds.
WATCH = 0.005


@dataclass
class Fault:
    """One rule: which requests, what happens, how often."""

    id: int
    action: str
    method: str | None = None
    path: str | None = None
    node: str | None = None
    endpoint: str | None = None
    body_match: str | None = None
    count: int | None = 1
    skip: int = 0
    delay: float = 0.0
    status: int = 500
    message: str = "fault set by the lab"
    body: str | None = None
    errors: dict[str, str] | None = None
    at: str = "start"
    hits: int = 0

    def fits(self, method: str, path: str, node: str | None, endpoint: str, body: str) -> bool:
        """Whether the rule is about this request."""
        return (
            (self.method is None or self.method.upper() == method)
            and (self.path is None or re.search(self.path, path) is not None)
            and (self.node is None or self.node == node)
            and (self.endpoint is None or self.endpoint == endpoint)
            and (self.body_match is None or re.search(self.body_match, body) is not None)
        )


@dataclass
class Hold:
    """A request that waits."""

    id: int
    fault: int
    phase: str  # before | after
    method: str
    path: str
    endpoint: str
    since: float
    state: str = "held"  # held | released | gone (the client left)
    acted: bool = False
    released: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def view(self) -> Values:
        """The hold as JSON."""
        data = {k: v for k, v in self.__dict__.items() if k != "released"}
        return data


class BadFault(ValueError):
    """A rule that makes no sense."""


class Faults:
    """The rules in force and the requests held by them."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []
        self.holds: list[Hold] = []
        self.changed = asyncio.Event()
        self._ids = itertools.count(1)

    def add(self, rule: Values) -> Fault:
        """Put a rule in force, from its JSON."""
        match = rule.get("match") or {}
        action = rule.get("action")
        if action not in ACTIONS:
            raise BadFault(f"action must be one of {', '.join(ACTIONS)}")
        known = {"method", "path", "node", "endpoint", "body"}
        if set(match) - known:
            raise BadFault(f"match knows {', '.join(sorted(known))}")
        options = {k: v for k, v in rule.items() if k not in ("match", "action")}
        wrong = set(options) - {"count", "skip", "delay", "status", "message", "body", "errors", "at"}
        if wrong:
            raise BadFault(f"unknown option {', '.join(sorted(wrong))}")
        if options.get("at", "start") not in ("start", "middle", "end"):
            raise BadFault("at must be start, middle or end")
        try:
            re.compile(match.get("path") or "")
        except re.error as err:
            raise BadFault(f"path: {err}") from err
        fault = Fault(id=next(self._ids), action=str(action), method=match.get("method"), path=match.get("path"),
                      node=match.get("node"), endpoint=match.get("endpoint"), body_match=match.get("body"),
                      **options)  # fmt: skip
        self.rules.append(fault)
        return fault

    def clear(self) -> None:
        """Lift every rule and let every held request go on."""
        self.rules.clear()
        for hold in self.holds:
            hold.released.set()

    def take(self, method: str, path: str, node: str | None, endpoint: str, body: str) -> list[Fault]:
        """The rules this request falls under, each counted."""
        found: list[Fault] = []
        for fault in list(self.rules):
            if not fault.fits(method, path, node, endpoint, body):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.hits += 1
            found.append(fault)
            if fault.count is not None:
                fault.count -= 1
                if fault.count <= 0:
                    self.rules.remove(fault)
        return found

    def listing(self) -> list[Values]:
        """The rules in force as JSON."""
        return [asdict(f) for f in self.rules]

    def _tell(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()

    async def hold(self, request: web.Request, fault: Fault, phase: str, endpoint: str, path: str) -> Hold:
        """Keep the request until it is released or its client leaves; `state` says which."""
        hold = Hold(next(self._ids), fault.id, phase, request.method, path, endpoint, time.time())
        hold.acted = phase == "after"
        self.holds.append(hold)
        self._tell()
        while not hold.released.is_set() and not client_gone(request):
            try:
                await asyncio.wait_for(hold.released.wait(), WATCH)
            except asyncio.TimeoutError:
                pass
        # A client that left before the release was handled has left: nothing is acted on for it.
        hold.state = "gone" if client_gone(request) else "released"
        hold.acted = hold.acted or hold.state == "released"
        del self.holds[:-200]
        self._tell()
        return hold

    async def wait(self, seconds: float, path: str | None = None, state: str = "held") -> list[Hold]:
        """The holds in a state, waiting up to `seconds` for the first."""
        deadline = time.monotonic() + seconds
        while True:
            found = [h for h in self.holds if h.state == state and (path is None or re.search(path, h.path))]
            left = deadline - time.monotonic()
            if found or left <= 0:
                return found
            try:
                await asyncio.wait_for(self.changed.wait(), left)
            except asyncio.TimeoutError:
                pass


def client_gone(request: web.Request) -> bool:
    """Whether the connection of a request is closed."""
    return request.transport is None or request.transport.is_closing()


async def until_gone(request: web.Request) -> None:
    """Wait for the client to leave."""
    while not client_gone(request):
        await asyncio.sleep(WATCH)
