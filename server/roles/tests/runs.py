"""Runs of ansible-playbook as Drover starts them, and what their lines say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROLES = Path(__file__).resolve().parents[1]
KEYS = sorted(file.parent.name for file in ROLES.glob("*/role.toml"))
PLAYBOOK = os.environ.get("ANSIBLE_PLAYBOOK") or str(Path(sys.executable).with_name("ansible-playbook"))
TIMEOUT = 600

Values = dict[str, Any]

# The host of the tests itself.
HERE: Values = {
    "all": {"hosts": {"here": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}}}
}


@dataclass
class Ended:
    """A run that has ended."""

    code: int
    lines: list[Values]
    errors: str

    def results(self, *statuses: str) -> list[Values]:
        """The results that have one of the statuses, or all."""
        found = [line for line in self.lines if line["event"] == "result"]
        return [line for line in found if not statuses or line["status"] in statuses]

    def names(self, *statuses: str) -> list[str]:
        """Whose results these are."""
        return [line["task"] for line in self.results(*statuses)]

    @property
    def sums(self) -> Values:
        """The figures at the end, of the one host."""
        (host,) = self.lines[-1]["hosts"].values()
        return dict(host)

    def good(self) -> Ended:
        """It, where nothing failed."""
        assert self.code == 0, (self.results("failed", "unreachable"), self.errors)
        return self

    def changed(self) -> list[str]:
        """What a run that went well changed."""
        return self.good().names("changed")


def definition(role: str) -> Values:
    """What role.toml says."""
    return tomllib.loads((ROLES / role / "role.toml").read_text())


def values(role: str, given: Values) -> Values:
    """Every variable of the role: given, its default, or what is sent for one left empty."""
    found = {}
    for variable in definition(role)["variables"]:
        name = variable["name"]
        if name in given:
            found[name] = given[name]
        elif "default" in variable:
            found[name] = variable["default"]
        else:
            assert variable.get("optional"), f"{role}: {name} has to be given"
            found[name] = ""
    assert not given.keys() - found.keys(), f"{role} has no {given.keys() - found.keys()}"
    return {f"{role}_{name}": value for name, value in found.items()}


def environment(folder: Path, roles: Path | None = None) -> dict[str, str]:
    """What Drover adds to the environment of a run."""
    paths = ":".join(str(path) for path in (roles, ROLES) if path)
    return {**os.environ, "ANSIBLE_CONFIG": str(ROLES / "ansible.cfg"), "ANSIBLE_ROLES_PATH": paths,
            "ANSIBLE_HOME": str(folder / "ansible")}  # fmt: skip


def play(folder: Path, inventory: Values, playbook: Path, variables: Values, *options: str,
         roles: Path | None = None) -> Ended:  # fmt: skip
    """Run a playbook to its end."""
    (folder / "inventory.json").write_text(json.dumps(inventory))
    # The tag stands before all of them: before a single text, Ansible takes "007" for a number and "" for nothing.
    (folder / "variables.yml").write_text(f"!unsafe {json.dumps(variables)}\n")
    done = subprocess.run(
        [PLAYBOOK, "-i", "inventory.json", str(playbook), "-e", "@variables.yml", *options],
        cwd=folder, env=environment(folder, roles), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=TIMEOUT, start_new_session=True,
    )  # fmt: skip
    return Ended(done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr)
