// How soon monitoring draws: a chart of many points, and a wall on which every server is a tile.
import { type Browser, expect, type Page } from "@playwright/test";

import { Client } from "./client";
import { type Bench, pause } from "./fixture";
import { noted, watchFrames } from "./frames";
import { median, most, percentile } from "./numbers";
import { load } from "./page";

const HISTORY = "/rpc/server_history";
const POINTS = 1_000;
const RANGES = ["6h", "24h", "7d", "30d", "1y"];
const ROUNDS = 4;
/** Between two charts, in milliseconds. */
const BETWEEN = 600;

/** Tiles at least, of servers with an id below this. */
const TILES = 2_000;
const BELOW = 3_000;
/** How often the wheel is turned, how far in pixels, and what is between two turns in milliseconds. */
const TURNS = 80;
const TURN = 120;
const PAUSE = 25;

interface History {
  times: number[];
  series: { values: (number | null)[] }[];
}

/** From the last byte of the figures to the frame that shows them. */
export async function chart({ url, cookie, report }: Bench, browser: Browser): Promise<void> {
  const { page, close } = await load({
    browser,
    url: `${url}/monitoring?tab=charts&metric=cpu&range=1h&selected=${await some(url, cookie)}`,
    cookie,
    // No server has a history of just so many points: its own is drawn out to them.
    prepare: async (page) => {
      await page.route(`**${HISTORY}`, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: drawnOut((await response.json()) as History) });
      });
    },
  });
  await expect(page.getByRole("group", { name: "CPU" }).locator("path").last()).toHaveAttribute("d", /L/);
  await notePaints(page);
  const took: number[] = [];
  for (const range of Array.from({ length: ROUNDS }, () => RANGES).flat()) {
    await page.getByRole("combobox", { name: "Period" }).selectOption(range);
    await pause(BETWEEN);
    took.push(await page.evaluate(paintedAfter, HISTORY));
  }
  const points = await page.getByRole("group", { name: "CPU" }).locator("path").last().getAttribute("d");
  await close();
  // A line goes on by an L for each point, or by a pair of numbers.
  expect((points ?? "").split(/[\s,LMHVl]+/).length, "the chart shows them all").toBeGreaterThan(POINTS);
  report.add({ name: `chart of ${POINTS} points, to the paint, p95`, bar: 50, value: percentile(took, 0.95), unit: "ms", note: `${took.length} charts, median ${median(took).toFixed(1)} ms, from the last byte of the figures` });
}

/** A server that runs. */
async function some(url: string, cookie: string): Promise<string> {
  const client = new Client(url, cookie);
  const answer = await client.get({ path: "/api/servers?per_page=1&status=running" });
  client.close();
  const { data } = JSON.parse(answer.body.toString()) as { data: { id: string }[] };
  return data[0]?.id ?? "";
}

function drawnOut(history: History): History {
  const last = history.times.at(-1) ?? 0;
  const step = Math.max(1, Math.floor((last - (history.times[0] ?? 0)) / POINTS));
  const value = (at: number) => 50 + 40 * Math.sin(at / 9) * Math.cos(at / 131);
  const points = Array.from({ length: POINTS }, (_, at) => at);
  return {
    ...history,
    times: points.map((at) => last - (POINTS - 1 - at) * step),
    series: history.series.map((one) => ({ ...one, values: points.map((at) => value(at + last % 97)) })),
  };
}

/** Notes when a frame was painted in which a line had changed. */
async function notePaints(page: Page): Promise<void> {
  await page.evaluate(() => {
    const paints: number[] = [];
    const painted = new MessageChannel();
    painted.port1.onmessage = () => paints.push(performance.now());
    const changed = (changes: MutationRecord[]) => {
      if (changes.some(({ attributeName, addedNodes }) => attributeName === "d" || addedNodes.length > 0)) {
        // What is posted from within a frame comes when that is painted.
        requestAnimationFrame(() => painted.port2.postMessage(0));
      }
    };
    new MutationObserver(changed).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["d"] });
    Object.assign(window, { paints });
  });
}

/** Milliseconds from the end of the newest answer of `path` to the first such frame after it. */
function paintedAfter(path: string): number {
  const answers = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(path));
  const arrived = (answers.at(-1) as PerformanceResourceTiming).responseEnd;
  const first = (window as unknown as { paints: number[] }).paints.find((at) => at >= arrived);
  if (first === undefined) throw new Error("the figures were not drawn");
  return first - arrived;
}

/** Scrolling along the wall and pointing at tiles, while their servers live. */
export async function wall({ url, cookie, report }: Bench, browser: Browser): Promise<void> {
  const { page, close } = await load({ browser, url: `${url}/monitoring?filter=${encodeURIComponent(`id<${BELOW}`)}`, cookie, until: ["/rpc/snapshot"] });
  const tiles = page.getByRole("group", { name: "Every server" }).getByRole("link");
  await expect.poll(() => tiles.count(), { timeout: 60_000 }).toBeGreaterThanOrEqual(TILES);
  const count = await tiles.count();
  const box = await tiles.first().boundingBox();
  if (!box) throw new Error("the wall is not to be seen");
  await watchFrames(page);
  for (let turn = 0; turn < TURNS; turn += 1) {
    await page.mouse.move(box.x + (turn % 20) * 14, box.y + 4 + (turn % 3) * 14);
    await page.mouse.wheel(0, turn < TURNS / 2 ? TURN : -TURN);
    await pause(PAUSE);
  }
  const frames = await noted(page);
  await close();
  report.add({ name: `wall of ${TILES} tiles, frame, largest`, bar: 50, value: most(frames), unit: "ms", note: `${count} tiles, ${frames.length} frames, median ${median(frames).toFixed(1)} ms` });
}
