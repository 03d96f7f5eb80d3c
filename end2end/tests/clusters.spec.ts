// Two clusters under one Drover: what looks the same in both is kept apart.
import { expectAccessible } from "../helpers/axe";
import type { LabControl } from "../helpers/control";
import { signIn } from "../helpers/sign-in";
import { expect } from "../helpers/test";
import { test } from "../helpers/two-clusters";

const GUEST = 7101;
const VOLUME = `vm-${GUEST}-disk-0`;

/** A disk whose server somebody has destroyed. */
async function leaveDisk(control: LabControl, gib: number): Promise<void> {
  const config = { cores: 1, memory: 512, scsi0: `local-lvm:${gib}` };
  await control.addGuest({ vmid: GUEST, name: "left-01", node: "pve1", status: "stopped", config });
  await control.removeGuest(GUEST, "keep");
}

async function volumes(control: LabControl): Promise<string[]> {
  return Object.keys((await control.state()).storages["local-lvm"]?.volumes ?? {});
}

test("orphan disks of one name stand apart by cluster, and the one is deleted that was ticked", async ({ page, app, busan }) => {
  await leaveDisk(app.control, 6);
  await leaveDisk(busan, 9);
  const untouched = await volumes(app.control);
  expect(untouched).toContain(VOLUME);
  expect(await volumes(busan)).toContain(VOLUME);

  // Drover's least privileges delete no volume by itself; in the other cluster they stay what they are.
  await busan.grants({ "/": ["Datastore.Allocate", "Datastore.Audit", "VM.Audit", "Sys.Audit"] });

  try {
    await signIn(page, app, "/servers/clean-up");
    const disks = page.getByRole("region", { name: "Orphan disks" });
    const ours = disks.getByRole("row", { name: new RegExp(`${VOLUME}.*6 GiB`) });
    const theirs = disks.getByRole("row", { name: new RegExp(`${VOLUME}.*9 GiB`) });
    await expect(ours).toContainText(`main:${GUEST}`, { timeout: 40_000 });
    await expect(theirs).toContainText(`busan:${GUEST}`);
    await expectAccessible(page);

    await theirs.getByRole("checkbox").click();
    await expect(ours.getByRole("checkbox")).not.toBeChecked();
    await disks.getByRole("button", { name: "Delete disks" }).click();
    const question = page.getByRole("dialog", { name: "Delete 1 disk?" });
    await expect(question).toContainText(/busan:7101.*9 GiB/);
    await expect(question).toContainText("Together 9 GiB");
    await question.getByRole("textbox").fill("1");
    await question.getByRole("button", { name: "Delete disks" }).click();
    await expect(question).toBeHidden();
    await expect(theirs).toHaveCount(0, { timeout: 60_000 });
    await expect(ours).toBeVisible();
    expect(await volumes(busan)).not.toContain(VOLUME);
    expect(await volumes(app.control)).toEqual(untouched);
  } finally {
    await busan.reset();
  }
});
