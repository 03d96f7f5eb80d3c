// Backups: making them of one server and of many, restoring over a server and as a new one, protecting, deleting and
// pruning, and the schedules; what the browser shows is held against what Proxmox has.
import type { Locator, Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { getFromProxmox, postToProxmox, putToProxmox } from "../helpers/proxmox";
import { found, openPart } from "../helpers/servers";
import { signIn } from "../helpers/sign-in";
import { type App, expect, hydrated, open, test } from "../helpers/test";

/** How long a backup or a restore may take, with everything before and after it. */
const LONG = { timeout: 90_000 };

interface Volume {
  volid: string;
  notes?: string;
  protected?: number;
}

interface Job {
  id: string;
  schedule: string;
  storage: string;
  enabled?: number;
  all?: number;
  exclude?: string;
  vmid?: string;
  comment?: string;
  "prune-backups"?: Record<string, string>;
}

/** A machine of this file alone. */
async function machine(app: App, vmid: number, name: string, status = "running"): Promise<void> {
  await app.control.addGuest({
    vmid,
    name,
    node: "pve2",
    status,
    config: { cores: 1, memory: 1024, scsi0: "local-lvm:2", boot: "order=scsi0", net0: "virtio=BC:24:11:AA:00:01,bridge=vmbr0" },
  });
}

/** What Proxmox has of a server's backups on the shared storage, the newest first. */
async function archives(app: App, vmid: number): Promise<Volume[]> {
  const all = await getFromProxmox<Volume[]>(app.lab, `/nodes/pve2/storage/nfs/content?content=backup&vmid=${vmid}`);
  return all.sort((one, other) => other.volid.localeCompare(one.volid));
}

const jobs = (app: App) => getFromProxmox<Job[]>(app.lab, "/cluster/backup");

const list = (page: Page) => page.getByRole("grid", { name: "Backups of this server" });

/** The rows of a table that hold something. */
const rowsOf = (table: Locator) => table.locator("tbody tr[aria-rowindex]:not([hidden])");

/** Backs up the server whose backups are open, and waits for the end. */
async function backUp(page: Page, name: string, notes: string): Promise<void> {
  await page.getByRole("button", { name: "Back up now" }).click();
  const dialog = page.getByRole("dialog", { name: `Back up ${name}` });
  await dialog.getByRole("combobox", { name: "Storage", exact: true }).selectOption("nfs");
  await dialog.getByLabel("Notes").fill(notes);
  await dialog.getByRole("button", { name: "Back up", exact: true }).click();
  await expect(dialog).toBeHidden();
  const noted = notes.replace("{{guestname}}", name);
  await expect(rowsOf(list(page)).filter({ hasText: noted })).toHaveCount(1, LONG);
  await expect(page.getByRole("region", { name: "Back up server" })).toContainText("The server is backed up.", LONG);
}

/** Opens the menu of the backup with these notes. */
async function choose(page: Page, notes: string, action: string): Promise<void> {
  await rowsOf(list(page)).filter({ hasText: notes }).getByRole("button", { name: /^Actions of/ }).click();
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

test("a server is backed up, changed, and put back to what it was", async ({ page, app }) => {
  test.setTimeout(240_000);
  await machine(app, 6601, "kept-01");
  await openPart(page, app, "kept-01", "Backups");
  await expect(page.getByText("No backups yet").last()).toBeVisible();
  await page.getByRole("button", { name: "Back up now" }).click();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await backUp(page, "kept-01", "{{guestname}} before the change");
  await expect(rowsOf(list(page))).toHaveCount(1);
  await expect(rowsOf(list(page))).toContainText("nfs");
  expect((await archives(app, 6601)).map(({ notes }) => notes)).toEqual(["kept-01 before the change"]);
  await expectAccessible(page);

  await app.control.patchGuest(6601, { config: { cores: 4 } });
  expect((await found(app, 6601))?.config.cores).toBe(4);
  await choose(page, "before the change", "Restore over this server");
  const dialog = page.getByRole("dialog", { name: "Restore kept-01 from this backup?" });
  await expect(dialog).toContainText("The server runs, and is switched off before.");
  await expect(dialog).toContainText("can't be undone");
  const safety = dialog.getByRole("switch", { name: "Back up what is there now before" });
  await expect(safety).toBeChecked();
  await safety.uncheck();
  await expect(dialog).toContainText("What is there now is gone afterwards");
  await safety.check();
  await expect(dialog).not.toContainText("What is there now is gone afterwards");
  await expect(dialog.getByRole("switch", { name: "Start it afterwards" })).toBeChecked();
  await dialog.getByLabel("Storage of that backup").selectOption("nfs");
  await expectAccessible(page);
  const restore = dialog.getByRole("button", { name: "Restore", exact: true });
  await expect(restore).toHaveAttribute("aria-disabled", "true");
  await dialog.getByLabel("Type kept-01 to confirm").fill("kept-01");
  await restore.click();
  await expect(dialog).toBeHidden();
  const task = page.getByRole("region", { name: "Restore server" });
  await expect(task).toContainText("The server is as it was at the backup.", LONG);
  expect((await found(app, 6601))?.config.cores).toBe(1);
  await expect.poll(async () => (await found(app, 6601))?.status, LONG).toBe("running");
  // What was there before the restore is kept.
  await expect(rowsOf(list(page))).toHaveCount(2, LONG);
  expect((await archives(app, 6601))[0]?.notes).toBe("kept-01: before a restore");
  await page.reload();
  await hydrated(page);
  await expect(rowsOf(list(page))).toHaveCount(2);
});

test("a backup becomes a new server, with a name and an address of its own", async ({ page, app, complaints }) => {
  complaints.allowStatus(400);
  test.setTimeout(240_000);
  await machine(app, 6602, "parent-01", "stopped");
  await openPart(page, app, "parent-01", "Backups");
  await backUp(page, "parent-01", "the seed");
  await choose(page, "the seed", "Restore as a new server");
  const dialog = page.getByRole("dialog", { name: "Restore as a new server" });
  await expect(dialog.getByLabel("Name")).toHaveValue("parent-01-restored");
  await dialog.getByLabel("Name").fill("no name!");
  await dialog.getByLabel("ID").fill("7");
  await dialog.getByRole("button", { name: "Make the server" }).click();
  await expect(dialog.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByLabel("ID")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Name").fill("child-01");
  await dialog.getByLabel("ID").fill("6690");
  await dialog.getByLabel("Storage of the disks").selectOption("ceph");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Make the server" }).click();
  await expect(dialog).toBeHidden();
  const task = page.getByRole("region", { name: "Restore as new server" });
  await expect(task).toContainText("The server was made from the backup.", LONG);
  const child = await found(app, 6690);
  expect(child).toMatchObject({ name: "child-01", status: "stopped" });
  expect(child?.config.scsi0).toMatch(/^ceph:/);
  expect(child?.config.net0).not.toContain("BC:24:11:AA:00:01");
  expect(await found(app, 6602)).toMatchObject({ name: "parent-01" });
});

test("a protected backup is not deleted, another one is", async ({ page, app }) => {
  test.setTimeout(180_000);
  await machine(app, 6603, "guarded-01", "stopped");
  await openPart(page, app, "guarded-01", "Backups");
  await backUp(page, "guarded-01", "precious");
  await choose(page, "precious", "Edit the notes");
  const notes = page.getByRole("dialog", { name: "Notes on the backup" });
  await expect(notes.getByRole("textbox", { name: "Notes" })).toHaveValue("precious");
  await notes.getByRole("textbox", { name: "Notes" }).fill("very precious");
  await notes.getByRole("button", { name: "Save" }).click();
  await expect(notes).toBeHidden();
  await choose(page, "very precious", "Protect");
  await expect(rowsOf(list(page))).toContainText("Protected");
  expect(await archives(app, 6603)).toEqual([expect.objectContaining({ notes: "very precious", protected: 1 })]);

  await rowsOf(list(page)).getByRole("button", { name: /^Actions of/ }).click();
  const remove = page.getByRole("menuitem", { name: "Delete" });
  await expect(remove).toBeDisabled();
  await expect(remove).toContainText("is protected");
  await page.getByRole("menuitem", { name: "Take the protection off", exact: true }).click();
  await expect(rowsOf(list(page))).not.toContainText("Protected");
  await choose(page, "very precious", "Delete");
  const question = page.getByRole("dialog", { name: "Delete this backup?" });
  await expect(question).toContainText("vzdump-qemu-6603-");
  await question.getByRole("button", { name: "Delete" }).click();
  await expect(question).toBeHidden();
  await expect(rowsOf(list(page))).toHaveCount(0, LONG);
  expect(await archives(app, 6603)).toEqual([]);
});

test("pruning shows what goes and takes exactly that", async ({ page, app }) => {
  test.setTimeout(240_000);
  await machine(app, 6604, "pruned-01", "stopped");
  for (const notes of ["first", "second", "third"]) {
    const count = (await archives(app, 6604)).length;
    await postToProxmox(app.lab, "/nodes/pve2/vzdump", { vmid: 6604, storage: "nfs", compress: "zstd", "notes-template": notes });
    await app.control.advance(30);
    await expect.poll(async () => (await archives(app, 6604)).length, LONG).toBe(count + 1);
  }
  await signIn(page, app, "/backups");
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(page.getByText("The storages were asked for their backups anew")).toBeVisible();
  await open(page, "/servers/main:6604?tab=backups");
  await expect(rowsOf(list(page))).toHaveCount(3);
  await choose(page, "first", "Protect");
  await expect(rowsOf(list(page)).filter({ hasText: "first" })).toContainText("Protected");

  await page.getByRole("button", { name: "Prune" }).click();
  const dialog = page.getByRole("dialog", { name: "Prune the backups of pruned-01" });
  const go = dialog.getByRole("button", { name: /^Delete \d+ backup/ });
  await expect(go).toHaveAccessibleDescription("Fill in how many are kept first");
  await dialog.getByLabel("Last", { exact: true }).fill("1");
  await expect(dialog.getByRole("status").first()).toContainText("1 backup goes, 2 stay");
  const preview = dialog.getByRole("region", { name: "What would become of each backup" });
  await expect(preview.getByRole("row").filter({ hasText: "Deleted" })).toHaveCount(1);
  await expect(preview.getByRole("row").filter({ hasText: "Kept" })).toHaveCount(1);
  await expect(preview.getByRole("row").filter({ hasText: "Protected" })).toHaveCount(1);
  expect(await archives(app, 6604)).toHaveLength(3);
  await expectAccessible(page);
  await go.click();
  await expect(dialog).toBeHidden();
  await expect(rowsOf(list(page))).toHaveCount(2, LONG);
  expect((await archives(app, 6604)).map(({ notes }) => notes)).toEqual(["third", "first"]);
});

test("many are backed up from the list of servers", async ({ page, app }) => {
  test.setTimeout(240_000);
  await machine(app, 6605, "cattle-01", "stopped");
  await machine(app, 6606, "cattle-02", "stopped");
  await signIn(page, app, "/servers?filter=cattle-");
  await expect(page.getByRole("row", { name: /cattle-0/ })).toHaveCount(2, { timeout: 40_000 });
  await page.getByRole("checkbox", { name: "Select all" }).check();
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Back up" }).click();
  const dialog = page.getByRole("dialog", { name: "Back up 2 servers" });
  await expect(dialog).toContainText("cattle-01, cattle-02");
  await expect(page).toHaveURL(`${app.url}/backups`);
  await dialog.getByRole("combobox", { name: "Storage", exact: true }).selectOption("nfs");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Back up", exact: true }).click();
  await expect(dialog).toBeHidden();
  for (const vmid of [6605, 6606]) {
    await expect.poll(async () => (await archives(app, vmid)).length, LONG).toBe(1);
  }
  // The list knows of them without being asked anew.
  await page.getByRole("searchbox", { name: "Filter servers" }).fill("cattle-");
  const table = page.getByRole("grid", { name: "Servers" });
  await expect(rowsOf(table)).toHaveCount(2);
  for (const name of ["cattle-01", "cattle-02"]) {
    const row = table.getByRole("row", { name: new RegExp(name) });
    await expect(row).toContainText("nfs", LONG);
    await expect(row).not.toContainText("Overdue");
  }
});

test("the page finds servers that are overdue, in no job or gone", async ({ page, app }) => {
  test.setTimeout(240_000);
  await machine(app, 6608, "left-01", "stopped");
  await postToProxmox(app.lab, "/nodes/pve2/vzdump", { vmid: 6608, storage: "nfs", compress: "zstd", "notes-template": "{{guestname}}" });
  await expect.poll(async () => (await archives(app, 6608)).length, LONG).toBe(1);
  await app.control.removeGuest(6608);
  await signIn(page, app, "/");
  await page.getByRole("link", { name: "Backups", exact: true }).first().click();
  await expect(page.getByRole("heading", { name: "Backups", level: 1 })).toBeVisible();
  const table = page.getByRole("grid", { name: "Servers" });
  await expect(rowsOf(table).first()).toBeVisible();
  await expectAccessible(page);
  const which = page.getByLabel("Which servers");
  await which.selectOption("overdue");
  await expect(page).toHaveURL(/state=overdue/);
  await expect(rowsOf(table).first()).toContainText("Overdue");
  await expect(rowsOf(table).filter({ hasNotText: "Overdue" })).toHaveCount(0);

  // What counts as overdue is for everybody to see, and can be changed.
  const before = await rowsOf(table).count();
  await page.getByRole("button", { name: "Change when a server is overdue" }).click();
  const days = page.getByRole("dialog", { name: "Change when a server is overdue" });
  await days.getByLabel("Days without a backup").fill("365");
  await expectAccessible(page);
  await days.getByRole("button", { name: "Save" }).click();
  await expect(days).toBeHidden();
  await expect.poll(() => rowsOf(table).count()).toBeLessThan(before);
  await expect(page.getByRole("button", { name: /without a good backup for 365 d/ })).toBeVisible();

  await which.selectOption("gone");
  await expect(page).toHaveURL(/state=gone/);
  const gone = table.getByRole("row", { name: /left-01/ });
  // The cluster forgets a guest with a delay.
  await expect(async () => {
    await page.getByRole("button", { name: "Refresh" }).click();
    await expect(gone).toBeVisible({ timeout: 3000 });
  }).toPass(LONG);
  await page.reload();
  await hydrated(page);
  await expect(gone).toContainText("Gone");
  await expect(rowsOf(table).filter({ hasNotText: "Gone" })).toHaveCount(0);
  await gone.getByRole("link").click();
  await expect(page).toHaveURL(`${app.url}/backups/main:6608`);
  await expect(page.getByRole("heading", { name: "left-01", level: 1 })).toBeVisible();
  await expect(page.getByText("This server is not there any more.").first()).toBeVisible();
  await rowsOf(list(page)).getByRole("button", { name: /^Actions of/ }).click();
  await expect(page.getByRole("menuitem", { name: "Restore over this server" })).toBeDisabled();
  await expect(page.getByRole("menuitem", { name: "Restore as a new server" })).toBeEnabled();
  await page.keyboard.press("Escape");
  await expectAccessible(page);

  await open(page, "/backups?tab=storages");
  const storages = page.getByRole("grid", { name: "Storages" });
  const nfs = storages.getByRole("row", { name: /^nfs/ });
  await expect(nfs.getByRole("meter", { name: "Used" })).toBeVisible();
  await expect(nfs).toContainText("Shared");
  await expect(storages.getByRole("row", { name: /^local/ })).toHaveCount(3);
  await expectAccessible(page);
});

test("a schedule is made, changed, run and deleted", async ({ page, app, complaints }) => {
  complaints.allowStatus(400);
  complaints.allowStatus(409);
  test.setTimeout(240_000);
  await machine(app, 6607, "nightly-01", "stopped");
  await signIn(page, app, "/servers?filter=nightly-01");
  await expect(page.getByRole("link", { name: "nightly-01", exact: true })).toBeVisible({ timeout: 40_000 });
  const others = (await jobs(app)).map(({ id }) => id);
  const own = async () => (await jobs(app)).filter(({ id }) => !others.includes(id));
  await open(page, "/backups?tab=schedules");
  await page.getByRole("button", { name: "New schedule" }).click();
  const dialog = page.getByRole("dialog", { name: "New schedule" });
  await dialog.getByLabel("When").fill("every blue moon");
  await expect(dialog.getByLabel("When")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("When").fill("21:00");
  // By the reader's clock, in Seoul; the cluster's is UTC.
  await expect(dialog.getByRole("listitem").filter({ hasText: / 06:00$/ })).toHaveCount(5);
  await dialog.getByRole("radio", { name: "These" }).check();
  await dialog.getByRole("searchbox", { name: "Filter servers" }).fill("nightly-01");
  await dialog.getByRole("checkbox", { name: "nightly-01 (6607)" }).check();
  await dialog.getByRole("combobox", { name: "Storage", exact: true }).selectOption("nfs");
  await dialog.getByText("Which older ones are kept").click();
  await dialog.getByLabel("Daily").fill("7");
  await dialog.getByLabel("Comment").fill("The nightly one");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  const card = page.getByRole("region", { name: "The nightly one" });
  await expect(card).toContainText("1 server now");
  await expect(card).toContainText("nightly-01");
  await expect(card).toContainText("Daily 7");
  const [made] = await own();
  expect(made).toMatchObject({ schedule: "21:00", vmid: "6607", storage: "nfs", comment: "The nightly one" });
  expect(made?.["prune-backups"]?.["keep-daily"]).toBe("7");
  await expectAccessible(page);

  // Somebody else is faster: both versions are shown, and the second save counts.
  await card.getByRole("button", { name: "Actions of The nightly one" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const edit = page.getByRole("dialog", { name: "Edit the schedule The nightly one" });
  await expect(edit.getByLabel("When")).toHaveValue("21:00");
  await edit.getByLabel("When").fill("22:30");
  await putToProxmox(app.lab, `/cluster/backup/${made?.id}`, { schedule: "03:15", vmid: "6607", storage: "nfs" });
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(edit).toContainText("When: 03:15 now, 22:30 in your form");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(edit).toBeHidden();
  await expect.poll(async () => (await own())[0]?.schedule).toBe("22:30");
  await card.getByRole("switch", { name: "On" }).click();
  await expect.poll(async () => (await own())[0]?.enabled).toBe(0);
  await expect(card).toContainText("None while it is off");

  await card.getByRole("button", { name: "Run now" }).click();
  const run = page.getByRole("dialog", { name: "Run The nightly one now?" });
  await run.getByRole("button", { name: "Run now" }).click();
  await expect(run).toBeHidden();
  await expect.poll(async () => (await archives(app, 6607)).length, LONG).toBe(1);

  await card.getByRole("button", { name: "Actions of The nightly one" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog", { name: "Delete the schedule The nightly one?" }).getByRole("button", { name: "Delete" }).click();
  await expect(card).toHaveCount(0);
  expect(await own()).toEqual([]);
  expect(await archives(app, 6607)).toHaveLength(1);
});
