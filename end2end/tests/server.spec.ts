// One server: figures, hardware, charts, actions, and what is not there.
import { expectAccessible } from "../helpers/axe";
import { signIn } from "../helpers/sign-in";
import { openServer } from "../helpers/servers";
import { expect, hydrated, open, test } from "../helpers/test";

test("a server is shown, stopped and started", async ({ page, app }) => {
  test.setTimeout(120_000);
  const guests = Object.values((await app.control.state()).guests);
  const guest = guests.find((each) => each.status === "running" && each.config.scsi0 && !each.config.lock);
  if (!guest?.name) throw new Error("the lab has no running machine");
  await signIn(page, app, `/servers?filter=${guest.vmid}`);
  await page.getByRole("link", { name: guest.name, exact: true }).first().click();
  await expect(page.getByRole("heading", { name: guest.name, level: 1 })).toBeVisible();
  await expect(page.getByText(`on ${guest.node}`)).toBeVisible();
  await expect(page.getByText("scsi0", { exact: true })).toBeVisible();
  await expect(page.getByRole("group", { name: "Memory" })).toBeVisible();
  await page.getByRole("combobox", { name: "Period" }).selectOption("Last week");
  await expect(page.getByRole("group", { name: "Network" })).toBeVisible();

  await page.getByRole("button", { name: "Actions" }).click();
  await expect(page.getByRole("menuitem", { name: "Start" })).toBeDisabled();
  await page.getByRole("menuitem", { name: "Stop now" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop now" }).click();
  await expect(page.getByText("Stopped", { exact: true })).toBeVisible({ timeout: 60_000 });
  await page.getByRole("link", { name: "Tasks" }).last().click();
  await expect(page.getByRole("row", { name: /Stop server/ })).toContainText("Completed");
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole("row", { name: /Stop server/ })).toBeVisible();
});

test("figures and charts follow the server while one looks", async ({ page, app }) => {
  test.setTimeout(240_000);
  const guest = {
    vmid: 5671,
    name: "looked-at-01",
    node: "pve1",
    status: "running",
    config: { cores: 2, memory: 2048, scsi0: "local-lvm:6", net0: "virtio,bridge=vmbr0" },
  };
  await app.control.addGuest(guest);
  // A minute between two looks at the charts is not waited for.
  await page.clock.install({ time: new Date() });
  await openServer(page, app, guest.name);
  const figure = (label: string) => page.locator(".stat").filter({ has: page.getByText(label, { exact: true }) });
  await expect(figure("Memory")).toContainText("of 2 GiB", { timeout: 40_000 });
  await expect(figure("CPU")).toContainText("of 2 cores");
  const memory = () => figure("Memory").getByRole("meter").getAttribute("aria-valuenow");
  const usedBefore = await memory();
  const line = page.getByRole("group", { name: "Memory" }).locator("path").last();
  const drawnBefore = await line.getAttribute("d");
  await page.evaluate(() => document.body.setAttribute("data-seen", "before"));

  // An hour goes by in the cluster, and somebody gives the server more of everything.
  await app.control.patchGuest(guest.vmid, { config: { cores: 4, memory: 8192 } });
  await app.control.advance(3600);
  await expect(figure("Memory")).toContainText("of 8 GiB", { timeout: 40_000 });
  await expect(figure("CPU")).toContainText("of 4 cores");
  await expect(figure("Uptime")).toHaveText(/^Uptime1 h/);
  await expect
    .poll(
      async () => {
        await app.control.advance(600);
        return memory();
      },
      { timeout: 60_000, intervals: [3000] },
    )
    .not.toBe(usedBefore);
  await page.clock.fastForward("01:05");
  await expect(line).not.toHaveAttribute("d", drawnBefore ?? "", { timeout: 40_000 });
  await expect(line).toHaveAttribute("d", /^M.*L/);
  await expect(page.locator("body[data-seen=before]"), "the page was not loaded anew").toBeAttached();
});

test("a container has a page too", async ({ page, app }) => {
  const guests = Object.values((await app.control.state()).guests);
  const container = guests.find((each) => each.type === "lxc");
  if (!container) throw new Error("the lab has no container");
  await signIn(page, app, `/servers?filter=${container.vmid}`);
  await page.getByRole("row").nth(1).getByRole("link").first().click();
  await expect(page.getByText("Container", { exact: true })).toBeVisible();
  await expect(page.getByText("rootfs", { exact: true })).toBeVisible();
});

test("a server that is not there is said to be gone", async ({ page, app, complaints }) => {
  complaints.allowStatus(404);
  await signIn(page, app, "/servers");
  await open(page, "/servers/nowhere:99999");
  await expect(page.getByText("This server is not there")).toBeVisible();
});

test("the page has no barriers", async ({ page, app }) => {
  await signIn(page, app, "/servers");
  await page.getByRole("row").nth(1).getByRole("link").first().click();
  await expect(page.getByText("Guest agent").or(page.getByText("No disks"))).toBeVisible();
  await expectAccessible(page);
});
