"""Privileges: what Drover's token holds, and the rules the schema does not state.

Imitates PVE/AccessControl.pm (the privilege lists of 8 and of 9) and check_bridge_access of PVE/QemuServer.pm.
"""

from __future__ import annotations

import re

from fakepve import PveError
from fakepve.lxc import split_props

from .core import Core

BOTH = ["Datastore.Allocate", "Datastore.AllocateSpace", "Datastore.AllocateTemplate", "Datastore.Audit", "Pool.Audit", "Pool.Allocate", "SDN.Audit", "SDN.Use", "Sys.Audit", "Sys.Modify", "VM.Allocate", "VM.Audit", "VM.Backup", "VM.Clone", "VM.Config.CDROM", "VM.Config.CPU", "VM.Config.Cloudinit", "VM.Config.Disk", "VM.Config.HWType", "VM.Config.Memory", "VM.Config.Network", "VM.Config.Options", "VM.Console", "VM.Migrate", "VM.PowerMgmt", "VM.Snapshot", "VM.Snapshot.Rollback"]  # fmt: skip
ONLY_8 = ("VM.Monitor",)
ONLY_9 = ("VM.GuestAgent.Audit", "VM.GuestAgent.FileRead", "VM.GuestAgent.Unrestricted", "VM.Replicate")


def bridge_path(net: str) -> str | None:
    """The ACL path of a NIC's bridge: its VLAN is a path of its own."""
    props = split_props(net)[1]
    if not props.get("bridge"):
        return None
    tag = props.get("tag")
    return f"/sdn/zones/localnetwork/{props['bridge']}" + (f"/{tag}" if tag else "")


class Permissions(Core):
    """Mixin: privileges of both releases, and a fast answer to "may see every guest"."""

    def grants(self) -> list[str]:
        """What Drover's user is given on /."""
        return [*BOTH, *(ONLY_9 if self.pve9 else ONLY_8)]

    def allowed(self, user: str, path: str, priv: str) -> bool:
        if priv.startswith("VM.GuestAgent.") and not self.pve9:
            priv = "VM.Monitor"
        elif priv == "VM.Monitor" and self.pve9:
            # 9 has no VM.Monitor: `info` commands ask for Sys.Audit.
            path, priv = "/", "Sys.Audit"
        return bool(super().allowed(user, path, priv))

    def sees_all(self, user: str) -> bool:
        """True if VM.Audit on /vms (or above) covers every guest, so no guest needs a check of its own."""
        return self.allowed(user, "/vms", "VM.Audit")

    def check_nets(self, user: str, config: dict[str, object]) -> None:
        """check_bridge_access: SDN.Use on the bridge of every NIC."""
        for key, value in config.items():
            path = bridge_path(str(value)) if re.fullmatch(r"net\d+", key) else None
            if path and not self.allowed(user, path, "SDN.Use"):
                raise PveError(403, f"Permission check failed ({path}, SDN.Use)")
