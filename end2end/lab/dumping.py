"""A dump under way: what its steps tell each other, its time, its speed and its log.

Imitates the `task` that PVE/VZDump.pm hands to its plugins.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from .archives import Archives
from .core import MIB, Values

# Bytes a second off a disk where it holds data, and where it is empty.
DATA_RATE = 300 * MIB
EMPTY_RATE = 900 * MIB
# The part of a disk that holds data, and how much of that is zero all the same.
FILLED = 0.4
HOLES = 0.05
# What compression leaves of a disk.
SHRINKS_TO = 0.3


@dataclass
class Dumping:
    """One guest on its way into one archive."""

    guest: Any
    kind: str  # qemu | lxc
    sid: str
    pbs: bool
    mode: str
    name: str
    target: str
    saved: Values
    began: float
    was_running: bool
    compress: str
    bwlimit: int  # KiB/s
    ionice: int
    disks: list[tuple[str, int]] = field(default_factory=list)
    size: int = 0
    # What it takes of the storage, where that is not its size.
    used: int | None = None
    was_paused: bool = False
    # PVE seconds since its start, and since the guest stood still.
    secs: float = 0.0
    still_since: float | None = None
    cleanup: Callable[[], Awaitable[None]] | None = None

    @property
    def unfinished(self) -> str:
        """The file while it is written: `.dat` in place of the last ending."""
        return f"dump/{self.name.rsplit('.', 1)[0]}.dat"

    def stood_still(self) -> int:
        """Whole seconds since the guest was stopped or suspended; asked once."""
        since, self.still_since = self.still_since, None
        return int(self.secs - (since or 0.0))


@dataclass
class Reading:
    """How far the disks are read, how much of it was zero, and how fast it goes."""

    total: int
    filled: float = FILLED
    limit: int = 0  # bytes a second, or none
    done: int = 0
    zero: int = 0

    def step(self, secs: float) -> None:
        """Read on for some seconds."""
        edge = int(self.total * self.filled)
        while secs > 1e-9 and self.done < self.total:
            in_data = self.done < edge
            # No two seconds of a disk are alike.
            wobble = 0.85 + 0.3 * ((self.done // MIB * 7919) % 97) / 97
            rate = (DATA_RATE if in_data else EMPTY_RATE) * wobble
            rate = min(rate, self.limit) if self.limit else rate
            end = edge if in_data else self.total
            part = max(min(int(rate * min(secs, 1.0)), end - self.done), 1)
            self.done += part
            self.zero += int(part * HOLES) if in_data else part
            secs -= max(part / rate, 1e-3)

    @property
    def over(self) -> bool:
        """Whether all is read."""
        return self.done >= self.total


class Steps(Archives):
    """Mixin: time within a dump, and the places where it may fail."""

    async def spend(self, d: Dumping, secs: float) -> None:
        """Let PVE seconds pass, counted by the dump; a clock set forward carries it along."""
        began = self.clock.elapsed()
        await self.pause(secs)
        d.secs += max(secs, self.clock.elapsed() - began)

    def middle(self, d: Dumping, done: int, total: int) -> None:
        """A fault that was set for the middle of the dump."""
        if done * 2 >= total:
            self.fail_here("middle")

    def head(self, d: Dumping) -> None:
        """The lines between the guest's volumes and its archive."""
        self.say(f"INFO: backup mode: {d.mode}")
        if d.bwlimit:
            self.say(f"INFO: bandwidth limit: {d.bwlimit} KiB/s")
        self.say(f"INFO: ionice priority: {d.ionice}")

    def open_archive(self, d: Dumping) -> None:
        """Say what is written where."""
        what = "Proxmox Backup Server" if d.pbs else "vzdump"
        self.say(f"INFO: creating {what} archive '{d.target}'")


def full_message(compress: str) -> tuple[str | None, str]:
    """(what the compressor prints, what QEMU or tar is told) where the storage is full."""
    said = {"zstd": "zstd: error 70 : Write error : cannot write block : No space left on device",
            "gzip": "gzip: stdout: No space left on device", "lzo": "lzop: No space left on device: <stdout>",
            "1": "lzop: No space left on device: <stdout>"}.get(compress)  # fmt: skip
    return said, "Broken pipe" if said else "No space left on device"


def set_lock(guest: Any, lock: str | None) -> None:
    """The config lock of a VM or a container."""
    guest.lock = lock
    if lock:
        guest.config["lock"] = lock
    else:
        guest.config.pop("lock", None)
