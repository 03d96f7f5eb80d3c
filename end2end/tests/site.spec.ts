// The site itself: hydration, lazy routes, names and headers.
import type { Page } from "@playwright/test";

import { signIn } from "../helpers/sign-in";
import { expect, hydrated, test } from "../helpers/test";

/** Packs of lazy routes that the page has asked for so far. */
function routeModules(page: Page): string[] {
  const modules: string[] = [];
  page.on("request", (request) => {
    if (/\/pkg\/pack_.*\.wasm$/.test(request.url())) modules.push(request.url());
  });
  return modules;
}

test("a lazy route loads its module when it is opened, and the browser takes it over", async ({ page, app }) => {
  await signIn(page, app, "/");
  const modules = routeModules(page);
  await page.getByRole("link", { name: "Tasks", exact: true }).first().click();
  await expect(page.getByRole("heading", { name: "Tasks", level: 1 })).toBeVisible();
  expect(modules.length).toBeGreaterThan(0);
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole("heading", { name: "Tasks", level: 1 })).toBeVisible();
});

test("a page whose module can't be had at first opens once it can", async ({ page, app, complaints }) => {
  complaints.allowStatus(503);
  await signIn(page, app, "/");
  let refused = 0;
  await page.route(/\/pkg\/pack_tasks_view.*\.wasm$/, async (route) => {
    refused += 1;
    await (refused <= 2 ? route.fulfill({ status: 503 }) : route.continue());
  });
  await page.getByRole("link", { name: "Tasks", exact: true }).first().click();
  await expect(page.getByRole("heading", { name: "Tasks", level: 1 })).toBeVisible();
  expect(refused).toBe(3);
});

test("a page of a Drover that is gone is loaded anew", async ({ page, app, complaints }) => {
  complaints.allowStatus(404);
  await signIn(page, app, "/");
  await page.evaluate(() => {
    document.documentElement.dataset.first = "";
  });
  await page.route(/\/pkg\/pack_tasks_view.*\.wasm$/, (route) => route.fulfill({ status: 404 }), { times: 1 });
  await page.getByRole("link", { name: "Tasks", exact: true }).first().click();
  await expect(page.locator("html")).not.toHaveAttribute("data-first");
  await hydrated(page);
});

test("hydration changes nothing of what the server wrote", async ({ page }) => {
  const written = await page.goto("/login");
  await hydrated(page);
  const [before, after] = await page.evaluate((text) => {
    const plain = (body: HTMLElement) => {
      const copy = body.cloneNode(true) as HTMLElement;
      for (const script of copy.querySelectorAll("script")) script.remove();
      return copy.innerHTML.replace(/<!--.*?-->/gs, "").trim();
    };
    const parsed = new DOMParser().parseFromString(text, "text/html");
    return [plain(parsed.body), plain(document.body)];
  }, await written?.text() ?? "");
  expect(after).toBe(before);
});

test("an unknown address is a page with status 404", async ({ page, complaints }) => {
  complaints.allowStatus(404);
  const answer = await page.goto("/no/such/page");
  expect(answer?.status()).toBe(404);
  await hydrated(page);
});

test("hashed files are immutable, compressed and typed", async ({ request, app }) => {
  const html = await (await request.get(app.url)).text();
  const script = /import init, .* from "(\/pkg\/[^"]+\.js)"/.exec(html)?.[1];
  expect(script).toBeDefined();
  const answer = await request.get(app.url + script, { headers: { "accept-encoding": "br" } });
  expect(answer.status()).toBe(200);
  expect(answer.headers()).toMatchObject({
    "cache-control": "public, max-age=31536000, immutable",
    "content-encoding": "br",
    "content-type": "text/javascript; charset=utf-8",
    "x-content-type-options": "nosniff",
  });
  const tag = answer.headers().etag ?? "";
  const again = await request.get(app.url + script, {
    headers: { "accept-encoding": "br", "if-none-match": tag },
  });
  expect(again.status()).toBe(304);
  expect((await request.get(`${app.url}/pkg/drover.0000000000000000.js`)).status()).toBe(404);
});

test("each page has a policy with a nonce of its own", async ({ request, app }) => {
  const nonces = new Set<string>();
  for (let round = 0; round < 2; round += 1) {
    const answer = await request.get(app.url);
    const policy = answer.headers()["content-security-policy"] ?? "";
    expect(policy).toContain("object-src 'none'");
    const nonce = /'nonce-([\w-]+)'/.exec(policy)?.[1] ?? "";
    expect(nonce).not.toBe("");
    expect(await answer.text()).toContain(`nonce="${nonce}"`);
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(2);
});
