// Prometheus and Grafana that fail: the pages say so, and show what Proxmox tells; once Prometheus answers, its figures
// are the better ones.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { Locator, Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { signIn } from "../helpers/sign-in";
import { expect, open, test as base } from "../helpers/test";

/** What Prometheus tells of the server, whichever figure is asked for. */
const TOLD = 61;

/** How Prometheus and Grafana do. */
type Mood = "dead" | "refuses" | "babbles" | "answers";

interface StandIn {
  readonly url: string;
  mood: Mood;
  /** The server whose figures it has. */
  vmid: number;
}

/** The answer of Prometheus' API: one server of whose figures it knows each moment the same. */
function answer(url: URL, vmid: number): string {
  const metric = { cluster: "main", vmid: String(vmid) };
  const point = (at: number) => [at, String(TOLD)];
  if (url.pathname !== "/api/v1/query_range") {
    const result = [{ metric, value: point(Date.now() / 1000) }];
    return JSON.stringify({ status: "success", data: { resultType: "vector", result } });
  }
  const of = (name: string) => Number(url.searchParams.get(name));
  const values = [];
  for (let at = of("start"); at <= of("end"); at += of("step")) values.push(point(at));
  return JSON.stringify({ status: "success", data: { resultType: "matrix", result: [{ metric, values }] } });
}

const test = base.extend<object, { standIn: StandIn }>({
  standIn: [
    async ({}, use) => {
      const standIn = { url: "", mood: "dead" as Mood, vmid: 0 };
      const server = createServer((request: IncomingMessage, response: ServerResponse) => {
        if (standIn.mood === "dead") {
          request.socket.destroy();
          return;
        }
        const url = new URL(request.url ?? "/", standIn.url);
        const of = { refuses: [503, "upstream is gone"], babbles: [200, "<!doctype html><p>Welcome"], answers: [200, answer(url, standIn.vmid)] } as const;
        const [status, words] = of[standIn.mood];
        response.writeHead(status, { connection: "close", "content-type": "text/html" }).end(words);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      standIn.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await use(standIn);
      await new Promise((resolve) => server.close(resolve));
    },
    { scope: "worker" },
  ],
  moreEnv: [async ({ standIn }, use) => use({ PROMETHEUS_URL: standIn.url, GRAFANA_BASE_URL: `${standIn.url}/grafana` }), { scope: "worker" }],
});

const SETTINGS = "/monitoring?tab=settings";

/** Opens the chart of a figure of the server: a figure that was asked for a moment ago is not asked for again. */
async function openChart(page: Page, standIn: StandIn, metric: string, range: string): Promise<Locator> {
  await open(page, `/monitoring?tab=charts&selected=main:${standIn.vmid}&metric=${metric}&range=${range}`);
  const chart = page.getByRole("figure");
  await expect(chart).toHaveCount(1);
  await expect(chart.getByRole("table")).toBeAttached({ timeout: 30_000 });
  return chart;
}

/** Expects a line of Proxmox's below the words that say why no better one. */
async function expectProxmox(page: Page, chart: Locator, words: string): Promise<void> {
  await expect(page.getByText("Source: Proxmox")).toBeVisible();
  await expect(page.getByText(words)).toBeVisible();
  await expect(chart.getByRole("row").filter({ hasText: /\d (%|\w*B\/s)$/ }).first()).toBeAttached();
}

test("Prometheus that is dead, refuses or babbles is told, and Proxmox's figures show until it answers", async ({ page, app, standIn }) => {
  test.setTimeout(180_000);
  // One of the lab's own: what is new has no history yet.
  const { guests } = await app.control.state();
  const server = Object.values(guests).find((guest) => guest.status === "running" && guest.vmid < 5000 && guest.name);
  if (!server) throw new Error("the lab has no running server");
  standIn.vmid = server.vmid;
  const sources = page.getByRole("region", { name: "Where figures come from" });
  const expectState = async (...words: string[]) => {
    // What Prometheus said last is good for twelve seconds.
    await expect(async () => {
      await open(page, SETTINGS);
      for (const word of words) await expect(sources.getByText(word, { exact: true })).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 60_000 });
    await expectAccessible(page);
  };

  const unreachable = "Prometheus can't be reached. Check PROMETHEUS_URL and whether it runs.";
  await signIn(page, app, `/servers?filter=${server.name}`);
  await expect(page.getByRole("link", { name: String(server.name), exact: true }).first()).toBeVisible({ timeout: 40_000 });
  await expectState("does not answer", unreachable);
  await expectProxmox(page, await openChart(page, standIn, "cpu", "1h"), unreachable);

  standIn.mood = "refuses";
  await expectProxmox(page, await openChart(page, standIn, "memory", "1h"), "Prometheus refused the query (HTTP 503).");
  await expectAccessible(page);
  standIn.mood = "babbles";
  const babble = "What answers at PROMETHEUS_URL does not answer as Prometheus does.";
  await expectProxmox(page, await openChart(page, standIn, "network_in", "1h"), babble);
  // What Proxmox does not keep is not made up.
  await open(page, `/monitoring?tab=charts&selected=main:${standIn.vmid}&metric=load&range=1h`);
  await expect(page.getByText("Nobody has measured this for these servers in this time.")).toBeVisible();

  standIn.mood = "answers";
  const chart = await openChart(page, standIn, "cpu", "6h");
  await expect(page.getByText("Source: Prometheus")).toBeVisible();
  await expect(chart.getByRole("row").last()).toContainText(`${TOLD} %`);
  await expect(page.getByText(unreachable)).toBeHidden();
  await expectState("answers");
  await expect(sources).not.toContainText("does not answer");
});

test("Grafana that fails takes nothing of the page along", async ({ page, app, complaints, standIn }) => {
  complaints.allowStatus(503);
  standIn.mood = "refuses";
  await signIn(page, app, SETTINGS);
  const part = page.getByRole("region", { name: "Grafana", exact: true });
  await expect(part.locator("iframe").contentFrame().getByText("upstream is gone")).toBeVisible();
  await expect(part.getByRole("link", { name: "Open Grafana" })).toHaveAttribute("href", `${standIn.url}/grafana`);
  await expect(page.getByRole("region", { name: "Where figures come from" })).toContainText("always there");
  await page.getByRole("switch", { name: "Ask servers about their own memory and disks" }).uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Settings saved").first()).toBeVisible();
  await page.getByRole("switch", { name: "Ask servers about their own memory and disks" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "Save" })).toHaveAccessibleDescription("Nothing has been changed");
});
