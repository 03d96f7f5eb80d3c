// Users who are limited to some servers: set on their page, felt at once, and explained.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { browserOf, makeUser } from "../helpers/people";
import { signIn } from "../helpers/sign-in";
import { type App, expect, hydrated, open, test } from "../helpers/test";

/** Adds two servers, tagged `shop` and `bank`, and waits until they are seen. */
async function servers(app: App, page: Page): Promise<void> {
  const { guests } = await app.control.state();
  for (const [vmid, name] of [[5551, "shop-01"], [5552, "bank-01"]] as const) {
    if (guests[vmid]) continue;
    await app.control.addGuest({
      vmid,
      name,
      node: "pve2",
      status: "stopped",
      config: { cores: 1, memory: 1024, scsi0: "local-lvm:6", tags: name.split("-")[0] },
    });
  }
  await signIn(page, app, "/servers?filter=bank-01");
  await expect(page.getByRole("row", { name: /bank-01/ })).toBeVisible({ timeout: 40_000 });
}

test("a scope takes servers out of a page that is open, and gives them back", async ({ page, browser, app, complaints }) => {
  complaints.allowStatus(400);
  complaints.allowStatus(404);
  await servers(app, page);
  await makeUser(page, app, "sam", "operator");
  const sam = await browserOf(browser, app, complaints, "sam");
  await open(sam, "/servers?filter=name:shop-01,bank-01");
  const bank = sam.getByRole("row", { name: /bank-01/ });
  await expect(bank).toBeVisible();

  await open(page, "/users/sam");
  const grants = page.getByRole("region", { name: "Role and permissions" });
  const scope = grants.getByLabel("Servers", { exact: true });
  await scope.fill("owner:me");
  await grants.getByRole("button", { name: "Save permissions" }).click();
  await expect(grants.getByText(/"owner:me" is no rule/)).toBeVisible();
  await expectAccessible(page);
  await scope.fill("tag:shop");
  await expect(grants.getByText(/Reaches 1 of \d+ servers now/)).toBeVisible();
  await grants.getByRole("button", { name: "Save permissions" }).click();
  await expect(page.getByText("The user was saved").first()).toBeVisible();
  await page.reload();
  await hydrated(page);
  await expect(scope).toHaveValue("tag:shop");

  await expect(bank, "without a reload").toBeHidden();
  await expect(sam.getByRole("row", { name: /shop-01/ })).toBeVisible();
  await open(sam, "/servers/main:5552");
  await expect(sam.getByText("This server is not there")).toBeVisible();
  await open(sam, "/");
  await expect(sam.getByText("1", { exact: true }).first()).toBeVisible();

  await open(page, "/users");
  await expect(page.getByRole("row", { name: /^sam/ })).toContainText("tag:shop");
  await open(sam, "/servers?filter=name:shop-01,bank-01");
  await open(page, "/users/sam");
  await scope.fill("");
  await grants.getByRole("button", { name: "Save permissions" }).click();
  await expect(bank).toBeVisible();
  await sam.context().close();
});

test("why can't I? names what is missing and who can grant it", async ({ page, browser, app, complaints }) => {
  await servers(app, page);
  await makeUser(page, app, "kim", "operator");
  const kim = await browserOf(browser, app, complaints, "kim");
  const change = await page.request.put(`${app.url}/api/users/kim`, { data: { scope: ["tag:shop"] } });
  expect(change.status()).toBe(200);
  await open(kim, "/profile");
  await expect(kim.getByText("tag:shop").first()).toBeVisible();
  const why = kim.getByRole("region", { name: "Why can't I?" });
  const ask = async (action: string, server: string) => {
    await why.getByLabel("What you want to do").selectOption({ label: action });
    const which = why.getByRole("combobox", { name: "On which server" });
    await which.fill(server);
    await which.press("Tab");
    await why.getByRole("button", { name: "Ask" }).click();
  };
  await ask("Start", "shop-01");
  await expect(why.getByText("You can do this now.")).toBeVisible();
  await expectAccessible(kim);
  await ask("Delete", "shop-01");
  await expect(why.getByText(/delete_server/)).toBeVisible();
  await expect(why.getByText("Who can grant it: admin")).toBeVisible();
  await ask("Start", "bank-01");
  await expect(why.getByText(/not among yours \(tag:shop\)/)).toBeVisible();
  await expect(why.getByText("Who can grant it: admin")).toBeVisible();
  // A page that is not open to somebody says who can open it.
  await open(kim, "/users");
  await expect(kim.getByText("Who can grant it: admin")).toBeVisible();
  await kim.context().close();
});

test("a token is limited to some servers of its owner's", async ({ page, app, playwright }) => {
  await servers(app, page);
  await open(page, "/profile");
  await page.getByRole("button", { name: "New token" }).click();
  const form = page.getByRole("dialog", { name: "New token" });
  await form.getByLabel("What it is for").fill("shop's script");
  await form.getByLabel("Servers", { exact: true }).fill("tag:shop");
  await expect(form.getByText(/Reaches 1 of \d+ servers now/)).toBeVisible();
  await form.getByRole("button", { name: "Create", exact: true }).click();
  const told = page.getByRole("dialog", { name: "The token" });
  const token = (await told.getByRole("region", { name: "API token" }).innerText()).trim();
  await told.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByRole("listitem").filter({ hasText: "shop's script" })).toContainText("tag:shop");

  const script = await playwright.request.newContext({ baseURL: app.url, extraHTTPHeaders: { authorization: `Bearer ${token}` } });
  const list = (await (await script.get("/api/servers")).json()) as { servers: object };
  expect(Object.keys(list.servers)).toEqual(["shop-01"]);
  await script.dispose();
});
