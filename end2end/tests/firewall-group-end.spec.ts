// The end of a firewall group that servers have: who has it is said first, and nobody keeps a rule that names nothing.
import { expectAccessible } from "../helpers/axe";
import { getFromProxmox, postToProxmox } from "../helpers/proxmox";
import { signIn } from "../helpers/sign-in";
import { type App, expect, open, test } from "../helpers/test";

interface Rule {
  type: string;
  action: string;
  dport?: string;
}

const GROUP = "leaving";

const place = (vmid: number) => `/nodes/pve2/qemu/${vmid}/firewall/rules`;

/** A server with a rule of its own, on which somebody without Drover has put the group. */
async function walled(app: App, vmid: number, name: string): Promise<void> {
  await app.control.addGuest({
    vmid,
    name,
    node: "pve2",
    status: "stopped",
    config: { cores: 1, memory: 512, scsi0: "local-lvm:2", net0: "virtio=BC:24:11:0D:00:01,bridge=vmbr0,firewall=1" },
  });
  await postToProxmox(app.lab, place(vmid), { type: "in", action: "ACCEPT", enable: 1, proto: "tcp", dport: "8443" });
  await postToProxmox(app.lab, place(vmid), { type: "group", action: GROUP, enable: 1 });
}

/** The rules of a server at Proxmox, each by what it is about. */
async function rules(app: App, vmid: number): Promise<string[]> {
  const all = await getFromProxmox<Rule[]>(app.lab, place(vmid));
  return all.map((rule) => `${rule.type} ${rule.action} ${rule.dport ?? ""}`.trim()).sort();
}

async function groups(app: App): Promise<string[]> {
  const all = await getFromProxmox<{ group: string }[]>(app.lab, "/cluster/firewall/groups");
  return all.map((one) => one.group);
}

test("a group that servers have goes only with its name typed, and is taken off them first", async ({ page, app, complaints }) => {
  complaints.allowStatus(409);
  // The group's page looks again when a server has lost the group, and by then the group may be gone too.
  complaints.allowStatus(404);
  await postToProxmox(app.lab, "/cluster/firewall/groups", { group: GROUP });
  await postToProxmox(app.lab, `/cluster/firewall/groups/${GROUP}`, { type: "in", action: "ACCEPT", enable: 1, macro: "SSH" });
  const names = { 5801: "leaver-01", 5802: "leaver-02" };
  for (const [vmid, name] of Object.entries(names)) await walled(app, Number(vmid), name);
  // What a server is called the cluster tells some seconds after it is there.
  await signIn(page, app, "/servers?filter=leaver-");
  for (const name of Object.values(names)) await expect(page.getByRole("link", { name, exact: true })).toBeVisible({ timeout: 40_000 });
  await open(page, `/firewall/main:${GROUP}`);

  const remove = page.getByRole("button", { name: "Delete", exact: true });
  const dialog = page.getByRole("dialog", { name: `Delete ${GROUP}?` });
  await remove.click();
  await expect(dialog).toContainText("you are asked again first");
  await dialog.getByRole("button", { name: "Delete" }).click();
  for (const name of Object.values(names)) await expect(dialog).toContainText(name);
  await expect(dialog).toContainText("taken off them first");
  await expectAccessible(page);
  // Nothing has been done yet, and nothing is by going back.
  await dialog.getByRole("button", { name: "Cancel" }).first().click();
  await expect(dialog).toBeHidden();
  expect(await groups(app)).toContain(GROUP);
  for (const vmid of [5801, 5802]) expect(await rules(app, vmid)).toEqual([`group ${GROUP}`, "in ACCEPT 8443"]);

  await remove.click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  const word = dialog.getByLabel(`Type ${GROUP} to confirm`);
  await expect(dialog.getByRole("button", { name: "Delete" })).toBeDisabled();
  await word.fill("leavin");
  await expect(dialog.getByRole("button", { name: "Delete" })).toBeDisabled();
  await word.fill(GROUP);
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(page).toHaveURL(/\/firewall$/);
  await expect(page.getByRole("heading", { name: "Firewall", level: 1 })).toBeVisible();
  await expect(page.getByRole("link", { name: GROUP })).toHaveCount(0);

  // The cluster agrees: the group is gone, and of the servers' rules only its.
  expect(await groups(app)).not.toContain(GROUP);
  for (const vmid of [5801, 5802]) expect(await rules(app, vmid)).toEqual(["in ACCEPT 8443"]);
  await open(page, "/firewall");
  await expect(page.getByRole("link", { name: GROUP })).toHaveCount(0);
});
