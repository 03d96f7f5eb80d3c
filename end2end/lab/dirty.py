"""Dirty bitmaps: what a backup of a running VM to a Proxmox Backup Server need not read again.

Imitates query-pbs-bitmap-info as PVE/VZDump/QemuServer.pm prints it. A bitmap lives in the memory of a QEMU process,
and is the difference to one snapshot: without either, all is read.
"""

from __future__ import annotations

from dataclasses import dataclass

from .archives import named
from .core import MIB
from .dumping import Dumping, Steps
from .units import render_bytes

# What a guest writes to each of its disks: once, and in every second since the backup before.
DIRTY_SHARE = 0.02
DIRTY_RATE = MIB
CHUNK = 4 * MIB


@dataclass
class Bitmap:
    """What QEMU notes of a disk since its last backup; it lives as long as its process."""

    archive: str
    process: float | None
    at: float


@dataclass
class Incremental:
    """What a backup to a Proxmox Backup Server has to read."""

    total: int
    dirty: int
    lines: list[str]


class DirtyBitmaps(Steps):
    """Mixin: what changed on the disks of a VM."""

    def incremental(self, d: Dumping) -> Incremental:
        """query-pbs-bitmap-info: what changed since the last backup of this process, where that is still there."""
        vm, volumes = d.guest, self.storages[d.sid].get("volumes", {})
        old: Bitmap | None = self.extra(vm).bitmap
        alive = old is not None and old.process == vm.started_at
        newest = max((n for n, x in volumes.items() if x.get("vmid") == vm.vmid and x.get("subtype") == "qemu"),
                     key=lambda n: named(n).at or 0, default=None)  # fmt: skip
        valid = alive and old is not None and old.archive == f"{d.sid}:{newest}"
        out = Incremental(0, 0, [])
        for key, size in sorted(d.disks):
            dirty, text = size, "created new"
            if valid and old is not None:
                changed = size * DIRTY_SHARE + DIRTY_RATE * (self.clock.elapsed() - old.at)
                dirty = min(int(changed) // CHUNK * CHUNK, size)
                text = (
                    f"OK ({render_bytes(dirty, 1)} of {render_bytes(size, 1)} dirty)" if dirty else "OK (drive clean)"
                )
            elif alive:
                text = "existing bitmap was invalid and has been cleared"
            out.total, out.dirty = out.total + size, out.dirty + dirty
            if not vm.template:
                out.lines.append(f"INFO: {key}: dirty-bitmap status: {text}")
        if out.dirty < out.total:
            out.lines.append(f"INFO: using fast incremental mode (dirty-bitmap), {render_bytes(out.dirty, 1)} dirty "
                             f"of {render_bytes(out.total, 1)} total")  # fmt: skip
        return out

    def note_bitmap(self, d: Dumping) -> None:
        """From now on QEMU notes what differs from this snapshot."""
        self.extra(d.guest).bitmap = Bitmap(f"{d.sid}:backup/{d.name}", d.guest.started_at, self.clock.elapsed())
