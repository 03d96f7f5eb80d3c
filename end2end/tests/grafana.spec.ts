// Grafana beside Drover: what it is asked for, where its picture shows, and that nothing leads to a server that Drover
// does not know.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expectAccessible } from "../helpers/axe";
import { signIn } from "../helpers/sign-in";
import { expect, test as base } from "../helpers/test";

/** What is in Grafana's place: it keeps what it was asked for, and draws nothing. */
interface StandIn {
  readonly url: string;
  readonly asked: URL[];
}

const test = base.extend<object, { grafana: StandIn }>({
  grafana: [
    async ({}, use) => {
      const asked: URL[] = [];
      const server = createServer((request, response) => {
        asked.push(new URL(request.url ?? "/", "http://127.0.0.1"));
        const headers = { "content-type": "text/html; charset=utf-8", connection: "close" };
        response.writeHead(200, headers).end('<!doctype html><html lang="en"><title>Grafana</title><p>Drawn by Grafana</p></html>');
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      await use({ url: `http://127.0.0.1:${port}`, asked });
      await new Promise((resolve) => server.close(resolve));
    },
    { scope: "worker" },
  ],
  moreEnv: [async ({ grafana }, use) => use({ GRAFANA_BASE_URL: grafana.url, GRAFANA_ORG_ID: "4" }), { scope: "worker" }],
});

test("Grafana's picture of all servers shows in the page, and is linked", async ({ page, app, grafana }) => {
  await signIn(page, app, "/monitoring?tab=settings");
  const part = page.getByRole("region", { name: "Grafana", exact: true });
  const frame = part.locator("iframe");
  await expect(frame).toHaveAttribute("title", "Grafana's dashboard of all servers");
  await expect(frame.contentFrame().getByText("Drawn by Grafana")).toBeVisible();
  const [shown] = grafana.asked.filter((url) => url.pathname === "/d/drover-overview");
  expect(shown?.searchParams.get("orgId")).toBe("4");
  expect(shown?.searchParams.has("kiosk")).toBe(true);
  const dashboard = part.getByRole("link", { name: "Open the dashboard" });
  await expect(dashboard).toHaveAttribute("href", `${grafana.url}/d/drover-overview?orgId=4`);
  await expect(dashboard).toHaveAttribute("rel", /noopener/);
  await expect(part.getByRole("link", { name: "Open Grafana" })).toHaveAttribute("href", grafana.url);
  await expectAccessible(page);
});

test("a frame is made for a server that Drover knows and for no other", async ({ page, app, grafana }) => {
  await app.control.addGuest({ vmid: 7731, name: "framed-01", node: "pve1", status: "stopped", config: { cores: 1, memory: 512 } });
  await signIn(page, app, "/servers?filter=framed-01");
  await expect(page.getByRole("link", { name: "framed-01", exact: true }).first()).toBeVisible({ timeout: 40_000 });

  const known = await page.request.get("/api/grafana-dashboard/embed?server=framed-01");
  expect(known.ok(), await known.text()).toBe(true);
  const { data } = (await known.json()) as { data: { embed_url: string } };
  const frame = new URL(data.embed_url);
  expect(frame.origin + frame.pathname).toBe(`${grafana.url}/d/drover-server`);
  expect(frame.searchParams.get("var-cluster")).toBe("main");
  expect(frame.searchParams.get("var-vmid")).toBe("7731");

  for (const unknown of ["nobody-01", "198.51.100.200", "main:7732", "https://example.org/"]) {
    const answer = await page.request.get(`/api/grafana-dashboard/embed?server=${encodeURIComponent(unknown)}`);
    expect(answer.status(), unknown).toBe(404);
    expect(await answer.text()).not.toContain(grafana.url);
  }
});
