// IP sets and aliases that are there already: changed, and not over what somebody else has made of them meanwhile.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { getFromProxmox, postToProxmox, putToProxmox } from "../helpers/proxmox";
import { signIn } from "../helpers/sign-in";
import { type App, expect, test } from "../helpers/test";

const CHANGED = "Somebody else has changed the firewall meanwhile";

async function entries(app: App, set: string): Promise<string[]> {
  const all = await getFromProxmox<{ cidr: string; nomatch?: number }[]>(app.lab, `/cluster/firewall/ipset/${set}`);
  return all.map((entry) => `${entry.nomatch ? "!" : ""}${entry.cidr}`).sort();
}

async function alias(app: App, name: string): Promise<{ cidr: string; comment?: string }> {
  return getFromProxmox(app.lab, `/cluster/firewall/aliases/${name}`);
}

/** Opens the form of a set or an alias. */
async function edit(page: Page, name: string) {
  await page.getByRole("button", { name: `Edit ${name}` }).click();
  return page.getByRole("dialog", { name: `Edit ${name}` });
}

test("the lines of a set are changed, and who was slower loses nothing", async ({ page, app, complaints }) => {
  complaints.allowStatus(400);
  complaints.allowStatus(409);
  await postToProxmox(app.lab, "/cluster/firewall/ipset", { name: "suppliers" });
  await postToProxmox(app.lab, "/cluster/firewall/ipset/suppliers", { cidr: "203.0.113.0/24", comment: "north" });
  await signIn(page, app, "/firewall");
  const dialog = await edit(page, "suppliers");
  const lines = dialog.getByLabel("Addresses");
  await expect(lines).toHaveValue("203.0.113.0/24 # north");
  await lines.fill("203.0.113.0/24 # north\n203.0.113.0/99");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(lines).toHaveAccessibleDescription(/Line 2/);
  await expectAccessible(page);
  await lines.fill("203.0.113.0/24 # north\n!203.0.113.9\n198.51.100.4");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  expect(await entries(app, "suppliers")).toEqual(["!203.0.113.9", "198.51.100.4", "203.0.113.0/24"]);
  await expect(page.getByText("198.51.100.4").first()).toBeVisible();

  const again = await edit(page, "suppliers");
  await again.getByLabel("Addresses").fill("203.0.113.0/24\n198.51.100.5");
  await postToProxmox(app.lab, "/cluster/firewall/ipset/suppliers", { cidr: "192.0.2.99" });
  await again.getByRole("button", { name: "Save" }).click();
  await expect(again.getByRole("alert")).toContainText(CHANGED);
  await expect(again.getByLabel("Addresses")).toHaveValue("203.0.113.0/24\n198.51.100.5");
  expect(await entries(app, "suppliers")).toContain("192.0.2.99");
  await expectAccessible(page);
  // Whoever has been told may put theirs in its place.
  await again.getByRole("button", { name: "Save" }).click();
  await expect(again).toBeHidden();
  expect(await entries(app, "suppliers")).toEqual(["198.51.100.5", "203.0.113.0/24"]);
});

test("an alias is changed", async ({ page, app }) => {
  await postToProxmox(app.lab, "/cluster/firewall/aliases", { name: "branch", cidr: "10.30.0.0/16" });
  await signIn(page, app, "/firewall");
  const dialog = await edit(page, "branch");
  await expect(dialog.getByLabel("Address or network")).toHaveValue("10.30.0.0/16");
  await dialog.getByLabel("Address or network").fill("10.31.0.0/16");
  await dialog.getByLabel("Comment").fill("since spring");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  expect(await alias(app, "branch")).toMatchObject({ cidr: "10.31.0.0/16", comment: "since spring" });
  await expect(page.getByText("10.31.0.0/16")).toBeVisible();
});

test("an alias that somebody else has changed meanwhile is not overwritten unseen", async ({ page, app, complaints }) => {
  complaints.allowStatus(409);
  await postToProxmox(app.lab, "/cluster/firewall/aliases", { name: "depot", cidr: "10.40.0.0/16" });
  await signIn(page, app, "/firewall");
  const dialog = await edit(page, "depot");
  await dialog.getByLabel("Address or network").fill("10.41.0.0/16");
  await putToProxmox(app.lab, "/cluster/firewall/aliases/depot", { cidr: "10.49.0.0/16" });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByRole("alert")).toContainText(CHANGED);
  await expect(dialog.getByLabel("Address or network")).toHaveValue("10.41.0.0/16");
  expect(await alias(app, "depot")).toMatchObject({ cidr: "10.49.0.0/16" });
  await expectAccessible(page);
  // Whoever has been told may put theirs in its place.
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  expect(await alias(app, "depot")).toMatchObject({ cidr: "10.41.0.0/16" });
});
