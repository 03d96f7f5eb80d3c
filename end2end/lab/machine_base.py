"""The Debian that every machine begins as: made once by debootstrap, then kept as a tarball.

Packages come from where the host's own apt gets them, checked by Debian's keys.
"""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RELEASE = "bookworm"
PACKAGES = "ca-certificates init-system-helpers iproute2 openssh-server procps python3 python3-apt sudo".split()
CACHE = Path(__file__).resolve().parents[2] / "target" / "machine"
HERE = Path(__file__).resolve().parent
SETUP = HERE / "machine_setup.sh"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# What the host's apt says of the way to its mirror.
ACQUIRE = ("Acquire::http", "Acquire::https", "Acquire::Check-", "Acquire::Retries")


class NoBase(RuntimeError):
    """There is no base and none can be made; the words say why."""


def base(cache: Path) -> Path:
    """The tarball; made now where there is none. Two that start at once make it once."""
    cache.mkdir(parents=True, exist_ok=True)
    archives = sources() or sources("-o", f"Dir::State::lists={refreshed(cache)}")
    if not any(line.split()[2] == RELEASE for line in archives):
        raise NoBase(f"the host's apt names no archive of Debian {RELEASE}")
    recipe = "\n".join((RELEASE, *PACKAGES, *archives, *settings(), SETUP.read_text()))
    tarball = cache / f"{RELEASE}-{hashlib.sha256(recipe.encode()).hexdigest()[:16]}.tar"
    with locked(cache / "lock"):
        if not tarball.exists():
            make(tarball, archives)
    return tarball


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Alone until the end of the block."""
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def make(tarball: Path, archives: list[str]) -> None:
    """Install the base in a folder in memory that goes with the process, and pack it."""
    print("lab.machine: making the base, once", file=sys.stderr, flush=True)
    mirror = next(line.split()[1] for line in archives if line.split()[2] == RELEASE)
    for old in tarball.parent.glob(f"{RELEASE}-*.tar*"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="drover-machine-") as folder:
        part = tarball.with_suffix(".tar.part")
        lists, conf = Path(folder, "sources.list"), Path(folder, "apt.conf")
        lists.write_text("".join(f"{line}\n" for line in archives))
        conf.write_text("".join(f"{line}\n" for line in settings()))
        log = Path(folder, "log")
        with log.open("w") as output:
            command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", str(SETUP), RELEASE, mirror,
                       str(KEYRING), ",".join(PACKAGES), str(lists), str(conf), str(part)]  # fmt: skip
            if subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output).returncode:
                raise NoBase("the base can't be made:\n" + "".join(log.read_text().splitlines(True)[-20:]))
        part.rename(tarball)


def refreshed(cache: Path) -> Path:
    """The lists of the archives, fetched beside the host's own, which may never have been."""
    lists = cache / "lists"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    ask("apt-get", "-o", f"Dir::State::lists={lists}", "update")
    return lists


def sources(*options: str) -> list[str]:
    """Debian's archives as the host's apt knows them, one `deb` line each; it names those whose lists it has."""
    form = "$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)"
    rows = [row.split() for row in ask("apt-get", *options, "indextargets", "--format", form, "Created-By: Packages")]
    lines = {
        f"deb {uri} {release} {component}"
        for origin, uri, release, component in (row for row in rows if len(row) == 4)
        if origin == "Debian" and release.startswith(RELEASE) and component == "main"
    }
    return sorted(lines)


def settings() -> list[str]:
    """What the host's apt does to reach them: a proxy, how often it tries."""
    return [line for line in ask("apt-config", "dump") if line.startswith(ACQUIRE)]


def ask(*command: str) -> list[str]:
    """The lines that a program prints."""
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError) as err:
        raise NoBase(f"{command[0]} doesn't work here: {err}") from err
