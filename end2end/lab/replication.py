"""Replication jobs, kept and listed, and what a purge takes out of the jobs that name a guest.

Imitates PVE/API2/ReplicationConfig.pm and, for `purge`, remove_vmid_from_backup_jobs of PVE/VZDump/Plugin.pm and
remove_vmid_jobs of PVE/ReplicationConfig.pm.
"""

from __future__ import annotations

from typing import Any

from fakepve.routing import die, split_list

from .core import Values
from .jobs import Jobs


class Replication(Jobs):
    """Mixin: /cluster/replication, and the references of a guest that goes."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.replications: dict[str, Values] = {}

    def _routes_lab_replication(self) -> list[tuple[str, str, Any]]:
        jobs = "/cluster/replication"
        return [("GET", jobs, self._replication_list), ("POST", jobs, self._replication_create)]

    async def _replication_list(self, v: Values, user: str) -> list[Values]:
        return [job for _name, job in sorted(self.replications.items())
                if self.allowed(user, f"/vms/{job['guest']}", "VM.Audit")]  # fmt: skip

    async def _replication_create(self, v: Values, user: str) -> None:
        if v["id"] in self.replications:
            raise die(f"replication job '{v['id']}' already exists")
        guest, _, number = v["id"].partition("-")
        if self.guest(int(guest)) is None:
            raise die(f"no such guest '{guest}'")
        self.replications[v["id"]] = {**v, "guest": int(guest), "jobnum": int(number), "type": "local"}

    def forget(self, vmid: int) -> None:
        """No job names the guest any more."""
        self.replications = {n: job for n, job in self.replications.items() if job["guest"] != vmid}
        for job in self.backup_jobs.values():
            for key in ("vmid", "exclude"):
                left = [one for one in split_list(job.get(key)) if one != str(vmid)]
                if job.get(key):
                    job[key] = ",".join(left)
