"""The part of the control API that is about storages: what somebody else adds, fills, takes away or unplugs."""

from __future__ import annotations

import time
from typing import Any

from aiohttp import web

from .archives import archive_name, snapshot_name
from .core import GIB, Values

# What a storage of a type has unless told otherwise.
KINDS: dict[str, Values] = {
    "pbs": {"server": "192.0.2.6", "datastore": "backups", "username": "drover@pbs", "content": "backup"},
    "nfs": {"server": "192.0.2.7", "export": "/srv/backups", "content": "backup"},
    "cifs": {"server": "192.0.2.8", "share": "backups", "content": "backup"},
}
PATCHABLE = {"active", "total", "other", "nodes", "content", "disable", "prune-backups", "max-protected-backups",
             "encryption-key"}  # fmt: skip


def add_storage(lab: Any, sid: str, kind: str, **more: Any) -> Values:
    """A shared storage for backups."""
    path = {} if kind == "pbs" else {"path": f"/mnt/pve/{sid}"}
    store: Values = {"type": kind, **KINDS[kind], "shared": 1, "active": 1, "files": set(), "volumes": {},
                     "total": 20000 * GIB, **path, **more}  # fmt: skip
    lab.storages[sid] = store
    return store


def add_archive(lab: Any, sid: str, p: Values) -> str:
    """An archive of a guest, as it would be saved now, or a file with a name of somebody's own; its volume id."""
    vmid, at = p.get("vmid"), float(p.get("at", lab.now()))
    guest = lab.guest(int(vmid)) if vmid is not None else None
    kind = p.get("kind") or ("lxc" if guest is not None and not hasattr(guest, "qmpstatus") else "qemu")
    name = p.get("name")
    if name is None:
        if vmid is None:
            raise ValueError("an archive has a vmid or a name")
        name = (
            snapshot_name(kind, int(vmid), at)
            if lab.is_pbs(sid)
            else archive_name(kind, int(vmid), at, p.get("compress", "zstd"))
        )
    disks = [(key, size) for key, _volume, size in lab.dump_disks(guest)] if guest else []
    config = {k: v for k, v in guest.config.items() if k != "lock"} if guest else {}
    more: Values = {k: p[k] for k in ("notes", "protected", "verification", "encrypted") if k in p}
    if "name" in p:
        more["ctime"] = int(at)
    volid: str = lab.keep_archive(
        sid, name, int(p.get("size", 2 * GIB)), p.get("node"), config=config, disks=disks, **more
    )
    return volid


class ControlStorages:
    """The routes over one lab's storages."""

    def __init__(self, lab: Any) -> None:
        self.lab = lab

    def route(self, r: web.UrlDispatcher) -> None:
        """Register the calls."""
        r.add_post("/storages", self.add)
        r.add_post("/storages/{storage}", self.patch)
        r.add_post("/storages/{storage}/archives", self.archive)
        r.add_delete("/storages/{storage}/archives", self.vanish)
        r.add_post("/jobs/{id}/run", self.run_job)

    def _store(self, request: web.Request) -> tuple[str, Values]:
        sid = request.match_info["storage"]
        if sid not in self.lab.storages:
            raise web.HTTPNotFound(text="no such storage")
        return sid, self.lab.storages[sid]

    async def add(self, request: web.Request) -> web.Response:
        """{storage, type: pbs|nfs|cifs, …}: a shared storage for backups."""
        p = await request.json()
        sid, kind = p.pop("storage"), p.pop("type")
        if sid in self.lab.storages:
            raise web.HTTPConflict(text=f"storage {sid} exists")
        if kind not in KINDS:
            raise ValueError(f"type must be one of {', '.join(KINDS)}")
        add_storage(self.lab, sid, kind, **p)
        return web.json_response(self.lab.storage_config(sid), status=201)

    async def patch(self, request: web.Request) -> web.Response:
        """{active?, total?, other?, free?, …}: `free` bytes are left, whatever it held; `null` removes an option."""
        sid, store = self._store(request)
        p = await request.json()
        if "free" in p:
            # As seen from the node that has most on it, where each has its own.
            free = min(self.lab.space(sid, n)[2] for n in self.lab.nodes)
            store["other"] = int(store.get("other", 0)) + free - int(p.pop("free"))
        for key, value in p.items():
            if key not in PATCHABLE:
                raise ValueError(f"unknown field {key}")
            if value is None:
                store.pop(key, None)
            else:
                store[key] = value
        return web.json_response({"space": self.lab.space(sid, min(self.lab.nodes))})

    async def archive(self, request: web.Request) -> web.Response:
        """{vmid?, kind?, at?, name?, node?, size?, notes?, protected?, verification?, encrypted?}."""
        sid, _store = self._store(request)
        return web.json_response({"volid": add_archive(self.lab, sid, await request.json())}, status=201)

    async def vanish(self, request: web.Request) -> web.Response:
        """`?volid=`: the archive is gone, and nobody told Proxmox."""
        _sid, store = self._store(request)
        if store.get("volumes", {}).pop(request.query["volid"].partition(":")[2], None) is None:
            raise web.HTTPNotFound(text="no such archive")
        return web.json_response({})

    async def run_job(self, request: web.Request) -> web.Response:
        """What the scheduler of each node does when a job's time has come."""
        started = await self.lab.run_job(request.match_info["id"])
        return web.json_response({"upids": started, "at": int(time.time())})
