"""The cloud-init drive: made at a start or when somebody asks for it, read by the guest when it boots.

Imitates the `{vmid}/cloudinit` calls of PVE/API2/Qemu.pm and what vmconfig_hotplug_pending of PVE/QemuServer.pm records
for them.
"""

from __future__ import annotations

import re
from typing import Any

from .cloudinit import CLOUDINIT_KEYS, masked
from .core import Values
from .disks import Disks


def on_drive(config: Values) -> Values:
    """What of a config is written on the drive."""
    return {k: v for k, v in config.items()
            if k in CLOUDINIT_KEYS or k == "name" or re.fullmatch(r"(ipconfig|net)\d+", k)}  # fmt: skip


class CloudInitDrive(Disks):
    """Mixin: GET and PUT of /cloudinit, and the drive's two readers."""

    def _routes_lab_cloudinit(self) -> list[tuple[str, str, Any]]:
        path = "/nodes/{node}/qemu/{vmid}/cloudinit"
        return [("GET", path, self._cloudinit_get), ("PUT", path, self._cloudinit_put)]

    def drive(self, vm: Any) -> Values:
        """What the drive holds; that of a guest nobody has touched yet holds its config."""
        extra = self.extra(vm)
        if extra.drive is None:
            extra.drive = on_drive(vm.config)
        return dict(extra.drive)

    def make_drive(self, vm: Any) -> None:
        """The drive is made anew."""
        self.extra(vm).drive = on_drive(vm.config)

    def read_drive(self, vm: Any) -> None:
        """The guest boots and reads it."""
        self.extra(vm).inside = self.drive(vm)

    def inside(self, vm: Any) -> Values:
        """What the guest goes by."""
        extra = self.extra(vm)
        if extra.inside is None:
            extra.inside = self.drive(vm)
        return dict(extra.inside)

    async def _cloudinit_get(self, v: Values, _user: str) -> list[Values]:
        vm = self.find(v["node"], v["vmid"])
        drive, config = self.drive(vm), on_drive(vm.config)
        out: list[Values] = [{"key": k, "pending": str(masked(config)[k])} for k in config if k not in drive]
        for key in sorted(drive.keys() & config.keys()):
            item: Values = {"key": key, "value": str(masked(drive)[key])}
            if str(config[key]) != str(drive[key]):
                item["pending"] = str(masked(config)[key])
            out.append(item)
        # What was there is not told of those that are gone.
        return out + [{"key": k, "delete": 1} for k in sorted(drive.keys() - config.keys())]

    async def _cloudinit_put(self, v: Values, _user: str) -> None:
        vm = self.find(v["node"], v["vmid"])
        self._check_lock(vm)
        self.inside(vm)
        self.make_drive(vm)
