"""Storage status and content per node: local storages differ from node to node.

Imitates PVE/API2/Storage/Status.pm and PVE/API2/Storage/Content.pm.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from fakepve import PveError, schema
from fakepve.routing import die, split_list
from fakepve.schema import Match
from fakepve.server import USER, ok
from fakepve.storage import spec_of

from .archives import Archives, named
from .core import Values

CONTENTS = {"images", "rootdir", "vztmpl", "iso", "backup", "snippets", "import"}


class Storage(Archives):
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
        # A storage may hold thousands of archives: rights are asked once per guest, and nothing is copied twice.
        sid, node = v["storage"], v["node"]
        store = self._active_store(sid, node)
        shown = set(split_list(store.get("content"))) & ({v["content"]} if v.get("content") else CONTENTS)
        may: dict[tuple[str, Any], bool] = {}
        out: list[Values] = []
        for name, vol in self._volumes(sid).items():
            owner = vol.get("vmid")
            if vol["content"] not in shown or vol.get("node") not in (None, node) or v.get("vmid") not in (None, owner):
                continue
            key = (vol["content"], owner)
            if key not in may:
                may[key] = self._may_see(user, sid, *key)
            if may[key]:
                out.append(self._item(sid, name, vol))
        return sorted(out, key=lambda item: item["volid"].lower())

    def _may_see(self, user: str, sid: str, content: str, owner: int | None) -> bool:
        try:
            self._check_access(user, sid, content, owner, sid)
        except PveError:
            return False
        return True

    async def _content_create(self, v: Values, user: str) -> str:
        from fakepve.storage import parse_size

        self._active_store(v["storage"], v["node"])
        if self.is_pbs(v["storage"]):
            raise die("can't allocate space in pbs storage")
        self.need_space(v["storage"], v["node"], parse_size(v["size"]) * 1024)
        volid: str = await super()._content_create(v, user)
        vol: Any = self._qm_volume(volid)
        if vol is not None and not self.storages[v["storage"]].get("shared"):
            vol["node"] = v["node"]
        return volid

    # ------------------------------------------------- one volume of a node

    def _stateful_handler(self, template: str, handler: Any) -> Any:
        plain = super()._stateful_handler(template, handler)
        if not template.endswith("/content/{volume}"):
            return plain

        async def serve(request: Any) -> Any:
            # fakepve drops the empty values of a form, and `notes=` is how notes are removed.
            if request.method != "PUT" or request.content_type != "application/x-www-form-urlencoded":
                return await plain(request)
            form = dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
            match = Match(template, dict(request.match_info), schema.load().paths[template])

            async def call(_match: Any, values: Values) -> Any:
                return await handler(values, request[USER])

            return ok(await self.answer(request, match, form, request[USER], call))

        return serve

    def _find_volume(self, sid: str, volname: str) -> Any:
        return self._volumes(sid).get(volname)

    def _on_node(self, v: Values) -> tuple[str, str, Any]:
        """(storage, volume name, the volume as this node has it or None)."""
        sid, volname = self._volume_target(v)[:2]
        self._active_store(sid, v["node"])
        vol = self._find_volume(sid, volname)
        return sid, volname, vol if vol is not None and vol.get("node") in (None, v["node"]) else None

    async def _content_info(self, v: Values, user: str) -> Values:
        sid, volname, vol = self._on_node(v)
        vtype, owner = self._parse_volname(self.storages[sid], volname)[:2]
        self._check_access(user, sid, vtype, owner, f"{sid}:{volname}")
        if vol is None:
            raise die(f"volume_size_info on '{sid}:{volname}' failed - no format")
        data: Values = await super()._content_info(v, user)
        if vtype == "backup":
            # A size that is told with the archive, not measured.
            data.update(used=data["size"], protected=1 if vol.get("protected") else 0)
        return data

    async def _content_put(self, v: Values, user: str) -> None:
        sid, volname, vol = self._on_node(v)
        if v.get("protected") and vol is not None and vol["content"] == "backup" and not vol.get("protected"):
            self._check_access(user, sid, "backup", named(volname).vmid, f"{sid}:{volname}")
            self.check_protected(user, sid, volname, v["node"])
        if not self.is_pbs(sid):
            if vol is None and "/" in volname:
                raise die(f"volume_size_info on '{sid}:{volname}' failed - no format")
            await super()._content_put(v, user)
            return
        self._check_access(user, sid, "backup", named(volname).vmid, f"{sid}:{volname}")
        if vol is None:
            raise die(f"proxmox-backup-client failed: Error: snapshot {volname.removeprefix('backup/')} does not exist")
        if "notes" in v:
            vol["notes"] = v["notes"] or None
        if "protected" in v:
            vol["protected"] = bool(v["protected"])

    async def _content_delete(self, v: Values, user: str) -> Any:
        sid, volname, vol = self._on_node(v)
        if vol is None and "/" in volname and not self.storages[sid].get("shared"):
            # Another node may have a file of this name; here nothing is there to remove.
            v = {**v, "volume": f"{sid}:{volname.split('/')[0]}/none-{volname.rsplit('/', 1)[1]}"}
        return await super()._content_delete(v, user)
