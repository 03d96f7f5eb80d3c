"""A backup job: which guests, one job of a node at a time, and the frame around each guest's dump.

Imitates PVE/API2/VZDump.pm and exec_backup, exec_backup_task and getlock of PVE/VZDump.pm. What a guest's own kind
does in between stands in `dump_vm` and `dump_ct`.
"""

from __future__ import annotations

import asyncio
import copy
import shlex
from typing import Any

from fakepve import PveError, TaskError
from fakepve.routing import param_error, split_list

from .archives import archive_name, snapshot_name
from .core import Values
from .dump_ct import ContainerDump
from .dump_vm import MachineDump
from .dumping import Dumping, set_lock
from .permissions import Permissions
from .prune import Prune
from .tasks import INTERRUPTED, RECORD
from .units import archive_size, clock_time, moment

ROOT_ONLY = ("tmpdir", "dumpdir", "script", "job-id")
LOCK_FILE = "/var/run/vzdump.lock"
# Minutes a job waits for the one before it on the same node.
LOCK_WAIT = 180
# Not options of the command line: PVE::VZDump::Common::command_line.
NOT_SHOWN = ("vmid", "stdout", "id", "starttime", "dow", "enabled")


class Dump(MachineDump, ContainerDump, Prune, Permissions):
    """Mixin: POST of /vzdump."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.dump_locks: dict[str, asyncio.Lock] = {}

    def _routes_lab_dump(self) -> list[tuple[str, str, Any]]:
        return [("POST", "/nodes/{node}/vzdump", self._vzdump)]

    # ---------------------------------------------------------------- what

    @staticmethod
    def check_selection(v: Values) -> None:
        """verify_vzdump_parameters: exactly one way to say which guests."""
        given = [k for k in ("all", "vmid", "pool") if v.get(k)]
        if len(given) > 1:
            raise param_error(**{given[0]: f"option conflicts with option '{given[1]}'"})
        if v.get("exclude") and v.get("vmid"):
            raise param_error(exclude="option conflicts with option 'vmid'")
        if "\n" in str(v.get("notes-template", "")):
            raise param_error(**{"notes-template": "contains a line feed"})
        if v.get("exclude") and not v.get("pool"):
            v["all"] = 1
        if not given and not v.get("stop") and not v.get("all"):
            raise param_error(vmid="property is missing")

    def selected_ids(self, v: Values) -> list[int]:
        """get_included_guests: the ids a job names, in order, those of nobody too."""
        if v.get("pool"):
            return sorted(self.pools.get(v["pool"], ()))
        if v.get("all"):
            out = {int(x) for x in split_list(v.get("exclude"))}
            return sorted({g.vmid for kind in (self.vms, self.cts) for g in kind} - out)
        return sorted(int(x) for x in split_list(v.get("vmid")))

    def selected(self, v: Values) -> list[Any]:
        """The guests a job names, in order."""
        return [g for g in map(self.guest, self.selected_ids(v)) if g is not None]

    def _check_dump_options(self, v: Values, user: str) -> None:
        if v.get("stdout"):
            raise param_error(stdout="option is only allowed on the command line interface.")
        for key in ROOT_ONLY:
            if v.get(key) is not None and user != "root@pam":
                raise param_error(**{key: "Only root may set this option."})
        if v.get("prune-backups") is not None:
            self.require(user, f"/storage/{v.get('storage') or 'local'}", "Datastore.Allocate")
        if any(v.get(k) is not None for k in ("bwlimit", "performance", "ionice")):
            self.require(user, "/", "Sys.Modify")

    async def _vzdump(self, v: Values, user: str) -> str:
        node, wanted = v["node"], split_list(v.get("vmid"))
        self._check_dump_options(v, user)
        self.check_selection(v)
        for vmid in wanted:
            self.require(user, f"/vms/{int(vmid)}", "VM.Backup")
        guests = {i: self.guest(i) for i in self.selected_ids(v)}
        # The ids of nobody fail within the job, the guests of other nodes are left to their own.
        here = [i for i, guest in guests.items() if guest is None or guest.node == node]
        elsewhere = [i for i, guest in guests.items() if guest is not None and guest.node != node]
        if v.get("stop"):
            await self._stop_dumps(node)
            if not here:
                return "OK"
        if not here and not v.get("all"):
            return "OK"
        if v.get("storage"):
            self.require(user, f"/storage/{v['storage']}", "Datastore.AllocateSpace")

        async def body() -> None:
            sid = self._target(v, node)
            lock = self.dump_locks.setdefault(node, asyncio.Lock())
            await self._take_lock(lock, float(v.get("lockwait", LOCK_WAIT)) * 60)
            try:
                await self._run_job([i for i in here if self._may_dump(i, user)], elsewhere, sid, v)
            finally:
                lock.release()

        upid: str = await self.task(node, "vzdump", here[0] if len(here) == 1 else "", user, body)
        return upid

    def _may_dump(self, vmid: int, user: str) -> bool:
        return self.guest(vmid) is None or self.allowed(user, f"/vms/{vmid}", "VM.Backup")

    async def _stop_dumps(self, node: str) -> None:
        for task in list(self.tasklog):
            worker = self.workers.get(task["upid"])
            if worker and task["type"] == "vzdump" and task["node"] == node:
                worker.cancel()
                await asyncio.wait([worker], timeout=5)

    def _target(self, v: Values, node: str) -> str:
        """The storage, once it is active: what PVE::VZDump::new refuses ends the task, not the call."""
        sid: str = v.get("storage") or "local"
        try:
            store = self._active_store(sid, node)
        except PveError as err:
            raise TaskError(f"could not activate storage '{sid}': {err.message}") from err
        if "backup" not in split_list(store.get("content")):
            raise TaskError(f"could not get storage information for '{sid}': "
                            f"can't use storage '{sid}' for backups - wrong content type")  # fmt: skip
        return sid

    async def _take_lock(self, lock: asyncio.Lock, wait: float) -> None:
        if lock.locked():
            self.say("INFO: trying to get global lock - waiting...")
            deadline = self.clock.elapsed() + wait
            while lock.locked():
                if self.clock.elapsed() >= deadline:
                    self.say(f"ERROR: can't acquire lock '{LOCK_FILE}' - got timeout")
                    # The worker exits without a word, so nothing tells how it ended.
                    raise TaskError("unexpected status")
                await asyncio.sleep(0.02)
            self.say("INFO: got global lock")
        await lock.acquire()

    # ----------------------------------------------------------------- job

    async def _run_job(self, ids: list[int], elsewhere: list[int], sid: str, v: Values) -> None:
        options = " ".join(f"--{k} {shlex.quote(str(x))}" for k, x in v.items() if k not in NOT_SHOWN and x != "")
        shown = " ".join(split_list(v.get("vmid")))
        self.say("INFO: starting new backup job: " + " ".join(x for x in ("vzdump", shown, options) if x))
        if elsewhere:
            self.say("INFO: skip external VMs: " + ", ".join(map(str, elsewhere)))
        errors = 0
        try:
            for vmid in ids:
                errors += not await self._one(vmid, sid, v)
        except asyncio.CancelledError:
            self.say(f"ERROR: Backup job failed - {INTERRUPTED}")
            raise
        self.say(f"INFO: Backup job finished {'with errors' if errors else 'successfully'}")
        if errors:
            raise TaskError("job errors")

    async def _one(self, vmid: int, sid: str, v: Values) -> bool:
        """exec_backup_task: whether the guest is now in an archive."""
        try:
            guest = self.guest(vmid)
            if guest is None:
                raise TaskError(f"unable to find VM '{vmid}'")
            await self._guest(guest, sid, v)
        except (PveError, TaskError, asyncio.CancelledError) as err:
            stopped = isinstance(err, asyncio.CancelledError)
            why = INTERRUPTED if stopped else getattr(err, "message", None) or err
            self.say(f"ERROR: Backup of VM {vmid} failed - {why}")
            self.say(f"INFO: Failed at {moment(self.now())}")
            if stopped:
                raise
            return False
        return True

    async def _guest(self, guest: Any, sid: str, v: Values) -> None:
        d = self._prepared(guest, sid, v)
        try:
            self._check_limits(d, v)
            self.say(f"INFO: Starting Backup of VM {guest.vmid} ({d.kind})")
            self.say(f"INFO: Backup started at {moment(d.began)}")
            self.say(f"INFO: status = {'running' if d.was_running else 'stopped'}")
            await self._lock_for_dump(guest)
            try:
                await (self.dump_machine(d) if d.kind == "qemu" else self.dump_container(d))
                self._finish(d, v)
            finally:
                set_lock(guest, None)
        finally:
            self.drop_unfinished(sid, d.unfinished)
            if d.cleanup:
                await d.cleanup()
        self.say(f"INFO: Finished Backup of VM {guest.vmid} ({clock_time(d.secs)})")
        self.say(f"INFO: Backup finished at {moment(self.now())}")

    def _prepared(self, guest: Any, sid: str, v: Values) -> Dumping:
        kind, began, pbs = "qemu" if hasattr(guest, "qmpstatus") else "lxc", self.now(), self.is_pbs(sid)
        name = (
            snapshot_name(kind, guest.vmid, began) if pbs else archive_name(kind, guest.vmid, began, v.get("compress"))
        )
        running = guest.status == "running"
        mode = v.get("mode", "snapshot") if running else "stop"
        target = name if pbs else f"{self._base_path(sid)}/dump/{name}"
        # Where the archive of this very second exists, PVE would write over it; so does the lab.
        saved = {k: x for k, x in copy.deepcopy(guest.config).items() if k != "lock"}
        return Dumping(guest, kind, sid, pbs, mode, name, target, saved, began, running,
                       str(v.get("compress") or "0"), int(v.get("bwlimit") or 0),
                       int(v.get("ionice") or 7))  # fmt: skip

    def _check_limits(self, d: Dumping, v: Values) -> None:
        """The numbers of archives a guest may have there: with `protected`, and where nothing is removed."""
        keep = self._keep(d.sid, v)
        limit = 0 if keep.get("keep-all") else sum(keep.values())
        if v.get("protected"):
            record = RECORD.get()
            self.check_protected(record["user"] if record else "", d.sid, f"backup/{d.name}", d.guest.node)
        elif limit and not v.get("remove", 1):
            there = self.prune_marks(d.sid, d.guest.node, {}, d.kind, d.guest.vmid)
            if sum(item["mark"] != "protected" for item in there) >= limit:
                raise TaskError(f"There is a max backup limit of {limit} enforced by the target storage or the vzdump "
                                "parameters. Either increase the limit or delete old backups.")  # fmt: skip

    def _keep(self, sid: str, v: Values) -> dict[str, int]:
        """The retention in force: of the call, of the storage, or everything."""
        return self.retention(v.get("prune-backups") or self.storages[sid].get("prune-backups") or "keep-all=1")

    async def _lock_for_dump(self, guest: Any) -> None:
        """set_lock: the config's file lock is waited for, then the config must not be locked."""
        record = RECORD.get()
        holder = record["upid"] if record else "vzdump"
        await self.acquire(guest, holder)
        self.release(guest, holder)
        self.task_lock(guest)
        set_lock(guest, "backup")

    def _finish(self, d: Dumping, v: Values) -> None:
        """The archive gets its name, its notes and its protection; then older ones go."""
        self.drop_unfinished(d.sid, d.unfinished)
        volid = self.keep_archive(d.sid, d.name, d.size, d.guest.node, config=d.saved, disks=d.disks, subtype=d.kind)
        vol: Any = self._qm_volume(volid)
        if d.used is not None:
            vol["used"] = d.used
        if d.pbs and self.storages[d.sid].get("encryption-key"):
            vol["encrypted"] = str(self.storages[d.sid]["encryption-key"])
        if not d.pbs:
            self.say(f"INFO: archive file size: {archive_size(d.size)}")
        if v.get("notes-template"):
            self.say("INFO: adding notes to backup")
            try:
                vol["notes"] = self._note(d.guest, str(v["notes-template"]))
            except TaskError as err:
                self.say(f"WARN: unable to add notes - {err}")
        if v.get("protected"):
            self.say("INFO: marking backup as protected")
            vol["protected"] = True
        keep = self._keep(d.sid, v)
        if v.get("remove", 1) and not keep.get("keep-all"):
            self.say("INFO: prune older backups with retention: " + ", ".join(f"{k}={keep[k]}" for k in sorted(keep)))
            gone = self.prune(d.sid, d.guest.node, keep, d.kind, d.guest.vmid, "INFO: ")
            self.say(f"INFO: pruned {len(gone)} backup(s){' not covered by keep-retention policy' if gone else ''}")

    def _note(self, guest: Any, template: str) -> str:
        """The `generate_notes` of PVE/VZDump.pm."""
        known = {"guestname": guest.name, "vmid": str(guest.vmid), "node": guest.node, "cluster": self.cluster_name}
        out, rest = "", template.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\")
        while "{{" in rest:
            before, _, rest = rest.partition("{{")
            name, _, rest = rest.partition("}}")
            if name not in known:
                raise TaskError(f"unexpected variable name '{name}'")
            out += before + known[name]
        return out + rest
