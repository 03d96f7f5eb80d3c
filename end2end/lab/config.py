"""A VM's config: what a PUT or POST changes, allocates, leaves pending or masks.

Imitates PVE/API2/Qemu.pm (update_vm_api, check_vm_modify_config_perm) and PVE/QemuServer.pm
(vmconfig_hotplug_pending, vmconfig_apply_pending).
"""

from __future__ import annotations

import re
from typing import Any

from fakepve import PveError, TaskError
from fakepve.qemu import is_cdrom, join_drive, split_drive, with_mac
from fakepve.routing import param_error, split_list
from fakepve.server import API, USER, ok, params

from .cloudinit import CLOUDINIT_KEYS, is_cloudinit, masked
from .cloudinit_drive import CloudInitDrive
from .core import Values
from .disks import Disks
from .permissions import bridge_path

OPTIONS = {"agent", "autostart", "bios", "description", "keyboard", "localtime", "migrate_downtime", "migrate_speed",
           "name", "onboot", "ostype", "protection", "reboot", "startdate", "startup", "tdf", "template",
           "tags"}  # fmt: skip
HARDWARE = {"acpi", "hotplug", "kvm", "machine", "scsihw", "smbios1", "tablet", "vga", "watchdog", "audio0", "rng0"}
PROCESSOR = {"cores", "cpu", "cpulimit", "cpuunits", "numa", "smp", "sockets", "vcpus", "affinity"}
MEMORY = {"memory", "balloon", "shares"}
DISK = {"boot", "bootdisk", "vmstatestorage"}
# Applied to a running VM at once; disks, NICs and cloud-init keys are too, by hot plug.
FAST = {"name", "description", "onboot", "tags", "protection", "hookscript", "startup", "agent", "lock", "shares"}
NOT_CONFIG = ("digest", "delete", "revert", "skiplock", "background_delay", "force", "node", "vmid",
              "import-working-storage")  # fmt: skip


def privileges(key: str) -> tuple[str, ...]:
    """The privileges any one of which lets a key be changed; none means root only."""
    if key in OPTIONS:
        return ("VM.Config.Options",)
    if key in HARDWARE or re.fullmatch(r"(hostpci|usb|serial|parallel)\d+", key) or key in ("vmgenid", "meta"):
        return ("VM.Config.HWType",)
    if key in PROCESSOR:
        return ("VM.Config.CPU",)
    if key in MEMORY:
        return ("VM.Config.Memory",)
    if key in DISK or Disks.is_drive(key) or re.fullmatch(r"unused\d+", key):
        return ("VM.Config.Disk",)
    if re.fullmatch(r"net\d+", key):
        return ("VM.Config.Network",)
    if key in CLOUDINIT_KEYS or re.fullmatch(r"ipconfig\d+", key):
        return ("VM.Config.Cloudinit", "VM.Config.Network")
    return ()


class Config(CloudInitDrive):
    """Mixin: GET, PUT and POST of /config, /pending."""

    def _config_priv(self, key: str) -> str:
        privs = privileges(key)
        return privs[0] if privs else "root"

    def check_key(self, user: str, vm: Any, key: str, value: Any) -> None:
        """The privilege one key needs."""
        old = str(vm.config.get(key, ""))
        privs = privileges(key)
        if re.fullmatch(r"ide\d+|sata\d+|scsi\d+", key) and ("media=cdrom" in f"{value},{old}") and not is_cloudinit(
            f"{value}{old}"
        ):
            privs = ("VM.Config.CDROM",)
        elif Disks.is_drive(key) and is_cloudinit(f"{value}{old}"):
            privs = ("VM.Config.Cloudinit", "VM.Config.Disk", "VM.Config.CDROM")
        path = f"/vms/{vm.vmid}"
        if not privs:
            if user != "root@pam":
                raise PveError(403, f"only root can set '{key}' config")
        elif not any(self.allowed(user, path, p) for p in privs):
            raise PveError(403, f"Permission check failed ({path}, {'|'.join(privs)})")

    def check_bridge(self, user: str, net: Any) -> None:
        """PVE::QemuServer::check_bridge_access for one NIC."""
        path = bridge_path(str(net))
        if path:
            self.require(user, path, "SDN.Use")

    # --------------------------------------------------------------- write

    async def _apply_config(self, vm: Any, user: str, p: Values) -> None:
        self.need_quorum()
        self.check_digest(vm, p.get("digest"))
        if p.get("skiplock") and user != "root@pam":
            raise param_error(skiplock="Only root may use this option.")
        updates = {k: x for k, x in p.items() if k not in NOT_CONFIG}
        deletes, reverts = split_list(p.get("delete")), split_list(p.get("revert"))
        for key in deletes:
            if key in updates:
                raise param_error(delete=f"you can't use '-{key}' and -delete {key}' at the same time")
        for key in [*updates, *deletes, *reverts]:
            self.check_key(user, vm, key, updates.get(key, ""))
        for key, value in updates.items():
            if Disks.is_drive(key):
                self._qm_check_drive(user, vm.vmid, None, key, value, None)
            elif re.fullmatch(r"net\d+", key):
                self.check_bridge(user, value)
                updates[key] = with_mac(value)
            elif key == "tags":
                updates[key] = ";".join(sorted({t.lower() for t in re.split(r"[;, ]+", str(value)) if t}))
            elif key == "boot":
                self._check_boot(vm, updates, str(value))
        if not p.get("skiplock"):
            self._check_lock(vm)
        try:
            await self.acquire(vm, "config")
        except TaskError as err:
            raise PveError(500, str(err)) from err
        try:
            self.drive(vm)
            # The lock may have been taken by a task that has changed the config meanwhile.
            self.check_digest(vm, p.get("digest"))
            for key in reverts:
                vm.pending.pop(key, None)
            for key in deletes:
                self._delete_key(vm, key, bool(p.get("force")))
            for key, value in updates.items():
                self._set_key(vm, key, value)
        finally:
            self.release(vm, "config")
        vm.name = vm.config.get("name") or f"VM {vm.vmid}"
        vm.template = bool(vm.config.get("template"))

    @staticmethod
    def _check_boot(vm: Any, updates: Values, order: str) -> None:
        known = set(vm.devices({**vm.config, **{k: x for k, x in vm.pending.items() if x}, **updates}))
        for dev in order.removeprefix("order=").split(";") if order.startswith("order=") else []:
            if dev and dev not in known:
                raise param_error(boot=f"invalid bootorder: device '{dev}' does not exist'")

    def _delete_key(self, vm: Any, key: str, force: bool) -> None:
        vm.pending.pop(key, None)
        if key not in vm.config:
            return
        if re.fullmatch(r"unused\d+", key):
            self._qm_free(split_drive(vm.config.pop(key))[0])
        elif Disks.is_drive(key):
            volume, props = split_drive(vm.config.pop(key))
            if is_cloudinit(volume) or (force and not is_cdrom(volume, props)):
                self._qm_free(volume)
            elif not is_cdrom(volume, props) and self.owned(vm, volume):
                vm.config[self.unused_key(vm.config)] = volume
            self._drop_from_boot(vm, key)
        elif vm.status == "running" and not self._hot(key):
            vm.pending[key] = None
        else:
            del vm.config[key]

    @staticmethod
    def _drop_from_boot(vm: Any, key: str) -> None:
        order = str(vm.config.get("boot", ""))
        if order.startswith("order="):
            left = [d for d in order[len("order=") :].split(";") if d and d != key]
            vm.config["boot"] = "order=" + ";".join(left)

    @staticmethod
    def _hot(key: str) -> bool:
        return key in FAST or key in CLOUDINIT_KEYS or re.fullmatch(r"(net|ipconfig)\d+", key) is not None

    def _set_key(self, vm: Any, key: str, value: Any) -> None:
        if Disks.is_drive(key):
            self._set_drive(vm, key, value)
        elif vm.status == "running" and not self._hot(key):
            if str(vm.config.get(key)) == str(value):
                vm.pending.pop(key, None)
            else:
                vm.pending[key] = value
            return
        else:
            vm.config[key] = value
        vm.pending.pop(key, None)

    def _set_drive(self, vm: Any, key: str, value: Any) -> None:
        old, old_props = split_drive(vm.config.get(key, ""))
        text, _made = self._qm_new_drive(vm.vmid, key, value, None)
        volume, props = split_drive(text)
        if volume == old and "size" in old_props and "size" not in props:
            text = join_drive(volume, {**props, "size": old_props["size"]})
        vm.config[key] = text
        if old and old != volume and self.owned(vm, old) and not is_cdrom(old, old_props):
            vm.config[self.unused_key(vm.config)] = old
        for name in [k for k in vm.config if re.fullmatch(r"unused\d+", k)]:
            if split_drive(vm.config[name])[0] == volume:
                del vm.config[name]

    async def _config_put(self, request: Any) -> Any:
        async def call(_match: Any, v: Values) -> None:
            await self._apply_config(self.find(v["node"], v["vmid"]), request[USER], v)

        return ok(await self._checked(request, call))

    async def _config_post(self, request: Any) -> Any:
        async def call(_match: Any, v: Values) -> str:
            vm = self.find(v["node"], v["vmid"])
            self.need_quorum()

            async def body() -> None:
                await self._apply_config(vm, request[USER], v)

            upid: str = await self.task(vm.node, "qmconfig", vm.vmid, request[USER], body)
            return upid

        return ok(await self._checked(request, call))

    async def _checked(self, request: Any, call: Any) -> Any:
        match = self.resolve(request, API)
        return await self.answer(request, match, await params(request), request[USER], call)

    # ---------------------------------------------------------------- read

    async def _config_get(self, request: Any) -> Any:
        async def call(_match: Any, v: Values) -> Values:
            vm = self.find(v["node"], v["vmid"])
            config = dict(vm.config)
            if not v.get("current"):
                for key, value in vm.pending.items():
                    config.pop(key, None)
                    if value is not None:
                        config[key] = value
            if "memory" in config:
                config["memory"] = str(config["memory"])
            return {**masked(config), "digest": self.config_digest(vm)}

        return ok(await self._checked(request, call))

    async def _pending(self, request: Any) -> Any:
        async def call(_match: Any, v: Values) -> list[Values]:
            vm = self.find(v["node"], v["vmid"])
            config, pending = masked(vm.config), masked(vm.pending)
            out: list[Values] = []
            for key in sorted({*config, *pending}):
                item: Values = {"key": key}
                if key in config:
                    item["value"] = config[key]
                if key in pending:
                    item.update({"delete": 1} if pending[key] is None else {"pending": pending[key]})
                out.append(item)
            return out

        return ok(await self._checked(request, call))

