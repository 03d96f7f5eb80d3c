"""Migration of a VM to another node: it takes time, locks, and minds local disks.

Imitates migrate_vm and migrate_vm_precondition of PVE/API2/Qemu.pm and PVE/QemuMigrate.pm.
"""

from __future__ import annotations

from typing import Any

from fakepve import TaskError
from fakepve.qemu import is_cdrom, volume_ref
from fakepve.routing import die, param_error

from .cloudinit import is_cloudinit
from .core import Values
from .disks import COPY_RATE, Disks, human


class Migrate(Disks):
    """Mixin: GET and POST of /migrate."""

    def _routes_lab_migrate(self) -> list[tuple[str, str, Any]]:
        path = "/nodes/{node}/qemu/{vmid}/migrate"
        return [("GET", path, self._qm_migrate_check), ("POST", path, self._qm_migrate)]

    def _local_disks(self, vm: Any) -> list[tuple[str, str, int]]:
        """(key, volume, size) of the disks that other nodes can't reach."""
        out = []
        for key, volume, props in self.images(vm.config):
            sid = volume_ref(volume)[0]
            if not self.storages[sid].get("shared") and (not is_cdrom(volume, props) or is_cloudinit(volume)):
                vol = self._qm_volume(volume)
                out.append((key, volume, int(vol["size"]) if vol else 0))
        return out

    async def _qm_migrate_check(self, v: Values, user: str) -> Values:
        vm = self.find(v["node"], v["vmid"])
        others = [n for n in sorted(self.nodes) if n != vm.node]
        local = [{"cdrom": 0, "drivename": key, "is_attached": 1, "is_unused": 0, "referenced_in_config": 1,
                  "shared": 0, "size": size, "volid": volume, "replicatable": 0, "is_vmstate": 0, "is_tpmstate": 0}
                 for key, volume, size in self._local_disks(vm)]  # fmt: skip
        answer: Values = {"running": 1 if vm.status == "running" else 0, "local_disks": local, "local_resources": [],
                          "mapped-resources": [], "mapped-resource-info": {}, "has-dbus-vmstate": 1}  # fmt: skip
        if vm.status != "running":
            answer["allowed_nodes"] = [n for n in others if self.online(n)]
            answer["not_allowed_nodes"] = {}
        return answer

    async def _qm_migrate(self, v: Values, user: str) -> str:
        vm = self.find(v["node"], v["vmid"])
        target = v["target"]
        if target == vm.node:
            raise param_error(target="target is local node.")
        if target not in self.nodes:
            raise die(f"no such cluster node '{target}'")
        if not self.online(target):
            raise die(f"node '{target}' is not online")
        self.need_quorum()
        self._check_lock(vm)
        if vm.status == "running" and not v.get("online"):
            raise die("can't migrate running VM without --online")
        if vm.status != "running" and v.get("online"):
            self.say("VM isn't running. Doing offline migration instead.")
        local = self._local_disks(vm)
        if local and vm.status == "running" and not v.get("with-local-disks"):
            raise die("can't live migrate attached local disks without with-local-disks option")

        async def body() -> None:
            self.task_lock(vm)
            self._qm_lock(vm, "migrate")
            self.say(f"starting migration of VM {vm.vmid} to node '{target}' (192.0.2.{10 + int(target[-1])})")
            try:
                await self._move(vm, target, local, v.get("targetstorage"))
            finally:
                self._qm_lock(vm, None)
            self.say("migration finished successfully (duration 00:00:05)")

        upid: str = await self.task(v["node"], "qmigrate", vm.vmid, user, body, vm=vm)
        return upid

    async def _move(self, vm: Any, target: str, local: list[tuple[str, str, int]], dest: str | None) -> None:
        for key, volume, size in local:
            sid = dest if dest and dest != "1" else str(volume_ref(volume)[0])
            if not self._storage_enabled(sid, target):
                raise TaskError(f"storage '{sid}' is not available on node '{target}'")
            if sid != volume_ref(volume)[0]:
                raise TaskError("moving to another storage while migrating is not part of this lab")
            self.need_space(sid, target, size)
            self.say(f"copying local disk '{volume}' ({key}), {human(size)}")
            await self.pause(size / COPY_RATE)
        if vm.status == "running":
            total = int(str(vm.config.get("memory", 512)))
            for step in range(5):
                self.say(f"migration active, transferred {step * total / 4:.1f} MiB of {total}.0 MiB VM-state")
                await self.pause(1)
        for _key, volume, _size in local:
            vol = self._qm_volume(volume)
            if vol:
                vol["node"] = target
        vm.node = target
