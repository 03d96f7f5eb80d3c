"""`python -m lab`: start a cluster, say where it is in one JSON line, serve until told to end."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import tempfile
import threading
from pathlib import Path

from .control import Control
from .core import Options
from .faults import BadFault
from .server import Lab


def arguments() -> argparse.Namespace:
    """The command line."""
    p = argparse.ArgumentParser(prog="lab", description="A Proxmox VE cluster to develop and test against.")
    p.add_argument("--guests", type=int, default=40, help="how many guests the demo cluster has (40)")
    p.add_argument("--seed", type=int, default=1, help="names, states and figures follow from it (1)")
    p.add_argument("--time-scale", type=float, default=0.2, help="real seconds per PVE second; 0: at once (0.2)")
    p.add_argument("--latency", type=float, default=0.0, help="real seconds added to every answer")
    p.add_argument("--stats-lag", type=float, default=0.0, help="age in seconds of what /cluster/resources shows")
    p.add_argument("--fault", action="append", default=[], metavar="JSON", help="a rule as POST /faults takes it")
    p.add_argument("--port", type=int, default=0, help="of the first node, the others follow; 0: any free ones")
    p.add_argument("--control-port", type=int, default=0, help="of the control API; 0: a free one")
    p.add_argument("--pve-version", type=int, choices=(8, 9), default=9)
    p.add_argument("--pbs", action="store_true", help="a Proxmox Backup Server with a week of most guests")
    p.add_argument("--archives", type=int, default=0, help="so many more backups, of the last 60 days (0)")
    p.add_argument("--backup-storages", type=int, default=12, help="the shared storages they are spread over (12)")
    p.add_argument("--with-parent", action="store_true", help="end when stdin closes")
    return p.parse_args()


def options(args: argparse.Namespace) -> Options:
    """The command line as the lab takes it."""
    rules = tuple(json.loads(text) for text in args.fault)
    return Options(guests=args.guests, seed=args.seed, time_scale=args.time_scale, latency=args.latency,
                   stats_lag=args.stats_lag, pve_version=args.pve_version, port=args.port,
                   control_port=args.control_port, faults=rules, pbs=args.pbs,
                   archives=args.archives, backup_storages=args.backup_storages)  # fmt: skip


async def serve(args: argparse.Namespace, directory: Path) -> None:
    """Open everything, print the line, wait for the end."""
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, end.set)
    lab = Lab(options(args))
    control = Control(lab)
    try:
        await lab.open(directory)
        await control.open(args.control_port)
        line = {"api": lab.urls(), **lab.credentials(), "fingerprint": lab.fingerprint, "ca_file": lab.ca_file,
                "control": f"http://127.0.0.1:{control.port}", "cluster": lab.cluster_name}  # fmt: skip
        print(json.dumps(line), flush=True)
        if args.with_parent:
            # A daemon thread: nothing waits for a read that may never return.
            threading.Thread(target=watch_stdin, args=(loop, end), daemon=True).start()
        await end.wait()
    finally:
        await control.close()
        await lab.close()


def watch_stdin(loop: asyncio.AbstractEventLoop, end: asyncio.Event) -> None:
    """Block until whoever started the lab is gone."""
    while sys.stdin.buffer.read(4096):
        pass
    loop.call_soon_threadsafe(end.set)


def main() -> int:
    """Run, and end with 2 and a sentence for a wrong command line."""
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="pve-lab-") as directory:
        try:
            asyncio.run(serve(args, Path(directory)))
        except (BadFault, TypeError, json.JSONDecodeError) as err:
            print(f"lab: --fault: {err}", file=sys.stderr)
            return 2
        except OSError as err:
            print(f"lab: {err}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
