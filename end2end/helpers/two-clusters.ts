// `test` for what two clusters make of the pages: beside the lab of `app`, called "main", stands another, "busan".
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { LabControl } from "./control";
import { type LabAddress, startLab } from "./lab";
import { dataFolder } from "./server";
import { test as base } from "./test";

interface Clusters {
  other: LabAddress;
  /** Steers the second lab. */
  busan: LabControl;
}

export const test = base.extend<object, Clusters>({
  other: [
    async ({}, use) => {
      const lab = await startLab();
      await use(lab.found);
      await lab.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  busan: [async ({ other }, use) => use(new LabControl(other.control)), { scope: "worker" }],
  moreEnv: [
    async ({ other }, use) => {
      const folder = await dataFolder();
      const file = join(folder.path, "drover.toml");
      await writeFile(file, table(other), { mode: 0o600 });
      await use({ DROVER_CONFIG: file });
      await folder.remove();
    },
    { scope: "worker" },
  ],
});

/** The lab as the configuration file describes a cluster; JSON's strings and arrays are TOML's too. */
function table({ api, token, fingerprint }: LabAddress): string {
  const keys = { name: "busan", endpoint: api, api_token: token, fingerprint: [fingerprint] };
  const lines = Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return ["[[cluster]]", ...lines, ""].join("\n");
}
