"""Cloud-init: which keys it has, what is masked, and the addresses a guest gets from them.

Imitates PVE/QemuServer/CloudInit.pm and the `cloudinit` calls of PVE/API2/Qemu.pm.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from fakepve.lxc import split_props

from .core import Extra, Values

CLOUDINIT_KEYS = {"cicustom", "cipassword", "citype", "ciuser", "ciupgrade", "nameserver", "searchdomain", "sshkeys"}
MASK = "**********"
DHCP_POOL = ipaddress.ip_network("10.20.0.0/16")


def is_cloudinit(text: str) -> bool:
    """Whether a drive value is the cloud-init drive."""
    return re.search(r":cloudinit\b|vm-\d+-cloudinit", text) is not None


def masked(config: Values) -> Values:
    """The config as it is shown: the password is not."""
    return {k: (MASK if k == "cipassword" and v is not None else v) for k, v in config.items()}


def addresses(config: Values, extra: Extra, lease: Any) -> list[Values]:
    """The interfaces the guest agent reports: one per NIC, with what ipconfigN says or a lease."""
    out: list[Values] = [
        {"name": "lo", "hardware-address": "00:00:00:00:00:00",
         "ip-addresses": [{"ip-address": "127.0.0.1", "ip-address-type": "ipv4", "prefix": 8},
                          {"ip-address": "::1", "ip-address-type": "ipv6", "prefix": 128}]}
    ]  # fmt: skip
    nics = sorted((k for k in config if re.fullmatch(r"net\d+", k)), key=lambda k: int(k[3:]))
    for n, key in enumerate(nics):
        mac = re.search(r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}", str(config[key]))
        if "link_down=1" in str(config[key]):
            continue
        found: list[Values] = []
        props = split_props("x," + str(config.get(f"ipconfig{key[3:]}", "ip=dhcp")))[1]
        for version, text in (("ipv4", props.get("ip")), ("ipv6", props.get("ip6"))):
            if text in ("dhcp", "auto"):
                if version == "ipv6":
                    continue
                text = extra.addresses.setdefault(key, lease())
            if text:
                parsed = ipaddress.ip_interface(text)
                found.append({"ip-address": str(parsed.ip), "ip-address-type": version,
                              "prefix": parsed.network.prefixlen})  # fmt: skip
        low = mac.group(0).lower() if mac else "00:00:00:00:00:01"
        found.append({"ip-address": link_local(low), "ip-address-type": "ipv6", "prefix": 64})
        out.append({"name": f"eth{n}", "hardware-address": low, "ip-addresses": found,
                    "statistics": {"rx-bytes": 0, "rx-packets": 0, "rx-errs": 0, "rx-dropped": 0,
                                   "tx-bytes": 0, "tx-packets": 0, "tx-errs": 0, "tx-dropped": 0}})  # fmt: skip
    return out


def link_local(mac: str) -> str:
    """The EUI-64 address of an interface."""
    b = [int(x, 16) for x in mac.split(":")]
    b[0] ^= 2
    return str(ipaddress.ip_address(f"fe80::{b[0]:02x}{b[1]:02x}:{b[2]:02x}ff:fe{b[3]:02x}:{b[4]:02x}{b[5]:02x}"))
