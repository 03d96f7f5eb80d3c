"""Dumps that meet an obstacle: a full storage, a lock, a guest that will not freeze, another job."""

from __future__ import annotations

import asyncio
import re

from .conftest import Client, Run
from .test_dump import GIB, LINE, dumped, machine


def test_a_freeze_that_hangs_runs_into_its_limit_and_the_backup_goes_on(run: Run) -> None:
    async def story(c: Client) -> None:
        vm = machine(c)
        await c.ctl("POST", f"/guests/{vm.vmid}", {"agent": "freeze-hangs"})
        upid = await c.post(f"/nodes/{vm.node}/vzdump", vmid=vm.vmid, storage="nfs")
        await asyncio.sleep(0.2)
        assert (await c.log(upid))[-1] == "INFO: issuing guest-agent 'fs-freeze' command"
        await c.ctl("PUT", "/clock", {"advance": 3600})
        assert await c.done(upid) == "OK"
        log = await c.log(upid)
        at = log.index("INFO: issuing guest-agent 'fs-freeze' command")
        failed = f"ERROR: VM {vm.vmid} qmp command 'guest-fsfreeze-{{}}' failed - got timeout"
        assert log[at + 1 : at + 4] == [failed.format("freeze"), "INFO: issuing guest-agent 'fs-thaw' command",
                                        failed.format("thaw")]  # fmt: skip
        assert "INFO: Backup job finished successfully" in log

    run(story)


def test_a_storage_that_fills_up_ends_the_dump_in_its_middle(run: Run) -> None:
    async def story(c: Client) -> None:
        vm, free = machine(c), c.lab.space("nfs", "pve1")[2]
        c.lab.storages["nfs"]["other"] += free - 2 * GIB
        log = await dumped(c, vm, compress="zstd")
        why = "vma_queue_write: write error - Broken pipe"
        at = log.index(f"ERROR: {why}")
        assert log[at - 2] == "zstd: error 70 : Write error : cannot write block : No space left on device"
        assert LINE.fullmatch(log[at - 1]) and int(log[at - 1].split("%")[0][5:]) < 100
        assert log[at + 1 : at + 4] == ["INFO: aborting backup job", "INFO: resuming VM again",
                                        f"ERROR: Backup of VM {vm.vmid} failed - {why}"]  # fmt: skip
        assert log[at + 4].startswith("INFO: Failed at ") and log[-1] == "TASK ERROR: job errors"
        assert c.lab.space("nfs", "pve1")[2] == 2 * GIB and vm.lock is None
        ct = c.lab.cts[0]
        c.lab.storages["nfs"]["other"] += 2 * GIB - 1000
        log = await dumped(c, ct, compress="zstd")
        assert any(re.fullmatch(rf"ERROR: Backup of VM {ct.vmid} failed - command 'set -o pipefail && .*' failed: exit "
                                "code 70", x) for x in log)  # fmt: skip

    run(story)


def test_a_fault_in_the_middle_ends_the_dump_of_either_kind(run: Run) -> None:
    async def story(c: Client) -> None:
        for guest in (machine(c), c.lab.cts[0]):
            rule = {"match": {"path": "/vzdump$"}, "action": "task_fail", "message": "boom", "at": "middle"}
            await c.ctl("POST", "/faults", rule)
            before = await c.get("/nodes/pve1/storage/nfs/content", vmid=guest.vmid)
            log = await dumped(c, guest)
            assert f"ERROR: Backup of VM {guest.vmid} failed - boom" in log and log[-1] == "TASK ERROR: job errors"
            found = [int(m.group(1)) for m in map(LINE.fullmatch, log) if m]
            assert not found or 50 <= found[-1] < 100
            assert await c.get("/nodes/pve1/storage/nfs/content", vmid=guest.vmid) == before
            assert guest.lock is None and guest.status == "running"
            assert "unfinished" not in {v["content"] for v in c.lab.storages["nfs"]["volumes"].values()}

    run(story)


def test_one_job_of_a_node_at_a_time(run: Run) -> None:
    async def story(c: Client) -> None:
        guests = [v for v in c.lab.vms if v.node == "pve1" and not (v.template or v.lock)][:2]
        await c.ctl("PUT", "/time-scale", {"time_scale": 0.02})
        first, second = [await c.post("/nodes/pve1/vzdump", vmid=g.vmid, storage="nfs") for g in guests]
        await asyncio.sleep(0.1)
        assert await c.log(second) == ["INFO: trying to get global lock - waiting..."]
        await c.call("DELETE", f"/nodes/pve1/tasks/{first}")
        assert await c.done(first) == "interrupted by signal"
        log = await c.log(first)
        assert log[-4].startswith(f"ERROR: Backup of VM {guests[0].vmid} failed - interrupted by signal")
        assert log[-2:] == ["ERROR: Backup job failed - interrupted by signal", "TASK ERROR: interrupted by signal"]
        await c.ctl("PUT", "/time-scale", {"time_scale": 0.001})
        assert await c.done(second) == "OK"
        assert (await c.log(second))[1] == "INFO: got global lock"

    run(story)


def test_guests_of_other_nodes_and_of_nobody(run: Run) -> None:
    async def story(c: Client) -> None:
        vm = machine(c)
        other = next(n for n in ("pve1", "pve2", "pve3") if n != vm.node)
        assert await c.post(f"/nodes/{other}/vzdump", vmid=vm.vmid, storage="nfs") == "OK"
        upid = await c.post(f"/nodes/{vm.node}/vzdump", vmid=f"{vm.vmid},99999", storage="nfs")
        assert await c.done(upid) == "job errors"
        assert "ERROR: Backup of VM 99999 failed - unable to find VM '99999'" in await c.log(upid)
        for wrong, why in (({"job__id": "night"}, "Only root may set this option."), ({"stdout": 1}, "command line")):
            answer = await c.call("POST", f"/nodes/{vm.node}/vzdump", vmid=vm.vmid, storage="nfs", **wrong)
            assert answer.status == 400 and why in str(answer.body["errors"])

    run(story)


def test_a_config_lock_that_is_held_is_waited_for_and_given_up(run: Run) -> None:
    async def story(c: Client) -> None:
        vm = machine(c)
        vm.lock_holder = "somebody"
        log = await dumped(c, vm)
        assert any(
            "lock file" in x and "got timeout" in x for x in log if x.startswith(f"ERROR: Backup of VM {vm.vmid}")
        )
        assert log[-1] == "TASK ERROR: job errors"

    run(story)
