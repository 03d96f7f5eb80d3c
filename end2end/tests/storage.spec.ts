// The storages: the list, what it says when Proxmox is away, and where new disks go.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { signIn } from "../helpers/sign-in";
import { expect, hydrated, open, test } from "../helpers/test";

/** The table of the only cluster. */
function table(page: Page) {
  return page.getByRole("grid", { name: "Storage of main" });
}

test("each storage is listed with its node, use and state", async ({ page, app }) => {
  await signIn(page, app, "/");
  await page.getByRole("link", { name: "Storage", exact: true }).first().click();
  await expect(page.getByRole("heading", { name: "Storage", level: 1 })).toBeVisible();
  const local = table(page).getByRole("row", { name: /^local-lvm.*pve1/ });
  await expect(local).toContainText("lvmthin");
  await expect(local).toContainText("Disks");
  await expect(local).toContainText("Local");
  await expect(local).toContainText(/of [\d.]+ [GT]iB/);
  await expect(local.getByRole("meter", { name: "Used" })).toBeVisible();
  await expect(local).toContainText("Available");
  // What all nodes share is one row.
  const shared = table(page).getByRole("row", { name: /Shared/ });
  await expect(shared.first()).toContainText("pve1, pve2");
  await expectAccessible(page);
  await page.reload();
  await hydrated(page);
  await expect(local).toContainText("Available");
});

test("defaults are chosen, shown and kept", async ({ page, app }) => {
  await signIn(page, app, "/storage");
  const card = page.getByRole("region", { name: "Default storage" });
  await expect(card).toContainText("The template's storage");
  await card.getByRole("button", { name: "Change" }).click();
  const dialog = page.getByRole("dialog", { name: "Default storage" });
  await expectAccessible(page);
  await dialog.getByLabel("HDD disks").selectOption("local-lvm");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(card).toContainText("local-lvm");
  await expect(table(page).getByRole("row", { name: /^local-lvm/ }).first()).toContainText("HDD default");
  await page.reload();
  await hydrated(page);
  await expect(card).toContainText("local-lvm");
  await card.getByRole("button", { name: "Change" }).click();
  await expect(dialog.getByLabel("HDD disks")).toHaveValue("local-lvm");
  await dialog.getByLabel("HDD disks").selectOption("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(card).not.toContainText("local-lvm");
});

test("a disk that names no storage goes to the default", async ({ page, app }) => {
  test.setTimeout(180_000);
  await signIn(page, app, "/storage");
  const card = page.getByRole("region", { name: "Default storage" });
  const choose = async (storage: string) => {
    await card.getByRole("button", { name: "Change" }).click();
    const dialog = page.getByRole("dialog", { name: "Default storage" });
    await dialog.getByLabel("HDD disks").selectOption(storage);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog).toBeHidden();
  };
  await choose("ceph");

  await open(page, "/servers/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("stored-01");
  await page.getByRole("combobox", { name: "Template" }).click();
  await page.getByRole("option", { name: /debian-13 \(9001\)/ }).click();
  await page.getByRole("button", { name: "Add a disk" }).click();
  const data = page.getByRole("group", { name: "Disk scsi1" });
  await data.getByLabel("Size of the disk").fill("7");
  await expect(data.getByRole("option", { name: "Default (ceph)" })).toBeAttached();
  const plan = page.getByRole("region", { name: "What will be made" }).getByRole("table");
  await expect(plan).toContainText("scsi1 7 GiB · ceph · added");
  await page.getByRole("button", { name: "Create the server" }).click();
  await expect(page.getByText("The server runs and answers.").first()).toBeVisible({ timeout: 120_000 });
  const guests = Object.values((await app.control.state()).guests);
  expect(guests.find((guest) => guest.name === "stored-01")?.config.scsi1).toMatch(/^ceph:.*size=7G/);

  await open(page, "/storage");
  await choose("");
  await expect(card).not.toContainText("ceph");
});

test("a refresh that fails says so and keeps what is known", async ({ page, app, complaints }) => {
  complaints.allowStatus(503);
  await signIn(page, app, "/storage");
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(page.getByText("The storages were asked for anew")).toBeVisible();
  await app.control.fault({ match: { path: "/cluster/resources" }, action: "drop", count: null });
  try {
    await page.getByRole("button", { name: "Refresh" }).click();
    await expect(page.getByText("Not up to date")).toBeVisible();
    await expect(table(page).getByRole("row", { name: /^local-lvm/ }).first()).toBeVisible();
  } finally {
    await app.control.clearFaults();
  }
  await expect(page.getByText("Not up to date")).toBeHidden({ timeout: 60_000 });
});

test("a storage that does not answer says so, and keeps its place and its size through a refresh", async ({ page, app }) => {
  await signIn(page, app, "/storage");
  const own = table(page).getByRole("row", { name: /^local-lvm.*pve3/ });
  const shared = table(page).getByRole("row", { name: /^ceph/ });
  await expect(own).toContainText("Available");
  const size = / of [\d.]+ [GT]iB/;
  const before = size.exec(await own.innerText())?.[0];
  if (!before) throw new Error("the storage has no size");
  const count = await table(page).getByRole("row").count();
  // What the nodes told last is forgotten at once, as it is in the end.
  await app.control.statsLag(0);
  await app.control.nodeDown("pve3");
  try {
    await expect(own).toContainText("Not available", { timeout: 60_000 });
    await expect(shared).toContainText("Not available on pve3");
    await page.getByRole("button", { name: "Refresh" }).click();
    await expect(page.getByText("The storages were asked for anew").last()).toBeVisible();
    await expect(own).toContainText("Not available");
    await expect(own).toContainText(before);
    await expect(shared).toContainText(size);
    await expect(table(page).getByRole("row")).toHaveCount(count);
    await expectAccessible(page);
    await page.reload();
    await hydrated(page);
    await expect(own).toContainText("Not available");
    await expect(own).toContainText(before);
  } finally {
    await app.control.nodeUp("pve3");
    await app.control.statsLag(10);
  }
  await expect(own).not.toContainText("Not available", { timeout: 60_000 });
  await expect(shared).toContainText("Available");
});

test("the page speaks Korean", async ({ page, app, context }) => {
  await signIn(page, app, "/storage");
  await context.addCookies([{ name: "lang", value: "ko", url: app.url }]);
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole("heading", { name: "스토리지", level: 1 })).toBeVisible();
  await expect(page.getByRole("row", { name: /local-lvm/ }).first()).toContainText("사용 가능");
});
