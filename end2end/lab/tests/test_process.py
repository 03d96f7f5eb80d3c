"""The process: one line when ready, an end by SIGTERM or with its parent, a sentence for a wrong rule."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

END2END = Path(__file__).parents[2]


def start(*args: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "lab", "--port", "0", *args], cwd=END2END, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def first_line(lab: subprocess.Popen[str]) -> dict[str, object]:
    assert lab.stdout is not None
    return dict(json.loads(lab.stdout.readline()))


def test_the_line_is_enough_to_connect_and_sigterm_ends_it() -> None:
    with start("--guests", "3", "--fault", '{"action": "status", "status": 418, "message": "tea"}') as lab:
        line = first_line(lab)
        assert set(line) == {"api", "token", "username", "password", "fingerprint", "ca_file", "control", "cluster"}
        assert len(line["api"]) == 3  # type: ignore[arg-type]
        tls = ssl.create_default_context(cafile=str(line["ca_file"]))
        urls = list(line["api"])  # type: ignore[call-overload]
        ask = urllib.request.Request(f"{urls[2]}/api2/json/version",
                                     headers={"Authorization": f"PVEAPIToken={line['token']}"})  # fmt: skip
        try:
            urllib.request.urlopen(ask, context=tls)
            raise AssertionError("the fault of the command line did not strike")
        except urllib.error.HTTPError as err:
            assert (err.code, err.reason) == (418, "tea")
        with urllib.request.urlopen(ask, context=tls) as answer:
            assert json.load(answer)["data"]["release"] == "9.0"
        lab.terminate()
        assert lab.wait(5) == 0
        assert not os.path.exists(str(line["ca_file"]))


def test_it_ends_with_its_parent_only_when_asked() -> None:
    with start("--with-parent", "--guests", "1") as lab:
        first_line(lab)
        assert lab.stdin is not None
        lab.stdin.close()
        assert lab.wait(5) == 0
    with start("--guests", "1") as lab:
        first_line(lab)
        assert lab.stdin is not None
        lab.stdin.close()
        try:
            lab.wait(0.5)
            raise AssertionError("ended without its parent flag")
        except subprocess.TimeoutExpired:
            lab.terminate()
        assert lab.wait(5) == 0


def test_a_wrong_rule_is_told_in_a_sentence() -> None:
    with start("--fault", '{"action": "explode"}') as lab:
        assert lab.wait(10) == 2
        assert lab.stderr is not None
        said = lab.stderr.read()
        assert said.startswith("lab: --fault: action must be one of") and "Traceback" not in said
