"""Figures that move: CPU, memory and counters as pure functions of guest, seed and time.

Nothing is stored, so a graph of last week and the value of this second agree.
"""

from __future__ import annotations

import math
import random
from typing import Any

from .core import MIB, Core, Values

# (base cpu, swing, phase, period, memory share, bytes in/s, out/s, read/s, write/s)
Load = tuple[float, float, float, float, float, float, float, float, float]


def load_of(seed: int, vmid: int) -> Load:
    """How a guest behaves, drawn once from the seed and its id."""
    rng = random.Random(f"{seed}/{vmid}")
    busy = rng.random() ** 3
    return (0.01 + 0.5 * busy, 0.1 + 0.6 * rng.random(), rng.random() * 7, 120 + 1800 * rng.random(),
            0.25 + 0.6 * rng.random(), 2e3 + 3e6 * busy, 1e3 + 2e6 * busy * rng.random(), 1e3 + 1e6 * busy,
            4e3 + 2e6 * rng.random() * busy)  # fmt: skip


def cpu_at(load: Load, at: float) -> float:
    """The share of its processors a guest uses at a moment."""
    base, swing, phase, period = load[:4]
    slow = math.sin(at / period + phase)
    fast = math.sin(at / 11.0 + phase * 3)
    day = 0.75 + 0.25 * math.sin(at / 86400 * math.tau + phase / 7)
    return min(max(base * day * (1 + swing * slow + 0.15 * fast), 0.001), 0.99)


def memory_at(load: Load, at: float, total: int) -> int:
    """Bytes of memory in use at a moment."""
    return int(total * min(load[4] + 0.06 * math.sin(at / 900 + load[2]), 0.97)) // 4096 * 4096


def counters_at(load: Load, uptime: float) -> tuple[int, int, int, int]:
    """Bytes in, out, read and written since the guest started; they only ever grow."""
    grown = uptime + load[3] / 8 * (1 - math.cos(uptime / load[3] * 4)) if uptime > 0 else 0
    return int(load[5] * grown), int(load[6] * grown), int(load[7] * grown), int(load[8] * grown)


class Stats(Core):
    """Mixin: the usage fields every view of a guest or a node shares."""

    def load(self, guest: Any) -> Load:
        """The guest's behaviour, kept once drawn."""
        extra = self.extra(guest)
        if extra.load is None:
            extra.load = load_of(self.options.seed, guest.vmid)
        return extra.load  # type: ignore[return-value]

    def uptime(self, guest: Any, at: float) -> int:
        """Seconds a running guest has been up."""
        if guest.status != "running" or not guest.started_at:
            return 0
        return max(int(at - guest.started_at), 1)

    def vm_cpus(self, vm: Any) -> int:
        """Virtual processors of a VM."""
        vcpus = vm.config.get("vcpus")
        return int(vcpus) if vcpus else int(vm.config.get("cores", 1)) * int(vm.config.get("sockets", 1))

    def vm_memory(self, vm: Any) -> int:
        """Bytes of memory of a VM."""
        return int(str(vm.config.get("memory", 512)).split("=")[-1]) * MIB

    def vm_disk(self, vm: Any) -> int:
        """Bytes of the first disk in the boot order, else of the first disk."""
        order = str(vm.config.get("boot", "")).removeprefix("order=").split(";")
        for key in (*order, "scsi0", "virtio0", "sata0", "ide0"):
            text = str(vm.config.get(key, ""))
            if text and "media=cdrom" not in text and not key.startswith("net"):
                size = text.partition("size=")[2].split(",")[0]
                if size and size[-1] in "KMGT":
                    return int(float(size[:-1]) * 1024 ** ("KMGT".index(size[-1]) + 1))
        return 0

    def _vm_usage(self, vm: Any) -> Values:
        at = self.now()
        total = self.vm_memory(vm)
        data: Values = {"cpu": 0, "mem": 0, "disk": 0, "diskread": 0, "diskwrite": 0, "netin": 0, "netout": 0,
                        "maxdisk": self.vm_disk(vm), "maxmem": total, "maxcpu": self.vm_cpus(vm),
                        "uptime": self.uptime(vm, at)}  # fmt: skip
        if self.pve9:
            data["memhost"] = 0
        if vm.status == "running":
            data.update(self._moving(vm, at, total))
        return data

    def _moving(self, guest: Any, at: float, total: int) -> Values:
        load = self.load(guest)
        netin, netout, read, write = counters_at(load, self.uptime(guest, at))
        paused = getattr(guest, "qmpstatus", "running") == "paused"
        set_by_hand = self.extra(guest).cpu
        cpu = cpu_at(load, at) if set_by_hand is None else set_by_hand
        mem = memory_at(load, at, total)
        data: Values = {"cpu": 0 if paused else round(cpu, 6), "mem": mem, "netin": netin,
                        "netout": netout, "diskread": read, "diskwrite": write}  # fmt: skip
        if self.pve9 and hasattr(guest, "qmpstatus"):
            data["memhost"] = int(mem * 1.04) // 4096 * 4096
        return data

    def _status(self, ct: Any) -> Values:
        data: Values = super()._status(ct)
        at = self.now()
        data["uptime"] = self.uptime(ct, at)
        if ct.status == "running":
            moving = self._moving(ct, at, data["maxmem"])
            data.update({k: moving[k] for k in ("cpu", "mem", "netin", "netout", "diskread", "diskwrite")})
            data["disk"] = int(data["maxdisk"] * (0.2 + self.load(ct)[4] / 2))
        return data

    def node_load(self, node: str, at: float) -> Values:
        """What a node uses, from its size and the seed."""
        spec = self.nodes[node]
        load = load_of(self.options.seed, 1_000_000 + sorted(self.nodes).index(node))
        cpu = 0.06 + cpu_at(load, at) / 2
        memory = int(spec["maxmem"] * min(0.35 + load[4] / 2 + 0.03 * math.sin(at / 700), 0.95)) // 4096 * 4096
        netin, netout, _read, _write = counters_at(load, at % 86400)
        return {"cpu": round(cpu, 6), "maxcpu": spec["maxcpu"], "mem": memory, "maxmem": spec["maxmem"],
                "disk": spec["disk"], "maxdisk": spec["maxdisk"], "uptime": int(at - spec["booted"]),
                "iowait": round(cpu / 40, 6), "loadavg": round(cpu * spec["maxcpu"], 2),
                "netin": netin, "netout": netout}  # fmt: skip
