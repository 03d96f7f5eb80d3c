"""The way back for a VM, as a new one or over the one that is there.

Imitates create_vm with `archive` of PVE/API2/Qemu.pm and restore_vma_archive, restore_proxmox_backup_archive and
restore_cleanup_oldconf of PVE/QemuServer.pm. A restore over a VM frees its disks before it has read the new ones: where
it fails after that, what is left is an unlocked config of `memory: 128` and no disk ("VM 100 state is NOT cleaned up").
Where it fails before, the VM is as it was. As a new VM it leaves such an empty config too.
"""

from __future__ import annotations

import asyncio
import copy
import re
import uuid
from typing import Any

from fakepve import FakeVm, PveError, TaskError
from fakepve.qemu import DRIVE_KEY, drives_of, join_drive, volume_ref, with_mac
from fakepve.routing import die, param_error, split_list

from .cloudinit import is_cloudinit
from .core import Values
from .images import Back, Images
from .power import Power
from .tasks import INTERRUPTED

NOT_CONFIG = ("node", "vmid", "archive", "storage", "force", "unique", "live-restore", "pool", "bwlimit", "start",
              "ha-managed", "import-working-storage")  # fmt: skip
NOT_CLEANED = ("error before or during data restore, some or all disks were not completely restored. "
               "VM {0} state is NOT cleaned up.")  # fmt: skip


class Restore(Images, Power):
    """Mixin: POST of /qemu with `archive`."""

    async def _qm_create(self, v: Values, user: str) -> str:
        if v.get("archive"):
            return await self._qm_restore(v, user)
        # fakepve asks for no SDN.Use when it creates a VM.
        self.check_nets(user, v)
        upid: str = await super()._qm_create(v, user)
        return upid

    def _end(self, record: Values, status: str) -> None:
        super()._end(record, status)
        vm = self.vm(int(record["id"])) if record["type"] == "qmcreate" else None
        if vm is not None and status != "OK" and vm.lock == "create":
            # fakepve lists the VM before its worker runs and forgets it only for errors of its own.
            self._free_all(vm, True)
            self.vms.remove(vm)

    # --------------------------------------------------------------- checks

    async def _qm_restore(self, v: Values, user: str) -> str:
        node, vmid, archive = v["node"], int(v["vmid"]), v["archive"]
        old = self.vm(vmid)
        self.need_quorum()
        self._qm_check_pool(v.get("pool"))
        if v.get("storage"):
            self.require(user, f"/storage/{v['storage']}", "Datastore.AllocateSpace")
        may_overwrite = v.get("force") and old is not None and self.allowed(user, f"/vms/{vmid}", "VM.Backup")
        if not may_overwrite:
            self._qm_perm(user, vmid, v.get("pool"), "VM.Allocate")
        if v.get("start"):
            self._qm_perm(user, vmid, v.get("pool"), "VM.PowerMgmt")
        overrides = {k: x for k, x in v.items() if k not in NOT_CONFIG}
        for key in sorted(overrides):
            if DRIVE_KEY.match(key):
                raise param_error(**{key: "option conflicts with option 'archive'"})
        self.check_archive(user, archive, vmid)
        sid = archive.partition(":")[0]
        # Of a file it is seen at once that it is gone; the server is asked by the worker.
        vol = None if self.is_pbs(sid) else self.archive_of(archive, node)
        for key in sorted(overrides):
            self._qm_perm(user, vmid, v.get("pool"), self._config_priv(key))
        self.check_nets(user, overrides)
        vm, before = self._reserve(v, old)
        back = Back(vm, archive, vol or {}, v, user, overrides, before, {})

        async def body() -> None:
            await self._restoring(back)

        upid: str = await self.task(node, "qmrestore", vmid, user, body)
        return upid

    def _reserve(self, v: Values, old: Any) -> tuple[Any, Values | None]:
        """create_and_lock_config: the id is taken, or the VM that has it locked."""
        node, vmid = v["node"], int(v["vmid"])
        taken = self.guest(vmid)
        if taken is not None and (not v.get("force") or old is None or old.node != node):
            kind = "CT" if old is None else "VM"
            raise die(f"unable to restore VM {vmid} - {kind} {vmid} already exists on node '{taken.node}'")
        if old is not None:
            if old.lock:
                raise die(f"unable to restore VM {vmid} - VM is locked ({old.lock})")
            before = copy.deepcopy(old.config)
            self._qm_lock(old, "create")
            return old, before
        vm = FakeVm(vmid, f"VM {vmid}", node=node)
        vm.config = {}
        self._qm_lock(vm, "create")
        self.vms.append(vm)
        return vm, None

    # ----------------------------------------------------------------- task

    async def _restoring(self, back: Back) -> None:
        vm, emsg = back.vm, f"unable to restore VM {back.vm.vmid}"
        try:
            self._qm_check_protection(vm, emsg)
            if vm.status == "running":
                raise TaskError(f"{emsg} - vm is running")
            if not back.vol:
                back.vol = self._snapshot_of(back)
            config = await self._read_back(back)
        except (PveError, TaskError, asyncio.CancelledError) as err:
            for volid in back.made.values():
                self._qm_free(volid)
                self.say(f"temporary volume '{volid}' successfully removed")
            self._qm_lock(vm, None)
            self.say(NOT_CLEANED.format(vm.vmid))
            why = INTERRUPTED if isinstance(err, asyncio.CancelledError) else getattr(err, "message", None) or err
            raise TaskError(str(why)) from err
        self._written(back, config)
        if back.v.get("start"):
            self.say("Execute autostart")
            try:
                await self._do_start(vm, back.user, {})
            except PveError as err:
                self.say(err.message)

    def _snapshot_of(self, back: Back) -> Values:
        """The client asks the server for a snapshot, and only says that it failed."""
        try:
            return self.archive_of(back.archive, back.vm.node)
        except PveError as err:
            name = back.archive.partition("backup/")[2]
            self.say(f"Error: snapshot {name} does not exist")
            raise TaskError(f"command '/usr/bin/proxmox-backup-client restore {name} index.json' failed: "
                            "exit code 255") from err  # fmt: skip

    async def _read_back(self, back: Back) -> Values:
        pbs = self.is_pbs(back.archive.partition(":")[0])
        if back.vol.get("subtype", "qemu") != "qemu":
            path = self.path_of(back.archive, "backup")
            raise TaskError(f"got unexpected backup format '{back.vol['format']}'" if pbs
                            else f"ERROR: file '{path}' does not look like a QemuServer vzdump backup")  # fmt: skip
        if back.v.get("live-restore") and not pbs:
            raise TaskError("live-restore is only compatible with backup images from a Proxmox Backup Server")
        sizes = dict(back.vol.get("disks", []))
        drives = [(k, volume, props) for k, volume, props in drives_of(back.vol["config"])
                  if is_cloudinit(volume) or k in sizes]  # fmt: skip
        self.check_nets(back.user, {**back.vol["config"], **back.overrides})
        if not pbs:
            self.vma_head(back, sizes)
        for _key, volume, _props in drives:
            self._hint(back, volume)
        self._clear(back, {k for k, _volume, _props in drives})
        config = self._allocated(back, drives, sizes)
        if pbs:
            for key in sorted(sizes):
                await self.pbs_image(back, key, sizes[key])
        else:
            await self.vma_images(back, sizes)
        return config

    def _hint(self, back: Back, volume: str) -> None:
        """parse_backup_hints: where a disk goes, and whether it may."""
        sid = str(back.v.get("storage") or volume_ref(volume)[0])
        if "images" not in split_list(self._store(sid).get("content")):
            raise TaskError(f"Content type 'images' is not available on storage '{sid}'")
        self.require(back.user, f"/storage/{sid}", "Datastore.AllocateSpace")

    def _clear(self, back: Back, restored: set[str]) -> None:
        """restore_cleanup_oldconf: the disks that come back are freed, others stay and become unused."""
        vm = back.vm
        if back.old is not None:
            for key, volume, _props in self.images(back.old):
                if key in restored and self.owned(vm, volume):
                    self._qm_free(volume)
                    self._lvm_says(volume, "successfully removed.")
        vm.snapshots.clear()
        vm.pending = {}
        vm.template = False
        vm.config = {"memory": "128", "lock": "create"}
        vm.name = f"VM {vm.vmid}"

    def _lvm_says(self, volid: str, what: str) -> None:
        sid, name = volume_ref(volid)
        if self.storages[sid]["type"] in ("lvm", "lvmthin"):
            self.say(f'  Logical volume "{name}" {what}')

    def _allocated(self, back: Back, drives: list[tuple[str, str, Values]], sizes: dict[str, int]) -> Values:
        config: Values = copy.deepcopy(back.vol["config"])
        for key, volume, props in sorted(drives):
            sid = str(back.v.get("storage") or volume_ref(volume)[0])
            volid = self.alloc_cloudinit(sid, back.vm.vmid) if is_cloudinit(volume) \
                else self._qm_alloc(sid, back.vm.vmid, None, sizes[key])[0]  # fmt: skip
            back.made[key] = volid
            config[key] = join_drive(volid, props)
            self._lvm_says(volid, "created.")
            self.say(f"new volume ID is '{volid}'")
        return config

    # --------------------------------------------------------------- config

    def _written(self, back: Back, config: Values) -> None:
        """restore_update_config_line and the rescan: the config as it was saved, on its new disks."""
        vm, v = back.vm, back.v
        for key in [k for k in config if k.startswith("unused") or k in ("lock", "parent", "snapstate")]:
            config.pop(key)
        if v.get("unique"):
            for key in [k for k in config if re.fullmatch(r"net\d+", k)]:
                config[key] = with_mac(config[key], fresh=True)
            if config.get("smbios1"):
                config["smbios1"] = re.sub(r"uuid=[^,]+", f"uuid={uuid.uuid4()}", config["smbios1"])
        if config.get("vmgenid") not in (None, "0"):
            config["vmgenid"] = str(uuid.uuid4())
        config.update(back.overrides)
        self.say("rescan volumes...")
        kept = [volume for _key, volume, _props in self.images(back.old or {})
                if self.owned(vm, volume) and volume not in back.made.values()]  # fmt: skip
        for volume in kept:
            key = self.unused_key(config)
            config[key] = volume
            self.say(f"VM {vm.vmid} add unreferenced volume '{volume}' as '{key}' to config")
        template = bool(config.pop("template", None))
        vm.config, vm.name, vm.lock = config, config.get("name") or f"VM {vm.vmid}", None
        if v.get("pool"):
            self._pool_join(v["pool"], vm.vmid)
        if template:
            self.say("Convert to template.")
            for key, volid in back.made.items():
                if not is_cloudinit(volid):
                    config[key] = config[key].replace(volid, self._qm_rename_volume(volid))
            config["template"], vm.template = 1, True
