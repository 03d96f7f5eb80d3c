// The list of servers: finding, keeping a filter, choosing many, taking the list along, and cleaning up.
import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { Rest } from "../helpers/rest";
import { signIn } from "../helpers/sign-in";
import { type App, expect, hydrated, open, test } from "../helpers/test";

/** Servers of these tests alone; the first is the lowest id. */
const TILLS = ["till-01", "till-02", "till-03", "till-04", "till-05", "till-06"];
const FIRST = 7001;

function filter(page: Page) {
  return page.getByRole("combobox", { name: "Filter servers" });
}

function option(page: Page, name: RegExp) {
  return page.getByRole("listbox", { name: "Completions" }).getByRole("option", { name });
}

function tick(page: Page, name: string) {
  return page.getByRole("checkbox", { name: `Select ${name}`, exact: true });
}

/** Makes the tills, running, where they are not there yet, and waits until they are listed. */
async function tills(page: Page, app: App): Promise<void> {
  await app.control.statsLag(0);
  const there = (await app.control.state()).guests;
  for (const [at, name] of TILLS.entries()) {
    const vmid = FIRST + at;
    if (there[String(vmid)]) await app.control.patchGuest(vmid, { status: "running" });
    else await app.control.addGuest({ vmid, name, node: "pve1", status: "running", config: { tags: "shop" } });
  }
  await signIn(page, app, "/servers?filter=till-");
  for (const name of TILLS) {
    await expect(page.getByRole("row", { name: new RegExp(`${name}.*Running`) })).toBeVisible({ timeout: 60_000 });
  }
}

test("what is typed is completed by the keyboard and never in the way", async ({ page, app }) => {
  await signIn(page, app, "/servers");
  // The page's code comes by itself; a key before that is lost.
  await expect(async () => {
    await page.keyboard.press("/");
    await expect(filter(page)).toBeFocused({ timeout: 1000 });
  }).toPass();
  await page.keyboard.type("sta");
  await expect(option(page, /^status:/)).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("ArrowDown");
  await expect(option(page, /^status:/)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(filter(page)).toHaveValue("status:");
  await expect(option(page, /^running/)).toContainText("Running");
  await page.keyboard.type("sto");
  await expect(option(page, /^running/)).toHaveCount(0);
  await page.keyboard.press("Tab");
  await expect(filter(page)).toHaveValue("status:stopped");
  await expect(filter(page)).toBeFocused();
  await expect(page.getByRole("listbox", { name: "Completions" })).toBeHidden();
  await expect(page.getByRole("row", { name: /Running/ })).toHaveCount(0);

  // A value after a comma, and one that is picked by a press.
  await page.keyboard.type(" node:pve1,");
  await expect(option(page, /^pve1/)).toHaveCount(0);
  await option(page, /^pve2/).click();
  await expect(filter(page)).toHaveValue("status:stopped node:pve1,pve2");
  await expect(page).toHaveURL(/filter=status:stopped%20node:pve1,pve2/);

  // Escape closes the list first, and empties the field then.
  await page.keyboard.type(" t");
  await expect(option(page, /^tag:/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("listbox", { name: "Completions" })).toBeHidden();
  await expect(filter(page)).toHaveValue("status:stopped node:pve1,pve2 t");
  await page.keyboard.press("Escape");
  await expect(filter(page)).toHaveValue("");

  // Enter takes nothing that was not chosen, and without a word the arrow asks for the keys.
  await page.keyboard.type("no");
  await expect(option(page, /^node:/)).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(filter(page)).toHaveValue("no");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowDown");
  await expect(option(page, /^pool:/)).toBeVisible();
});

test("a filter is kept by name, picked, renamed and deleted", async ({ page, app }) => {
  await signIn(page, app, "/servers");
  const menu = page.getByRole("button", { name: "Saved filters" });
  await menu.click();
  await expect(page.getByRole("menuitem", { name: /Save this filter/ })).toHaveAttribute("aria-disabled", "true");
  await page.keyboard.press("Escape");
  await filter(page).fill("status:stopped node:pve2");
  await page.getByRole("button", { name: "CPU", exact: true }).click();
  await menu.click();
  await page.getByRole("menuitem", { name: /Save this filter/ }).click();
  const saving = page.getByRole("dialog", { name: "Save this filter" });
  await saving.getByRole("textbox", { name: "Name" }).fill("");
  await saving.getByRole("button", { name: "Save" }).click();
  await expect(saving).toContainText("Enter a name");
  await saving.getByRole("textbox", { name: "Name" }).fill("Off on pve2");
  await saving.getByRole("button", { name: "Save" }).click();
  await expect(saving).toBeHidden();

  await open(page, "/servers");
  await expect(filter(page)).toHaveValue("");
  await menu.click();
  await page.getByRole("menuitem", { name: "Off on pve2" }).click();
  await expect(filter(page)).toHaveValue("status:stopped node:pve2");
  await expect(page.getByRole("columnheader", { name: "CPU" })).toHaveAttribute("aria-sort", "ascending");
  await expect(page).toHaveURL(/sort=cpu/);

  await menu.click();
  await page.getByRole("menuitem", { name: /Rename or delete/ }).click();
  const all = page.getByRole("dialog", { name: "Saved filters" });
  await expectAccessible(page);
  await all.getByRole("textbox", { name: "Name of Off on pve2" }).fill("Asleep");
  await all.getByRole("button", { name: "Save" }).click();
  await expect(all).toBeHidden();
  await page.reload();
  await hydrated(page);
  await menu.click();
  await expect(page.getByRole("menuitem", { name: "Asleep" })).toBeVisible();
  await page.getByRole("menuitem", { name: /Rename or delete/ }).click();
  await all.getByRole("button", { name: "Delete Asleep" }).click();
  await all.getByRole("button", { name: "Save" }).click();
  await menu.click();
  await expect(page.getByRole("menuitem", { name: "Asleep" })).toHaveCount(0);
});

test("all that match are chosen, stay so while they are hidden, and are stopped together", async ({ page, app }) => {
  test.setTimeout(180_000);
  await tills(page, app);
  await tick(page, "till-02").click();
  await expect(page.getByText("1 selected")).toBeVisible();
  await page.getByRole("button", { name: "Select all 6 that match" }).click();
  await expect(page.getByText("6 selected", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: /that match/ })).toHaveCount(0);
  await filter(page).fill("till-01");
  await expect(page.getByText("6 selected, 5 of them not shown")).toBeVisible();
  await filter(page).fill("till-");
  await expect(page.getByText("6 selected", { exact: true })).toBeVisible();
  await tick(page, "till-06").click();
  await expect(page.getByText("5 selected", { exact: true })).toBeVisible();

  await page.getByRole("button", { name: "Stop now" }).click();
  const question = page.getByRole("dialog", { name: "Stop now: 5 servers" });
  await expect(question).toContainText("till-01, till-02");
  await question.getByRole("button", { name: "Stop now" }).click();
  await expect(question).toBeHidden();
  const states = async () => {
    const { guests } = await app.control.state();
    return TILLS.map((_, at) => guests[String(FIRST + at)]?.status);
  };
  await expect.poll(states, { timeout: 60_000 }).toEqual([...Array(5).fill("stopped"), "running"]);
  await expect(page.getByRole("row", { name: /till-05.*Stopped/ })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/selected/)).toHaveCount(0);
});

test("a range is chosen with Shift, by presses and by arrows", async ({ page, app }) => {
  test.setTimeout(180_000);
  await tills(page, app);
  await tick(page, "till-02").click();
  await tick(page, "till-05").click({ modifiers: ["Shift"] });
  await expect(page.getByText("4 selected", { exact: true })).toBeVisible();
  await expect(tick(page, "till-03")).toBeChecked();
  await expect(tick(page, "till-06")).not.toBeChecked();
  await page.getByRole("button", { name: "Clear the selection" }).click();

  await page.getByRole("grid", { name: "Servers" }).focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await expect(page.getByText("3 selected", { exact: true })).toBeVisible();
  await page.keyboard.press("Shift+ArrowUp");
  await expect(page.getByText("2 selected", { exact: true })).toBeVisible();
  await expect(tick(page, "till-02")).toBeChecked();
  await expect(tick(page, "till-03")).toBeChecked();
});

test("the list is taken along as a file with the columns that are shown", async ({ page, app, context }) => {
  test.setTimeout(180_000);
  await tills(page, app);
  await app.control.patchGuest(FIRST, { name: "till-01", config: { tags: "shop;night" } });
  await expect(page.getByRole("row", { name: /till-01/ })).toContainText("night", { timeout: 60_000 });
  const columns = page.getByRole("button", { name: "Choose columns" });
  await columns.click();
  await page.getByRole("menuitemcheckbox", { name: "Address" }).click();
  await page.keyboard.press("Escape");
  const save = async (button: string, item: string) => {
    await page.getByRole("button", { name: button }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: item }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^servers-\d{4}-\d\d-\d\d\.csv$/);
    return (await readFile(await download.path(), "utf8")).split("\r\n");
  };
  const [heading, first, ...others] = await save("More on the list", "Export as CSV");
  expect(heading).toBe("\uFEFFName,Status,VMID,Node,CPU (%),Memory (%),Tags,Uptime (s)");
  expect(first).toMatch(/^till-01,Running,7001,pve1,\d+,\d+,night shop,\d+$/);
  expect(others).toHaveLength(TILLS.length);
  expect(others.at(-1)).toBe("");

  await context.addCookies([{ name: "lang", value: "ko", url: app.url }]);
  await page.reload();
  await hydrated(page);
  const [korean] = await save("목록 더 보기", "CSV로 내보내기");
  expect(korean).toContain("이름,상태,VMID,노드");
});

test("filter, order and columns stand in the address", async ({ page, app, browser }) => {
  await signIn(page, app, "/servers");
  await filter(page).fill("status:stopped");
  await page.getByRole("button", { name: "Node", exact: true }).click();
  await page.getByRole("button", { name: "Node", exact: true }).click();
  const columns = page.getByRole("button", { name: "Choose columns" });
  await columns.click();
  await page.getByRole("menuitemcheckbox", { name: "Tags" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Cores" }).click();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/filter=status:stopped.*sort=-node.*columns=id,node,address,cores,/);

  const expectSame = async (other: Page) => {
    await expect(filter(other)).toHaveValue("status:stopped");
    await expect(other.getByRole("columnheader", { name: "Node" })).toHaveAttribute("aria-sort", "descending");
    await expect(other.getByRole("columnheader", { name: "Cores" })).toBeVisible();
    await expect(other.getByRole("columnheader", { name: "Tags" })).toHaveCount(0);
    await expect(other.getByRole("row", { name: /Running/ })).toHaveCount(0);
  };
  await expectSame(page);
  await page.reload();
  await hydrated(page);
  await expectSame(page);
  // Somebody else's browser, which knows nothing of the choice.
  const stranger = await browser.newContext({ baseURL: app.url });
  const visit = await stranger.newPage();
  await signIn(visit, app, "/");
  await open(visit, page.url());
  await expectSame(visit);
  await stranger.close();
  await page.goto("/servers");
  await hydrated(page);
  await expect(filter(page)).toHaveValue("");
});

test("the load of the last minutes is drawn for what is on screen", async ({ page, app }) => {
  await signIn(page, app, "/servers?filter=status:running");
  const line = page.getByRole("img", { name: "CPU, last 5 minutes" }).first();
  await expect(line).toBeVisible();
  await expect(line.locator("path").last()).toHaveAttribute("d", /^M.*L/, { timeout: 30_000 });
});

test("a server that could not be started and a disk without a server are cleaned up", async ({ page, app }) => {
  test.setTimeout(240_000);
  await app.control.statsLag(0);
  await app.control.fault({
    match: { method: "POST", path: "/status/start$" },
    action: "task_fail",
    message: "no such bridge",
    at: "start",
  });
  await signIn(page, app, "/servers");
  const rest = new Rest(page.request, () => app.url);
  const task = await rest.create({ name: "never-up", template_vm_id: 9000 });
  expect((await rest.ended(task)).state).toBe("partial");
  // Somebody destroys a server and leaves its disk.
  await rest.ended(await rest.create({ name: "left-disk", template_vm_id: 9000 }));
  const lost = Object.values((await app.control.state()).guests).find((guest) => guest.name === "left-disk");
  if (!lost) throw new Error("the lab has no left-disk");
  await app.control.removeGuest(lost.vmid, "keep");

  await page.getByRole("button", { name: "More on the list" }).click();
  await page.getByRole("menuitem", { name: "Clean up" }).click();
  await expect(page).toHaveURL(/\/servers\/clean-up$/);
  const servers = page.getByRole("region", { name: "Servers that went wrong" });
  const broken = servers.getByRole("row", { name: /never-up/ });
  await expect(broken).toContainText("could not be started");
  await expect(servers.getByRole("row", { name: /left-disk/ })).toContainText("Proxmox has no such guest");
  await expect(servers.getByRole("button", { name: "Clean up" })).toHaveAttribute("aria-disabled", "true");
  await expectAccessible(page);

  await servers.getByRole("checkbox", { name: "Select never-up" }).click();
  await servers.getByRole("checkbox", { name: "Select left-disk" }).click();
  await servers.getByRole("button", { name: "Clean up" }).click();
  const question = page.getByRole("dialog", { name: "Clean up 2 servers?" });
  await expect(question).toContainText(/never-up: .+ and its disks are deleted in Proxmox/);
  await expect(question).toContainText("left-disk: its name, VMID and addresses are free again");
  await question.getByRole("button", { name: "Clean up" }).click();
  await expect(servers.getByText("No server went wrong")).toBeVisible({ timeout: 60_000 });
  const names = async () => Object.values((await app.control.state()).guests).map((guest) => guest.name);
  expect(await names()).not.toContain("never-up");

  // What the reservation kept from being an orphan is one now.
  const disks = page.getByRole("region", { name: "Orphan disks" });
  const volume = new RegExp(`vm-${lost.vmid}-disk-0`);
  await expect(disks.getByRole("row", { name: volume })).toContainText("GiB", { timeout: 30_000 });
  // Drover's least privileges delete no volume by itself.
  await app.control.grants({ "/": ["Datastore.Allocate", "Datastore.Audit", "VM.Audit", "Sys.Audit"] });
  try {
    await disks.getByRole("checkbox", { name: "Select all" }).click();
    await disks.getByRole("button", { name: "Delete disks" }).click();
    const purge = page.getByRole("dialog", { name: /Delete \d+ disks?\?/ });
    await expect(purge).toContainText(volume);
    const count = /Delete (\d+)/.exec((await purge.getByRole("heading").first().textContent()) ?? "")?.[1] ?? "";
    await purge.getByRole("textbox").fill(count);
    await purge.getByRole("button", { name: "Delete disks" }).click();
    await expect(disks.getByText("No orphan disks")).toBeVisible({ timeout: 60_000 });
    const volumes = Object.values((await app.control.state()).storages).flatMap(({ volumes }) => Object.keys(volumes));
    expect(volumes.filter((name) => volume.test(name))).toEqual([]);
    await page.reload();
    await hydrated(page);
    await expect(disks.getByText("No orphan disks")).toBeVisible();
  } finally {
    await app.control.reset();
  }
});

test("list and clean-up speak Korean", async ({ page, app, context }) => {
  await signIn(page, app, "/servers");
  await context.addCookies([{ name: "lang", value: "ko", url: app.url }]);
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole("button", { name: "저장한 필터" })).toBeVisible();
  await page.goto("/servers/clean-up");
  await hydrated(page);
  await expect(page.getByRole("heading", { name: "정리", level: 1 })).toBeVisible();
});

/** The rows in view in the order of the document: where each stands in the list, and where it is drawn. */
function drawn(page: Page): Promise<{ index: number; top: number; height: number }[]> {
  return page.getByRole("grid", { name: "Servers" }).evaluate((grid) =>
    [...grid.querySelectorAll("tbody tr[aria-rowindex]:not([hidden])")].map((row) => {
      const box = row.getBoundingClientRect();
      return { index: Number(row.getAttribute("aria-rowindex")), top: box.top, height: box.height };
    }),
  );
}

test("rows stay in their places while the list is scrolled, and stand in that order once it rests", async ({ page, app }) => {
  await page.setViewportSize({ width: 1280, height: 420 });
  await signIn(page, app);
  await open(page, "/servers");
  const grid = page.getByRole("grid", { name: "Servers" });
  await expect.poll(async () => (await drawn(page)).length).toBeLessThan(25);
  const before = await drawn(page);
  const box = await grid.locator("..").boundingBox();
  if (!box) throw new Error("the list is not to be seen");
  await page.mouse.move(box.x + 300, box.y + 200);
  for (const turn of [240, 240, -120, 300]) {
    await page.mouse.wheel(0, turn);
    const rows = (await drawn(page)).sort((a, b) => a.index - b.index);
    for (const [at, row] of rows.entries()) {
      const above = rows[at - 1];
      if (above) expect({ index: row.index, top: Math.round(row.top) }).toEqual({ index: above.index + 1, top: Math.round(above.top + above.height) });
    }
  }
  const inOrder = async () => {
    const indexes = (await drawn(page)).map((row) => row.index);
    return indexes.join() === indexes.toSorted((a, b) => a - b).join();
  };
  await expect.poll(inOrder).toBe(true);
  expect((await drawn(page)).map((row) => row.index)).not.toEqual(before.map((row) => row.index));
});
