// The audit: it is told who did what, narrowed down, and taken along as a file.
import { readFile } from "node:fs/promises";

import { expectAccessible } from "../helpers/axe";
import { signIn } from "../helpers/sign-in";
import { expect, hydrated, test } from "../helpers/test";

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
