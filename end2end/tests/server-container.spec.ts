// What a container is made of: its root file system and its mount points, and what can be done to each.
import type { Page } from "@playwright/test";

import type { GuestState } from "../helpers/control";
import { held, openPart } from "../helpers/servers";
import { type App, expect, test } from "../helpers/test";

/** A running container of the lab, to which somebody has given another volume. */
async function container(app: App): Promise<GuestState & { name: string }> {
  const guests = Object.values((await app.control.state()).guests);
  const found = guests.find((each) => each.type === "lxc" && each.status === "running" && !each.config.lock);
  if (!found?.name) throw new Error("the lab has no running container");
  await app.control.patchGuest(found.vmid, { config: { mp0: `local-lvm:vm-${found.vmid}-disk-1,mp=/srv/data,size=4G` } });
  return { ...found, name: found.name };
}

function row(page: Page, device: string) {
  return page.getByRole("row", { name: new RegExp(`^${device}`) });
}

test("a container's root file system and mount points are shown, and the root stays", async ({ page, app }) => {
  const guest = await container(app);
  await openPart(page, app, guest.name, "Hardware");
  await expect(row(page, "rootfs")).toContainText("8 GiB");
  await expect(row(page, "rootfs")).toContainText(`local-lvm:vm-${guest.vmid}-disk-0`);
  await expect(row(page, "mp0")).toContainText("4 GiB");
  await expect(row(page, "mp0")).toContainText(`local-lvm:vm-${guest.vmid}-disk-1`);

  await page.getByRole("button", { name: "Actions on rootfs", exact: true }).click();
  for (const action of ["Detach", "Delete"]) {
    const item = page.getByRole("menuitem", { name: action });
    await expect(item).toBeDisabled();
    await expect(item).toContainText("rootfs");
  }
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Actions on mp0", exact: true }).click();
  await expect(page.getByRole("menuitem", { name: "Move" })).toContainText("Containers don't support this");
  await page.getByRole("menuitem", { name: "Grow" }).click();
  const grow = page.getByRole("dialog", { name: "Grow mp0" });
  await grow.getByLabel("New size").fill("6");
  await grow.getByRole("button", { name: "Grow" }).click();
  await expect(row(page, "mp0")).toContainText("6 GiB", { timeout: 60_000 });
  expect((await held(app, guest.vmid)).config.mp0).toMatch(/mp=\/srv\/data.*size=6G|size=6G.*mp=\/srv\/data/);
});
