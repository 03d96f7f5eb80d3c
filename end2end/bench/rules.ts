// How soon a key shows in the form of a rule, in a group of many.
import { type Browser, expect } from "@playwright/test";

import { Client } from "./client";
import { type Bench, pause } from "./fixture";
import { median, most } from "./numbers";
import { load } from "./page";

const RULES = 500;
const TYPED = "ssh of the office, the partners and whoever is on call";
const BETWEEN_KEYS = 150;

/** From each key to the frame that shows it, as the browser itself measures it (Event Timing, in steps of 8 ms). */
export async function editing({ url, cookie, report }: Bench, browser: Browser): Promise<void> {
  const client = new Client(url, cookie);
  const rule = (n: number) => ({ action: "ACCEPT", protocol: "tcp", dest_port: String(1000 + n), source: `10.0.${n % 250}.0/24`, comment: `rule ${n}` });
  const rules = Array.from({ length: RULES }, (_, n) => rule(n));
  await client.get({ path: "/rpc/create_firewall_group", method: "POST", body: { draft: { cluster: "main", name: "many", comment: "", rules } } });
  client.close();
  const { page, close } = await load({ browser, url: `${url}/firewall/main:many`, cookie });
  await expect(page.getByRole("grid", { name: "Rules" })).toHaveAttribute("aria-rowcount", String(RULES + 1));
  await page.getByRole("button", { name: "Actions of rule 1", exact: true }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await page.getByRole("dialog").getByLabel("Comment").fill("");
  await page.evaluate(() => {
    const keys: number[] = [];
    const note = (list: PerformanceObserverEntryList) => {
      for (const entry of list.getEntries()) if (entry.name === "keydown") keys.push(entry.duration);
    };
    // Shorter ones are not told: they count as this.
    new PerformanceObserver(note).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
    Object.assign(window, { keys });
  });
  for (const key of TYPED) {
    await page.keyboard.press(key === " " ? "Space" : key);
    await pause(BETWEEN_KEYS);
  }
  await expect(page.getByRole("dialog").getByLabel("Comment")).toHaveValue(TYPED);
  const told = await page.evaluate(() => (window as unknown as { keys: number[] }).keys);
  await close();
  const took = [...told, ...Array.from({ length: Math.max(0, TYPED.length - told.length) }, () => 16)];
  report.add({
    name: `a key in the form of a rule, to the paint, largest`,
    bar: 100,
    value: most(took),
    unit: "ms",
    note: `${took.length} keys in a group of ${RULES} rules, median ${median(took).toFixed(0)} ms`,
  });
}
