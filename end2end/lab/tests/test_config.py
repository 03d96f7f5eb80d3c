"""A VM's configuration as editors meet it: digests, what is pending, and disks that come, move and go."""

from __future__ import annotations

import asyncio

from .conftest import Client, Run
from .test_create import volumes

VM = "/nodes/pve1/qemu/500"
GUEST = {
    "vmid": 500, "name": "box", "node": "pve1", "status": "running",
    "config": {"cores": 2, "memory": "2048", "scsi0": "local-lvm:8", "net0": "virtio,bridge=vmbr0"},
}  # fmt: skip


async def box(c: Client) -> None:
    """A running guest with one disk."""
    await c.ctl("POST", "/guests", GUEST)


def test_two_editors_do_not_overwrite_each_other(run: Run) -> None:
    async def story(c: Client) -> None:
        await box(c)
        read = (await c.get(VM + "/config"))["digest"]
        assert (await c.call("PUT", VM + "/config", memory=4096, digest=read)).status == 200
        # What only waits is part of the file, and so of its digest.
        changed = (await c.get(VM + "/config", current=1))["digest"]
        assert changed != read
        late = await c.call("PUT", VM + "/config", memory=1024, digest=read)
        assert late.status == 500 and "detected modified configuration" in late.message
        assert (await c.get(VM + "/config"))["memory"] == "4096"
        assert (await c.call("PUT", VM + "/resize", disk="scsi0", size="9G", digest=read)).status == 500
        late = await c.call("POST", VM + "/move_disk", disk="scsi0", storage="ceph", digest=read)
        assert late.status == 500 and "detected modified configuration" in late.message

    run(story)


def test_what_waits_is_taken_over_by_a_start_and_not_by_a_reset(run: Run) -> None:
    async def story(c: Client) -> None:
        await box(c)
        await c.put(VM + "/config", memory=4096, delete="cores", description="now")
        pending = {item["key"]: item for item in await c.get(VM + "/pending")}
        assert pending["memory"]["pending"] == 4096 or pending["memory"]["pending"] == "4096"
        assert pending["memory"]["value"] in (2048, "2048") and pending["cores"]["delete"] == 1
        assert "pending" not in pending["description"] and pending["description"]["value"] == "now"
        assert (await c.get(VM + "/config", current=1))["memory"] == "2048"
        assert await c.done(await c.post(VM + "/status/reset")) == "OK"
        assert (await c.get(VM + "/config", current=1))["memory"] == "2048"
        assert await c.done(await c.post(VM + "/status/stop")) == "OK"
        assert await c.done(await c.post(VM + "/status/start")) == "OK"
        config = await c.get(VM + "/config", current=1)
        assert config["memory"] == "4096" and "cores" not in config
        assert not [item for item in await c.get(VM + "/pending") if "pending" in item or "delete" in item]

    run(story)


def test_a_disk_moves_and_leaves_its_source_or_not(run: Run) -> None:
    async def story(c: Client) -> None:
        await box(c)
        assert volumes(c, 500) == {"local-lvm:vm-500-disk-0"}
        same = await c.call("POST", VM + "/move_disk", disk="scsi0", storage="local-lvm")
        assert same.status == 500 and "same storage" in same.message
        upid = await c.post(VM + "/move_disk", disk="scsi0", storage="ceph")
        assert upid.split(":")[5:7] == ["qmmove", "500"]
        assert await c.done(upid) == "OK"
        config = await c.get(VM + "/config")
        assert config["scsi0"].startswith("ceph:vm-500-disk-") and config["scsi0"].endswith("size=8G")
        assert config["unused0"] == "local-lvm:vm-500-disk-0"
        assert await c.done(await c.post(VM + "/move_disk", disk="scsi0", storage="local-lvm", delete=1)) == "OK"
        config = await c.get(VM + "/config")
        assert config["scsi0"] == "local-lvm:vm-500-disk-1,size=8G"
        assert volumes(c, 500) == {"local-lvm:vm-500-disk-0", "local-lvm:vm-500-disk-1"}

        # One that is stopped takes away what it has copied, and leaves the disk where it is.
        c.lab.clock.set_scale(1.0)
        upid = await c.post(VM + "/move_disk", disk="scsi0", storage="ceph", delete=1)
        await asyncio.sleep(0)
        await c.call("DELETE", f"/nodes/pve1/tasks/{upid}")
        assert await c.done(upid) != "OK"
        assert (await c.get(VM + "/config"))["scsi0"] == "local-lvm:vm-500-disk-1,size=8G"
        assert volumes(c, 500) == {"local-lvm:vm-500-disk-0", "local-lvm:vm-500-disk-1"}

    run(story)


def test_a_detached_disk_is_kept_and_a_forced_one_is_not(run: Run) -> None:
    async def story(c: Client) -> None:
        await box(c)
        assert await c.done(await c.post(VM + "/config", scsi1="local-lvm:3")) == "OK"
        await c.put(VM + "/config", delete="scsi1")
        config = await c.get(VM + "/config")
        assert "scsi1" not in config and config["unused0"] == "local-lvm:vm-500-disk-1"
        await c.put(VM + "/config", delete="unused0")
        assert volumes(c, 500) == {"local-lvm:vm-500-disk-0"}
        assert await c.done(await c.post(VM + "/config", scsi1="local-lvm:3")) == "OK"
        assert await c.done(await c.post(VM + "/config", delete="scsi1", force=1)) == "OK"
        config = await c.get(VM + "/config")
        assert "scsi1" not in config and "unused0" not in config
        assert volumes(c, 500) == {"local-lvm:vm-500-disk-0"}

    run(story)


def test_a_running_guest_keeps_its_cloud_init_until_it_starts_anew(run: Run) -> None:
    async def story(c: Client) -> None:
        config = {**GUEST["config"], "ide2": "local-lvm:cloudinit,media=cdrom", "agent": "1",
                  "ipconfig0": "ip=192.0.2.5/24", "ciuser": "ops", "nameserver": "192.0.2.1"}  # fmt: skip
        await c.ctl("POST", "/guests", {**GUEST, "config": config})
        await c.ctl("POST", "/guests/500", {"boot_secs": 0})

        async def waits() -> dict[str, tuple[object, object, object]]:
            items = await c.get(VM + "/cloudinit")
            found = {i["key"]: (i.get("value"), i.get("pending"), i.get("delete")) for i in items}
            return {k: v for k, v in found.items() if v[1] or v[2]}

        async def addresses() -> str:
            return str((await c.get(VM + "/agent/network-get-interfaces"))["result"])

        assert await waits() == {}
        await c.put(VM + "/config", ipconfig0="ip=192.0.2.6/24", cipassword="$5$a$b", delete="nameserver")
        # It stands in the config at once, so nothing of it is in /pending.
        assert not [item for item in await c.get(VM + "/pending") if "pending" in item or "delete" in item]
        changed = {"ipconfig0": ("ip=192.0.2.5/24", "ip=192.0.2.6/24", None),
                   "cipassword": (None, "**********", None), "nameserver": (None, None, 1)}  # fmt: skip
        assert await waits() == changed
        assert "192.0.2.5" in await addresses()
        await c.put(VM + "/cloudinit")
        assert await waits() == {}
        # The guest reads the new drive when it boots.
        assert "192.0.2.5" in await addresses()
        assert await c.done(await c.post(VM + "/status/reset")) == "OK"
        assert "192.0.2.6" in await addresses()
        await c.put(VM + "/config", ipconfig0="ip=192.0.2.7/24")
        assert await c.done(await c.post(VM + "/status/stop")) == "OK"
        assert await c.done(await c.post(VM + "/status/start")) == "OK"
        assert await waits() == {} and "192.0.2.7" in await addresses()

    run(story)
