// `test` for every spec: each worker has a lab and a server of its own, each test a page whose console must stay clean.
import { test as base, expect, type Page } from "@playwright/test";

import { Complaints } from "./console";
import { LabControl } from "./control";
import { type LabAddress, proxmoxEnv, startLab } from "./lab";
import { ADMIN_PASSWORD, dataFolder, startServer } from "./server";

export interface App {
  /** Address of the server, without a slash at its end. */
  readonly url: string;
  readonly lab: LabAddress;
  readonly control: LabControl;
  readonly password: string;
  /** The data folder of the server. */
  readonly data: string;
}

interface WorkerFixtures {
  app: App;
  /** What the lab is told, such as what it has beside the usual. */
  labArgs: string[];
  /** What the server is told besides where the lab is. */
  moreEnv: NodeJS.ProcessEnv;
}

interface TestFixtures {
  complaints: Complaints;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  labArgs: [[], { scope: "worker", option: true }],
  moreEnv: [{}, { scope: "worker", option: true }],
  app: [
    async ({ labArgs, moreEnv }, use) => {
      // A real cluster's /cluster/resources is about ten seconds old.
      const lab = await startLab(["--stats-lag", "10", ...labArgs]);
      const data = await dataFolder();
      try {
        const server = await startServer({ data: data.path, env: { ...proxmoxEnv(lab.found), ...moreEnv } });
        await use({
          url: server.found,
          lab: lab.found,
          control: new LabControl(lab.found.control),
          password: ADMIN_PASSWORD,
          data: data.path,
        });
        await server.stop();
      } finally {
        await lab.stop();
        await data.remove();
      }
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ app }, use) => {
    await use(app.url);
  },
  complaints: [
    async ({ context }, use) => {
      const complaints = new Complaints();
      context.on("page", (page) => complaints.watch(page));
      await use(complaints);
      expect(complaints.all(), "the browser's console").toEqual([]);
    },
    { auto: true },
  ],
});

/** Opens an address and waits until the browser took the page over: before that a click is lost. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await hydrated(page);
}

/** Waits until the page is live. */
export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator("html[data-hydrated]")).toBeAttached({ timeout: 30_000 });
}

export { expect };
