// What is measured: one Drover, on a lab of ten thousand guests.
import { test as base } from "@playwright/test";

import { LabControl } from "../helpers/control";
import { type LabAddress, proxmoxEnv, startLab } from "../helpers/lab";
import { ADMIN_PASSWORD, dataFolder, startServer } from "../helpers/server";
import { Client, openSession } from "./client";
import { Process } from "./process";
import { Report } from "./report";

/** Guests of the lab; its templates come on top. */
export const GUESTS = Number(process.env.BENCH_GUESTS ?? 10_000);

/** What reads /metrics. */
export const METRICS_TOKEN = "what-the-bench-reads-metrics-by";

/** How long the first picture may take, in milliseconds. */
const PATIENCE = 60_000;

export interface Bench {
  url: string;
  /** A session's cookie. */
  cookie: string;
  process: Process;
  lab: LabAddress;
  control: LabControl;
  report: Report;
  /** When the lab was last asked for everything, in seconds since 1970, oldest first. */
  ticks(): Promise<number[]>;
}

export const test = base.extend<{}, { bench: Bench }>({
  bench: [
    async ({}, use) => {
      const lab = await startLab(["--guests", String(GUESTS)]);
      const data = await dataFolder();
      try {
        const began = performance.now();
        const server = await startServer({ data: data.path, env: { ...proxmoxEnv(lab.found), DROVER_METRICS_TOKEN: METRICS_TOKEN } });
        const url = server.found;
        const report = new Report();
        const listens = performance.now() - began;
        const cookie = await openSession(url, "admin", ADMIN_PASSWORD);
        await firstPicture(url, cookie);
        report.add(
          { name: "start: listens", value: listens, unit: "ms", note: "from the start of the process" },
          { name: "start: first picture", value: performance.now() - began, unit: "ms", note: "until the API tells every guest" },
        );
        const control = new LabControl(lab.found.control);
        const ticks = async () => (await control.requests("^/cluster/resources$")).map((request) => request.time);
        await use({ url, cookie, process: new Process(server.process.pid), lab: lab.found, control, report, ticks });
        await server.stop();
        // Here, so that it is printed too where something could not be measured.
        console.log(`\n${report}\n`);
      } finally {
        await lab.stop();
        await data.remove();
      }
    },
    { scope: "worker", timeout: 180_000 },
  ],
  baseURL: async ({ bench }, use) => {
    await use(bench.url);
  },
});

/** Waits until the API tells as many servers as there are. */
async function firstPicture(url: string, cookie: string): Promise<void> {
  const client = new Client(url, cookie);
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const { body } = await client.get({ path: "/api/servers?per_page=1" });
    const { pagination } = JSON.parse(body.toString()) as { pagination: { total: number } };
    if (pagination.total >= GUESTS) break;
    if (performance.now() > deadline) throw new Error(`after ${PATIENCE} ms the API tells ${pagination.total} servers`);
    await pause(20);
  }
  client.close();
}

/** Nothing happens for so many milliseconds. A measurement is over a time; no result hangs on it. */
export const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));
