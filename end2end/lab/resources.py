"""`/cluster/resources`, cheap at ten thousand guests, with the staleness of a real cluster.

Imitates PVE/API2/Cluster.pm (resources) and PVE/API2Tools.pm (extract_vm_stats): what a guest is (node,
pool, lock, tags) is known at once, what it does (name, status, figures) is as old as pvestatd's last round.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web
from fakepve.server import API, USER, params

from .core import Values
from .disks import Disks
from .permissions import Permissions
from .stats import Stats


class Resources(Disks, Permissions, Stats):
    """Mixin: the cluster-wide list."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.stats_lag = self.options.stats_lag
        self.seen: dict[int, str] = {}
        self.seen_at = float("-inf")
        self.seen_rest: list[Values] = []

    def broadcast(self) -> None:
        """A round of pvestatd: what the guests do now is what everybody sees until the next."""
        at = self.now()
        self.seen = {g.vmid: self._doing(g, at) for kind in (self.vms, self.cts) for g in kind}
        self.seen_rest = self._rest(at)
        self.seen_at = at

    def _doing(self, guest: Any, at: float) -> str:
        """The lagging half of an entry, as the inside of a JSON object."""
        config = guest.config
        running = guest.status == "running"
        key = (guest.status, guest.name, guest.template, config.get("cores"), config.get("sockets"),
               config.get("vcpus"), config.get("memory"), config.get("boot"), config.get("scsi0"),
               config.get("virtio0"), config.get("sata0"), config.get("ide0"), config.get("rootfs"))  # fmt: skip
        extra = self.extra(guest)
        if extra.fragment is None or extra.fragment[0] != key:
            extra.fragment = (key, *self._still(guest, running))
        _key, text, total, size = extra.fragment
        if running:
            m = self._moving(guest, at, total)
            # Only a container's root disk is looked into; of a VM's disk nobody knows what is used.
            disk = int(size * (0.2 + self.load(guest)[4] / 2)) if size else 0
            text += (f',"cpu":{m["cpu"]},"mem":{m["mem"]},"disk":{disk},"uptime":{self.uptime(guest, at)},'
                     f'"netin":{m["netin"]},"netout":{m["netout"]},"diskread":{m["diskread"]},'
                     f'"diskwrite":{m["diskwrite"]}')  # fmt: skip
            if "memhost" in m:
                text += f',"memhost":{m["memhost"]}'
        return text

    def _still(self, guest: Any, running: bool) -> tuple[str, int, int]:
        """What changes with the config only: (the text, bytes of memory, bytes of a container's root disk)."""
        lxc = not hasattr(guest, "qmpstatus")
        total = self._maxmem(guest) if lxc else self.vm_memory(guest)
        disk = self._maxdisk(guest) if lxc else self.vm_disk(guest)
        still: Values = {"name": guest.name, "status": guest.status, "template": 1 if guest.template else 0,
                         "maxcpu": self._cpus(guest) if lxc else self.vm_cpus(guest), "maxmem": total,
                         "maxdisk": disk}  # fmt: skip
        if not running:
            still.update(cpu=0, mem=0, disk=0, uptime=0, netin=0, netout=0, diskread=0, diskwrite=0)
            if self.pve9:
                still["memhost"] = 0
        return json.dumps(still)[1:-1], total, disk if lxc else 0

    def _entry(self, guest: Any, kind: str, at: float, online: set[str]) -> str:
        text = f'{{"id":"{kind}/{guest.vmid}","type":"{kind}","vmid":{guest.vmid},"node":"{guest.node}"'
        if guest.node not in online:
            doing = f'"status":"unknown","template":{1 if guest.template else 0},"name":{json.dumps(guest.name)}'
        elif self.stats_lag:
            # No round has seen this guest yet: nobody knows its name or state.
            doing = self.seen.get(guest.vmid, '"status":"unknown"')
        else:
            doing = self._doing(guest, at)
        text += "," + doing
        if guest.lock:
            text += f',"lock":"{guest.lock}"'
        if guest.config.get("tags"):
            text += f',"tags":"{guest.config["tags"]}"'
        if guest.pool:
            text += f',"pool":"{guest.pool}"'
        if guest.ha_managed:
            text += f',"hastate":"{guest.ha_state}"'
        return text + "}"

    def _rest(self, at: float) -> list[Values]:
        """Nodes and storages."""
        out: list[Values] = []
        for name in sorted(self.nodes):
            item: Values = {"id": f"node/{name}", "type": "node", "node": name, "level": "", "cgroup-mode": 2}
            if self.online(name):
                use = self.node_load(name, at)
                wanted = ("cpu", "maxcpu", "mem", "maxmem", "disk", "maxdisk", "uptime", "netin", "netout")
                item.update({k: use[k] for k in wanted if self.pve9 or not k.startswith("net")}, status="online")
            else:
                item["status"] = "offline"
            out.append(item)
        rooms = self.spaces()
        for name in sorted(self.nodes):
            for sid in sorted(self.storages):
                entry = self._storage_resource(name, sid)
                if entry is None:
                    continue
                if self.online(name) and self.storages[sid].get("active", 1):
                    total, used, _free = rooms[sid, name]
                    entry.update(disk=used, maxdisk=total, status="available")
                else:
                    entry.pop("disk", None)
                    entry.pop("maxdisk", None)
                    entry["status"] = "unknown"
                out.append(entry)
        return out

    def _node_entry(self, item: Values) -> Values:
        """A node's entry: whether it is there is known at once, what it uses is not."""
        if not self.online(item["node"]):
            return {k: item[k] for k in ("id", "type", "node", "level")} | {"status": "offline"}
        return item if item["status"] == "online" else {**item, "status": "unknown"}

    async def _resources(self, request: web.Request) -> web.Response:
        async def call(_match: Any, v: Values) -> list[str]:
            return self._list(request[USER], v.get("type"))

        parts = await self.answer(request, self.resolve(request, API), await params(request), request[USER], call)
        return web.Response(text='{"data":[' + ",".join(parts) + "]}", content_type="application/json")

    def _list(self, user: str, kind: str | None) -> list[str]:
        at = self.now()
        # A clock that was set back stands before the last round.
        if self.stats_lag and not 0 <= at - self.seen_at < self.stats_lag:
            self.broadcast()
        out: list[str] = []
        if kind in (None, "vm"):
            every = self.sees_all(user)
            online = {n for n in self.nodes if self.online(n)}
            for name, guests in (("qemu", self.vms), ("lxc", self.cts)):
                for guest in guests:
                    if every or self.allowed(user, f"/vms/{guest.vmid}", "VM.Audit"):
                        out.append(self._entry(guest, name, at, online))
        rest = self.seen_rest if self.stats_lag else self._rest(at)
        for item in rest:
            if item["type"] == "storage" and kind in (None, "storage"):
                if self._can_audit(user, item["storage"]):
                    out.append(json.dumps(item))
            elif item["type"] == "node" and kind in (None, "node"):
                out.append(json.dumps(self._node_entry(item)))
        if kind is None:
            for name in sorted(self.pools):
                if self.allowed(user, f"/pool/{name}", "Pool.Audit"):
                    out.append(json.dumps({"id": f"/pool/{name}", "type": "pool", "pool": name}))
        if kind in (None, "sdn") and self.allowed(user, "/sdn/zones/localnetwork", "SDN.Audit"):
            for name in sorted(self.nodes):
                out.append(json.dumps({"id": f"sdn/{name}/localnetwork", "type": "sdn", "node": name,
                                       "sdn": "localnetwork", "status": "ok"}))  # fmt: skip
        return out
