// The firewall: a group from a template, its rules, the servers that have it, and whether they are really filtered.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { getFromProxmox, postToProxmox } from "../helpers/proxmox";
import { signIn } from "../helpers/sign-in";
import { type App, expect, hydrated, open, test } from "../helpers/test";

interface ProxmoxRule {
  pos: number;
  type: string;
  action: string;
  enable?: number;
  macro?: string;
  proto?: string;
  dport?: string;
  source?: string;
}

/** What Proxmox has in a group, in order: switch, action, service and source of each rule. */
async function held(app: App, group: string): Promise<string[]> {
  const rules = await getFromProxmox<ProxmoxRule[]>(app.lab, `/cluster/firewall/groups/${group}`);
  return rules.map((rule) => {
    const service = [rule.macro, rule.proto?.toUpperCase(), rule.dport].filter(Boolean).join(" ");
    return `${rule.enable ? "on" : "off"} ${rule.action} ${service || "Everything"} ${rule.source ?? "—"}`;
  });
}

const table = (page: Page) => page.getByRole("grid", { name: "Rules" });

/** What the page shows of it, in the same words; read at once, as rows come and go. */
async function shown(page: Page): Promise<string[]> {
  return table(page).evaluate((grid) => {
    const rows = [...grid.querySelectorAll<HTMLTableRowElement>("tbody tr[aria-rowindex]:not([hidden])")];
    return rows.map((row) => {
      const cells = [...row.cells].map((cell) => cell.innerText.trim());
      const isOn = row.querySelector<HTMLInputElement>("[role=switch]")?.checked;
      return `${isOn ? "on" : "off"} ${cells[3]} ${cells[4]} ${cells[5]}`;
    });
  });
}

async function expectSame(page: Page, app: App, group: string, rules: string[]): Promise<void> {
  await expect.poll(() => shown(page)).toEqual(rules);
  expect(await held(app, group)).toEqual(rules);
}

async function machines(app: App, first: number, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, n) => `walled-${first + n}`);
  for (const [n, name] of names.entries()) {
    await app.control.addGuest({
      vmid: first + n,
      name,
      node: "pve1",
      status: "stopped",
      config: { cores: 1, memory: 1024, scsi0: "local-lvm:6", boot: "order=scsi0", net0: "virtio=BC:24:11:00:00:01,bridge=vmbr0" },
    });
  }
  return names;
}

/** Makes a group in the browser and ends on its page. */
async function makeGroup(page: Page, name: string, template = ""): Promise<void> {
  await page.getByRole("button", { name: "New group" }).click();
  const dialog = page.getByRole("dialog", { name: "New group" });
  await dialog.getByLabel("Begin with").selectOption(template);
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
}

test("a group begins with a template that was changed, and its rules are added, moved, switched and deleted", async ({ page, app, complaints }) => {
  complaints.allowStatus(400);
  await signIn(page, app, "/firewall");
  await expect(page.getByRole("heading", { name: "Firewall", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "New group" }).click();
  const dialog = page.getByRole("dialog", { name: "New group" });
  // Another template leaves nothing of the one before.
  await dialog.getByLabel("Begin with").selectOption("db");
  await dialog.getByLabel("Source").first().fill("10.99.0.0/16");
  await dialog.getByLabel("Begin with").selectOption("was");
  await expect(dialog.getByLabel("Name")).toHaveValue("was");
  await expect(dialog.getByLabel("Source").first()).toHaveValue("");
  await dialog.getByLabel("Name").fill("9wrong");
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(dialog.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Name").fill("apps");
  await dialog.getByLabel("Comment").fill("Tomcat");
  await dialog.getByRole("checkbox", { name: "Let in Ping" }).uncheck();
  await dialog.getByRole("checkbox", { name: "Let in TCP 8443" }).uncheck();
  await dialog.getByLabel("Port").first().fill("8080,8081");
  await dialog.getByLabel("Source").first().fill("10.0.0.0/8");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { name: "apps", level: 1 })).toBeVisible();
  await expectSame(page, app, "apps", ["on ACCEPT SSH 10.0.0.0/8", "on ACCEPT TCP 8080,8081 —"]);

  // What is wrong is said beside the field, and nothing is lost.
  await page.getByRole("button", { name: "New rule" }).click();
  const rule = page.getByRole("dialog", { name: "New rule" });
  await rule.getByLabel("Action").selectOption("DROP");
  await rule.getByLabel("Protocol").fill("tcp");
  await rule.getByLabel("Port or ICMP type").fill("65536");
  await rule.getByLabel("Source", { exact: true }).fill("10.0.0.300");
  await rule.getByRole("button", { name: "Save" }).click();
  await expect(rule.getByLabel("Port or ICMP type")).toHaveAttribute("aria-invalid", "true");
  await expect(rule.getByLabel("Source", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await rule.getByLabel("Port or ICMP type").fill("9000-9100");
  await rule.getByLabel("Source", { exact: true }).fill("10.66.0.0/16");
  await expectAccessible(page);
  await rule.getByRole("button", { name: "Save" }).click();
  await expect(rule).toBeHidden();
  const [ssh, web, drop] = ["on ACCEPT SSH 10.0.0.0/8", "on ACCEPT TCP 8080,8081 —", "on DROP TCP 9000:9100 10.66.0.0/16"];
  await expectSame(page, app, "apps", [ssh, web, drop]);

  await page.getByRole("button", { name: "Move rule 3 up" }).click();
  await expectSame(page, app, "apps", [ssh, drop, web]);
  await page.getByRole("button", { name: "Move rule 1 down" }).click();
  await expectSame(page, app, "apps", [drop, ssh, web]);
  await table(page).getByRole("switch").nth(1).click();
  await expectSame(page, app, "apps", [drop, ssh.replace("on", "off"), web]);
  await page.getByRole("button", { name: "Actions of rule 1" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog", { name: "Delete rule 1?" }).getByRole("button", { name: "Delete" }).click();
  await expectSame(page, app, "apps", [ssh.replace("on", "off"), web]);
  await expectAccessible(page);

  await page.getByRole("button", { name: "Rename" }).click();
  const rename = page.getByRole("dialog", { name: "Rename" });
  await rename.getByLabel("Name").fill("apps-2");
  await rename.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "apps-2", level: 1 })).toBeVisible();
  await page.reload();
  await hydrated(page);
  await expectSame(page, app, "apps-2", [ssh.replace("on", "off"), web]);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "Firewall", level: 1 })).toBeVisible();
  await expect(page.getByRole("link", { name: "apps-2" })).toHaveCount(0);
});

test("who was slower is shown what the other has made of it, and loses nothing", async ({ page, app, complaints }) => {
  complaints.allowStatus(409);
  await signIn(page, app, "/firewall");
  await makeGroup(page, "shared", "web");
  await page.getByRole("button", { name: "Actions of rule 1" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit rule 1" });
  await dialog.getByLabel("Source", { exact: true }).fill("10.1.0.0/16");
  await postToProxmox(app.lab, "/cluster/firewall/groups/shared", { type: "in", action: "DROP", enable: 1, source: "10.9.9.9" });
  await dialog.getByRole("button", { name: "Save" }).click();
  // The rule has moved down by one, and the form with it.
  const moved = page.getByRole("dialog", { name: "Edit rule 2" });
  await expect(moved).toContainText("Somebody else has changed the firewall meanwhile");
  await expect(table(page)).toContainText("10.9.9.9");
  await expect(moved.getByLabel("Source", { exact: true })).toHaveValue("10.1.0.0/16");
  await moved.getByRole("button", { name: "Save" }).click();
  await expect(moved).toBeHidden();
  expect((await held(app, "shared")).slice(0, 2)).toEqual(["on DROP Everything 10.9.9.9", "on ACCEPT SSH 10.1.0.0/16"]);
});

test("five servers get a group, are really filtered, and the check names the rule", async ({ page, app }) => {
  test.setTimeout(240_000);
  const first = 5501;
  const names = await machines(app, first, 5);
  await signIn(page, app, "/firewall");
  await makeGroup(page, "fronts", "web");
  await page.getByRole("button", { name: "Assign to servers" }).click();
  const dialog = page.getByRole("dialog", { name: "Assign fronts to servers" });
  await dialog.getByLabel("Filter servers", { exact: true }).fill("walled-55");
  for (const name of names) await dialog.getByRole("checkbox", { name, exact: true }).check();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Assign", exact: true }).click();
  await expect(dialog).toBeHidden();
  const servers = page.getByRole("region", { name: "Servers with this group" });
  for (const name of names) await expect(servers.getByRole("link", { name })).toBeVisible({ timeout: 60_000 });
  for (const vmid of [5501, 5505]) {
    const rules = await getFromProxmox<ProxmoxRule[]>(app.lab, `/nodes/pve1/qemu/${vmid}/firewall/rules`);
    expect(rules.map((rule) => [rule.type, rule.action, rule.enable])).toEqual([["group", "fronts", 1]]);
    const options = await getFromProxmox<{ enable?: number }>(app.lab, `/nodes/pve1/qemu/${vmid}/firewall/options`);
    expect(options.enable).toBe(1);
    const config = await getFromProxmox<{ net0: string }>(app.lab, `/nodes/pve1/qemu/${vmid}/config`);
    expect(config.net0).toContain("firewall=1");
  }

  // Everything of the server's is on, and the cluster's switch is not.
  await open(page, `/servers/main:${first}?tab=firewall`);
  const filtered = page.getByRole("region", { name: "Is it really filtered?" });
  await expect(filtered.getByRole("status")).toContainText("Not filtered");
  await expect(filtered).toContainText("Cluster main");
  await open(page, "/firewall");
  await page.getByRole("button", { name: "Switch on…" }).click();
  const question = page.getByRole("dialog", { name: "Switch the firewall of main on?" });
  await expect(question.getByRole("button", { name: "Switch on" })).toBeDisabled();
  await question.getByLabel("Type main to confirm").fill("main");
  await question.getByRole("button", { name: "Switch on" }).click();
  await expect(page.getByText("The firewall of main is off")).toBeHidden();

  await open(page, `/servers/main:${first}?tab=firewall`);
  await expect(filtered.getByRole("status")).toHaveText(/^Filtered/);
  await expect(page.getByRole("list", { name: "Rules of fronts" }).getByRole("listitem").first()).toContainText("SSH");
  const pass = page.getByRole("region", { name: "Would it pass?" });
  const ask = async (port: string) => {
    await pass.getByRole("textbox", { name: "Port", exact: true }).fill(port);
    await pass.getByLabel("Address of the other end").fill("10.0.0.5");
    await page.keyboard.press("Enter");
  };
  await ask("443");
  await expect(pass.getByRole("status")).toContainText("Passes");
  await expect(pass).toContainText("Rule 4 of group fronts");
  await expect(page.locator("[aria-current=true]")).toContainText("HTTPS");
  await ask("3306");
  await expect(pass.getByRole("status")).toContainText("Dropped");
  await expect(pass).toContainText("Proxmox's own policy, DROP");
  await expectAccessible(page);

  // Taken off one, it stays on the others.
  await open(page, "/firewall/main:fronts");
  await page.getByRole("button", { name: `Take it off ${names[0]}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take off" }).click();
  await expect(servers.getByRole("link", { name: names[0]! })).toHaveCount(0, { timeout: 60_000 });
  await expect(servers.getByRole("link", { name: names[1]! })).toBeVisible();
  await expect
    .poll(() => getFromProxmox<ProxmoxRule[]>(app.lab, "/nodes/pve1/qemu/5501/firewall/rules"))
    .toEqual([]);
});

test("sets and aliases are made, used and kept while a rule names them", async ({ page, app, complaints }) => {
  complaints.allowStatus(400);
  complaints.allowStatus(409);
  await signIn(page, app, "/firewall");
  await page.getByRole("button", { name: "New alias" }).click();
  const alias = page.getByRole("dialog", { name: "New alias" });
  await alias.getByLabel("Name").fill("office");
  await alias.getByLabel("Address or network").fill("10.20.0.0/99");
  await alias.getByRole("button", { name: "Save" }).click();
  await expect(alias.getByLabel("Address or network")).toHaveAttribute("aria-invalid", "true");
  await alias.getByLabel("Address or network").fill("10.20.0.0/16");
  await alias.getByRole("button", { name: "Save" }).click();
  await expect(alias).toBeHidden();
  await expect(page.getByText("10.20.0.0/16")).toBeVisible();

  await page.getByRole("button", { name: "New IP set" }).click();
  const set = page.getByRole("dialog", { name: "New IP set" });
  await set.getByLabel("Name").fill("partners");
  await set.getByLabel("Addresses").fill("192.0.2.0/24 # north\n!192.0.2.7");
  await set.getByRole("button", { name: "Save" }).click();
  await expect(set).toBeHidden();
  await expect(page.getByText("192.0.2.7").first()).toBeVisible();
  const entries = await getFromProxmox<{ cidr: string; nomatch?: number }[]>(app.lab, "/cluster/firewall/ipset/partners");
  expect(entries.map((entry) => [entry.cidr, entry.nomatch ?? 0]).sort()).toEqual([["192.0.2.0/24", 0], ["192.0.2.7", 1]]);

  await makeGroup(page, "named");
  await page.getByRole("button", { name: "New rule" }).first().click();
  const rule = page.getByRole("dialog", { name: "New rule" });
  await rule.getByLabel("Macro").selectOption("HTTPS");
  await rule.getByLabel("Source", { exact: true }).fill("+partners");
  await rule.getByRole("button", { name: "Save" }).click();
  await expect(rule).toBeHidden();
  await expectSame(page, app, "named", ["on ACCEPT HTTPS +partners"]);
  await open(page, "/firewall");
  await page.getByRole("button", { name: "Delete partners" }).click();
  const question = page.getByRole("dialog", { name: "Delete partners?" });
  await question.getByRole("button", { name: "Delete" }).click();
  await expect(question.getByRole("alert")).toBeVisible();
  await question.getByRole("button", { name: "Cancel" }).first().click();
  await page.getByRole("button", { name: "Delete office" }).click();
  await page.getByRole("dialog", { name: "Delete office?" }).getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("button", { name: "Delete office" })).toHaveCount(0);
});
