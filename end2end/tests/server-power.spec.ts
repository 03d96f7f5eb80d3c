// Each way to halt, wake and restart a server, for machines and containers; and what says why not.
import type { Page } from "@playwright/test";

import { found, openServer } from "../helpers/servers";
import { type App, expect, open, test } from "../helpers/test";

async function machine(app: App, vmid: number, name: string, guest: Record<string, unknown> = {}): Promise<void> {
  await app.control.addGuest({
    vmid,
    name,
    node: "pve2",
    status: "running",
    config: { cores: 1, memory: 1024, agent: "1", scsi0: "local-lvm:6", boot: "order=scsi0", net0: "virtio,bridge=vmbr0" },
    ...guest,
  });
}

async function actions(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Actions", exact: true }).click();
}

async function choose(page: Page, action: string): Promise<void> {
  await actions(page);
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

/** Expects an action to be shown, not to be had, and to say why. */
async function expectRefused(page: Page, action: RegExp, reason: RegExp): Promise<void> {
  const item = page.getByRole("menuitem", { name: action });
  await expect(item).toBeDisabled();
  await expect(item).toContainText(reason);
}

test("a machine is paused and goes on, is hibernated and wakes", async ({ page, app }) => {
  test.setTimeout(240_000);
  await machine(app, 5301, "sleepy-01");
  await openServer(page, app, "sleepy-01");
  const status = (word: string) => page.getByText(word, { exact: true }).first();
  await expect(status("Running")).toBeVisible();
  await actions(page);
  await expectRefused(page, /^Resume/, /Only paused or/);
  await expectRefused(page, /^Start/, /Only stopped or/);
  await page.keyboard.press("Escape");

  await choose(page, "Pause");
  await expect.poll(async () => (await found(app, 5301))?.qmpstatus, { timeout: 60_000 }).toBe("paused");
  await expect(status("Paused")).toBeVisible({ timeout: 60_000 });
  await actions(page);
  await expectRefused(page, /^Reboot/, /Only running/);
  await page.keyboard.press("Escape");
  await choose(page, "Resume");
  await expect.poll(async () => (await found(app, 5301))?.qmpstatus, { timeout: 60_000 }).toBe("running");
  await expect(status("Running")).toBeVisible({ timeout: 60_000 });

  await choose(page, "Hibernate");
  await expect.poll(async () => (await found(app, 5301))?.status, { timeout: 60_000 }).toBe("stopped");
  await expect(status("Suspended")).toBeVisible({ timeout: 60_000 });
  await choose(page, "Resume");
  await expect.poll(async () => (await found(app, 5301))?.status, { timeout: 60_000 }).toBe("running");
  await expect(status("Running")).toBeVisible({ timeout: 60_000 });
});

test("a machine is rebooted, and reset only when asked twice", async ({ page, app }) => {
  await machine(app, 5302, "restless-01");
  await openServer(page, app, "restless-01");
  const asked = async (verb: string) => (await app.control.requests(`/qemu/5302/status/${verb}$`)).length;
  await choose(page, "Reset");
  const question = page.getByRole("dialog", { name: "Reset restless-01 at once?" });
  await expect(question).toContainText("What was not saved may be lost");
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();
  expect(await asked("reset")).toBe(0);
  await choose(page, "Reset");
  await question.getByRole("button", { name: "Reset" }).click();
  await expect.poll(() => asked("reset"), { timeout: 60_000 }).toBe(1);
  await page.getByRole("navigation", { name: "Parts of the server" }).getByRole("link", { name: "Tasks" }).click();
  await expect(page.getByRole("row", { name: /Reset server/ })).toContainText("Completed", { timeout: 60_000 });

  await choose(page, "Reboot");
  await expect(page.getByRole("row", { name: /Reboot server/ })).toContainText("Completed", { timeout: 90_000 });
  expect(await found(app, 5302)).toMatchObject({ status: "running" });
});

test("a container is shut down, started, rebooted and stopped; what it can't do says so", async ({ page, app }) => {
  test.setTimeout(240_000);
  const guests = Object.values((await app.control.state()).guests);
  const container = guests.find((each) => each.type === "lxc" && each.status === "running" && !each.config.lock);
  if (!container) throw new Error("the lab has no running container");
  const name = String(container.name ?? container.config.hostname);
  await openServer(page, app, name);
  await actions(page);
  for (const action of [/^Pause/, /^Hibernate/, /^Reset/]) await expectRefused(page, action, /Containers don't support this/);
  await page.keyboard.press("Escape");

  const state = async () => (await found(app, container.vmid))?.status;
  const tasks = page.getByRole("navigation", { name: "Parts of the server" }).getByRole("link", { name: "Tasks" });
  await tasks.click();
  const done = async (kind: RegExp) =>
    expect(page.getByRole("row", { name: kind }).first()).toContainText("Completed", { timeout: 90_000 });
  await choose(page, "Shut down");
  await page.getByRole("dialog").getByRole("button", { name: "Shut down" }).click();
  await done(/Shut down server/);
  await expect.poll(state).toBe("stopped");
  await choose(page, "Start");
  await done(/Start server/);
  await expect.poll(state).toBe("running");
  await choose(page, "Reboot");
  await done(/Reboot server/);
  await choose(page, "Stop now");
  await page.getByRole("dialog").getByRole("button", { name: "Stop now" }).click();
  await done(/Stop server/);
  await expect.poll(state).toBe("stopped");
});

test("a lock names who holds it, and a protected server is not deleted", async ({ page, app }) => {
  await machine(app, 5303, "guarded-01", {
    status: "stopped",
    config: { cores: 1, memory: 1024, scsi0: "local-lvm:6", protection: "1" },
  });
  await openServer(page, app, "guarded-01");
  await actions(page);
  await expectRefused(page, /^Delete/, /protected from removal in Proxmox/);
  await page.keyboard.press("Escape");
  expect(await found(app, 5303)).toMatchObject({ status: "stopped" });

  await app.control.patchGuest(5303, { lock: "backup" });
  await expect(page.getByText("backup", { exact: true })).toBeVisible({ timeout: 60_000 });
  await actions(page);
  await expectRefused(page, /^Start/, /backup/);
  await expectRefused(page, /^Delete/, /backup/);
});

test("a protected server is not deleted from the list: its row and the bar say why, and others go without it", async ({
  page,
  app,
}) => {
  test.setTimeout(240_000);
  const config = (vmid: number) => ({ cores: 1, memory: 512, scsi0: "local-lvm:4", protection: vmid === 5306 ? "0" : "1" });
  for (const [vmid, name] of [
    [5304, "walled-01"],
    [5305, "walled-02"],
    [5306, "unwalled-03"],
  ] as const) {
    await machine(app, vmid, name, { status: "stopped", config: config(vmid) });
  }
  // Lists know a server's protection once its configuration was read.
  await openServer(page, app, "walled-01");
  await actions(page);
  await expectRefused(page, /^Delete/, /protected from removal in Proxmox/);
  await open(page, "/servers?filter=walled-0");

  await page.getByRole("button", { name: "Actions on walled-01" }).click();
  await expectRefused(page, /^Delete/, /protected from removal in Proxmox/);
  // By keys one comes to what can't be chosen, too, and a press does nothing.
  const remove = page.getByRole("menuitem", { name: /^Delete/ });
  await page.keyboard.press("End");
  await expect(remove).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Escape");

  const more = page.getByRole("button", { name: "More", exact: true });
  await page.getByRole("checkbox", { name: "Select walled-01", exact: true }).click();
  await more.click();
  await expectRefused(page, /^Delete/, /protected from removal in Proxmox/);
  await page.keyboard.press("Escape");
  await page.getByRole("checkbox", { name: "Select walled-01", exact: true }).click();

  // Where it was not read yet the question reads it, and says so.
  await page.getByRole("button", { name: "Actions on walled-02" }).click();
  await remove.click();
  const question = page.getByRole("dialog", { name: "Delete walled-02?" });
  await expect(question.getByRole("button", { name: "Delete" })).toHaveAccessibleDescription(/protected from removal in Proxmox/);
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();

  await open(page, "/servers?filter=walled-0");
  await page.getByRole("checkbox", { name: "Select all" }).check();
  await expect(page.getByText("3 selected", { exact: true })).toBeVisible();
  await more.click();
  await remove.click();
  const many = page.getByRole("dialog", { name: "Delete: 1 server" });
  await expect(many).toContainText("unwalled-03");
  await expect(many).toContainText("2 of the selected are left out");
  await many.getByRole("textbox").fill("1");
  await many.getByRole("button", { name: "Delete" }).click();
  await expect(many).toBeHidden();
  await expect.poll(() => found(app, 5306), { timeout: 60_000 }).toBeUndefined();
  expect(await found(app, 5304)).toMatchObject({ status: "stopped" });
  expect(await found(app, 5305)).toMatchObject({ status: "stopped" });
});
