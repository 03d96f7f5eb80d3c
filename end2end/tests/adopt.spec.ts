// A server that was made elsewhere: shown from the start, marked, and taken into somebody's care.
import { expectAccessible } from "../helpers/axe";
import { signIn } from "../helpers/sign-in";
import { expect, hydrated, test } from "../helpers/test";

const MARK = /made outside of Drover/;

test("a server that was made elsewhere is adopted, loses its mark and shows its owner", async ({ page, app }) => {
  await app.control.addGuest({
    vmid: 5401,
    name: "foreign-01",
    node: "pve2",
    status: "running",
    config: { cores: 1, memory: 1024, scsi0: "local-lvm:6", net0: "virtio,bridge=vmbr0" },
  });
  await signIn(page, app, "/servers?filter=foreign-01");
  const row = page.getByRole("row", { name: /foreign-01/ });
  await expect(row).toBeVisible({ timeout: 40_000 });
  await expect(row.getByRole("img", { name: MARK })).toBeVisible();
  await row.getByRole("checkbox").check();

  const adopt = page.getByRole("menuitem", { name: /^Adopt/ });
  await page.getByRole("button", { name: "More", exact: true }).click();
  await adopt.click();
  const question = page.getByRole("dialog", { name: "Adopt 1 server?" });
  await expect(question).toContainText("Nothing changes in Proxmox");
  await expectAccessible(page);
  const before = (await app.control.state()).guests[5401];
  await question.getByRole("button", { name: "Adopt" }).click();
  await expect(question).toBeHidden();
  await expect(page.getByText("1 server adopted")).toBeVisible();
  await expect(row.getByRole("img", { name: MARK })).toBeHidden();
  expect((await app.control.state()).guests[5401]?.config).toEqual(before?.config);

  // What is in somebody's care can't be adopted once more, and says so.
  await page.getByRole("button", { name: "More", exact: true }).click();
  await expect(adopt).toBeDisabled();
  await page.keyboard.press("Escape");

  await row.getByRole("link", { name: "foreign-01" }).click();
  await expect(page.getByRole("heading", { name: "foreign-01", level: 1 })).toBeVisible();
  await expect(page.getByText("owned by admin")).toBeVisible();
  await expect(page.getByText("made elsewhere")).toBeHidden();
  await page.reload();
  await hydrated(page);
  await expect(page.getByText("owned by admin")).toBeVisible();
});

test("a server's own page adopts it", async ({ page, app }) => {
  await app.control.addGuest({ vmid: 5402, name: "foreign-02", node: "pve1", status: "stopped", config: { cores: 1, memory: 512 } });
  await signIn(page, app, "/servers?filter=foreign-02");
  await page.getByRole("link", { name: "foreign-02", exact: true }).first().click({ timeout: 40_000 });
  await expect(page.getByText("made elsewhere")).toBeVisible();
  await page.getByRole("button", { name: "Adopt" }).click();
  const question = page.getByRole("dialog", { name: "Adopt 1 server?" });
  await question.getByRole("button", { name: "Adopt" }).click();
  await expect(question).toBeHidden();
  await expect(page.getByText("owned by admin")).toBeVisible();
  await expect(page.getByText("made elsewhere")).toBeHidden();
});

test("servers are found by the role they were given and by the age of their backup", async ({ page, app }) => {
  await app.control.addGuest({ vmid: 5403, name: "roled-01", node: "pve1", status: "stopped", config: { cores: 1, memory: 512 } });
  await signIn(page, app, "/servers?filter=roled-");
  const row = page.getByRole("row", { name: /roled-01/ });
  await expect(row).toBeVisible({ timeout: 40_000 });
  const field = page.getByRole("combobox", { name: "Filter servers" });
  const found = async (filter: string, is: boolean) => {
    await field.fill(`roled- ${filter}`);
    await expect(row).toBeVisible({ visible: is });
  };
  // No storage holds an archive of it, and every storage has said so.
  await expect(async () => {
    await field.fill("roled- backup:never");
    await expect(row).toBeVisible({ timeout: 1000 });
  }).toPass();
  await found("backup>2d", true);
  await found("backup<9999w", false);
  await found("backup:unknown", false);
  await found("role:none", true);

  await row.getByRole("checkbox").check();
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: /^Adopt/ }).click();
  const adopt = page.getByRole("dialog", { name: "Adopt 1 server?" });
  await adopt.getByLabel("Role").selectOption("web");
  await expectAccessible(page);
  await adopt.getByRole("button", { name: "Adopt" }).click();
  await expect(adopt).toBeHidden();
  await found("role:none", false);
  await found("role:db,web", true);

  for (const [role, filter] of [
    ["db", "role:db"],
    ["none", "role:none"],
  ] as const) {
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Set the role" }).click();
    const change = page.getByRole("dialog", { name: "Role of 1 server" });
    await change.getByLabel("Role").selectOption(role);
    await change.getByRole("button", { name: "Save" }).click();
    await expect(change).toBeHidden();
    await found("role:web", false);
    await found(filter, true);
  }
});
