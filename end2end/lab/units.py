"""Sizes and spans as the logs of Proxmox print them.

Imitates render_bytes and render_duration of PVE/Format.pm, format_size of PVE/VZDump.pm, HumanByte of the backup
client, and the totals of GNU tar: four ways to write one number.
"""

from __future__ import annotations

import math
import time

UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def scaled(size: float) -> tuple[float, str]:
    """A size in the largest unit it fills."""
    unit = UNITS[0]
    for unit in UNITS:
        if abs(size) < 1024 or unit == UNITS[-1]:
            break
        size /= 1024
    return size, unit


def render_bytes(size: float, places: int = 2) -> str:
    """`1.2 GiB`."""
    value, unit = scaled(size)
    return f"{value:.{places}f} {unit}"


def render_rate(size: float, secs: float) -> str:
    """`410.7 MiB/s`; nothing at all is `0 B/s`."""
    return render_bytes(int(size / max(secs, 1)), 1) + "/s" if size > 0 else "0 B/s"


def render_duration(secs: float) -> str:
    """`1m 30s`."""
    left, out = round(secs), []
    for unit, length in (("w", 604800), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, left = divmod(left, length)
        if count:
            out.append(f"{count}{unit}")
    return " ".join(out) or "0s"


def archive_size(size: int) -> str:
    """`3.00GB`, and `812MB` without a fraction."""
    if size < 1024**2:
        return f"{size // 1024}KB"
    if size < 1024**3:
        return f"{size // 1024**2}MB"
    return f"{size / 1024**3:.2f}GB" if size < 1024**4 else f"{size / 1024**4:.2f}TB"


def client_bytes(size: float) -> str:
    """`7.805 GiB`: three places at most."""
    value, unit = scaled(size)
    return f"{value:.3f}".rstrip("0").rstrip(".") + f" {unit}"


def tar_bytes(size: float) -> str:
    """`539MiB`, and `2.1GiB` below ten; tar rounds up."""
    value, unit = scaled(size)
    return f"{math.ceil(value * 10) / 10:.1f}{unit}" if value < 10 else f"{math.ceil(value)}{unit}"


def clock_time(secs: float) -> str:
    """`00:01:30`."""
    whole = int(secs)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def moment(at: float) -> str:
    """Local time of the cluster, which is UTC."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at))


def ctime_text(at: float) -> str:
    """`Thu Jan  1 00:00:00 2026`."""
    return time.asctime(time.gmtime(at))
