"""Which backups a retention keeps, and their removal.

Imitates PVE/API2/Storage/PruneBackups.pm, prune_backups of PVE/Storage/Plugin.pm and prune_mark_backup_group of
PVE/Storage.pm.
"""

from __future__ import annotations

import time
from typing import Any

from fakepve.lxc import split_props
from fakepve.routing import die, split_list

from .archives import Archives, named
from .core import Values

# What makes two backups fall into the same slot of a keep rule, in the order the rules are applied.
SLOTS = {"keep-hourly": "%Y-%m-%d %H", "keep-daily": "%Y-%m-%d", "keep-weekly": "%G-%V", "keep-monthly": "%Y-%m",
         "keep-yearly": "%Y"}  # fmt: skip


def mark(ages: list[int], retention: dict[str, int]) -> list[bool]:
    """For backup times, newest first: whether each is kept."""
    if retention.get("keep-all") or not any(retention.values()):
        return [True] * len(ages)
    marks: list[bool | None] = [True if n < retention.get("keep-last", 0) else None for n in range(len(ages))]
    for rule, form in SLOTS.items():
        left = retention.get(rule, 0)
        slots = [time.strftime(form, time.gmtime(at)) for at in ages]
        # A slot that another rule has already kept a backup of is not this rule's.
        taken = {slot for slot, keep in zip(slots, marks, strict=True) if keep}
        mine: set[str] = set()
        for n, slot in enumerate(slots):
            if marks[n] is not None or slot in taken:
                continue
            if slot in mine:
                # Beside the one its slot keeps, no later rule wants it.
                marks[n] = False
            elif len(mine) >= left:
                break
            else:
                mine.add(slot)
                marks[n] = True
    return [bool(keep) for keep in marks]


class Prune(Archives):
    """Mixin: GET and DELETE of /prunebackups."""

    def _routes_lab_prune(self) -> list[tuple[str, str, Any]]:
        path = "/nodes/{node}/storage/{storage}/prunebackups"
        return [("GET", path, self._prune_view), ("DELETE", path, self._prune_now)]

    @staticmethod
    def retention(text: str) -> dict[str, int]:
        """A `prune-backups` property string."""
        parts: Values = split_props("x," + text)[1]
        return {k: int(x) for k, x in parts.items()}

    def prune_marks(
        self, sid: str, node: str, keep: dict[str, int], kind: str | None, vmid: int | None
    ) -> list[Values]:
        """Every backup of a storage with what the retention says of it."""
        groups: dict[tuple[str, int], list[Values]] = {}
        out: list[Values] = []
        for name, vol in self.storages[sid].get("volumes", {}).items():
            if vol.get("content") != "backup" or vol.get("node") not in (None, node):
                continue
            known = named(name)
            if kind not in (None, known.kind) or vmid not in (None, known.vmid):
                continue
            at = known.at if known.at is not None else int(vol["ctime"])
            item: Values = {"volid": f"{sid}:{name}", "type": known.kind, "ctime": at}
            if known.vmid is not None:
                item["vmid"] = known.vmid
            if vol.get("protected"):
                item["mark"] = "protected"
            elif known.standard and known.vmid is not None:
                groups.setdefault((known.kind, known.vmid), []).append(item)
            else:
                # Nobody knows how old a file of another name really is, so none is removed.
                item["mark"] = "renamed"
            out.append(item)
        for items in groups.values():
            items.sort(key=lambda i: -i["ctime"])
            for item, kept in zip(items, mark([i["ctime"] for i in items], keep), strict=True):
                item["mark"] = "keep" if kept else "remove"
        return sorted(out, key=lambda i: (i.get("vmid", 0), -i["ctime"]))

    def prune(self, sid: str, node: str, keep: dict[str, int], kind: str | None, vmid: int | None,
              prefix: str = "") -> list[str]:  # fmt: skip
        """Remove what the retention doesn't keep, told line by line; returns the volume ids."""
        gone = [i for i in self.prune_marks(sid, node, keep, kind, vmid) if i["mark"] == "remove"]
        if self.is_pbs(sid):
            # The server removes them, a group at a time, and the client does not say which.
            for group in dict.fromkeys(f"{'vm' if i['type'] == 'qemu' else 'ct'}/{i['vmid']}" for i in gone):
                self.say(f"{prefix}running 'proxmox-backup-client prune' for '{group}'")
        for item in gone:
            if not self.is_pbs(sid):
                self.say(f"{prefix}removing backup '{item['volid']}'")
            self._qm_free(item["volid"])
        return [item["volid"] for item in gone]

    def _retention_of(self, v: Values) -> dict[str, int]:
        sid = v["storage"]
        store = self._active_store(sid, v["node"])
        if "backup" not in split_list(store.get("content")):
            raise die(f"storage '{sid}' does not support backups")
        text = v.get("prune-backups") or store.get("prune-backups")
        if not text:
            raise die(f"no prune-backups options configured for storage '{sid}'")
        return self.retention(text)

    async def _prune_view(self, v: Values, user: str) -> list[Values]:
        return self.prune_marks(v["storage"], v["node"], self._retention_of(v), v.get("type"), v.get("vmid"))

    async def _prune_now(self, v: Values, user: str) -> str:
        sid, vmid = v["storage"], v.get("vmid")
        path = f"/storage/{sid}"
        if vmid is None:
            self.require(user, path, "Datastore.Allocate")
        else:
            self.require(user, path, "Datastore.AllocateSpace")
            self.require(user, f"/vms/{vmid}", "VM.Backup")

        async def body() -> None:
            self.prune(sid, v["node"], self._retention_of(v), v.get("type"), vmid)

        upid: str = await self.task(v["node"], "prunebackups", f"{vmid}@{sid}" if vmid is not None else sid, user, body)
        return upid
