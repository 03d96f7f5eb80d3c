"""Archives on their storage: what a list says, notes and protection, removal, and names of somebody's own."""

from __future__ import annotations

from lab.archives import named
from lab.prune import mark

from .conftest import Client, Run, check

DAY = 86400
CONTENT = "/nodes/pve1/storage/{}/content"


async def archive(c: Client, storage: str = "nfs", **form: object) -> str:
    return str((await c.ctl("POST", f"/storages/{storage}/archives", form))["volid"])


async def alone(c: Client, path: str) -> dict[str, object]:
    """One archive; the slashes of its name keep the client from finding the schema by itself."""
    data = (await c.call("GET", path)).data
    check("/nodes/pve1/storage/nfs/content/one", "GET", data)
    return dict(data)


async def item(c: Client, volid: str) -> dict[str, object]:
    listed = await c.get(CONTENT.format(volid.split(":")[0]), content="backup")
    return next(x for x in listed if x["volid"] == volid)


def test_notes_and_protection(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.ctl("POST", "/storages", {"storage": "pbs", "type": "pbs"})
        for storage in ("nfs", "pbs"):
            volid = await archive(c, storage, vmid=100)
            path = f"{CONTENT.format(storage)}/{volid}"
            await c.put(path, notes="before the upgrade\nasked for by sales", protected=1)
            # A list shows the first line, the archive itself all of them.
            shown = await item(c, volid)
            assert (shown["notes"], shown["protected"]) == ("before the upgrade", 1)
            whole = await alone(c, path)
            assert (whole["notes"], whole["protected"]) == ("before the upgrade\nasked for by sales", 1)
            upid = (await c.call("DELETE", path)).data
            assert ":imgdel:100@" + storage in upid
            name = volid.split(":", 1)[1]
            assert await c.done(upid) == f"cannot remove protected volume '{name}' on '{storage}'"
            await c.put(path, notes="", protected=0)
            assert not {"notes", "protected"} & set(await item(c, volid))
            upid = (await c.call("DELETE", path)).data
            assert await c.done(upid) == "OK" and (await c.log(upid))[0] == f"Removed volume '{volid}'"
            assert volid not in {x["volid"] for x in await c.get(CONTENT.format(storage))}

    run(story)


def test_five_protected_ones_of_a_guest(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.without("Datastore.Allocate")
        vm = next(v for v in c.lab.vms if not v.template and not v.lock)
        base = int(c.lab.now()) - 100 * DAY
        made = [await archive(c, vmid=vm.vmid, at=base + n * DAY, protected=n < 5) for n in range(6)]
        path = f"{CONTENT.format('nfs')}/{made[5]}"
        why = "The number of protected backups per guest is limited to 5 on storage 'nfs'"
        assert (await c.call("PUT", path, protected=1)).message == why
        upid = await c.post(f"/nodes/{vm.node}/vzdump", vmid=vm.vmid, storage="nfs", protected=1)
        assert await c.done(upid) == "job errors"
        assert f"ERROR: Backup of VM {vm.vmid} failed - {why}" in await c.log(upid)
        await c.ctl("POST", "/storages/nfs", {"max-protected-backups": -1})
        assert (await c.call("PUT", path, protected=1)).status == 200

    run(story)


def test_who_may_see_and_change_an_archive(run: Run) -> None:
    async def story(c: Client) -> None:
        vmid = next(v.vmid for v in c.lab.vms if not v.template)
        volid = await archive(c, vmid=vmid)
        path = f"{CONTENT.format('nfs')}/{volid}"
        await c.ctl("PUT", "/grants", {"user": "drover@pve", "grants": {"/storage": ["Datastore.AllocateSpace"]}})
        assert await c.get(CONTENT.format("nfs"), content="backup") == []
        for method, form in (("PUT", {"protected": 1}), ("DELETE", {}), ("GET", {})):
            answer = await c.call(method, path, **form)
            assert (answer.status, answer.message) == (403, f"Permission check failed (/vms/{vmid}, VM.Backup)")
        await c.ctl("PUT", "/grants", {"user": "drover@pve", "grants": {
            "/storage": ["Datastore.AllocateSpace"], f"/vms/{vmid}": ["VM.Backup"]}})  # fmt: skip
        assert {x["vmid"] for x in await c.get(CONTENT.format("nfs"), content="backup")} == {vmid}
        assert (await c.call("PUT", path, protected=1)).status == 200

    run(story)


def test_an_archive_of_one_node_is_not_another_s(run: Run) -> None:
    async def story(c: Client) -> None:
        volid = await archive(c, "local", vmid=100, node="pve2")
        there, here = f"/nodes/pve2/storage/local/content/{volid}", f"/nodes/pve1/storage/local/content/{volid}"
        assert (await c.call("PUT", here, protected=1)).status == 500
        assert (await c.call("GET", here)).status == 500
        assert await c.done((await c.call("DELETE", here)).data) == "OK"
        assert (await alone(c, there))["protected"] == 0
        assert await c.done((await c.call("DELETE", there)).data) == "OK"
        assert (await c.call("GET", there)).status == 500

    run(story)


def test_names_of_somebody_s_own_and_guests_long_gone(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.without("Datastore.Allocate")
        own = await archive(c, name="vzdump-qemu-100-before-upgrade.vma.zst", at=1_700_000_000)
        free = await archive(c, name="friday.tar.zst")
        gone = await archive(c, vmid=4711, at=1_700_000_000)
        shown = await item(c, own)
        assert (shown["vmid"], shown["subtype"], shown["format"], shown["ctime"]) == (
            100,
            "qemu",
            "vma.zst",
            1_700_000_000,
        )
        assert (await item(c, gone))["vmid"] == 4711
        # Nobody's archive is for those who may do anything on the storage.
        assert free not in {x["volid"] for x in await c.get(CONTENT.format("nfs"))}
        marks = {
            x["volid"]: x for x in await c.get("/nodes/pve1/storage/nfs/prunebackups", prune__backups="keep-last=1")
        }
        assert (marks[own]["mark"], marks[free]["mark"], marks[gone]["mark"]) == ("renamed", "renamed", "keep")
        assert marks[free]["type"] == "unknown" and "vmid" not in marks[free]

    run(story)


def test_prune_needs_a_retention_and_removes_no_renamed_one(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.without("Datastore.Allocate")
        path = "/nodes/pve1/storage/nfs/prunebackups"
        assert (await c.call("GET", path)).message == "no prune-backups options configured for storage 'nfs'"
        assert (await c.call("DELETE", path, prune__backups="keep-last=1")).status == 403
        base = int(c.lab.now()) - 100 * DAY
        made = [await archive(c, vmid=4711, at=base - n * DAY, protected=n == 3) for n in range(4)]
        own = await archive(c, name="vzdump-qemu-4711-mine.vma.zst")
        await c.ctl("POST", "/storages/nfs", {"prune-backups": "keep-last=1"})
        assert [x["mark"] for x in await c.get(path, vmid=4711) if x["volid"] != own] == [
            "keep",
            "remove",
            "remove",
            "protected",
        ]
        upid = (await c.call("DELETE", path, vmid=4711, prune__backups="keep-last=1")).data
        assert ":prunebackups:4711@nfs:" in upid and await c.done(upid) == "OK"
        left = {x["volid"] for x in await c.get(CONTENT.format("nfs"), vmid=4711)}
        assert left == {made[0], made[3], own}

    run(story)


def test_a_server_tells_more_of_its_snapshots(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.ctl("POST", "/storages", {"storage": "pbs", "type": "pbs", "encryption-key": "ab:cd"})
        bad = {"state": "failed", "upid": "UPID:backup:0000:0000:00000000:verify:x:root@pam:"}
        volid = await archive(c, "pbs", vmid=100, verification=bad, encrypted="ab:cd")
        shown = await item(c, volid)
        assert (shown["verification"], shown["encrypted"], shown["format"]) == (bad, "ab:cd", "pbs-vm")
        vm = next(v for v in c.lab.vms if not v.template and not v.lock)
        upid = await c.post(f"/nodes/{vm.node}/vzdump", vmid=vm.vmid, storage="pbs")
        assert await c.done(upid) == "OK" and "INFO: enabling encryption" in await c.log(upid)
        disk = await c.call("POST", CONTENT.format("pbs"), vmid=100, filename="vm-100-disk-7", size="1G")
        assert disk.message == "can't allocate space in pbs storage"

    run(story)


def test_a_storage_that_is_offline(run: Run) -> None:
    async def story(c: Client) -> None:
        volid = await archive(c, vmid=100)
        await c.ctl("POST", "/storages/nfs", {"active": 0})
        for path in (CONTENT.format("nfs"), f"{CONTENT.format('nfs')}/{volid}"):
            assert (await c.call("GET", path)).message == "storage 'nfs' is not online"
        upid = await c.post("/nodes/pve1/vzdump", all=1, storage="nfs")
        assert await c.done(upid) == "could not activate storage 'nfs': storage 'nfs' is not online"
        await c.ctl("POST", "/storages/nfs", {"active": 1})
        assert await item(c, volid)

    run(story)


def test_what_a_name_tells() -> None:
    tells = named("backup/vzdump-lxc-105-2026_01_02-03_04_05.tar.gz")
    assert (tells.kind, tells.vmid, tells.at, tells.standard) == ("lxc", 105, 1767323045, True)
    tells = named("backup/ct/105/2026-01-02T03:04:05Z")
    assert (tells.kind, tells.vmid, tells.at, tells.standard) == ("lxc", 105, 1767323045, True)
    assert named("backup/vzdump-qemu-99-2026_01_02-03_04_05.vma").vmid is None
    assert named("backup/weekly.tar.zst") == named("backup/monthly.tar.zst")


def test_a_slot_keeps_one_and_no_later_rule_wants_the_others() -> None:
    # The week of 1 February 2026 holds days of two months: what it does not keep, January does not get either.
    ages = [1769904000, 1769817600, 1769731200]
    assert mark(ages, {"keep-weekly": 1, "keep-monthly": 5}) == [True, False, False]
    assert mark(ages, {"keep-monthly": 5}) == [True, True, False]
