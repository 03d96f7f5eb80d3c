// The overview: what it counts, and the way from each number into the list of what it counted.
import { expectAccessible } from "../helpers/axe";
import { signIn } from "../helpers/sign-in";
import { expect, open, test } from "../helpers/test";

test("each number leads to what it counts", async ({ page, app }) => {
  await signIn(page, app, "/");
  const main = page.locator("#main");
  const counts = main.getByRole("region", { name: "Health of the servers" });
  await expect(counts).toContainText(/Healthy\s*\d+/, { timeout: 30_000 });
  await expect(main.getByRole("heading", { name: "Newest alerts" })).toBeVisible();
  await expectAccessible(page);
  for (const [name, address] of [
    ["Critical", "/monitoring?state=critical"],
    ["CPU", "/servers?filter=status:running&sort=-cpu"],
    ["Memory", "/servers?filter=status:running&sort=-memory"],
    ["Storage", "/storage"],
    ["Cluster", "/monitoring"],
    ["All alerts", "/monitoring?tab=alerts"],
    ["All tasks", "/tasks?state=running"],
  ] as const) {
    await open(page, "/");
    await main.getByRole("link", { name, exact: true }).click();
    await expect(page).toHaveURL(app.url + address);
  }
});

test("it keeps what it has seen since it was opened", async ({ page, app }) => {
  await signIn(page, app, "/");
  await expect(page.getByRole("img", { name: /^CPU since this page was opened, now \d+ %$/ })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("img", { name: /^Memory since this page was opened, now \d+ %$/ })).toBeVisible();
});
