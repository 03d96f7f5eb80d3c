// The command palette: by keyboard alone to a server, to a page, and to what can be done to a server.
import { expectAccessible } from "../helpers/axe";
import { held } from "../helpers/servers";
import { signIn } from "../helpers/sign-in";
import { expect, test } from "../helpers/test";

test("the palette leads to a server by its name, and asks before it does something to it", async ({ page, app }) => {
  await app.control.addGuest({
    vmid: 5811,
    name: "swift-01",
    node: "pve1",
    status: "running",
    config: { cores: 1, memory: 512, scsi0: "local-lvm:2", net0: "virtio=BC:24:11:0E:00:01,bridge=vmbr0" },
  });
  await signIn(page, app, "/servers?filter=swift-01");
  await expect(page.getByRole("row", { name: /swift-01/ }).getByText("Running", { exact: true })).toBeVisible({ timeout: 40_000 });

  const palette = page.getByRole("dialog", { name: "Command palette" });
  const field = palette.getByRole("combobox", { name: "Find servers, pages and actions" });
  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();

  // What it says of the server is what the row says; Enter leads there.
  await page.keyboard.press("Control+k");
  await expect(field).toHaveValue("");
  await page.keyboard.type("swift-01");
  const chosen = palette.getByRole("option", { selected: true });
  await expect(chosen).toContainText("swift-01");
  await expect(chosen).toContainText("Running · pve1 · 5811");
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/servers\/main:5811$/);
  await expect(page.getByRole("heading", { name: "swift-01", level: 1 })).toBeVisible();
  await expect(palette).toBeHidden();

  // An action asks first, and going back does nothing.
  await page.keyboard.press("Control+k");
  await page.keyboard.type("swift-01");
  const stop = palette.getByRole("option", { name: "Stop now: swift-01" });
  await expect(stop).toBeVisible();
  await expect(palette.getByRole("option", { name: "Start: swift-01" })).toHaveCount(0);
  for (let steps = 0; steps < 20 && (await stop.getAttribute("aria-selected")) !== "true"; steps += 1) await page.keyboard.press("ArrowDown");
  await expect(stop).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  const question = page.getByRole("dialog", { name: /swift-01/ });
  await expect(question).toBeVisible();
  await expect(palette).toBeHidden();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();
  expect(await held(app, 5811)).toMatchObject({ status: "running" });

  await page.keyboard.press("Control+k");
  await page.keyboard.type("nothing is called so");
  await expect(palette).toContainText("Nothing fits");
  await field.fill("audit");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Audit", level: 1 })).toBeVisible();
});
