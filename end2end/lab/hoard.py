"""A great many archives, for a page that must stay quick: spread over storages, guests, ages and formats.

Like `demo` it knows no HTTP, and the same seed gives the same archives.
"""

from __future__ import annotations

import random
from typing import Any

from .archives import archive_name, snapshot_name
from .control_storages import add_storage
from .core import GIB, MIB, Values

DAYS = 60
DAY = 86400
COMPRESSED = ("zstd", "zstd", "zstd", "gzip", "lzo", None)
NOTES = (None, None, "{0}", "{0} before the upgrade", "monthly\nkeep until the audit")


def hoard(lab: Any, count: int, storages: int) -> None:
    """Add `storages` shared storages, backup-01 and so on, that hold `count` archives between them."""
    rng = random.Random(f"hoard/{lab.options.seed}")
    names = [f"backup-{n:02d}" for n in range(1, storages + 1)]
    for name in names:
        add_storage(lab, name, "nfs")
    guests = [("qemu", g) for g in lab.vms if not g.template] + [("lxc", g) for g in lab.cts]
    if not guests or not names:
        return
    kept = {g.vmid: _kept(lab, g) for _kind, g in guests}
    rounds = -(-count // len(guests))
    midnight = int(lab.now()) // DAY * DAY
    for n in range(count):
        kind, guest = guests[n % len(guests)]
        # The rounds go back in time in even steps; within one, each guest has a minute of its own.
        at = midnight - n // len(guests) * DAYS * DAY // rounds - n % len(guests) * 17
        note = rng.choice(NOTES)
        lab.keep_archive(rng.choice(names), archive_name(kind, guest.vmid, at, rng.choice(COMPRESSED)),
                         rng.randrange(200 * MIB, 40 * GIB), None, protected=rng.random() < 0.03,
                         **({"notes": note.format(guest.name)} if note else {}), **kept[guest.vmid])  # fmt: skip
    for name in names:
        store = lab.storages[name]
        store["total"] = max(2 * sum(vol["size"] for vol in store["volumes"].values()), 1000 * GIB)


def _kept(lab: Any, guest: Any) -> Values:
    """What every archive of a guest holds; they share it."""
    return {"disks": [(key, size) for key, _volume, size in lab.dump_disks(guest)],
            "config": {k: v for k, v in guest.config.items() if k != "lock"}}  # fmt: skip


def add_server(lab: Any) -> None:
    """A Proxmox Backup Server, `pbs`, that holds a week of most guests: verified, not yet, and one that is broken."""
    add_storage(lab, "pbs", "pbs", total=8000 * GIB)
    rng = random.Random(f"pbs/{lab.options.seed}")
    midnight = int(lab.now()) // DAY * DAY
    guests = [("qemu", g) for g in lab.vms if not g.template] + [("lxc", g) for g in lab.cts]
    for number, (kind, guest) in enumerate(guests):
        if rng.random() < 0.3:
            continue
        for ago in range(1, 8):
            at = midnight - ago * DAY + guest.vmid % 7200
            kept = _kept(lab, guest)
            more: Values = {"notes": guest.name, "used": 200 * MIB, **kept}
            if ago > 1:
                state = "failed" if (number, ago) in ((0, 3), (5, 2)) else "ok"
                upid = (
                    f"UPID:backup:{at % 65536:08X}:{ago:08X}:00000000:{at + 7200:08X}:verificationjob:backups:root@pam:"
                )
                more["verification"] = {"state": state, "upid": upid}
            if number % 3 == 0:
                more["encrypted"] = "8a:1c:5e:0f:7b:42:d9:33"
            lab.keep_archive(
                "pbs", snapshot_name(kind, guest.vmid, at), sum(s for _k, s in kept["disks"]), None, **more
            )
