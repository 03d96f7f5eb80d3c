"""Faults hit what they name, as often as they say; a held request is acted on or it is not."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from .conftest import Client, Run

CLONE = "/nodes/pve1/qemu/9000/clone"


async def hold(c: Client, action: str, path: str = "/clone$") -> None:
    await c.ctl("POST", "/faults", {"match": {"method": "POST", "path": path}, "action": action})


def test_a_client_that_leaves_while_held_before_has_done_nothing(run: Run) -> None:
    async def story(c: Client) -> None:
        await hold(c, "hold_before")
        call = asyncio.ensure_future(c.call("POST", CLONE, newid=700, full=1))
        [held] = await c.ctl("GET", "/holds?wait=5")
        assert (held["phase"], held["acted"]) == ("before", False)
        call.cancel()
        [gone] = await c.ctl("GET", "/holds?wait=5&state=gone")
        assert gone["id"] == held["id"] and gone["acted"] is False
        await c.ctl("POST", f"/holds/{held['id']}/release")
        await asyncio.sleep(0.1)
        assert c.lab.tasklog == [] and c.lab.vm(700) is None
        assert await c.done(await c.post(CLONE, newid=700, full=1)) == "OK"

    run(story)


def test_a_client_that_leaves_while_held_after_has_done_it(run: Run) -> None:
    async def story(c: Client) -> None:
        await hold(c, "hold_after")
        call = asyncio.ensure_future(c.call("POST", CLONE, newid=700, full=1))
        [held] = await c.ctl("GET", "/holds?wait=5")
        assert (held["phase"], held["acted"]) == ("after", True)
        call.cancel()
        [gone] = await c.ctl("GET", "/holds?wait=5&state=gone")
        assert gone["acted"] is True
        assert [t["type"] for t in c.lab.tasklog] == ["qmclone"]
        assert await c.done(c.lab.tasklog[0]["upid"]) == "OK"
        assert c.lab.vm(700).name == "Copy-of-VM-ubuntu-24.04"

    run(story)


@pytest.mark.parametrize("action", ["hold_before", "hold_after"])
def test_a_released_request_is_answered(run: Run, action: str) -> None:
    async def story(c: Client) -> None:
        await hold(c, action)
        call = asyncio.ensure_future(c.call("POST", CLONE, newid=700, full=1))
        [held] = await c.ctl("GET", "/holds?wait=5&path=clone")
        await asyncio.sleep(0.05)
        assert not call.done() and bool(c.lab.tasklog) is (action == "hold_after")
        await c.ctl("POST", f"/holds/{held['id']}/release")
        assert (await call).data.startswith("UPID:pve1:")
        assert await c.ctl("GET", "/holds") == []
        assert len(await c.ctl("GET", "/holds?state=released")) == 1

    run(story)


def test_lifting_the_faults_lets_held_requests_go_on(run: Run) -> None:
    async def story(c: Client) -> None:
        await hold(c, "hold_before")
        call = asyncio.ensure_future(c.call("POST", CLONE, newid=700, full=1))
        await c.ctl("GET", "/holds?wait=5")
        await c.ctl("DELETE", "/faults")
        assert (await call).status == 200

    run(story)


def test_count_skip_and_match_decide_who_is_hit(run: Run) -> None:
    async def story(c: Client) -> None:
        rule = {"match": {"path": "^/version$", "endpoint": "pve2"}, "action": "status", "status": 503,
                "message": "later", "count": 2, "skip": 1}  # fmt: skip
        await c.ctl("POST", "/faults", rule)
        assert [(await c.call("GET", "/version", node=n)).status for n in (0, 1, 1, 0, 1, 1)] == [
            200, 200, 503, 200, 503, 200]  # fmt: skip
        assert await c.ctl("GET", "/faults") == []

    run(story)


def test_status_carries_message_and_field_errors(run: Run) -> None:
    async def story(c: Client) -> None:
        for status in (401, 403, 500, 595):
            await c.ctl("POST", "/faults", {"action": "status", "status": status, "message": "no", "errors": {"a": "b"}})
            answer = await c.call("GET", "/version")
            assert (answer.status, answer.reason, answer.body["errors"]) == (status, "no", {"a": "b"})

    run(story)


def test_broken_json_drop_hang_and_delay(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.ctl("POST", "/faults", {"action": "broken_json"})
        with pytest.raises(json.JSONDecodeError):
            await c.call("GET", "/version")
        await c.ctl("POST", "/faults", {"action": "drop", "match": {"method": "POST"}})
        with pytest.raises(aiohttp.ClientError):
            await c.call("POST", CLONE, newid=700)
        assert c.lab.tasklog == []
        await c.ctl("POST", "/faults", {"action": "drop_after", "match": {"method": "POST"}})
        with pytest.raises(aiohttp.ClientError):
            await c.call("POST", CLONE, newid=700)
        assert len(c.lab.tasklog) == 1
        await c.ctl("POST", "/faults", {"action": "hang"})
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(c.call("GET", "/version"), 0.2)
        await c.ctl("POST", "/faults", {"action": "delay", "delay": 0.2})
        started = asyncio.get_running_loop().time()
        await c.get("/version")
        assert asyncio.get_running_loop().time() - started >= 0.2

    run(story)


def test_a_rule_that_makes_no_sense_is_refused(run: Run) -> None:
    async def story(c: Client) -> None:
        for rule in ({"action": "explode"}, {"action": "drop", "cuont": 1}, {"action": "drop", "match": {"path": "("}}):
            with pytest.raises(AssertionError, match="400"):
                await c.ctl("POST", "/faults", rule)

    run(story)


def test_a_failing_start_does_nothing_and_says_why(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.done(await c.post(CLONE, newid=700, full=1))
        rule = {"match": {"path": "/status/start$"}, "action": "task_fail", "message": "no KVM"}
        await c.ctl("POST", "/faults", rule)
        upid = await c.post("/nodes/pve1/qemu/700/status/start")
        assert await c.done(upid) == "no KVM" and (await c.log(upid))[-1] == "TASK ERROR: no KVM"
        assert c.lab.vm(700).status == "stopped"

    run(story)


def test_a_node_that_is_down_refuses_and_its_guests_are_unknown(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.ctl("POST", "/nodes/pve2/down")
        with pytest.raises(aiohttp.ClientConnectorError):
            await c.call("GET", "/version", node=1)
        there = await c.call("GET", "/nodes/pve2/status")
        assert (there.status, there.reason) == (595, "No route to host")
        guests = await c.get("/cluster/resources", type="vm")
        assert {g["status"] for g in guests if g["node"] == "pve2"} == {"unknown"}
        assert {g["status"] for g in guests if g["node"] != "pve2"} >= {"running"}
        online = {i["name"]: i["online"] for i in await c.get("/cluster/status") if i["type"] == "node"}
        assert online == {"pve1": 1, "pve2": 0, "pve3": 1}
        await c.ctl("POST", "/nodes/pve2/up")
        assert (await c.call("GET", "/version", node=1)).status == 200

    run(story)


def test_tickets_sign_in_need_csrf_and_expire(run: Run) -> None:
    async def story(c: Client) -> None:
        who = c.lab.credentials()
        bad = await c.call("POST", "/access/ticket", auth=False, username=who["username"], password="wrong")
        assert bad.status == 401
        got = await c.call("POST", "/access/ticket", auth=False, username=who["username"], password=who["password"])
        url = c.lab.urls()[0] + "/api2/json" + CLONE
        cookie = {"Cookie": f"PVEAuthCookie={got.data['ticket']}"}
        csrf = {**cookie, "CSRFPreventionToken": got.data["CSRFPreventionToken"]}
        async with c.http.post(url, headers=cookie, data={"newid": 700}, ssl=c.tls) as r:
            assert r.status == 401
        async with c.http.post(url, headers=csrf, data={"newid": 700}, ssl=c.tls) as r:
            assert r.status == 200
        assert (await c.ctl("POST", "/tickets/expire"))["expired"] == 1
        async with c.http.get(c.lab.urls()[0] + "/api2/json/version", headers=cookie, ssl=c.tls) as r:
            assert r.status == 401
        assert all("lab-password" not in r["body"] for r in await c.ctl("GET", "/requests"))

    run(story)


def test_calls_are_counted_by_template_and_requests_kept(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.get("/version")
        await c.get("/nodes/pve1/qemu/9000/config")
        await c.get("/nodes/pve1/qemu/9000/config")
        assert await c.ctl("GET", "/calls") == {"GET /nodes/{node}/qemu/{vmid}/config": 2, "GET /version": 1}
        found = await c.ctl("GET", "/requests?path=config$")
        assert [(r["endpoint"], r["status"]) for r in found] == [("pve1", 200)] * 2
        await c.ctl("DELETE", "/calls")
        assert await c.ctl("GET", "/calls") == {}

    run(story)


def test_guests_made_patched_and_removed_behind_the_back(run: Run) -> None:
    async def story(c: Client) -> None:
        await c.ctl("POST", "/guests", {"vmid": 700, "name": "theirs", "status": "running"})
        await c.ctl("POST", "/guests/700", {"lock": "backup", "agent": "never", "config": {"agent": "1"}})
        stop = await c.call("POST", "/nodes/pve1/qemu/700/status/stop")
        assert stop.message == "VM is locked (backup)"
        await c.ctl("PUT", "/clock", {"advance": 3600})
        ping = await c.call("POST", "/nodes/pve1/qemu/700/agent/ping")
        assert ping.message == "QEMU guest agent is not running"
        state = await c.ctl("GET", "/state")
        assert state["guests"]["700"]["lock"] == "backup" and not state["guests"]["700"]["agent_up"]
        await c.ctl("DELETE", "/guests/700")
        await c.ctl("POST", "/reset")
        assert "700" not in (await c.ctl("GET", "/state"))["guests"]
        assert (await c.call("GET", "/version")).status == 200

    run(story)
