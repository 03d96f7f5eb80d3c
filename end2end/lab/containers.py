"""Containers: fakepve makes their configs, this keeps their volumes and times in step.

Imitates PVE/API2/LXC.pm and the volume handling of PVE/LXC.pm.
"""

from __future__ import annotations

import re
from typing import Any

from fakepve.lxc import parse_mount, parse_size
from fakepve.qemu import volume_ref

from .archives import Archives
from .core import Values


class Containers(Archives):
    """Mixin: what /lxc leaves on the storages."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.ct_secs.update(create=4, clone=8, snapshot=2, rollback=3, template=2, resize=1, migrate=6)

    def _end(self, record: Values, status: str) -> None:
        super()._end(record, status)
        kind, vmid = record["type"], int(record["id"]) if record["id"].isdigit() else 0
        ct = self.ct(vmid)
        if kind in ("vzcreate", "vzrestore") and status != "OK" and ct is not None and ct.lock == "create":
            self._drop(ct)
        if kind == "vzclone":
            # The task names the source only.
            for each in list(self.cts):
                self.match_volumes(each.vmid)
        elif kind.startswith("vz") or kind == "resize":
            self.match_volumes(vmid)

    def match_volumes(self, vmid: int) -> None:
        """Make the storages hold just what a container's config and snapshots name."""
        ct = self.ct(vmid)
        wanted: dict[tuple[str, str], int] = {}
        for config in (ct.config, *ct.snapshots.values()) if ct else ():
            for key, text in config.items():
                if re.fullmatch(r"rootfs|(mp|unused)\d+", key):
                    mount = parse_mount(text)
                    sid, name = volume_ref(mount.get("volume", ""))
                    if sid in self.storages:
                        wanted[sid, name] = parse_size(mount.get("size", "0")) or 0
        for sid, store in self.storages.items():
            volumes = store.get("volumes", {})
            for name in [n for n, x in volumes.items() if x.get("vmid") == vmid and x["content"] == "rootdir"]:
                if (sid, name) not in wanted:
                    del volumes[name]
        for (sid, name), size in wanted.items():
            known = self.storages[sid].setdefault("volumes", {}).get(name)
            if known is None:
                self.register(sid, name, size, vmid, self._home(sid, vmid), content="rootdir")
            else:
                known["size"] = size or known["size"]
                if "node" in known:
                    known["node"] = ct.node

    def _realise(self, vmid: int, key: str, value: Any, taken: Any, default_storage: str | None = None) -> str:
        text: str = super()._realise(vmid, key, value, taken, default_storage)
        mount = parse_mount(text)
        sid, name = volume_ref(mount.get("volume", ""))
        if sid in self.storages and name not in self.storages[sid].get("volumes", {}):
            size = parse_size(mount.get("size", "0")) or 0
            self.need_space(sid, self._home(sid, vmid) or "", size)
            self.register(sid, name, size, vmid, self._home(sid, vmid), content="rootdir")
        return text

    def _drop(self, ct: Any) -> None:
        super()._drop(ct)
        self.match_volumes(ct.vmid)

    async def _start_steps(self, ct: Any, user: str, skiplock: bool = False) -> None:
        await super()._start_steps(ct, user, skiplock)
        ct.started_at = self.now()

    async def _lxc_destroy(self, user: str, v: Values) -> str:
        upid: str = await super()._lxc_destroy(user, v)
        if v.get("purge"):
            # Done at once instead of at the task's end: nothing here looks at the jobs in between.
            self.forget(int(v["vmid"]))
        return upid
