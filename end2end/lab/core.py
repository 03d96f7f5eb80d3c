"""The lab's state on top of fakepve: options, clock, guests by id, and what a guest remembers for us.

Nothing here answers a request; the mixins of the other modules do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from fakepve import FakePve

from .clock import Clock

Values = dict[str, Any]
GIB = 1024**3
MIB = 1024**2
USER = "drover@pve"
TOKEN_NAME = "lab"


@dataclass(frozen=True)
class Options:
    """What the command line decides."""

    guests: int = 40
    seed: int = 1
    time_scale: float = 0.2
    latency: float = 0.0
    stats_lag: float = 0.0
    pve_version: int = 9
    port: int = 0
    control_port: int = 0
    faults: tuple[Values, ...] = ()
    nodes: tuple[str, ...] = ("pve1", "pve2", "pve3")
    cluster: str = "lab"
    archives: int = 0
    backup_storages: int = 0
    pbs: bool = False


@dataclass
class Extra:
    """What the lab keeps beside fakepve's guest."""

    agent: str = "normal"  # normal | never (the guest agent never answers) | freeze-hangs (nor does a freeze end)
    boot_secs: float = 12.0
    ready_at: float = 0.0
    addresses: dict[str, str] = field(default_factory=dict)
    # What the cloud-init drive was made from, and what the guest has read of it at its boot.
    drive: Values | None = None
    inside: Values | None = None
    load: tuple[float, ...] | None = None
    # The share of its processors that it uses from now on, instead of what was drawn.
    cpu: float | None = None
    fragment: tuple[Any, str, int, int] | None = None
    # What QEMU notes of the disks since the last backup to a Proxmox Backup Server: dirty.Bitmap.
    bitmap: Any = None


class GuestList(list[Any]):
    """fakepve keeps its guests in a list and searches it; this one finds by id at once."""

    def __init__(self, items: Iterable[Any] = ()) -> None:
        super().__init__()
        self.by_id: dict[int, Any] = {}
        for item in items:
            self.append(item)

    def append(self, item: Any) -> None:
        super().append(item)
        self.by_id[item.vmid] = item

    def remove(self, item: Any) -> None:
        vmid = item.vmid
        super().remove(item)
        if self.by_id.get(vmid) is item:
            del self.by_id[vmid]

    def __contains__(self, item: object) -> bool:
        return item is not None and self.by_id.get(getattr(item, "vmid", -1)) is item


class Core(FakePve):
    """fakepve with a clock, indexed guests and per-node volumes; the base of every mixin."""

    def __init__(self, options: Options) -> None:
        super().__init__(user="root@pam", password="lab-root", host="127.0.0.1", port=0)
        self.options = options
        self.clock = Clock(options.time_scale)
        self.vms = GuestList()
        self.cts = GuestList()
        self.nodes: dict[str, Values] = {}
        self.cluster_name = options.cluster
        self.storages: dict[str, Values] = {}
        self.acl: dict[str, list[tuple[str, set[str]]]] = {}
        self.max_requests = 0
        self.pve9 = options.pve_version >= 9
        self.version, self.release_version = ("9.0.10", "9.0") if self.pve9 else ("8.4.14", "8.4")
        # As PVE: the lock file is waited for 10 s, a shutdown 60 s.
        self.shutdown_default_timeout = 60
        self.dhcp_next = 0

    @property
    def time_scale(self) -> float:
        """fakepve reads this to decide whether a task runs within its request."""
        return self.clock.scale

    @time_scale.setter
    def time_scale(self, value: float) -> None:
        if hasattr(self, "clock"):
            self.clock.set_scale(value)

    def now(self) -> float:
        """The cluster's wall time."""
        return self.clock.now()

    async def pause(self, secs: float) -> None:
        await self.clock.pause(secs)

    def vm(self, vmid: int) -> Any:
        return self.vms.by_id.get(int(vmid)) if isinstance(self.vms, GuestList) else None

    def ct(self, vmid: int) -> Any:
        return self.cts.by_id.get(int(vmid)) if isinstance(self.cts, GuestList) else None

    def extra(self, guest: Any) -> Extra:
        """The lab's own notes on a guest."""
        found = guest.__dict__.get("lab_extra")
        if found is None:
            found = guest.__dict__["lab_extra"] = Extra()
        return found

    def online(self, node: str) -> bool:
        """Whether a node answers."""
        return bool(self.nodes.get(node, {}).get("online", True))

    async def acquire(self, vm: Any, holder: str, wait: float | None = None) -> None:
        """The config lock, waited for in PVE seconds of the lab's clock."""
        secs = self.lock_wait if wait is None else wait
        deadline = self.clock.elapsed() + secs
        while vm.lock_holder is not None and self.clock.scale and self.clock.elapsed() < deadline:
            await asyncio.sleep(min(0.02, secs * self.clock.scale))
        await super().acquire(vm, holder, wait=0)
