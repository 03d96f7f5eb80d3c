// Several servers made at once in the browser: a series, rows that say otherwise, rows that fail.
import type { Locator, Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import type { GuestState } from "../helpers/control";
import { signIn } from "../helpers/sign-in";
import { type App, expect, hydrated, test } from "../helpers/test";

const cell = (page: Page, column: string, row: number): Locator => page.getByLabel(`${column}, row ${row}`, { exact: true });

async function chooseTemplate(page: Page, name: RegExp): Promise<void> {
  await page.getByRole("combobox", { name: "Template" }).click();
  await page.getByRole("option", { name }).click();
}

/** Describes what all servers of a series have in common. */
async function describe(page: Page, series: string, address: string): Promise<void> {
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(series);
  await chooseTemplate(page, /debian-13 \(9001\)/);
  const nic = page.getByRole("group", { name: "Network device net0" });
  await nic.getByLabel("Addressing").selectOption("static");
  await nic.getByRole("textbox", { name: "Address", exact: true }).fill(address);
  await nic.getByLabel("Gateway").fill("198.51.100.1");
}

/** What a spreadsheet puts into the clipboard arrives at a cell. */
async function paste(at: Locator, text: string): Promise<void> {
  await at.evaluate((element, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

async function guests(app: App, prefix: string): Promise<Record<string, GuestState>> {
  const all = Object.values((await app.control.state()).guests).filter((guest) => guest.name?.startsWith(prefix));
  return Object.fromEntries(all.map((guest) => [guest.name, guest]));
}

const parts = (page: Page): Locator => page.getByRole("list", { name: "Parts" }).locator(":scope > li");

test("six servers are described once, two of them otherwise, and each is seen coming", async ({ page, app }) => {
  test.setTimeout(300_000);
  await signIn(page, app, "/servers/new");
  await describe(page, "fleet-{01..06}", "198.51.100.21");
  await expect(page.getByRole("spinbutton", { name: "How many" })).toHaveValue("6");
  await expect(page.getByRole("spinbutton", { name: "How many" })).toBeDisabled();

  // The table counts up, and follows what stands above.
  await expect(cell(page, "Name", 3)).toHaveAttribute("placeholder", "fleet-03");
  await expect(cell(page, "Address", 6)).toHaveAttribute("placeholder", "198.51.100.26");
  await page.getByRole("spinbutton", { name: "Cores" }).fill("1");
  await expect(cell(page, "Cores", 4)).toHaveAttribute("placeholder", "1");

  // A row says otherwise; Enter goes down as in a sheet; what is emptied counts again.
  await cell(page, "Name", 2).fill("fleet-mail");
  await cell(page, "Cores", 2).fill("3");
  await cell(page, "Cores", 2).press("Enter");
  await expect(cell(page, "Cores", 3)).toBeFocused();
  await page.keyboard.type("7");
  await expect(cell(page, "Cores", 3)).toHaveValue("7");
  await page.getByRole("row", { name: /^3/ }).getByRole("button", { name: "Put back what stood there" }).click();
  await expect(cell(page, "Cores", 3)).toHaveValue("");

  await paste(cell(page, "Name", 6), "fleet-db\t198.51.100.77\tpve2\t2\t2 GiB\n");
  await expect(cell(page, "Name", 6)).toHaveValue("fleet-db");
  await expect(cell(page, "Memory", 6)).toHaveValue("2 GiB");
  const plan = page.getByRole("region", { name: "What will be made" }).getByRole("table");
  await expect(plan).toContainText("pve2");
  await expect(page.getByRole("row", { name: /^6/ })).toContainText("VMID");
  expect(Object.keys(await guests(app, "fleet-"))).toEqual([]);

  await page.getByRole("button", { name: "Create 6 servers" }).click();
  await expect(page).toHaveURL(/\/servers\/new\?task=/);
  await expect(parts(page)).toHaveCount(6);
  // All of them are one task in the top bar.
  await expect(page.getByRole("button", { name: "1 task under way" })).toBeVisible();
  for (const name of ["fleet-01", "fleet-mail", "fleet-03", "fleet-04", "fleet-05", "fleet-db"]) {
    await expect(parts(page).filter({ hasText: name })).toContainText("Completed", { timeout: 240_000 });
  }
  await expect(page.getByText("6 of 6 done")).toBeVisible();
  await page.getByRole("button", { name: "Steps of fleet-db" }).click();
  await expect(parts(page).filter({ hasText: "fleet-db" }).getByRole("list", { name: "Steps" }).getByRole("listitem")).toHaveCount(7);

  const made = await guests(app, "fleet-");
  expect(Object.keys(made).sort()).toEqual(["fleet-01", "fleet-03", "fleet-04", "fleet-05", "fleet-db", "fleet-mail"]);
  expect(made["fleet-mail"]?.config).toMatchObject({ ipconfig0: "ip=198.51.100.22/24,gw=198.51.100.1" });
  expect(Number(made["fleet-mail"]?.config.cores)).toBe(3);
  expect(made["fleet-db"]).toMatchObject({ node: "pve2", status: "running" });
  expect(made["fleet-db"]?.config).toMatchObject({ ipconfig0: "ip=198.51.100.77/24,gw=198.51.100.1" });
  expect(Number(made["fleet-db"]?.config.memory)).toBe(2048);
  expect(made["fleet-05"]?.config).toMatchObject({ ipconfig0: "ip=198.51.100.25/24,gw=198.51.100.1" });

  // The list has the whole, its page the parts.
  await page.goto("/tasks");
  await hydrated(page);
  const row = page.getByRole("row", { name: /fleet-01 … fleet-db/ });
  await expect(row).toContainText("Completed");
  await expect(page.getByRole("row", { name: /fleet-03/ })).toHaveCount(0);
  await row.getByRole("link", { name: "Create servers" }).click();
  await expect(parts(page)).toHaveCount(6);
  await expectAccessible(page);
});

test("what is wrong with one row stands at its cell, and the others can be made without it", async ({ page, app }) => {
  test.setTimeout(240_000);
  const taken = Object.values((await app.control.state()).guests).find((guest) => guest.name?.startsWith("web-"))?.name ?? "";
  await signIn(page, app, "/servers/new");
  await describe(page, "herd", "198.51.100.41");
  await page.getByRole("spinbutton", { name: "How many" }).fill("3");
  await cell(page, "Name", 2).fill(taken);
  await expect(cell(page, "Name", 2)).toHaveAccessibleDescription(/is taken/);
  await cell(page, "Address", 3).fill("198.51.100.300");
  await expect(cell(page, "Address", 3)).toHaveAccessibleDescription(/not an IP address/);
  await expectAccessible(page);

  // Nothing is made, and nothing is lost.
  await page.getByRole("button", { name: "Create 3 servers" }).click();
  await expect(cell(page, "Name", 2)).toBeFocused();
  await page.reload();
  await hydrated(page);
  await expect(cell(page, "Name", 2)).toHaveValue(taken);
  await expect(cell(page, "Address", 3)).toHaveValue("198.51.100.300");
  await expect(cell(page, "Name", 1)).toHaveAttribute("placeholder", "herd-1");
  await cell(page, "Address", 3).fill("");
  await expect(cell(page, "Address", 3)).toHaveAttribute("placeholder", "198.51.100.43");

  await page.getByRole("checkbox", { name: /Leave out the 1 server/ }).check();
  await page.getByRole("button", { name: "Create 2 servers" }).click();
  await expect(page.getByText("1 server was left out")).toBeVisible();
  await expect(parts(page)).toHaveCount(2);
  for (const name of ["herd-1", "herd-3"]) {
    await expect(parts(page).filter({ hasText: name })).toContainText("Completed", { timeout: 180_000 });
  }
  expect(Object.keys(await guests(app, "herd")).sort()).toEqual(["herd-1", "herd-3"]);
});

test("a row that failed is tried again alone", async ({ page, app }) => {
  test.setTimeout(240_000);
  await signIn(page, app, "/servers/new");
  await describe(page, "luck-{1..3}", "198.51.100.51");
  await app.control.fault({ match: { method: "POST", path: "/clone$", body: "luck-2" }, action: "task_fail", message: "out of luck", at: "middle", count: 1 });
  await expect(page.getByRole("row", { name: /^2/ })).toContainText("VMID");
  await page.getByRole("button", { name: "Create 3 servers" }).click();
  const failed = parts(page).filter({ hasText: "luck-2" });
  await expect(failed).toContainText("Failed", { timeout: 120_000 });
  for (const name of ["luck-1", "luck-3"]) {
    await expect(parts(page).filter({ hasText: name })).toContainText("Completed", { timeout: 120_000 });
  }
  await expect(page.getByText("2 of 3 done, 1 failed")).toBeVisible();
  expect(Object.keys(await guests(app, "luck-")).sort()).toEqual(["luck-1", "luck-3"]);

  await app.control.clearCalls();
  await failed.getByRole("button", { name: "Try again" }).click();
  await expect(failed).toContainText("Completed", { timeout: 120_000 });
  await expect(parts(page)).toHaveCount(3);
  await expect(page.getByText("3 of 3 done")).toBeVisible();
  const clones = (await app.control.requests("/clone$")).filter((request) => request.method === "POST");
  expect(clones.length).toBeGreaterThan(0);
  expect(Object.keys(await guests(app, "luck-")).sort()).toEqual(["luck-1", "luck-2", "luck-3"]);
});

test("rows come from a spreadsheet by their headings, are taken out and in again", async ({ page, app }) => {
  await signIn(page, app, "/servers/new");
  await chooseTemplate(page, /debian-13 \(9001\)/);
  await page.getByRole("button", { name: "Paste a list" }).click();
  const dialog = page.getByRole("dialog", { name: "Servers from a spreadsheet" });
  await dialog.getByRole("textbox", { name: "Rows" }).fill("Memory (MB)\tName\tIP\n2048\tdesk-a\t198.51.100.61\n\tdesk-b\t198.51.100.62\n4096\tdesk-c\tdhcp\n");
  await dialog.getByRole("button", { name: "Take over" }).click();
  await expect(page.getByText("3 rows taken over")).toBeVisible();
  await expect(cell(page, "Name", 2)).toHaveValue("desk-b");
  await expect(cell(page, "Memory", 3)).toHaveValue("4096 MiB");
  await expect(cell(page, "Address", 3)).toHaveValue("dhcp");

  await page.getByRole("button", { name: "Remove row 2" }).click();
  await expect(cell(page, "Name", 2)).toHaveValue("desk-c");
  await page.getByRole("button", { name: /Take the 1 server that was removed in again/ }).click();
  await expect(cell(page, "Name", 2)).toHaveValue("desk-b");
  await page.getByRole("button", { name: "Add a server" }).click();
  await expect(cell(page, "Name", 4)).toBeVisible();

  // More than may be asked for at once.
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("desk-{001..101}");
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveAccessibleDescription(/1.*100/);
});

test("all that is under way is cancelled with the whole, and undone", async ({ page, app }) => {
  test.setTimeout(240_000);
  await signIn(page, app, "/servers/new");
  await describe(page, "brief-run-{1..3}", "198.51.100.71");
  await expect(page.getByRole("row", { name: /^3/ })).toContainText("VMID");
  await page.getByRole("button", { name: "Create 3 servers" }).click();
  await expect(parts(page)).toHaveCount(3);
  await page.getByRole("button", { name: "Cancel brief-run-2" }).click();
  await page.getByRole("dialog", { name: "Cancel this task?" }).getByRole("button", { name: "Cancel the task" }).click();
  await expect(parts(page).filter({ hasText: "brief-run-2" })).toContainText("Cancelled", { timeout: 60_000 });
  await page.getByRole("button", { name: "Cancel the task" }).click();
  const question = page.getByRole("dialog", { name: "Cancel this task?" });
  await expect(question).toContainText("What is done stays");
  await question.getByRole("button", { name: "Cancel the task" }).click();
  await expect(page.getByText("The task was cancelled.").first()).toBeVisible({ timeout: 120_000 });
  await expect.poll(async () => Object.keys(await guests(app, "brief-run-"))).toEqual([]);
});
