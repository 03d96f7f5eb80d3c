// What lets other users in, and what they may do: seen and ended by an administrator, changed while they work.
import { expectAccessible } from "../helpers/axe";
import { browserOf, makeUser } from "../helpers/people";
import { held } from "../helpers/servers";
import { signIn } from "../helpers/sign-in";
import { expect, hydrated, open, test } from "../helpers/test";

const FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0";
/** How long a page may go on showing what its user no longer is, in milliseconds. */
const FELT = 2_000;

test("an administrator ends one session of somebody's and then all, and each browser is told at once", async ({
  page,
  browser,
  app,
  complaints,
}) => {
  complaints.allowStatus(401);
  await signIn(page, app, "/users");
  await makeUser(page, app, "noor", "developer");
  const ended = await browserOf(browser, app, complaints, "noor", { userAgent: FIREFOX });
  const kept = await browserOf(browser, app, complaints, "noor");
  await open(page, "/users/noor");
  const sessions = page.getByRole("region", { name: "Sessions" });
  const one = sessions.getByRole("listitem").filter({ hasText: "Firefox, Windows" });
  await expect(sessions.getByRole("listitem")).toHaveCount(2);
  await expect(one).toContainText("127.0.0.1");
  await expect(one).toContainText(/used (just now|\d+ s ago)/);
  await expect(sessions.getByText("This one"), "none of them is the administrator's").toHaveCount(0);
  await expectAccessible(page);

  await sessions.getByRole("button", { name: "Sign out Firefox, Windows" }).click();
  await expect(one).toHaveCount(0);
  await expect(ended).toHaveURL(/\/login/);
  await expect(sessions.getByRole("listitem")).toHaveCount(1);
  await open(kept, "/servers");
  await expect(kept.getByRole("heading", { name: "Servers", level: 1 })).toBeVisible();

  await page.getByRole("button", { name: "End sessions" }).click();
  const question = page.getByRole("dialog", { name: "End all sessions of noor?" });
  await expect(question).toContainText("can sign in again");
  await question.getByRole("button", { name: "End sessions" }).click();
  await expect(page.getByText("All sessions of the user were ended").first()).toBeVisible();
  await expect(sessions).toContainText("Not signed in anywhere.");
  await expect(kept).toHaveURL(/\/login/);
  // The account is as it was: whoever was signed out signs in again.
  const again = await browserOf(browser, app, complaints, "noor");
  for (const other of [ended, kept, again]) await other.context().close();

  await open(page, "/audit?action=session.end&object=noor");
  await expect(page.getByRole("row", { name: /End sessions/ })).toHaveCount(2);
});

test("an administrator sees somebody's token and revokes it: the next request with it is refused", async ({
  page,
  browser,
  playwright,
  app,
  complaints,
}) => {
  complaints.allowStatus(401);
  await signIn(page, app, "/users");
  await makeUser(page, app, "tomas", "operator");
  const tomas = await browserOf(browser, app, complaints, "tomas");
  await open(tomas, "/profile");
  await tomas.getByRole("button", { name: "New token" }).click();
  const form = tomas.getByRole("dialog", { name: "New token" });
  await form.getByLabel("What it is for").fill("night watch");
  await form.getByLabel("Lasts for days").fill("7");
  // More than its owner holds is not offered.
  await expect(form.getByRole("checkbox", { name: "See everything" })).toBeChecked();
  await expect(form.getByRole("checkbox", { name: "Delete servers" })).toHaveCount(0);
  await form.getByRole("button", { name: "Create", exact: true }).click();
  const told = tomas.getByRole("dialog", { name: "The token" });
  const secret = (await told.getByRole("region", { name: "API token" }).innerText()).trim();
  await told.getByRole("button", { name: "Close" }).last().click();
  const script = await playwright.request.newContext({ baseURL: app.url, extraHTTPHeaders: { authorization: `Bearer ${secret}` } });
  expect((await script.get("/api/servers")).status()).toBe(200);

  await open(page, "/users/tomas");
  const tokens = page.getByRole("region", { name: "API tokens" });
  const token = tokens.getByRole("listitem").filter({ hasText: "night watch" });
  await expect(token).toContainText("Permissions: 5");
  await expect(token).toContainText(`until ${new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10)}`);
  await expect(token).toContainText(/used (just now|\d+ s ago)/);
  expect(await page.content(), "the token itself is nobody else's").not.toContain(secret);
  await expectAccessible(page);
  await tokens.getByRole("button", { name: "Revoke night watch" }).click();
  await expect(tokens).toContainText("No API tokens.");
  expect((await script.get("/api/servers")).status()).toBe(401);
  await script.dispose();
  // Its owner stays signed in, and finds it gone.
  await tomas.reload();
  await hydrated(tomas);
  await expect(tomas.getByRole("region", { name: "API tokens" }).getByRole("listitem")).toHaveCount(0);
  await tomas.context().close();
});

test("another role is felt in a browser that is open, without a reload and without signing out", async ({
  page,
  browser,
  playwright,
  app,
  complaints,
}) => {
  complaints.allowStatus(403);
  await app.control.addGuest({
    vmid: 5861,
    name: "promoted-01",
    node: "pve2",
    status: "stopped",
    config: { cores: 1, memory: 512, scsi0: "local-lvm:2", boot: "order=scsi0", net0: "virtio,bridge=vmbr0" },
  });
  await signIn(page, app, "/servers?filter=promoted-01");
  await expect(page.getByRole("link", { name: "promoted-01", exact: true })).toBeVisible({ timeout: 40_000 });
  await makeUser(page, app, "petra", "viewer");
  await open(page, "/users/petra");
  const grants = page.getByRole("region", { name: "Role and permissions" });
  const become = async (role: string) => {
    await grants.getByLabel("Role", { exact: true }).selectOption({ label: role });
    const answer = page.waitForResponse(/\/rpc\/change_user/);
    await grants.getByRole("button", { name: "Save permissions" }).click();
    expect((await answer).ok()).toBe(true);
  };

  const petra = await browserOf(browser, app, complaints, "petra");
  await open(petra, "/servers/main:5861");
  // A page that was loaded anew would have forgotten this.
  await petra.evaluate(() => Object.assign(window, { same: true }));
  await petra.getByRole("button", { name: "Actions", exact: true }).click();
  const start = petra.getByRole("menuitem", { name: /^Start/ });
  await expect(start).toBeDisabled();
  await expect(start).toContainText("start_server");
  await expectAccessible(petra);
  const refused = await petra.request.post(`${app.url}/api/servers/main:5861/start`, { data: {} });
  expect(refused.status()).toBe(403);

  await become("Operator");
  await expect(start, "in the menu that is open").toBeEnabled({ timeout: FELT });
  await start.click();
  await expect.poll(async () => (await held(app, 5861)).status, { timeout: 60_000 }).toBe("running");
  const made = await petra.request.post(`${app.url}/api/tokens`, { data: { name: "power" } });
  const { token } = (await made.json()) as { token: string };
  const script = await playwright.request.newContext({ baseURL: app.url, extraHTTPHeaders: { authorization: `Bearer ${token}` } });
  const stop = () => script.post("/api/servers/main:5861/stop", { data: {} });

  const areas = petra.getByRole("navigation", { name: "Areas" });
  const users = areas.getByRole("link", { name: "Users & access" });
  await expect(users).toHaveCount(0);
  await become("Administrator");
  await expect(users).toBeVisible({ timeout: FELT });
  await users.click();
  await expect(petra.getByRole("row", { name: /^petra/ })).toContainText("Administrator");

  await become("Viewer");
  await expect(users).toHaveCount(0, { timeout: FELT });
  await expect(petra.getByText(/manage_users/)).toBeVisible();
  await expect(petra.getByText("Who can grant it: admin")).toBeVisible();
  // A token holds no more than its owner does now.
  expect((await stop()).status()).toBe(403);
  await script.dispose();
  expect(await petra.evaluate(() => "same" in window), "it is the same page").toBe(true);
  expect((await petra.request.get(`${app.url}/api/servers`)).status(), "and the same session").toBe(200);
  await petra.context().close();
});

test("who can grant what is missing is told as it is now", async ({ page, browser, app, complaints }) => {
  await signIn(page, app, "/users");
  await makeUser(page, app, "lena", "viewer");
  await makeUser(page, app, "second", "admin");
  await makeUser(page, app, "retired", "admin");
  // Who manages roles without holding the permission can't give it; who can't sign in gives nothing.
  await makeUser(page, app, "clerk", "viewer", { permissions: ["view_all", "manage_roles"] });
  const disabled = await page.request.put(`${app.url}/api/users/retired`, { data: { is_active: false } });
  expect(disabled.ok()).toBe(true);
  const lena = await browserOf(browser, app, complaints, "lena");
  await open(lena, "/profile");
  const why = lena.getByRole("region", { name: "Why can't I?" });
  await why.getByLabel("What you want to do").selectOption({ label: "Delete servers" });
  await why.getByRole("button", { name: "Ask" }).click();
  await expect(why.getByText(/delete_server/)).toBeVisible();
  await expect(why.getByText("Who can grant it: admin, second", { exact: true })).toBeVisible();
  await lena.context().close();
  // Other tests count on one administrator.
  const left = await page.request.put(`${app.url}/api/users/second`, { data: { is_active: false } });
  expect(left.ok()).toBe(true);
});
