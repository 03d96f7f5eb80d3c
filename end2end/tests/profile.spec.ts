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
