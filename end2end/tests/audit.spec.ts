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
  action: string;
  token_name: string | null;
  changes: Record<string, { before: unknown; after: unknown }>;
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

test("what a script did names its token, and a token that is refused is told too", async ({ page, playwright, app }) => {
  await signIn(page, app, "/audit");
  const make = async (path: string, data: object) => {
    const made = await page.request.post(`${app.url}${path}`, { data });
    expect(made.ok(), await made.text()).toBe(true);
    return (await made.json()) as { token: string };
  };
  await make("/api/users", { username: "yuri", password: "another horse entirely", role: "viewer", name: "Yuri" });
  const { token } = await make("/api/tokens", { name: "payroll sync" });
  const script = await playwright.request.newContext({ baseURL: app.url, extraHTTPHeaders: { authorization: `Bearer ${token}` } });
  const change = () => script.put("/api/users/yuri", { data: { name: "Yuri L.", role: "operator" } });
  expect((await change()).status()).toBe(200);
  await open(page, "/profile");
  await page.getByRole("button", { name: "Revoke payroll sync" }).click();
  await expect(page.getByRole("button", { name: "Revoke payroll sync" })).toHaveCount(0);
  expect((await change()).status()).toBe(401);
  await script.dispose();

  await open(page, "/audit?object=yuri");
  await page.getByLabel("Action").selectOption({ label: "Change user" });
  const row = page.getByRole("row", { name: /Change user/ });
  await expect(row).toHaveCount(1);
  await row.getByRole("button", { name: "Change user" }).click();
  const dialog = page.getByRole("dialog", { name: "Change user" });
  await expect(dialog).toContainText(/API token\s*payroll sync [0-9a-f-]{36}/);
  const field = (name: string) => dialog.getByRole("row", { name: new RegExp(`^${name} `) }).getByRole("cell");
  await expect(field("name")).toHaveText(["Yuri", "Yuri L."]);
  await expect(field("role")).toHaveText(["viewer", "operator"]);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Close" }).click();

  // Both files hold what the list shows, and the token's name.
  const saved = async (name: string) => {
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name }).click();
    return readFile(await (await download).path(), "utf8");
  };
  const [head, line, ...others] = (await saved("CSV")).trim().split("\r\n");
  expect(head).toMatch(/,changes,.*,token name,/);
  expect(line).toMatch(/,admin,.*,user\.change,.*,payroll sync,/);
  expect(others).toEqual([]);
  const lines = (await saved("JSON")).trim().split("\n").map((text) => JSON.parse(text) as Line);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ username: "admin", action: "user.change", token_name: "payroll sync" });
  expect(lines[0]?.changes.name).toEqual({ before: "Yuri", after: "Yuri L." });

  // By user, result and day: what was refused since yesterday, and nothing of tomorrow.
  const day = (later: number) => new Date(Date.now() + later * 86_400_000).toISOString().slice(0, 10);
  await open(page, "/audit");
  await page.getByLabel("User", { exact: true }).fill("admin");
  await page.getByLabel("Result").selectOption({ label: "Refused" });
  await page.getByLabel("From").fill(day(-1));
  const used = page.getByRole("row", { name: /Use API token/ }).filter({ hasText: "payroll sync" });
  await expect(used).toHaveCount(1);
  await expect(page.getByRole("row", { name: /Done/ })).toHaveCount(0);
  await page.getByLabel("From").fill(day(2));
  await expect(page.getByText("Nothing fits")).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`from=${day(2)}`));
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
  await page.reload();
  await hydrated(page);
  await expect(page.getByText("Kept for 90 days")).toBeVisible();
  // Choosing it stands there as well, with what it was.
  await page.getByLabel("Action").selectOption({ label: "Set audit retention" });
  await page.getByRole("row", { name: /Set audit retention/ }).getByRole("button", { name: "Set audit retention" }).click();
  const told = page.getByRole("dialog", { name: "Set audit retention" });
  await expect(told.getByRole("row", { name: /365.*90/ })).toBeVisible();
});
