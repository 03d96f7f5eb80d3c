// Finding a server: in the lab, and in the browser.
import type { Page } from "@playwright/test";

import type { GuestState } from "./control";
import { signIn } from "./sign-in";
import { type App, expect } from "./test";

/** What the lab has of a guest, if it has it. */
export async function found(app: App, vmid: number): Promise<GuestState | undefined> {
  return (await app.control.state()).guests[vmid];
}

/** What the lab has of a guest that must be there. */
export async function held(app: App, vmid: number): Promise<GuestState> {
  const guest = await found(app, vmid);
  if (!guest) throw new Error(`the lab has no guest ${vmid}`);
  return guest;
}

/** Opens a server's page; the list has to know the server first. */
export async function openServer(page: Page, app: App, name: string): Promise<void> {
  await signIn(page, app, `/servers?filter=${name}`);
  await page.getByRole("link", { name, exact: true }).first().click({ timeout: 40_000 });
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
}

/** Opens a part of a server's page. */
export async function openPart(page: Page, app: App, name: string, part: string): Promise<void> {
  await openServer(page, app, name);
  await page.getByRole("navigation", { name: "Parts of the server" }).getByRole("link", { name: part }).click();
  await expect(page).toHaveURL(new RegExp(`tab=${part.toLowerCase()}`));
}
