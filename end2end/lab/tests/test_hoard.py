"""A lab with a great many archives, and one with a backup server."""

from __future__ import annotations

import json
import time

from .conftest import Client, Run

DAY = 86400


def test_many_archives_are_spread_and_listed_fast(run: Run) -> None:
    async def story(c: Client) -> None:
        seen, took = [], []
        for n in range(1, 5):
            began = time.perf_counter()
            seen += await c.get(f"/nodes/pve1/storage/backup-{n:02d}/content", content="backup")
            took.append(time.perf_counter() - began)
        assert len(seen) == len({x["volid"] for x in seen}) == 6800
        # 1700 entries each, the check against the schema included; the slowest may have met something else.
        assert sorted(took)[1] < 0.3, took
        ages = [(c.lab.now() - x["ctime"]) / DAY for x in seen]
        assert min(ages) < 2 and 55 < max(ages) < 62
        assert {x["format"] for x in seen} == {
            "vma",
            "vma.zst",
            "vma.gz",
            "vma.lzo",
            "tar",
            "tar.zst",
            "tar.gz",
            "tar.lzo",
        }
        assert len({x["vmid"] for x in seen}) == len([g for g in [*c.lab.vms, *c.lab.cts] if not g.template])
        assert any(x.get("protected") for x in seen) and not all(x.get("notes") for x in seen)
        for n in range(1, 5):
            total, used, free = c.lab.space(f"backup-{n:02d}", "pve1")
            assert 0 < used < total and free > 0

    run(story, archives=6800, backup_storages=4)


def test_a_backup_server_has_verified_and_broken_snapshots(run: Run) -> None:
    async def story(c: Client) -> None:
        items = await c.get("/nodes/pve1/storage/pbs/content")
        assert {x["format"] for x in items} == {"pbs-vm", "pbs-ct"}
        states = [x.get("verification", {}).get("state") for x in items]
        assert set(states) == {"ok", "failed", None} and 0 < states.count("failed") < 4
        assert 0 < sum("encrypted" in x for x in items) < len(items)
        [entry] = [x for x in await c.get("/nodes/pve1/storage") if x["storage"] == "pbs"]
        assert (entry["type"], entry["content"], entry["shared"]) == ("pbs", "backup", 1)
        assert 0 < entry["used"] < entry["total"]

    run(story, pbs=True, guests=24)


def test_the_same_seed_gives_the_same_archives(run: Run) -> None:
    lists: list[str] = []

    async def story(c: Client) -> None:
        items = await c.get("/nodes/pve1/storage/backup-01/content")
        lists.append(json.dumps([[x["vmid"], x["size"], x.get("notes")] for x in items]))

    for _ in range(2):
        run(story, archives=100, backup_storages=2)
    assert lists[0] == lists[1]


def test_the_demo_cluster_has_neither_unless_asked(run: Run) -> None:
    async def story(c: Client) -> None:
        assert set(c.lab.storages) == {"local", "local-lvm", "ceph", "nfs"}

    run(story)
