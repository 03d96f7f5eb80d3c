"""Power: start, stop, shutdown, reboot, reset, suspend, resume, and the boot the guest agent waits for.

Imitates the status calls of PVE/API2/Qemu.pm and vm_start, vm_stop of PVE/QemuServer.pm.
"""

from __future__ import annotations

from typing import Any

from fakepve import PveError, TaskError
from fakepve.server import USER, ok

from .clone import Clone
from .core import Values


class Power(Clone):
    """Mixin: /status/{action} and what a boot changes."""

    async def _status_action(self, request: Any) -> Any:
        async def call(match: Any, v: Values) -> str:
            vm = self.find(v["node"], v["vmid"])
            self.need_quorum()
            if v.get("skiplock") and request[USER] != "root@pam":
                raise PveError(
                    400, "Parameter verification failed.", {"skiplock": "Only root may use this option."}
                )
            action = match.template.rsplit("/", 1)[1]
            upid: str = await getattr(self, "_do_" + action)(vm, request[USER], v)
            return upid

        return ok(await self._checked(request, call))

    def booted(self, vm: Any) -> None:
        """The guest begins to boot now."""
        vm.apply_pending()
        self.make_drive(vm)
        self.read_drive(vm)
        vm.status = vm.qmpstatus = "running"
        vm.started_at = self.now()
        extra = self.extra(vm)
        extra.ready_at = self.clock.elapsed() + extra.boot_secs

    def agent_up(self, vm: Any) -> bool:
        """Whether the guest agent inside answers."""
        extra = self.extra(vm)
        booted = not self.clock.scale or self.clock.elapsed() >= extra.ready_at
        return bool(vm.qmpstatus == "running" and extra.agent != "never" and booted)

    async def _do_start(self, vm: Any, user: str, p: Values) -> Any:
        if vm.ha_managed and not vm.template:
            return await self._ha_request(vm, user, "started")

        async def body() -> None:
            if vm.template:
                raise TaskError("you can't start a vm if it's a template")
            self.task_lock(vm, "suspended")
            if vm.status == "running":
                raise TaskError(f"VM {vm.vmid} already running")
            if vm.start_error:
                raise TaskError(vm.start_error)
            await self.ceph_io(vm)
            self._check_volumes(vm)
            if vm.lock == "suspended":
                self._qm_lock(vm, None)
            if any("cloudinit" in str(x) for x in vm.config.values()):
                self.say("generating cloud-init ISO")
            self.booted(vm)

        return await self.task(vm.node, "qmstart", vm.vmid, user, body, vm=vm)

    def _check_volumes(self, vm: Any) -> None:
        for _key, volume, _props in self.images(vm.config):
            if self._qm_volume(volume) is None and ":iso/" not in volume:
                raise TaskError(f"volume '{volume}' does not exist")

    async def _do_reboot(self, vm: Any, user: str, p: Values) -> Any:
        self._need_running(vm)
        self._check_lock(vm)

        async def body() -> None:
            await self._powerdown(vm, p)
            self.booted(vm)

        return await self.task(vm.node, "qmreboot", vm.vmid, user, body, vm=vm)

    async def _do_reset(self, vm: Any, user: str, p: Values) -> Any:
        self._need_running(vm)
        self._check_lock(vm)

        async def body() -> None:
            # A reset keeps the QEMU process: its uptime runs on, only the guest boots again.
            self.read_drive(vm)
            self.extra(vm).ready_at = self.clock.elapsed() + self.extra(vm).boot_secs

        return await self.task(vm.node, "qmreset", vm.vmid, user, body, vm=vm)

    async def _do_stop(self, vm: Any, user: str, p: Values) -> Any:
        if not p.get("skiplock"):
            self._check_lock(vm)
        if vm.ha_managed:
            return await self._ha_request(vm, user, "stopped")
        if p.get("overrule-shutdown"):
            for task in self.tasklog:
                worker = self.workers.get(task["upid"])
                if worker and task["type"] == "qmshutdown" and task["id"] == str(vm.vmid):
                    worker.cancel()

        async def body() -> None:
            vm.status = vm.qmpstatus = "stopped"
            # What waited for the next start is in force now: nothing runs with the old values.
            vm.apply_pending()

        return await self.task(vm.node, "qmstop", vm.vmid, user, body, vm=vm)

    async def _do_suspend(self, vm: Any, user: str, p: Values) -> Any:
        self._need_running(vm)
        self._check_lock(vm)

        async def body() -> None:
            if p.get("todisk"):
                vm.status = vm.qmpstatus = "stopped"
                self._qm_lock(vm, "suspended")
            else:
                vm.qmpstatus = "paused"

        kind = "qmsuspend" if p.get("todisk") else "qmpause"
        return await self.task(vm.node, kind, vm.vmid, user, body, vm=vm)

    async def _do_resume(self, vm: Any, user: str, p: Values) -> Any:
        if vm.lock != "suspended":
            self._need_running(vm)

        async def body() -> None:
            if vm.lock == "suspended":
                self._qm_lock(vm, None)
                self.booted(vm)
            vm.qmpstatus = "running"

        return await self.task(vm.node, "qmresume", vm.vmid, user, body, vm=vm)
