// A backup while it is made: how far the page says it is, cancelling it, what stands in its way, what it fails for, and
// the server process that dies meanwhile.
import type { Locator, Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import type { TaskState, VolumeState } from "../helpers/control";
import { proxmoxEnv } from "../helpers/lab";
import { Process } from "../helpers/process";
import { postToProxmox } from "../helpers/proxmox";
import { dataFolder } from "../helpers/server";
import { found, openPart } from "../helpers/servers";
import { sized } from "../helpers/sizes";
import { type App, expect, open, test } from "../helpers/test";

// A cluster of its own: storages are filled here, and its clock is moved by hours.
test.use({ labArgs: ["--guests", "8"] });

/** How long a backup may take, with everything before and after it. */
const LONG = { timeout: 90_000 };
const GIB = 1024 ** 3;
const DAY = 86_400;
/** Real seconds for one of Proxmox's: as usual, while somebody watches or acts, and once nobody does. */
const PACE = { usual: 0.2, watched: 0.5, waiting: 1, over: 0.02 };

/** A machine of this file alone, whose disk is large enough that its backup can be watched. */
async function machine(app: App, vmid: number, name: string, gib = 40): Promise<void> {
  await app.control.addGuest({
    vmid,
    name,
    node: "pve2",
    status: "running",
    config: { cores: 1, memory: 1024, agent: "1", scsi0: `local-lvm:${gib}`, boot: "order=scsi0", net0: "virtio,bridge=vmbr0" },
  });
}

const list = (page: Page) => page.getByRole("grid", { name: "Backups of this server" });
const rowsOf = (table: Locator) => table.locator("tbody tr[aria-rowindex]:not([hidden])");
const task = (page: Page) => page.getByRole("region", { name: "Back up server" });

/** What is copied, how fast, and how long it takes yet. */
const FIGURES = /^([\d.]+) (GiB|MiB) of 40 GiB, [1-9]\d\d(?:\.\d)? MiB\/s, (?:(\d+) min )?(?:(\d+) s )?left$/;

test.afterEach(async ({ app }) => {
  await app.control.timeScale(PACE.usual);
});

/** Opens the question how the server is to be backed up, with its storage chosen. */
async function ask(page: Page, name: string): Promise<Locator> {
  await page.getByRole("button", { name: "Back up now" }).click();
  const dialog = page.getByRole("dialog", { name: `Back up ${name}` });
  await dialog.getByRole("combobox", { name: "Storage", exact: true }).selectOption("nfs");
  return dialog;
}

/** Begins a backup as it is usually made. */
async function begin(page: Page, name: string): Promise<void> {
  const dialog = await ask(page, name);
  await dialog.getByRole("button", { name: "Back up", exact: true }).click();
  await expect(dialog).toBeHidden();
}

/** What the page says of the backup under way: the bar's figure, and the words beside it. Nothing once it has ended. */
async function said(page: Page): Promise<{ percent: number; text: string } | undefined> {
  const links = task(page).getByRole("link").filter({ has: page.getByRole("progressbar") });
  const [first] = await links.evaluateAll((all) =>
    all.map((link) => ({
      percent: Number(link.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow") ?? -1),
      text: link.textContent?.trim() ?? "",
    })),
  );
  return first;
}

/** Waits until the page says that so many percent are copied; gives what it says. */
async function copied(page: Page, percent: number): Promise<number> {
  let now = -1;
  const look = async () => {
    const last = await said(page);
    now = last && / of /.test(last.text) ? last.percent : -1;
    return now;
  };
  await expect.poll(look, { ...LONG, intervals: [100] }).toBeGreaterThanOrEqual(percent);
  return now;
}

/** The tasks in which Proxmox backed up a guest, the oldest first. */
async function dumps(app: App, vmid: number): Promise<TaskState[]> {
  const { tasks } = await app.control.state();
  return tasks.filter(({ type, id }) => type === "vzdump" && id === String(vmid));
}

/** What the storage holds of a guest's backups, whole or not, with the names. */
async function held(app: App, vmid: number): Promise<[string, VolumeState][]> {
  const { volumes } = (await app.control.state()).storages.nfs ?? { volumes: {} };
  return Object.entries(volumes).filter(([name]) => name.includes(`-${vmid}-`) && /^(backup|dump)\//.test(name));
}

/** What the bell has to tell. */
async function heard(page: Page, about: string): Promise<Locator> {
  await page.getByRole("banner").getByRole("button", { name: /unread notifications?$/ }).click();
  return page.getByRole("complementary", { name: "Notifications" }).getByRole("listitem").filter({ hasText: about });
}

test("a backup is made as it was asked for, and says how far it is, how fast and for how long", async ({ page, app }) => {
  test.setTimeout(180_000);
  await machine(app, 6621, "paced-01");
  const now = Math.floor(Date.now() / 1000);
  for (const [ago, notes] of [[2, "the day before yesterday"], [1, "yesterday"]] as const) {
    await app.control.addArchive("nfs", { vmid: 6621, at: now - ago * DAY, size: GIB, notes });
  }
  await openPart(page, app, "paced-01", "Backups");
  await open(page, "/backups");
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(page.getByText("The storages were asked for their backups anew")).toBeVisible();
  await open(page, "/servers/main:6621?tab=backups");
  await expect(rowsOf(list(page))).toHaveCount(2);

  const dialog = await ask(page, "paced-01");
  await dialog.getByRole("combobox", { name: "Mode" }).selectOption({ label: "Suspend (halted for a while)" });
  await dialog.getByRole("combobox", { name: "Compression" }).selectOption({ label: "gzip (slow)" });
  await dialog.getByLabel("Notes").fill("{{guestname}} on {{node}}");
  await dialog.getByRole("switch", { name: "Protected" }).check();
  await dialog.getByText("Which older ones are kept").click();
  await dialog.getByLabel("Last", { exact: true }).fill("1");
  await expectAccessible(page);
  await app.control.timeScale(PACE.watched);
  await dialog.getByRole("button", { name: "Back up", exact: true }).click();
  await expect(dialog).toBeHidden();

  const figures = new Map<number, string>();
  const look = async () => {
    const last = await said(page);
    if (last && /\/s, /.test(last.text)) figures.set(last.percent, last.text);
    return figures.size;
  };
  await expect.poll(look, { ...LONG, intervals: [100] }).toBeGreaterThanOrEqual(4);
  await expectAccessible(page);
  await app.control.timeScale(PACE.over);
  await expect(task(page)).toContainText("The server is backed up.", LONG);
  // Each figure is Proxmox's own, and they only grow.
  const [dump] = await dumps(app, 6621);
  const lines = (dump?.log ?? []).flatMap((line) => [...line.matchAll(/^INFO: +(\d+)% \((\S+) (GiB|MiB) of 40.0 GiB\)/g)]);
  const gib = (size: string | undefined, unit: string | undefined) => Number(size) / (unit === "GiB" ? 1 : 1024);
  const logged = lines.map(([, percent, size, unit]) => ({ percent: Number(percent), done: gib(size, unit) }));
  const percents = [...figures.keys()];
  expect(percents).toEqual([...percents].sort((one, other) => one - other));
  for (const [percent, text] of figures) {
    const [, size, unit, minutes = 0, seconds = 0] = FIGURES.exec(text) ?? [];
    expect(unit, text).toBeDefined();
    const same = logged.filter((line) => Math.abs(line.done - gib(size, unit)) < 0.1);
    expect(Math.min(...same.map((line) => Math.abs(line.percent - percent))), text).toBeLessThanOrEqual(1);
    const left = Number(minutes) * 60 + Number(seconds);
    expect(left, text).toBeGreaterThan(10);
    expect(left, text).toBeLessThan(200);
  }

  // Proxmox was asked for exactly that, and has it: protected ones do not count where older ones go.
  const [asked] = await app.control.requests("/pve2/vzdump$");
  expect(Object.fromEntries(new URLSearchParams(String(asked?.body)))).toMatchObject({
    vmid: "6621",
    storage: "nfs",
    mode: "suspend",
    compress: "gzip",
    protected: "1",
    "notes-template": "{{guestname}} on {{node}}",
    "prune-backups": "keep-last=1",
  });
  const kept = await held(app, 6621);
  expect(kept.map(([, { notes }]) => notes).sort()).toEqual(["paced-01 on pve2", "yesterday"]);
  const made = kept.find(([, { notes }]) => notes === "paced-01 on pve2")?.[1];
  expect(made).toMatchObject({ format: "vma.gz", protected: true });
  await expect(rowsOf(list(page))).toHaveCount(2, LONG);
  const row = rowsOf(list(page)).filter({ hasText: "paced-01 on pve2" });
  for (const text of ["nfs", "vma.gz", "Protected", sized(made?.size ?? 0)]) await expect(row).toContainText(text);

  // So does the page of all backups, without being asked to look again.
  await page.getByRole("link", { name: "Backups", exact: true }).first().click();
  await page.getByRole("searchbox", { name: "Filter servers" }).fill("paced-01");
  const server = page.getByRole("grid", { name: "Servers" }).getByRole("row", { name: /paced-01/ });
  const sum = kept.reduce((all, [, { size }]) => all + size, 0);
  await expect(server.getByRole("gridcell", { name: "2", exact: true })).toBeVisible();
  await expect(server).toContainText(sized(sum));
  await expect(server).not.toContainText("Overdue");
});

test("a second backup is refused while one is made, and a cancelled one leaves nothing", async ({ page, context, app, complaints }) => {
  complaints.allowStatus(409);
  test.setTimeout(180_000);
  await machine(app, 6622, "halted-01");
  await openPart(page, app, "halted-01", "Backups");
  // Somebody who had begun to ask before.
  const other = await context.newPage();
  await open(other, "/servers/main:6622?tab=backups");
  const late = await ask(other, "halted-01");
  await app.control.timeScale(PACE.waiting);
  await begin(page, "halted-01");
  await copied(page, 1);
  const now = page.getByRole("button", { name: "Back up now" });
  await expect(now).toHaveAccessibleDescription(/Another task is at work on this server/);
  await late.getByRole("button", { name: "Back up", exact: true }).click();
  await expect(late).toContainText("Another task is at work on this server");
  await expect(late.getByRole("link", { name: "Show the task" })).toHaveAttribute("href", /\/tasks\/[0-9a-f-]{36}$/);
  const way = await late.getByRole("link", { name: "Show the task" }).getAttribute("href");
  await expect(task(page).getByRole("link", { name: "Show the task" })).toHaveAttribute("href", way ?? "");
  await expectAccessible(other);
  await other.close();

  await task(page).getByRole("button", { name: "Cancel the task" }).click();
  const question = page.getByRole("dialog", { name: "Cancel this task?" });
  await expect(question).toContainText("What is under way is stopped. halted-01 stays as it is now.");
  await question.getByRole("button", { name: "Cancel the task" }).click();
  await expect(task(page).getByRole("status").first()).toContainText(/cancelled/i, LONG);
  await app.control.timeScale(PACE.usual);
  expect((await dumps(app, 6622)).map(({ exitstatus }) => exitstatus)).toEqual(["interrupted by signal"]);
  expect(await held(app, 6622)).toEqual([]);
  expect(await found(app, 6622)).toMatchObject({ lock: null, status: "running", qmpstatus: "running" });
  await expect(rowsOf(list(page))).toHaveCount(0);
  await expect(await heard(page, "halted-01")).toContainText("Back up server cancelled");
  await page.keyboard.press("Escape");
  // Proxmox's picture of the lock is some seconds old.
  await expect(now).toBeEnabled(LONG);
});

test("a backup that fails says why on its page and at the bell, and leaves nothing", async ({ page, app }) => {
  test.setTimeout(180_000);
  await machine(app, 6623, "brimful-01", 12);
  await openPart(page, app, "brimful-01", "Backups");
  await app.control.patchStorage("nfs", { free: GIB });
  try {
    await begin(page, "brimful-01");
    await expect(task(page)).toContainText("The storage nfs has no space left.", LONG);
  } finally {
    await app.control.patchStorage("nfs", { other: 120 * GIB });
  }
  expect(await held(app, 6623)).toEqual([]);
  expect(await found(app, 6623)).toMatchObject({ lock: null, status: "running" });
  await task(page).getByText("Steps and log").click();
  await expect(task(page).getByRole("log", { name: "Log" })).toContainText("No space left on device");
  await expectAccessible(page);
  const news = await heard(page, "brimful-01");
  await expect(news).toContainText("Back up server failed");
  await expect(news).toContainText("The storage nfs has no space left.");
  await news.getByRole("link").click();
  await expect(page).toHaveURL(/\/tasks\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("heading", { name: /brimful-01/, level: 1 })).toBeVisible();
});

test("a backup waits for Proxmox's other one, and neither a lock nor a silent agent holds it for ever", async ({ page, app }) => {
  test.setTimeout(240_000);
  await machine(app, 6624, "frozen-01", 2);
  await machine(app, 6625, "patient-01", 2);
  await app.control.patchGuest(6624, { agent: "freeze-hangs", boot_secs: 0 });
  await openPart(page, app, "patient-01", "Backups");
  let ahead = 0;
  const later = async (seconds: number) => {
    await app.control.advance(seconds);
    ahead += seconds;
  };
  try {
    // Somebody's in Proxmox hangs: the agent of its guest does not end a freeze, and a node makes one backup at a time.
    await postToProxmox(app.lab, "/nodes/pve2/vzdump", { vmid: 6624, storage: "nfs", compress: "zstd" });
    await expect.poll(async () => (await dumps(app, 6624))[0]?.log.join("\n"), LONG).toContain("issuing guest-agent 'fs-freeze'");
    await begin(page, "patient-01");
    await expect(task(page)).toContainText("Waiting for another backup of this node to end", LONG);
    await later(3 * 3600 + 1);
    await expect(task(page)).toContainText("Another backup of this node did not end in time.", LONG);
    await task(page).getByText("Steps and log").click();
    await expect(task(page).getByRole("log", { name: "Log" })).toContainText("can't acquire lock '/var/run/vzdump.lock' - got timeout");
    expect(await held(app, 6625)).toEqual([]);

    // Proxmox gives the freeze an hour, and the thaw some seconds; then it goes on without either.
    await expect.poll(async () => (await dumps(app, 6624))[0]?.exitstatus, LONG).toBe("OK");
    await open(page, "/servers/main:6624?tab=backups");
    await begin(page, "frozen-01");
    await task(page).getByText("Steps and log").click();
    const log = task(page).getByRole("log", { name: "Log" });
    await expect(log).toContainText("issuing guest-agent 'fs-freeze' command", LONG);
    await later(3600);
    await expect(log).toContainText("'guest-fsfreeze-freeze' failed - got timeout", LONG);
    await later(10);
    await expect(task(page)).toContainText("The server is backed up.", LONG);
    expect(await held(app, 6624)).toHaveLength(2);
  } finally {
    await app.control.advance(-ahead);
  }
});

test("a backup goes on while the server process dies and is started again, and the page with it", async ({ browser, app, complaints }) => {
  test.setTimeout(240_000);
  complaints.allowOffline();
  complaints.allowStatus(401);
  await machine(app, 6626, "undaunted-01");
  const data = await dataFolder();
  const process = new Process({ data: data.path, env: proxmoxEnv(app.lab) });
  try {
    await process.start();
    const { url } = process;
    const context = await browser.newContext({ baseURL: url, locale: "en-US" });
    const page = await context.newPage();
    complaints.watch(page);
    await openPart(page, { ...app, url }, "undaunted-01", "Backups");
    await app.control.timeScale(PACE.waiting);
    await begin(page, "undaunted-01");
    const before = await copied(page, 1);
    await process.kill();
    await expect(page.getByRole("banner")).toContainText("Disconnected", LONG);
    await process.start(new URL(url).host);
    const after = await copied(page, before + 1);
    expect(after, "it was not at its end before").toBeLessThan(100);
    await expect(page.getByRole("banner")).not.toContainText("Disconnected");
    await app.control.timeScale(PACE.over);
    await expect(task(page)).toContainText("The server is backed up.", LONG);
    await expect(rowsOf(list(page))).toHaveCount(1, LONG);
    expect((await dumps(app, 6626)).map(({ exitstatus }) => exitstatus)).toEqual(["OK"]);
    expect(await held(app, 6626)).toHaveLength(1);
    await context.close();
  } finally {
    await process.stop();
    await data.remove();
  }
});
