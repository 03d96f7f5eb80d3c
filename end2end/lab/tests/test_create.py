"""The path of a new server: clone, hardware, disks, cloud-init, start, agent, destroy."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from .conftest import Client, Run

CLONE = "/nodes/pve1/qemu/9000/clone"


def volumes(client: Client, vmid: int) -> set[str]:
    """The volumes a guest owns, over all storages."""
    return {f"{sid}:{name}" for sid, store in client.lab.storages.items()
            for name, vol in store["volumes"].items() if vol.get("vmid") == vmid}  # fmt: skip


def test_a_server_from_clone_to_agent_and_back_to_nothing(run: Run) -> None:
    async def story(c: Client) -> None:
        free = c.lab.space("local-lvm", "pve1")[2]
        other = c.lab.space("local-lvm", "pve2")[2]
        vmid = await c.get("/cluster/nextid")
        assert (await c.call("GET", "/cluster/nextid", vmid=9000)).status == 400
        upid = await c.post(CLONE, newid=vmid, name="shop", description="task 1", full=1, pool="staging")
        assert upid.split(":")[5:7] == ["qmclone", "9000"]
        assert await c.done(upid) == "OK"
        log = await c.log(upid)
        assert log[0] == "create full clone of drive scsi0 (local-lvm:base-9000-disk-0)"
        assert log[-2:] == ["transferred 10.0 GiB of 10.0 GiB (100.00%)", "TASK OK"]

        vm = f"/nodes/pve1/qemu/{vmid}"
        config = await c.get(vm + "/config")
        assert config["name"] == "shop" and config["description"] == "task 1"
        assert "lock" not in config and "template" not in config
        assert config["scsi0"] == f"local-lvm:vm-{vmid}-disk-0,size=10G"
        assert config["net0"] != c.lab.vm(9000).config["net0"]

        set_ = {"cores": 4, "memory": 4096, "scsi1": "local-lvm:20", "net1": "virtio,bridge=vmbr1",
                "ciuser": "admin", "cipassword": "$6$salt$hash", "ipconfig0": "ip=10.1.2.3/24,gw=10.1.2.1",
                "ipconfig1": "ip=dhcp", "nameserver": "10.1.2.1"}  # fmt: skip
        assert await c.done(await c.post(vm + "/config", **set_)) == "OK"
        config = await c.get(vm + "/config")
        assert config["cores"] == 4 and config["memory"] == "4096"
        assert config["scsi1"] == f"local-lvm:vm-{vmid}-disk-1,size=20G"
        assert config["net1"].startswith("virtio=BC:24:11:")
        assert config["cipassword"] == "**********"
        assert c.lab.vm(int(vmid)).config["cipassword"] == "$6$salt$hash"

        assert await c.done(await c.put(vm + "/resize", disk="scsi0", size="32G")) == "OK"
        assert (await c.get(vm + "/config"))["scsi0"].endswith("size=32G")
        assert c.lab.space("local-lvm", "pve1")[2] == free - 52 * 1024**3 - 4 * 1024**2
        assert c.lab.space("local-lvm", "pve2")[2] == other
        content = await c.get("/nodes/pve1/storage/local-lvm/content", vmid=vmid)
        assert {i["volid"] for i in content} == volumes(c, int(vmid))
        assert await c.get("/nodes/pve2/storage/local-lvm/content", vmid=vmid) == []

        assert await c.done(await c.post(vm + "/status/start")) == "OK"
        assert (await c.get(vm + "/status/current"))["status"] == "running"
        early = await c.call("POST", vm + "/agent/ping")
        assert (early.status, early.message) == (500, "QEMU guest agent is not running")
        await c.ctl("PUT", "/clock", {"advance": 30})
        assert (await c.call("POST", vm + "/agent/ping")).status == 200
        nics = (await c.get(vm + "/agent/network-get-interfaces"))["result"]
        assert nics[1]["ip-addresses"][0] == {"ip-address": "10.1.2.3", "ip-address-type": "ipv4", "prefix": 24}
        assert nics[2]["ip-addresses"][0]["ip-address"].startswith("10.20.")
        meminfo = (await c.get(vm + "/agent/file-read", file="/proc/meminfo"))["content"]
        assert f"MemTotal:       {4096 * 1024:>8} kB" in meminfo
        pid = (await c.post(vm + "/agent/exec", command="journalctl"))["pid"]
        journal = await c.get(vm + "/agent/exec-status", pid=pid)
        assert journal["exited"] == 1 and len(journal["out-data"].splitlines()) == 50

        running = await c.call("DELETE", vm)
        assert (running.status, running.message) == (500, f"VM {vmid} is running - destroy failed")
        assert await c.done(await c.post(vm + "/status/stop")) == "OK"
        gone = await c.call("DELETE", vm, purge=1, destroy__unreferenced__disks=1)
        assert await c.done(gone.data) == "OK"
        assert volumes(c, int(vmid)) == set() and c.lab.vm(int(vmid)) is None
        assert c.lab.space("local-lvm", "pve1")[2] == free
        assert int(vmid) not in c.lab.pools["staging"]

    run(story)


def test_the_target_is_temporary_until_a_disk_is_written_and_locked_until_the_end(run: Run) -> None:
    async def story(c: Client) -> None:
        upid = await c.post(CLONE, newid=700, name="shop", description="task 2", full=1)
        await asyncio.sleep(0.02)
        config = await c.get("/nodes/pve1/qemu/700/config")
        assert {k: config[k] for k in config if k != "digest"} == {
            "description": " qmclone temporary file\n", "lock": "clone"}  # fmt: skip
        await c.ctl("PUT", "/clock", {"advance": 0.6})
        await asyncio.sleep(0.1)
        config = await c.get("/nodes/pve1/qemu/700/config")
        assert config["description"] == "task 2" and config["lock"] == "clone"
        locked = await c.call("PUT", "/nodes/pve1/qemu/700/config", cores=1)
        assert (locked.status, locked.message) == (500, "VM is locked (clone)")
        active = await c.get("/nodes/pve1/tasks", source="active", typefilter="qmclone")
        assert [t["upid"] for t in active] == [upid] and "status" not in active[0]
        await c.ctl("PUT", "/time-scale", {"time_scale": 0})
        assert await c.done(upid) == "OK"

    run(story, time_scale=0.5)


def test_stopping_a_clone_leaves_nothing(run: Run) -> None:
    async def story(c: Client) -> None:
        upid = await c.post(CLONE, newid=700, name="shop", full=1)
        await asyncio.sleep(0.3)
        assert volumes(c, 700)
        assert (await c.call("DELETE", f"/nodes/pve1/tasks/{upid}")).data is None
        assert await c.done(upid) == "clone failed: interrupted by signal"
        assert volumes(c, 700) == set() and c.lab.vm(700) is None

    run(story, time_scale=0.2)


@pytest.mark.parametrize("at", ["start", "middle"])
def test_a_failing_clone_leaves_nothing(run: Run, at: str) -> None:
    async def story(c: Client) -> None:
        rule = {"match": {"path": "/clone$"}, "action": "task_fail", "message": "disk went away", "at": at}
        await c.ctl("POST", "/faults", rule)
        upid = await c.post(CLONE, newid=700, name="shop", full=1)
        assert (await c.done(upid)).endswith("disk went away")
        assert volumes(c, 700) == set() and c.lab.vm(700) is None
        assert await c.done(await c.post(CLONE, newid=700, name="shop", full=1)) == "OK"

    run(story)


def test_what_a_clone_refuses(run: Run) -> None:
    async def story(c: Client) -> None:
        async def why(**form: Any) -> str:
            answer = await c.call("POST", CLONE, **{"newid": 700, "full": 1, **form})
            assert answer.status in (400, 500), answer.body
            return answer.message + "".join(answer.body.get("errors", {}).values())

        assert await why(target="pve2") == "can't clone VM to node 'pve2' (VM uses local storage)"
        assert await why(target="pve2", storage="local-lvm") == "can't clone to non-shared storage 'local-lvm'"
        assert await why(newid=9001) == "unable to create VM 9001: config file already exists"
        assert await why(full=0, storage="ceph") == "parameter 'storage' not allowed for linked clones"
        assert "does not support vm images" in await why(storage="local")
        assert "does not exist" in await why(storage="nowhere")
        shared = await c.post("/nodes/pve1/qemu/8000/clone", newid=700, full=1, target="pve3")
        assert await c.done(shared) == "OK" and c.lab.vm(700).node == "pve3"
        c.lab.storages["local-lvm"]["total"] = 0
        full = await c.post(CLONE, newid=701, full=1)
        assert "no space left" in await c.done(full) and c.lab.vm(701) is None

    run(story)


def test_an_id_taken_while_the_clone_waits_stays_with_its_owner(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.ctl("POST", "/faults", {"match": {"method": "POST", "path": "/clone$"}, "action": "hold_before"})
        call = asyncio.ensure_future(c.call("POST", CLONE, newid=700, full=1))
        [hold] = await c.ctl("GET", "/holds?wait=5")
        await c.ctl("POST", "/guests", {"vmid": 700, "name": "theirs"})
        await c.ctl("POST", f"/holds/{hold['id']}/release")
        assert (await call).message == "unable to create VM 700: config file already exists"
        assert c.lab.vm(700).name == "theirs"

    run(story)


def test_linked_clones_take_no_room_and_keep_their_base(run: Run) -> None:
    async def story(c: Client) -> None:
        used = c.lab.space("ceph", "pve1")[1]
        upid = await c.post("/nodes/pve1/qemu/8000/clone", newid=700, full=0)
        assert await c.done(upid) == "OK"
        assert c.lab.space("ceph", "pve1")[1] == used + 4 * 1024**2
        refused = await c.call("DELETE", "/nodes/pve1/qemu/8000")
        assert "still in use by linked cloned" in await c.done(refused.data)

    run(story)


def test_disks_shrink_never_unlink_to_unused_and_move(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.done(await c.post(CLONE, newid=700, full=1))
        vm = "/nodes/pve1/qemu/700"
        assert "shrinking" in await c.done(await c.put(vm + "/resize", disk="scsi0", size="1G"))
        assert (await c.call("PUT", vm + "/resize", disk="scsi5", size="+1G")).message == "disk 'scsi5' does not exist"
        await c.put(vm + "/config", scsi1="ceph:5,ssd=1")
        assert "ceph:vm-700-disk-0" in volumes(c, 700)
        await c.put(vm + "/unlink", idlist="scsi1")
        assert (await c.get(vm + "/config"))["unused0"] == "ceph:vm-700-disk-0"
        await c.put(vm + "/unlink", idlist="unused0", force=1)
        assert "ceph:vm-700-disk-0" not in volumes(c, 700)
        moved = await c.post(vm + "/move_disk", disk="scsi0", storage="ceph", delete=1)
        assert await c.done(moved) == "OK"
        assert (await c.get(vm + "/config"))["scsi0"].startswith("ceph:vm-700-disk-0,")
        assert volumes(c, 700) == {"ceph:vm-700-disk-0", "local-lvm:vm-700-cloudinit"}

    run(story)


def test_a_running_guest_keeps_hardware_changes_pending(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.done(await c.post(CLONE, newid=700, full=1))
        vm = "/nodes/pve1/qemu/700"
        await c.done(await c.post(vm + "/status/start"))
        await c.put(vm + "/config", cores=8, tags="b;a")
        assert (await c.get(vm + "/config", current=1))["cores"] == 2
        assert (await c.get(vm + "/config"))["cores"] == 8
        assert {"key": "cores", "value": 2, "pending": 8} in await c.get(vm + "/pending")
        assert (await c.get(vm + "/config"))["tags"] == "a;b"
        assert await c.done(await c.post(vm + "/status/reboot")) == "OK"
        assert (await c.get(vm + "/config", current=1))["cores"] == 8

    run(story)


def test_a_digest_of_another_config_is_refused(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.done(await c.post(CLONE, newid=700, full=1))
        vm = "/nodes/pve1/qemu/700"
        digest = (await c.get(vm + "/config"))["digest"]
        await c.put(vm + "/config", cores=3, digest=digest)
        again = await c.call("PUT", vm + "/config", cores=4, digest=digest)
        assert again.status == 500 and "modified configuration" in again.message

    run(story)
