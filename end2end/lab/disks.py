"""Volumes that take space on a node's storage: allocate, free, resize, unlink, move.

Imitates PVE/Storage.pm (vdisk_alloc, vdisk_free), PVE/API2/Qemu.pm (resize_vm, unlink, move_vm_disk)
and PVE/QemuServer/CloudInit.pm for the name of the cloud-init drive.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from fakepve import TaskError
from fakepve.lxc import format_size, parse_size
from fakepve.qemu import DRIVE_KEY, drives_of, is_cdrom, join_drive, split_drive, volume_ref
from fakepve.routing import die, param_error, split_list
from fakepve.storage import _is_file, spec_of

from .core import GIB, MIB, Values
from .tasks import Tasks

# Bytes a full copy moves in one PVE second.
COPY_RATE = 500 * MIB
CLOUDINIT_SIZE = 4 * MIB


def human(size: float) -> str:
    """A size as the copy progress in task logs prints it."""
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"


class Disks(Tasks):
    """Mixin: storage space per node and the disk calls of a VM."""

    def _routes_lab_disks(self) -> list[tuple[str, str, Any]]:
        one = "/nodes/{node}/qemu/{vmid}"
        return [("PUT", one + "/resize", self._qm_resize), ("PUT", one + "/unlink", self._qm_unlink),
                ("POST", one + "/move_disk", self._qm_move)]  # fmt: skip

    # --------------------------------------------------------------- space

    @staticmethod
    def _guest_volumes(_guests: Any, _name: str) -> dict[str, Any]:
        # Every volume of the lab is registered with its storage; configs are not searched for more.
        return {}

    def space(self, sid: str, node: str) -> tuple[int, int, int]:
        """(total, used, free) bytes of a storage, as seen from a node."""
        store = self.storages[sid]
        total = int(store.get("total", 100 * GIB))
        used = int(store.get("other", 0))
        for vol in store.get("volumes", {}).values():
            if vol.get("node") in (None, node):
                used += int(vol.get("used", vol.get("size") or 0))
        return total, used, max(total - used, 0)

    def spaces(self) -> dict[tuple[str, str], tuple[int, int, int]]:
        """`space` of every storage on every node, in one pass over the volumes."""
        out = {}
        for sid, store in self.storages.items():
            held: dict[str | None, int] = dict.fromkeys([None, *self.nodes], 0)
            for vol in store.get("volumes", {}).values():
                held[vol.get("node")] += int(vol.get("used", vol.get("size") or 0))
            total = int(store.get("total", 100 * GIB))
            for node in self.nodes:
                used = int(store.get("other", 0)) + held[None] + held[node]
                out[sid, node] = (total, used, max(total - used, 0))
        return out

    def _home(self, sid: str, vmid: int) -> str | None:
        """The node a new volume of a guest lives on, or None on shared storage."""
        guest = self.guest(vmid)
        return None if self.storages[sid].get("shared") or guest is None else guest.node

    def need_space(self, sid: str, node: str, size: int) -> None:
        """Refuse what doesn't fit."""
        if size > self.space(sid, node)[2]:
            raise die(f"unable to create image: storage '{sid}' on node '{node}' has no space left on device")

    def register(self, sid: str, volname: str, size: int, vmid: int | None, node: str | None, **more: Any) -> str:
        """Put a volume on a storage; returns its volume id."""
        vol: Values = {"content": "images", "format": "raw", "size": size, "ctime": int(self.now()), **more}
        if vmid is not None:
            vol["vmid"] = vmid
        if node is not None:
            vol["node"] = node
        self.storages[sid].setdefault("volumes", {})[volname] = vol
        return f"{sid}:{volname}"

    def _qm_alloc(self, sid: str, vmid: int, fmt: str | None, size: int, linked_from: str | None = None) -> Any:
        store = self.storages[sid]
        if not store.get("active", 1):
            raise die(f"storage '{sid}' is not online")
        fmt = fmt or store.get("format") or (spec_of(store) or {"format": "raw"})["format"]
        volname, fmt = self._volume_name(store, vmid, fmt, self._qm_free_name(sid, vmid, fmt))
        node = self._home(sid, vmid)
        self.need_space(sid, node or "", 0 if linked_from else size)
        more: Values = {"format": fmt}
        if linked_from:
            more.update(parent=linked_from, used=0)
            if _is_file(store) or store.get("type") == "rbd":
                volname = f"{linked_from}/{volname}"
        return self.register(sid, volname, size, vmid, node, **more), fmt

    def alloc_cloudinit(self, sid: str, vmid: int) -> str:
        """The drive cloud-init reads, as `vm-<id>-cloudinit`."""
        store = self.storages.get(sid)
        if store is None:
            raise die(f"storage '{sid}' does not exist")
        if "images" not in split_list(store.get("content")):
            raise param_error(storage=f"storage '{sid}' does not support vm images")
        name = f"{vmid}/vm-{vmid}-cloudinit.raw" if _is_file(store) else f"vm-{vmid}-cloudinit"
        if name in store.get("volumes", {}):
            raise die(f"disk image '{name}' already exists")
        self.need_space(sid, self._home(sid, vmid) or "", CLOUDINIT_SIZE)
        return self.register(sid, name, CLOUDINIT_SIZE, vmid, self._home(sid, vmid))

    def _qm_new_drive(self, vmid: int, key: str, value: Any, default: str | None) -> tuple[str, list[str]]:
        volume, props = split_drive(value)
        if volume.endswith(":cloudinit") or (volume == "cloudinit" and default):
            volid = self.alloc_cloudinit(volume_ref(volume)[0] or str(default), vmid)
            rest = {k: x for k, x in props.items() if k not in ("format", "size", "media")}
            return join_drive(volid, {**rest, "media": "cdrom", "size": format_size(CLOUDINIT_SIZE)}), [volid]
        made: tuple[str, list[str]] = super()._qm_new_drive(vmid, key, value, default)
        return made

    def owned(self, vm: Any, volid: str) -> bool:
        """Whether freeing the volume is this guest's business."""
        vol = self._qm_volume(volid)
        return vol is not None and vol.get("vmid") == vm.vmid

    @staticmethod
    def unused_key(config: Values) -> str:
        """The first free unusedN."""
        return next(f"unused{n}" for n in range(256) if f"unused{n}" not in config)

    # ------------------------------------------------------------ VM disks

    def _disk_of(self, vm: Any, key: str) -> tuple[str, Values]:
        if key not in vm.config:
            raise die(f"disk '{key}' does not exist")
        volume, props = split_drive(vm.config[key])
        if is_cdrom(volume, props):
            raise die("you can't resize a cdrom")
        return volume, props

    async def _qm_resize(self, v: Values, user: str) -> Any:
        vm = self.find(v["node"], v["vmid"])
        key = v["disk"]
        self.check_digest(vm, v.get("digest"))
        if v.get("skiplock") and user != "root@pam":
            raise param_error(skiplock="Only root may use this option.")
        self.need_quorum()
        sign, text = ("+", v["size"][1:]) if v["size"].startswith("+") else ("", v["size"])
        step = parse_size(text)
        if step is None:
            raise param_error(size=f"unable to parse size '{v['size']}'")

        async def body() -> str | None:
            self.task_lock(vm)
            volume, props = self._disk_of(vm, key)
            vol = self._qm_volume(volume)
            if vol is None:
                raise TaskError(f"volume '{volume}' does not exist")
            sid = volume_ref(volume)[0]
            self.require(user, f"/storage/{sid}", "Datastore.AllocateSpace")
            size = int(vol["size"])
            wanted = size + step if sign else step
            if wanted < size:
                raise TaskError("shrinking disks is not supported")
            if wanted == size:
                return None
            if vm.snapshots and vol.get("format") == "qcow2":
                raise TaskError("can't resize volume: " + volume)
            self.need_space(str(sid), vm.node, wanted - size)
            if "used" in vol:
                vol["used"] = int(vol["used"]) + wanted - size
            vol["size"] = wanted
            props["size"] = format_size(wanted)
            vm.config[key] = join_drive(volume, props)
            return f"Logical volume pve/{volume_ref(volume)[1]} successfully resized." if sid == "local-lvm" else None

        # PVE checks that the disk is there before it forks.
        self._disk_of(vm, key)
        return await self.task(v["node"], "resize", vm.vmid, user, body, vm=vm)

    async def _qm_unlink(self, v: Values, user: str) -> None:
        vm = self.find(v["node"], v["vmid"])
        values: Values = {"delete": v["idlist"]}
        if v.get("force"):
            values["force"] = 1
        await self._apply_config(vm, user, values)

    async def _qm_move(self, v: Values, user: str) -> Any:
        vm = self.find(v["node"], v["vmid"])
        key, dest = v["disk"], v.get("storage")
        self.check_digest(vm, v.get("digest"))
        if v.get("target-vmid"):
            raise die("moving a disk to another guest is not part of this lab")
        if not dest:
            raise param_error(storage="missing storage")
        if key not in vm.config:
            raise die(f"disk '{key}' does not exist")
        self._qm_image_store(dest, user)
        volume, props = split_drive(vm.config[key])
        source, name = volume_ref(volume)
        vol = self._qm_volume(volume)
        if vol is None:
            raise die(f"disk '{key}' has no associated volume")
        if is_cdrom(volume, props) and "cloudinit" not in name:
            raise die("you can't move a cdrom")
        if source == dest and v.get("format") in (None, vol["format"]):
            raise die(f"you can't move to the same storage with same format ({vol['format']})")
        if vol.get("parent") and v.get("delete") and vm.snapshots:
            raise die("you can't move a disk with snapshots and delete the source")

        async def body() -> None:
            self.task_lock(vm)
            size = int(vol["size"])
            self.say(f"create full clone of drive {key} ({volume})")
            new, _fmt = self._qm_alloc(dest, vm.vmid, v.get("format"), size)
            try:
                await self.copy(size)
            except BaseException:
                self._qm_free(new)
                raise
            vm.config[key] = join_drive(new, props)
            if v.get("delete"):
                self._qm_free(volume)
            else:
                vm.config[self.unused_key(vm.config)] = volume

        return await self.task(v["node"], "qmmove", vm.vmid, user, body, vm=vm)

    async def copy(self, size: int, steps: int = 20) -> None:
        """Move `size` bytes at COPY_RATE, telling the task log."""
        for step in range(steps + 1):
            if step:
                await self.pause(size / COPY_RATE / steps)
            done = size * step / steps
            self.say(f"transferred {human(done)} of {human(size)} ({step * 100 / steps:.2f}%)")
            if step == steps // 2:
                self.fail_here("middle")

    # -------------------------------------------------------------- shared

    @staticmethod
    def config_digest(vm: Any) -> str:
        """PVE::QemuServer::parse_vm_config: of the whole file, the section of what is pending included."""
        whole = json.dumps([vm.digest(), vm.pending], sort_keys=True)
        return hashlib.sha1(whole.encode()).hexdigest()

    @staticmethod
    def check_digest(vm: Any, digest: str | None) -> None:
        """PVE::Tools::assert_if_modified."""
        if digest and digest != Disks.config_digest(vm):
            raise die("detected modified configuration - file changed by other user? Try again.")

    @staticmethod
    def task_lock(vm: Any, *allowed: str) -> None:
        """check_lock inside a worker."""
        if vm.lock and vm.lock not in allowed:
            raise TaskError(f"VM is locked ({vm.lock})")

    def images(self, config: Values) -> list[tuple[str, str, Values]]:
        """The drives of a config, unused ones included, that name a volume."""
        out = [d for d in drives_of(config) if volume_ref(d[1])[0] in self.storages]
        for key in sorted(k for k in config if re.fullmatch(r"unused\d+", k)):
            out.append((key, *split_drive(config[key])))
        return out

    @staticmethod
    def is_drive(key: str) -> bool:
        """Whether a config key is a drive."""
        return DRIVE_KEY.match(key) is not None

