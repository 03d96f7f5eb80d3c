// Monitoring: the wall and the servers with a problem, charts side by side, rules that are tried out before they
// count, alerts from their beginning to their end, and the settings.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import type { GuestState } from "../helpers/control";
import { openServer } from "../helpers/servers";
import { signIn } from "../helpers/sign-in";
import { type App, expect, hydrated, open, test } from "../helpers/test";

/** How long an alert may take: the collector's tick and that of the rules. */
const TOLD = { timeout: 90_000 };

/** A machine of this file alone, which runs, with an agent: memory that only its host tells of wakes nobody. */
async function machine(app: App, vmid: number, name: string): Promise<void> {
  await app.control.addGuest({
    vmid,
    name,
    node: "pve2",
    status: "running",
    config: { cores: 1, memory: 1024, scsi0: "local-lvm:2", boot: "order=scsi0", net0: "virtio=BC:24:11:AA:77:01,bridge=vmbr0", agent: "1", tags: "watched" },
  });
}

async function openPart(page: Page, part: string): Promise<void> {
  await page.getByRole("navigation", { name: "Parts of monitoring" }).getByRole("link", { name: part }).click();
}

const rowOf = (page: Page, table: string, text: string) => page.getByRole("grid", { name: table, exact: true }).getByRole("row").filter({ hasText: text });

const tile = (page: Page, name: string | RegExp) => page.getByRole("group", { name: "Every server" }).getByRole("link", { name });

test("a rule is tried out, raises an alert, and the alert is acknowledged and cleared", async ({ page, app }) => {
  test.setTimeout(240_000);
  await machine(app, 7701, "watched-01");
  await signIn(page, app, "/monitoring?tab=rules");
  await expect(rowOf(page, "Rules", "Certificate ends")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "New rule" }).click();
  const form = page.getByRole("dialog", { name: "New rule" });
  await form.getByRole("combobox", { name: "Figure" }).selectOption("Memory");
  await form.getByRole("radio", { name: "One server" }).check();
  await form.getByRole("combobox", { name: "Server" }).click();
  await page.getByRole("combobox", { name: "Server" }).fill("watched-01");
  await page.getByRole("option", { name: /watched-01/ }).click();
  // Nonsense is told beside its field.
  await form.getByLabel("Warning from").fill("90");
  await form.getByLabel("Critical from").fill("10");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByLabel("Warning from")).toHaveAttribute("aria-invalid", "true");
  await form.getByLabel("Warning from").fill("1");
  await form.getByLabel("Critical from").fill("");
  await form.getByLabel("Ends below by").fill("0");
  await form.getByLabel("For at least").fill("0");
  await form.getByRole("button", { name: "Try it on the last 24 hours" }).click();
  await expect(form.getByRole("region", { name: "Try it on the last 24 hours" }).getByRole("status")).toContainText(/would|no figures/);
  await expectAccessible(page);
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form).toBeHidden();
  await expect(rowOf(page, "Rules", "watched-01")).toContainText("At once");

  await openPart(page, "Status");
  await expect(rowOf(page, "Servers with a problem", "watched-01")).toContainText(/Memory \d+ % \(limit 1 %\)/, TOLD);
  await expect(tile(page, /^watched-01: Warning, Memory \d+ %/)).toBeVisible();

  await openPart(page, "Alerts");
  const standing = rowOf(page, "Alerts that stand", "watched-01");
  await expect(standing).toContainText("Raised", TOLD);
  await expectAccessible(page);
  await standing.getByRole("button", { name: "Acknowledge" }).click();
  await page.getByRole("dialog", { name: "Acknowledge the alert of watched-01?" }).getByRole("button", { name: "Acknowledge" }).click();
  await expect(standing).toContainText("Acknowledged");
  await expect(standing).toContainText("by admin");

  await page.reload();
  await hydrated(page);
  await expect(standing).toContainText("Acknowledged");
  await standing.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("dialog", { name: "Clear the alert of watched-01?" }).getByRole("button", { name: "Clear" }).click();
  await expect(standing).toHaveCount(0);
  await expect(rowOf(page, "History", "watched-01")).toContainText("Cleared");

  await openPart(page, "Rules");
  await rowOf(page, "Rules", "watched-01").getByRole("button", { name: /^Delete/ }).click();
  await page.getByRole("dialog", { name: /^Delete the rule/ }).getByRole("button", { name: "Delete" }).click();
  await expect(rowOf(page, "Rules", "watched-01")).toHaveCount(0);
});

test("the wall is walked by keys, narrowed down and grouped, and keeps that in its address", async ({ page, app }) => {
  await machine(app, 7702, "watched-02");
  await signIn(page, app, "/monitoring");
  await expect(tile(page, /^watched-02: /)).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);
  const all = tile(page, /./);
  await all.first().focus();
  await page.keyboard.press("ArrowRight");
  await expect(all.nth(1)).toBeFocused();
  await page.keyboard.press("End");
  await expect(all.last()).toBeFocused();

  // At first each node has its part of the wall.
  await expect(page.getByRole("region", { name: "pve2", exact: true }).getByRole("link", { name: /^watched-02: / })).toBeVisible();
  await page.getByRole("combobox", { name: "Grouped by" }).selectOption("By tag");
  await expect(page.getByRole("region", { name: "watched", exact: true }).getByRole("link", { name: /^watched-02: / })).toBeVisible();
  await page.getByRole("searchbox", { name: "Filter servers" }).fill("watched-02");
  await expect(all).toHaveCount(1);
  await expect(page).toHaveURL(/\/monitoring\?filter=watched-02&group=tag$/);
  await page.reload();
  await hydrated(page);
  await expect(all).toHaveCount(1);
  await all.first().focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/servers\/.*7702$/);
  await expect(page.getByRole("region", { name: "Health" })).toContainText("Healthy");
});

test("memory that the server itself tells and memory as its host sees it are told apart", async ({ page, app }) => {
  test.setTimeout(180_000);
  await machine(app, 7703, "watched-03");
  await app.control.addGuest({ vmid: 7704, name: "watched-04", node: "pve2", status: "running", config: { cores: 1, memory: 1024, scsi0: "local-lvm:2" } });
  await openServer(page, app, "watched-04");
  await expect(page.getByText("as its host sees it, with what could be taken back")).toBeVisible();
  await expect(page.getByText("as the server itself tells")).toHaveCount(0);
  await open(page, "/servers/main:7703");
  await expect(page.getByText("as the server itself tells")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("as its host sees it")).toHaveCount(0);
  await expectAccessible(page);
});

test("servers are compared over time, by pointer and by keys", async ({ page, app }) => {
  await signIn(page, app, "/monitoring?tab=charts");
  await page.getByRole("button", { name: "Show the busiest servers" }).click();
  await expect(page).toHaveURL(/selected=/);
  await page.getByRole("combobox", { name: "Figure" }).selectOption("CPU");
  const chart = page.getByRole("figure").filter({ has: page.getByRole("group", { name: "CPU" }) });
  await expect(chart.getByRole("table")).toBeAttached({ timeout: 30_000 });
  await expect(page.getByText("Source: Proxmox")).toBeVisible();
  await expectAccessible(page);

  const plot = chart.getByRole("group", { name: "CPU" });
  await plot.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("+");
  const whole = page.getByRole("button", { name: "Show all" });
  await expect(whole).toBeVisible();
  await whole.click();
  await expect(whole).toBeHidden();
  const box = await plot.boundingBox();
  if (!box) throw new Error("the chart has no room");
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(whole).toBeVisible();

  const first = chart.getByRole("list").getByRole("button").first();
  await first.click();
  await expect(first).toHaveAttribute("aria-pressed", "false");
});

test("two servers are compared by what stands under the pointer, and by the table behind", async ({ page, app }) => {
  // Two of the lab's own: what is new has no history yet.
  const { guests } = await app.control.state();
  const running = Object.values(guests).filter((guest) => guest.status === "running" && guest.vmid < 5000 && guest.name);
  const [one, two] = running.sort((a, b) => a.vmid - b.vmid) as [GuestState, GuestState];
  const names = [one.name ?? "", two.name ?? ""];
  await signIn(page, app, "/monitoring?tab=charts");
  await page.getByRole("button", { name: "Choose servers" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Choose servers" });
  for (const name of names) {
    await dialog.getByRole("searchbox").fill(name);
    await dialog.getByRole("checkbox", { name, exact: true }).check({ timeout: 40_000 });
  }
  await dialog.getByRole("button", { name: "Compare" }).click();
  await expect(page).toHaveURL(/selected=/);
  await page.getByRole("combobox", { name: "Figure" }).selectOption("CPU");
  const plot = page.getByRole("group", { name: "CPU" });
  const chart = page.getByRole("figure").filter({ has: plot });
  const table = chart.getByRole("table", { name: "CPU" });
  await expect(table).toBeAttached({ timeout: 30_000 });
  await expect(table.getByRole("columnheader")).toHaveText(["Time", ...names]);

  // What the pointer stands at is told in the caption and beside each name, and another place tells another time.
  const legend = chart.getByRole("list").getByRole("listitem");
  await expect(legend).toHaveCount(2);
  const at = async (share: number) => {
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    if (!box) throw new Error("the chart has no room");
    await page.mouse.move(box.x + box.width * share, box.y + box.height / 2, { steps: 3 });
    return chart.locator(".chart__time").innerText();
  };
  const later = await at(0.95);
  expect(later).not.toBe("");
  await expect(chart.locator(".chart__cursor")).toBeAttached();
  for (const one of await legend.all()) await expect(one).toContainText(/\d+(\.\d+)? %|—/);
  await expect.poll(() => at(0.5)).not.toBe(later);
  await expectAccessible(page);

  // A part that is dragged over fills the chart and its table; all of it comes back.
  const first = await table.getByRole("rowheader").first().innerText();
  const box = await plot.boundingBox();
  if (!box) throw new Error("the chart has no room");
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(table.getByRole("rowheader").first()).not.toHaveText(first);
  await page.getByRole("button", { name: "Show all" }).click();
  await expect(table.getByRole("rowheader").first()).toHaveText(first);
});

test("quiet hours are checked, kept and taken back", async ({ page, app, complaints }) => {
  complaints.allowStatus(400);
  await signIn(page, app, "/monitoring?tab=settings");
  await page.getByRole("switch", { name: "Quiet hours" }).check();
  for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]) {
    await page.getByRole("checkbox", { name: day }).uncheck();
  }
  await page.getByLabel("From", { exact: true }).fill("23:00");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("checkbox", { name: "Friday" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Settings saved")).toBeVisible();

  await open(page, "/monitoring?tab=settings");
  await expect(page.getByLabel("From", { exact: true })).toHaveValue("23:00");
  await expect(page.getByRole("checkbox", { name: "Friday" })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "Monday" })).not.toBeChecked();
  await page.getByRole("switch", { name: "Quiet hours" }).uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Settings saved")).toBeVisible();
});
