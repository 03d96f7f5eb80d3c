// A server's parts that are changed in its page: hardware, disks, network; and its logs.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { held, openPart } from "../helpers/servers";
import { type App, expect, open, test } from "../helpers/test";

/** A running machine of this file alone. */
async function machine(app: App, vmid: number, name: string, config: Record<string, unknown> = {}): Promise<void> {
  await app.control.addGuest({
    vmid,
    name,
    node: "pve1",
    status: "running",
    config: {
      cores: 2,
      sockets: 1,
      memory: 2048,
      agent: "1",
      scsihw: "virtio-scsi-single",
      scsi0: "local-lvm:8",
      ide2: "local-lvm:cloudinit",
      boot: "order=scsi0",
      net0: "virtio=BC:24:11:AA:00:01,bridge=vmbr0",
      ipconfig0: "ip=dhcp",
      ...config,
    },
  });
}

async function save(page: Page): Promise<void> {
  await page.getByRole("group", { name: "Changes that are not saved" }).getByRole("button", { name: "Save" }).click();
}

/** Chooses an action on a disk. */
async function onDisk(page: Page, device: string, action: string): Promise<void> {
  await page.getByRole("button", { name: `Actions on ${device}`, exact: true }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

test("two editors lose nothing: the second sees what the first has changed", async ({ page, context, app }) => {
  await machine(app, 5101, "edited-01");
  await openPart(page, app, "edited-01", "Hardware");
  const memory = page.getByRole("spinbutton", { name: "Memory", exact: true });
  await expect(memory).toHaveValue("2048");
  await memory.fill("3072");
  await page.getByRole("textbox", { name: "Description" }).fill("kept all the same");

  const other = await context.newPage();
  await open(other, page.url().slice(app.url.length));
  await other.getByRole("spinbutton", { name: "Memory", exact: true }).fill("4096");
  await other.getByRole("textbox", { name: "Tags" }).fill("theirs");
  await save(other);
  await expect(other.getByText("Saved. Something waits for the next start.")).toBeVisible();
  await other.close();

  // The second editor looks at another part meanwhile: what is typed stays.
  const parts = page.getByRole("navigation", { name: "Parts of the server" });
  await parts.getByRole("link", { name: "Overview" }).click();
  await expect(page.getByRole("combobox", { name: "Period" })).toBeVisible();
  await parts.getByRole("link", { name: "Hardware" }).click();
  const news = page.getByRole("status").filter({ hasText: "Somebody else has changed this server meanwhile" });
  await expect(news).toContainText("Memory2 GiB → 4 GiB");
  await expect(news).toContainText("yours: 3 GiB");
  await expect(memory).toHaveValue("3072");
  await expect(page.getByRole("textbox", { name: "Description" })).toHaveValue("kept all the same");
  // What was not typed in follows.
  await expect(page.getByRole("textbox", { name: "Tags" })).toHaveValue("theirs");

  await news.getByRole("button", { name: "Take theirs" }).click();
  await expect(memory).toHaveValue("4096");
  await save(page);
  await expect.poll(async () => String((await held(app, 5101)).config.description)).toContain("kept all the same");
  expect((await held(app, 5101)).pending).toMatchObject({ memory: "4096" });
  await expect(page.getByRole("group", { name: "Changes that are not saved" })).toBeHidden();
});

test("a digest that is old is a conflict that is shown, not an overwriting", async ({ page, app, complaints }) => {
  complaints.allowStatus(409);
  await machine(app, 5102, "edited-02");
  await openPart(page, app, "edited-02", "Hardware");
  const cores = page.getByRole("spinbutton", { name: "Cores", exact: true });
  await expect(cores).toHaveValue("2");
  await cores.fill("4");
  // Somebody else changes the same in Proxmox itself; nothing tells the page.
  await app.control.patchGuest(5102, { config: { cores: 3, description: "from elsewhere" } });
  await save(page);
  const news = page.getByRole("status").filter({ hasText: "Somebody else has changed this server meanwhile" });
  await expect(news).toContainText("Cores2 → 3");
  await expect(cores).toHaveValue("4");
  expect((await held(app, 5102)).config).toMatchObject({ cores: 3 });
  await save(page);
  await expect(page.getByText("This waits for the next start")).toBeVisible();
  expect((await held(app, 5102)).pending).toMatchObject({ cores: 4 });
  expect((await held(app, 5102)).config).toMatchObject({ description: "from elsewhere" });
});

test("memory of a running server waits for its next start, and is had by a restart", async ({ page, app }) => {
  await machine(app, 5103, "waiting-01");
  await openPart(page, app, "waiting-01", "Hardware");
  const memory = page.getByRole("spinbutton", { name: "Memory", exact: true });
  await memory.fill("64");
  await save(page);
  await expect(memory).toHaveAccessibleDescription(/The unit is MB, not GB/);
  await memory.fill("4096");
  await save(page);
  const waits = page.getByText("This waits for the next start");
  await expect(waits).toBeVisible();
  await expect(page.getByText("2 GiB → 4 GiB")).toBeVisible();
  await expect(memory).toHaveValue("4096");
  expect((await held(app, 5103)).config).toMatchObject({ memory: 2048 });
  await expectAccessible(page);

  await page.getByRole("button", { name: "Restart now" }).click();
  const question = page.getByRole("dialog", { name: "Restart waiting-01 now?" });
  await expect(question).toContainText("stopped where it does not");
  await question.getByRole("button", { name: "Restart now" }).click();
  await expect(page.getByRole("progressbar", { name: "Apply configuration" }).first()).toBeVisible();
  await expect(waits).toBeHidden({ timeout: 90_000 });
  const guest = await held(app, 5103);
  expect(guest).toMatchObject({ status: "running", pending: {} });
  expect(Number(guest.config.memory)).toBe(4096);
});

test("a disk is added, grown, moved, detached and deleted; what the server needs takes a tick", async ({ page, app }) => {
  test.setTimeout(240_000);
  await machine(app, 5104, "disks-01");
  await openPart(page, app, "disks-01", "Hardware");
  const row = (device: string) => page.getByRole("row", { name: new RegExp(`^${device}`) });
  const config = async (device: string) => String((await held(app, 5104)).config[device]);
  await expect(row("scsi0")).toContainText("Boot disk");
  await expect(row("ide2")).toContainText("Cloud-init");

  await page.getByRole("button", { name: "Add a disk" }).click();
  const add = page.getByRole("dialog", { name: "Add a disk" });
  await expect(add).toContainText("It becomes scsi1");
  await expectAccessible(page);
  await add.getByLabel("Size").fill("5");
  await add.getByLabel("Storage").selectOption("local-lvm");
  await add.getByRole("button", { name: "Add a disk" }).click();
  await expect(add).toBeHidden();
  await expect(row("scsi1")).toContainText("5 GiB", { timeout: 60_000 });
  expect(await config("scsi1")).toMatch(/^local-lvm:.*size=5G/);

  await onDisk(page, "scsi1", "Grow");
  const grow = page.getByRole("dialog", { name: "Grow scsi1" });
  await grow.getByLabel("New size").fill("4");
  await expect(grow.getByRole("button", { name: "Grow" })).toHaveAccessibleDescription(/only become larger/);
  await grow.getByLabel("New size").fill("7");
  await grow.getByRole("button", { name: "Grow" }).click();
  await expect(row("scsi1")).toContainText("7 GiB", { timeout: 60_000 });
  expect(await config("scsi1")).toMatch(/size=7G/);

  await onDisk(page, "scsi1", "Move");
  const move = page.getByRole("dialog", { name: "Move scsi1 to another storage" });
  await expect(move.getByRole("button", { name: "Move" })).toHaveAccessibleDescription("Choose a storage");
  await move.getByLabel("To", { exact: true }).selectOption("ceph");
  await move.getByRole("button", { name: "Move" }).click();
  await expect(row("scsi1")).toContainText("ceph", { timeout: 60_000 });
  expect(await config("scsi1")).toMatch(/^ceph:/);

  await onDisk(page, "scsi1", "Detach");
  const detach = page.getByRole("dialog", { name: "Detach scsi1?" });
  await detach.getByRole("button", { name: "Detach" }).click();
  await expect(row("unused0")).toContainText("Unused", { timeout: 60_000 });
  const volume = await config("unused0");
  expect((await app.control.state()).storages.ceph?.volumes).toHaveProperty([volume.replace(/^ceph:/, "")]);

  await onDisk(page, "unused0", "Delete");
  const remove = page.getByRole("dialog", { name: "Delete unused0?" });
  await expect(remove).toContainText(volume);
  await remove.getByRole("button", { name: "Delete" }).click();
  await expect(row("unused0")).toHaveCount(0, { timeout: 60_000 });
  expect((await held(app, 5104)).config).not.toHaveProperty("unused0");
  expect((await app.control.state()).storages.ceph?.volumes).not.toHaveProperty([volume.replace(/^ceph:/, "")]);

  await onDisk(page, "scsi0", "Delete");
  const boot = page.getByRole("dialog", { name: "Delete scsi0?" });
  await expect(boot).toContainText("The server is started from this disk");
  await expect(boot.getByRole("button", { name: "Delete" })).toHaveAccessibleDescription(/Tick that/);
  await page.keyboard.press("Escape");
  await expect(boot).toBeHidden();

  await onDisk(page, "ide2", "Delete");
  const drive = page.getByRole("dialog", { name: "Delete ide2?" });
  await expect(drive).toContainText("This is the cloud-init drive");
  await drive.getByRole("checkbox", { name: "Remove it all the same" }).check();
  await drive.getByRole("button", { name: "Delete" }).click();
  await expect(row("ide2")).toHaveCount(0, { timeout: 60_000 });
  expect((await held(app, 5104)).config).not.toHaveProperty("ide2");
});

test("a disk's change that fails is told where it was asked for", async ({ page, app }) => {
  await machine(app, 5105, "disks-02");
  await openPart(page, app, "disks-02", "Hardware");
  await app.control.fault({
    match: { path: "/qemu/5105/move_disk$" },
    action: "task_fail",
    message: "no room after all",
    at: "middle",
  });
  await onDisk(page, "scsi0", "Move");
  const move = page.getByRole("dialog", { name: "Move scsi0 to another storage" });
  await move.getByLabel("To", { exact: true }).selectOption("ceph");
  await move.getByRole("button", { name: "Move" }).click();
  const disks = page.getByRole("region", { name: "Disks" }).first();
  await expect(disks.getByRole("alert")).toContainText("failed", { timeout: 60_000 });
  await disks.getByRole("link", { name: "Show the task" }).click();
  await expect(page).toHaveURL(/\/tasks\//);
});

test("network devices and cloud-init are changed with one save", async ({ page, app }) => {
  await machine(app, 5106, "wired-01");
  await openPart(page, app, "wired-01", "Network");
  const first = page.getByRole("group", { name: "net0" });
  await expect(first).toContainText("BC:24:11:AA:00:01");
  await page.getByRole("button", { name: "Add a network device" }).click();
  const second = page.getByRole("group", { name: "net1" });
  await second.getByLabel("Bridge").selectOption("vmbr1");
  await second.getByLabel("Model").selectOption("e1000");
  await second.getByLabel("VLAN").fill("30");
  await second.getByLabel("Proxmox's firewall").check();
  await first.getByRole("combobox", { name: "IPv4 address" }).fill("192.0.2.77/24");
  await first.getByLabel("IPv4 gateway").fill("198.51.100.1");
  await page.getByRole("textbox", { name: "User name" }).fill("ops");
  await save(page);
  await expect(first.getByLabel("IPv4 gateway")).toHaveAccessibleDescription(/not in the network/);
  expect((await held(app, 5106)).config).not.toHaveProperty("net1");

  await first.getByLabel("IPv4 gateway").fill("192.0.2.1");
  await page.getByRole("textbox", { name: "Password", exact: true }).fill("a-password-for-ops");
  await expectAccessible(page);
  await save(page);
  await expect(page.getByRole("group", { name: "Changes that are not saved" })).toBeHidden();
  await expect.poll(async () => String((await held(app, 5106)).config.net1)).toMatch(/^e1000=.*bridge=vmbr1/);
  const { config } = await held(app, 5106);
  expect(String(config.net1)).toContain("tag=30");
  expect(String(config.net1)).toContain("firewall=1");
  expect(config.net0).toContain("BC:24:11:AA:00:01");
  expect(config.ipconfig0).toBe("ip=192.0.2.77/24,gw=192.0.2.1");
  expect(config.ciuser).toBe("ops");

  await second.getByRole("button", { name: "Remove net1" }).click();
  await expect(page.getByText("Not saved yet: net1 removed")).toBeVisible();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(second).toBeVisible();
  await second.getByRole("button", { name: "Remove net1" }).click();
  await save(page);
  await expect.poll(async () => (await held(app, 5106)).config).not.toHaveProperty("net1");
});

test("a lock says why nothing can be saved", async ({ page, app }) => {
  await machine(app, 5107, "locked-01");
  await openPart(page, app, "locked-01", "Hardware");
  await page.getByRole("spinbutton", { name: "Cores", exact: true }).fill("8");
  await app.control.patchGuest(5107, { lock: "backup" });
  const bar = page.getByRole("group", { name: "Changes that are not saved" });
  await expect(bar.getByRole("button", { name: "Save" })).toHaveAccessibleDescription(/has locked this server \(backup\)/, {
    timeout: 40_000,
  });
  await page.getByRole("button", { name: "Actions on scsi0" }).click();
  await expect(page.getByRole("menuitem", { name: "Grow" })).toBeDisabled();
  await expect(page.getByRole("menuitem", { name: "Grow" })).toContainText("backup");
});

test("the log is read, narrowed down and taken along", async ({ page, app, complaints }) => {
  complaints.allowStatus(400);
  await machine(app, 5108, "logged-01");
  await openPart(page, app, "logged-01", "Log");
  const lines = page.getByRole("log", { name: "Log" });
  const count = async () => (await lines.innerText()).trim().split("\n").length;
  // The guest agent answers once the system inside has started.
  await expect(async () => {
    await page.getByRole("button", { name: "Reload" }).click();
    await expect(lines).toBeVisible({ timeout: 4_000 });
  }).toPass({ timeout: 90_000 });
  await page.getByRole("combobox", { name: "How much" }).selectOption("50");
  await expect(page.getByText(/^\d+ lines, read at/)).toBeVisible();
  await expect.poll(count).toBeLessThanOrEqual(50);
  await expectAccessible(page);

  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
  expect(file.suggestedFilename()).toBe("logged-01-system.log");

  await page.getByRole("combobox", { name: "Log", exact: true }).selectOption("kernel");
  await expect(lines).toBeVisible();
  await app.control.patchGuest(5108, { agent: "never" });
  await page.getByRole("combobox", { name: "Log", exact: true }).selectOption("system");
  await expect(page.getByText("The guest agent does not answer.")).toBeVisible({ timeout: 40_000 });
  await page.getByRole("button", { name: "Show Proxmox's tasks" }).click();
  await expect(lines.or(page.getByText("The log is empty"))).toBeVisible();
});
