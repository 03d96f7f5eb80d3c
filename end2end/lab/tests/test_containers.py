"""Containers take and free space like VMs do."""

from __future__ import annotations

from .conftest import Client, Run
from .test_create import volumes

TEMPLATE = "local:vztmpl/debian-13-standard_13.1-1_amd64.tar.zst"


def test_a_container_from_create_to_destroy(run: Run) -> None:
    async def story(c: Client) -> None:
        free = c.lab.space("local-lvm", "pve1")[2]
        made = await c.post("/nodes/pve1/lxc", vmid=700, ostemplate=TEMPLATE, hostname="box", storage="local-lvm",
                            rootfs="local-lvm:6", memory=1024, net0="name=eth0,bridge=vmbr0,ip=dhcp")  # fmt: skip
        assert await c.done(made) == "OK"
        assert volumes(c, 700) == {"local-lvm:vm-700-disk-0"}
        assert await c.done(await c.put("/nodes/pve1/lxc/700/resize", disk="rootfs", size="+2G")) == "OK"
        assert c.lab.space("local-lvm", "pve1")[2] == free - 8 * 1024**3

        assert await c.done(await c.post("/nodes/pve1/vzdump", vmid=700, storage="local")) == "OK"
        [archive] = await c.get("/nodes/pve1/storage/local/content", content="backup", vmid=700)
        back = await c.post("/nodes/pve1/lxc", vmid=701, ostemplate=archive["volid"], restore=1, storage="local-lvm")
        assert await c.done(back) == "OK"
        config = (await c.call("GET", "/nodes/pve1/lxc/701/config")).data
        assert (config["hostname"], config["memory"], config["rootfs"]) == (
            "box", 1024, "local-lvm:vm-701-disk-0,size=8G")  # fmt: skip

        assert await c.done((await c.call("DELETE", "/nodes/pve1/lxc/701")).data) == "OK"
        assert await c.done((await c.call("DELETE", "/nodes/pve1/lxc/700")).data) == "OK"
        assert {v.split(":")[0] for v in volumes(c, 700)} == {"local"}
        assert c.lab.space("local-lvm", "pve1")[2] == free

    run(story)


def test_a_clone_and_a_failed_create_leave_the_storages_in_step(run: Run) -> None:
    async def story(c: Client) -> None:
        source = c.lab.cts[0]
        base = f"/nodes/{source.node}/lxc"
        if source.status == "running":
            await c.done(await c.post(f"{base}/{source.vmid}/status/stop"))
        cloned = await c.post(f"{base}/{source.vmid}/clone", newid=700, full=1, storage="ceph")
        assert await c.done(cloned) == "OK"
        assert volumes(c, 700) == {"ceph:vm-700-disk-0"}
        rule = {"match": {"method": "POST", "path": "/lxc$"}, "action": "task_fail", "message": "boom"}
        await c.ctl("POST", "/faults", rule)
        lost = await c.post("/nodes/pve1/lxc", vmid=701, ostemplate=TEMPLATE, rootfs="local-lvm:6")
        assert await c.done(lost) == "boom"
        assert c.lab.ct(701) is None
        lost = await c.post("/nodes/pve1/qemu", vmid=701, scsi0="local-lvm:6")
        await c.call("DELETE", f"/nodes/pve1/tasks/{lost}")
        assert await c.done(lost) == "interrupted by signal" and c.lab.vm(701) is None
        assert not any(i["vmid"] == 701 for i in await c.get("/nodes/pve1/storage/local-lvm/content"))

    run(story)
