"""Two clocks: the wall time Proxmox prints, and the PVE seconds that work inside the cluster takes.

A PVE second lasts `scale` real seconds. At scale 0 work takes no time at all. Advancing the clock moves
both: waiting work finishes sooner and time stamps move on.
"""

from __future__ import annotations

import asyncio
import time

STEP = 0.02


class Clock:
    """Wall time with an offset, and elapsed PVE seconds that follow a changeable scale."""

    def __init__(self, scale: float) -> None:
        self.scale = scale
        self.offset = 0.0
        self._base = 0.0
        self._since = time.monotonic()

    def now(self) -> float:
        """The cluster's wall time, in seconds since the epoch."""
        return time.time() + self.offset

    def elapsed(self) -> float:
        """PVE seconds since the lab started."""
        if not self.scale:
            return self._base
        return self._base + (time.monotonic() - self._since) / self.scale

    def set_scale(self, scale: float) -> None:
        """Change how many real seconds a PVE second lasts; waiting work follows at once."""
        self._base, self._since = self.elapsed(), time.monotonic()
        self.scale = scale

    def advance(self, secs: float) -> None:
        """Let `secs` PVE seconds pass now."""
        self._base += secs
        self.offset += secs

    async def pause(self, secs: float) -> None:
        """Wait until `secs` PVE seconds have passed."""
        deadline = self.elapsed() + secs
        while self.scale:
            left = deadline - self.elapsed()
            if left <= 0:
                return
            await asyncio.sleep(min(left * self.scale, STEP))
