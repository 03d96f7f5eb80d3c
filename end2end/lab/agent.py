"""The guest agent: silent until the guest has booted, then plausible about itself.

Imitates PVE/API2/Qemu/Agent.pm and agent_available of PVE/QemuServer/Agent.pm, message by message.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

from fakepve import PveError
from fakepve import agent as guest_agent

from .cloudinit import DHCP_POOL, addresses
from .core import MIB, Values
from .power import Power

# agent_available pings with this time limit before it gives up.
PING_LIMIT = 3
UNITS = (("systemd", "Started {0}.", ("Session 1 of user root", "Daily apt activities", "Cloud-init: final stage")),
         ("kernel", "{0}", ("EXT4-fs (sda1): mounted filesystem", "virtio_net virtio0 eth0: renamed from ens18")),
         ("sshd", "{0}", ("Server listening on 0.0.0.0 port 22.", "Accepted publickey for root")))  # fmt: skip
OS = {"ubuntu": ("Ubuntu", "24.04"), "debian": ("Debian GNU/Linux", "13"), "rocky": ("Rocky Linux", "9.6"),
      "centos": ("CentOS Stream", "9")}  # fmt: skip


def agent_enabled(config: Values) -> bool:
    """Whether `agent` in the config is on, in any of its spellings."""
    first = str(config.get("agent", "0")).split(",")[0]
    return first.removeprefix("enabled=") in ("1", "true", "yes", "on")


class Agent(Power):
    """Mixin: /agent/*."""

    def _lease(self) -> str:
        self.dhcp_next += 1
        return f"{DHCP_POOL[self.dhcp_next + 256]}/{DHCP_POOL.prefixlen}"

    async def _agent_call(self, match: Any, values: Values) -> Any:
        vm = self.find(values["node"], values["vmid"])
        command = match.template.rsplit("/", 1)[1]
        if not agent_enabled(vm.config):
            raise PveError(500, "No QEMU guest agent configured")
        if vm.status != "running":
            raise PveError(500, f"VM {vm.vmid} is not running")
        if not self.agent_up(vm):
            await self.pause(PING_LIMIT)
            raise PveError(500, "QEMU guest agent is not running")
        if command == "file-read":
            return self._file_read(vm, values)
        vm.agent = self._answers(vm)
        guest_agent.record(vm, command, values)
        data = guest_agent.result(vm, command, values)
        if command == "exec-status":
            data = self._exec_status(vm, values["pid"])
        return data

    def _answers(self, vm: Any) -> Values:
        tag = next((t for t in OS if t in f"{vm.name};{vm.config.get('tags', '')}"), "debian")
        name, version = OS[tag]
        return {
            "interfaces": addresses({**vm.config, **self.inside(vm)}, self.extra(vm), self._lease),
            "get-host-name": {"host-name": vm.name},
            "get-time": int(self.now() * 1e9),
            "os": {"id": tag, "name": name, "version": version, "version-id": version, "machine": "x86_64",
                   "pretty-name": f"{name} {version}", "kernel-release": "6.12.0", "kernel-version": "#1 SMP"},
        }  # fmt: skip

    def _file_read(self, vm: Any, v: Values) -> Values:
        use = self._vm_usage(vm)
        total = int(use["maxmem"])
        available = max(total - int(use["mem"]), 64 * MIB)
        files = {
            "/proc/meminfo": f"MemTotal:       {total // 1024:>8} kB\nMemFree:        {available // 2048:>8} kB\n"
                             f"MemAvailable:   {available // 1024:>8} kB\nBuffers:        {total // 40960:>8} kB\n"
                             f"Cached:         {available // 4096:>8} kB\nSwapTotal:             0 kB\n"
                             "SwapFree:              0 kB\n",
            "/etc/hostname": f"{vm.name}\n",
            "/proc/uptime": f"{use['uptime']}.00 {use['uptime']}.00\n",
        }  # fmt: skip
        text = files.get(v["file"])
        if text is None:
            raise PveError(500, f"Agent error: failed to open file '{v['file']}': No such file or directory")
        start, count = int(v.get("offset", 0)), int(v.get("count", 16777216))
        part = text[start : start + count]
        return {"content": part, "truncated": 1} if start + count < len(text) else {"content": part}

    def _exec_status(self, vm: Any, pid: int) -> Values:
        argv = vm.agent_execs.get(pid)
        if argv is None:
            raise PveError(500, f"Agent error: PID {pid} does not exist")
        if not argv or argv[0].rsplit("/", 1)[-1] != "journalctl":
            known = argv and argv[0].rsplit("/", 1)[-1] in ("true", "echo", "systemctl")
            if known:
                return {"exited": 1, "exitcode": 0, "out-data": " ".join(argv[1:]) + "\n"}
            return {"exited": 1, "exitcode": 127, "err-data": f"{' '.join(argv[:1])}: not found\n"}
        found = re.search(r"(?:-n|--lines)[= ]?(\d+)", " ".join(argv))
        return {"exited": 1, "exitcode": 0, "out-data": self._journal(vm, min(int(found.group(1)) if found else 50, 500))}

    def _journal(self, vm: Any, count: int) -> str:
        lines = []
        now = int(self.now())
        for n in range(count):
            at = datetime.datetime.fromtimestamp(now - (count - n) * 30, datetime.timezone.utc)
            unit, form, texts = UNITS[(n + vm.vmid) % len(UNITS)]
            text = form.format(texts[(n // 3) % len(texts)])
            lines.append(f"{at:%b %d %H:%M:%S} {vm.name} {unit}[{300 + n % 7}]: {text}")
        return "\n".join(lines) + "\n"
