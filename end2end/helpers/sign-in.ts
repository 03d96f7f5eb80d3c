// Signing in, as a person does it.
import type { Page } from "@playwright/test";

import { type App, expect, hydrated, open } from "./test";

/** Signs in as the first administrator and ends on `path`, with the page live. */
export async function signIn(page: Page, app: App, path = "/"): Promise<void> {
  await open(page, `/login?next=${encodeURIComponent(path)}`);
  await page.getByRole("textbox", { name: "User name" }).fill("admin");
  await page.getByRole("textbox", { name: "Password", exact: true }).fill(app.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(app.url + path);
  await hydrated(page);
}
