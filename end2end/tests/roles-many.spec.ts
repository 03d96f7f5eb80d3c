// Roles for many: several servers at once from the list, what stands in their way, and new servers made with a role.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { ANSIBLE_ENV } from "../helpers/machine";
import { signIn } from "../helpers/sign-in";
import { type App, expect, open, test } from "../helpers/test";

test.use({ moreEnv: ANSIBLE_ENV });

/** A run that can't sign in ends soon, but Ansible has to start for it. */
const ENDED = { timeout: 120_000 };

async function machine(app: App, vmid: number, name: string, status: "running" | "stopped"): Promise<void> {
  await app.control.addGuest({
    vmid,
    name,
    node: "pve2",
    status,
    config: { cores: 1, memory: 1024, scsi0: "local-lvm:2", boot: "order=scsi0", net0: "virtio=BC:24:11:AB:00:02,bridge=vmbr0" },
  });
}

/** Says where a server is: at a port of the loopback on which nobody ever answers. */
async function locate(page: Page, name: string): Promise<void> {
  await expect
    .poll(async () => (await page.request.put(`/api/servers/${name}/connection`, { data: { address: "127.0.0.1", user: "ops", port: 1 } })).status(), { timeout: 40_000 })
    .toBe(200);
}

/** Ticks servers in the list and asks for a role for them. */
async function askForRole(page: Page, filter: string, names: string[]): Promise<void> {
  await open(page, `/servers?filter=${filter}`);
  for (const name of names) await page.getByRole("checkbox", { name: `Select ${name}`, exact: true }).click({ timeout: 40_000 });
  await expect(page.getByText(`${names.length} selected`)).toBeVisible();
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Install a role…" }).click();
}

test("a role is given to servers that are ticked in the list, and who can't have it is named with the reason", async ({ page, app }) => {
  test.setTimeout(300_000);
  await machine(app, 5611, "flock-01", "running");
  await machine(app, 5612, "flock-02", "running");
  await machine(app, 5613, "flock-03", "stopped");
  await machine(app, 5614, "flock-04", "running");
  await signIn(page, app, "/servers");
  for (const name of ["flock-01", "flock-02", "flock-03"]) await locate(page, name);

  await askForRole(page, "flock-", ["flock-01", "flock-02", "flock-03", "flock-04"]);
  const dialog = page.getByRole("dialog", { name: "Install a role on 4 servers" });
  await expect(dialog).toContainText("flock-01, flock-02, flock-03, flock-04");
  // A role has to be chosen, and its variables have to be right.
  await dialog.getByRole("button", { name: "Install" }).click();
  const role = dialog.getByRole("combobox", { name: "Role" });
  await expect(role).toHaveAttribute("aria-invalid", "true");
  await role.selectOption({ label: "Web server" });
  await dialog.getByLabel("Port").fill("70000");
  await dialog.getByRole("button", { name: "Install" }).click();
  await expect(dialog.getByLabel("Port")).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page);
  await dialog.getByLabel("Port").fill("8088");
  await dialog.getByRole("button", { name: "Install" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("flock-03 was left out: flock-03 is off.")).toBeVisible();
  await expect(page.getByText(/flock-04 was left out: flock-04 has no address/)).toBeVisible();

  // One task for both, with a part for each.
  await page.getByRole("link", { name: "Show the task" }).click();
  await expect(page.getByRole("heading", { name: /Install roles/, level: 1 })).toBeVisible();
  const parts = page.getByRole("list", { name: "Parts" }).locator(":scope > li");
  await expect(parts).toHaveCount(2);
  for (const name of ["flock-01", "flock-02"]) {
    // Where nobody answers nothing is installed, and that is no success.
    await expect(parts.filter({ hasText: name })).toContainText("Partial", ENDED);
  }
  await expectAccessible(page);

  await open(page, "/roles/web");
  const servers = page.getByRole("grid", { name: "Servers with this role" });
  await expect(servers.getByRole("row", { name: /flock-01/ })).toContainText("Failed");
  await expect(servers.getByRole("row", { name: /flock-02/ })).toContainText("Failed");
  await expect(servers.getByRole("row", { name: /flock-0[34]/ })).toHaveCount(0);
});

test("where nobody can have the role the dialog says why and stays", async ({ page, app, complaints }) => {
  complaints.allowStatus(409);
  await machine(app, 5621, "drove-01", "stopped");
  await machine(app, 5622, "drove-02", "stopped");
  await signIn(page, app, "/servers");
  await askForRole(page, "drove-", ["drove-01", "drove-02"]);
  const dialog = page.getByRole("dialog", { name: "Install a role on 2 servers" });
  await dialog.getByRole("combobox", { name: "Role" }).selectOption({ label: "Web server" });
  await dialog.getByLabel("Server names").fill("shop.example.com");
  await dialog.getByRole("button", { name: "Install" }).click();
  await expect(dialog.getByRole("alert")).toContainText("is off");
  await expect(dialog.getByLabel("Server names")).toHaveValue("shop.example.com");
});

test("a server is made with a role, which is a step of its own: the server stays where that fails", async ({ page, app }) => {
  test.setTimeout(420_000);
  await signIn(page, app, "/servers/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("roled-new-01");
  await page.getByRole("combobox", { name: "Template" }).click();
  await page.getByRole("option", { name: /debian-13 \(9001\)/ }).click();
  // An address of documentation, which no network routes (RFC 5737): nobody answers there.
  const nic = page.getByRole("group", { name: "Network device net0" });
  await nic.getByLabel("Addressing").selectOption("static");
  await nic.getByRole("textbox", { name: "Address", exact: true }).fill("198.51.100.91");
  await nic.getByLabel("Gateway").fill("198.51.100.1");
  const part = page.getByRole("region", { name: "Roles" });
  await part.getByRole("combobox", { name: "Role" }).selectOption({ label: "Web server" });
  await part.getByLabel("Port").fill("99999");
  await expect(part.getByLabel("Port")).toHaveAttribute("aria-invalid", "true");
  await part.getByLabel("Port").fill("8081");
  await expect(part.getByLabel("Port")).not.toHaveAttribute("aria-invalid", "true");
  await part.getByRole("checkbox", { name: "Let monitoring look inside" }).check();
  const plan = page.getByRole("region", { name: "What will be made" }).getByRole("table");
  await expect(plan).toContainText("roled-new-01");
  await expect(plan.getByRole("row", { name: /^Roles/ })).toContainText("web, node_exporter");
  await expectAccessible(page);

  await page.getByRole("button", { name: "Create the server" }).click();
  await expect(page).toHaveURL(/\/servers\/new\?task=/);
  const steps = page.getByRole("list", { name: "Steps" });
  await expect(steps.getByRole("listitem")).toHaveCount(8);
  await expect(steps.getByRole("listitem").last()).toContainText("Roles");
  await expect(page.getByText("The server stands, but the task could not finish.")).toBeVisible(ENDED);
  await expect(steps.getByRole("listitem").last()).toContainText("No SSH answers at 198.51.100.91, port 22");
  for (let place = 0; place < 7; place += 1) await expect(steps.getByRole("listitem").nth(place)).toContainText("done");
  await expect(page.getByRole("log", { name: "Log" })).toContainText("Signing in as debian@198.51.100.91");

  // The server runs, and has on record what it was to get.
  const made = Object.values((await app.control.state()).guests).find((guest) => guest.name === "roled-new-01");
  expect(made?.status).toBe("running");
  await page.getByRole("link", { name: "Open the server" }).click();
  await page.getByRole("navigation", { name: "Parts of the server" }).getByRole("link", { name: "Roles" }).click();
  const own = page.getByRole("grid", { name: "Roles of this server" });
  await expect(own.getByRole("row", { name: /Web server/ })).toContainText("Failed");
  await expect(own.getByRole("row", { name: /Node exporter/ })).toBeVisible();
});
