// What the speed of Drover is promised to be, measured from outside the process. A miss fails at the end, so that one
// run tells everything. docs/performance.md says how each is measured.
import { expect, type Page } from "@playwright/test";

import { backups } from "./backups";
import { checks, revoked, signIns } from "./access";
import { Client } from "./client";
import { type Bench, GUESTS, pause, test } from "./fixture";
import { mean, median, most, percentile } from "./numbers";
import { load, type Loaded, wasm } from "./page";
import { held } from "./held";
import { evaluation, health, viewers } from "./monitoring";
import { chart, wall } from "./pictures";
import { editing } from "./rules";
import { creations, starts } from "./servers";
import { Stream } from "./stream";
import { CATEGORIES, keystrokes } from "./trace";
import { filter, rows, scrolling, usable } from "./usable";

test.describe.configure({ mode: "serial" });

/** Ticks over which the collector is measured, twice. */
const TICKS = 30;
/** A tick is over long before this, in milliseconds; the next one begins after two seconds. */
const SETTLED = 800;
/** How often each page is loaded. */
const LOADS = 5;
const SNAPSHOT = "/rpc/snapshot";
/** What is typed into the filter, and deleted again, and how often: a percentile of few is chance. */
const TYPED = ["web", "status:running", "node:pve2 cpu>20", "tag:production -web"];
const ROUNDS = 3;
/** The pause between two keys of somebody who types fast, and after a word, in milliseconds: then the address is written. */
const BETWEEN_KEYS = 150;
const AFTER_WORD = 600;
/** For how long nobody looks, in milliseconds. */
const IDLE = 60_000;

test("one tick of the collector", async ({ bench }) => {
  const { process, report } = bench;
  const stream = await Stream.open(bench.url, bench.cookie);
  // What a cluster tells is ten seconds old: then every fifth tick brings five times the change.
  for (const lag of [0, 10]) {
    await bench.control.statsLag(lag);
    // The first ticks are of another pace, and everything is new to them.
    await ticked(bench, 6);
    const [began, before] = [Date.now() / 1000, process.cpu()];
    await ticked(bench, TICKS);
    const used = process.cpu() - before;
    const ticks = (await bench.ticks()).filter((at) => at >= began);
    const events = stream.since(began);
    if (!events.some((event) => event.inventory)) throw new Error("the stream brought no change of the inventory");
    const deltas = ticks.map((at, which) => {
      const next = ticks[which + 1] ?? Infinity;
      return events.filter((event) => event.at >= at && event.at < next).reduce((sum, event) => sum + event.bytes, 0);
    });
    const figures = lag === 0 ? "figures new at every tick" : "figures new every 10 s";
    report.add(
      { name: "collector tick, CPU", bar: 60, value: used / ticks.length, unit: "ms", note: `${figures}; mean of ${ticks.length} ticks, one viewer` },
      { name: "delta of a tick, largest", bar: 60, value: most(deltas) / 1000, unit: "KB", note: `${figures}; mean ${(mean(deltas) / 1000).toFixed(1)} KB` },
    );
  }
  await bench.control.statsLag(0);
  stream.close();
});

/** Waits until the collector has begun so many ticks from now on, and the last is over. */
async function ticked(bench: Bench, count: number): Promise<void> {
  const done = (await bench.ticks()).length + count;
  await expect.poll(async () => (await bench.ticks()).length, { timeout: 240_000, intervals: [100] }).toBeGreaterThanOrEqual(done);
  await pause(SETTLED);
}

test("a page of servers through the API", async ({ bench }) => {
  const { report } = bench;
  const path = "/api/servers?per_page=50";
  const sequence = async (count: number) => {
    const client = new Client(bench.url, bench.cookie);
    const took: number[] = [];
    for (let at = 0; at < count; at += 1) took.push((await client.get({ path })).took);
    client.close();
    return took;
  };
  await sequence(100);
  const alone = await sequence(500);
  report.add({ name: "GET /api/servers?per_page=50, p95", bar: 20, value: percentile(alone, 0.95), unit: "ms", note: `500 in a row, median ${median(alone).toFixed(1)} ms` });
  const together = (await Promise.all([250, 250, 250, 250].map(sequence))).flat();
  report.add({ name: "the same with 4 clients at once, p95", value: percentile(together, 0.95), unit: "ms", note: `1,000 requests, median ${median(together).toFixed(1)} ms` });
});

test("who asks", ({ bench }) => checks(bench));

test("what somebody may no longer do", ({ bench }) => revoked(bench));

test("many who sign in at once", ({ bench }) => signIns(bench));

test("the whole picture for a browser", async ({ bench }) => {
  const client = new Client(bench.url, bench.cookie);
  const answer = await client.get({ path: SNAPSHOT, method: "POST", body: {}, headers: { "accept-encoding": "br" } });
  client.close();
  expect(answer.headers["content-encoding"]).toBe("br");
  bench.report.add({ name: "snapshot, brotli", bar: 400, value: answer.body.length / 1000, unit: "KB", note: "what a client gets that takes brotli only" });
});

test("a first visit", async ({ bench, browser }) => {
  const { report } = bench;
  const visits = async (wanted: { path: string; cookie?: string; until?: string[] }) => {
    const seen: Loaded[] = [];
    for (let at = 0; at < LOADS; at += 1) {
      const visit = await load({ browser, ...wanted, url: bench.url + wanted.path });
      await visit.close();
      seen.push(visit);
    }
    return seen;
  };
  const signIn = await visits({ path: "/login" });
  const servers = await visits({ path: "/servers", cookie: bench.cookie, until: [SNAPSHOT] });
  const row = (name: string, seen: Loaded[], of: (visit: Loaded) => number) => ({ name, value: median(seen.map(of)) });
  const received = (visit: Loaded) => (visit.received.get(SNAPSHOT) ?? Number.NaN) / 1000;
  report.add(
    { ...row("snapshot, as Chromium gets it", servers, received), bar: 400, unit: "KB" },
    { ...row("WebAssembly of /servers", servers, (visit) => wasm(visit.received)), bar: 700, unit: "KB", note: "all of a first load, as received" },
    { ...row("WebAssembly of /login", signIn, (visit) => wasm(visit.received)), bar: 700, unit: "KB", note: "all of a first load, as received" },
    { ...row("/servers: first contentful paint", servers, (visit) => visit.painted), unit: "ms", note: `nothing cached, median of ${LOADS}` },
    { ...row("/servers: live", servers, (visit) => visit.hydrated), unit: "ms", note: `nothing cached, median of ${LOADS}` },
  );
});

test("a key in the filter of ten thousand servers", async ({ bench, browser }) => {
  const { page, close } = await load({ browser, url: `${bench.url}/servers`, cookie: bench.cookie, until: [SNAPSHOT] });
  await expect.poll(() => rows(page)).toBeGreaterThan(GUESTS);
  await filter(page).click();
  await browser.startTracing(page, { categories: CATEGORIES });
  for (const text of Array.from({ length: ROUNDS }, () => TYPED).flat()) {
    await keys(page, [...text]);
    expect(await rows(page), `what fits ${text}`).toBeLessThan(GUESTS);
    await keys(page, [...text].map(() => "Backspace"));
  }
  // It only ends the keystroke before it.
  await keys(page, ["Shift"]);
  const typing = keystrokes(await browser.stopTracing());
  await close();
  const script = typing.keys.map((key) => key.script);
  const work = typing.keys.map((key) => key.work);
  bench.report.add(
    { name: "key in the filter, script, p95", bar: 16, value: percentile(script, 0.95), unit: "ms", note: `${script.length} keys, median ${median(script).toFixed(1)} ms, largest ${most(script).toFixed(1)} ms; ${typing.disturbed} more met an event` },
    { name: "the same with styles, layout and painting", value: percentile(work, 0.95), unit: "ms", note: `median ${median(work).toFixed(1)} ms` },
  );
});

async function keys(page: Page, names: string[]): Promise<void> {
  for (const name of names) {
    await page.keyboard.press(name);
    await pause(BETWEEN_KEYS);
  }
  await pause(AFTER_WORD);
}

test("the page of servers over a line as people have it", ({ bench, browser }) => usable(bench, browser));

test("scrolling through ten thousand servers", ({ bench, browser }) => scrolling(bench, browser));

test("editing a group of five hundred rules", ({ bench, browser }) => editing(bench, browser));

test("backups", async ({ bench }) => {
  test.setTimeout(300_000);
  await backups(bench.report);
});

test("how all servers are", ({ bench }) => health(bench));

test("all alert rules at once", ({ bench }) => evaluation(bench));

test("a chart of many points", ({ bench, browser }) => chart(bench, browser));

test("a wall of many tiles", ({ bench, browser }) => wall(bench, browser));

test("a hundred viewers", ({ bench }) => viewers(bench));

test("the memory of an open page", async ({ bench, browser }) => {
  test.setTimeout(1_200_000);
  await held(bench, browser);
});

test("five hundred starts in one request", ({ bench }) => starts(bench));

test("a hundred servers in one request", async ({ bench }) => {
  test.setTimeout(1_200_000);
  await creations(bench);
});

test("nobody looks", async ({ bench }) => {
  // The pace of nobody looking has begun once two ticks are so far apart.
  const slow = async () => {
    const [last = 0, before = 0] = (await bench.ticks()).reverse();
    return last - before;
  };
  await expect.poll(slow, { timeout: 60_000, intervals: [200] }).toBeGreaterThan(9);
  const [began, before] = [performance.now(), bench.process.cpu()];
  await pause(IDLE);
  const share = (bench.process.cpu() - before) / (performance.now() - began);
  bench.report.add({ name: "idle, nobody looks, CPU", bar: 1, value: share * 100, unit: "%", note: `of a core, over ${IDLE / 1000} s` });
});

test("memory after all of this", ({ bench }) => {
  const { now, peak } = bench.process.memory();
  bench.report.add(
    { name: "resident memory", bar: 200, value: now / 1e6, unit: "MB", note: "at the end" },
    { name: "resident memory, peak", value: peak / 1e6, unit: "MB" },
  );
});

test("the bars", ({ bench }) => {
  expect(bench.report.misses()).toEqual([]);
});
