"""Nodes: the list, the status page, bridges and the graphs of nodes, guests and storages.

Imitates PVE/API2/Nodes.pm, PVE/API2/Network.pm, `status` of PVE/API2/Cluster.pm and PVE/RRD.pm
(create_rrd_data: the steps of each time frame).
"""

from __future__ import annotations

from typing import Any

from fakepve import PveError
from fakepve.server import ok

from .core import GIB, Values
from .resources import Resources
from .stats import counters_at, cpu_at, memory_at

# Seconds between two points, and how many there are, in each time frame.
FRAMES = {"hour": (60, 70), "day": (1800, 70), "week": (10800, 70), "month": (43200, 70), "year": (604800, 70),
          "decade": (604800 * 10, 57)}  # fmt: skip


class Nodes(Resources):
    """Mixin: everything below /nodes/{node} that is about the node itself, and rrddata."""

    def _routes_lab_nodes(self) -> list[tuple[str, str, Any]]:
        node = "/nodes/{node}"
        return [("GET", node + "/status", self._node_status), ("GET", node + "/network", self._network),
                ("GET", node + "/time", self._node_time),
                ("GET", node + "/rrddata", self._node_rrd), ("GET", node + "/qemu/{vmid}/rrddata", self._guest_rrd),
                ("GET", node + "/lxc/{vmid}/rrddata", self._guest_rrd),
                ("GET", node + "/storage/{storage}/rrddata", self._storage_rrd)]  # fmt: skip

    async def _nodes(self, request: Any) -> Any:
        at = self.now()
        data: list[Values] = []
        for name in sorted(self.nodes):
            item: Values = {"node": name, "id": f"node/{name}", "type": "node", "level": "",
                            "ssl_fingerprint": self.fingerprint,
                            "status": "online" if self.online(name) else "offline"}  # fmt: skip
            if self.online(name):
                use = self.node_load(name, at)
                item.update({k: use[k] for k in ("cpu", "maxcpu", "mem", "maxmem", "disk", "maxdisk", "uptime")})
            data.append(item)
        return ok(data)

    async def _cluster_status(self, request: Any) -> Any:
        names = sorted(self.nodes)
        data: list[Values] = [{"type": "cluster", "id": "cluster", "name": self.cluster_name, "nodes": len(names),
                               "quorate": 1 if self.quorate else 0, "version": 5}]  # fmt: skip
        local = self.endpoint_node(request)
        for n, name in enumerate(names, 1):
            data.append({"type": "node", "id": f"node/{name}", "name": name, "nodeid": n, "level": "",
                         "ip": f"192.0.2.{10 + n}", "online": 1 if self.online(name) else 0,
                         "local": 1 if name == local else 0})  # fmt: skip
        return ok(data)

    def endpoint_node(self, request: Any) -> str:
        """The node whose address a request came in at."""
        return min(self.nodes)

    async def _node_time(self, v: Values, user: str) -> Values:
        # Schedules are read in UTC here; see `schedule`.
        now = int(self.now())
        return {"timezone": "UTC", "time": now, "localtime": now}

    async def _node_status(self, v: Values, user: str) -> Values:
        node = v["node"]
        use = self.node_load(node, self.now())
        spec = self.nodes[node]
        kernel = "6.14.8-2-pve" if self.pve9 else "6.8.12-9-pve"
        load = [f"{use['loadavg'] * f:.2f}" for f in (1, 0.94, 0.9)]
        return {
            "cpu": use["cpu"], "wait": use["iowait"], "idle": 0, "uptime": use["uptime"], "loadavg": load,
            "cpuinfo": {"cpus": spec["maxcpu"], "cores": spec["maxcpu"] // 4, "sockets": 2, "mhz": "2900.000",
                        "model": "Example CPU @ 2.90GHz", "user_hz": 100, "hvm": "1", "flags": "fpu vme vmx",
                        "vendor": "GenuineIntel"},
            "memory": {"total": use["maxmem"], "used": use["mem"], "free": use["maxmem"] - use["mem"],
                       "available": use["maxmem"] - use["mem"]},
            "swap": {"total": 8 * GIB, "used": 0, "free": 8 * GIB}, "ksm": {"shared": 0},
            "rootfs": {"total": use["maxdisk"], "used": use["disk"], "free": use["maxdisk"] - use["disk"],
                       "avail": use["maxdisk"] - use["disk"]},
            "current-kernel": {"sysname": "Linux", "release": kernel, "machine": "x86_64", "version": f"#1 {kernel}"},
            "kversion": f"Linux {kernel} #1", "boot-info": {"mode": "efi", "secureboot": 0},
            "pveversion": f"pve-manager/{self.version}/0000000000000000",
        }  # fmt: skip

    async def _network(self, v: Values, user: str) -> list[Values]:
        found: list[Values] = []
        for item in self.nodes[v["node"]]["network"]:
            kind = v.get("type")
            bridge = item["type"] == "bridge" and kind in ("any_bridge", "any_local_bridge", "include_sdn")
            if kind not in (None, item["type"]) and not bridge:
                continue
            if kind and item["type"] == "bridge":
                path = f"/sdn/zones/localnetwork/{item['iface']}"
                if not (self.allowed(user, path, "SDN.Audit") or self.allowed(user, path, "SDN.Use")):
                    continue
            found.append(dict(item))
        return found

    # ------------------------------------------------------------- graphs

    def _points(self, frame: str) -> list[int]:
        step, count = FRAMES[frame]
        last = int(self.now()) // step * step
        return [last - step * n for n in range(count - 1, -1, -1)]

    async def _node_rrd(self, v: Values, user: str) -> list[Values]:
        out: list[Values] = []
        booted = self.nodes[v["node"]]["booted"]
        for at in self._points(v["timeframe"]):
            if at < booted:
                out.append({"time": at})
                continue
            use = self.node_load(v["node"], at)
            before = self.node_load(v["node"], at - 60)
            out.append({"time": at, "cpu": use["cpu"], "maxcpu": use["maxcpu"], "iowait": use["iowait"],
                        "loadavg": use["loadavg"], "memtotal": use["maxmem"], "memused": use["mem"],
                        "swaptotal": 8 * GIB, "swapused": 0, "roottotal": use["maxdisk"], "rootused": use["disk"],
                        "netin": max(use["netin"] - before["netin"], 0) / 60,
                        "netout": max(use["netout"] - before["netout"], 0) / 60})  # fmt: skip
        return out

    async def _guest_rrd(self, v: Values, user: str) -> list[Values]:
        guest = self.guest(int(v["vmid"]))
        if guest is None or guest.node != v["node"]:
            raise PveError(500, f"Configuration file for guest {v['vmid']} does not exist")
        load = self.load(guest)
        lxc = not hasattr(guest, "qmpstatus")
        total = self._maxmem(guest) if lxc else self.vm_memory(guest)
        cpus = self._cpus(guest) if lxc else self.vm_cpus(guest)
        size = self._maxdisk(guest) if lxc else self.vm_disk(guest)
        out: list[Values] = []
        for at in self._points(v["timeframe"]):
            if guest.status != "running" or not guest.started_at or at < guest.started_at:
                out.append({"time": at})
                continue
            up = at - guest.started_at
            now, before = counters_at(load, up), counters_at(load, max(up - 60, 0))
            rates = [max(a - b, 0) / 60 for a, b in zip(now, before, strict=True)]
            out.append({"time": at, "cpu": cpu_at(load, at), "maxcpu": cpus, "mem": memory_at(load, at, total),
                        "maxmem": total, "disk": 0, "maxdisk": size, "netin": rates[0], "netout": rates[1],
                        "diskread": rates[2], "diskwrite": rates[3]})  # fmt: skip
        return out

    async def _storage_rrd(self, v: Values, user: str) -> list[Values]:
        self._check_enabled(v["storage"], v["node"])
        total, used, _free = self.space(v["storage"], v["node"])
        points = self._points(v["timeframe"])
        # A storage fills slowly: the past held a little less than the present.
        return [{"time": at, "total": total, "used": int(used * (0.9 + 0.1 * n / len(points)))}
                for n, at in enumerate(points, 1)]  # fmt: skip
