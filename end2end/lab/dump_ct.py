"""The dump of a container: a snapshot, or a copy, or its disks while it is stopped; then tar or the backup client.

Imitates PVE/VZDump/LXC.pm. Neither tar nor the client tells how far it is: tar is silent until its totals, the client
prints a line a minute.
"""

from __future__ import annotations

import random
from typing import Any

from fakepve import TaskError
from fakepve.lxc import parse_mount
from fakepve.qemu import volume_ref

from .archives import repository
from .core import MIB
from .dumping import Dumping, Steps, full_message
from .units import client_bytes, ctime_text, tar_bytes

# Bytes a second through tar and its compressor, or through the client.
TAR_RATE = 100 * MIB
# What of a container's disks is files, what compression leaves of them, and what has changed since yesterday.
FILES = 0.3
PACKED = 0.45
CHANGED = 0.08
SNAPSHOTS = ("lvmthin", "rbd", "zfspool", "btrfs")
NO_SNAPSHOTS = "mode failure - some volumes do not support snapshots"
TAR = ("tar cpf - --totals --one-file-system -p --sparse --numeric-owner --acls --xattrs '--xattrs-include=user.*' "
       "'--xattrs-include=security.capability' '--warning=no-file-ignored' '--warning=no-xattr-write' "
       "--one-file-system '--warning=no-file-ignored'")  # fmt: skip
USERNS = "lxc-usernsexec -m u:0:100000:65536 -m g:0:100000:65536 -- "


class ContainerDump(Steps):
    """Mixin: a container into an archive."""

    async def dump_container(self, d: Dumping) -> None:
        """prepare, the mode, archive."""
        ct = d.guest
        if d.mode == "snapshot":
            self._mounts_said(d)
            if not self._can_snapshot(ct):
                self.say(f"INFO: {NO_SNAPSHOTS}")
                self.say("INFO: trying 'suspend' mode instead")
                d.mode = "suspend"
        self.head(d)
        if d.mode != "snapshot":
            self._mounts_said(d)
        d.disks = [(key, self._bytes_of(m)) for key, m in self._included(ct)]
        files = int(sum(size for _key, size in d.disks) * FILES) // 10240 * 10240
        if d.mode == "snapshot":
            await self._snapshot(d)
        elif d.mode == "suspend":
            await self._copies(d, files)
        elif d.was_running:
            await self._stopped(d)
        self.open_archive(d)
        await (self._client(d, files) if d.pbs else self._tar(d, files))

    # --------------------------------------------------------------- volumes

    @staticmethod
    def _included(ct: Any) -> list[tuple[str, Any]]:
        """mountpoint_backup_enabled: the root always, others where they say so."""
        return [(key, m) for key, m in ct.volumes() if key == "rootfs"
                or (key.startswith("mp") and m.get("backup") in ("1", "yes", "on"))]  # fmt: skip

    def _bytes_of(self, mount: Any) -> int:
        vol = self._qm_volume(mount["volume"])
        return int(vol["size"]) if vol else 0

    def _mounts_said(self, d: Dumping) -> None:
        config = d.guest.config
        if config.get("hostname"):
            self.say(f"INFO: CT Name: {config['hostname']}")
        included = {key for key, _mount in self._included(d.guest)}
        for key in sorted(k for k in config if k == "rootfs" or (k.startswith("mp") and k[2:].isdigit())):
            mount = parse_mount(config[key])
            path = "/" if key == "rootfs" else mount.get("mp", "")
            if key in included:
                self.say(f"INFO: including mount point {key} ('{path}') in backup")
            else:
                kind = "bind" if mount.get("volume", "").startswith("/") else "volume"
                why = "not a volume" if kind == "bind" else "disabled"
                self.say(f"INFO: excluding {kind} mount point {key} ('{path}') from backup ({why})")

    def _can_snapshot(self, ct: Any) -> bool:
        return all(self.storages.get(volume_ref(m["volume"])[0], {}).get("type") in SNAPSHOTS
                   for _key, m in ct.volumes())  # fmt: skip

    # ----------------------------------------------------------------- modes

    def _storage_says(self, d: Dumping, removing: bool) -> None:
        for _key, m in self._included(d.guest):
            sid, name = volume_ref(m["volume"])
            kind = self.storages[sid]["type"]
            if kind == "lvmthin":
                self.say(
                    f'  Logical volume "snap_{name}_vzdump" ' + ("successfully removed." if removing else "created.")
                )
            elif kind == "rbd":
                self.say(f"{'Removing' if removing else 'Creating'} snap: 100% complete...done.")

    async def _snapshot(self, d: Dumping) -> None:
        several = len(self._included(d.guest)) > 1
        if several:
            self.say("INFO: suspend vm to make snapshot")
        self.say("INFO: create storage snapshot 'vzdump'")
        await self.spend(d, 1)
        self._storage_says(d, False)
        d.cleanup = self._remover(d)
        if several:
            self.say("INFO: resume vm")
            self.say("INFO: guest is online again after 1 seconds")

    def _remover(self, d: Dumping) -> Any:
        async def remove() -> None:
            self.say("INFO: cleanup temporary 'vzdump' snapshot")
            self._storage_says(d, True)

        return remove

    async def _copies(self, d: Dumping, files: int) -> None:
        """Two passes of rsync, the container frozen for the second, which finds little to do."""
        pid = d.guest.pid or 1
        to = f"/var/tmp/vzdumptmp{pid}_{d.guest.vmid}/"
        for text, secs in (("first", files / TAR_RATE), ("final", 1.0)):
            if text == "final":
                self.say("INFO: suspending guest")
                d.still_since = d.secs
            self.say(f"INFO: starting {text} sync /proc/{pid}/root/ to {to}")
            began = d.secs
            await self.spend(d, secs)
            size = files if text == "first" else files // 500
            self.say(f"INFO: Number of files: {files // 30000:,} (reg: {files // 40000:,}, dir: {files // 120000:,})")
            self.say(f"INFO: Total transferred file size: {size:,} bytes")
            self.say(f"INFO: {text} sync finished ({int(d.secs - began)} seconds)")
        self.say("INFO: resuming guest")
        self.say(f"INFO: guest is online again after {max(d.stood_still(), 1)} seconds")

    async def _stopped(self, d: Dumping) -> None:
        self.say("INFO: stopping virtual guest")
        d.still_since = d.secs
        await self.spend(d, d.guest.shutdown_secs or 2)
        d.guest.status, d.guest.started_at = "stopped", None

        async def again() -> None:
            self.say("INFO: restarting vm")
            d.guest.status, d.guest.started_at = "running", self.now()
            self.say(f"INFO: guest is online again after {max(d.stood_still(), 1)} seconds")

        d.cleanup = again

    # --------------------------------------------------------------- writing

    async def _write(self, d: Dumping, files: int, keeps: float, minutes: bool = False) -> str | None:
        """Let the files pass, a second at a time; why it ended early, or None."""
        rate = min(TAR_RATE, d.bwlimit * 1024) if d.bwlimit else TAR_RATE
        began, done, said = d.secs, 0, 0
        while done < files:
            await self.spend(d, min(1.0, max((files - done) / rate, 0.01)))
            done = min(int((d.secs - began) * rate), files)
            try:
                self.middle(d, done, files)
            except TaskError as err:
                return str(err)
            if not self.grow(d.sid, d.guest.node, d.unfinished, int(done * keeps)):
                return "full"
            minute = int(d.secs - began) // 60
            if minutes and minute > said and done < files:
                said = minute
                self.say(f"INFO: processed {client_bytes(done)} in {minute}m, uploaded {client_bytes(done * keeps)}")
        return None

    async def _tar(self, d: Dumping, files: int) -> None:
        began = d.secs
        why = await self._write(d, files, PACKED)
        if why is not None:
            said, _reason = full_message(d.compress)
            if why == "full":
                self.say(said or "INFO: tar: -: Wrote only 4096 of 10240 bytes")
                code = {"zstd": 70, "0": 2}.get(d.compress, 1)
                pack = {"zstd": " | zstd --rsyncable '--threads=1'", "gzip": " | gzip --rsyncable"}.get(d.compress, "")
                users = USERNS if d.guest.config.get("unprivileged") else ""
                data = d.target.rsplit(".", 1)[0] + ".dat"
                why = f"command 'set -o pipefail && {users}{TAR} ./{pack} >{data}' failed: exit code {code}"
            raise TaskError(why)
        rate = files / max(d.secs - began, 0.1)
        self.say(f"INFO: Total bytes written: {files} ({tar_bytes(files)}, {tar_bytes(rate)}/s)")
        d.size = int(files * PACKED)

    async def _client(self, d: Dumping, files: int) -> None:
        """proxmox-backup-client: an upload that knows the chunks of the snapshot before."""
        store, vmid = self.storages[d.sid], d.guest.vmid
        repo, port = repository(store), store.get("port", 8007)
        users = USERNS if d.guest.config.get("unprivileged") else ""
        crypt = "encrypt" if store.get("encryption-key") else "none"
        space = f"[{store['namespace']}]:" if store.get("namespace") else ""
        tmp = f"/var/tmp/vzdumptmp{d.guest.pid or 1}_{vmid}/etc/vzdump/pct.conf"
        self.say(f"INFO: run: {users}/usr/bin/proxmox-backup-client backup --crypt-mode={crypt} pct.conf:{tmp} "
                 f"root.pxar:/mnt/vzsnap0 --include-dev /mnt/vzsnap0/./ --skip-lost-and-found --backup-type ct "
                 f"--backup-id {vmid} --backup-time {int(d.began)} --repository {repo}")  # fmt: skip
        self.say(f"INFO: Starting backup: {space}{d.name}")
        self.say(f"INFO: Client name: {d.guest.node}")
        self.say(f"INFO: Starting backup protocol: {ctime_text(self.now())}")
        before = [x["ctime"] for n, x in store.get("volumes", {}).items() if n.startswith(f"backup/ct/{vmid}/")]
        self.say(f"INFO: Downloading previous manifest ({ctime_text(max(before))})" if before
                 else "INFO: No previous manifest available.")  # fmt: skip
        where = repo.replace(f"@{store['server']}:", f"@{store['server']}:{port}:")
        self.say(f"INFO: Upload config file '{tmp}' to '{where}' as pct.conf.blob")
        self.say(f"INFO: Upload directory '/mnt/vzsnap0' to '{where}' as root.pxar.didx")
        share = CHANGED if before else 1.0
        began = d.secs
        why = await self._write(d, files, share * PACKED, minutes=True)
        if why is not None:
            if why == "full":
                why = "pipelined request failed: inserting chunk on store failed - ENOSPC: No space left on device"
            self.say(f"INFO: Error: {why}")
            raise TaskError(f"command '{users}/usr/bin/proxmox-backup-client backup' failed: exit code 255")
        self._uploaded(files, int(files * share), d.secs - began)
        d.size, d.used = files, int(files * share * PACKED)

    def _uploaded(self, files: int, changed: int, secs: float) -> None:
        secs = max(secs, 0.01)
        packed = client_bytes(changed * PACKED)
        head = f"INFO: root.pxar: had to backup {client_bytes(changed)} of {client_bytes(files)} (compressed {packed})"
        speed = client_bytes(changed / secs)
        if self.pve9:
            self.say(f"{head} in {secs:.2f} s (average {speed}/s)")
        else:
            self.say(f"{head} in {secs:.2f}s")
            self.say(f"INFO: root.pxar: average backup speed: {speed}/s")
        reused = files - changed
        if reused:
            self.say(f"INFO: root.pxar: backup was done incrementally, reused {client_bytes(reused)} "
                     f"({reused * 100 / files:.1f}%)")  # fmt: skip
        self.say(f"INFO: Uploaded backup catalog ({client_bytes(random.Random(files).randrange(300_000, 2_000_000))})")
        self.say(f"INFO: Duration: {secs + 1:.2f}s")
        self.say(f"INFO: End Time: {ctime_text(self.now())}")
