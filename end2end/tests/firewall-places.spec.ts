// Firewall groups where they are given: to a container on its page, to many in the list, and each in its own cluster
// where two have groups of one name.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import type { GuestState, LabControl } from "../helpers/control";
import type { LabAddress } from "../helpers/lab";
import { getFromProxmox, postToProxmox } from "../helpers/proxmox";
import { openPart } from "../helpers/servers";
import { signIn } from "../helpers/sign-in";
import { expect, open } from "../helpers/test";
import { test } from "../helpers/two-clusters";

interface GuestRule {
  type: string;
  action: string;
  enable?: number;
}

/** A task of the firewall's, and the picture that follows it. */
const DONE = { timeout: 60_000 };

/** A container of the lab's own, under a name of this file's; both labs begin with the same ones. */
async function container(control: LabControl, name: string): Promise<GuestState> {
  const guests = Object.values((await control.state()).guests);
  const found = guests.find((each) => each.type === "lxc" && each.status === "running" && !each.config.lock);
  if (!found) throw new Error("the lab has no running container");
  await control.patchGuest(found.vmid, { config: { hostname: name } });
  return found;
}

async function machine(control: LabControl, vmid: number, name: string): Promise<void> {
  const config = { cores: 1, memory: 512, scsi0: "local-lvm:2", boot: "order=scsi0", net0: "virtio=BC:24:11:0C:00:01,bridge=vmbr0" };
  await control.addGuest({ vmid, name, node: "pve1", status: "stopped", config });
}

/** A group with one rule, made by somebody without Drover. */
async function group(lab: LabAddress, name: string, source: string): Promise<void> {
  await postToProxmox(lab, "/cluster/firewall/groups", { group: name });
  await postToProxmox(lab, `/cluster/firewall/groups/${name}`, { type: "in", action: "ACCEPT", enable: 1, macro: "SSH", source });
}

/** The groups that a guest has at Proxmox; `path` is where it stands there, such as `pve1/qemu/100`. */
async function groupsOf(lab: LabAddress, path: string): Promise<string[]> {
  const rules = await getFromProxmox<GuestRule[]>(lab, `/nodes/${path}/firewall/rules`);
  return rules.filter((rule) => rule.type === "group").map((rule) => rule.action);
}

const groupsPart = (page: Page) => page.getByRole("region", { name: "Groups", exact: true });

test("a container gets the group of its own cluster, though another has one of that name", async ({ page, app, other, busan }) => {
  test.setTimeout(240_000);
  await group(app.lab, "gate", "10.1.0.0/16");
  await group(other, "gate", "10.2.0.0/16");
  await group(other, "gate-2", "10.3.0.0/16");
  const { node, vmid } = await container(busan, "boxed-01");
  const path = `${node}/lxc/${vmid}`;
  await openPart(page, app, "boxed-01", "Firewall");
  await expect(page.getByRole("region", { name: "Is it really filtered?" }).getByRole("status")).toContainText("Not filtered");
  await expect(page.getByRole("region", { name: "Is it really filtered?" })).toContainText("Cluster busan");

  const part = groupsPart(page);
  await expect(part).toContainText("No groups from Drover yet");
  await part.getByRole("combobox", { name: "Add a group" }).selectOption("gate-2");
  await part.getByRole("combobox", { name: "Add a group" }).selectOption("gate");
  await part.getByRole("button", { name: "Move gate up" }).click();
  await expect(part.getByRole("list", { name: "Groups" }).getByRole("listitem").first()).toContainText("gate");
  await expectAccessible(page);
  await part.getByRole("button", { name: "Apply" }).click();
  await expect.poll(() => groupsOf(other, path), DONE).toEqual(["gate", "gate-2"]);
  const device = async () => (await getFromProxmox<{ net0: string }>(other, `/nodes/${path}/config`)).net0;
  await expect.poll(device, DONE).toContain("firewall=1");
  // It is its own cluster's group, with that one's rule.
  const rules = page.getByRole("list", { name: "Rules of gate", exact: true });
  await expect(rules).toContainText("10.2.0.0/16", DONE);
  await expect(rules).not.toContainText("10.1.0.0/16");
  await expectAccessible(page);

  await part.getByRole("button", { name: "Remove gate-2" }).click();
  await part.getByRole("button", { name: "Apply" }).click();
  await expect.poll(() => groupsOf(other, path), DONE).toEqual(["gate"]);

  // The pages of both groups know who has which.
  await open(page, "/firewall/busan:gate");
  await expect(page.getByRole("region", { name: "Servers with this group" }).getByRole("link", { name: "boxed-01" })).toBeVisible(DONE);
  await open(page, "/firewall/main:gate");
  await expect(page.getByRole("region", { name: "Servers with this group" })).toContainText("No server has it");
});

test("what is ticked in the list gets a group that all their clusters have", async ({ page, app, other, busan }) => {
  test.setTimeout(240_000);
  await group(app.lab, "shared", "10.4.0.0/16");
  await group(other, "shared", "10.5.0.0/16");
  await group(other, "only-busan", "10.6.0.0/16");
  await machine(app.control, 7821, "crate-01");
  await machine(busan, 7821, "crate-02");
  await signIn(page, app, "/servers?filter=crate-");
  for (const name of ["crate-01", "crate-02"]) await page.getByRole("checkbox", { name: `Select ${name}`, exact: true }).click({ timeout: 40_000 });
  const ask = async () => {
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Assign firewall group…" }).click();
  };
  await ask();
  const dialog = page.getByRole("dialog", { name: "Firewall group of 2 servers" });
  const choice = dialog.getByRole("combobox", { name: "Firewall group" });
  await expect(choice.getByRole("option", { name: "shared" })).toBeAttached();
  await expect(choice.getByRole("option", { name: "only-busan" })).toHaveCount(0);
  await expect(dialog.getByRole("button", { name: "Assign" })).toBeDisabled();
  await choice.selectOption("shared");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Assign" }).click();
  await expect(dialog).toBeHidden();
  for (const lab of [app.lab, other]) await expect.poll(() => groupsOf(lab, "pve1/qemu/7821"), DONE).toEqual(["shared"]);

  await ask();
  await choice.selectOption({ label: "None: take Drover's groups off" });
  await dialog.getByRole("button", { name: "Assign" }).click();
  await expect(dialog).toBeHidden();
  for (const lab of [app.lab, other]) await expect.poll(() => groupsOf(lab, "pve1/qemu/7821"), DONE).toEqual([]);
});
