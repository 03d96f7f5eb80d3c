// The user's own page: data, password, sessions, appearance.
import { expectAccessible } from "../helpers/axe";
import { signIn } from "../helpers/sign-in";
import { expect, hydrated, test } from "../helpers/test";

test("one sees who one is and what one may do", async ({ page, app }) => {
  await signIn(page, app, "/profile");
  await expect(page.getByText("Administrator")).toBeVisible();
  const held = page.getByRole("region", { name: "Permissions" });
  await expect(held.getByText("Create servers")).toBeVisible();
  await expectAccessible(page);
});

test("a wrong password is said at its field, and what was typed stays", async ({ page, app, complaints }) => {
  complaints.allowStatus(400);
  await signIn(page, app, "/profile");
  const form = page.getByRole("form", { name: "Password" });
  await form.getByLabel(/^Current password/).fill("not-it");
  await form.getByLabel(/^New password(?! again)/).fill("short");
  await form.getByLabel(/^New password again/).fill("other");
  await form.getByRole("button", { name: "Change the password" }).click();
  await expect(form.getByLabel(/^New password(?! again)/)).toHaveAccessibleDescription(/at least/);
  await expect(form.getByLabel(/^New password again/)).toHaveAccessibleDescription(/differ/);
  await expect(form.getByLabel(/^Current password/)).toHaveValue("not-it");
});

test("another session is ended from here", async ({ page, browser, app, complaints }) => {
  complaints.allowStatus(401);
  const elsewhere = await browser.newContext({ baseURL: app.url });
  const other = await elsewhere.newPage();
  await signIn(other, app, "/");
  await signIn(page, app, "/profile");
  await expect(page.getByText("This one")).toBeVisible();
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(page.getByRole("button", { name: /^Sign out (Chrome|Firefox)/ })).toHaveCount(0);
  await expect(page.getByText("This one")).toBeVisible();
  // The other page is told by its stream, without a click.
  await expect(other).toHaveURL(/\/login/);
  await elsewhere.close();
});

test("one session of several is ended from here, and only that browser is signed out", async ({ page, browser, app, complaints }) => {
  complaints.allowStatus(401);
  const firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0";
  const [first, second] = await Promise.all([
    browser.newContext({ baseURL: app.url, locale: "en-US", userAgent: firefox }),
    browser.newContext({ baseURL: app.url, locale: "en-US" }),
  ]);
  const [ended, kept] = [await first.newPage(), await second.newPage()];
  await signIn(ended, app, "/");
  await signIn(kept, app, "/profile");
  await signIn(page, app, "/profile");
  const sessions = page.getByRole("region", { name: "Sessions" });
  const end = sessions.getByRole("button", { name: "Sign out Firefox, Windows" });
  await expect(end).toHaveCount(1);
  await end.click();
  await expect(end).toHaveCount(0);
  await expect(ended).toHaveURL(/\/login/);
  await expect(sessions.getByText("This one")).toBeVisible();
  await kept.reload();
  await hydrated(kept);
  await expect(kept.getByRole("heading", { name: "Profile", level: 1 })).toBeVisible();
  await first.close();
  await second.close();
});

test("a token may do less than its owner, and nothing once it is revoked", async ({ page, playwright, app }) => {
  await signIn(page, app, "/profile");
  await page.getByRole("button", { name: "New token" }).click();
  const form = page.getByRole("dialog", { name: "New token" });
  await form.getByLabel("What it is for").fill("stocktaking");
  await form.getByLabel("Lasts for days").fill("7");
  for (const box of await form.getByRole("checkbox").all()) await box.uncheck();
  await form.getByRole("checkbox", { name: "See everything" }).check();
  await expectAccessible(page);
  await form.getByRole("button", { name: "Create", exact: true }).click();
  const told = page.getByRole("dialog", { name: "The token" });
  const secret = (await told.getByRole("region", { name: "API token" }).innerText()).trim();
  await told.getByRole("button", { name: "Close" }).last().click();
  const tokens = page.getByRole("region", { name: "API tokens" });
  const token = tokens.getByRole("listitem").filter({ hasText: "stocktaking" });
  await expect(token).toContainText("Permissions: 1");
  await expect(token).toContainText(`until ${new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10)}`);
  expect(await page.content(), "it is shown once").not.toContain(secret);

  const script = await playwright.request.newContext({ baseURL: app.url, extraHTTPHeaders: { authorization: `Bearer ${secret}` } });
  expect((await script.get("/api/servers")).status()).toBe(200);
  const refused = await script.post("/api/users", { data: { username: "smuggled", password: "another horse entirely", role: "viewer" } });
  expect(refused.status()).toBe(403);
  await tokens.getByRole("button", { name: "Revoke stocktaking" }).click();
  await expect(token).toHaveCount(0);
  expect((await script.get("/api/servers")).status()).toBe(401);
  await script.dispose();
});

test("language and theme change at once and stay over a reload", async ({ page, app }) => {
  await signIn(page, app, "/profile");
  await page.getByRole("radio", { name: "Dark" }).check();
  await page.getByRole("radio", { name: "한국어" }).check();
  await expect(page.getByRole("heading", { name: "내 정보", level: 1 })).toBeVisible();
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole("heading", { name: "내 정보", level: 1 })).toBeVisible();
  await expect(page.getByRole("radio", { name: "어둡게" })).toBeChecked();
});
