"""`python -m lab.machine`: a throw-away Debian with an SSH server, for what Drover does over SSH.

The machine is a process in mount and process namespaces of its own, rooted in memory: when its first process
ends, however it ends, the kernel ends all others and takes mounts and files back. It shares the network of the
host, so its services listen where they are told to; nothing in it starts by itself but sshd.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from .machine_base import CACHE, NoBase, base

HERE = Path(__file__).resolve().parent
BOOT = HERE / "machine_boot.sh"
# The exit code that automake and others know as "skipped".
SKIPPED = 77
# A host that builds beside unpacks the base in a minute, not in a second.
PATIENCE = 120
PROGRAMS = ("debootstrap", "unshare", "setpriv")


class Unable(RuntimeError):
    """This host can't make machines; the words say why."""


class Broken(RuntimeError):
    """The machine did not come up; the words say why."""


class Machine:
    """A running machine."""

    def __init__(self, address: str, port: int, user: str, cache: Path, packages: Path, keys: list[str]) -> None:
        self.address, self.port, self.user = address, port or free_port(address), user
        root = base(cache)
        packages.mkdir(parents=True, exist_ok=True)
        # It ends with this thread, whatever happens to this process.
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--ipc", "--uts", "--fork",
             "--kill-child", "sh", str(BOOT), str(root), str(packages), self.address, str(self.port), user],
            stdin=subprocess.PIPE, stdout=sys.stderr, start_new_session=True, text=True,
        )  # fmt: skip
        assert self._process.stdin is not None
        self._process.stdin.write("".join(f"{key}\n" for key in keys))
        self._process.stdin.close()
        try:
            self._wait()
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """Its first process, as the host counts."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return int(children[0])

    @property
    def root(self) -> Path:
        """Its files, as the host reaches them. An absolute link in there would lead out."""
        return Path(f"/proc/{self.pid}/root")

    def line(self) -> dict[str, object]:
        """What whoever started the machine needs to know."""
        key = (self.root / "etc/ssh/ssh_host_ed25519_key.pub").read_text().split()
        return {"address": self.address, "port": self.port, "host_key": " ".join(key[:2]), "root": str(self.root),
                "pid": self.pid, "user": self.user}  # fmt: skip

    def close(self) -> None:
        """End it. Killing the outer process kills the first one inside, and so all of them."""
        self._process.kill()
        self._process.wait()

    def _wait(self) -> None:
        """Until sshd greets."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise Broken(f"the machine ended with {self._process.returncode} before it was ready")
            with suppress(OSError), socket.create_connection((self.address, self.port), timeout=1) as sock:
                if sock.recv(4) == b"SSH-":
                    return
            time.sleep(0.05)
        raise Broken(f"sshd said nothing within {PATIENCE} seconds")


def free_port(address: str) -> int:
    """A port that nobody listens on."""
    with socket.create_server((address, 0)) as sock:
        return int(sock.getsockname()[1])


def arguments() -> argparse.Namespace:
    """The command line."""
    p = argparse.ArgumentParser(prog="lab.machine", description="A throw-away Debian with an SSH server.")
    p.add_argument("--port", type=int, default=0, help="of sshd; 0: a free one")
    p.add_argument("--address", default="127.0.0.1", help="of sshd (127.0.0.1)")
    p.add_argument("--user", default="debian", help="who may become root without a password (debian)")
    p.add_argument("--authorized-key", action="append", default=[], metavar="TEXT",
                   help="a public key that may sign in as root and as the user; may be repeated")  # fmt: skip
    p.add_argument("--cache", type=Path, default=CACHE, metavar="DIR", help="where the base is kept (target/machine)")
    p.add_argument("--packages-cache", type=Path, metavar="DIR", help="where packages are kept (packages/ in there)")
    return p.parse_args()


def check() -> None:
    """What a machine needs of its host."""
    if os.geteuid() != 0:
        raise Unable("only root can make a machine")
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        raise Unable(f"not installed: {', '.join(missing)}")


def main() -> int:
    """Run until told to end; 77 and a sentence where there can be no machine."""
    args = arguments()
    end = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: end.set())
    try:
        check()
        machine = Machine(args.address, args.port, args.user, args.cache,
                          args.packages_cache or args.cache / "packages", args.authorized_key)  # fmt: skip
    except (Unable, NoBase, Broken) as err:
        print(f"lab.machine: {err}", file=sys.stderr)
        return SKIPPED if isinstance(err, Unable) else 1
    try:
        print(json.dumps(machine.line()), flush=True)
        threading.Thread(target=watch_stdin, args=(end,), daemon=True).start()
        end.wait()
    finally:
        machine.close()
    return 0


def watch_stdin(end: threading.Event) -> None:
    """Block until whoever started the machine is gone."""
    while sys.stdin.buffer.read(4096):
        pass
    end.set()


if __name__ == "__main__":
    sys.exit(main())
