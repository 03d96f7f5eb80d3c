// The firewall of one server: what of it is off is named, put in force and given a policy.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { getFromProxmox, putToProxmox } from "../helpers/proxmox";
import { held, openPart } from "../helpers/servers";
import { expect, hydrated, test } from "../helpers/test";

const PLACE = "/nodes/pve1/qemu/5851/firewall/options";

/** A task of the firewall's, and the picture that follows it. */
const DONE = { timeout: 60_000 };

const filtered = (page: Page) => page.getByRole("region", { name: "Is it really filtered?" });

/** What the card says of one of the switches. */
const ofSwitch = (page: Page, name: string) => filtered(page).getByRole("list", { name: "Switches" }).getByRole("listitem").filter({ hasText: name });

test("a network device whose firewall is off is named, and put in force where it is", async ({ page, app }) => {
  test.setTimeout(240_000);
  await app.control.addGuest({
    vmid: 5851,
    name: "leaky-01",
    node: "pve1",
    status: "stopped",
    config: {
      cores: 1,
      memory: 512,
      scsi0: "local-lvm:2",
      boot: "order=scsi0",
      net0: "virtio=BC:24:11:10:00:01,bridge=vmbr0,firewall=1",
      net1: "virtio=BC:24:11:10:00:02,bridge=vmbr1,firewall=0",
    },
  });
  await putToProxmox(app.lab, PLACE, { enable: 1 });
  const cluster = await getFromProxmox<{ enable?: number }>(app.lab, "/cluster/firewall/options");
  await putToProxmox(app.lab, "/cluster/firewall/options", { enable: 1 });
  try {
    await openPart(page, app, "leaky-01", "Firewall");
    await expect(filtered(page).getByRole("status")).toContainText("Filtered in part");
    await expect(ofSwitch(page, "Network device net0")).toContainText("On");
    await expect(ofSwitch(page, "Network device net1")).toContainText("Off");
    await expect(ofSwitch(page, "Network device net1")).toContainText("What passes it is not filtered.");
    await expectAccessible(page);

    await filtered(page).getByRole("button", { name: "Put the firewall in force" }).click();
    await expect(filtered(page).getByRole("status")).toHaveText(/^Filtered(?! in part)/, DONE);
    await expect(ofSwitch(page, "Network device net1")).toContainText("On");
    await expect(filtered(page).getByRole("button", { name: "Put the firewall in force" })).toHaveCount(0);
    const { config } = await held(app, 5851);
    for (const nic of [config.net0, config.net1]) expect(String(nic).split(",")).toContain("firewall=1");
    expect(String(config.net1)).toContain("bridge=vmbr1");
    await expectAccessible(page);

    // A policy is set, and read back from the cluster.
    const options = page.getByRole("region", { name: "Options" });
    const inbound = options.getByRole("combobox", { name: "Inbound policy" });
    await expect(inbound).toHaveValue("");
    await expect(options.getByRole("button", { name: "Save options" })).toBeDisabled();
    await inbound.selectOption("REJECT");
    await options.getByRole("button", { name: "Save options" }).click();
    await expect.poll(async () => (await getFromProxmox<{ policy_in?: string }>(app.lab, PLACE)).policy_in).toBe("REJECT");
    await expect(filtered(page)).toContainText(/Inbound policy\s*REJECT/);
    await page.reload();
    await hydrated(page);
    await expect(inbound).toHaveValue("REJECT");
    await expect(filtered(page).getByRole("status")).toHaveText(/^Filtered(?! in part)/);
  } finally {
    await putToProxmox(app.lab, "/cluster/firewall/options", { enable: cluster.enable ?? 0 });
  }
});
