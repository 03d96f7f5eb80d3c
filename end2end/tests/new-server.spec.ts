// A server made in the browser, from the form to the guest in the cluster.
import { expectAccessible } from "../helpers/axe";
import { signIn } from "../helpers/sign-in";
import { expect, hydrated, open, test } from "../helpers/test";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJzsqz4Ekk7c3e1Vb1Cw9vZ5YbZ9V2jvQ8Ym4tC1lXkE admin@example";

test("a server is made in the browser, seen coming in the list, and stands in the cluster as asked for", async ({
  page,
  context,
  app,
}) => {
  test.setTimeout(180_000);
  await signIn(page, app, "/servers");
  // The list stays open in a page of its own, which is never reloaded.
  const list = await context.newPage();
  await open(list, "/servers?filter=shop-web-01");

  await page.getByRole("link", { name: "New server" }).first().click();
  await expect(page.getByRole("heading", { name: "New server", level: 1 })).toBeVisible();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("shop-web-01");
  await page.getByRole("combobox", { name: "Template" }).click();
  await page.getByRole("option", { name: /debian-13 \(9001\)/ }).click();
  await page.getByRole("combobox", { name: "Node" }).selectOption("pve3");
  await page.getByRole("spinbutton", { name: "Cores" }).fill("3");
  await page.getByRole("spinbutton", { name: "Memory" }).fill("4");

  const system = page.getByRole("group", { name: "Disk scsi0" });
  await system.getByLabel("Size of the disk").fill("16");
  await page.getByRole("button", { name: "Add a disk" }).click();
  const data = page.getByRole("group", { name: "Disk scsi1" });
  await data.getByLabel("Size of the disk").fill("24");
  await data.getByLabel("Storage").selectOption("ceph");

  const first = page.getByRole("group", { name: "Network device net0" });
  await first.getByLabel("Bridge").selectOption("vmbr0");
  await first.getByLabel("Addressing").selectOption("static");
  await first.getByRole("textbox", { name: "Address", exact: true }).fill("192.0.2.231");
  await first.getByLabel("Prefix length").fill("24");
  await first.getByLabel("Gateway").fill("192.0.2.1");
  await page.getByRole("button", { name: "Add a network device" }).click();
  const second = page.getByRole("group", { name: "Network device net1" });
  await second.getByLabel("Bridge").selectOption("vmbr1");

  await page.getByRole("textbox", { name: "User name" }).fill("shop");
  await page.getByRole("textbox", { name: "Password", exact: true }).fill("a-password-for-the-shop");
  await page.getByRole("textbox", { name: "SSH public keys" }).fill(KEY);
  await page.getByRole("textbox", { name: "Tags" }).fill("web, shop");
  await page.getByRole("textbox", { name: "Description" }).fill("The shop's front");

  // The plan says what will be made before anything is touched.
  const plan = page.getByRole("region", { name: "What will be made" }).getByRole("table");
  await expect(plan).toContainText("shop-web-01");
  await expect(plan).toContainText("pve3");
  await expect(plan).toContainText("scsi0 16 GiB · ceph · grown");
  await expect(plan).toContainText("scsi1 24 GiB · ceph · added");
  await expect(plan).toContainText("net0 vmbr0 · 192.0.2.231/24");
  await expect(plan).toContainText("net1 vmbr1 · DHCP");
  expect(Object.values((await app.control.state()).guests).map((guest) => guest.name)).not.toContain("shop-web-01");

  await page.getByRole("button", { name: "Create the server" }).click();
  await expect(page).toHaveURL(/\/servers\/new\?task=/);
  await expect(page.getByRole("list", { name: "Steps" }).getByRole("listitem")).toHaveCount(7);

  // The other page has not been reloaded: its row comes by itself, and goes from creating to running.
  const row = list.getByRole("row", { name: /shop-web-01/ });
  await expect(row).toBeVisible();
  await expect(row.getByRole("progressbar", { name: "Create server" })).toBeVisible();
  await expect(row.getByText("Running", { exact: true })).toBeVisible({ timeout: 120_000 });

  // The finished task.
  await expect(page.getByText("The server runs and answers.").first()).toBeVisible();
  await page.getByRole("link", { name: "Show the task" }).first().click();
  await expect(page.getByRole("heading", { name: "Create server: shop-web-01" })).toBeVisible();
  await expect(page.getByText("Completed", { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("log", { name: "Log" })).toContainText("Cloning");
  await page.reload();
  await hydrated(page);
  await expect(page.getByText("The server runs and answers.").first()).toBeVisible();

  // What the cluster holds.
  const guest = Object.values((await app.control.state()).guests).find((each) => each.name === "shop-web-01");
  expect(guest).toMatchObject({ node: "pve3", status: "running" });
  const config = guest?.config ?? {};
  expect(Number(config.cores) * Number(config.sockets ?? 1)).toBe(3);
  expect(Number(config.memory)).toBe(4096);
  expect(config.scsi0).toMatch(/^ceph:.*size=16G/);
  expect(config.scsi1).toMatch(/^ceph:.*size=24G/);
  expect(config.net0).toMatch(/bridge=vmbr0/);
  expect(config.net1).toMatch(/bridge=vmbr1/);
  expect(config.ipconfig0).toBe("ip=192.0.2.231/24,gw=192.0.2.1");
  expect(config.ipconfig1).toBe("ip=dhcp");
  expect(config.ciuser).toBe("shop");
  expect(String(config.cipassword)).toMatch(/^\$6\$/);
  expect(decodeURIComponent(String(config.sshkeys))).toContain(KEY);
  expect(String(config.tags).split(/[;,]/).sort()).toEqual(["shop", "web"]);

  // And its page.
  await page.getByRole("link", { name: "Open the server" }).click();
  await expect(page.getByRole("heading", { name: "shop-web-01", level: 1 })).toBeVisible();
  await expect(page.getByText("scsi1", { exact: true })).toBeVisible();
});

test("what is in the way stands at its field, and nothing that was typed is lost", async ({ page, app }) => {
  await signIn(page, app, "/servers/new");
  await page.getByRole("button", { name: "Create the server" }).click();
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await expect(name).toHaveAccessibleDescription(/This is required/);
  await expect(name).toBeFocused();

  await name.fill("-not a name-");
  await expect(name).toHaveAccessibleDescription(/Use a DNS name/);
  await name.fill("ok-01");
  await page.getByRole("combobox", { name: "Unit" }).selectOption("MiB");
  await page.getByRole("spinbutton", { name: "Memory" }).fill("4");
  await expect(page.getByRole("spinbutton", { name: "Memory" })).toHaveAccessibleDescription(/The unit is MB, not GB/);
  await page.getByRole("spinbutton", { name: "Memory" }).fill("1024");

  const disk = page.getByRole("group", { name: "Disk scsi0" }).getByLabel("Size of the disk");
  await disk.fill("1");
  await expect(disk).toHaveAccessibleDescription(/can't be made smaller/);
  await disk.fill("900000");
  await expect(disk).toHaveAccessibleDescription(/Choose a value/);
  await disk.fill("20");

  const nic = page.getByRole("group", { name: "Network device net0" });
  await nic.getByLabel("Addressing").selectOption("static");
  await nic.getByRole("textbox", { name: "Address", exact: true }).fill("192.0.2.0");
  await expect(nic.getByRole("textbox", { name: "Address", exact: true })).toHaveAccessibleDescription(/not a host address/);
  await nic.getByRole("textbox", { name: "Address", exact: true }).fill("192.0.2.232");
  await nic.getByLabel("Gateway").fill("198.51.100.1");
  await expect(nic.getByLabel("Gateway")).toHaveAccessibleDescription(/not in the network/);

  await page.getByRole("textbox", { name: "Password", exact: true }).fill("is never kept");
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue("ok-01");
  await expect(nic.getByLabel("Gateway")).toHaveValue("198.51.100.1");
  await expect(page.getByRole("textbox", { name: "Password", exact: true })).toHaveValue("");
  await nic.getByLabel("Gateway").fill("192.0.2.1");
  await expect(page.getByRole("region", { name: "What will be made" }).getByRole("table")).toContainText("192.0.2.232/24");
});

test("a name that is taken is found before anything is made", async ({ page, app }) => {
  const taken = Object.values((await app.control.state()).guests).find((guest) => guest.name && !/^(ubuntu|rocky|centos|debian)/.test(guest.name));
  await signIn(page, app, "/servers/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(taken?.name ?? "");
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveAccessibleDescription(/is taken/);
});

test("the form has no barriers", async ({ page, app }) => {
  await signIn(page, app, "/servers/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("ok-02");
  await expect(page.getByRole("region", { name: "What will be made" }).getByRole("table")).toContainText("ok-02");
  await expectAccessible(page);
});

test("a cluster that does not answer is said, nothing typed is lost, and one can go on when it is back", async ({
  page,
  app,
  complaints,
}) => {
  test.setTimeout(120_000);
  complaints.allowStatus(503);
  await signIn(page, app, "/servers/new");
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await name.fill("patient-01");
  await page.getByRole("combobox", { name: "Template" }).click();
  await page.getByRole("option", { name: /debian-13/ }).click();
  const plan = page.getByRole("region", { name: "What will be made" });
  await expect(plan.getByRole("table")).toContainText("patient-01");

  const nodes = ["pve1", "pve2", "pve3"];
  for (const node of nodes) await app.control.nodeDown(node);
  try {
    await page.getByRole("button", { name: "Create the server" }).click();
    await expect(plan.getByRole("alert")).toContainText("can't be reached");
    await expect(name).toHaveValue("patient-01");
  } finally {
    for (const node of nodes) await app.control.nodeUp(node);
  }
  await expect(async () => {
    await page.getByRole("button", { name: "Create the server" }).click();
    await expect(page).toHaveURL(/\/servers\/new\?task=/, { timeout: 3_000 });
  }).toPass({ timeout: 60_000 });
});
