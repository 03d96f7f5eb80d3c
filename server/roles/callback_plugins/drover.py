"""What a run says to Drover: one JSON object per line on standard output, and nothing else there.

Drover holds the other end of standard input and never writes to it. When that end closes, Drover is gone or
wants no more of this run, and everything that the run started ends.
"""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: drover
type: stdout
short_description: JSON lines for Drover
description:
  - Prints plays, tasks, results, warnings and the sums at the end, each as one JSON object on a line.
"""

Values = dict[str, Any]

MESSAGE_LIMIT = 4_000
DIFF_LIMIT = 8_000
# How long what is asked to end may take, in seconds.
GRACE = 3
# Jinja, and what Ansible puts where it could not be filled in.
TEMPLATE = re.compile(r"\s*(\{[{%].*?[%}]\}|<< error \d+ - .*? >>)")


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """The events of a run, as Drover reads them."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "drover"

    def __init__(self) -> None:
        super().__init__()
        self._since: dict[tuple[str, str], float] = {}

    def v2_playbook_on_start(self, playbook: Any) -> None:
        """Nothing has happened yet: from here on the run ends with Drover."""
        if is_pipe(0):
            threading.Thread(target=watch_stdin, daemon=True).start()

    def v2_playbook_on_play_start(self, play: Any) -> None:
        say("play", name=play.get_name().strip())

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        say("task", id=task._uuid, name=plain(task.get_name()))

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        self.v2_playbook_on_task_start(task, False)

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        self._since[host.get_name(), task._uuid] = time.monotonic()

    def v2_runner_on_ok(self, result: Any) -> None:
        # Every item of a loop has had its line.
        if "results" not in result.result or not result.task.loop:
            self._tell(result, "changed" if result.is_changed() else "ok")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        if not result.result.get("results") or not result.task.loop:
            self._tell(result, "ignored" if ignore_errors else "failed")

    def v2_runner_on_skipped(self, result: Any) -> None:
        if not result.result.get("results"):
            self._tell(result, "skipped")

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._tell(result, "unreachable")

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._tell(result, "changed" if result.is_changed() else "ok")

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._tell(result, "ignored" if result.task.ignore_errors else "failed")

    def v2_runner_item_on_skipped(self, result: Any) -> None:
        self._tell(result, "skipped")

    def v2_playbook_on_stats(self, stats: Any) -> None:
        hosts = {host: stats.summarize(host) for host in sorted(stats.processed)}
        for host in hosts.values():
            host["failed"] = host.pop("failures")
            host.pop("rescued")
        say("stats", hosts=hosts)

    def _tell(self, result: Any, status: str) -> None:
        """A line for a result: of a task, or of one item of its loop."""
        values: Values = result.result
        for warning in values.get("warnings") or []:
            say("warning", message=str(warning)[:MESSAGE_LIMIT])
        line: Values = {"id": result.task._uuid, "task": plain(result.task.get_name()), "host": result.host.get_name(),
                        "status": status}  # fmt: skip
        if "ansible_loop_var" in values or "_ansible_item_label" in values:
            line["item"] = str(self._get_item_label(values))
        if status in ("failed", "ignored", "unreachable"):
            line["message"] = message(values)
        if diff := self._difference(values):
            line["diff"] = diff
        say("result", **line, seconds=self._seconds(line["host"], line["id"]))

    def _difference(self, values: Values) -> str:
        """What a changed result would write or has written; nothing where Ansible hid the result."""
        return str(self._get_diff(values["diff"]))[:DIFF_LIMIT] if values.get("diff") else ""

    def _seconds(self, host: str, task: str) -> float:
        """Since the task, or its item before, began to work on the host."""
        now = time.monotonic()
        since = self._since.get((host, task), now)
        self._since[host, task] = now
        return round(now - since, 3)


def say(event: str, **values: Any) -> None:
    """One line."""
    print(json.dumps({"event": event, **values}, ensure_ascii=False), flush=True)


def plain(name: str) -> str:
    """A task's name without the Jinja that could not be filled in."""
    return TEMPLATE.sub("", name).strip()


def message(values: Values) -> str:
    """The module's words, then the end of what its program said; Ansible's own sentence where it hid the result."""
    if "censored" in values:
        return str(values["censored"])
    text = str(values.get("msg") or "").strip()[:MESSAGE_LIMIT]
    for name in ("module_stderr", "stderr", "module_stdout", "stdout"):
        said = str(values.get(name) or "").strip()
        room = MESSAGE_LIMIT - len(text) - 1
        if said and said not in text and room > 0:
            text += "\n" + said[-room:]
    return text.strip()


def is_pipe(fd: int) -> bool:
    """Whether somebody may hold the other end. A terminal or /dev/null says nothing about who started the run."""
    try:
        mode = os.fstat(fd).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def watch_stdin() -> None:
    """Wait until the other end closes, then end the run."""
    with suppress(OSError):
        while os.read(0, 4096):
            pass
    # In a process of its own: this one may be the first to go, and its thread with it.
    run = -os.getpid() if os.getpgrp() == os.getpid() else os.getpid()
    if os.fork() == 0:
        os.setsid()
        sweep(run)
        os._exit(0)


def sweep(run: int) -> None:
    """End the processes of a run, known by its number or, negative, its group's: asked first, without mercy then."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        end(how, [run, *relatives()])
        deadline = time.monotonic() + GRACE
        while (lives(run) or any(relatives())) and time.monotonic() < deadline:
            time.sleep(0.05)


def end(how: signal.Signals, pids: Iterable[int]) -> None:
    """Send a signal to processes, of which some may have ended by themselves."""
    for pid in pids:
        with suppress(OSError):
            os.kill(pid, how)


def lives(pid: int) -> bool:
    """Whether there is anybody to send a signal to."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def relatives() -> Iterator[int]:
    """The processes of this run: a worker or a shared SSH connection has left the group, but not its environment."""
    home = os.environb.get(b"ANSIBLE_HOME")
    if not home:
        return
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            with suppress(OSError):
                if b"ANSIBLE_HOME=" + home in (entry / "environ").read_bytes().split(b"\0"):
                    yield int(entry.name)
