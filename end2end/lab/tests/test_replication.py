"""A guest that is purged leaves no job that names it."""

from __future__ import annotations

from .conftest import Client, Run
from .test_create import volumes


def test_a_purge_takes_the_guest_out_of_every_job(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.ctl("POST", "/guests", {"vmid": 700, "name": "mine"})
        container = c.lab.cts[0]
        for vmid in (700, container.vmid):
            await c.post("/cluster/replication", id=f"{vmid}-0", type="local", target="pve2")
        await c.post("/cluster/backup", id="night", vmid=f"700,{container.vmid},9000", storage="nfs", schedule="21:00")
        assert {job["guest"] for job in await c.get("/cluster/replication")} == {700, container.vmid}

        assert await c.done((await c.call("DELETE", "/nodes/pve1/qemu/700")).data) == "OK"
        assert len(await c.get("/cluster/replication")) == 2, "nothing is purged unasked"
        await c.ctl("POST", "/guests", {"vmid": 700, "name": "mine"})
        assert await c.done((await c.call("DELETE", "/nodes/pve1/qemu/700", purge=1)).data) == "OK"
        base = f"/nodes/{container.node}/lxc/{container.vmid}"
        if container.status == "running":
            assert await c.done(await c.post(f"{base}/status/stop")) == "OK"
        assert await c.done((await c.call("DELETE", base, purge=1)).data) == "OK"
        assert await c.get("/cluster/replication") == []
        [job] = await c.get("/cluster/backup")
        assert job["vmid"] == "9000"

    run(story)


def test_a_suspended_machine_may_be_destroyed(run: Run) -> None:
    async def story(c: Client) -> None:
        cloned = await c.post("/nodes/pve1/qemu/9000/clone", newid=700, full=1)
        assert await c.done(cloned) == "OK"
        assert await c.done(await c.post("/nodes/pve1/qemu/700/status/start")) == "OK"
        assert await c.done(await c.post("/nodes/pve1/qemu/700/status/suspend", todisk=1)) == "OK"
        assert (await c.get("/nodes/pve1/qemu/700/status/current"))["lock"] == "suspended"
        assert await c.done((await c.call("DELETE", "/nodes/pve1/qemu/700")).data) == "OK"
        assert volumes(c, 700) == set()

    run(story)
