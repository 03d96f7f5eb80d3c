// Tasks: the list, one task while it happens, cancelling it.
import { expectAccessible } from "../helpers/axe";
import { openServer } from "../helpers/servers";
import { signIn } from "../helpers/sign-in";
import { expect, hydrated, test } from "../helpers/test";

test("a task is cancelled, undone, and found again in the list", async ({ page, app }) => {
  test.setTimeout(120_000);
  await signIn(page, app, "/servers/new");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("short-lived");
  await page.getByRole("combobox", { name: "Template" }).click();
  await page.getByRole("option", { name: /rocky-9/ }).click();
  await page.getByRole("button", { name: "Create the server" }).click();
  await expect(page).toHaveURL(/\/servers\/new\?task=/);

  await page.getByRole("button", { name: "Cancel the task" }).click();
  const question = page.getByRole("dialog", { name: "Cancel this task?" });
  await expect(question).toContainText("short-lived and its disks are removed");
  await question.getByRole("button", { name: "Cancel the task" }).click();
  await expect(page.getByText("The task was cancelled.").first()).toBeVisible({ timeout: 60_000 });
  await expect
    .poll(async () => Object.values((await app.control.state()).guests).filter((guest) => guest.name === "short-lived"))
    .toEqual([]);

  await page.goto("/tasks");
  await hydrated(page);
  await page.getByRole("combobox", { name: "State" }).selectOption("Cancelled");
  await expect(page).toHaveURL(/state=cancelled/);
  const row = page.getByRole("row", { name: /short-lived/ });
  await expect(row).toContainText("Cancelled");
  await page.getByRole("combobox", { name: "State" }).selectOption("Completed");
  await expect(row).toHaveCount(0);
});

test("a task that fails says why, with Proxmox's words folded", async ({ page, app }) => {
  test.setTimeout(120_000);
  await signIn(page, app, "/servers/new");
  await app.control.fault({ match: { method: "POST", path: "/clone$" }, action: "task_fail", message: "out of luck", at: "middle" });
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("luckless");
  await page.getByRole("button", { name: "Create the server" }).click();
  await expect(page.getByText("The task failed.").first()).toBeVisible({ timeout: 60_000 });
  await page.getByText("Cause").click();
  await expect(page.getByRole("region", { name: "Cause" })).toContainText("out of luck");
  await expect(page.getByRole("link", { name: "Make another" })).toBeVisible();
});

test("a task that ends while the list is on its way is not put back to running", async ({ page, app }) => {
  const config = { cores: 1, memory: 512, scsi0: "local-lvm:2", boot: "order=scsi0" };
  await app.control.addGuest({ vmid: 5971, name: "overtaken-01", node: "pve2", status: "running", config });
  await openServer(page, app, "overtaken-01");
  // The page asks as it opens, and once more as it begins to listen. That second answer is kept back until the task has
  // ended: it still says that it runs.
  const row = page.getByRole("row", { name: /Reset server/ });
  let asked = 0;
  let answered = 0;
  await page.route("**/rpc/list_tasks*", async (route) => {
    const number = ++asked;
    const response = await route.fetch();
    if (number === 2) {
      await app.control.timeScale(0);
      await expect(row).toContainText("Completed");
    }
    await route.fulfill({ response });
    answered = Math.max(answered, number);
  });
  // The cluster is at it for as long as the page needs to open.
  await app.control.timeScale(60);
  try {
    const reset = await page.request.post(`${app.url}/api/servers/main:5971/reset`, { data: {} });
    expect(reset.ok(), await reset.text()).toBe(true);
    await page.getByRole("navigation", { name: "Parts of the server" }).getByRole("link", { name: "Tasks" }).click();
    await expect.poll(() => answered, { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
    await expect(row).toContainText("Completed");
    await page.unrouteAll({ behavior: "wait" });
  } finally {
    await app.control.timeScale(0.2);
  }
});

test("an unknown task is no error page", async ({ page, app, complaints }) => {
  complaints.allowStatus(404);
  await signIn(page, app, "/tasks/00000000-0000-7000-8000-000000000000");
  await expect(page.getByText("There is no such task")).toBeVisible();
  await page.getByRole("link", { name: "Show all tasks" }).click();
  await expect(page).toHaveURL(/\/tasks$/);
});

test("list and task have no barriers", async ({ page, app }) => {
  await signIn(page, app, "/tasks");
  await expectAccessible(page);
  await page.getByRole("row").nth(1).getByRole("link").first().click();
  await expect(page.getByRole("log", { name: "Log" })).toBeVisible();
  await expectAccessible(page);
});
