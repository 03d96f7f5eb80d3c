"""What an archive is called, what its file holds, and the room it takes while it is written.

Imitates archive_info of PVE/Storage.pm, get_subdir_files of PVE/Storage/Plugin.pm and parse_volname of
PVE/Storage/PBSPlugin.pm. A file of another name stays a backup; only its age, and who owns it, is then a guess.
"""

from __future__ import annotations

import calendar
import re
import time
from dataclasses import dataclass
from typing import Any

from fakepve.routing import die

from .core import Values
from .disks import Disks

ENDING = r"(?:tgz|(?:vma|tar)(?:\.(?:gz|lzo|zst|bz2))?)"
MOMENT = r"\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d"
STANDARD = re.compile(rf"vzdump-(?:lxc|openvz|qemu)-([1-9]\d{{2,8}})-({MOMENT})\.{ENDING}")
TYPED = re.compile(rf"vzdump-(lxc|openvz|qemu)-.+\.{ENDING}")
OWNED = re.compile(rf"-([1-9]\d{{2,8}})-[^/]+\.{ENDING}$")
FORMAT = re.compile(rf"\.({ENDING})$")
SNAPSHOT = re.compile(r"backup/([^\s_/]+)/([^\s_/]+)/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")
COMPRESSORS = {"zstd": ("zstd --threads=1", ".zst"), "gzip": ("gzip --rsyncable", ".gz"), "1": ("lzop", ".lzo"),
               "lzo": ("lzop", ".lzo")}  # fmt: skip


@dataclass(frozen=True)
class Named:
    """What a volume name alone tells of an archive."""

    kind: str  # qemu | lxc | openvz | unknown
    vmid: int | None = None
    at: int | None = None
    standard: bool = False


def named(volname: str) -> Named:
    """The archive behind `backup/…`."""
    found = SNAPSHOT.fullmatch(volname)
    if found:
        kind = {"vm": "qemu", "ct": "lxc"}.get(found.group(1), "unknown")
        return Named(kind, int(found.group(2)) if found.group(2).isdigit() else None, _seconds(found.group(3)), True)
    file = volname.rsplit("/", 1)[-1]
    kind = m.group(1) if (m := TYPED.fullmatch(file)) else "unknown"
    if found := STANDARD.fullmatch(file):
        return Named(kind, int(found.group(1)), _seconds(found.group(2)), True)
    owner = OWNED.search(file)
    return Named(kind, int(owner.group(1)) if owner else None)


def _seconds(text: str) -> int:
    """The moment in a name. Both kinds of name have the figures at the same places; strptime is slow for thousands."""
    return calendar.timegm((int(text[:4]), *(int(text[n : n + 2]) for n in (5, 8, 11, 14, 17)), 0, 0, 0))


def archive_name(kind: str, vmid: int, at: float, compress: str | None) -> str:
    """The file a dump is written to."""
    ending = (".vma" if kind == "qemu" else ".tar") + COMPRESSORS.get(str(compress or "0"), ("", ""))[1]
    return time.strftime(f"vzdump-{kind}-{vmid}-%Y_%m_%d-%H_%M_%S{ending}", time.gmtime(at))


def snapshot_name(kind: str, vmid: int, at: float) -> str:
    """The snapshot of a Proxmox Backup Server, without `backup/`."""
    return time.strftime(f"{'vm' if kind == 'qemu' else 'ct'}/{vmid}/%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def repository(store: Values) -> str:
    """Where a Proxmox Backup Server is: PVE::PBSClient::get_repository."""
    return f"{store.get('username', 'root@pam')}@{store['server']}:{store['datastore']}"


class Archives(Disks):
    """Mixin: the archives of a storage."""

    def _routes_lab_archives(self) -> list[tuple[str, str, Any]]:
        return [("GET", "/nodes/{node}/vzdump/extractconfig", self._extract_config)]

    def is_pbs(self, sid: str) -> bool:
        """Whether a storage is a Proxmox Backup Server."""
        return bool(self.storages[sid]["type"] == "pbs")

    def keep_archive(self, sid: str, name: str, size: int, node: str | None, **more: Any) -> str:
        """Put an archive, named as its file or snapshot, on a storage; returns its volume id."""
        volname = f"backup/{name}"
        known = named(volname)
        found = FORMAT.search(name)
        form = f"pbs-{name.split('/')[0]}" if self.is_pbs(sid) else found.group(1) if found else "raw"
        at = known.at if known.at is not None else int(self.now())
        home = None if self.storages[sid].get("shared") else node
        told: Values = {"content": "backup", "ctime": at, "format": form, "subtype": known.kind}
        return self.register(sid, volname, size, known.vmid, home, **{**told, **more})

    def check_protected(self, user: str, sid: str, volname: str, node: str) -> None:
        """get_max_protected_backups: five of a guest, and as many as they like for who may allocate on the storage."""
        most = int(self.storages[sid].get("max-protected-backups", 5))
        if most < 0 or ("max-protected-backups" not in self.storages[sid]
                        and self.allowed(user, f"/storage/{sid}", "Datastore.Allocate")):  # fmt: skip
            return
        mine = named(volname)
        count = sum(bool(vol.get("protected")) for vol in self.storages[sid].get("volumes", {}).values()
                    if vol.get("content") == "backup" and vol.get("vmid") == mine.vmid
                    and vol.get("subtype") == mine.kind and vol.get("node") in (None, node))  # fmt: skip
        if count >= most:
            raise die(f"The number of protected backups per guest is limited to {most} on storage '{sid}'")

    def archive_of(self, volid: str, node: str) -> Values:
        """The archive as a node finds it, or how activate_volume of PVE/Storage/Plugin.pm misses it."""
        sid = volid.partition(":")[0]
        self._active_store(sid, node)
        vol = self._qm_volume(volid)
        if vol is None or vol.get("content") != "backup" or vol.get("node") not in (None, node):
            raise die(f"volume '{volid}' does not exist")
        return dict(vol)

    def check_archive(self, user: str, archive: str, vmid: int) -> None:
        """check_volume_access for content `backup`: the owner's right, unless it goes back to that very guest."""
        sid, _, volname = archive.partition(":")
        self._store(sid)
        vtype, owner, _form = self._parse_volname(self.storages[sid], volname)
        if vtype != "backup":
            raise die(f"unable to use volume {archive} - content type needs to be 'backup'")
        if owner != vmid:
            self._check_access(user, sid, vtype, owner, archive)

    async def _extract_config(self, v: Values, user: str) -> str:
        sid, _, volname = v["volume"].partition(":")
        owner = named(volname).vmid
        self._check_access(user, sid, "backup", owner, v["volume"])
        if owner is not None:
            self.require(user, f"/vms/{owner}", "VM.Backup")
        config = self.archive_of(v["volume"], v["node"]).get("config", {})
        return "".join(f"{key}: {value}\n" for key, value in sorted(config.items()))

    # --------------------------------------------------------------- names

    def _parse_volname(self, store: Values, volname: str) -> tuple[str, int | None, str]:
        if store.get("type") == "pbs":
            found = SNAPSHOT.fullmatch(volname)
            if not found:
                raise die(f"unable to parse PBS volume name '{volname}'")
            return "backup", named(volname).vmid, f"pbs-{found.group(1)}"
        parsed: tuple[str, int | None, str] = super()._parse_volname(store, volname)
        # fakepve takes the owner of a backup from a standard name only.
        return ("backup", named(volname).vmid, parsed[2]) if parsed[0] == "backup" else parsed

    def _volume_path(self, name: str, volname: str, vtype: str) -> str:
        if self.is_pbs(name):
            return f"pbs://{repository(self.storages[name])}/{volname.removeprefix('backup/')}"
        path: str = super()._volume_path(name, volname, vtype)
        return path

    def path_of(self, volid: str, vtype: str) -> str:
        """Where the node finds a volume."""
        sid, _, volname = volid.partition(":")
        return self._volume_path(sid, volname, vtype)

    def _item(self, name: str, volname: str, vol: Values) -> Values:
        item: Values = super()._item(name, volname, vol)
        if vol.get("parent"):
            item["parent"] = vol["parent"]
        if vol["content"] == "backup":
            item.pop("used", None)
            item["subtype"] = vol.get("subtype") or named(volname).kind
            # Only what is so is said, and of the notes a list shows the first line.
            if not item.get("protected"):
                item.pop("protected", None)
            if item.get("notes"):
                item["notes"] = str(item["notes"]).split("\n", 1)[0]
            item.update({k: vol[k] for k in ("verification", "encrypted") if vol.get(k)})
        return item

    # ------------------------------------------------------- while writing

    def grow(self, sid: str, node: str, name: str, size: int) -> bool:
        """The unfinished file is now so large; False, and no larger, where there is no room for it."""
        volumes = self.storages[sid].setdefault("volumes", {})
        held = volumes.get(name, {}).get("size", 0)
        if size - held > self.space(sid, node)[2]:
            return False
        if name in volumes:
            volumes[name]["size"] = size
        else:
            # Of no content that a listing knows, but it takes the room.
            self.register(
                sid, name, size, None, None if self.storages[sid].get("shared") else node, content="unfinished"
            )
        return True

    def drop_unfinished(self, sid: str, name: str) -> None:
        """The unfinished file is renamed or removed."""
        self.storages.get(sid, {}).get("volumes", {}).pop(name, None)
