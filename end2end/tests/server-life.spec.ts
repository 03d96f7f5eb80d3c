// What ends a server's life or halts it: the questions before, and what really happens then.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { postToProxmox } from "../helpers/proxmox";
import { signIn } from "../helpers/sign-in";
import { found, openServer } from "../helpers/servers";
import { type App, expect, test } from "../helpers/test";

/** A running machine of this file alone. */
async function machine(app: App, vmid: number, name: string): Promise<void> {
  await app.control.addGuest({
    vmid,
    name,
    node: "pve2",
    status: "running",
    config: { cores: 1, memory: 1024, agent: "1", scsi0: "local-lvm:6", boot: "order=scsi0", net0: "virtio,bridge=vmbr0" },
  });
}

async function choose(page: Page, action: string): Promise<void> {
  await page.getByRole("button", { name: "Actions", exact: true }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

test("deleting asks for the name, says that a running one is stopped, and leaves nothing", async ({ page, app, complaints }) => {
  complaints.allowStatus(404);
  await machine(app, 5201, "doomed-01");
  const volume = String((await found(app, 5201))?.config.scsi0).replace(/^local-lvm:/, "").replace(/,.*/, "");
  await openServer(page, app, "doomed-01");
  await choose(page, "Delete");
  const question = page.getByRole("dialog", { name: "Delete doomed-01?" });
  await expect(question).toContainText("It runs, and is stopped first");
  await expect(question).toContainText(volume);
  await expectAccessible(page);
  const button = question.getByRole("button", { name: "Delete" });
  await expect(button).toHaveAccessibleDescription("Type doomed-01 to delete it");
  await question.getByRole("textbox").fill("doomed-0");
  // A press that can't count: the question stays, nothing begins.
  await button.click({ force: true });
  await expect(question).toBeVisible();
  expect(await found(app, 5201)).toMatchObject({ status: "running" });
  await question.getByRole("textbox").fill("doomed-01");
  await expect(button).not.toHaveAttribute("aria-disabled", "true");
  await button.click();
  await expect(question).toBeHidden();
  await expect(page.getByText("This server is not there")).toBeVisible({ timeout: 90_000 });
  expect(await found(app, 5201)).toBeUndefined();
  expect((await app.control.state()).storages["local-lvm"]?.volumes).not.toHaveProperty([volume]);
});

test("what else names a server is told before it is deleted", async ({ page, app }) => {
  await machine(app, 5205, "woven-01");
  for (const dport of ["80", "443"]) {
    const rule = { type: "in", action: "ACCEPT", proto: "tcp", dport, enable: 1 };
    await postToProxmox(app.lab, "/nodes/pve2/qemu/5205/firewall/rules", rule);
  }
  await postToProxmox(app.lab, "/cluster/backup", { id: "nightly", vmid: "5205", storage: "nfs", schedule: "daily" });
  await postToProxmox(app.lab, "/cluster/replication", { id: "5205-0", target: "pve1", type: "local" });
  await openServer(page, app, "woven-01");
  await choose(page, "Delete");
  const question = page.getByRole("dialog", { name: "Delete woven-01?" });
  await expect(question).toContainText("2 rules of its own firewall go with it");
  await expect(question).toContainText("The backup job nightly forgets it");
  await expect(question).toContainText("The replication job 5205-0 to pve1 goes with it");
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();
  expect(await found(app, 5205)).toMatchObject({ status: "running" });
});

test("a shutdown has a time limit, after which it is stopped if that was asked for", async ({ page, app }) => {
  await machine(app, 5202, "stubborn-01");
  // It does not listen to the power button.
  await app.control.patchGuest(5202, { acpi: false });
  await openServer(page, app, "stubborn-01");
  await choose(page, "Shut down");
  const question = page.getByRole("dialog", { name: "Shut down stubborn-01?" });
  await expect(question.getByRole("spinbutton", { name: "Time to shut down" })).toHaveValue("3");
  await question.getByRole("spinbutton", { name: "Time to shut down" }).fill("2");
  await question.getByRole("checkbox", { name: "Stop it if it is not off by then" }).check();
  await question.getByRole("button", { name: "Shut down" }).click();
  await expect(question).toBeHidden();
  await expect(page.getByRole("progressbar", { name: "Shut down server" }).first()).toBeVisible();
  // Proxmox got the limit, in seconds.
  await expect
    .poll(async () => (await app.control.requests("/qemu/5202/status/shutdown$")).map(({ body }) => body))
    .toEqual([expect.stringMatching(/timeout=120\b/)]);
  expect(await found(app, 5202)).toMatchObject({ status: "running" });
  await app.control.advance(121);
  await expect.poll(async () => (await found(app, 5202))?.status, { timeout: 60_000 }).toBe("stopped");
  await expect(page.getByText("Stopped", { exact: true }).first()).toBeVisible({ timeout: 40_000 });
});

test("the list's menu does one thing to many, and says of others why not", async ({ page, app }) => {
  await machine(app, 5203, "flock-01");
  await machine(app, 5204, "flock-02");
  await signIn(page, app, "/servers?filter=flock-");
  await expect(page.getByRole("row", { name: /flock-0/ })).toHaveCount(2, { timeout: 40_000 });
  await page.getByRole("checkbox", { name: "Select all" }).check();
  await expect(page.getByRole("status").filter({ hasText: "2 selected" })).toBeVisible();
  const more = page.getByRole("button", { name: "More", exact: true });
  await more.click();
  const resume = page.getByRole("menuitem", { name: "Resume" });
  await expect(resume).toBeDisabled();
  await expect(resume).toContainText("Only paused or");
  await page.getByRole("menuitem", { name: "Pause", exact: true }).click();
  const question = page.getByRole("dialog", { name: "Pause: 2 servers" });
  await expect(question).toContainText("flock-01, flock-02");
  await question.getByRole("button", { name: "Pause" }).click();
  await expect(question).toBeHidden();
  for (const vmid of [5203, 5204]) {
    await expect.poll(async () => (await found(app, vmid))?.qmpstatus, { timeout: 60_000 }).toBe("paused");
  }
  await expect(page.getByText("Paused", { exact: true })).toHaveCount(2, { timeout: 40_000 });
});
