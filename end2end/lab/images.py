"""Disks out of an archive: `vma extract` of a file, `pbs-restore` of a snapshot, and what they print.

Imitates restore_vma_archive and restore_proxmox_backup_archive of PVE/QemuServer.pm, vma.c of pve-qemu and restore.rs
of proxmox-backup-qemu: a line for every percent, of all disks together in a file, of each disk from a server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fakepve.qemu import volume_ref
from fakepve.storage import _is_file

from .archives import Archives, named, repository
from .core import Values
from .disks import COPY_RATE
from .units import ctime_text

UNPACKERS = {"zst": "zstd -q -d -c", "gz": "zcat", "lzo": "lzop -d -c"}
# How much of a disk comes back as zeroes.
ZEROES = 0.6


@dataclass
class Back:
    """One VM on its way out of an archive."""

    vm: Any
    archive: str
    vol: Values
    v: Values
    user: str
    overrides: Values
    old: Values | None  # the config it is restored over
    made: dict[str, str]  # drive -> new volume


class Images(Archives):
    """Mixin: the data of a restore."""

    def vma_head(self, back: Back, sizes: dict[str, int]) -> None:
        path, form = self.path_of(back.archive, "backup"), str(back.vol["format"])
        pid = 1000 + back.vm.vmid
        unpack = UNPACKERS.get(form.rpartition(".")[2])
        command = f"vma extract -v -r /var/tmp/vzdumptmp{pid}.fifo {'-' if unpack else path} /var/tmp/vzdumptmp{pid}"
        self.say("restore vma archive: " + (f"{unpack} {path} | " if unpack else "") + command)
        text = sum(len(f"{k}: {x}\n") for k, x in back.vol["config"].items())
        self.say(f"CFG: size: {text} name: qemu-server.conf")
        for n, key in enumerate(sorted(sizes), 1):
            self.say(f"DEV: dev_id={n} size: {sizes[key]} devname: drive-{key}")
        self.say(f"CTIME: {ctime_text(named(back.archive).at or self.now())}")

    async def vma_images(self, back: Back, sizes: dict[str, int]) -> None:
        for key in sorted(sizes):
            path = self.path_of(back.made[key], "images")
            self.say(f"map 'drive-{key}' to '{path}' (write zeros = 0)")
        total, began = sum(sizes.values()), self.clock.elapsed()
        for percent in range(1, 101 if total else 1):
            await self._part(total)
            done = total * percent // 100
            self.say(f"progress {percent}% (read {done} bytes, duration {self._lasted(began, done)} sec)")
            self._half_way(percent)
        sparse = int(total * ZEROES)
        self.say(f"total bytes read {total}, sparse bytes {sparse} ({sparse * 100 / max(total, 1):.3g}%)")
        self.say("space reduction due to 4K zero blocks 2.95%")

    async def pbs_image(self, back: Back, key: str, size: int) -> None:
        sid, _, name = back.archive.partition(":")
        repo, target = repository(self.storages[sid]), self.path_of(back.made[key], "images")
        name = name.removeprefix("backup/")
        form = "qcow2" if _is_file(self.storages[volume_ref(back.made[key])[0]]) else "raw"
        self.say(f"restore proxmox backup image: /usr/bin/pbs-restore --repository {repo} {name} drive-{key}.img.fidx "
                 f"{target} --verbose --format {form} --skip-zero")  # fmt: skip
        threads = ["using up to 4 threads"] if self.pve9 else []
        for line in (f"connecting to repository '{repo}'", *threads, f"open block backend for target '{target}'",
                     f"starting to restore snapshot '{name}'", "download and verify backup index"):  # fmt: skip
            self.say(line)
        began = self.clock.elapsed()
        for percent in range(1, 101):
            await self._part(size)
            done = size * percent // 100
            zeroes = int(done * ZEROES * percent / 100) // 4194304 * 4194304
            share = zeroes * 100 // max(done, 1)
            self.say(f"progress {percent}% (read {done} bytes, zeroes = {share}% ({zeroes} bytes), "
                     f"duration {self._lasted(began, done)} sec)")  # fmt: skip
            self._half_way(percent)
        secs = max(self.clock.elapsed() - began, size / COPY_RATE)
        self.say(f"restore image complete (bytes={size}, duration={secs:.2f}s, speed={size / 1048576 / secs:.2f}MB/s)")

    async def _part(self, total: int) -> None:
        await self.pause(total / COPY_RATE / 100)

    def _lasted(self, began: float, done: int) -> int:
        return int(self.clock.elapsed() - began if self.clock.scale else done / COPY_RATE)

    def _half_way(self, percent: int) -> None:
        if percent == 50:
            self.fail_here("middle")
