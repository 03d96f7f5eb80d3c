"""Backup jobs of the cluster: kept, listed with their next run, run when the control API says so.

Imitates PVE/API2/Backup.pm, PVE/API2/Cluster/Jobs.pm and, for a run, PVE/Jobs/VZDump.pm.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from fakepve.qemu import drives_of, is_cdrom
from fakepve.routing import die, param_error, split_list

from .backup import Backup
from .core import Values
from .schedule import BadEvent, after, next_run, parse

ROOT_ONLY = ("tmpdir", "dumpdir", "script")
# What a job has that vzdump does not take.
NOT_VZDUMP = ("id", "type", "schedule", "enabled", "comment", "repeat-missed", "node")


# What a job may say: a key that it does not have is deleted as well as one that it has.
KEYS = {"all", "bwlimit", "comment", "compress", "dow", "enabled", "exclude", "exclude-path", "fleecing", "ionice",
        "lockwait", "mailnotification", "mailto", "maxfiles", "mode", "node", "notes-template", "notification-mode",
        "pbs-change-detection-mode", "performance", "pigz", "pool", "protected", "prune-backups", "repeat-missed",
        "remove", "schedule", "script", "starttime", "stdexcludes", "storage", "tmpdir", "vmid", "zstd"}  # fmt: skip


class Jobs(Backup):
    """Mixin: /cluster/backup and what it says about the guests it covers."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.backup_jobs: dict[str, Values] = {}

    def _routes_lab_jobs(self) -> list[tuple[str, str, Any]]:
        jobs, one = "/cluster/backup", "/cluster/backup/{id}"
        return [("GET", jobs, self._job_list), ("POST", jobs, self._job_create), ("GET", one, self._job_read),
                ("PUT", one, self._job_update), ("DELETE", one, self._job_delete),
                ("GET", one + "/included_volumes", self._job_volumes),
                ("GET", "/cluster/backup-info/not-backed-up", self._uncovered),
                ("GET", "/cluster/jobs/schedule-analyze", self._analyze)]  # fmt: skip

    @staticmethod
    def _check_schedule(text: str) -> None:
        """The format `pve-calendar-event`."""
        try:
            parse(text)
        except BadEvent as err:
            raise param_error(schedule=f"invalid format - invalid calendar event '{text}' - {err}\n") from err

    async def _analyze(self, v: Values, user: str) -> list[Values]:
        self._check_schedule(v["schedule"])
        event, at = parse(v["schedule"]), v.get("starttime")
        at = self.now() if at is None else at
        out: list[Values] = []
        for _ in range(v.get("iterations") or 10):
            due = after(event, at)
            if due is None:
                break
            out.append({"timestamp": due, "utc": time.asctime(time.gmtime(due))})
            at = due
        return out

    async def run_job(self, name: str) -> list[str]:
        """What pvescheduler does on every node when a job is due; the tasks it starts."""
        job = self._job(name)
        options = {k: x for k, x in job.items() if k not in NOT_VZDUMP}
        nodes = [n for n in sorted(self.nodes) if self.online(n) and job.get("node") in (None, n)]
        made = [await self._vzdump({**options, "job-id": name, "node": node}, "root@pam") for node in nodes]
        return [upid for upid in made if upid != "OK"]

    def _job(self, name: str) -> Values:
        job = self.backup_jobs.get(name)
        if job is None:
            raise param_error(id=f"No such job '{name}'")
        return job

    def _shown(self, job: Values) -> Values:
        data = dict(job)
        # Property strings are objects in the answers.
        for key in ("prune-backups", "fleecing", "performance"):
            if isinstance(data.get(key), str):
                data[key] = dict(p.split("=", 1) for p in data[key].split(",") if "=" in p)
        run = next_run(str(job.get("schedule", "")), self.now()) if job.get("enabled", 1) else None
        if run is not None:
            data["next-run"] = run
        return data

    async def _job_list(self, v: Values, user: str) -> list[Values]:
        return [self._shown(job) for _name, job in sorted(self.backup_jobs.items())]

    async def _job_read(self, v: Values, user: str) -> Values:
        return self._shown(self._job(v["id"]))

    def _checked_job(self, job: Values, user: str) -> Values:
        for key in ROOT_ONLY:
            if job.get(key) is not None and user != "root@pam":
                raise param_error(**{key: "Only root may set this option."})
        self.check_selection(job)
        if job.get("starttime") and job.get("schedule"):
            raise param_error(starttime="'starttime' and 'schedule' cannot both be set")
        if job.get("starttime") and not job.get("schedule"):
            days = job.pop("dow", None)
            job["schedule"] = f"{days} {job.pop('starttime')}" if days else job.pop("starttime")
        if not job.get("schedule"):
            raise param_error(starttime="neither 'starttime' nor 'schedule' were set")
        self._check_schedule(job["schedule"])
        sid = job.get("storage")
        if sid and "backup" not in split_list(self._store(sid).get("content")):
            raise die(f"storage '{sid}' does not support backups")
        if job.get("pool") and job["pool"] not in self.pools:
            raise die(f"pool '{job['pool']}' does not exist")
        return job

    async def _job_create(self, v: Values, user: str) -> None:
        name = v.get("id") or f"backup-{str(uuid.uuid4())[:13]}"
        if name in self.backup_jobs:
            raise die(f"Job '{name}' already exists")
        job = self._checked_job({k: x for k, x in v.items() if k != "id"}, user)
        self.backup_jobs[name] = {"id": name, "type": "vzdump", "enabled": 1, **job}

    async def _job_update(self, v: Values, user: str) -> None:
        old = self._job(v["id"])
        job = {**old, **{k: x for k, x in v.items() if k not in ("id", "delete")}}
        for key in split_list(v.get("delete")):
            if key not in KEYS:
                raise param_error(delete=f"unknown option '{key}'")
            job.pop(key, None)
        # Another way to name the guests takes the place of the first.
        for key in ("all", "vmid", "pool"):
            if v.get(key):
                for other in {"all", "vmid", "pool"} - {key}:
                    job.pop(other, None)
        self.backup_jobs[v["id"]] = self._checked_job(job, user)

    async def _job_delete(self, v: Values, user: str) -> None:
        self._job(v["id"])
        del self.backup_jobs[v["id"]]

    async def _job_volumes(self, v: Values, user: str) -> Values:
        out: list[Values] = []
        for guest in self.selected(self._job(v["id"])):
            vm = hasattr(guest, "qmpstatus")
            disks = [(k, vol, is_cdrom(vol, p) or p.get("backup") == "0") for k, vol, p in drives_of(guest.config)] \
                if vm else [(k, m["volume"], False) for k, m in guest.volumes(guest.config)]  # fmt: skip
            children = [{"id": f"{guest.vmid}:{key}", "name": f"{key} ({volume})", "included": 0 if skip else 1,
                         "reason": "CD-ROM" if skip else "enabled"} for key, volume, skip in disks]  # fmt: skip
            out.append({"id": guest.vmid, "name": guest.name, "type": "qemu" if vm else "lxc", "children": children})
        return {"children": out}

    async def _uncovered(self, v: Values, user: str) -> list[Values]:
        covered = {g.vmid for job in self.backup_jobs.values() for g in self.selected(job)}
        return [{"vmid": g.vmid, "name": g.name, "type": "qemu" if hasattr(g, "qmpstatus") else "lxc"}
                for kind in (self.vms, self.cts) for g in kind
                if g.vmid not in covered and self.allowed(user, f"/vms/{g.vmid}", "VM.Audit")]  # fmt: skip
