// `test` for what needs no browser: a cluster as it was at the start, and a Drover over it that may be killed.
import { expect, test as base } from "@playwright/test";

import { type Fault, LabControl } from "./control";
import { type Lab, proxmoxEnv, startLab } from "./lab";
import { Process } from "./process";
import { Rest } from "./rest";
import { dataFolder } from "./server";

/** Which request the process does not survive. */
export type Deathly = Fault & { action: "hold_before" | "hold_after"; match: { path: string } };

export class Stage {
  constructor(
    readonly control: LabControl,
    readonly process: Process,
    readonly rest: Rest,
    /** The data folder of the server. */
    readonly data: string,
  ) {}

  /** Kills the process while its request is held, once `alive` had its look. Ends when no part of it can arrive. */
  async killAt({ match: { path } }: Deathly, alive: () => Promise<void> = async () => {}): Promise<void> {
    const [hold] = await this.control.holds(path);
    expect(hold, `a request to ${path} is held`).toBeDefined();
    await alive();
    await this.process.kill();
    await expect.poll(async () => (await this.control.holds(path, "gone")).map(({ id }) => id)).toContain(hold?.id);
  }
}

export const test = base.extend<{ stage: Stage }, { cluster: Lab }>({
  cluster: [
    async ({}, use) => {
      const lab = await startLab(["--guests", "8", "--time-scale", "0", "--stats-lag", "10"]);
      await use(lab);
      await lab.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  stage: async ({ cluster, request }, use, info) => {
    const control = new LabControl(cluster.found.control);
    await control.reset();
    const data = await dataFolder();
    const process = new Process({ data: data.path, env: proxmoxEnv(cluster.found) });
    const rest = new Rest(request, () => process.url);
    try {
      await process.start();
      await rest.signIn();
      await use(new Stage(control, process, rest, data.path));
      if (info.status !== info.expectedStatus) await info.attach("what the server said", { body: process.said() });
    } finally {
      await process.stop();
      await data.remove();
    }
  },
});

export { expect };
