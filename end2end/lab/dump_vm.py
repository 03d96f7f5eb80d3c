"""The dump of a VM: through a QEMU that runs, is frozen for a moment, and tells how far it has read.

Imitates PVE/VZDump/QemuServer.pm: prepare, assemble, archive_vma, archive_pbs, qga_fs_freeze and the loop over
query-backup, which prints a line where the percentage changed and three seconds have passed.
"""

from __future__ import annotations

import asyncio
import re
import uuid
from typing import Any

from fakepve import PveError, TaskError
from fakepve.lxc import format_size
from fakepve.qemu import drives_of

from .agent import agent_enabled
from .dirty import DirtyBitmaps
from .dumping import FILLED, SHRINKS_TO, Dumping, Reading, full_message
from .power import Power
from .tasks import INTERRUPTED
from .units import render_bytes, render_duration, render_rate

# mon_cmd waits an hour for a freeze, which must not be left half done, and ten seconds for a thaw.
FREEZE_LIMIT = 3600
THAW_LIMIT = 10
QGA_PING = 3


class MachineDump(DirtyBitmaps, Power):
    """Mixin: a VM into an archive."""

    def dump_disks(self, guest: Any) -> list[tuple[str, str, int]]:
        """(key, volume, bytes) of what a backup holds."""
        if not hasattr(guest, "qmpstatus"):
            return [(k, m["volume"], self.volume_bytes(m["volume"])) for k, m in guest.volumes(guest.config)
                    if k == "rootfs" or m.get("backup") in ("1", "yes", "on")]  # fmt: skip
        return [(k, volume, self.volume_bytes(volume)) for k, volume, props in drives_of(guest.config, skip_cdrom=True)
                if props.get("backup", "1") not in ("0", "no", "off")]  # fmt: skip

    def volume_bytes(self, volid: str) -> int:
        """The size of a volume; none where it is gone."""
        vol = self._qm_volume(volid)
        return int(vol["size"]) if vol else 0

    async def dump_machine(self, d: Dumping) -> None:
        """prepare, the mode, archive; the VM runs or rests afterwards as it did before."""
        vm = d.guest
        if d.mode == "snapshot":
            self._volumes_said(d)
            self.head(d)
        else:
            self.head(d)
            self._volumes_said(d)
        d.disks = [(k, size) for k, _volume, size in self.dump_disks(vm)]
        d.was_paused = vm.qmpstatus == "paused"
        await self._stand_still(d)
        self._left_out(d)
        self.open_archive(d)
        if not d.disks:
            await self._diskless(d)
            return
        await self._through_qemu(d)

    def _volumes_said(self, d: Dumping) -> None:
        if d.guest.config.get("name"):
            self.say(f"INFO: VM Name: {d.guest.config['name']}")
        included = {k for k, _volume, _size in self.dump_disks(d.guest)}
        for key, volume, _props in drives_of(d.guest.config, skip_cdrom=True):
            if key not in included:
                self.say(f"INFO: exclude disk '{key}' '{volume}' (backup=no)")
                continue
            vol = self._qm_volume(volume)
            if vol is None:
                raise TaskError(f"cannot determine size of volume '{volume}' - volume does not exist")
            self.say(f"INFO: include disk '{key}' '{volume}' {format_size(int(vol['size']))}")

    def _left_out(self, d: Dumping) -> None:
        for key in sorted(k for k in d.guest.config if re.fullmatch(r"unused\d+", k)):
            self.say(f"INFO: skip unused drive '{d.guest.config[key]}' (not included into backup)")
        if d.guest.snapshots:
            self.say("INFO: snapshots found (not included into backup)")
        if d.guest.pending:
            self.say("INFO: pending configuration changes found (not included into backup)")

    async def _stand_still(self, d: Dumping) -> None:
        """Stop mode shuts the guest down, suspend mode pauses it; both until QEMU has begun to copy."""
        vm = d.guest
        if not d.was_running or d.mode == "snapshot":
            return
        d.still_since = d.secs
        if d.mode == "stop":
            self.say("INFO: stopping virtual guest")
            await self.spend(d, vm.shutdown_secs or 2)
            vm.status = vm.qmpstatus = "stopped"
            d.cleanup = self._restarter(d)
        elif not d.was_paused:
            self.say("INFO: suspending guest")
            await self.spend(d, 1)
            vm.qmpstatus = "paused"
            d.cleanup = self._resumer(d)

    def _restarter(self, d: Dumping) -> Any:
        async def again() -> None:
            if d.guest.status != "running":
                self.say("INFO: restarting vm")
                self.booted(d.guest)
                self.say(f"INFO: guest is online again after {max(d.stood_still(), 1)} seconds")

        return again

    def _resumer(self, d: Dumping) -> Any:
        async def again() -> None:
            self.say("INFO: resume vm")
            if d.guest.qmpstatus == "paused":
                d.guest.qmpstatus = "running"

        return again

    async def _diskless(self, d: Dumping) -> None:
        self.say("INFO: backup contains no disks")
        self.say("INFO: starting diskless backup")
        await self.spend(d, 1)
        d.size = 1536

    # ---------------------------------------------------------------- QEMU

    async def _through_qemu(self, d: Dumping) -> None:
        vm = d.guest
        try:
            await self._enforce_running(d)
            if d.pbs and self.storages[d.sid].get("encryption-key"):
                self.say("INFO: enabling encryption")
            await self._freeze(d)
            self.say(f"INFO: started backup task '{uuid.uuid4()}'")
            self._resume(d)
            await self._loop(d)
        except (PveError, TaskError, asyncio.CancelledError) as err:
            stopped = isinstance(err, asyncio.CancelledError)
            self.say(f"ERROR: {INTERRUPTED if stopped else getattr(err, 'message', None) or err}")
            self.say("INFO: aborting backup job")
            self._resume(d)
            raise
        finally:
            if not d.was_running and vm.qmpstatus == "prelaunch":
                self.say("INFO: stopping kvm after backup task")
                vm.status = vm.qmpstatus = "stopped"
                vm.started_at = None

    async def _enforce_running(self, d: Dumping) -> None:
        vm = d.guest
        if vm.status == "running":
            return
        self.say("INFO: starting kvm to execute backup task")
        self._check_volumes(vm)
        await self.spend(d, 2)
        # Proxmox lists it as running meanwhile, though nothing inside has booted.
        vm.status, vm.qmpstatus, vm.started_at = "running", "prelaunch", self.now()

    def _resume(self, d: Dumping) -> None:
        vm = d.guest
        if not d.was_running or d.was_paused or vm.status != "running":
            return
        self.say(f"INFO: resuming VM again after {d.stood_still()} seconds" if d.still_since is not None
                 else "INFO: resuming VM again")  # fmt: skip
        if vm.qmpstatus == "prelaunch":
            self.booted(vm)
        vm.qmpstatus = "running"

    async def _freeze(self, d: Dumping) -> None:
        """qga_fs_freeze and its thaw; neither failing fails the backup."""
        vm = d.guest
        if not agent_enabled(vm.config) or d.mode == "stop" or not d.was_running or d.was_paused:
            return
        if not self.agent_up(vm):
            await self.spend(d, QGA_PING)
            self.say("INFO: skipping guest-agent 'fs-freeze', agent configured but not running?")
            return
        if re.search(r"(freeze-fs-on-backup|guest-fsfreeze)=(0|no|off)", str(vm.config["agent"])):
            self.say("INFO: skipping guest-agent 'fs-freeze', disabled in VM options")
            return
        for verb, limit in (("freeze", FREEZE_LIMIT), ("thaw", THAW_LIMIT)):
            self.say(f"INFO: issuing guest-agent 'fs-{verb}' command")
            if self.extra(vm).agent == "freeze-hangs":
                await self.spend(d, limit)
                self.say(f"ERROR: VM {vm.vmid} qmp command 'guest-fsfreeze-{verb}' failed - got timeout")

    # ---------------------------------------------------------------- loop

    async def _loop(self, d: Dumping) -> None:
        total = sum(size for _key, size in d.disks)
        target, began = total, d.secs
        spared = 0
        if d.pbs:
            inc = self.incremental(d)
            for line in inc.lines:
                self.say(line)
            target, spared = inc.dirty, total - inc.dirty
        # What a guest has written is seldom zero.
        reading = Reading(target, 1.0 if spared else FILLED, d.bwlimit * 1024)
        last = (-1, 0.0, 0, 0)  # percent, second, bytes, zeroes
        percent = 100
        while not reading.over:
            before = d.secs
            await self.spend(d, 1)
            reading.step(d.secs - before)
            percent = reading.done * 100 // target
            line = self._progress(reading, target, d.secs - began, last)
            self._room(d, reading, total, spared, line if percent != last[0] else None)
            if not reading.over and percent != last[0] and int(d.secs - began) - int(last[1]) > 2:
                self.say(line)
                last = (percent, d.secs - began, reading.done, reading.zero)
        self.say(self._progress(reading, target, d.secs - began, last))
        d.size = total if d.pbs else int(total * SHRINKS_TO)
        d.used = int((reading.done - reading.zero) * SHRINKS_TO) if d.pbs else None
        self._summary(d, reading, total, spared, int(d.secs - began))
        if d.pbs:
            self.note_bitmap(d)

    @staticmethod
    def _progress(r: Reading, target: int, at: float, last: tuple[int, float, int, int]) -> str:
        span = max(int(at) - int(last[1]), 1)
        read, zero = r.done - last[2], r.zero - last[3]
        percent = r.done * 100 // target if target else 100
        rates = f"read: {render_rate(read, span)}, write: {render_rate(read - zero, span)}"
        share = f"{render_bytes(r.done, 1)} of {render_bytes(target, 1)}"
        return f"INFO: {percent:3d}% ({share}) in {render_duration(int(at))}, {rates}"

    def _room(self, d: Dumping, r: Reading, total: int, spared: int, line: str | None) -> None:
        """The archive grows with what is read; where it can't, or where a fault waits, the dump ends."""
        why = None
        try:
            self.middle(d, r.done, r.total)
        except TaskError as err:
            why = str(err)
        size = int((r.done - r.zero if d.pbs else r.done) * SHRINKS_TO)
        if why is None and not self.grow(d.sid, d.guest.node, d.unfinished, size):
            said, reason = full_message(d.compress)
            why = f"vma_queue_write: write error - {reason}"
            if d.pbs:
                why = ("backup write data failed: command error: write_data upload error: pipelined request failed: "
                       "ENOSPC: No space left on device")  # fmt: skip
            elif said:
                self.say(said)
        if why is not None:
            if line:
                self.say(line)
            raise TaskError(why)

    def _summary(self, d: Dumping, r: Reading, total: int, spared: int, secs: int) -> None:
        reused = spared + r.zero if d.pbs else 0
        if r.zero and not spared:
            self.say(f"INFO: backup is sparse: {render_bytes(r.zero)} ({r.zero * 100 // r.total}%) total zero data")
        if reused:
            self.say(f"INFO: backup was done incrementally, reused {render_bytes(reused)} ({reused * 100 // total}%)")
        if r.done:
            rate = f"in {secs} seconds ({render_rate(r.done, secs)})" if secs else "in <1 seconds"
            self.say(f"INFO: transferred {render_bytes(r.done)} {rate}")
