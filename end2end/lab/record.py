"""What was asked: every request, and counts per method and endpoint."""

from __future__ import annotations

import re
from collections import Counter, deque
from typing import Any

from fakepve import schema

from .core import Values

KEPT = 20_000


class Recorder:
    """The requests of all nodes in the order they came."""

    def __init__(self) -> None:
        self.requests: deque[Values] = deque(maxlen=KEPT)
        self.counts: Counter[str] = Counter()
        self._next = 1

    def note(self, method: str, path: str, query: str, body: bytes, endpoint: str, at: float) -> Values:
        """Keep a request; its answer's status is filled in later."""
        match = schema.load().match(path)
        template = match.template if match else path
        self.counts[f"{method} {template}"] += 1
        item: Values = {"id": self._next, "time": at, "endpoint": endpoint, "method": method, "path": path,
                        "template": template, "query": query, "body": _text(body, path), "status": None}  # fmt: skip
        self._next += 1
        self.requests.append(item)
        return item

    def calls(self) -> dict[str, int]:
        """Requests per method and schema path."""
        return dict(sorted(self.counts.items()))

    def find(self, path: str | None, method: str | None, since: int) -> list[Values]:
        """The requests whose path matches, newest last."""
        return [r for r in self.requests if r["id"] > since and (path is None or re.search(path, r["path"]))
                and (method is None or r["method"] == method.upper())]  # fmt: skip

    def clear(self) -> None:
        """Forget the counts and the requests."""
        self.requests.clear()
        self.counts.clear()


def _text(body: bytes, path: str) -> str:
    if path == "/access/ticket":
        return "***"
    return body[:65536].decode(errors="replace")


def describe(request: Any) -> str:
    """The API path of a request, without the format's prefix."""
    path: str = request.path
    for prefix in ("/api2/json", "/api2/extjs"):
        if path.startswith(prefix):
            return path[len(prefix) :] or "/"
    return path
