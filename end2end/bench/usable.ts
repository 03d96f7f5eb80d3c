// The page of servers over a line as people have it: when it can be used, and how it scrolls.
import { type Browser, expect, type Page } from "@playwright/test";

import { type Bench, GUESTS, pause } from "./fixture";
import { noted, watchFrames } from "./frames";
import { median, most, percentile } from "./numbers";
import { load } from "./page";
import { CATEGORIES, longestTask } from "./trace";

/** 10 Mbit/s and 60 ms there and back. */
const LINE = { offline: false, latency: 60, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 };
/** How often it is opened. */
const LOADS = 5;
const SNAPSHOT = "/rpc/snapshot";
/** What somebody types, who wants to see only some. */
const TYPED = "web status:running";

/** How often the wheel is turned, and how far: pixels. */
const TURNS = 200;
const TURN = 240;
/** Between two turns, in milliseconds. */
const BETWEEN = 25;

export const grid = (page: Page) => page.getByRole("grid", { name: "Servers" });
export const filter = (page: Page) => page.getByLabel("Filter servers", { exact: true });
export const rows = async (page: Page) => Number(await grid(page).getAttribute("aria-rowcount"));

/** When a typed filter has changed the rows, from the beginning of the navigation, in a browser that has nothing. */
export async function usable({ url, cookie, report }: Bench, browser: Browser): Promise<void> {
  const wanted = { browser, url: `${url}/servers`, cookie };
  // How many rows fit is found out at leisure: the lab's names and states stay.
  const first = await load({ ...wanted, until: [SNAPSHOT] });
  await expect.poll(() => rows(first.page)).toBeGreaterThan(GUESTS);
  await filter(first.page).fill(TYPED);
  await expect.poll(() => rows(first.page)).toBeLessThan(GUESTS);
  await pause(1_000);
  const fitting = await rows(first.page);
  await first.close();

  const took: number[] = [];
  for (let at = 0; at < LOADS; at += 1) {
    const visit = await load({
      ...wanted,
      prepare: async (page) => {
        await markRows(page, fitting);
        const cdp = await page.context().newCDPSession(page);
        await cdp.send("Network.enable");
        await cdp.send("Network.emulateNetworkConditions", LINE);
      },
      // As soon as the page can take it: what is typed before is lost.
      live: async (page) => {
        await filter(page).focus();
        await page.keyboard.type(TYPED);
      },
    });
    const marked = () => visit.page.evaluate(() => performance.getEntriesByName("filtered")[0]?.startTime ?? null);
    await expect.poll(marked, { timeout: 60_000 }).not.toBeNull();
    took.push((await marked()) ?? Number.NaN);
    await visit.close();
  }
  report.add({
    name: "/servers: a typed filter has changed the rows",
    bar: 1500,
    value: median(took),
    unit: "ms",
    note: `cold cache, 10 Mbit/s and 60 ms; median of ${LOADS}, largest ${most(took).toFixed(0)} ms`,
  });
}

/** Marks the moment at which the table has so many rows. */
async function markRows(page: Page, count: number): Promise<void> {
  await page.addInitScript((wanted) => {
    const look = (_: unknown, observer: MutationObserver) => {
      const found = document.querySelector('[role="grid"]')?.getAttribute("aria-rowcount");
      if (found !== wanted) return;
      performance.mark("filtered");
      observer.disconnect();
    };
    new MutationObserver(look).observe(document, { attributes: true, subtree: true, attributeFilter: ["aria-rowcount"] });
  }, String(count));
}

/** How long frames take while somebody turns the wheel, and jumps to the end and back. */
export async function scrolling({ url, cookie, report }: Bench, browser: Browser): Promise<void> {
  const { page, close } = await load({ browser, url: `${url}/servers`, cookie, until: [SNAPSHOT] });
  await expect.poll(() => rows(page)).toBeGreaterThan(GUESTS);
  // What scrolls is around the grid, which is as high as all of its rows.
  const around = grid(page).locator("..");
  const box = await around.boundingBox();
  if (!box) throw new Error("the rows are not to be seen");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await watchFrames(page);
  await browser.startTracing(page, { categories: CATEGORIES });
  for (let turn = 0; turn < TURNS; turn += 1) {
    await page.mouse.wheel(0, turn < TURNS * 0.75 ? TURN : -TURN);
    await pause(BETWEEN);
  }
  expect(await around.evaluate((element) => element.scrollTop), "it has been scrolled").toBeGreaterThan(0);
  const longest = longestTask(await browser.stopTracing());
  const frames = await noted(page);
  await close();
  report.add(
    { name: "scrolling, frame, largest", bar: 50, value: most(frames), unit: "ms", note: `${frames.length} frames, median ${median(frames).toFixed(1)} ms` },
    { name: "scrolling, longest task of the page, CPU", value: longest, unit: "ms", note: "script, styles, layout and painting together" },
    { name: "scrolling, frame, p99", value: percentile(frames, 0.99), unit: "ms" },
  );
}
