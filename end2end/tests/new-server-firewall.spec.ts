// A server that is filtered from its first moment: the form of new servers gives it a firewall group.
import { expectAccessible } from "../helpers/axe";
import { getFromProxmox, postToProxmox } from "../helpers/proxmox";
import { signIn } from "../helpers/sign-in";
import { expect, test } from "../helpers/test";

const NAME = "guarded-01";

test("a server made with a firewall group is filtered before it starts", async ({ page, app }) => {
  test.setTimeout(180_000);
  await postToProxmox(app.lab, "/cluster/firewall/groups", { group: "guards" });
  await postToProxmox(app.lab, "/cluster/firewall/groups/guards", { type: "in", action: "ACCEPT", enable: 1, macro: "SSH" });
  await signIn(page, app, "/servers/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(NAME);
  await page.getByRole("combobox", { name: "Template" }).click();
  await page.getByRole("option", { name: /debian-13 \(9001\)/ }).click();
  const group = page.getByRole("combobox", { name: "Firewall group" });
  await expect(group).toHaveAccessibleDescription(/before it starts/);
  await group.selectOption("guards");
  await expect(page.getByRole("region", { name: "What will be made" }).getByRole("table")).toContainText(NAME);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create the server" }).click();
  await expect(page).toHaveURL(/\/servers\/new\?task=/);
  await expect(page.getByText("The server runs and answers.").first()).toBeVisible({ timeout: 120_000 });

  const guest = Object.values((await app.control.state()).guests).find((each) => each.name === NAME);
  expect(guest).toMatchObject({ status: "running" });
  expect(String(guest?.config.net0).split(",")).toContain("firewall=1");
  const path = `/nodes/${guest?.node}/qemu/${guest?.vmid}`;
  const rules = await getFromProxmox<{ type: string; action: string; enable?: number }[]>(app.lab, `${path}/firewall/rules`);
  expect(rules.map((rule) => [rule.type, rule.action, rule.enable])).toEqual([["group", "guards", 1]]);
  const options = await getFromProxmox<{ enable?: number }>(app.lab, `${path}/firewall/options`);
  expect(options.enable).toBe(1);

  // It was written before the machine began to run.
  const writes = (await app.control.requests(`${path}/`)).filter((each) => each.method !== "GET").map((each) => each.path);
  const at = (what: string) => writes.findIndex((each) => each.endsWith(what));
  expect(at("/firewall/rules"), writes.join("\n")).toBeGreaterThanOrEqual(0);
  expect(at("/firewall/options"), writes.join("\n")).toBeGreaterThanOrEqual(0);
  const start = at("/status/start");
  expect(start, writes.join("\n")).toBeGreaterThan(at("/firewall/rules"));
  expect(start, writes.join("\n")).toBeGreaterThan(at("/firewall/options"));
});
