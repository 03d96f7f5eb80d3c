// The keys of the filter, each in the browser over the rows that are there.
import type { Page } from "@playwright/test";

import { signIn } from "../helpers/sign-in";
import { expect, test } from "../helpers/test";

const NAMES = ["sieve-01", "sieve-02"] as const;

/** Types the filter and expects just these of the two servers. */
async function finds(page: Page, filter: string, names: readonly string[]): Promise<void> {
  await page.getByRole("combobox", { name: "Filter servers" }).fill(`sieve- ${filter}`);
  await expect(page.getByRole("link", { name: /^sieve-/ }), filter).toHaveText([...names], { timeout: 40_000 });
}

test("servers are found by tag, pool, node, state, load and address", async ({ page, app }) => {
  test.setTimeout(180_000);
  const [first, second] = NAMES;
  const config = { cores: 2, memory: 2048, agent: "1", scsi0: "local-lvm:4", net0: "virtio,bridge=vmbr0" };
  await app.control.addGuest({
    vmid: 5701,
    name: first,
    node: "pve1",
    status: "running",
    pool: "office",
    config: { ...config, tags: "till;shop", ipconfig0: "ip=10.88.1.7/24" },
  });
  await app.control.addGuest({ vmid: 5702, name: second, node: "pve2", status: "stopped", config: { ...config, tags: "shop" } });
  await signIn(page, app, "/servers");
  await finds(page, "", NAMES);
  for (const filter of ["tag:till", "pool:office", "node:pve1", "status:running", "mem>1", "cpu>=0 status:running"]) {
    await finds(page, filter, [first]);
  }
  for (const filter of ["-tag:till", "node:pve2", "status:stopped", "mem<1"]) await finds(page, filter, [second]);
  await finds(page, "tag:shop", NAMES);
  await finds(page, "cores:2 ram:2", NAMES);
  await finds(page, "cpu>100", []);
  // The agent inside has to tell its address first.
  await finds(page, "ip:10.88.1.", [first]);

  // What can't be read is said beside the list, which stays.
  const field = page.getByRole("combobox", { name: "Filter servers" });
  await field.fill("cpu:lots");
  await expect(page.locator(".toolbar__error")).toContainText("expected: a number");
});
