// What is kept of backups and what becomes of it: what a backup server found of its snapshots, restores that come to
// nothing, which servers a schedule takes, and a job of which one server fails.
import type { Locator, Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { getFromProxmox } from "../helpers/proxmox";
import { found, openPart } from "../helpers/servers";
import { signIn } from "../helpers/sign-in";
import { sized } from "../helpers/sizes";
import { type App, expect, open, test } from "../helpers/test";

// A cluster of its own: it has a Proxmox Backup Server, and jobs of every server are made here.
test.use({ labArgs: ["--guests", "8", "--pbs"] });

/** How long a backup or a restore may take, with everything before and after it. */
const LONG = { timeout: 90_000 };
const DAY = 86_400;

interface Job {
  id: string;
  all?: number;
  exclude?: string;
  node?: string;
  pool?: string;
  enabled?: number;
}

/** A machine of this file alone. */
async function machine(app: App, vmid: number, name: string, more: { node?: string; pool?: string; scsi0?: string } = {}): Promise<void> {
  const { node = "pve2", pool, scsi0 = "local-lvm:2" } = more;
  const config = { cores: 1, memory: 1024, scsi0, boot: "order=scsi0", net0: "virtio=BC:24:11:AB:00:01,bridge=vmbr0" };
  await app.control.addGuest({ vmid, name, node, status: "stopped", config, ...(pool ? { pool } : {}) });
}

const list = (page: Page) => page.getByRole("grid", { name: "Backups of this server" });
const rowsOf = (table: Locator) => table.locator("tbody tr[aria-rowindex]:not([hidden])");
const ofServer = (page: Page, name: string) => page.getByRole("grid", { name: "Servers" }).getByRole("row", { name: new RegExp(name) });

/** Has the storages asked for what was put there behind Drover's back. */
async function refresh(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(page.getByText("The storages were asked for their backups anew").first()).toBeVisible();
}

/** Opens the menu of the backup with these notes. */
async function choose(page: Page, notes: string, action: string): Promise<void> {
  await rowsOf(list(page)).filter({ hasText: notes }).getByRole("button", { name: /^Actions of/ }).click();
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

/** The volumes of a guest, on every storage. */
async function volumesOf(app: App, vmid: number): Promise<string[]> {
  const { storages } = await app.control.state();
  return Object.entries(storages).flatMap(([storage, { volumes }]) =>
    Object.entries(volumes).filter(([, volume]) => volume.vmid === vmid).map(([name]) => `${storage}:${name}`),
  );
}

test("a backup server's snapshots are verified, broken or encrypted, and a broken one is no good backup", async ({ page, app }) => {
  test.setTimeout(180_000);
  await machine(app, 6641, "sealed-01");
  await machine(app, 6642, "cracked-01");
  const now = Math.floor(Date.now() / 1000);
  const upid = "UPID:backup:00000001:00000001:00000000:65A1B2C3:verificationjob:backups:root@pam:";
  const verified = (state: "ok" | "failed") => ({ verification: { state, upid } });
  await app.control.addArchive("pbs", { vmid: 6641, at: now - DAY, notes: "looked through", ...verified("ok"), encrypted: "8a:1c:5e:0f" });
  await app.control.addArchive("pbs", { vmid: 6641, at: now - 2 * DAY, notes: "gone bad", ...verified("failed") });
  await app.control.addArchive("pbs", { vmid: 6641, at: now - 3 * DAY, notes: "not looked at" });
  await app.control.addArchive("pbs", { vmid: 6642, at: now - DAY, notes: "bad alone", ...verified("failed") });
  await signIn(page, app, "/servers?filter=cracked-01");
  await expect(page.getByRole("link", { name: "cracked-01", exact: true })).toBeVisible({ timeout: 40_000 });
  await open(page, "/backups");
  await refresh(page);

  // Where the only one is broken there is none, however young it is.
  await page.getByRole("searchbox", { name: "Filter servers" }).fill("cracked-01");
  await expect(ofServer(page, "cracked-01")).toContainText("never", LONG);
  await expect(ofServer(page, "cracked-01").getByRole("gridcell", { name: "1", exact: true })).toBeVisible();
  await page.getByRole("searchbox", { name: "Filter servers" }).fill("sealed-01");
  await expect(ofServer(page, "sealed-01")).toContainText("1 d ago");
  // At once: the address that still waits for the next keystroke brings nobody back.
  await ofServer(page, "sealed-01").getByRole("link").click();
  await expect(page).toHaveURL(/\/servers\/main:6641/);

  const marks: [string, string[], string[]][] = [
    ["looked through", ["Verified", "Encrypted"], ["Broken"]],
    ["gone bad", ["Broken"], ["Verified", "Encrypted"]],
    ["not looked at", [], ["Verified", "Broken", "Encrypted"]],
  ];
  for (const [notes, there, missing] of marks) {
    const row = rowsOf(list(page)).filter({ hasText: notes });
    await expect(row).toContainText("pbs-vm");
    for (const mark of there) await expect(row, notes).toContainText(mark);
    for (const mark of missing) await expect(row, notes).not.toContainText(mark);
  }
  await expectAccessible(page);
  await choose(page, "gone bad", "Restore over this server");
  const dialog = page.getByRole("dialog", { name: "Restore sealed-01 from this backup?" });
  await expect(dialog).toContainText("The backup did not pass its last verification.");
  await page.keyboard.press("Escape");

  // What each storage holds is what Proxmox has there.
  await open(page, "/backups?tab=storages");
  const { storages } = await app.control.state();
  for (const storage of ["pbs", "nfs"]) {
    const held = Object.values(storages[storage]?.volumes ?? {}).filter(({ content }) => content === "backup");
    const row = page.getByRole("grid", { name: "Storages" }).getByRole("row", { name: new RegExp(`^${storage}`) });
    await expect(row.getByRole("gridcell", { name: String(held.length), exact: true })).toBeVisible();
    await expect(row.getByRole("gridcell", { name: sized(held.reduce((sum, { size }) => sum + size, 0)), exact: true })).toBeVisible();
  }
});

test("a restore that fails leaves nothing, and one whose backup has vanished is refused before it begins", async ({ page, app, complaints }) => {
  complaints.allowStatus(404);
  test.setTimeout(180_000);
  await machine(app, 6643, "origin-01");
  const volid = await app.control.addArchive("nfs", { vmid: 6643, notes: "the seed" });
  await openPart(page, app, "origin-01", "Backups");
  await open(page, "/backups");
  await refresh(page);
  await open(page, "/servers/main:6643?tab=backups");
  const asNew = async () => {
    await choose(page, "the seed", "Restore as a new server");
    const dialog = page.getByRole("dialog", { name: "Restore as a new server" });
    await dialog.getByLabel("Name").fill("heir-01");
    await dialog.getByLabel("ID").fill("6690");
    await dialog.getByLabel("Storage of the disks").selectOption("ceph");
    await dialog.getByRole("button", { name: "Make the server" }).click();
    return dialog;
  };
  const task = page.getByRole("region", { name: "Restore as new server" });
  const before = await found(app, 6643);
  await app.control.fault({
    match: { method: "POST", path: "/nodes/[^/]+/qemu$", body: "archive=" },
    action: "task_fail",
    at: "middle",
    message: "the archive ends too early",
  });
  try {
    await expect(await asNew()).toBeHidden();
    await expect(task).toContainText("The Proxmox task qmrestore failed.", LONG);
  } finally {
    await app.control.clearFaults();
  }
  await task.getByText("Steps and log").click();
  await task.getByText("Cause", { exact: true }).click();
  await expect(task.getByRole("region", { name: "Cause" })).toContainText("the archive ends too early");
  expect(await found(app, 6690)).toBeUndefined();
  expect(await volumesOf(app, 6690)).toEqual([]);
  expect(await found(app, 6643)).toEqual(before);

  // Its name and its id are given back.
  await expect(await asNew()).toBeHidden();
  await expect(task).toContainText("The server was made from the backup.", LONG);
  expect(await found(app, 6690)).toMatchObject({ name: "heir-01", status: "stopped" });
  const disks = await volumesOf(app, 6690);
  expect(disks).toEqual([String((await found(app, 6690))?.config.scsi0).split(",")[0]]);

  await app.control.loseArchive(volid);
  const refused = await asNew();
  await expect(refused).toContainText(`There is no backup ${volid}.`);
  await page.keyboard.press("Escape");
  await expect(refused).toBeHidden();
  await choose(page, "the seed", "Restore over this server");
  const over = page.getByRole("dialog", { name: "Restore origin-01 from this backup?" });
  await expect(over).toContainText(`There is no backup ${volid}.`);
  await over.getByLabel("Type origin-01 to confirm").fill("origin-01");
  await expect(over.getByRole("button", { name: "Restore", exact: true })).toHaveAccessibleDescription("What the restore comes to is not known yet");
  await page.keyboard.press("Escape");
  expect(await found(app, 6643)).toEqual(before);
  await open(page, "/backups");
  await refresh(page);
  await open(page, "/servers/main:6643?tab=backups");
  await expect(rowsOf(list(page))).toHaveCount(0);
});

test("a schedule takes a node's servers, all but some or a pool's, and what no schedule takes is told", async ({ page, app }) => {
  test.setTimeout(180_000);
  await machine(app, 6644, "pooled-01", { pool: "office" });
  await machine(app, 6645, "spared-01", { node: "pve3" });
  await signIn(page, app, "/servers?filter=spared-01");
  await expect(page.getByRole("link", { name: "spared-01", exact: true })).toBeVisible({ timeout: 40_000 });
  await open(page, "/backups?tab=schedules");
  const jobs = () => getFromProxmox<Job[]>(app.lab, "/cluster/backup");
  const before = (await jobs()).map(({ id }) => id);
  const own = async () => (await jobs()).find(({ id }) => !before.includes(id));
  const guests = Object.values((await app.control.state()).guests);
  const onThird = guests.filter(({ node, vmid }) => node === "pve3" && vmid !== 6645);
  /** What the page of all servers says of one. */
  const told = async (name: string, words: string) => {
    await open(page, `/backups?filter=${name}`);
    await expect(ofServer(page, name)).toContainText(words);
  };

  await page.getByRole("button", { name: "New schedule" }).click();
  const dialog = page.getByRole("dialog", { name: "New schedule" });
  await dialog.getByLabel("When").fill("sun 04:30");
  await expect(dialog.getByRole("listitem").filter({ hasText: / 13:30$/ })).toHaveCount(5);
  await dialog.getByText("0 servers left out").click();
  await dialog.getByRole("searchbox", { name: "Filter servers" }).fill("spared-01");
  await dialog.getByRole("checkbox", { name: "spared-01 (6645)" }).check();
  await expect(dialog.getByText("1 server left out")).toBeVisible();
  await dialog.getByRole("combobox", { name: "Node" }).selectOption("pve3");
  await dialog.getByRole("combobox", { name: "Storage", exact: true }).selectOption("nfs");
  await dialog.getByLabel("Comment").fill("The wide one");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  const card = page.getByRole("region", { name: "The wide one" });
  await expect(card).toContainText("All but spared-01");
  await expect(card).toContainText("pve3");
  await expect(card).toContainText(new RegExp(`(?<!\\d)${onThird.length} servers? now`));
  expect(await own()).toMatchObject({ all: 1, exclude: "6645", node: "pve3" });
  const third = onThird.find(({ name, config }) => name && !config.template);
  await told(String(third?.name), "In a job");
  for (const name of ["spared-01", "pooled-01"]) await told(name, "In no job");

  // The same schedule, of a pool.
  await open(page, "/backups?tab=schedules");
  await card.getByRole("button", { name: "Actions of The wide one" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const edit = page.getByRole("dialog", { name: "Edit the schedule The wide one" });
  await expect(edit.getByText("1 server left out")).toBeVisible();
  await edit.getByRole("radio", { name: "Those of a pool" }).check();
  await edit.getByRole("combobox", { name: "Pool" }).selectOption("office");
  await edit.getByRole("combobox", { name: "Node" }).selectOption({ label: "Every node" });
  await expectAccessible(page);
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(edit).toBeHidden();
  await expect(card).toContainText("Pool office");
  await expect(card).toContainText("1 server now");
  const job = await own();
  expect(job).toMatchObject({ pool: "office" });
  for (const key of ["all", "exclude", "node"]) expect(job).not.toHaveProperty(key);
  await told("pooled-01", "In a job");
  await open(page, "/servers/main:6644?tab=backups");
  await expect(page.getByText(/^Backed up by /)).toBeVisible();

  // What is switched off covers nobody; who is not covered is one step away from the count.
  await page.getByRole("link", { name: "Schedules", exact: true }).click();
  await card.getByRole("switch", { name: "On" }).click();
  await expect.poll(async () => (await own())?.enabled).toBe(0);
  await open(page, "/backups");
  await page.getByRole("button", { name: /^\d+ servers? in no job$/ }).click();
  await expect(page).toHaveURL(/state=uncovered/);
  for (const name of ["pooled-01", "spared-01"]) await expect(ofServer(page, name)).toContainText("In no job");
  await expect(rowsOf(page.getByRole("grid", { name: "Servers" })).filter({ hasNotText: "In no job" })).toHaveCount(0);
  const servers = guests.filter(({ template }) => !template).length;
  await expect(page.getByRole("button", { name: /in no job$/ })).toHaveText(`${servers} servers in no job`);
  await expectAccessible(page);
  await open(page, "/servers/main:6644?tab=backups");
  await expect(page.getByText("No schedule backs this server up")).toBeVisible();
});

test("a job of which one server fails is told: of Drover's own by its task, of Proxmox's at the bell", async ({ page, app }) => {
  test.setTimeout(240_000);
  await machine(app, 6646, "lucky-01");
  // Its disk is nowhere: Proxmox finds that out when it is its turn.
  await machine(app, 6647, "hapless-01", { scsi0: "local-lvm:vm-6647-disk-7,size=2G" });
  await signIn(page, app, "/servers?filter=hapless-01");
  await expect(page.getByRole("link", { name: "hapless-01", exact: true })).toBeVisible({ timeout: 40_000 });
  await open(page, "/backups?tab=schedules");
  await page.getByRole("button", { name: "New schedule" }).click();
  const dialog = page.getByRole("dialog", { name: "New schedule" });
  await dialog.getByRole("radio", { name: "These" }).check();
  for (const [vmid, name] of [[6646, "lucky-01"], [6647, "hapless-01"]] as const) {
    await dialog.getByRole("searchbox", { name: "Filter servers" }).fill(name);
    await dialog.getByRole("checkbox", { name: `${name} (${vmid})` }).check();
  }
  await dialog.getByRole("combobox", { name: "Storage", exact: true }).selectOption("nfs");
  await dialog.getByLabel("Comment").fill("The uneven one");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  const jobs = await getFromProxmox<(Job & { comment?: string })[]>(app.lab, "/cluster/backup");
  const job = jobs.find(({ comment }) => comment === "The uneven one");

  // What failed before Drover looked first is no news to it; it looks once a minute.
  const looked = async () => (await app.control.requests("/nodes/pve2/tasks$")).some(({ query }) => /\berrors=1\b/.test(String(query)));
  await expect.poll(looked, LONG).toBe(true);
  // Its time has come in Proxmox.
  await app.control.runJob(job?.id ?? "");
  await expect
    .poll(async () => (await app.control.state()).tasks.filter(({ type }) => type === "vzdump").map(({ exitstatus }) => exitstatus), LONG)
    .toEqual(["job errors"]);
  const made = async () => (await volumesOf(app, 6646)).filter((volume) => volume.startsWith("nfs:backup/"));
  expect(await made()).toHaveLength(1);

  // Somebody runs it here, once Drover has seen that Proxmox has let go of them.
  await open(page, "/servers/main:6646?tab=backups");
  await expect(page.getByRole("button", { name: "Back up now" })).toBeEnabled(LONG);
  await open(page, "/backups?tab=schedules");
  const card = page.getByRole("region", { name: "The uneven one" });
  await card.getByRole("button", { name: "Run now" }).click();
  const run = page.getByRole("dialog", { name: "Run The uneven one now?" });
  await expect(run).toContainText("It backs up 2 servers");
  await run.getByRole("button", { name: "Run now" }).click();
  await expect(run).toBeHidden();
  await page.getByRole("link", { name: "Show the task" }).first().click();
  await expect(page.getByText("Not everything was done.")).toBeVisible(LONG);
  const parts = page.getByRole("list", { name: "Parts" }).getByRole("listitem");
  await expect(parts.filter({ hasText: "lucky-01" })).toContainText("Completed");
  await expect(parts.filter({ hasText: "hapless-01" })).toContainText("The Proxmox task vzdump failed.");
  await parts.filter({ hasText: "hapless-01" }).getByRole("button", { name: "Steps of hapless-01" }).click();
  await expectAccessible(page);
  expect(await made()).toHaveLength(2);
  expect((await volumesOf(app, 6647)).filter((volume) => volume.includes("backup/"))).toEqual([]);

  const bell = page.getByRole("banner").getByRole("button", { name: /unread notifications?$/ });
  await bell.click();
  const news = page.getByRole("complementary", { name: "Notifications" }).getByRole("listitem");
  await expect(news.filter({ hasText: "Back up servers completed in part: 1 of 2" })).toHaveCount(1);
  await expect(news.filter({ hasText: "Back up server failed: hapless-01" })).toHaveCount(1);
  const theirs = news.filter({ hasText: "A backup of Proxmox's failed: hapless-01" });
  await expect(theirs).toHaveCount(1, LONG);
  await expect(theirs).toContainText("volume does not exist");
  await expect(news.filter({ hasText: "lucky-01" })).toHaveCount(0);
});
