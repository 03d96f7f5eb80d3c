"""Storage status and content per node: local storages differ from node to node.

Imitates PVE/API2/Storage/Status.pm and PVE/API2/Storage/Content.pm.
"""

from __future__ import annotations

from typing import Any

from fakepve.storage import spec_of

from .core import Values
from .disks import Disks


class Storage(Disks):
    """Mixin: what a node says about its storages."""

    def _status_item(self, name: str, node: str, formats: bool = False) -> Values:
        item: Values = super()._status_item(name, node)
        if item["active"]:
            item["total"], item["used"], item["avail"] = self.space(name, node)
        if formats:
            store = self.storages[name]
            spec = spec_of(store) or {"formats": None, "format": "raw"}
            default = store.get("format") or spec["format"]
            supported = sorted(spec["formats"] or ["raw"])
            if self.pve9:
                item["formats"] = {"supported": supported, "default": default}
            else:
                item["format"] = [dict.fromkeys(supported, 1), default]
        return item

    def _space(self, store: Values) -> tuple[int, int, int]:
        # fakepve asks without a node; the callers that answer a node replace these figures.
        sid = next(name for name, known in self.storages.items() if known is store)
        return self.space(sid, min(self.nodes))

    async def _content_list(self, v: Values, user: str) -> list[Values]:
        volumes = self.storages.get(v["storage"], {}).get("volumes", {})
        found: list[Values] = await super()._content_list(v, user)
        out: list[Values] = []
        for item in found:
            vol = volumes.get(item["volid"].partition(":")[2], {})
            if vol.get("node") in (None, v["node"]):
                if vol.get("parent"):
                    item["parent"] = vol["parent"]
                out.append(item)
        return out

    async def _content_create(self, v: Values, user: str) -> str:
        from fakepve.storage import parse_size

        self._active_store(v["storage"], v["node"])
        self.need_space(v["storage"], v["node"], parse_size(v["size"]) * 1024)
        volid: str = await super()._content_create(v, user)
        vol: Any = self._qm_volume(volid)
        if vol is not None and not self.storages[v["storage"]].get("shared"):
            vol["node"] = v["node"]
        return volid
