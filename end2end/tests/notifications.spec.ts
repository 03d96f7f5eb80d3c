// The notifications at the bell: read one by one or all at once, put away, and the way to what they are about.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { signIn } from "../helpers/sign-in";
import { type App, expect, hydrated, open, test } from "../helpers/test";

const SERVERS = { 5821: "herald-01", 5822: "herald-02", 5823: "herald-03", 5824: "herald-04" };

/** What tells of these servers' starts; an alert may name them too. */
const OURS = /Start server completed: herald-/;

/** Starts a server, and waits until that has ended. */
async function start(page: Page, app: App, vmid: string): Promise<void> {
  const asked = await page.request.post(`${app.url}/api/servers/main:${vmid}/start`, { data: {} });
  expect(asked.ok(), await asked.text()).toBe(true);
  await expect.poll(async () => (await app.control.state()).guests[vmid]?.status, { timeout: 60_000 }).toBe("running");
}

test("notifications are read, put away and followed, and a reload forgets none of it", async ({ page, app }) => {
  test.setTimeout(240_000);
  for (const [vmid, name] of Object.entries(SERVERS)) {
    const config = { cores: 1, memory: 512, scsi0: "local-lvm:2", boot: "order=scsi0", net0: "virtio,bridge=vmbr0" };
    await app.control.addGuest({ vmid: Number(vmid), name, node: "pve1", status: "stopped", config });
  }
  await signIn(page, app, "/servers?filter=herald-");
  // What other tests left would be counted at the bell, and there may be more of it than the drawer lists.
  const cleared = await page.request.post(`${app.url}/api/notifications/clear-all`, { data: {} });
  expect(cleared.ok(), await cleared.text()).toBe(true);
  for (const name of Object.values(SERVERS)) await expect(page.getByRole("link", { name, exact: true })).toBeVisible({ timeout: 40_000 });
  for (const vmid of Object.keys(SERVERS)) await start(page, app, vmid);
  const bell = page.getByRole("banner").getByRole("button", { name: /^(\d+ unread notifications?|Notifications)$/ });
  await expect(bell).toHaveAccessibleName(/^([4-9]|\d\d) unread/, { timeout: 60_000 });
  // Nothing in the corner is in the way on a page that was opened afterwards.
  await open(page, "/servers");
  await bell.click();
  const drawer = page.getByRole("complementary", { name: "Notifications" });
  const about = (name: string) => drawer.getByRole("listitem").filter({ hasText: `Start server completed: ${name}` });
  const read = page.getByRole("button", { name: "Mark as read", exact: true });
  const unread = drawer.getByRole("listitem").filter({ has: read });
  const ours = unread.filter({ hasText: OURS });
  /** How many of ours the bell counts, beside what the cluster itself gives to tell. */
  const left = async () => {
    const told = /^\d+/.exec((await bell.getAttribute("aria-label")) ?? "")?.[0] ?? "0";
    return Number(told) - (await unread.filter({ hasNotText: OURS }).count());
  };
  await expect(ours).toHaveCount(4);
  await expect.poll(left).toBe(4);
  await expectAccessible(page);

  await about("herald-01").getByRole("button", { name: "Mark as read" }).click();
  await expect.poll(left).toBe(3);
  await expect(about("herald-01")).toBeVisible();
  await expect(about("herald-01").getByRole("button", { name: "Mark as read" })).toHaveCount(0);

  await about("herald-02").getByRole("button", { name: "Dismiss" }).click();
  await expect(about("herald-02")).toHaveCount(0);
  await expect.poll(left).toBe(2);

  // Who follows one has read it.
  await about("herald-03").getByRole("link").click();
  await expect(page).toHaveURL(/\/tasks\/[0-9a-f-]+$/);
  await expect(page.getByRole("heading", { name: /herald-03/ })).toBeVisible();
  await expect(drawer).toBeHidden();

  await page.reload();
  await hydrated(page);
  await bell.click();
  await expect(about("herald-04").getByRole("button", { name: "Mark as read" })).toBeVisible();
  await expect(ours).toHaveCount(1);
  await expect.poll(left).toBe(1);
  await expect(about("herald-01")).toBeVisible();
  await expect(about("herald-02")).toHaveCount(0);

  // From here on the cluster may tell something of its own, which nobody has read: none of ours is among it.
  await drawer.getByRole("button", { name: "Mark all as read" }).click();
  await expect(ours).toHaveCount(0);
  await expect.poll(left).toBe(0);
  await page.reload();
  await hydrated(page);
  await bell.click();
  await expect(about("herald-04")).toBeVisible();
  await expect(ours).toHaveCount(0);
  await expect.poll(left).toBe(0);
  await expectAccessible(page);
});
