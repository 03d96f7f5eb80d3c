"""One machine for all tests that need one; without root they are skipped."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .runs import ROLES, Ended, Values, definition, play, values

LAB = ROLES.parents[1] / "end2end"
# The exit code of a host that can't make machines.
SKIPPED = 77


@dataclass
class Machine:
    """A running machine, and the folder of the key and of all runs."""

    line: Values
    folder: Path

    def inventory(self, folder: Path, user: str, host_key: str) -> Values:
        """As Drover writes it; the host's key is looked up by a name of our own, not by address and port."""
        (folder / "known_hosts").write_text(f"drover-machine {host_key or self.line['host_key']}\n")
        args = (f"-o UserKnownHostsFile={folder}/known_hosts -o StrictHostKeyChecking=yes"
                " -o HostKeyAlias=drover-machine -o IdentitiesOnly=yes -o BatchMode=yes")  # fmt: skip
        host = {"ansible_host": self.line["address"], "ansible_port": self.line["port"], "ansible_user": user,
                "ansible_become": user != "root", "ansible_ssh_private_key_file": str(self.folder / "key"),
                "ansible_ssh_common_args": args}  # fmt: skip
        return {"all": {"hosts": {"machine": host}}}

    def play(self, playbook: str, variables: Values, *options: str, user: str = "", host_key: str = "") -> Ended:
        """Run one of our playbooks, as the user who may become root where no other is named."""
        # A folder for each run: connections are kept there for a while.
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        inventory = self.inventory(folder, user or self.line["user"], host_key)
        return play(folder, inventory, ROLES / f"{playbook}.yml", variables, *options)

    def run(self, playbook: str, role: str, given: Values, *options: str, user: str = "", host_key: str = "") -> Ended:
        """Apply or uninstall a role of ours."""
        known = {"drover_role": role, "drover_systems": definition(role)["systems"]}
        return self.play(playbook, known | values(role, given), *options, user=user, host_key=host_key)

    def apply(self, role: str, /, *options: str, **given: Any) -> Ended:
        """Apply a role."""
        return self.run("apply", role, given, *options)

    def inside(self, *command: str) -> str:
        """What a command says in the machine."""
        done = subprocess.run(
            ["nsenter", "--target", str(self.line["pid"]), "--mount", "--pid", "--root", "--wd", *command],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A throw-away Debian with an SSH server."""
    folder = tmp_path_factory.mktemp("runs")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "key"], check=True)
    public = (folder / "key.pub").read_text().strip()
    log = folder / "machine.log"
    with log.open("w") as errors:
        process = subprocess.Popen([sys.executable, "-m", "lab.machine", "--authorized-key", public], cwd=LAB,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True)  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line and process.wait() == SKIPPED:
            pytest.skip(log.read_text().strip())
        assert line, log.read_text()
        yield Machine(json.loads(line), folder)
    finally:
        process.stdin.close()
        process.wait(timeout=30)
