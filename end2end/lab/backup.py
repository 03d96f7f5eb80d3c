"""vzdump: a backup that locks, takes time, logs as it goes and leaves an archive; and the way back.

Imitates PVE/VZDump.pm, PVE/API2/VZDump.pm and create_vm with `archive` of PVE/API2/Qemu.pm.
"""

from __future__ import annotations

import asyncio
import copy
import time
import uuid
from typing import Any

from fakepve import FakeVm, PveError, TaskError
from fakepve.lxc import format_size
from fakepve.qemu import drives_of, join_drive, volume_ref, with_mac
from fakepve.routing import die, param_error, split_list

from .cloudinit import is_cloudinit
from .core import GIB, Values
from .disks import COPY_RATE, human
from .power import Power
from .prune import Prune
from .stats import Stats

# What is left of a disk in its archive.
SHRINKS_TO = 0.3
ENDINGS = {"zstd": ".zst", "gzip": ".gz", "1": ".lzo", "lzo": ".lzo"}


def stamp(at: float) -> time.struct_time:
    """Local time of the cluster, which is UTC."""
    return time.gmtime(at)


class Backup(Prune, Power, Stats):
    """Mixin: /vzdump, extractconfig and restore."""

    def _routes_lab_backup(self) -> list[tuple[str, str, Any]]:
        node = "/nodes/{node}/vzdump"
        return [("POST", node, self._vzdump), ("GET", node + "/extractconfig", self._extract_config)]

    # ---------------------------------------------------------------- dump

    @staticmethod
    def check_selection(v: Values) -> None:
        """verify_vzdump_parameters: exactly one way to say which guests."""
        given = [k for k in ("all", "vmid", "pool") if v.get(k)]
        if not given and not v.get("stop"):
            raise param_error(vmid="property is missing")
        if len(given) > 1:
            raise param_error(**{given[0]: f"option conflicts with option '{given[1]}'"})

    def selected(self, v: Values) -> list[Any]:
        """The guests a job names, in order."""
        if v.get("pool"):
            if v["pool"] not in self.pools:
                raise die(f"pool '{v['pool']}' does not exist")
            ids = sorted(self.pools[v["pool"]])
        elif v.get("all"):
            out = {int(x) for x in split_list(v.get("exclude"))}
            ids = sorted({g.vmid for kind in (self.vms, self.cts) for g in kind} - out)
        else:
            ids = [int(x) for x in split_list(v.get("vmid"))]
        return [g for g in (self.guest(i) for i in ids) if g is not None]

    async def _vzdump(self, v: Values, user: str) -> str:
        self.check_selection(v)
        node = v["node"]
        sid = v.get("storage") or "local"
        store = self._check_enabled(sid, node)
        if "backup" not in split_list(store.get("content")):
            raise die(f"storage '{sid}' does not support backups")
        self.require(user, f"/storage/{sid}", "Datastore.AllocateSpace")
        wanted = split_list(v.get("vmid"))
        missing = [i for i in wanted if self.guest(int(i)) is None]
        if missing:
            raise die(f"unable to find VM '{missing[0]}'")
        guests = [g for g in self.selected(v) if g.node == node]
        for guest in guests:
            if not (v.get("all") or v.get("pool")) or wanted:
                self.require(user, f"/vms/{guest.vmid}", "VM.Backup")
        guests = [g for g in guests if self.allowed(user, f"/vms/{g.vmid}", "VM.Backup")]

        async def body() -> None:
            shown = " ".join(str(g.vmid) for g in guests)
            self.say(f"INFO: starting new backup job: vzdump {shown} --storage {sid} --mode "
                     f"{v.get('mode', 'snapshot')} --node {node}")  # fmt: skip
            failed = False
            for guest in guests:
                try:
                    await self._dump_one(guest, sid, v)
                except (PveError, TaskError) as err:
                    failed = True
                    self.say(f"ERROR: Backup of {kind_of(guest)} {guest.vmid} failed - "
                             f"{getattr(err, 'message', None) or err}")  # fmt: skip
                except asyncio.CancelledError:
                    self.say(f"ERROR: Backup of {kind_of(guest)} {guest.vmid} failed - interrupted by signal")
                    self.say("INFO: Backup job finished with errors")
                    raise
            if failed:
                self.say("INFO: Backup job finished with errors")
                raise TaskError("job errors")
            self.say("INFO: Backup job finished successfully")

        upid: str = await self.task(node, "vzdump", wanted[0] if len(wanted) == 1 else "", user, body)
        return upid

    def _dump_disks(self, guest: Any) -> list[tuple[str, str, int]]:
        if not hasattr(guest, "qmpstatus"):
            return [(k, m["volume"], self._size(m["volume"])) for k, m in guest.volumes(guest.config)]
        return [(k, volume, self._size(volume)) for k, volume, props in drives_of(guest.config, skip_cdrom=True)
                if props.get("backup", "1") not in ("0", "no")]  # fmt: skip

    def _size(self, volid: str) -> int:
        vol = self._qm_volume(volid)
        return int(vol["size"]) if vol else 0

    async def _dump_one(self, guest: Any, sid: str, v: Values) -> None:
        began, kind = self.now(), "qemu" if hasattr(guest, "qmpstatus") else "lxc"
        self.say(f"INFO: Starting Backup of {kind_of(guest)} {guest.vmid} ({kind})")
        self.say(time.strftime("INFO: Backup started at %Y-%m-%d %H:%M:%S", stamp(began)))
        self.say(f"INFO: status = {guest.status}")
        self.task_lock(guest)
        disks = self._dump_disks(guest)
        total = sum(size for _key, _volume, size in disks)
        ending = (".vma" if kind == "qemu" else ".tar") + ENDINGS.get(str(v.get("compress", "0")), "")
        name = time.strftime(f"vzdump-{kind}-{guest.vmid}-%Y_%m_%d-%H_%M_%S{ending}", stamp(began))
        path = self._base_path(sid) + "/dump/" + name
        saved = {k: x for k, x in copy.deepcopy(guest.config).items() if k != "lock"}
        set_lock(guest, "backup")
        try:
            self.say(f"INFO: VM Name: {guest.name}")
            for key, volume, size in disks:
                self.say(f"INFO: include disk '{key}' '{volume}' {format_size(size)}")
            self.say(f"INFO: backup mode: {v.get('mode', 'snapshot')}")
            self.say(f"INFO: creating vzdump archive '{path}'")
            self.need_space(sid, guest.node, int(total * SHRINKS_TO))
            await self._read_out(total)
        finally:
            set_lock(guest, None)
        size = int(total * SHRINKS_TO)
        note = self._note(guest, v.get("notes-template"))
        node = None if self.storages[sid].get("shared") else guest.node
        self.register(sid, f"backup/{name}", size, guest.vmid, node, content="backup", ctime=int(began),
                      format=ending.lstrip("."), notes=note, protected=bool(v.get("protected")), config=saved,
                      subtype=kind, disks=[(k, s) for k, _volume, s in disks])  # fmt: skip
        self.say(f"INFO: archive file size: {size / GIB:.2f}GB")
        # What the storage says counts where nothing is said (`new` of PVE::VZDump).
        retention = v.get("prune-backups") or self.storages[sid].get("prune-backups")
        if retention and v.get("remove", 1):
            self.say(f"INFO: prune older backups with retention: {retention}")
            removed = self.prune(sid, guest.node, str(retention), kind, guest.vmid)
            self.say(f"INFO: pruned {len(removed)} backup(s) not covered by keep-retention policy")
        took = int(self.now() - began)
        self.say(f"INFO: Finished Backup of {kind_of(guest)} {guest.vmid} "
                 f"({took // 3600:02d}:{took // 60 % 60:02d}:{took % 60:02d})")  # fmt: skip

    async def _read_out(self, total: int) -> None:
        for step in range(1, 11):
            await self.pause(total / COPY_RATE / 10)
            if step == 5:
                self.fail_here("middle")
            done = total * step / 10
            self.say(f"INFO: {step * 10:3d}% ({human(done)} of {human(total)}) in {int(done / COPY_RATE)}s, "
                     "read: 500.0 MiB/s, write: 150.0 MiB/s")  # fmt: skip

    def _note(self, guest: Any, template: str | None) -> str | None:
        if not template:
            return None
        known = {"guestname": guest.name, "vmid": str(guest.vmid), "node": guest.node, "cluster": self.cluster_name}
        for key, value in known.items():
            template = template.replace("{{" + key + "}}", value)
        return template

    # ------------------------------------------------------------- restore

    def _archive(self, volid: str) -> Values:
        vol = self._qm_volume(volid)
        if vol is None or vol.get("content") != "backup":
            raise die(f"volume '{volid}' does not exist")
        return dict(vol)

    async def _extract_config(self, v: Values, user: str) -> str:
        vol = self._archive(v["volume"])
        sid = volume_ref(v["volume"])[0]
        self.require(user, f"/storage/{sid}", "Datastore.AllocateSpace")
        return "".join(f"{key}: {value}\n" for key, value in sorted(vol.get("config", {}).items()))

    async def _qm_create(self, v: Values, user: str) -> str:
        if not v.get("archive"):
            # fakepve asks for no SDN.Use when it creates a VM.
            self.check_nets(user, v)
            upid: str = await super()._qm_create(v, user)
            return upid
        return await self._qm_restore(v, user)

    def _end(self, record: Values, status: str) -> None:
        super()._end(record, status)
        vm = self.vm(int(record["id"])) if record["type"] == "qmcreate" else None
        if vm is not None and status != "OK" and vm.lock == "create":
            # fakepve lists the VM before its worker runs and forgets it only for errors of its own.
            self._free_all(vm, True)
            self.vms.remove(vm)

    async def _qm_restore(self, v: Values, user: str) -> str:
        node, vmid, archive = v["node"], int(v["vmid"]), v["archive"]
        self.need_quorum()
        self._qm_check_pool(v.get("pool"))
        old = self.guest(vmid)
        if old is not None:
            if not v.get("force"):
                raise die(f"unable to restore VM {vmid} - VM {vmid} already exists on node '{old.node}'")
            self.require(user, f"/vms/{vmid}", "VM.Backup")
            if old.status == "running":
                raise die(f"unable to restore VM {vmid} - vm is running")
            if not hasattr(old, "qmpstatus") or old.node != node:
                raise die(f"unable to restore VM {vmid} - config file already exists on another node")
        else:
            self._qm_perm(user, vmid, v.get("pool"), "VM.Allocate")
        vol = self._archive(archive)
        if vol.get("node") not in (None, node) or vol.get("subtype", "qemu") != "qemu":
            raise die(f"unable to restore VM {vmid} - volume '{archive}' does not exist")
        config = vol["config"]
        self.check_nets(user, config)
        for key, volume, _props in drives_of(config, skip_cdrom=True):
            target = v.get("storage") or volume_ref(volume)[0]
            self._qm_image_store(target, user)
            if key in v:
                raise param_error(**{key: "not a restore option"})

        async def body() -> None:
            if old is not None:
                self.task_lock(old)
                self._free_all(old, False)
                self.vms.remove(old)
            elif self.guest(vmid):
                raise TaskError(f"unable to restore VM {vmid} - VM {vmid} already exists")
            await self._refill(v, vol, old)

        upid: str = await self.task(node, "qmrestore", vmid, user, body)
        return upid

    async def _refill(self, v: Values, vol: Values, old: Any) -> None:
        vmid, sizes = int(v["vmid"]), dict(vol["disks"])
        vm = FakeVm(vmid, f"VM {vmid}", node=v["node"], lock="create")
        vm.config = {"lock": "create"}
        self.vms.append(vm)
        made: list[str] = []
        config = copy.deepcopy(vol["config"])
        self.say(f"restore vma archive: {v['archive']}")
        try:
            for key, volume, props in drives_of(config):
                dest = v.get("storage") or volume_ref(volume)[0]
                if is_cloudinit(volume):
                    made.append(self.alloc_cloudinit(str(dest), vmid))
                    config[key] = join_drive(made[-1], props)
                elif key in sizes:
                    volid, _fmt = self._qm_alloc(str(dest), vmid, None, sizes[key])
                    made.append(volid)
                    config[key] = join_drive(volid, props)
            total = sum(sizes.values())
            for step in range(1, 11):
                await self.pause(total / COPY_RATE / 10)
                if step == 5:
                    self.fail_here("middle")
                self.say(f"progress {step * 10}% (read {total * step // 10} bytes, duration {step} sec)")
        except (PveError, TaskError, asyncio.CancelledError) as err:
            for volid in made:
                self._qm_free(volid)
            self.vms.remove(vm)
            why = "interrupted by signal" if isinstance(err, asyncio.CancelledError) else str(err)
            raise TaskError(f"unable to restore VM {vmid} - {why}") from err
        for key in [k for k in config if k.startswith("unused") or k in ("template", "parent", "snapstate")]:
            config.pop(key)
        if v.get("unique"):
            for key in [k for k in config if k.startswith("net") and k[3:].isdigit()]:
                config[key] = with_mac(config[key], fresh=True)
            config["smbios1"] = f"uuid={uuid.uuid4()}"
        if v.get("name"):
            config["name"] = v["name"]
        vm.config, vm.name, vm.lock = config, config.get("name") or f"VM {vmid}", None
        pool = v.get("pool") or (old.pool if old is not None else None)
        if pool:
            self._pool_join(pool, vmid)
        if v.get("start"):
            self.booted(vm)


def kind_of(guest: Any) -> str:
    """How the log calls a guest."""
    return "VM" if hasattr(guest, "qmpstatus") else "CT"


def set_lock(guest: Any, lock: str | None) -> None:
    """The config lock of a VM or a container."""
    guest.lock = lock
    if lock:
        guest.config["lock"] = lock
    else:
        guest.config.pop("lock", None)

