"""The demo cluster: nodes, storages, templates and guests, the same for the same seed.

A catalogue of plausible data and the code that puts it into a lab; it knows no HTTP.
"""

from __future__ import annotations

import random
import uuid
from typing import Any

from .archives import archive_name
from .core import GIB, MIB, TOKEN_NAME, USER, Values
from .hoard import add_server, hoard
from .names import ODD, PURPOSES, tag_list

NODES = {"pve1": (32, 128), "pve2": (32, 128), "pve3": (48, 256)}
# (vmid, name, os tag, storage, node, disk GiB)
TEMPLATES = (
    (9000, "ubuntu-24.04", "ubuntu", "local-lvm", "pve1", 10),
    (8000, "rocky-9", "rocky", "ceph", "pve1", 10),
    (8001, "centos-9", "centos", "local-lvm", "pve2", 12),
    (9001, "debian-13", "debian", "ceph", "pve2", 8),
)
POOLS = ("production", "staging", "office")
ISOS = ("ubuntu-24.04.2-live-server-amd64.iso", "debian-13.0.0-amd64-netinst.iso", "virtio-win-0.1.271.iso")
CT_TEMPLATE = "debian-13-standard_13.1-1_amd64.tar.zst"
PASSWORD = "lab-password"


def populate(lab: Any) -> None:
    """Fill an empty lab."""
    rng = random.Random(lab.options.seed)
    lab.token = str(uuid.UUID(int=random.Random(f"token/{lab.options.seed}").getrandbits(128), version=4))
    lab.users[USER] = PASSWORD
    lab.apitokens[f"{USER}!{TOKEN_NAME}"] = lab.token
    lab.grant(USER, "/", *lab.grants())
    _nodes(lab, rng)
    _storages(lab)
    for name in POOLS:
        lab.pools[name] = set()
        lab.pool_info[name] = {"comment": f"The {name} servers", "storage": set()}
    for template in TEMPLATES:
        _template(lab, *template)
    _guests(lab, rng)
    if lab.options.pbs:
        add_server(lab)
    if lab.options.archives:
        hoard(lab, lab.options.archives, lab.options.backup_storages)


def _nodes(lab: Any, rng: random.Random) -> None:
    for n, name in enumerate(lab.options.nodes, 1):
        cpus, memory = NODES.get(name, (32, 128))
        lab.nodes[name] = {
            "online": True, "maxcpu": cpus, "maxmem": memory * GIB, "maxdisk": 94 * GIB, "disk": (9 + n) * GIB,
            "booted": lab.now() - 86400 * (20 + 30 * rng.random()), "network": _network(n),
        }  # fmt: skip


def _network(n: int) -> list[Values]:
    def bridge(name: str, port: str, **more: Any) -> Values:
        return {"iface": name, "type": "bridge", "method6": "manual", "families": ["inet"], "active": 1,
                "autostart": 1, "exists": 1, "bridge_ports": port, "bridge_stp": "off", "bridge_fd": "0",
                "bridge_vlan_aware": 1, "bridge_vids": "2-4094", "priority": 3, **more}  # fmt: skip

    def port(name: str) -> Values:
        return {"iface": name, "type": "eth", "method": "manual", "method6": "manual", "families": ["inet"],
                "active": 1, "exists": 1, "priority": 2}  # fmt: skip

    address = f"192.0.2.{10 + n}"
    return [port("eno1"), port("eno2"),
            bridge("vmbr0", "eno1", method="static", address=address, netmask="24", cidr=f"{address}/24",
                   gateway="192.0.2.1", comments="servers\n"),
            bridge("vmbr1", "eno2", method="manual", comments="internal\n")]  # fmt: skip


def _storages(lab: Any) -> None:
    # Room grows with the number of guests, so that a large lab is not simply full.
    room = max(lab.options.guests, 40) * 40 * GIB
    lab.storages.update({
        "local": {"type": "dir", "path": "/var/lib/vz", "content": "iso,vztmpl,backup,snippets", "active": 1,
                  "files": set(), "total": 94 * GIB, "other": 9 * GIB, "volumes": {}},
        "local-lvm": {"type": "lvmthin", "vgname": "pve", "thinpool": "data", "content": "images,rootdir",
                      "active": 1, "files": set(), "total": max(800 * GIB, room // 3), "volumes": {}},
        "ceph": {"type": "rbd", "pool": "vms", "krbd": 0, "content": "images,rootdir", "shared": 1, "active": 1,
                 "files": set(), "total": room * 5 // 2, "volumes": {}},
        "nfs": {"type": "nfs", "path": "/mnt/pve/nfs", "server": "192.0.2.5", "export": "/srv/pve",
                "content": "images,iso,backup", "shared": 1, "active": 1, "files": set(), "total": 2000 * GIB,
                "other": 120 * GIB, "volumes": {}},
    })  # fmt: skip
    for name in ISOS:
        lab.register("nfs", f"iso/{name}", 1200 * MIB, None, None, content="iso", format="iso")
    lab.register("local", f"iso/{ISOS[1]}", 650 * MIB, None, None, content="iso", format="iso")
    lab.register("local", f"vztmpl/{CT_TEMPLATE}", 130 * MIB, None, None, content="vztmpl", format="tzst")
    lab.register("local", "snippets/vendor.yaml", 512, None, None, content="snippets", format="snippet")


def _mac(rng: random.Random) -> str:
    return "BC:24:11:" + ":".join(f"{rng.randrange(256):02X}" for _ in range(3))


def _uuid(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _template(lab: Any, vmid: int, name: str, tag: str, storage: str, node: str, gib: int) -> None:
    rng = random.Random(f"template/{vmid}")
    where = None if storage == "ceph" else node
    lab.register(storage, f"base-{vmid}-disk-0", gib * GIB, vmid, where)
    lab.register(storage, f"vm-{vmid}-cloudinit", 4 * MIB, vmid, where)
    lab.add_vm(vmid, name, node=node, template=True, config={
        "agent": "1", "boot": "order=scsi0;ide2;net0", "cores": 2, "cpu": "x86-64-v2-AES", "memory": "2048",
        "ide2": f"{storage}:vm-{vmid}-cloudinit,media=cdrom,size=4M", "name": name, "numa": 0, "ostype": "l26",
        "net0": f"virtio={_mac(rng)},bridge=vmbr0", "scsi0": f"{storage}:base-{vmid}-disk-0,size={gib}G",
        "scsihw": "virtio-scsi-single", "serial0": "socket", "sockets": 1, "smbios1": f"uuid={_uuid(rng)}",
        "tags": f"template;{tag}", "template": 1, "vga": "serial0", "vmgenid": _uuid(rng),
        "meta": "creation-qemu=10.0.2,ctime=1750000000", "ciuser": tag, "ipconfig0": "ip=dhcp",
    })  # fmt: skip


def _guests(lab: Any, rng: random.Random) -> None:
    taken = {t[0] for t in TEMPLATES}
    vmid = 99
    for n in range(lab.options.guests):
        vmid += 1 if rng.random() < 0.85 else rng.randrange(2, 5)
        while vmid in taken:
            vmid += 1
        purpose, os, cores, memory, disk, tags = PURPOSES[n % len(PURPOSES)]
        name = f"{purpose}-{n // len(PURPOSES) + 1:02d}"
        if n % 8 == 5:
            _container(lab, rng, vmid, name, tags)
        else:
            _server(lab, rng, n, vmid, name, os, cores, memory, disk, tags)
    _backups(lab, random.Random(f"backups/{lab.options.seed}"))


def _server(lab: Any, rng: random.Random, n: int, vmid: int, name: str, os: str, cores: int, memory: int,
            disk: int, tags: str) -> None:  # fmt: skip
    node = rng.choice(lab.options.nodes)
    storage = "ceph" if rng.random() < 0.6 else "local-lvm"
    where = None if storage == "ceph" else node
    address = f"10.10.{vmid // 250 % 250}.{vmid % 250 + 2}"
    config: Values = {
        "agent": "1", "boot": "order=scsi0;net0", "cores": cores, "cpu": "x86-64-v2-AES", "memory": str(memory),
        "name": name, "net0": f"virtio={_mac(rng)},bridge=vmbr0" + (",tag=20" if "database" in tags else ""),
        "numa": 0, "onboot": 1, "ostype": "l26", "scsi0": f"{storage}:vm-{vmid}-disk-0,iothread=1,size={disk}G",
        "scsihw": "virtio-scsi-single", "smbios1": f"uuid={_uuid(rng)}", "sockets": 1, "tags": f"{os};{tags}",
        "vmgenid": _uuid(rng), "meta": "creation-qemu=10.0.2,ctime=1750000000", "ciuser": os,
        "ipconfig0": f"ip={address}/16,gw=10.10.0.1" if n % 3 else "ip=dhcp",
    }  # fmt: skip
    lab.register(storage, f"vm-{vmid}-disk-0", disk * GIB, vmid, where)
    if "database" in tags:
        config["scsi1"] = f"{storage}:vm-{vmid}-disk-1,iothread=1,size=100G"
        lab.register(storage, f"vm-{vmid}-disk-1", 100 * GIB, vmid, where)
    if rng.random() < 0.2:
        config["net1"] = f"virtio={_mac(rng)},bridge=vmbr1"
        config["ipconfig1"] = f"ip=10.30.{vmid // 250 % 250}.{vmid % 250 + 2}/16"
    pool = "production" if "production" in tags else ("staging" if "staging" in tags else None)
    running = rng.random() < 0.78
    vm = lab.add_vm(vmid, name, node=node, config=config, pool=pool, status="running" if running else "stopped")
    vm.shutdown_secs = 6
    if running:
        vm.started_at = lab.now() - 60 - rng.random() ** 2 * 86400 * 60
    _odd(lab, vm, ODD.get(n))


def _backups(lab: Any, rng: random.Random) -> None:
    """Most guests are backed up every night, some were long ago, some never; one archive has outlived its guest."""
    guests = [("qemu", g) for g in lab.vms if not g.template] + [("lxc", g) for g in lab.cts]
    # All of them together leave the storages room.
    size = min(2 * GIB, 300 * GIB // max(len(guests), 1))
    midnight = int(lab.now()) // 86400 * 86400
    for kind, guest in guests:
        luck = rng.random()
        days = () if luck < 0.2 else (40,) if luck < 0.35 else (2, 1)
        for ago in days:
            _archive(
                lab, "nfs" if luck < 0.8 else "local", kind, guest, midnight - ago * 86400 + guest.vmid % 7200, size
            )
    if guests:
        _archive(lab, "nfs", "qemu", None, midnight - 90 * 86400, size)


def _archive(lab: Any, sid: str, kind: str, guest: Any, at: int, size: int) -> None:
    vmid = guest.vmid if guest else 777777
    name = archive_name(kind, vmid, at, "zstd")
    disks = [(key, used) for key, _volume, used in lab.dump_disks(guest)] if guest else []
    config = {k: v for k, v in guest.config.items() if k != "lock"} if guest else {}
    lab.keep_archive(sid, name, size, guest.node if guest else None, notes=guest.name if guest else "gone",
                     protected=False, config=config, disks=disks)  # fmt: skip


def _odd(lab: Any, vm: Any, how: str | None) -> None:
    """The guests no list may stumble over: paused, locked, nameless, silent."""
    if how == "paused":
        vm.status, vm.qmpstatus = "running", "paused"
        vm.started_at = vm.started_at or lab.now() - 3600
    elif how in ("backup", "migrate", "snapshot"):
        lab.snapshot_lock(vm.vmid, how)
    elif how == "suspended":
        vm.status = vm.qmpstatus = "stopped"
        vm.started_at = None
        lab.snapshot_lock(vm.vmid, "suspended")
    elif how == "nameless":
        vm.config.pop("name")
        vm.name = f"VM {vm.vmid}"
    elif how == "silent":
        lab.extra(vm).agent = "never"
    elif how == "no agent":
        vm.config.pop("agent")
    elif how == "untagged":
        vm.config.pop("tags")


def _container(lab: Any, rng: random.Random, vmid: int, name: str, tags: str) -> None:
    node = rng.choice(lab.options.nodes)
    lab.register("local-lvm", f"vm-{vmid}-disk-0", 8 * GIB, vmid, node, content="rootdir")
    running = rng.random() < 0.75
    ct = lab.add_ct(vmid, name, node=node, status="running" if running else "stopped", config={
        "arch": "amd64", "cores": 1 + vmid % 2, "hostname": name, "memory": 512 * (1 + vmid % 3),
        "net0": f"name=eth0,bridge=vmbr0,hwaddr={_mac(rng)},ip=dhcp,type=veth", "ostype": "debian", "swap": 512,
        "rootfs": f"local-lvm:vm-{vmid}-disk-0,size=8G", "tags": ";".join(sorted({"container", *tag_list(tags)})),
        "unprivileged": 1, "features": "nesting=1",
    })  # fmt: skip
    if running:
        ct.started_at = lab.now() - 60 - rng.random() ** 2 * 86400 * 60
