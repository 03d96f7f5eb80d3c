// The life of a role on a real machine: filled in, followed, compared, mended, failed, called off, and taken back.
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type Page, request } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { ANSIBLE_ENV, changeHostKey, freePort, type Machine, noMachine, OWN_ROLES, startMachine } from "../helpers/machine";
import { Rest } from "../helpers/rest";
import { held } from "../helpers/servers";
import { signIn } from "../helpers/sign-in";
import { type App, test as base, expect, hydrated } from "../helpers/test";

const test = base.extend<object, { machine: Machine }>({
  machine: [
    async ({ app }, use) => {
      const api = await request.newContext();
      await new Rest(api, () => app.url).signIn();
      const { public_key: key } = (await (await api.get(`${app.url}/api/roles`)).json()) as { public_key: string };
      await api.dispose();
      const machine = await startMachine(key);
      await use(machine);
      await machine.stop();
    },
    { scope: "worker", timeout: 600_000 },
  ],
});

const why = noMachine();

test.use({ moreEnv: { ...ANSIBLE_ENV, DROVER_ROLES: OWN_ROLES } });
test.skip(why !== undefined, why);
test.setTimeout(600_000);

/** How long Ansible may take for a role without packages. */
const RUN = { timeout: 120_000 };
/** How long it may take where packages are downloaded. */
const LONG = { timeout: 600_000 };

/** What Jinja would make a program's output of. */
const JINJA = "{{ lookup('pipe', 'id') }} {# gone #}";

/** A server of one story alone, whose inside is the machine, with its roles open. */
async function place(page: Page, app: App, machine: Machine, vmid: number, name: string): Promise<void> {
  await app.control.addGuest({
    vmid,
    name,
    node: "pve2",
    status: "running",
    config: { cores: 1, memory: 1024, scsi0: "local-lvm:2", boot: "order=scsi0", net0: "virtio=BC:24:11:AB:00:03,bridge=vmbr0" },
  });
  await signIn(page, app, `/servers?filter=${name}`);
  const { address, user, port } = machine.found;
  await expect
    .poll(async () => (await page.request.put(`/api/servers/${name}/connection`, { data: { address, user, port } })).status(), { timeout: 40_000 })
    .toBe(200);
  await page.getByRole("link", { name, exact: true }).first().click({ timeout: 40_000 });
  await page.getByRole("navigation", { name: "Parts of the server" }).getByRole("link", { name: "Roles" }).click();
  await expect(page.getByRole("heading", { name: "Connection" })).toBeVisible();
}

/** Asks for the role as a script would, and follows it in the browser; gives the secret that was made up for it. */
async function install(page: Page, name: string, variables: object = {}): Promise<string> {
  const answer = await page.request.post(`/api/assign_role/${name}`, { data: { role: "notice", variables } });
  expect(answer.ok(), await answer.text()).toBe(true);
  const { generated } = (await answer.json()) as { generated: { value: string }[] };
  return generated[0]?.value ?? "";
}

const own = (page: Page) => page.getByRole("grid", { name: "Roles of this server" });
const notice = (page: Page) => own(page).getByRole("row", { name: /Notice/ });
const runs = (page: Page) => page.getByRole("grid", { name: "Runs" });
const log = (page: Page) => page.getByRole("log", { name: "Log" });

async function choose(page: Page, role: string, item: string): Promise<void> {
  await own(page).getByRole("button", { name: `Actions of ${role}` }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

/** A file of the machine's. */
const inside = (machine: Machine, path: string) => join(machine.found.root, path);
const read = (machine: Machine, path: string) => readFile(inside(machine, path), "utf8");
const isThere = (machine: Machine, path: string) => stat(inside(machine, path)).then(
  () => true,
  () => false,
);

test("a role is filled in, followed line by line to its end, and its secret is told once", async ({ page, app, machine, complaints }) => {
  complaints.allowStatus(400);
  await place(page, app, machine, 5631, "noticed-01");
  await page.getByRole("button", { name: "Assign role" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Install a role on noticed-01" });
  await dialog.getByRole("combobox", { name: "Role" }).selectOption({ label: "Notice" });
  const [copies, signed] = [dialog.getByLabel("Copies"), dialog.getByLabel("Signed by")];

  // What is no whole number is not taken for nothing; what only the server can tell stands beside its field too.
  await copies.fill("1.5");
  await signed.fill("Nobody 7");
  await dialog.getByLabel("Text").fill(JINJA);
  await dialog.getByRole("button", { name: "Install" }).click();
  await expect(copies).toHaveAttribute("aria-invalid", "true");
  await copies.fill("12");
  await dialog.getByRole("button", { name: "Install" }).click();
  await expect(copies).toHaveAccessibleDescription(/1.*9/);
  await copies.fill("3");
  await dialog.getByRole("button", { name: "Install" }).click();
  await expect(signed).toHaveAttribute("aria-invalid", "true");
  await expect(signed).toHaveAccessibleDescription(/\[a-z\]\+/);
  await expect(copies).not.toHaveAttribute("aria-invalid", "true");
  await signed.fill("ops");
  await dialog.getByLabel("Wait to be let go on").check();
  await rm(inside(machine, "run/notice.go"), { force: true });
  await dialog.getByRole("button", { name: "Install" }).click();
  await expect(dialog).toBeHidden();

  const told = page.getByRole("dialog", { name: "Generated secrets" });
  await expect(told).toContainText("noticed-01 · notice · password");
  const secret = (await told.getByRole("listitem").getByRole("code").innerText()).trim();
  expect(secret.length).toBeGreaterThanOrEqual(16);
  await expectAccessible(page);
  await told.getByRole("button", { name: "I have kept them" }).click();
  await expect(told).toBeHidden();

  // The log stays at its end, unless somebody reads further up.
  await expect(log(page)).toContainText("notice : Wait to be let go on", RUN);
  const rest = () => log(page).evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
  await expect.poll(rest).toBeLessThan(24);
  await log(page).evaluate((element) => element.scrollTo(0, 0));
  const follow = page.getByRole("button", { name: "Follow the end" });
  await expect(follow).toBeVisible();
  await expect.poll(rest, "there is something to scroll").toBeGreaterThan(24);
  await follow.click();
  await expect(follow).toBeHidden();
  await writeFile(inside(machine, "run/notice.go"), "");
  await expect(page.getByText("The role is installed.").first()).toBeVisible(RUN);
  await expect(log(page)).toContainText(/notice: \d+ ok, 2 changed, 0 failed/);
  await expect.poll(rest).toBeLessThan(24);
  await expect(notice(page)).toContainText("Installed");

  // What was typed is data on the machine, and the secret that was told is the one that it has.
  expect(await read(machine, "etc/notice")).toBe(`3 ops ${JINJA}\n`);
  expect(await read(machine, "etc/notice.password")).toBe(`${secret}\n`);

  // The whole log is a file. A secret stands in neither, though this role says it.
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download the log" }).click()]);
  expect(file.suggestedFilename()).toMatch(/^task-.*\.txt$/);
  const text = await readFile(await file.path(), "utf8");
  for (const line of ["Signing in as", "notice : Respect the lock", "notice : Put up the notice", "********", "2 changed"]) {
    expect(text).toContain(line);
  }
  expect(text).not.toContain(secret);
  expect(await page.content()).not.toContain(secret);
  await page.reload();
  await hydrated(page);
  await expect(notice(page)).toContainText("Installed");
  await choose(page, "Notice", "Change variables");
  const again = page.getByRole("dialog", { name: "Variables of Notice" });
  await expect(again.getByLabel("Text")).toHaveValue(JINJA);
  await expect(again.getByLabel("Password")).toHaveValue("");
  await expect(again.getByLabel("Password")).toHaveAccessibleDescription(/Left empty, it stays what it is/);
  expect(await page.content()).not.toContain(secret);
});

test("what somebody changes on a server is found, shown and mended, and the role takes back what it set up", async ({ page, app, machine, context }) => {
  await place(page, app, machine, 5632, "noticed-02");
  const secret = await install(page, "noticed-02");
  await expect(page.getByText("The role is installed.").first()).toBeVisible(RUN);
  await expect(notice(page)).toContainText("Not since the last run");
  await choose(page, "Notice", "Check now");
  await expect(notice(page)).toContainText("As it should be", RUN);

  await writeFile(inside(machine, "etc/notice"), "Closed\n");
  await writeFile(inside(machine, "etc/notice.password"), "guessed\n");
  await choose(page, "Notice", "Check now");
  await expect(notice(page)).toContainText("Would change 2 things", RUN);
  await expect(log(page)).toContainText("notice: would change 2");
  const removed = log(page).locator("[data-change=removed]");
  await expect(removed.filter({ hasText: "-Closed" })).toBeVisible();
  await expect(log(page).locator("[data-change=added]").filter({ hasText: "+1 ops Welcome" })).toBeVisible();
  await expect(log(page)).toContainText("+********");
  await expect(log(page)).not.toContainText(secret);
  expect(await read(machine, "etc/notice"), "a check changes nothing").toBe("Closed\n");
  await expectAccessible(page);

  // The same in Korean and in the hand: nothing is cut off, and nothing is left in English but Ansible's own words.
  await page.getByRole("link", { name: "Show the task" }).first().click();
  await expect(page.getByRole("heading", { name: "Check role: noticed-02", level: 1 })).toBeVisible();
  await context.addCookies([{ name: "lang", value: "ko", url: app.url }]);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole("heading", { name: "역할 확인: noticed-02", level: 1 })).toBeVisible();
  await expect(page.getByText("역할을 확인했습니다.").first()).toBeVisible();
  const lines = page.getByRole("log", { name: "로그" });
  await expect(lines).toContainText("역할의 변경 사항을 확인합니다: notice");
  await expect(lines).toContainText("notice: 바뀔 항목 2개");
  await expect(page.getByRole("link", { name: "로그 내려받기" })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(await lines.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  await expectAccessible(page);
  await page.getByRole("link", { name: "서버 열기" }).click();
  await page.getByRole("navigation", { name: "서버 화면" }).getByRole("link", { name: "역할" }).click();
  await expect(page.getByRole("grid", { name: "이 서버의 역할" })).toContainText("바뀔 항목 2개");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectAccessible(page);
  await context.addCookies([{ name: "lang", value: "en", url: app.url }]);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.reload();
  await hydrated(page);

  await choose(page, "Notice", "Apply again");
  await expect(page.getByText("The role is installed.").first()).toBeVisible(RUN);
  await expect(page.getByRole("dialog", { name: "Generated secrets" })).toBeHidden();
  expect(await read(machine, "etc/notice")).toBe("1 ops Welcome\n");
  expect(await read(machine, "etc/notice.password")).toBe(`${secret}\n`);
  await page.getByRole("button", { name: "Check all" }).click();
  await expect(notice(page)).toContainText("As it should be", RUN);

  await choose(page, "Notice", "Remove");
  const question = page.getByRole("dialog", { name: "Remove Notice from noticed-02?" });
  await expect(question).toContainText("Packages and data stay on the server.");
  await question.getByRole("checkbox", { name: "Take back what it has set up" }).check();
  await expectAccessible(page);
  await question.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("What the role had set up is taken back. Packages and data stay.").first()).toBeVisible(RUN);
  await expect(page.getByRole("paragraph").filter({ hasText: "No roles yet" })).toBeVisible();
  await expect(runs(page).getByRole("row", { name: /Remove/ })).toContainText("Completed");
  expect([await isThere(machine, "etc/notice"), await isThere(machine, "etc/notice.password")]).toEqual([false, true]);
});

test("a run that fails names the task, is tried again, and one under way is called off", async ({ page, app, machine }) => {
  await place(page, app, machine, 5633, "noticed-03");
  await writeFile(inside(machine, "etc/notice.locked"), "");
  const secret = await install(page, "noticed-03");
  await expect(page.getByText("The role notice failed at the task “notice : Respect the lock”.").first()).toBeVisible(RUN);
  await expect(notice(page)).toContainText("Failed");
  await expect(runs(page).getByRole("row", { name: /Install/ })).toContainText("notice : Respect the lock");
  await expect(log(page)).toContainText("The board is locked, and ******** does not open it.");
  expect((await held(app, 5633)).status).toBe("running");

  await page.getByRole("link", { name: "Show the task" }).first().click();
  await expect(page.getByText("The server stands, but the task could not finish.").first()).toBeVisible();
  await expect(page.getByText("Partial", { exact: true }).first()).toBeVisible();
  await page.getByText("Cause").click();
  await expect(page.getByRole("region", { name: "Cause" })).toContainText("The board is locked");
  expect(await page.content()).not.toContain(secret);
  await expectAccessible(page);
  await rm(inside(machine, "etc/notice.locked"));
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("The role is installed.").first()).toBeVisible(RUN);
  expect(await read(machine, "etc/notice.password"), "with the values of the first attempt").toBe(`${secret}\n`);
  await page.goBack();
  await expect(page.getByRole("link", { name: "Show the new attempt" })).toBeVisible();

  await page.getByRole("link", { name: "Open the server" }).click();
  await page.getByRole("navigation", { name: "Parts of the server" }).getByRole("link", { name: "Roles" }).click();
  await rm(inside(machine, "run/notice.go"), { force: true });
  await install(page, "noticed-03", { waits: true, text: "Never" });
  await expect(log(page)).toContainText("notice : Wait to be let go on", RUN);
  await page.getByRole("button", { name: "Cancel the task" }).click();
  const question = page.getByRole("dialog", { name: "Cancel this task?" });
  await expect(question).toContainText("noticed-03 stays as it is now");
  await expect(question).not.toContainText("Proxmox");
  await question.getByRole("button", { name: "Cancel the task" }).click();
  await expect(notice(page)).toContainText("Cancelled", RUN);
  await expect(notice(page)).toContainText("Failed");
  expect(await read(machine, "etc/notice")).toBe("1 ops Welcome\n");

  // Without its own way back a role is only taken off the record.
  await choose(page, "Notice", "Remove");
  await page.getByRole("dialog", { name: "Remove Notice from noticed-03?" }).getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("paragraph").filter({ hasText: "No roles yet" })).toBeVisible();
  expect(await isThere(machine, "etc/notice")).toBe(true);
});

test("another host key stops a run with both keys named, until somebody forgets the old one", async ({ page, app, machine }) => {
  await place(page, app, machine, 5634, "noticed-04");
  const connection = page.getByRole("region", { name: "Connection" });
  const forget = connection.getByRole("button", { name: "Forget the host key" });
  await expect(forget).toBeDisabled();
  await install(page, "noticed-04");
  await expect(page.getByText("The role is installed.").first()).toBeVisible(RUN);
  const fingerprint = connection.getByRole("code").filter({ hasText: "SHA256:" });
  const known = await fingerprint.innerText();

  await changeHostKey(machine);
  await writeFile(inside(machine, "etc/notice"), "Closed\n");
  await choose(page, "Notice", "Apply again");
  const refusal = page.getByText("The host key of noticed-04 is not the one of the first contact").first();
  await expect(refusal).toBeVisible(RUN);
  await expect(refusal).toContainText(`(${known}, now ssh-ed25519 SHA256:`);
  await expect(refusal).toContainText("forget its key in its connection");
  await expect(notice(page)).toContainText("Failed");
  await expect(fingerprint).toHaveText(known);
  expect(await read(machine, "etc/notice"), "nothing was sent").toBe("Closed\n");

  await forget.click();
  const question = page.getByRole("dialog", { name: "Forget the host key of noticed-04?" });
  await expect(question).toContainText("Do this only where the server was installed anew");
  await expectAccessible(page);
  await question.getByRole("button", { name: "Forget it" }).click();
  await expect(connection).toContainText("No host key is remembered");
  await choose(page, "Notice", "Apply again");
  await expect(page.getByText("The role is installed.").first()).toBeVisible(RUN);
  await expect(log(page)).toContainText("First contact; remembering the host key ssh-ed25519 SHA256:");
  await expect(fingerprint).not.toHaveText(known);
  expect(await read(machine, "etc/notice")).toBe("1 ops Welcome\n");
});

test("an exporter that is installed is a target of Prometheus until it is taken back, and its package stays", async ({ page, app, machine }) => {
  test.setTimeout(1_200_000);
  await place(page, app, machine, 5635, "noticed-05");
  const port = await freePort();
  const metrics = `http://127.0.0.1:${port}/metrics`;
  const targets = async () => {
    const text = await readFile(join(app.data, "prometheus/targets.json"), "utf8");
    return (JSON.parse(text) as { targets: string[]; labels: Record<string, string> }[]).filter(({ labels }) => labels.name === "noticed-05");
  };
  expect(await targets()).toEqual([]);
  await page.getByRole("button", { name: "Assign role" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Install a role on noticed-05" });
  await dialog.getByRole("combobox", { name: "Role" }).selectOption({ label: "Node exporter" });
  await dialog.getByLabel("Address").fill("127.0.0.1");
  await dialog.getByLabel("Port").fill(String(port));
  await dialog.getByRole("button", { name: "Install" }).click();
  await expect(page.getByText("The role is installed.").first()).toBeVisible(LONG);
  expect(await (await fetch(metrics)).text()).toContain("node_memory_MemTotal_bytes");
  await expect.poll(targets).toEqual([
    { targets: [`127.0.0.1:${port}`], labels: expect.objectContaining({ vmid: "5635", node: "pve2", role: "" }) },
  ]);

  await choose(page, "Node exporter", "Remove");
  const question = page.getByRole("dialog", { name: "Remove Node exporter from noticed-05?" });
  await question.getByRole("checkbox", { name: "Take back what it has set up" }).check();
  await question.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("paragraph").filter({ hasText: "No roles yet" })).toBeVisible(RUN);
  await expect.poll(targets).toEqual([]);
  await expect(fetch(metrics)).rejects.toThrow();
  expect(await isThere(machine, "usr/bin/prometheus-node-exporter"), "the package stays").toBe(true);
});
