"""The control API: plain HTTP on a loopback port of its own, for tests and demonstrations.

It changes the cluster behind Proxmox's back; nothing of Drover may depend on it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from .control_storages import ControlStorages
from .core import Values
from .faults import BadFault
from .server import Lab

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """The routes over one lab."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.storages = ControlStorages(lab)
        self.runner: web.AppRunner | None = None
        self.port = 0

    async def open(self, port: int) -> None:
        """Listen on loopback."""
        app = web.Application(middlewares=[explain])
        r = app.router
        r.add_get("/faults", self.faults)
        r.add_post("/faults", self.add_fault)
        r.add_delete("/faults", self.clear_faults)
        r.add_get("/holds", self.holds)
        r.add_post("/holds/{id}/release", self.release)
        r.add_post("/nodes/{node}/{action:down|up}", self.node)
        r.add_post("/tickets/expire", self.expire)
        r.add_get("/clock", self.clock)
        r.add_put("/clock", self.set_clock)
        r.add_put("/time-scale", self.set_scale)
        r.add_put("/stats-lag", self.set_lag)
        r.add_put("/quorum", self.set_quorum)
        r.add_put("/grants", self.set_grants)
        r.add_get("/calls", self.calls)
        r.add_delete("/calls", self.clear_calls)
        r.add_get("/requests", self.requests)
        r.add_get("/state", self.state)
        r.add_post("/guests", self.add_guest)
        r.add_post("/guests/{vmid}", self.patch_guest)
        r.add_delete("/guests/{vmid}", self.remove_guest)
        r.add_post("/reset", self.reset)
        self.storages.route(r)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", port).start()
        self.port = self.runner.addresses[0][1]

    async def close(self) -> None:
        """Stop listening."""
        if self.runner:
            await self.runner.cleanup()

    # -------------------------------------------------------------- faults

    async def faults(self, _request: web.Request) -> web.Response:
        return web.json_response(self.lab.faults.listing())

    async def add_fault(self, request: web.Request) -> web.Response:
        fault = self.lab.faults.add(await request.json())
        return web.json_response({"id": fault.id}, status=201)

    async def clear_faults(self, _request: web.Request) -> web.Response:
        self.lab.faults.clear()
        return done()

    async def holds(self, request: web.Request) -> web.Response:
        wait = float(request.query.get("wait", "0"))
        state = request.query.get("state", "held")
        found = await self.lab.faults.wait(wait, request.query.get("path"), state)
        return web.json_response([h.view() for h in found])

    async def release(self, request: web.Request) -> web.Response:
        wanted = int(request.match_info["id"])
        hold = next((h for h in self.lab.faults.holds if h.id == wanted), None)
        if hold is None:
            raise web.HTTPNotFound(text="no such hold")
        hold.released.set()
        return web.json_response(hold.view())

    # ------------------------------------------------------------- cluster

    async def node(self, request: web.Request) -> web.Response:
        node = request.match_info["node"]
        if node not in self.lab.nodes:
            raise web.HTTPNotFound(text="no such node")
        await (self.lab.node_down if request.match_info["action"] == "down" else self.lab.node_up)(node)
        return done()

    async def expire(self, _request: web.Request) -> web.Response:
        for session in self.lab.tickets.values():
            session["expires"] = 0
        return web.json_response({"expired": len(self.lab.tickets)})

    async def clock(self, _request: web.Request) -> web.Response:
        clock = self.lab.clock
        return web.json_response({"now": clock.now(), "elapsed": clock.elapsed(), "time_scale": clock.scale})

    async def set_clock(self, request: web.Request) -> web.Response:
        p = await request.json()
        secs = float(p["advance"]) if "advance" in p else float(p["now"]) - self.lab.now()
        self.lab.clock.advance(secs)
        return await self.clock(request)

    async def set_scale(self, request: web.Request) -> web.Response:
        scale = float((await request.json())["time_scale"])
        if scale < 0:
            raise ValueError("time_scale must not be negative")
        self.lab.clock.set_scale(scale)
        return await self.clock(request)

    async def set_lag(self, request: web.Request) -> web.Response:
        self.lab.stats_lag = float((await request.json())["seconds"])
        return done()

    async def set_quorum(self, request: web.Request) -> web.Response:
        self.lab.quorate = bool((await request.json())["quorate"])
        return done()

    async def set_grants(self, request: web.Request) -> web.Response:
        """Replace what a user may do: {user, grants: {path: [privileges]}}."""
        p = await request.json()
        self.lab.acl[p["user"]] = [(path, set(privs)) for path, privs in p["grants"].items()]
        return done()

    # ------------------------------------------------------------- records

    async def calls(self, _request: web.Request) -> web.Response:
        return web.json_response(self.lab.recorder.calls())

    async def clear_calls(self, _request: web.Request) -> web.Response:
        self.lab.recorder.clear()
        return done()

    async def requests(self, request: web.Request) -> web.Response:
        q = request.query
        return web.json_response(self.lab.recorder.find(q.get("path"), q.get("method"), int(q.get("since", "0"))))

    async def state(self, _request: web.Request) -> web.Response:
        return web.json_response(snapshot(self.lab))

    # -------------------------------------------------------------- guests

    async def add_guest(self, request: web.Request) -> web.Response:
        """Somebody else makes a guest: {vmid, name?, node?, status?, config?, pool?}."""
        p = await request.json()
        if self.lab.guest(int(p["vmid"])):
            raise web.HTTPConflict(text=f"VM {p['vmid']} already exists")
        vm = self.lab.add_vm(int(p["vmid"]), p.get("name", f"foreign-{p['vmid']}"), node=p.get("node", "pve1"),
                             config={"cores": 1, "memory": 1024, **p.get("config", {})}, pool=p.get("pool"))  # fmt: skip
        for key, value in p.get("config", {}).items():
            # `storage:GiB` stands for a new disk, as in Proxmox; others are taken as they are.
            if re.match(r"[a-z][^:]*:(\d+|cloudinit)(,|$)", str(value)) and self.lab.is_drive(key):
                vm.config[key] = self.lab._qm_new_drive(vm.vmid, key, value, None)[0]
        if p.get("status") == "running":
            self.lab.booted(vm)
        return web.json_response(guest_view(self.lab, vm), status=201)

    async def patch_guest(self, request: web.Request) -> web.Response:
        """{lock?, agent?: normal|never|freeze-hangs, boot_secs?, cpu?, shutdown_secs?, start_error?, status?, …}."""
        guest = self.lab.guest(int(request.match_info["vmid"]))
        if guest is None:
            raise web.HTTPNotFound(text="no such guest")
        p = await request.json()
        extra = self.lab.extra(guest)
        for key, value in p.items():
            if key == "lock":
                self.lab._qm_lock(guest, value) if hasattr(guest, "qmpstatus") else setattr(guest, "lock", value)
            elif key == "agent" and value in ("normal", "never", "freeze-hangs"):
                extra.agent = value
            elif key == "boot_secs":
                extra.ready_at += float(value) - extra.boot_secs
                extra.boot_secs = float(value)
            elif key == "cpu":
                extra.cpu = None if value is None else float(value)
            elif key in ("shutdown_secs", "start_error", "acpi", "node", "ha_state"):
                setattr(guest, key, value)
            elif key == "status":
                if value == "running":
                    self.lab.booted(guest)
                elif value == "paused":
                    guest.status, guest.qmpstatus = "running", "paused"
                else:
                    guest.status = guest.qmpstatus = value
            elif key == "name":
                guest.config["name"] = guest.name = value
            elif key == "config":
                guest.config.update({k: v for k, v in value.items() if v is not None})
                for gone in [k for k, v in value.items() if v is None]:
                    guest.config.pop(gone, None)
            else:
                raise ValueError(f"unknown field {key}")
        return web.json_response(guest_view(self.lab, guest))

    async def remove_guest(self, request: web.Request) -> web.Response:
        """A guest vanishes with its volumes, as if somebody had destroyed it; `?disks=keep` leaves them behind."""
        vm = self.lab.vm(int(request.match_info["vmid"]))
        if vm is None:
            raise web.HTTPNotFound(text="no such VM")
        if request.query.get("disks") != "keep":
            self.lab._free_all(vm, True)
        self.lab.vms.remove(vm)
        self.lab._pool_leave(vm.vmid)
        return done()

    async def reset(self, _request: web.Request) -> web.Response:
        await self.lab.reset()
        return done()


def done() -> web.Response:
    """The answer of what has nothing to say."""
    return web.json_response({})


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn a wrong request into a 400 that says what is wrong."""
    try:
        return await handler(request)
    except (BadFault, KeyError, TypeError, ValueError) as err:
        return web.json_response({"error": f"{type(err).__name__}: {err}"}, status=400)


def guest_view(lab: Lab, guest: Any) -> Values:
    """A guest as /state shows it, secrets included: tests look at what was stored."""
    data: Values = {"vmid": guest.vmid, "type": guest.guest.split("/")[0], "name": guest.name, "node": guest.node,
                    "status": guest.status, "lock": guest.lock, "pool": guest.pool,
                    "template": bool(guest.template), "config": dict(guest.config),
                    "pending": dict(guest.pending)}  # fmt: skip
    if hasattr(guest, "qmpstatus"):
        data.update(qmpstatus=guest.qmpstatus, agent_up=guest.status == "running" and lab.agent_up(guest))
    return data


def snapshot(lab: Lab) -> Values:
    """The whole cluster as JSON."""
    storages: Values = {}
    for sid, store in lab.storages.items():
        nodes = [n for n in lab.nodes if lab._storage_enabled(sid, n)]
        space = {n: dict(zip(("total", "used", "free"), lab.space(sid, n), strict=True)) for n in nodes}
        storages[sid] = {"type": store["type"], "shared": bool(store.get("shared")), "space": space,
                         "volumes": store.get("volumes", {})}  # fmt: skip
    tasks = [{k: v for k, v in t.items() if k != "fault"} for t in lab.tasklog]
    online = {n: {"online": lab.online(n)} for n in lab.nodes}
    guests = {str(g.vmid): guest_view(lab, g) for kind in (lab.vms, lab.cts) for g in kind}
    return {"cluster": lab.cluster_name, "nodes": online, "guests": guests, "storages": storages, "tasks": tasks,
            "pools": {name: sorted(ids) for name, ids in lab.pools.items()}}  # fmt: skip
