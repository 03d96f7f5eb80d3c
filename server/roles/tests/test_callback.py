"""What the callback says, and that a run ends with whoever holds its standard input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from .runs import HERE, PLAYBOOK, Ended, Values, environment, play

# Nobody listens on port 1 of loopback.
NOWHERE: Values = {"all": {"hosts": {"there": {"ansible_host": "127.0.0.1", "ansible_port": 1}}}}
PATIENCE = 20


def write(folder: Path, tasks: str) -> Path:
    """A playbook of these tasks."""
    file = folder / "playbook.yml"
    indented = "\n".join(f"    {line}" for line in tasks.strip("\n").splitlines())
    file.write_text(f"- name: Story\n  hosts: all\n  gather_facts: false\n  tasks:\n{indented}\n")
    return file


def run(folder: Path, tasks: str, *options: str, inventory: Values = HERE) -> Ended:
    """Run them."""
    return play(folder, inventory, write(folder, tasks), {}, *options)


def test_every_result_has_a_line_with_its_status(tmp_path: Path) -> None:
    ended = run(tmp_path, """
- name: Well
  ansible.builtin.command: "true"
  changed_when: false
- name: Changed
  ansible.builtin.command: "true"
- name: Not needed
  ansible.builtin.command: "true"
  when: false
- name: Bad but so what
  ansible.builtin.command: sh -c 'echo why >&2; exit 3'
  ignore_errors: true
- name: The end of {{ nobody_knows }} it
  ansible.builtin.command: sh -c 'echo because of this >&2; exit 3'
- name: Never reached
  ansible.builtin.command: "true"
""")  # fmt: skip
    assert ended.code == 2
    assert ended.lines[0] == {"event": "play", "name": "Story"}
    seen = [(line["task"], line["status"]) for line in ended.results()]
    assert seen == [("Well", "ok"), ("Changed", "changed"), ("Not needed", "skipped"), ("Bad but so what", "ignored"),
                    ("The end of it", "failed")]  # fmt: skip
    tasks = [line for line in ended.lines if line["event"] == "task"]
    assert [line["name"] for line in tasks] == [task for task, _ in seen]
    assert [line["id"] for line in tasks] == [line["id"] for line in ended.results()]
    failed = ended.results("failed")[0]
    assert failed["host"] == "here" and failed["message"] == "non-zero return code\nbecause of this"
    assert 0 <= failed["seconds"] < PATIENCE and "message" not in ended.results("ok")[0]
    assert ended.sums == {"ok": 3, "changed": 2, "failed": 1, "unreachable": 0, "skipped": 1, "ignored": 1}


def test_a_loop_has_a_line_for_each_item_and_none_for_the_whole(tmp_path: Path) -> None:
    ended = run(tmp_path, """
- name: Each
  ansible.builtin.command: test {{ item }} != bad
  changed_when: item == "new"
  loop: [old, new, bad]
""")  # fmt: skip
    seen = [(line["item"], line["status"]) for line in ended.results()]
    assert seen == [("old", "ok"), ("new", "changed"), ("bad", "failed")]


def test_a_loop_that_fails_before_its_items_says_why(tmp_path: Path) -> None:
    ended = run(tmp_path, """
- name: Each
  ansible.builtin.command: "true"
  loop: "{{ nobody_knows }}"
""")  # fmt: skip
    (line,) = ended.results()
    assert line["status"] == "failed" and "nobody_knows" in line["message"] and "item" not in line


def test_what_no_log_hides_is_nowhere(tmp_path: Path) -> None:
    ended = run(tmp_path, f"""
- name: Fail with it
  ansible.builtin.command: sh -c 'echo hunter2 >&2; exit 1'
  no_log: true
  ignore_errors: true
- name: Write it
  ansible.builtin.copy:
    content: hunter2
    dest: {tmp_path}/secret
    mode: "0600"
  no_log: true
- name: Each of them
  ansible.builtin.command: echo {{{{ item }}}}
  loop: [hunter2]
  no_log: true
""", "--diff")  # fmt: skip
    assert (tmp_path / "secret").read_text() == "hunter2"
    assert "hunter2" not in json.dumps(ended.lines) + ended.errors
    assert "no_log" in ended.results("ignored")[0]["message"]
    assert not any("diff" in line for line in ended.lines)


def test_a_difference_is_told_where_asked_for(tmp_path: Path) -> None:
    tasks = f"""
- name: Write
  ansible.builtin.copy:
    content: "new\\n{"long " * 4000}\\n"
    dest: {tmp_path}/file
    mode: "0600"
"""
    (tmp_path / "file").write_text("old\n")
    checked = run(tmp_path, tasks, "--check", "--diff")
    (line,) = checked.results("changed")
    assert "\n-old\n+new\n" in line["diff"] and len(line["diff"]) == 8000
    assert (tmp_path / "file").read_text() == "old\n"
    (line,) = run(tmp_path, tasks).results("changed")
    assert "diff" not in line


def test_a_host_that_is_not_reached_is_unreachable(tmp_path: Path) -> None:
    ended = run(tmp_path, "- ansible.builtin.ping:", inventory=NOWHERE)
    (line,) = ended.results()
    assert (ended.code, line["status"], line["host"]) == (4, "unreachable", "there")
    assert "Connection refused" in line["message"]
    assert ended.sums["unreachable"] == 1


def test_a_module_s_warning_is_an_event(tmp_path: Path) -> None:
    ended = run(tmp_path, f"""
- name: Search where nothing is
  ansible.builtin.find:
    paths: {tmp_path}/nothing
""")  # fmt: skip
    (warning,) = [line for line in ended.lines if line["event"] == "warning"]
    assert f"{tmp_path}/nothing" in warning["message"]


@pytest.fixture
def sleeping(tmp_path: Path) -> subprocess.Popen[str]:
    """A run whose only task takes longer than anybody waits, begun as Drover begins one."""
    (tmp_path / "inventory.json").write_text(json.dumps(HERE))
    playbook = write(tmp_path, f"""
- name: Sleep
  ansible.builtin.command:
    cmd: sh -c 'trap "" TERM; echo $$ >pid.part; mv pid.part pid; sleep 600'
    chdir: {tmp_path}
""")  # fmt: skip
    return subprocess.Popen([PLAYBOOK, "-i", "inventory.json", str(playbook)], cwd=tmp_path, env=environment(tmp_path),
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0)  # fmt: skip


def test_a_run_ends_with_its_standard_input(sleeping: subprocess.Popen[str], tmp_path: Path) -> None:
    assert sleeping.stdin is not None and sleeping.stdout is not None
    try:
        deadline = time.monotonic() + PATIENCE
        while not (tmp_path / "pid").exists():
            assert sleeping.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        child = int((tmp_path / "pid").read_text())
        sleeping.stdin.close()
        assert sleeping.wait(timeout=PATIENCE) != 0
        # It took no notice of SIGTERM.
        while Path(f"/proc/{child}").exists():
            assert time.monotonic() < deadline + PATIENCE
            time.sleep(0.05)
    finally:
        if sleeping.poll() is None:
            os.killpg(sleeping.pid, signal.SIGKILL)
        sleeping.stdout.close()
