// What is around every page, and the pages that nothing else opens: overview, gallery, sign-in, notifications.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { signIn } from "../helpers/sign-in";
import { expect, hydrated, open, test } from "../helpers/test";

/**
 * Pages that the server writes for somebody who is signed in, and that stay as they are but for times, which are told in
 * the visitor's zone once it is known. The list of servers hides what is beyond the view once it is measured.
 */
const PAGES = ["/servers/new", "/storage", "/firewall", "/roles", "/users", "/profile"];

test("a person is told when a server is up, and finds it in the drawer", async ({ page, app }) => {
  await signIn(page, app, "/servers/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("told-of");
  await page.getByRole("combobox", { name: "Template" }).click();
  await page.getByRole("option", { name: /rocky-9/ }).click();
  await page.getByRole("button", { name: "Create the server" }).click();
  const corner = page.locator(".toast", { hasText: "told-of" });
  await expect(corner).toBeVisible({ timeout: 90_000 });
  await page.getByRole("button", { name: /unread notification/ }).click();
  const drawer = page.getByRole("complementary", { name: "Notifications" });
  await expect(drawer).toContainText("told-of");
  await expectAccessible(page);
});

test("the overview shows the cluster, and follows it", async ({ page, app }) => {
  await signIn(page, app, "/");
  const main = page.locator("#main");
  for (const node of ["pve1", "pve2", "pve3"]) await expect(main.getByText(node, { exact: true }).first()).toBeVisible();
  await expectAccessible(page);
});

test("sign-in and gallery have no barriers", async ({ page, app }) => {
  await open(page, "/login");
  await expectAccessible(page);
  await signIn(page, app, "/gallery");
  await expectAccessible(page);
});

test("who can't sign in is told so, and what was typed stays", async ({ page, complaints }) => {
  complaints.allowStatus(401);
  await open(page, "/login");
  await page.getByRole("textbox", { name: "User name" }).fill("nobody-such");
  await page.getByRole("textbox", { name: "Password", exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "User name" })).toHaveValue("nobody-such");
});

test("hydration changes nothing of what the server wrote for somebody who is signed in", async ({ page, app }) => {
  await signIn(page, app, "/");
  // What comes afterwards is live: it stays away.
  await page.route(/\/(rpc|api\/events)/, () => {});
  for (const path of PAGES) {
    const written = await (await page.goto(path, { waitUntil: "commit" }))?.text();
    await hydrated(page);
    const [before, after] = await both(page, written ?? "");
    expect(after, path).toBe(before);
  }
});

/** The body as the server wrote it and as it is, without scripts, comments and times; ages are told by the second. */
function both(page: Page, written: string): Promise<[string, string]> {
  return page.evaluate((text) => {
    const plain = (body: HTMLElement) => {
      const copy = body.cloneNode(true) as HTMLElement;
      for (const script of copy.querySelectorAll("script")) script.remove();
      for (const time of copy.querySelectorAll("time")) time.replaceWith("0");
      return copy.innerHTML
        .replace(/<!--.*?-->/gs, "")
        .replace(/\d+/g, "0")
        .trim();
    };
    const parsed = new DOMParser().parseFromString(text, "text/html");
    return [plain(parsed.body), plain(document.body)] as [string, string];
  }, written);
}
