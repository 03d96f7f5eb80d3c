"""A clone that takes as long as its disks are large, holds its lock, and leaves nothing when it fails.

Imitates clone_vm of PVE/API2/Qemu.pm and clone_disk of PVE/QemuServer.pm: the task carries the
source's id, and until the first disk is written the target's config says only that it is temporary.
"""

from __future__ import annotations

import asyncio
import re
import uuid
from dataclasses import dataclass
from typing import Any

from fakepve import FakeVm, PveError, TaskError
from fakepve.lxc import format_size, split_props
from fakepve.qemu import CLONE_SKIP, drives_of, is_cdrom, join_drive, split_drive, volume_ref, with_mac
from fakepve.routing import die, param_error, split_list

from .cloudinit import is_cloudinit
from .config import Config
from .core import Values
from .permissions import Permissions
from .tasks import INTERRUPTED

TEMPORARY = " qmclone temporary file\n"


@dataclass
class Plan:
    """What a clone does, once its checks passed."""

    config: Values
    drives: dict[str, tuple[str, Values]]
    full: bool


class Clone(Config, Permissions):
    """Mixin: POST /clone and DELETE of a VM."""

    async def _qm_clone(self, v: Values, user: str) -> str:
        node, vmid = v["node"], int(v["vmid"])
        if v.get("target") in (node, "localhost"):
            v = {**v, "target": None}
        self._plan(v, user)

        async def body() -> None:
            await self._clone_work(v, user)

        # The source is locked shared by PVE, so several clones of one template run side by side.
        upid: str = await self.task(node, "qmclone", vmid, user, body)
        return upid

    def _plan(self, v: Values, user: str) -> Plan:
        """load_and_check of clone_vm: run before the worker starts and again inside it."""
        vmid, newid = int(v["vmid"]), int(v["newid"])
        storage, target, snapname = v.get("storage"), v.get("target"), v.get("snapname")
        self._qm_check_pool(v.get("pool"))
        if target and target not in self.nodes:
            raise die(f"no such cluster node '{target}'")
        if storage:
            store = self._check_enabled(storage, v["node"])
            if "images" not in split_list(store.get("content")):
                raise param_error(storage=f"storage '{storage}' does not support vm images")
            if target:
                self._check_enabled(storage, target)
                if not store.get("shared"):
                    raise die(f"can't clone to non-shared storage '{storage}'")
        self.need_quorum()
        src = self.find(v["node"], vmid)
        self._check_lock(src)
        if snapname and snapname not in src.snapshots:
            raise die(f"snapshot '{snapname}' does not exist")
        full = bool(v["full"]) if v.get("full") is not None else not src.template
        for name in ("storage", "format"):
            if v.get(name) and not full:
                raise die(f"parameter '{name}' not allowed for linked clones")
        old = src.snapshots[snapname] if snapname else src.config
        shared = self._storage_access(user, old, storage)
        self.check_nets(user, old)
        if target and not shared:
            raise die(f"can't clone VM to node '{target}' (VM uses local storage)")
        if self._qm_taken(newid):
            raise die(f"unable to create VM {newid}: config file already exists")
        return self._copy_plan(old, full)

    def _storage_access(self, user: str, config: Values, storage: str | None) -> bool:
        """check_storage_access_clone: whether every disk, the CD-ROMs too, is on shared storage."""
        shared = True
        for _key, volume, props in drives_of(config):
            sid = volume_ref(volume)[0]
            if sid is None:
                continue
            shared = shared and bool(self._store(sid).get("shared"))
            if not is_cdrom(volume, props):
                self.require(user, f"/storage/{storage or sid}", "Datastore.AllocateSpace")
        return shared

    @staticmethod
    def _copy_plan(old: Values, full: bool) -> Plan:
        plan = Plan({}, {}, full)
        for key in sorted(old):
            value = old[key]
            if key in CLONE_SKIP or re.fullmatch(r"unused\d+", key):
                continue
            if re.fullmatch(r"net\d+", key):
                plan.config[key] = with_mac(value, fresh=True)
                continue
            volume, props = split_drive(value) if Config.is_drive(key) else ("", {})
            if not volume or (is_cdrom(volume, props) and not is_cloudinit(volume)) or volume_ref(volume)[0] is None:
                plan.config[key] = value
                continue
            if not full and not is_cloudinit(volume) and "base-" not in volume:
                raise die(f"Linked clone feature is not supported for '{volume}' ({key})")
            plan.drives[key] = (volume, props)
        return plan

    async def _clone_work(self, v: Values, user: str) -> None:
        vmid, newid, target, pool = int(v["vmid"]), int(v["newid"]), v.get("target"), v.get("pool")
        plan = self._plan(v, user)
        source = self.find(v["node"], vmid)
        name = v.get("name") or f"Copy-of-VM-{source.config.get('name') or vmid}"
        config = {**plan.config, "lock": "clone", "name": name}
        if v.get("description"):
            config["description"] = v["description"]
        smbios = split_props("x," + str(config.get("smbios1", "")))[1]
        smbios["uuid"] = str(uuid.uuid4())
        config["smbios1"] = ",".join(f"{k}={smbios[k]}" for k in sorted(smbios))
        if config.get("vmgenid"):
            config["vmgenid"] = str(uuid.uuid4())
        new = FakeVm(newid, f"VM {newid}", node=v["node"], lock="clone")
        new.config = {"description": TEMPORARY, "lock": "clone"}
        new.lock_holder = "clone"
        self.vms.append(new)
        made: list[str] = []
        try:
            for key in sorted(plan.drives):
                config[key] = await self._clone_drive(v, plan, key, made)
                # write_config after every disk: from here on the name and the description show.
                new.config, new.name = dict(config), name
            self.fail_here("middle")
        except (PveError, TaskError, asyncio.CancelledError) as err:
            for volid in made:
                self._qm_free(volid)
            if new in self.vms:
                self.vms.remove(new)
            why = INTERRUPTED if isinstance(err, asyncio.CancelledError) else getattr(err, "message", None) or err
            raise TaskError(f"clone failed: {why}") from err
        config.pop("lock")
        new.config, new.name, new.lock, new.lock_holder = config, name, None, None
        if target:
            new.node = target
        if pool:
            self._pool_join(pool, newid)

    async def _clone_drive(self, v: Values, plan: Plan, key: str, made: list[str]) -> str:
        newid, storage = int(v["newid"]), v.get("storage")
        volume, props = plan.drives[key]
        sid, name = volume_ref(volume)
        dest = str(storage or sid)
        if is_cloudinit(volume):
            volid = self.alloc_cloudinit(dest, newid)
            made.append(volid)
            await self.pause(0.5)
            return join_drive(volid, props)
        vol = self._volumes(sid).get(name)
        if vol is None:
            raise TaskError(f"volume '{volume}' does not exist")
        size = int(vol["size"])
        if not plan.full:
            self.say(f"create linked clone of drive {key} ({volume})")
            parent = f"{v['vmid']}/{name}" if "/" not in name and vol["format"] != "raw" else name
            volid, _ = self._qm_alloc(dest, newid, vol.get("format"), size, linked_from=parent)
            made.append(volid)
            await self.pause(1)
            self.fail_here("middle")
        else:
            self.say(f"create full clone of drive {key} ({volume})")
            kind = v.get("format") or (vol.get("format") if dest == sid else None)
            volid, _ = self._qm_alloc(dest, newid, kind, size)
            made.append(volid)
            await self.copy(size)
        return join_drive(volid, {**props, "size": format_size(size)})

    # ------------------------------------------------------------- destroy

    async def _qm_destroy(self, v: Values, user: str) -> str:
        vm = self.find(v["node"], v["vmid"])
        if v.get("skiplock") and user != "root@pam":
            raise param_error(skiplock="Only root may use this option.")

        def check() -> None:
            self._qm_check_protection(vm, f"can't remove VM {vm.vmid}")
            if not v.get("purge") and vm.ha_managed:
                raise die(f"unable to remove VM {vm.vmid} - used in HA resources and purge parameter not set.")
            if vm.status == "running":
                raise die(f"VM {vm.vmid} is running - destroy failed")

        check()

        async def body() -> str | None:
            if self.vm(vm.vmid) is not vm:
                raise TaskError(f"Configuration file 'nodes/{v['node']}/qemu-server/{vm.vmid}.conf' does not exist")
            check()
            if not v.get("skiplock"):
                self.task_lock(vm, "suspended")
            self._free_all(vm, bool(v.get("destroy-unreferenced-disks")))
            self.vms.remove(vm)
            self._pool_leave(vm.vmid)
            self._fw()["guests"].pop(vm.vmid, None)
            self._purge_acl(vm.vmid)
            if not v.get("purge"):
                return None
            self.forget(vm.vmid)
            return f"purging VM {vm.vmid} from related configurations.."

        upid: str = await self.task(vm.node, "qmdestroy", vm.vmid, user, body, vm=vm)
        return upid

    def _free_all(self, vm: Any, unreferenced: bool) -> None:
        if vm.template:
            for _key, volume, _props in drives_of(vm.config, skip_cdrom=True):
                sid, name = volume_ref(volume)
                others = self.storages.get(sid, {}).get("volumes", {}).values()
                if any(str(o.get("parent", "")).endswith(name) for o in others):
                    raise TaskError(f"base volume '{volume}' is still in use by linked cloned")
        self._qm_lock(vm, "destroyed")
        for config in (vm.config, *vm.snapshots.values()):
            for _key, volume, props in self.images(config):
                if self.owned(vm, volume) and (not is_cdrom(volume, props) or is_cloudinit(volume)):
                    self._qm_free(volume)
        if unreferenced:
            for sid, store in self.storages.items():
                for name, vol in list(store.get("volumes", {}).items()):
                    if vol.get("vmid") == vm.vmid and vol.get("content") == "images":
                        self._qm_free(f"{sid}:{name}")

    def _purge_acl(self, vmid: int) -> None:
        for name, entries in (self.acl or {}).items():
            self.acl[name] = [e for e in entries if e[0] != f"/vms/{vmid}"]
