// A server's name, what of a network device is more than where it is plugged in, and memory that the node may take back.
import type { Page } from "@playwright/test";

import { held, openPart } from "../helpers/servers";
import { type App, expect, hydrated, test } from "../helpers/test";

async function machine(app: App, vmid: number, name: string): Promise<void> {
  await app.control.addGuest({
    vmid,
    name,
    node: "pve3",
    status: "stopped",
    config: { cores: 1, memory: 512, scsi0: "local-lvm:4", net0: "virtio=BC:24:11:AA:00:31,bridge=vmbr0" },
  });
}

async function save(page: Page): Promise<void> {
  await page.getByRole("group", { name: "Changes that are not saved" }).getByRole("button", { name: "Save" }).click();
}

test("a server is renamed by a name that DNS knows, and not over another's change", async ({ page, app, complaints }) => {
  complaints.allowStatus(409);
  await machine(app, 5561, "misnamed-01");
  await openPart(page, app, "misnamed-01", "Hardware");
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await expect(name).toHaveValue("misnamed-01");
  await name.fill("named_01");
  await save(page);
  await expect(name).toHaveAccessibleDescription(/Use a DNS name/);
  await expect(name).toBeFocused();
  expect(await held(app, 5561)).toMatchObject({ name: "misnamed-01" });

  // Somebody else changes the server in Proxmox itself meanwhile.
  await name.fill("named-01");
  await app.control.patchGuest(5561, { config: { description: "from elsewhere" } });
  await save(page);
  const news = page.getByRole("status").filter({ hasText: "Somebody else has changed this server meanwhile" });
  await expect(news).toBeInViewport();
  await expect(name).toHaveValue("named-01");
  await save(page);
  await expect.poll(async () => (await held(app, 5561)).config).toMatchObject({ name: "named-01", description: "from elsewhere" });
  await expect(page.getByRole("heading", { name: "named-01", level: 1 })).toBeVisible({ timeout: 40_000 });
  await page.reload();
  await hydrated(page);
  await expect(name).toHaveValue("named-01");
});

test("a network device is given a limit and unplugged, and keeps both when something else is changed", async ({ page, app }) => {
  await machine(app, 5562, "throttled-01");
  await openPart(page, app, "throttled-01", "Network");
  const nic = page.getByRole("group", { name: "net0" });
  const rate = nic.getByRole("textbox", { name: "Rate limit (MB/s)" });
  await expect(rate).toHaveValue("");
  await expect(nic.getByRole("checkbox", { name: "Connected" })).toBeChecked();
  await rate.fill("fast");
  await save(page);
  await expect(rate).toHaveAccessibleDescription(/10,?240/);
  await rate.fill("12.5");
  await nic.getByRole("checkbox", { name: "Connected" }).uncheck();
  await save(page);
  const net0 = async () => String((await held(app, 5562)).config.net0).split(",");
  await expect.poll(net0).toEqual(expect.arrayContaining(["rate=12.5", "link_down=1", "bridge=vmbr0"]));
  expect((await net0())[0]).toBe("virtio=BC:24:11:AA:00:31");

  await expect(page.getByRole("group", { name: "Changes that are not saved" })).toBeHidden();
  await nic.getByLabel("VLAN").fill("40");
  await save(page);
  await expect.poll(net0).toEqual(expect.arrayContaining(["tag=40", "rate=12.5", "link_down=1"]));

  await expect(page.getByRole("group", { name: "Changes that are not saved" })).toBeHidden();
  await rate.fill("");
  await nic.getByRole("checkbox", { name: "Connected" }).check();
  await save(page);
  await expect.poll(async () => (await net0()).join()).not.toMatch(/rate=|link_down=1/);
});

test("processor, order of start and protection are changed with one save", async ({ page, app }) => {
  await machine(app, 5563, "ordered-01");
  await app.control.patchGuest(5563, { config: { boot: "order=scsi0;net0" } });
  await openPart(page, app, "ordered-01", "Hardware");
  await page.getByRole("spinbutton", { name: "Sockets" }).fill("2");
  const type = page.getByRole("combobox", { name: "CPU type" });
  await type.fill("host");
  await type.press("Enter");
  const order = page.getByRole("group", { name: "Boot order" });
  await expect(order.getByRole("listitem")).toHaveText([/^scsi0/, /^net0/]);
  const up = order.getByRole("button", { name: "Move scsi0 up" });
  await expect(up).toHaveAccessibleDescription("It is the first already");
  await order.getByRole("button", { name: "Move net0 up" }).click();
  await expect(order.getByRole("listitem")).toHaveText([/^net0/, /^scsi0/]);
  await page.getByRole("checkbox", { name: "Starts with its node" }).check();
  const isProtected = page.getByRole("checkbox", { name: "Protected from removal" });
  await isProtected.check();
  await save(page);
  const config = async () => (await held(app, 5563)).config;
  await expect.poll(async () => String((await config()).boot)).toBe("order=net0;scsi0");
  const { sockets, cpu, onboot, protection } = await config();
  expect([sockets, cpu, onboot, protection].map(String)).toEqual(["2", "host", "1", "1"]);
  // What keeps it from being deleted is known at once where one would delete it.
  await page.getByRole("button", { name: "Actions", exact: true }).click();
  await expect(page.getByRole("menuitem", { name: /^Delete/ })).toContainText("protected from removal in Proxmox");
  await page.keyboard.press("Escape");

  await expect(page.getByRole("group", { name: "Changes that are not saved" })).toBeHidden();
  await isProtected.uncheck();
  await save(page);
  await expect.poll(async () => String((await config()).protection ?? "0")).toBe("0");
});

test("ballooning is given a least memory, switched off and on again", async ({ page, app, complaints }) => {
  complaints.allowStatus(400);
  await machine(app, 5564, "elastic-01");
  await app.control.patchGuest(5564, { config: { memory: 2048 } });
  await openPart(page, app, "elastic-01", "Hardware");
  const least = page.getByRole("spinbutton", { name: "Least memory" });
  const device = page.getByRole("checkbox", { name: "Ballooning" });
  const balloon = async () => String((await held(app, 5564)).config.balloon ?? "");
  await expect(page.getByRole("spinbutton", { name: "Memory", exact: true })).toHaveValue("2048");
  await expect(device).toBeChecked();
  await expect(least).toHaveValue("");

  // It can't be more than the memory.
  await least.fill("4096");
  await save(page);
  await expect(least).toHaveAttribute("aria-invalid", "true");
  expect(await balloon()).toBe("");
  await least.fill("1024");
  await expect(least).toHaveAccessibleDescription(/1 GiB/);
  await save(page);
  await expect.poll(balloon).toBe("1024");

  await expect(page.getByRole("group", { name: "Changes that are not saved" })).toBeHidden();
  await device.uncheck();
  await expect(least).toBeDisabled();
  await expect(least).toHaveAccessibleDescription(/Ballooning is off/);
  await save(page);
  await expect.poll(balloon).toBe("0");
  await expect(page.getByRole("group", { name: "Changes that are not saved" })).toBeHidden();
  await page.reload();
  await hydrated(page);
  await expect(device).not.toBeChecked();

  await device.check();
  await expect(least).toHaveValue("2048");
  await least.fill("512");
  await save(page);
  await expect.poll(balloon).toBe("512");
});
