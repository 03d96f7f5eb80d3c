// Users & access: making a user, what they may do, their password, and their end.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { browserOf, enter, makeUser } from "../helpers/people";
import { signIn } from "../helpers/sign-in";
import { expect, hydrated, open, test } from "../helpers/test";

/** As many as a company has, and more than a screen holds. */
const MANY = 200;

/** Makes a user by hand; gives the password that was shown. */
async function make(page: Page, username: string, role: string): Promise<string> {
  await page.getByRole("button", { name: "New user" }).click();
  const form = page.getByRole("dialog", { name: "New user" });
  await form.getByRole("textbox", { name: "User name" }).fill(username);
  await form.getByRole("textbox", { name: "E-mail" }).fill(`${username}@example.org`);
  await form.getByLabel("Role").selectOption({ label: role });
  await form.getByRole("button", { name: "Create", exact: true }).click();
  const told = page.getByRole("dialog", { name: `Password of ${username}` });
  await expect(told).toBeVisible();
  const password = await told.getByRole("region", { name: "Password" }).innerText();
  await told.getByRole("button", { name: "Close" }).last().click();
  await expect(told).toBeHidden();
  return password.trim();
}

test("a user is made, must choose a password, and then works", async ({ page, browser, app, complaints }) => {
  complaints.allowStatus(403);
  await signIn(page, app, "/users");
  await expectAccessible(page);
  const password = await make(page, "grace", "Operator");
  const row = page.getByRole("row", { name: /^grace/ });
  await expect(row).toContainText("5/18");
  await expect(row).toContainText("Must change password");

  const elsewhere = await browser.newContext({ baseURL: app.url, locale: "en-US" });
  const other = await elsewhere.newPage();
  await enter(other, app, "grace", password);
  await expect(other).toHaveURL(/\/profile$/);
  const form = other.getByRole("form", { name: "Password" });
  await form.getByLabel(/^Current password/).fill(password);
  await form.getByLabel(/^New password(?! again)/).fill("another horse entirely");
  await form.getByLabel(/^New password again/).fill("another horse entirely");
  await form.getByRole("button", { name: "Change the password" }).click();
  await expect(other.getByText("The password was changed")).toBeVisible();
  await open(other, "/servers");
  await expect(other.getByRole("heading", { name: "Servers", level: 1 })).toBeVisible();
  // Whoever may not manage users sees neither page in the sidebar.
  await expect(other.getByRole("link", { name: "Users & access" })).toHaveCount(0);
  await open(other, "/users");
  await expect(other.getByText(/manage_users/)).toBeVisible();
  await elsewhere.close();
});

test("permissions are added and withheld, and shown against the role", async ({ page, app }) => {
  await signIn(page, app, "/users");
  await make(page, "vera", "Viewer");
  await page.getByRole("link", { name: "vera" }).click();
  await expect(page.getByRole("heading", { name: "vera", level: 1 })).toBeVisible();
  await expectAccessible(page);
  const grants = page.getByRole("region", { name: "Role and permissions" });
  await grants.getByRole("checkbox", { name: "Read logs" }).check();
  await expect(grants.getByText("Added", { exact: true })).toBeVisible();
  await grants.getByRole("button", { name: "Save permissions" }).click();
  await expect(page.getByText("The user was saved").first()).toBeVisible();
  await page.reload();
  await hydrated(page);
  await expect(grants.getByRole("checkbox", { name: "Read logs" })).toBeChecked();
  // Another role keeps it.
  await grants.getByLabel("Role", { exact: true }).selectOption({ label: "Operator" });
  await grants.getByRole("button", { name: "Save permissions" }).click();
  await expect(page.getByText("The user was saved").first()).toBeVisible();
  await open(page, "/users");
  await expect(page.getByRole("row", { name: /^vera/ })).toContainText("6/18");
  await page.getByRole("switch", { name: "Permissions as a matrix" }).check();
  const matrix = page.getByRole("region", { name: "Users and their permissions" });
  const row = matrix.getByRole("row", { name: /^vera/ });
  await expect(row.getByText("Added", { exact: true })).toHaveCount(1);
  await expect(row.getByText("By role", { exact: true })).toHaveCount(5);
  await expectAccessible(page);
});

test("a password is reset, the account disabled and deleted", async ({ page, app, browser, complaints }) => {
  complaints.allowStatus(400);
  complaints.allowStatus(401);
  await signIn(page, app, "/users");
  const first = await make(page, "ivan", "Viewer");
  const elsewhere = await browser.newContext({ baseURL: app.url, locale: "en-US" });
  const other = await elsewhere.newPage();
  await enter(other, app, "ivan", first);
  await expect(other).toHaveURL(/\/profile$/);
  await hydrated(other);

  await page.getByRole("link", { name: "ivan" }).click();
  await page.getByRole("button", { name: "Reset password" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Reset password" }).click();
  const told = page.getByRole("dialog", { name: "Password of ivan" });
  await expect(told).toBeVisible();
  const second = (await told.getByRole("region", { name: "Password" }).innerText()).trim();
  expect(second).not.toBe(first);
  await told.getByRole("button", { name: "Close" }).last().click();
  // The other page is told by its stream, without a click.
  await expect(other).toHaveURL(/\/login/);
  expect(await page.content(), "it is shown once").not.toContain(second);
  await expect(page.getByText("Must change password")).toBeVisible();
  await enter(other, app, "ivan", first);
  await expect(other.getByRole("alert")).toBeVisible();
  // The new one opens nothing but the page where another is chosen.
  await enter(other, app, "ivan", second);
  await expect(other).toHaveURL(/\/profile$/);
  await other.goto("/servers");
  await expect(other).toHaveURL(/\/profile$/);
  await hydrated(other);

  await page.getByRole("button", { name: "Disable" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
  await expect(page.getByText("Disabled", { exact: true })).toBeVisible();
  await expect(other).toHaveURL(/\/login/);
  await enter(other, app, "ivan", second);
  await expect(other.getByRole("alert")).toBeVisible();
  await elsewhere.close();
  await page.getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete ivan?" });
  await dialog.getByRole("textbox").fill("ivan");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(page).toHaveURL(/\/users$/);
  await expect(page.getByRole("row", { name: /^admin/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /^ivan/ })).toHaveCount(0);
});

test("name and address of a user are edited, and the last sign-in is told", async ({ page, playwright, app, complaints }) => {
  complaints.allowStatus(400);
  await signIn(page, app, "/users");
  const password = "another horse entirely";
  const made = await page.request.post(`${app.url}/api/users`, { data: { username: "edith", password, role: "viewer" } });
  expect(made.ok(), await made.text()).toBe(true);
  await open(page, "/users/edith");
  const account = page.getByRole("region", { name: "Account" });
  await expect(account).toContainText(/Last sign-in\s*Never/);
  const elsewhere = await playwright.request.newContext({ baseURL: app.url });
  expect((await elsewhere.post("/auth/login", { form: { username: "edith", password } })).ok()).toBe(true);
  await elsewhere.dispose();
  await page.reload();
  await hydrated(page);
  await expect(account).toContainText(/Last sign-in\s*(just now|\d+ s ago)/);

  const form = page.getByRole("form", { name: "Account" });
  const email = form.getByLabel("E-mail");
  await form.getByLabel("Name").fill("Edith Clarke");
  await email.fill("no address");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(email).toHaveAttribute("aria-invalid", "true");
  await expect(form.getByLabel("Name")).toHaveValue("Edith Clarke");
  await email.fill("edith@example.org");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The user was saved").first()).toBeVisible();
  await expectAccessible(page);
  await open(page, "/users");
  const row = page.getByRole("row", { name: /^edith/ });
  await expect(row).toContainText("Edith Clarke");
  await expect(row).toContainText("edith@example.org");
});

test("in a matrix of two hundred users the head and the names stay in view, and one finds whom one looks for", async ({
  page,
  app,
}) => {
  test.setTimeout(300_000);
  await signIn(page, app, "/servers");
  const names = Array.from({ length: MANY }, (_, n) => `crowd-${String(n + 1).padStart(3, "0")}`);
  await Promise.all(names.map((username) => makeUser(page, app, username, "viewer")));
  await page.setViewportSize({ width: 900, height: 600 });
  await open(page, "/users");
  await page.getByRole("switch", { name: "Permissions as a matrix" }).check();
  const matrix = page.getByRole("region", { name: "Users and their permissions" });
  const name = (username: string) => matrix.getByRole("rowheader", { name: new RegExp(`^${username}`) });
  await expect(name(names.at(-1)!)).toBeAttached();
  await expect(name(names.at(-1)!)).not.toBeInViewport();
  await matrix.evaluate((box) => box.scrollTo(box.scrollWidth, box.scrollHeight / 2));
  expect(await matrix.evaluate((box) => box.scrollLeft > 0 && box.scrollTop > 0)).toBe(true);
  const corner = matrix.getByRole("columnheader", { name: "User name" });
  await expect(corner).toBeInViewport({ ratio: 1 });
  // Beside the corner stand the heads of the columns, and under it the names of the rows that are in view.
  await expect(matrix.getByRole("columnheader").last()).toBeInViewport({ ratio: 1 });
  const inView = await matrix.getByRole("rowheader").evaluateAll((heads) => {
    const box = heads[0]?.closest("[role=region]")?.getBoundingClientRect();
    const shown = heads.map((head) => head.getBoundingClientRect()).filter((at) => box && at.top >= box.top && at.bottom <= box.bottom);
    return shown.length > 3 && shown.every((at) => box && at.left >= box.left && at.left < box.left + 2);
  });
  expect(inView).toBe(true);
  await expectAccessible(page);

  await page.getByRole("searchbox", { name: "Search users" }).fill("crowd-04");
  await expect(matrix.getByRole("rowheader")).toHaveCount(10);
  await expect(name("crowd-047")).toBeInViewport();
  await page.getByRole("searchbox", { name: "Search users" }).fill("nobody is called so");
  await expect(matrix).toContainText("No user fits");

  // From the matrix to one of them, and back to what was changed.
  await page.getByRole("searchbox", { name: "Search users" }).fill("crowd-147");
  await name("crowd-147").getByRole("link").click();
  const grants = page.getByRole("region", { name: "Role and permissions" });
  await grants.getByRole("checkbox", { name: "Read logs" }).check();
  await grants.getByRole("button", { name: "Save permissions" }).click();
  await expect(page.getByText("The user was saved").first()).toBeVisible();
  await open(page, "/users");
  await page.getByRole("switch", { name: "Permissions as a matrix" }).check();
  await expect(matrix.getByRole("row", { name: /^crowd-147/ }).getByText("Added", { exact: true })).toHaveCount(1);
});

test("one's own account is not lost by a slip: each control says why", async ({ page, app }) => {
  await signIn(page, app, "/users");
  await page.getByRole("link", { name: "admin", exact: true }).click();
  const own = "You can't do this to your own account.";
  for (const name of ["Disable", "Delete"]) {
    const button = page.getByRole("button", { name });
    await expect(button).toHaveAttribute("aria-disabled", "true");
    await expect(button).toHaveAccessibleDescription(own);
  }
  const role = page.getByRole("region", { name: "Role and permissions" }).getByLabel("Role", { exact: true });
  await expect(role).toBeDisabled();
  await expect(role).toHaveAccessibleDescription(own);
  // Nor is it by a script that has the session.
  for (const data of [{ role: "viewer" }, { is_active: false }]) {
    expect((await page.request.put(`${app.url}/api/users/admin`, { data })).status()).toBe(400);
  }
  expect((await page.request.delete(`${app.url}/api/users/admin`)).status()).toBe(400);
});

test("an administrator is an administrator's to end, who gives another role first", async ({ page, browser, app, complaints }) => {
  complaints.allowStatus(403);
  await signIn(page, app, "/users");
  await makeUser(page, app, "deputy", "admin");
  await makeUser(page, app, "clerk-of-users", "viewer", { permissions: ["view_all", "manage_users"] });
  const clerk = await browserOf(browser, app, complaints, "clerk-of-users");
  await open(clerk, "/users/deputy");
  for (const name of ["Reset password", "End sessions", "Disable", "Delete"]) {
    await expect(clerk.getByRole("button", { name })).toHaveAccessibleDescription("Only an administrator may do this.");
  }
  await clerk.context().close();
  await open(page, "/users/deputy");
  const button = page.getByRole("button", { name: "Delete" });
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).toHaveAccessibleDescription(/Give the user another role first/);
  await expectAccessible(page);
  const grants = page.getByRole("region", { name: "Role and permissions" });
  await grants.getByLabel("Role", { exact: true }).selectOption({ label: "Viewer" });
  await grants.getByRole("button", { name: "Save permissions" }).click();
  await expect(button).not.toHaveAttribute("aria-disabled", "true");
  await button.click();
  const dialog = page.getByRole("dialog", { name: "Delete deputy?" });
  await dialog.getByRole("textbox").fill("deputy");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(page).toHaveURL(/\/users$/);
  const gone = await page.request.get(`${app.url}/api/users/deputy`);
  expect(gone.status()).toBe(404);
});
