"""The way back, of VMs and of containers: as a new guest, over one, and what is left where it fails."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from .conftest import Client, Run
from .test_create import volumes
from .test_dump import machine


async def archived(c: Client, guest: Any, storage: str = "nfs") -> str:
    """Back a guest up; the archive's volume id."""
    upid = await c.post(f"/nodes/{guest.node}/vzdump", vmid=guest.vmid, storage=storage)
    assert await c.done(upid) == "OK"
    items = await c.get(f"/nodes/{guest.node}/storage/{storage}/content", content="backup", vmid=guest.vmid)
    return str(max(items, key=lambda i: i["ctime"])["volid"])


async def stopped(c: Client, guest: Any) -> Any:
    kind = "qemu" if hasattr(guest, "qmpstatus") else "lxc"
    if guest.status == "running":
        assert await c.done(await c.post(f"/nodes/{guest.node}/{kind}/{guest.vmid}/status/stop")) == "OK"
    return guest


def restore(c: Client, guest: Any, volid: str, vmid: int | None = None, **form: object) -> Any:
    where = f"/nodes/{guest.node}"
    if hasattr(guest, "qmpstatus"):
        return c.call("POST", f"{where}/qemu", vmid=vmid or guest.vmid, archive=volid, **form)
    return c.call("POST", f"{where}/lxc", vmid=vmid or guest.vmid, ostemplate=volid, restore=1, **form)


@pytest.mark.parametrize("storage", ["nfs", "pbs"])
def test_a_vm_comes_back_as_another(run: Run, storage: str) -> None:
    async def story(c: Client) -> None:
        if storage == "pbs":
            await c.ctl("POST", "/storages", {"storage": "pbs", "type": "pbs"})
        vm = machine(c)
        volid = await archived(c, vm, storage)
        upid = (await restore(c, vm, volid, 800, storage="ceph", unique=1, name="again", cores=3, start=1)).data
        assert await c.done(upid) == "OK"
        log = await c.log(upid)
        if storage == "pbs":
            assert log[1].startswith(
                "restore proxmox backup image: /usr/bin/pbs-restore --repository drover@pbs@192.0.2.6:"
            )
            form = r"progress \d+% \(read \d+ bytes, zeroes = \d+% \(\d+ bytes\), duration \d+ sec\)"
        else:
            assert log[0].startswith("restore vma archive: vma extract -v -r /var/tmp/vzdumptmp")
            form = r"progress \d+% \(read \d+ bytes, duration \d+ sec\)"
        assert sum(bool(re.fullmatch(form, x)) for x in log) == 100 * (
            len(c.lab.dump_disks(vm)) if storage == "pbs" else 1
        )
        assert log[-3:] == ["rescan volumes...", "Execute autostart", "TASK OK"]
        config = await c.get(f"/nodes/{vm.node}/qemu/800/config")
        assert (config["name"], config["cores"]) == ("again", 3) and "lock" not in config
        assert config["scsi0"].startswith("ceph:vm-800-disk-0") and config["net0"] != vm.config["net0"]
        assert config["vmgenid"] != vm.config["vmgenid"]
        for _ in range(200):
            if c.lab.vm(800).status == "running":
                break
            await asyncio.sleep(0.01)
        assert c.lab.vm(800).status == "running"

    run(story, time_scale=0.002)


def test_what_is_refused_leaves_everything_as_it_was(run: Run) -> None:
    async def story(c: Client) -> None:
        vm = machine(c)
        volid = await archived(c, vm)
        held, config = volumes(c, vm.vmid), dict(vm.config)
        assert f"VM {vm.vmid} already exists on node '{vm.node}'" in (await restore(c, vm, volid)).message
        conflict = await restore(c, vm, volid, 801, scsi0="ceph:8")
        assert conflict.status == 400 and conflict.body["errors"] == {"scsi0": "option conflicts with option 'archive'"}
        upid = (await restore(c, vm, volid, force=1)).data
        assert await c.done(upid) == f"unable to restore VM {vm.vmid} - vm is running"
        assert "is NOT cleaned up." in (await c.log(upid))[0]
        await stopped(c, vm)
        await c.ctl("POST", f"/guests/{vm.vmid}", {"config": {"protection": 1}})
        upid = (await restore(c, vm, volid, force=1)).data
        assert await c.done(upid) == f"unable to restore VM {vm.vmid} - protection mode enabled"
        await c.ctl("POST", f"/guests/{vm.vmid}", {"config": {"protection": None}, "lock": "migrate"})
        assert "VM is locked (migrate)" in (await restore(c, vm, volid, force=1)).message
        await c.ctl("POST", f"/guests/{vm.vmid}", {"lock": None})
        # The archive goes between the list and the restore.
        await c.ctl("DELETE", f"/storages/nfs/archives?volid={volid}")
        assert (await restore(c, vm, volid, force=1)).message == f"volume '{volid}' does not exist"
        assert volumes(c, vm.vmid) >= held - {volid} and vm.config == config and vm.lock is None

    run(story)


def test_a_restore_over_a_vm_that_fails_leaves_an_empty_one(run: Run) -> None:
    async def story(c: Client) -> None:
        vm = await stopped(c, machine(c))
        volid = await archived(c, vm)
        rule = {"match": {"method": "POST", "path": "/qemu$"}, "action": "task_fail", "message": "boom", "at": "middle"}
        await c.ctl("POST", "/faults", rule)
        upid = (await restore(c, vm, volid, force=1)).data
        assert await c.done(upid) == "boom"
        log = await c.log(upid)
        assert any(re.fullmatch(r"temporary volume '\S+' successfully removed", x) for x in log)
        assert log[-2].endswith(f"VM {vm.vmid} state is NOT cleaned up.")
        config = await c.get(f"/nodes/{vm.node}/qemu/{vm.vmid}/config")
        assert config["memory"] == "128" and "scsi0" not in config and "lock" not in config
        # It can be tried again, over what is left.
        assert await c.done((await restore(c, vm, volid, force=1)).data) == "OK"
        assert "scsi0" in vm.config and vm.name == vm.config["name"]

    run(story)


def test_a_disk_that_the_archive_lacks_becomes_unused_and_snapshots_go(run: Run) -> None:
    async def story(c: Client) -> None:
        vm = await stopped(c, machine(c))
        volid = await archived(c, vm)
        await c.put(f"/nodes/{vm.node}/qemu/{vm.vmid}/config", scsi7="ceph:5")
        extra = vm.config["scsi7"].split(",")[0]
        assert await c.done(await c.post(f"/nodes/{vm.node}/qemu/{vm.vmid}/snapshot", snapname="before")) == "OK"
        upid = (await restore(c, vm, volid, force=1)).data
        assert await c.done(upid) == "OK"
        assert vm.config["unused0"] == extra and "scsi7" not in vm.config and not vm.snapshots
        assert f"VM {vm.vmid} add unreferenced volume '{extra}' as 'unused0' to config" in await c.log(upid)

    run(story)


def test_a_snapshot_of_a_server_that_is_gone_fails_the_task(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.ctl("POST", "/storages", {"storage": "pbs", "type": "pbs"})
        vm = await stopped(c, machine(c))
        volid, config = await archived(c, vm, "pbs"), dict(vm.config)
        await c.ctl("DELETE", f"/storages/pbs/archives?volid={volid}")
        upid = (await restore(c, vm, volid, force=1)).data
        assert (await c.done(upid)).endswith("failed: exit code 255")
        assert vm.config == config and vm.lock is None

    run(story)


@pytest.mark.parametrize("storage", ["nfs", "pbs"])
def test_a_container_comes_back(run: Run, storage: str) -> None:
    async def story(c: Client) -> None:
        if storage == "pbs":
            await c.ctl("POST", "/storages", {"storage": "pbs", "type": "pbs"})
        ct = c.lab.cts[0]
        volid = await archived(c, ct, storage)
        refused = await restore(c, ct, volid, 800)
        assert "storage 'local' does not support container directories" in str(refused.body)
        upid = (await restore(c, ct, volid, 800, storage="ceph", hostname="again", unique=1)).data
        assert await c.done(upid) == "OK"
        log = await c.log(upid)
        assert log[0] == f"recovering backed-up configuration from '{volid}'" and f"restoring '{volid}' now.." in log
        assert any(x.startswith("Total bytes read: ") for x in log) == (storage == "nfs")
        config = (await c.call("GET", f"/nodes/{ct.node}/lxc/800/config")).data
        assert (config["hostname"], config["memory"], config["rootfs"], config["unprivileged"]) == (
            "again", ct.config["memory"], "ceph:vm-800-disk-0,size=8G", 1)  # fmt: skip
        assert config["net0"] != ct.config["net0"] and "lock" not in config
        assert volumes(c, 800) == {"ceph:vm-800-disk-0"}

        await stopped(c, ct)
        assert "already exists" in (await restore(c, ct, volid, storage="local-lvm")).message
        net, tags = ct.config["net0"], ct.config["tags"]
        await c.put(f"/nodes/{ct.node}/lxc/{ct.vmid}/config", memory=4096, tags="other")
        upid = (await restore(c, ct, volid, storage="local-lvm", force=1)).data
        assert await c.done(upid) == "OK"
        assert (ct.config["net0"], ct.config["tags"], ct.config["memory"]) == (net, tags, config["memory"])
        assert len([x for x in volumes(c, ct.vmid) if x.startswith("local-lvm:")]) == 1

    run(story, time_scale=0.002)


def test_a_restore_over_a_container_that_fails_destroys_it(run: Run) -> None:
    async def story(c: Client) -> None:
        ct = await stopped(c, c.lab.cts[0])
        volid, config = await archived(c, ct), dict(ct.config)
        await c.ctl("DELETE", f"/storages/nfs/archives?volid={volid}")
        upid = (await restore(c, ct, volid, storage="local-lvm", force=1)).data
        assert await c.done(upid) == f"unable to restore CT {ct.vmid} - volume '{volid}' does not exist"
        assert ct.config == config and c.lab.ct(ct.vmid) is ct
        volid = await archived(c, ct)
        rule = {"match": {"method": "POST", "path": "/lxc$"}, "action": "task_fail", "message": "boom", "at": "middle"}
        await c.ctl("POST", "/faults", rule)
        upid = (await restore(c, ct, volid, storage="local-lvm", force=1)).data
        assert await c.done(upid) == f"unable to restore CT {ct.vmid} - boom"
        assert c.lab.ct(ct.vmid) is None
        assert not [x for x in volumes(c, ct.vmid) if x.startswith("local-lvm:")]

    run(story)


def test_a_running_container_is_not_overwritten(run: Run) -> None:
    async def story(c: Client) -> None:
        ct = next(x for x in c.lab.cts if x.status == "running")
        volid = await archived(c, ct)
        answer = await restore(c, ct, volid, storage="local-lvm", force=1)
        assert answer.message == "can't overwrite running container"

    run(story)
