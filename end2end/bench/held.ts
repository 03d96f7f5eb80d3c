// How much memory an open page holds while live updates come in.
import type { Browser, Page } from "@playwright/test";

import { type Bench, pause } from "./fixture";
import { growth } from "./numbers";
import { load } from "./page";

/** For how long it is watched. Ten minutes is what is promised; a shorter run tells the slope. */
const MINUTES = Number(process.env.BENCH_MINUTES ?? 2);
const PROMISED = 10;
/** Between two looks, in milliseconds. */
const EVERY = 3_000;
/** How much more it may hold at the end of ten minutes, in megabytes: what the collector leaves lying about. */
const BAR = 5;

/** Watches the page of servers, where nobody does anything. */
export async function held({ url, cookie, report }: Bench, browser: Browser): Promise<void> {
  const { page, close } = await load({ browser, url: `${url}/servers`, cookie, until: ["/rpc/snapshot"], prepare: keepMemories });
  const cdp = await page.context().newCDPSession(page);
  const look = async () => {
    await cdp.send("HeapProfiler.collectGarbage");
    const { usedSize } = await cdp.send("Runtime.getHeapUsage");
    return usedSize + (await memories(page));
  };
  const seen: { at: number; value: number }[] = [];
  const began = performance.now();
  const until = began + MINUTES * 60_000;
  while (performance.now() < until) {
    await pause(EVERY);
    seen.push({ at: performance.now() - began, value: await look() });
  }
  await close();
  // At first what the first load has left is taken away, and buffers grow to their size.
  const settled = seen.slice(Math.floor(seen.length / 4));
  const grown = growth(settled) * PROMISED * 60_000;
  const [level] = settled.map(({ value }) => value);
  report.add({
    name: `memory of /servers, more after ${PROMISED} minutes`,
    bar: BAR,
    value: Math.max(grown, 0) / 1e6,
    unit: "MB",
    note: `slope over ${MINUTES} min of live updates, ${((level ?? 0) / 1e6).toFixed(1)} MB of script and WebAssembly`,
  });
}

/** Remembers the memories that WebAssembly gets. */
async function keepMemories(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const kept: WebAssembly.Memory[] = [];
    Object.assign(window, { wasmMemories: kept });
    const keep = (exports: WebAssembly.Exports) => {
      for (const one of Object.values(exports)) if (one instanceof WebAssembly.Memory) kept.push(one);
    };
    const streaming = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (source, imports) => {
      const made = await streaming(source, imports);
      keep(made.instance.exports);
      return made;
    };
  });
}

/** Bytes of all of them. */
function memories(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { wasmMemories } = window as unknown as { wasmMemories: WebAssembly.Memory[] };
    if (wasmMemories.length === 0) throw new Error("the memory of WebAssembly was not seen");
    return wasmMemories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  });
}
