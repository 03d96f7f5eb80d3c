// What the list of servers says when what it shows is old: the cluster is silent, or the browser is cut off.
import { expectAccessible } from "../helpers/axe";
import { signIn } from "../helpers/sign-in";
import { expect, test } from "../helpers/test";

const NAME = "steady-01";

/** A cluster is given up after a while only: one answer that is late says nothing. */
const PATIENCE = { timeout: 60_000 };

test("a cluster that is silent leaves the rows where they are, with the age of the picture", async ({ page, app }) => {
  test.setTimeout(240_000);
  await app.control.addGuest({
    vmid: 5831,
    name: NAME,
    node: "pve2",
    status: "stopped",
    config: { cores: 1, memory: 512, scsi0: "local-lvm:2", net0: "virtio=BC:24:11:0F:00:01,bridge=vmbr0" },
  });
  await signIn(page, app, `/servers?filter=${NAME}`);
  const row = page.getByRole("row", { name: new RegExp(NAME) });
  await expect(row).toBeVisible({ timeout: 40_000 });
  const old = page.getByRole("main").getByRole("status").filter({ hasText: "Not up to date" });
  await expect(old).toHaveCount(0);

  await app.control.fault({ match: { path: "/cluster/resources" }, action: "status", status: 500, count: null });
  try {
    await expect(old).toContainText(/The cluster main does not answer\. What you see is from (just now|\d+ (s|min) ago)\./, PATIENCE);
    await expect(page.getByRole("banner")).toContainText("main: no answer");
    await expect(row).toBeVisible();
    // The age goes on.
    const said = await old.innerText();
    await expect(old).not.toHaveText(said.trim());
    await expectAccessible(page);
    // Who opens the page now is told the same.
    await page.reload();
    await expect(old).toContainText("does not answer");
    await expect(row).toBeVisible();
  } finally {
    await app.control.clearFaults();
  }
  await expect(old).toHaveCount(0, PATIENCE);
  await expect(row).toBeVisible();
  await expect(page.getByRole("banner")).not.toContainText("no answer");
});

test("a browser that is cut off says since when, and catches up by itself", async ({ page, context, app, complaints }) => {
  test.setTimeout(240_000);
  complaints.allowOffline();
  await app.control.addGuest({
    vmid: 5832,
    name: "steady-02",
    node: "pve2",
    status: "stopped",
    config: { cores: 1, memory: 512, scsi0: "local-lvm:2", net0: "virtio=BC:24:11:0F:00:02,bridge=vmbr0" },
  });
  await signIn(page, app, "/servers?filter=steady-02");
  const row = page.getByRole("row", { name: /steady-02/ });
  await expect(row).toContainText("Stopped", { timeout: 40_000 });
  const old = page.getByRole("main").getByRole("status").filter({ hasText: "Not up to date" });
  // The browser's own switch leaves a stream that is open alone, so the stream is what can't be reached.
  const stream = /\/api\/events/;
  await context.route(stream, (route) => route.abort("internetdisconnected"));
  await page.reload();
  try {
    await expect(old).toContainText(/The connection to Drover broke (just now|\d+ (s|min) ago) and is being restored/, PATIENCE);
    await expect(page.getByRole("banner")).toContainText("Disconnected");
    await expect(row).toContainText("Stopped");
    await app.control.patchGuest(5832, { status: "running" });
  } finally {
    await context.unroute(stream);
  }
  await expect(old).toHaveCount(0, PATIENCE);
  await expect(row).toContainText("Running", PATIENCE);
});
