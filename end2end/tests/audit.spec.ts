// The audit: it is told who did what, narrowed down, and taken along as a file.
import { readFile } from "node:fs/promises";

import { expectAccessible } from "../helpers/axe";
import { getFromProxmox } from "../helpers/proxmox";
import { held } from "../helpers/servers";
import { signIn } from "../helpers/sign-in";
import { expect, hydrated, open, test } from "../helpers/test";

/** A row as the file tells it; only what tests look at is typed. */
interface Line {
  username: string;
  upids: string[];
}

test("what was done is listed with before and after, and found again", async ({ page, app }) => {
  await signIn(page, app, "/users");
  const made = await page.request.post(`${app.url}/api/users`, {
    data: { username: "olga", password: "another horse entirely", role: "viewer" },
  });
  expect(made.ok()).toBeTruthy();
  const changed = await page.request.put(`${app.url}/api/users/olga`, { data: { email: "olga@example.org" } });
  expect(changed.ok()).toBeTruthy();
  await page.getByRole("link", { name: "Audit" }).first().click();
  await expect(page.getByRole("heading", { name: "Audit", level: 1 })).toBeVisible();
  await hydrated(page);
  await expect(page.getByText("Kept for 365 days")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Object").fill("olga");
  await page.getByLabel("Action").selectOption({ label: "Change user" });
  await expect(page).toHaveURL(/object=olga/);
  const row = page.getByRole("row", { name: /Change user/ });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText("admin");
  await row.getByRole("button", { name: "Change user" }).click();
  const dialog = page.getByRole("dialog", { name: "Change user" });
  await expect(dialog.getByRole("row", { name: /email/ })).toContainText("olga@example.org");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole("row", { name: /Change user/ })).toHaveCount(1);

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV" }).click();
  const text = await readFile(await (await download).path(), "utf8");
  expect(text.trim().split("\r\n")).toHaveLength(2);
  expect(text).toContain("olga@example.org");
});

test("a task of Proxmox's leads to who asked for it, and to a file of lines", async ({ page, app }) => {
  test.setTimeout(180_000);
  await app.control.addGuest({
    vmid: 5841,
    name: "traced-01",
    node: "pve3",
    status: "stopped",
    config: { cores: 1, memory: 512, scsi0: "local-lvm:2", boot: "order=scsi0", net0: "virtio,bridge=vmbr0" },
  });
  await signIn(page, app, "/servers?filter=traced-01");
  await expect(page.getByRole("link", { name: "traced-01", exact: true })).toBeVisible({ timeout: 40_000 });
  const asked = await page.request.post(`${app.url}/api/servers/main:5841/start`, { data: {} });
  expect(asked.ok(), await asked.text()).toBe(true);
  await expect.poll(async () => (await held(app, 5841)).status, { timeout: 60_000 }).toBe("running");
  // The cluster's own name for what was done.
  const ran = await getFromProxmox<{ upid: string; type: string; id: string }[]>(app.lab, "/nodes/pve3/tasks?vmid=5841&typefilter=qmstart");
  const upid = ran[0]?.upid ?? "";
  expect(upid).toMatch(/^UPID:pve3:.*:qmstart:5841:/);

  await open(page, "/audit");
  await page.getByLabel("Search the audit").fill(upid);
  await expect(page).toHaveURL(/UPID/);
  const row = page.getByRole("row", { name: /traced-01|5841/ });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText("admin");
  await row.getByRole("button").click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(upid);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Close" }).click();

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "JSON" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/\.jsonl$/);
  const lines = (await readFile(await file.path(), "utf8")).trim().split("\n").map((line) => JSON.parse(line) as Line);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ username: "admin", upids: [upid] });
});

test("an administrator chooses for how long it is kept", async ({ page, app, complaints }) => {
  complaints.allowStatus(400);
  await signIn(page, app, "/audit");
  await hydrated(page);
  await page.getByRole("button", { name: "Change", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "How long the audit is kept" });
  const days = dialog.getByLabel("Days");
  await days.fill("40000");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText(/36,?500/).first()).toBeVisible();
  await days.fill("90");
  await expect(dialog.getByText(/removed for good/)).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("Kept for 90 days")).toBeVisible();
});
