// Alerts as they come and go: a rule for a tag, quiet hours in which nobody is told,
// a server that is locked, and the end; and storages that fill.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { signIn } from "../helpers/sign-in";
import { expect, open, test } from "../helpers/test";

/** How long an alert may take: the collector's tick and that of the rules. */
const TOLD = { timeout: 90_000 };

/** The share of its processors that a server under pressure uses. */
const PRESSED = 0.97;

const rowOf = (page: Page, table: string, text: string | RegExp) =>
  page.getByRole("grid", { name: table, exact: true }).getByRole("row").filter({ hasText: text });

async function saveSettings(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "Save" })).toHaveAccessibleDescription("Nothing has been changed");
}

test("a rule of a tag says what it watches and raises alerts, nobody is told in quiet hours, and a locked server is left alone", async ({
  page,
  app,
}) => {
  test.setTimeout(300_000);
  const config = { cores: 1, memory: 512, scsi0: "local-lvm:2", boot: "order=scsi0", tags: "pressed" };
  for (const [vmid, name] of [
    [7711, "pressed-01"],
    [7712, "pressed-02"],
  ] as const) {
    await app.control.addGuest({ vmid, name, node: "pve3", status: "running", config });
    await app.control.patchGuest(vmid, { cpu: PRESSED });
  }
  // What holds it is a backup, as its lock says.
  await app.control.patchGuest(7712, { lock: "backup" });
  await app.control.statsLag(0);
  try {
    await signIn(page, app, "/monitoring?tab=settings");
    await page.getByRole("switch", { name: "Quiet hours" }).check();
    await page.getByLabel("From", { exact: true }).fill("00:00");
    await page.getByLabel("Until", { exact: true }).fill("23:59");
    await page.getByRole("switch", { name: "What is critical is told nevertheless" }).uncheck();
    await saveSettings(page);

    await open(page, "/monitoring?tab=rules");
    await page.getByRole("button", { name: "New rule" }).click();
    const form = page.getByRole("dialog", { name: "New rule" });
    await form.getByRole("combobox", { name: "Figure" }).selectOption("CPU");
    await form.getByRole("radio", { name: "A tag" }).check();
    await form.getByRole("combobox", { name: "Tag" }).fill("pressed");
    await page.getByRole("option", { name: "pressed", exact: true }).click({ timeout: 40_000 });
    await form.getByLabel("Warning from").fill("80");
    await form.getByLabel("Critical from").fill("90");
    await form.getByLabel("For at least").fill("0");
    // The servers were made just now, and have no day behind them.
    const preview = form.getByRole("region", { name: "Try it on the last 24 hours" });
    await form.getByRole("button", { name: "Try it on the last 24 hours" }).click();
    await expect(preview.getByRole("status")).toContainText("It would not have fired");
    await expect(preview.getByRole("status")).toContainText("It watches 2 things.");
    await form.getByLabel("Critical from").fill("91");
    await expect(preview.getByRole("status")).toBeEmpty();
    await form.getByLabel("Critical from").fill("90");
    await expectAccessible(page);
    await form.getByRole("button", { name: "Save" }).click();
    await expect(form).toBeHidden();
    await expect(rowOf(page, "Rules", "Tag pressed")).toContainText("90 %");

    await open(page, "/monitoring?tab=alerts");
    const standing = rowOf(page, "Alerts that stand", "pressed-01");
    await expect(standing).toContainText("CPU 97 % (limit 90 %)", TOLD);
    await expect(standing).toContainText("Critical");
    await expect(rowOf(page, "Alerts that stand", "pressed-02")).toHaveCount(0);
    const bell = page.getByRole("banner").getByRole("button", { name: /^(\d+ unread notifications?|Notifications)$/ });
    const drawer = page.getByRole("complementary", { name: "Notifications" });
    const told = drawer.getByRole("listitem").filter({ hasText: "Critical · CPU: pressed-" });
    await bell.click();
    await expect(drawer.getByRole("listitem").or(drawer.getByText("No notifications")).first()).toBeVisible();
    await expect(told).toHaveCount(0);

    // At their end people are told of what still stands, and the notification leads to the server.
    await open(page, "/monitoring?tab=settings");
    await page.getByRole("switch", { name: "Quiet hours" }).uncheck();
    await saveSettings(page);
    await bell.click();
    await expect(told).toContainText("CPU 97 % (limit 90 %)", TOLD);
    await told.getByRole("link").click();
    await expect(page).toHaveURL(/\/servers\/main:7711$/);
    await expect(page.getByRole("region", { name: "Health" })).toContainText("CPU 97 % (limit 90 %)");

    // The backup is over: what was left alone counts. And what is eased is over by itself.
    await open(page, "/monitoring?tab=alerts");
    await app.control.patchGuest(7712, { lock: null });
    await expect(rowOf(page, "Alerts that stand", "pressed-02")).toContainText("CPU 97 % (limit 90 %)", TOLD);
    for (const vmid of [7711, 7712]) await app.control.patchGuest(vmid, { cpu: 0.1 });
    await expect(rowOf(page, "Alerts that stand", "pressed-")).toHaveCount(0, TOLD);
    await expect(rowOf(page, "History", "pressed-01").filter({ hasText: "Resolved" })).toBeVisible();
    await open(page, "/monitoring?tab=rules");
    await rowOf(page, "Rules", "Tag pressed").getByRole("button", { name: /^Delete/ }).click();
    await page.getByRole("dialog", { name: /^Delete the rule/ }).getByRole("button", { name: "Delete" }).click();
    await expect(rowOf(page, "Rules", "Tag pressed")).toHaveCount(0);
  } finally {
    await app.control.statsLag(10);
    for (const vmid of [7711, 7712]) await app.control.removeGuest(vmid);
  }
});

test("a storage that fills is told with its limit, and is well again once there is room", async ({ page, app }) => {
  test.setTimeout(240_000);
  const limits = async (minutes: string) => {
    await open(page, "/monitoring?tab=rules");
    await rowOf(page, "Rules", /^Storage/).getByRole("button", { name: /^Edit/ }).click();
    const form = page.getByRole("dialog", { name: "Rule for Storage" });
    await form.getByLabel("For at least").fill(minutes);
    await form.getByRole("button", { name: "Save" }).click();
    await expect(form).toBeHidden();
  };
  const before = (await app.control.state()).storages.nfs as unknown as { space: Record<string, { free: number }> };
  const free = Object.values(before.space)[0]?.free;
  await app.control.statsLag(0);
  try {
    await signIn(page, app, "/monitoring");
    await limits("0");
    await app.control.patchStorage("nfs", { free: 1 << 20 });
    await open(page, "/monitoring?tab=alerts");
    const standing = rowOf(page, "Alerts that stand", /nfs/).filter({ hasText: "Storage" });
    await expect(standing).toContainText(/Storage (99|100) % \(limit 95 %\)/, TOLD);
    await expectAccessible(page);
    await app.control.patchStorage("nfs", { free });
    await expect(standing).toHaveCount(0, TOLD);
    await limits("10");
    await expect(rowOf(page, "Rules", /^Storage/)).toContainText("10 min");
  } finally {
    await app.control.patchStorage("nfs", { free });
    await app.control.statsLag(10);
  }
});
