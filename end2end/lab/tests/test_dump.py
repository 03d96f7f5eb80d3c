"""The log of a dump: what vzdump says of a VM or a container, in its order, and what the guest goes through."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from lab.dumping import Reading
from lab.units import archive_size, client_bytes, render_duration, tar_bytes

from .conftest import Client, Run

GIB = 1024**3
LINE = re.compile(r"INFO: +(\d+)% \(([\d.]+ \wi?B) of ([\d.]+ \wi?B)\) in ((?:\d+[wdhms] ?)+), "
                  r"read: ([\d.]+ \w*B)/s, write: ([\d.]+ \w*B)/s")  # fmt: skip


def machine(c: Client, status: str = "running") -> Any:
    return next(v for v in c.lab.vms if v.qmpstatus == status and not (v.template or v.lock))


async def dumped(c: Client, guest: Any, storage: str = "nfs", **form: object) -> list[str]:
    upid = await c.post(f"/nodes/{guest.node}/vzdump", **{"vmid": guest.vmid, "storage": storage, **form})
    await c.done(upid)
    return await c.log(upid)


def without_figures(log: list[str]) -> list[str]:
    """The log with one line where the percentages are, and without what is another each time."""
    out: list[str] = []
    for line in log:
        text = "…%" if LINE.fullmatch(line) else re.sub(r"'[^']*'|\([^)]*\)|\d[\d:. -]*\d|\d", "_", line)
        if not (out and out[-1] == text == "…%"):
            out.append(text)
    return out


def test_a_running_vm(run: Run) -> None:
    async def story(c: Client) -> None:
        vm = machine(c)
        log = await dumped(c, vm, compress="zstd", notes__template="{{guestname}}", protected=1)
        assert without_figures(log) == [
            "INFO: starting new backup job: vzdump _ --storage nfs --compress zstd --notes-template _ --protected _ "
            "--node pve_",
            "INFO: Starting Backup of VM _ _", "INFO: Backup started at _", "INFO: status = running",
            f"INFO: VM Name: {re.sub(r'[0-9]+', '_', vm.name)}",
            *["INFO: include disk _ _ _G"] * len(c.lab.dump_disks(vm)),
            "INFO: backup mode: snapshot", "INFO: ionice priority: _", "INFO: creating vzdump archive _",
            "INFO: issuing guest-agent _ command", "INFO: issuing guest-agent _ command",
            "INFO: started backup task _", "INFO: resuming VM again", "…%",
            "INFO: backup is sparse: _ GiB _ total zero data",
            "INFO: transferred _ GiB in _ seconds _", "INFO: archive file size: _GB", "INFO: adding notes to backup",
            "INFO: marking backup as protected", "INFO: Finished Backup of VM _ _", "INFO: Backup finished at _",
            "INFO: Backup job finished successfully", "TASK OK",
        ]  # fmt: skip
        found = [m for m in map(LINE.fullmatch, log) if m]
        percents = [int(m.group(1)) for m in found]
        assert percents == sorted(set(percents)) and percents[-1] == 100 and len(percents) > 5
        total = sum(size for _k, _v, size in c.lab.dump_disks(vm))
        assert {m.group(3) for m in found} == {f"{total / GIB:.1f} GiB"}
        assert found[-1].group(6) == "0 B" and found[0].group(6) != "0 B"
        archive = (await c.get(f"/nodes/{vm.node}/storage/nfs/content", vmid=vm.vmid))[-1]
        assert (archive["notes"], archive["protected"], archive["subtype"]) == (vm.name, 1, "qemu")

    run(story, time_scale=0.002)


def test_a_stopped_vm_runs_for_its_backup(run: Run) -> None:
    async def story(c: Client) -> None:
        vm = machine(c, "stopped")
        await c.ctl("PUT", "/time-scale", {"time_scale": 0.05})
        upid = await c.post(f"/nodes/{vm.node}/vzdump", vmid=vm.vmid, storage="nfs")
        await asyncio.sleep(0.3)
        state = await c.get(f"/nodes/{vm.node}/qemu/{vm.vmid}/status/current")
        assert (state["status"], state["qmpstatus"], state["lock"]) == ("running", "prelaunch", "backup")
        await c.ctl("PUT", "/clock", {"advance": 3600})
        await c.done(upid)
        assert (vm.status, vm.qmpstatus, vm.lock, vm.started_at) == ("stopped", "stopped", None, None)
        log = [x for x in await c.log(upid) if not LINE.fullmatch(x)]
        kvm = [
            log.index("INFO: starting kvm to execute backup task"),
            log.index("INFO: stopping kvm after backup task"),
        ]
        assert log[3:5] == ["INFO: status = stopped", "INFO: backup mode: stop"] and kvm == sorted(kvm)
        assert not any("fs-freeze" in x or "resuming" in x for x in log)

    run(story)


def test_stop_and_suspend(run: Run) -> None:
    async def story(c: Client) -> None:
        vm = machine(c)
        before = vm.started_at
        log = without_figures(await dumped(c, vm, mode="stop"))
        order = ["INFO: backup mode: stop", "INFO: stopping virtual guest", "INFO: creating vzdump archive _",
                 "INFO: starting kvm to execute backup task", "INFO: started backup task _",
                 "INFO: resuming VM again after _ seconds", "…%"]  # fmt: skip
        assert [x for x in log if x in order] == order
        assert (vm.status, vm.qmpstatus) == ("running", "running") and vm.started_at > before
        log = without_figures(await dumped(c, vm, mode="suspend"))
        order = ["INFO: backup mode: suspend", "INFO: suspending guest",
                 "INFO: skipping guest-agent _, agent configured but not running?",
                 "INFO: resuming VM again after _ seconds", "…%", "INFO: resume vm"]  # fmt: skip
        assert [x for x in log if x in order] == order and vm.qmpstatus == "running"

    run(story)


def test_the_second_backup_of_a_vm_to_a_server_reads_what_changed(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.ctl("POST", "/storages", {"storage": "pbs", "type": "pbs"})
        vm = machine(c)
        keys = sorted(k for k, _v, _s in c.lab.dump_disks(vm))
        first = await dumped(c, vm, "pbs")
        assert [x for x in first if "bitmap" in x] == [f"INFO: {k}: dirty-bitmap status: created new" for k in keys]
        assert not any("archive file size" in x for x in first)
        name = next(x for x in first if "creating Proxmox Backup Server archive" in x).split("'")[1]
        assert re.fullmatch(rf"vm/{vm.vmid}/\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ", name)
        await c.ctl("PUT", "/clock", {"advance": 120})
        second = await dumped(c, vm, "pbs")
        [status, *_rest] = [x for x in second if "dirty-bitmap status" in x]
        dirty = re.search(r"OK \(([\d.]+ \wiB) of [\d.]+ GiB dirty\)", status)
        assert dirty and any(x.startswith("INFO: using fast incremental mode (dirty-bitmap), ") for x in second)
        end = [m for m in map(LINE.fullmatch, second) if m][-1]
        assert end.group(1) == "100" and end.group(3) == (dirty.group(1) if len(keys) == 1 else end.group(3))
        reused = next(x for x in second if "backup was done incrementally" in x)
        assert int(re.findall(r"\((\d+)%\)", reused)[0]) > 90
        # Without the archive it is the difference to, and in another process, all is read again.
        [one, two] = [x["volid"] for x in await c.get("/nodes/pve1/storage/pbs/content", vmid=vm.vmid)]
        await c.done((await c.call("DELETE", f"/nodes/pve1/storage/pbs/content/{two}")).data)
        await c.ctl("PUT", "/clock", {"advance": 2})
        assert any("existing bitmap was invalid and has been cleared" in x for x in await dumped(c, vm, "pbs"))
        await c.ctl("PUT", "/clock", {"advance": 2})
        await c.done(await c.post(f"/nodes/{vm.node}/qemu/{vm.vmid}/status/stop"))
        assert any("dirty-bitmap status: created new" in x for x in await dumped(c, vm, "pbs"))
        [item] = [x for x in await c.get("/nodes/pve1/storage/pbs/content", vmid=vm.vmid) if x["volid"] == one]
        assert (item["format"], item["subtype"], item["content"]) == ("pbs-vm", "qemu", "backup")

    run(story, time_scale=0.002)


def test_containers(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.ctl("POST", "/storages", {"storage": "pbs", "type": "pbs"})
        ct = next(x for x in c.lab.cts if x.status == "running")
        log = await dumped(c, ct, compress="zstd")
        at = log.index("INFO: create storage snapshot 'vzdump'")
        assert log[4:7] == [f"INFO: CT Name: {ct.name}", "INFO: including mount point rootfs ('/') in backup",
                            "INFO: backup mode: snapshot"]  # fmt: skip
        assert log[at + 1] == f'  Logical volume "snap_vm-{ct.vmid}-disk-0_vzdump" created.'
        assert re.fullmatch(r"INFO: Total bytes written: \d+ \([\d.]+[MG]iB, \d+MiB/s\)", log[at + 3])
        assert log[at + 4].startswith("INFO: archive file size: ")
        assert log[at + 5] == "INFO: cleanup temporary 'vzdump' snapshot"
        assert f"INFO: Starting Backup of VM {ct.vmid} (lxc)" in log

        log = await dumped(c, ct, mode="stop")
        assert log.index("INFO: stopping virtual guest") < log.index("INFO: restarting vm") and ct.status == "running"

        assert "INFO: No previous manifest available." in await dumped(c, ct, "pbs")
        await c.ctl("PUT", "/clock", {"advance": 5})
        second = await dumped(c, ct, "pbs")
        assert (
            "INFO: Upload directory '/mnt/vzsnap0' to 'drover@pbs@192.0.2.6:8007:backups' as root.pxar.didx" in second
        )
        assert any(x.startswith("INFO: Downloading previous manifest (") for x in second)
        assert any(
            re.match(r"INFO: root.pxar: backup was done incrementally, reused [\d.]+ GiB \(92.0%\)", x) for x in second
        )
        assert not any(LINE.fullmatch(x) for x in second)

    run(story, time_scale=0.002)


def test_a_container_whose_volumes_have_no_snapshots_is_copied(run: Run) -> None:
    async def story(c: Client) -> None:
        ct = next(x for x in c.lab.cts if x.status == "running")
        c.lab.storages["local-lvm"]["type"] = "lvm"
        log = await dumped(c, ct)
        order = ["INFO: mode failure - some volumes do not support snapshots", "INFO: trying 'suspend' mode instead",
                 "INFO: backup mode: suspend", "INFO: suspending guest", "INFO: resuming guest"]  # fmt: skip
        assert [x for x in log if x in order] == order and log[-1] == "TASK OK"

    run(story)


def test_a_disk_is_read_to_its_end_at_any_pace() -> None:
    for paces in ([1.0] * 400, [0.01] * 40000, [3600.0], [0.3, 200.0, 1.0]):
        reading = Reading(32 * GIB + 12345)
        for pace in paces:
            reading.step(pace)
        assert reading.over and reading.done == reading.total and 0.6 < reading.zero / reading.total < 0.65
    slow = Reading(GIB, limit=1024**2)
    slow.step(100)
    assert abs(slow.done - 100 * 1024**2) < 1024**2


def test_figures() -> None:
    assert [render_duration(x) for x in (0, 3, 90, 3661)] == ["0s", "3s", "1m 30s", "1h 1m 1s"]
    assert [archive_size(x) for x in (1536, 900 * 1024**2, 3 * GIB)] == ["1KB", "900MB", "3.00GB"]
    assert [client_bytes(x) for x in (GIB, 196608 * 1024, 7.805 * GIB)] == ["1 GiB", "192 MiB", "7.805 GiB"]
    assert [tar_bytes(x) for x in (564357120, 2576977920)] == ["539MiB", "2.4GiB"]
