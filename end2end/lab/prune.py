"""Which backups a retention keeps, and their removal.

Imitates PVE/API2/Storage/PruneBackups.pm and prune_mark_backup_group of PVE/Storage.pm.
"""

from __future__ import annotations

import re
import time
from typing import Any

from fakepve import PveError
from fakepve.lxc import split_props

from .core import Values
from .disks import Disks

# What makes two backups fall into the same slot of a keep rule, in the order the rules are applied.
SLOTS = {"keep-hourly": "%Y-%m-%d %H", "keep-daily": "%Y-%m-%d", "keep-weekly": "%G-%V", "keep-monthly": "%Y-%m",
         "keep-yearly": "%Y"}  # fmt: skip


def mark(ages: list[int], retention: dict[str, int]) -> list[bool]:
    """For backup times, newest first: whether each is kept."""
    if retention.get("keep-all") or not any(retention.values()):
        return [True] * len(ages)
    kept = [n < retention.get("keep-last", 0) for n in range(len(ages))]
    for rule, form in SLOTS.items():
        left = retention.get(rule, 0)
        slots = [time.strftime(form, time.gmtime(at)) for at in ages]
        # A slot that another rule has already kept a backup of is not this rule's.
        seen = {slot for slot, keep in zip(slots, kept, strict=True) if keep}
        for n, slot in enumerate(slots):
            if left > 0 and not kept[n] and slot not in seen:
                kept[n] = True
                seen.add(slot)
                left -= 1
    return kept


class Prune(Disks):
    """Mixin: GET and DELETE of /prunebackups."""

    def _routes_lab_prune(self) -> list[tuple[str, str, Any]]:
        path = "/nodes/{node}/storage/{storage}/prunebackups"
        return [("GET", path, self._prune_view), ("DELETE", path, self._prune_now)]

    def prune_marks(self, sid: str, node: str, text: str | None, kind: str | None, vmid: int | None) -> list[Values]:
        """Every backup of a storage with what the retention says of it."""
        retention = {k: int(x) for k, x in split_props("x," + (text or "keep-all=1"))[1].items()}
        groups: dict[tuple[str, int], list[Values]] = {}
        for name, vol in self.storages[sid].get("volumes", {}).items():
            found = re.match(r"backup/vzdump-(qemu|lxc)-(\d+)-", name)
            if not found or vol.get("node") not in (None, node):
                continue
            group = (found.group(1), int(found.group(2)))
            if (kind in (None, group[0])) and (vmid in (None, group[1])):
                item = {"volid": f"{sid}:{name}", "type": group[0], "vmid": group[1], "ctime": int(vol["ctime"]),
                        "mark": "protected" if vol.get("protected") else "keep"}  # fmt: skip
                groups.setdefault(group, []).append(item)
        out: list[Values] = []
        for items in groups.values():
            free = sorted((i for i in items if i["mark"] == "keep"), key=lambda i: -i["ctime"])
            for item, keep in zip(free, mark([i["ctime"] for i in free], retention), strict=True):
                item["mark"] = "keep" if keep else "remove"
            out += items
        return sorted(out, key=lambda i: (i["vmid"], -i["ctime"]))

    def prune(self, sid: str, node: str, text: str | None, kind: str | None, vmid: int | None) -> list[str]:
        """Remove what the retention doesn't keep; returns the volume ids."""
        gone = [i["volid"] for i in self.prune_marks(sid, node, text, kind, vmid) if i["mark"] == "remove"]
        for volid in gone:
            self._qm_free(volid)
        return gone

    def _retention(self, v: Values) -> str | None:
        self._check_enabled(v["storage"], v["node"])
        return v.get("prune-backups") or self.storages[v["storage"]].get("prune-backups")

    async def _prune_view(self, v: Values, user: str) -> list[Values]:
        return self.prune_marks(v["storage"], v["node"], self._retention(v), v.get("type"), v.get("vmid"))

    async def _prune_now(self, v: Values, user: str) -> str:
        text, sid = self._retention(v), v["storage"]
        path = f"/storage/{sid}"
        if not self.allowed(user, path, "Datastore.Allocate"):
            self.require(user, path, "Datastore.AllocateSpace")
            if v.get("vmid") is None:
                raise PveError(403, f"Permission check failed ({path}, Datastore.Allocate)")
            self.require(user, f"/vms/{v['vmid']}", "VM.Backup")

        async def body() -> None:
            for volid in self.prune(sid, v["node"], text, v.get("type"), v.get("vmid")):
                self.say(f"Removed backup '{volid}'")

        upid: str = await self.task(v["node"], "prunebackups", sid, user, body)
        return upid
