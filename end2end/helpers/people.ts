// Other people beside the first administrator: made over the API, signed in each in a browser of their own.
import type { Browser, BrowserContextOptions, Page } from "@playwright/test";

import type { Complaints } from "./console";
import { type App, expect, open } from "./test";

/** Everybody's password whom a test makes. */
export const PASSWORD = "correct horse battery";

/** Makes a user, as whoever is signed in on `page`. */
export async function makeUser(page: Page, app: App, username: string, role: string, more: object = {}): Promise<void> {
  const made = await page.request.post(`${app.url}/api/users`, { data: { username, password: PASSWORD, role, ...more } });
  expect(made.status(), await made.text()).toBe(200);
}

/** Types a name and a password where one signs in. */
export async function enter(page: Page, app: App, username: string, password: string): Promise<void> {
  await open(page, `${app.url}/login`);
  await page.getByRole("textbox", { name: "User name" }).fill(username);
  await page.getByRole("textbox", { name: "Password", exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Signs somebody in, in a browser of their own whose console has to stay clean as well. */
export async function browserOf(
  browser: Browser,
  app: App,
  complaints: Complaints,
  username: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ baseURL: app.url, locale: "en-US", ...options });
  const page = await context.newPage();
  complaints.watch(page);
  await enter(page, app, username, PASSWORD);
  await expect(page).not.toHaveURL(/login/);
  return page;
}
