"""Tasks that can be stopped, filtered and made to fail.

Imitates PVE/RESTEnvironment.pm (fork_worker), PVE/API2/Tasks.pm and `tasks` of PVE/API2/Cluster.pm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from fakepve import PveError, TaskError

from .core import Core, Values

# PVE seconds a task takes beside what its own work waits for.
SECS = {
    "qmstart": 2, "qmstop": 1, "qmreset": 1, "qmpause": 1, "qmsuspend": 3, "qmresume": 1, "qmdestroy": 2,
    "qmconfig": 0.5, "qmtemplate": 2, "qmsnapshot": 2, "qmdelsnapshot": 2, "qmrollback": 3, "qmcreate": 2,
    "resize": 1, "vzstart": 2, "vzstop": 1, "vzdestroy": 2, "imgdel": 1,
}  # fmt: skip
INTERRUPTED = "interrupted by signal"


@dataclass
class TaskFault:
    """How the next task started by this request shall fail."""

    message: str
    at: str = "start"  # start (nothing is done) | middle (clone: half way) | end (all is done, then it fails)


TASK_FAULT: ContextVar[TaskFault | None] = ContextVar("task_fault", default=None)
RECORD: ContextVar[Values | None] = ContextVar("task_record", default=None)


def split_user(user: str) -> Values:
    """The user of a task as the API shows it: a token's name stands apart."""
    name, _, token = user.partition("!")
    return {"user": name, "tokenid": token} if token else {"user": name}


class Tasks(Core):
    """Mixin: the worker, the lists and the log."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.workers: dict[str, asyncio.Task[None]] = {}

    def _routes_lab_tasks(self) -> list[tuple[str, str, Any]]:
        return [("DELETE", "/nodes/{node}/tasks/{upid}", self._task_stop),
                ("GET", "/cluster/tasks", self._cluster_tasks)]  # fmt: skip

    # -------------------------------------------------------------- worker

    def _upid(self, node: str, ttype: str, tid: Any, user: str) -> tuple[str, int, int]:
        pid, start = next(self._pids), int(self.now())
        return f"UPID:{node}:{pid:08X}:{pid * 7:08X}:{start:08X}:{ttype}:{tid}:{user}:", pid, start

    async def task(
        self, node: str, ttype: str, tid: Any, user: str, body: Callable[[], Awaitable[Any]],
        vm: Any = None, lock: bool = True, log: Iterable[str] = (),
    ) -> str:  # fmt: skip
        """Start a worker and return its UPID; at time scale 0 it has ended by then."""
        upid, pid, start = self._upid(node, ttype, tid, user)
        record: Values = {"upid": upid, "node": node, "pid": pid, "pstart": pid * 7, "starttime": start,
                          "type": ttype, "id": str(tid), "user": user, "status": "running", "log": list(log),
                          "fault": TASK_FAULT.get()}  # fmt: skip
        self.tasks[upid] = record
        self.tasklog.append(record)
        worker = asyncio.ensure_future(self._work(record, body, vm if lock else None))
        if self.clock.scale:
            self.workers[upid] = worker

            def ended(_worker: asyncio.Task[None]) -> None:
                self.workers.pop(upid, None)
                # A worker stopped before its first step never ran the code that ends the record.
                self._end(record, INTERRUPTED)

            worker.add_done_callback(ended)
        else:
            await worker
        return upid

    async def _work(self, record: Values, body: Callable[[], Awaitable[Any]], vm: Any) -> None:
        RECORD.set(record)
        TASK_FAULT.set(None)
        fault: TaskFault | None = record["fault"]
        status = "OK"
        try:
            if fault and fault.at == "start":
                await self.pause(1)
                raise TaskError(fault.message)
            if vm is not None:
                await self.acquire(vm, record["upid"])
            try:
                await self.pause(SECS.get(record["type"], 0))
                note = await body()
                if note:
                    record["log"] += str(note).split("\n")
            finally:
                if vm is not None:
                    self.release(vm, record["upid"])
            if fault:
                raise TaskError(fault.message)
        except (TaskError, PveError) as err:
            status = getattr(err, "message", None) or str(err)
        except asyncio.CancelledError:
            status = INTERRUPTED
        self._end(record, status)

    def _end(self, record: Values, status: str) -> None:
        if record["status"] == "stopped":
            return
        record["status"] = "stopped"
        record["exitstatus"] = status
        record["endtime"] = int(self.now())
        record["log"].append("TASK OK" if status == "OK" else "TASK ERROR: " + status)

    @staticmethod
    def say(line: str) -> None:
        """Add a line to the log of the task this code runs in."""
        record = RECORD.get()
        if record is not None:
            record["log"].append(line)

    @staticmethod
    def fail_here(place: str) -> None:
        """End the task this code runs in, if a fault was set for this place."""
        record = RECORD.get()
        fault = record["fault"] if record else None
        if fault and fault.at == place:
            raise TaskError(fault.message)

    def _get_task(self, request: Any) -> Values:
        upid = request.match_info["upid"]
        task = self.tasks.get(upid)
        if task is None or task["node"] != request.match_info["node"]:
            why = "no such task" if upid.startswith("UPID:") else "unable to parse worker upid"
            raise PveError(400, "Parameter verification failed.", {"upid": why})
        return super()._get_task(request)

    async def _task_stop(self, v: Values, user: str) -> None:
        task = self.tasks.get(v["upid"])
        if task is None or task["node"] != v["node"]:
            raise PveError(500, f"unable to parse worker upid '{v['upid']}'")
        if not self._task_owner(user, task):
            self.require(user, f"/nodes/{v['node']}", "Sys.Modify")
        worker = self.workers.get(v["upid"])
        if worker is not None:
            worker.cancel()
            await asyncio.wait([worker], timeout=5)

    async def stop_workers(self) -> None:
        """End every worker, for a reset or the end of the lab."""
        workers = list(self.workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    # --------------------------------------------------------------- views

    def _task_view(self, task: Values, listing: bool = False) -> Values:
        data = {k: v for k, v in task.items() if k not in ("log", "fault")}
        data.update(split_user(task["user"]))
        if listing:
            status = data.pop("exitstatus", None)
            data.pop("status")
            if status is not None:
                data["status"] = status
        else:
            data.pop("endtime", None)
        return data

    async def _task_list(self, request: Any) -> Any:
        from fakepve.server import API, USER, ok, params

        match = self.resolve(request, API)

        async def call(_match: Any, v: Values) -> list[Values]:
            return self._filtered(v, request[USER])

        return ok(await self.answer(request, match, await params(request), request[USER], call))

    def _filtered(self, v: Values, user: str) -> list[Values]:
        audit = self.allowed(user, f"/nodes/{v['node']}", "Sys.Audit")
        source = v.get("source", "archive")
        states = [s for s in str(v.get("statusfilter", "")).replace(";", ",").split(",") if s]
        if v.get("errors"):
            states = ["error", "unknown"]

        def keep(task: Values) -> bool:
            running = task["status"] == "running"
            if task["node"] != v["node"] or not (audit or self._task_owner(user, task)):
                return False
            if (source == "active" and not running) or (source == "archive" and running):
                return False
            if v.get("vmid") is not None and task["id"] != str(v["vmid"]):
                return False
            if v.get("typefilter") and task["type"] != v["typefilter"]:
                return False
            if v.get("userfilter") and v["userfilter"].lower() not in task["user"].lower():
                return False
            if task["starttime"] < v.get("since", 0) or task["starttime"] > v.get("until", 1 << 62):
                return False
            return not states or (not running and task_state(task["exitstatus"]) in states)

        found = [self._task_view(t, True) for t in reversed(self.tasklog) if keep(t)]
        start = v.get("start", 0)
        limit = v.get("limit", 50)
        return found[start : start + limit] if limit else found[start:]

    async def _cluster_tasks(self, v: Values, user: str) -> list[Values]:
        out: list[Values] = []
        for task in reversed(self.tasklog):
            if self._task_owner(user, task) or self.allowed(user, f"/nodes/{task['node']}", "Sys.Audit"):
                out.append(self._task_view(task, True))
            # pmxcfs carries the newest 25 of each node; this is that for the three of them.
            if len(out) >= 75:
                break
        return out

    async def _task_log(self, request: Any) -> Any:
        from fakepve.server import ok, params

        p = self._verify(request, await params(request))
        lines = self._get_task(request)["log"]
        start, limit = p.get("start", 0), p.get("limit", 50)
        numbered = [{"n": n + 1, "t": t} for n, t in enumerate(lines)][start:]
        page = numbered[:limit] if limit else numbered
        # PVE::Tools::dump_logfile answers one line for an empty file.
        return ok(page or ([{"n": 1, "t": "no content"}] if not lines else []))


def task_state(status: str) -> str:
    """PVE::Tools::upid_normalize_status_type."""
    if status == "OK":
        return "ok"
    if status.startswith("WARNINGS: "):
        return "warning"
    return "unknown" if status == "unexpected status" else "error"
