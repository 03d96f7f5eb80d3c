"""Backups: the dump and its log, retention, restore, and the jobs of the cluster."""

from __future__ import annotations

import asyncio
import datetime

import pytest

from lab.prune import mark
from lab.schedule import next_run

from .conftest import Client, Run

DAY = 86400


async def a_guest(c: Client) -> None:
    await c.done(await c.post("/nodes/pve1/qemu/9000/clone", newid=700, name="shop", full=1))


async def dump(c: Client, **form: object) -> str:
    return str(await c.post("/nodes/pve1/vzdump", **{"vmid": 700, "storage": "local", "compress": "zstd", **form}))


def test_a_backup_leaves_an_archive_that_restores(run: Run) -> None:
    async def story(c: Client) -> None:
        await a_guest(c)
        upid = await dump(c, notes__template="{{guestname}} on {{node}}")
        assert await c.done(upid) == "OK"
        log = await c.log(upid)
        assert log[1] == "INFO: Starting Backup of VM 700 (qemu)"
        assert log[-2:] == ["INFO: Backup job finished successfully", "TASK OK"]
        [archive] = await c.get("/nodes/pve1/storage/local/content", content="backup", vmid=700)
        assert archive["notes"] == "shop on pve1" and archive["format"] == "vma.zst"
        assert archive["volid"].startswith("local:backup/vzdump-qemu-700-") and archive["size"] == 3 * 1024**3
        assert await c.get("/nodes/pve2/storage/local/content", content="backup", vmid=700) == []
        text = (await c.call("GET", "/nodes/pve1/vzdump/extractconfig", volume=archive["volid"])).data
        assert "name: shop\n" in text

        taken = await c.call("POST", "/nodes/pve1/qemu", vmid=700, archive=archive["volid"])
        assert "already exists" in taken.message
        mac = c.lab.vm(700).config["net0"]
        await c.put("/nodes/pve1/qemu/700/config", cores=16)
        back = await c.post("/nodes/pve1/qemu", vmid=700, archive=archive["volid"], force=1)
        assert await c.done(back) == "OK"
        config = await c.get("/nodes/pve1/qemu/700/config")
        assert config["cores"] == 2 and config["net0"] == mac and "lock" not in config
        other = await c.post("/nodes/pve1/qemu", vmid=701, archive=archive["volid"], unique=1, storage="ceph")
        assert await c.done(other) == "OK"
        copy = await c.get("/nodes/pve1/qemu/701/config")
        assert copy["net0"] != mac and copy["scsi0"].startswith("ceph:vm-701-disk-0")

    run(story)


def test_a_backup_locks_while_it_runs_and_a_stopped_one_leaves_nothing(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.ctl("PUT", "/time-scale", {"time_scale": 0})
        await a_guest(c)
        await c.ctl("PUT", "/time-scale", {"time_scale": 0.2})
        upid = await dump(c)
        await asyncio.sleep(0.2)
        assert (await c.get("/nodes/pve1/qemu/700/config"))["lock"] == "backup"
        early = len(await c.log(upid))
        await asyncio.sleep(1)
        assert len(await c.log(upid)) > early
        await c.call("DELETE", f"/nodes/pve1/tasks/{upid}")
        assert await c.done(upid) == "interrupted by signal"
        assert c.lab.vm(700).lock is None
        assert await c.get("/nodes/pve1/storage/local/content", content="backup", vmid=700) == []

    run(story, time_scale=0.2)


def test_one_guest_that_fails_is_a_job_with_errors(run: Run) -> None:
    async def story(c: Client) -> None:
        await a_guest(c)
        await c.ctl("POST", "/guests/700", {"lock": "migrate"})
        upid = await dump(c)
        assert await c.done(upid) == "job errors"
        assert "ERROR: Backup of VM 700 failed - VM is locked (migrate)" in await c.log(upid)
        wrong = await c.post("/nodes/pve1/vzdump", vmid=700, storage="ceph")
        assert (await c.done(wrong)).endswith("can't use storage 'ceph' for backups - wrong content type")
        assert (await c.call("POST", "/nodes/pve1/vzdump", storage="local")).status == 400

    run(story)


def test_retention_keeps_what_it_says(run: Run) -> None:
    async def story(c: Client) -> None:
        await a_guest(c)
        for n in range(4):
            assert await c.done(await dump(c, protected=1 if n == 0 else 0)) == "OK"
            await c.ctl("PUT", "/clock", {"advance": DAY})
        path = "/nodes/pve1/storage/local/prunebackups"
        marks = await c.get(path, vmid=700, prune__backups="keep-last=1")
        assert [m["mark"] for m in marks] == ["keep", "remove", "remove", "protected"]
        upid = (await c.call("DELETE", path, vmid=700, prune__backups="keep-last=1")).data
        assert await c.done(upid) == "OK" and (await c.log(upid))[0].startswith("removing backup 'local:backup/")
        assert len(await c.get("/nodes/pve1/storage/local/content", content="backup", vmid=700)) == 2
        await c.without("Datastore.Allocate")
        refused = await c.call("POST", "/nodes/pve1/vzdump", vmid=700, storage="local", prune__backups="keep-last=1")
        assert "Datastore.Allocate)" in refused.message
        c.lab.storages["local"]["prune-backups"] = "keep-last=1"
        upid = await dump(c)
        assert await c.done(upid) == "OK"
        assert "INFO: pruned 1 backup(s) not covered by keep-retention policy" in await c.log(upid)
        assert len(await c.get("/nodes/pve1/storage/local/content", content="backup", vmid=700)) == 2

    run(story)


def test_marks_follow_the_slots() -> None:
    base = int(datetime.datetime(2026, 3, 31, 12, tzinfo=datetime.timezone.utc).timestamp())
    days = [base - n * DAY for n in range(40)]
    assert mark(days, {"keep-daily": 3}) == [True] * 3 + [False] * 37
    assert [n for n, keep in enumerate(mark(days, {"keep-last": 1, "keep-monthly": 1})) if keep] == [0, 31]
    assert mark(days, {}) == mark(days, {"keep-all": 1}) == [True] * 40


def test_jobs_are_kept_changed_and_cover_guests(run: Run) -> None:
    async def story(c: Client) -> None:
        await a_guest(c)
        before = {g["vmid"] for g in await c.get("/cluster/backup-info/not-backed-up")}
        await c.post("/cluster/backup", id="night", vmid="700,9000", storage="nfs", schedule="21:00",
                     prune__backups="keep-last=3")  # fmt: skip
        [job] = await c.get("/cluster/backup")
        assert (job["id"], job["type"], job["enabled"]) == ("night", "vzdump", 1)
        assert job["prune-backups"] == {"keep-last": "3"} and job["next-run"] > c.lab.now()
        after = {g["vmid"] for g in await c.get("/cluster/backup-info/not-backed-up")}
        assert before - after == {700, 9000}
        covered = (await c.get("/cluster/backup/night/included_volumes"))["children"]
        assert [g["id"] for g in covered] == [700, 9000]
        await c.put("/cluster/backup/night", enabled=0, pool="staging")
        job = await c.get("/cluster/backup/night")
        assert "vmid" not in job and "next-run" not in job
        for wrong in ({"vmid": "100"}, {"schedule": "daily"}, {"all": 1, "vmid": "1000", "schedule": "daily"}):
            assert (await c.call("POST", "/cluster/backup", **wrong)).status == 400
        assert (await c.call("DELETE", "/cluster/backup/night")).status == 200
        assert await c.get("/cluster/backup") == []

    run(story)


@pytest.mark.parametrize(
    ("schedule", "due"),
    [("daily", "2026-03-05 00:00"), ("21:30", "2026-03-04 21:30"), ("sun 02:00", "2026-03-08 02:00"),
     ("mon..tue 11:00", "2026-03-09 11:00"), ("*:15", "2026-03-04 12:15"), ("hourly", "2026-03-04 13:00"),
     ("*/2:00", "2026-03-04 14:00"), ("mon,wed 02:30", "2026-03-09 02:30"), ("sat 04..06:00", "2026-03-07 04:00"),
     ("22:00", "2026-03-04 22:00"), ("*-*-01 03:00", "2026-04-01 03:00"), ("*:0/15", "2026-03-04 12:15"),
     ("30", "2026-03-04 12:30"), ("fri..mon 01:00", "2026-03-06 01:00"), ("02-29 00:00", "2028-02-29 00:00"),
     ("quarterly", "2026-04-01 00:00"), ("Sunday", "2026-03-08 00:00"), ("sat,sun 8..18/2:30", "2026-03-07 08:30")],
)  # fmt: skip
def test_the_next_run(schedule: str, due: str) -> None:
    now = datetime.datetime(2026, 3, 4, 12, tzinfo=datetime.timezone.utc).timestamp()  # a Wednesday
    found = next_run(schedule, now)
    assert found is not None
    assert datetime.datetime.fromtimestamp(found, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M") == due
    assert next_run("first monday", now) is None


@pytest.mark.parametrize(
    ("nonsense", "why"),
    [("first monday", "'first' - Context(\"weekday\")"), ("25:00", "Context(\"time value too large\")"),
     ("mon-fri 02:00", "'-fri 02:00' - Nom(Eof)"), ("1..0:00", "Context(\"range start is bigger than end\")")],
)  # fmt: skip
def test_a_schedule_that_is_none(run: Run, nonsense: str, why: str) -> None:
    async def story(c: Client) -> None:
        for method, path, form in (("GET", "/cluster/jobs/schedule-analyze", {}),
                                   ("POST", "/cluster/backup", {"all": 1, "storage": "nfs"})):  # fmt: skip
            answer = await c.call(method, path, schedule=nonsense, **form)
            assert answer.status == 400
            said = answer.body["errors"]["schedule"]
            assert (
                said.startswith(f"invalid format - invalid calendar event '{nonsense}' - unable to parse")
                and why in said
            )
        assert await c.get("/cluster/backup") == []

    run(story)


def test_a_schedule_is_counted_out(run: Run) -> None:
    async def story(c: Client) -> None:
        path, start = "/cluster/jobs/schedule-analyze", 1772625600  # 4 March 2026, 12:00
        runs = await c.get(path, schedule="mon..fri 02:30", starttime=start, iterations=3)
        assert [x["utc"] for x in runs] == [
            "Thu Mar  5 02:30:00 2026",
            "Fri Mar  6 02:30:00 2026",
            "Mon Mar  9 02:30:00 2026",
        ]
        assert runs[0]["timestamp"] == start + 14 * 3600 + 1800
        assert len(await c.get(path, schedule="hourly")) == 10
        assert await c.get(path, schedule="*-02-30 01:00") == []

    run(story)


def test_a_job_runs_on_every_node_with_what_it_says(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.post("/cluster/backup", id="night", all=1, storage="nfs", schedule="02:30", mode="snapshot",
                     comment="Every night", repeat__missed=1, notes__template="{{cluster}}: {{vmid}}", compress="zstd",
                     prune__backups="keep-last=1", exclude="100")  # fmt: skip
        job = await c.get("/cluster/backup/night")
        assert (job["comment"], job["repeat-missed"], job["notes-template"]) == (
            "Every night",
            1,
            "{{cluster}}: {{vmid}}",
        )
        await c.ctl("PUT", "/time-scale", {"time_scale": 0})
        started = (await c.ctl("POST", "/jobs/night/run"))["upids"]
        assert sorted(u.split(":")[1] for u in started) == ["pve1", "pve2", "pve3"]
        for upid in started:
            assert upid.endswith(":root@pam:")
            log = await c.log(upid)
            assert "--job-id night" in log[0] and "INFO: starting new backup job" in log[0]
            assert not any("Backup of VM 100 " in line for line in log)
        items = [x for x in await c.get("/nodes/pve1/storage/nfs/content", content="backup") if x["vmid"] == 101]
        assert [x["notes"] for x in items] == ["lab: 101"]
        twice = await c.call("POST", "/cluster/backup", id="night", all=1, schedule="02:30")
        assert twice.message == "Job 'night' already exists"

    run(story)
