"""The way back for a container, as a new one or over the one that is there.

Imitates create_vm with `restore` of PVE/API2/LXC.pm. Every volume goes to `storage`, which is `local` where the call
names none: where that takes no containers, it is refused. New volumes are made before the old ones are destroyed, but a
restore that fails from there on destroys the container, its config included; before that it is as it was.
"""

from __future__ import annotations

import asyncio
import copy
import re
from dataclasses import dataclass, field
from typing import Any

from fakepve import PveError, TaskError
from fakepve.lxc import FakeCt, parse_mount, parse_size, print_mount, split_props
from fakepve.qemu import volume_ref

from .containers import Containers
from .core import GIB, MIB, Values
from .dump_ct import FILES
from .tasks import INTERRUPTED
from .units import tar_bytes

# Bytes a second out of an archive.
UNPACK_RATE = 150 * MIB
NOT_CONFIG = ("node", "vmid", "ostemplate", "storage", "password", "ssh-public-keys", "ignore-unpack-errors", "bwlimit",
              "start", "ha-managed", "force", "restore", "unique", "pool", "unprivileged")  # fmt: skip
MOUNT = re.compile(r"rootfs|mp\d+")


@dataclass
class Return:
    """One container on its way out of an archive."""

    ct: Any
    archive: str
    v: Values
    user: str
    storage: str
    old: Values | None
    made: list[str] = field(default_factory=list)
    # From here on an error destroys the container.
    changed: bool = False


class ContainerRestore(Containers):
    """Mixin: POST of /lxc with `restore`."""

    async def _lxc_create(self, user: str, v: Values) -> str:
        if v.get("restore"):
            return await self._lxc_restore(user, v)
        upid: str = await super()._lxc_create(user, v)
        return upid

    async def _lxc_restore(self, user: str, v: Values) -> str:
        node, vmid, pool = v["node"], int(v["vmid"]), v.get("pool")
        self.need_quorum()
        old = self.ct(vmid)
        over = old is not None and old.node == node and bool(v.get("force"))
        if not over:
            self._check_vmid_unused(vmid)
        elif old.status == "running":
            raise PveError(500, "can't overwrite running container")
        else:
            self._check_protection(old, f"unable to restore CT {vmid}")
        if pool and pool not in self.pools:
            raise PveError(403, f"Permission check failed (pool '{pool}' does not exist)")
        if v.get("start"):
            self._vm_perm(user, vmid, pool, "VM.PowerMgmt")
        if not (over and self.allowed(user, f"/vms/{vmid}", "VM.Backup")):
            self._vm_perm(user, vmid, pool, "VM.Allocate")
        self.check_archive(user, v["ostemplate"], vmid)
        params = {k: x for k, x in v.items() if k not in NOT_CONFIG}
        self._check_modify_perm(user, vmid, pool, None, params, [], v.get("unprivileged"))
        mounts = [x for k, x in params.items() if MOUNT.fullmatch(k)]
        if mounts and "rootfs" not in params:
            raise PveError(500, "mount points configured, but 'rootfs' not set - aborting")
        storage = v.get("storage") or "local"
        for sid in {storage} if not mounts else {parse_mount(x)["volume"].split(":")[0] for x in mounts}:
            self._storage_for(sid, user, vmid)
        back = self._reserve_ct(v, user, storage, old)

        async def body() -> None:
            await self._coming_back(back)

        upid: str = await self.task(node, "vzrestore", vmid, user, body)
        return upid

    def _reserve_ct(self, v: Values, user: str, storage: str, old: Any) -> Return:
        """create_and_lock_config."""
        vmid = int(v["vmid"])
        if old is None:
            ct = FakeCt(vmid, node=v["node"], defaults=False, config={"lock": "create"})
            self.cts.append(ct)
            return Return(ct, v["ostemplate"], v, user, storage, None, changed=True)
        if old.lock:
            raise PveError(500, f"unable to restore CT {vmid} - CT is locked ({old.lock})")
        before = copy.deepcopy(old.config)
        old.lock = "create"
        return Return(old, v["ostemplate"], v, user, storage, before)

    async def _coming_back(self, back: Return) -> None:
        ct = back.ct
        try:
            config = await self._unpacked(back)
        except (PveError, TaskError, asyncio.CancelledError) as err:
            for volid in back.made:
                self._qm_free(volid)
            if back.changed:
                self._drop(ct)
            else:
                ct.lock = None
            why = INTERRUPTED if isinstance(err, asyncio.CancelledError) else getattr(err, "message", None) or err
            raise TaskError(f"unable to restore CT {ct.vmid} - {why}") from err
        ct.config, ct.pending = config, {}
        ct.snapshots.clear()
        if back.v.get("pool"):
            self._pool_join(back.v["pool"], ct.vmid)
        if back.v.get("start"):
            await self._start_steps(ct, back.user)

    async def _unpacked(self, back: Return) -> Values:
        v = back.v
        self.say(f"recovering backed-up configuration from '{back.archive}'")
        vol = self.archive_of(back.archive, back.ct.node)
        if vol.get("subtype", "lxc") != "lxc":
            raise TaskError("archive contains no configuration file")
        saved: Values = vol["config"]
        nets = {k: x for k, x in saved.items() if re.fullmatch(r"net\d+", k) and k not in v}
        for net in nets.values():
            self._check_bridge(back.user, net)
        unprivileged = v["unprivileged"] if v.get("unprivileged") is not None else saved.get("unprivileged", 0)
        if not unprivileged and (back.old is None or back.old.get("unprivileged")):
            self.require(back.user, "/", "Sys.Modify")
        mounts = self._new_mounts(back, saved)
        back.changed = True
        config = {k: x for k, x in v.items() if k not in NOT_CONFIG and not MOUNT.fullmatch(k)}
        for key in sorted(mounts, key=lambda k: (k != "rootfs", k)):
            config[key] = self._made(back, key, mounts[key])
        if back.old is not None:
            for _key, mount in back.ct.volumes(back.old):
                self._qm_free(mount["volume"])
        await self._extract(back, vol)
        self.say("merging backed-up and given configuration..")
        for key, value in saved.items():
            if (
                key not in config
                and not MOUNT.fullmatch(key)
                and key not in ("lock", "template", "unprivileged", "parent")
            ):
                config[key] = self._renewed(value) if key in nets and v.get("unique") else value
        if unprivileged:
            config["unprivileged"] = 1
        return {"hostname": f"CT{back.ct.vmid}", "memory": 512, "swap": 512, **config}

    @staticmethod
    def _renewed(net: str) -> str:
        """A NIC with a new address: `normalise` of fakepve draws one where there is none."""
        from fakepve.lxc import normalise

        props = split_props(net)[1]
        props.pop("hwaddr", None)
        text: str = normalise("net0", ",".join(f"{k}={x}" for k, x in props.items()))
        return text

    def _new_mounts(self, back: Return, saved: Values) -> Values:
        """The mount points to make: those of the call, or those that were saved, on the one storage."""
        given = {k: x for k, x in back.v.items() if MOUNT.fullmatch(k)}
        if given:
            return given
        out: Values = {}
        for key in (k for k in saved if MOUNT.fullmatch(k)):
            mount = parse_mount(saved[key])
            if mount["volume"].startswith("/"):
                raise TaskError(f"restoring '{key}' to bind mount is only possible for root")
            size = parse_size(mount.pop("size", "")) or 0
            if not size:
                raise TaskError(f"unable to detect disk size - please specify {key} (size)")
            out[key] = print_mount({**mount, "volume": f"{back.storage}:{size / GIB:g}"}, key == "rootfs")
        if "rootfs" not in out:
            raise TaskError("rootfs configuration could not be recovered, please check and specify manually!")
        return out

    def _made(self, back: Return, key: str, value: str) -> str:
        text = self._realise(back.ct.vmid, key, value, self._taken_volumes() | set(back.made))
        volid = parse_mount(text)["volume"]
        back.made.append(volid)
        sid, name = volume_ref(volid)
        if self.storages[sid]["type"] in ("lvm", "lvmthin"):
            self.say(f'  Logical volume "{name}" created.')
        size = parse_size(parse_mount(text).get("size", "0")) or 0
        self.say(f"Creating filesystem with {size // 4096} 4k blocks and {size // 16384} inodes")
        return text

    async def _extract(self, back: Return, vol: Values) -> None:
        self.say(f"restoring '{back.archive}' now..")
        size = int(sum(size for _key, size in vol.get("disks", [])) * FILES) // 10240 * 10240
        sid = back.archive.partition(":")[0]
        if not self.is_pbs(sid):
            self.say(f"extracting archive '{self.path_of(back.archive, 'backup')}'")
        for _half in range(2):
            await self.pause(size / UNPACK_RATE / 2)
            if _half == 0:
                self.fail_here("middle")
        if not self.is_pbs(sid):
            self.say(f"Total bytes read: {size} ({tar_bytes(size)}, {tar_bytes(UNPACK_RATE)}/s)")
