// A page as somebody sees it who comes for the first time: nothing of it is in the browser yet.
import { type Browser, expect, type Page } from "@playwright/test";

import { pause } from "./fixture";

export interface Loaded {
  page: Page;
  /** First contentful paint, in milliseconds from the beginning of the navigation. */
  painted: number;
  /** When the page was live, in the same way. */
  hydrated: number;
  /** Bodies that came over the network, by path, in bytes as they came. */
  received: Map<string, number>;
  close(): Promise<void>;
}

export interface Wanted {
  browser: Browser;
  /** The address of the page. */
  url: string;
  /** A session's cookie. */
  cookie?: string;
  /** Downloads that must have ended before the page is whole, by path. */
  until?: string[];
  /** What is done to the page before it is opened. */
  prepare?: (page: Page) => Promise<void>;
  /** What is done in it as soon as it is live. */
  live?: (page: Page) => Promise<void>;
}

/** How long a page that looks whole may still begin downloads, in milliseconds. */
const LATE = 1_500;

/** Opens a page in a browser that has nothing of it. */
export async function load({ browser, url, cookie, until = [], prepare, live }: Wanted): Promise<Loaded> {
  const context = await browser.newContext();
  if (cookie !== undefined) {
    const [name = "", value = ""] = cookie.split("=", 2);
    await context.addCookies([{ name, value, url: new URL(url).origin }]);
  }
  const page = await context.newPage();
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (document.documentElement?.dataset.hydrated === undefined) return;
      performance.mark("hydrated");
      observer.disconnect();
    }).observe(document, { attributes: true, childList: true, subtree: true, attributeFilter: ["data-hydrated"] });
  });
  const received = new Map<string, number>();
  const reading: Promise<void>[] = [];
  page.on("requestfinished", (request) => {
    const read = async () => {
      const { responseBodySize } = await request.sizes();
      const { pathname } = new URL(request.url());
      received.set(pathname, (received.get(pathname) ?? 0) + responseBodySize);
    };
    reading.push(read());
  });
  await prepare?.(page);
  const answer = await page.goto(url, { waitUntil: "commit" });
  if (answer?.status() !== 200) throw new Error(`${url}: ${answer?.status()}`);
  await page.locator("html[data-hydrated]").waitFor({ state: "attached", timeout: 60_000 });
  await live?.(page);
  await expect.poll(() => until.filter((path) => !received.has(path)), { timeout: 60_000 }).toEqual([]);
  await pause(LATE);
  await Promise.all(reading);
  const at = (name: string) =>
    page.evaluate((wanted) => performance.getEntriesByName(wanted)[0]?.startTime ?? Number.NaN, name);
  const [painted, hydrated] = [await at("first-contentful-paint"), await at("hydrated")];
  return { page, painted, hydrated, received, close: () => context.close() };
}

/** Kilobytes of WebAssembly among what was received. */
export function wasm(received: Map<string, number>): number {
  const modules = [...received].filter(([path]) => path.endsWith(".wasm"));
  return modules.reduce((sum, [, bytes]) => sum + bytes, 0) / 1000;
}
