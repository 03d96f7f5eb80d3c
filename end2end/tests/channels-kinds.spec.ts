// What each kind of receiver gets, in its own shape and language; and which notifications find a way through a
// channel's rules.
import type { Locator, Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { type Got, type Hook, startHook } from "../helpers/receivers";
import { found } from "../helpers/servers";
import { signIn } from "../helpers/sign-in";
import { type App, expect, open, test } from "../helpers/test";

const CHANNELS = "/monitoring?tab=channels";
const URL_OF_DROVER = "https://drover.example.org";

// The receivers stand on the loopback, which notifications may not reach unless it is allowed.
test.use({ moreEnv: { DROVER_WEBHOOK_ALLOW: "127.0.0.1", DROVER_SELF_TESTS: "true", DROVER_PUBLIC_URL: URL_OF_DROVER } });

const field = (dialog: Locator, name: string) => dialog.getByRole("textbox", { name, exact: true });

const cardOf = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

const body = (got: Got | undefined) => JSON.parse(got?.body ?? "null") as Record<string, unknown>;

/** Opens the form of a new channel whose readers are told in `language`. */
async function begin(page: Page, name: string, kind: string, language: string): Promise<{ dialog: Locator; rule: Locator }> {
  await page.getByRole("button", { name: "New channel" }).click();
  const dialog = page.getByRole("dialog", { name: "New channel" });
  await field(dialog, "Name").fill(name);
  await dialog.getByRole("combobox", { name: "Kind" }).selectOption({ label: kind });
  await dialog.getByRole("combobox", { name: "Language" }).selectOption({ label: language });
  return { dialog, rule: dialog.getByRole("group", { name: "Rule 1" }) };
}

async function save(dialog: Locator): Promise<void> {
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
}

async function remove(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: `Actions of ${name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog", { name: `Delete the channel ${name}` }).getByRole("button", { name: "Delete" }).click();
  await expect(cardOf(page, name)).toHaveCount(0);
}

/** Sends the trial of a channel; its receiver has it when the page says so. */
async function tryOut(page: Page, name: string, hook: Hook): Promise<Got> {
  const card = cardOf(page, name);
  await card.getByRole("button", { name: `Test ${name}` }).click();
  await expect(card.getByText("The trial was taken.")).toBeVisible();
  expect(hook.got).toHaveLength(1);
  return hook.got[0]!;
}

test("Slack, Gotify and ntfy each get what they understand, in the language that was chosen", async ({ page, app }) => {
  const hooks = [await startHook(), await startHook(), await startHook()] as const;
  const [slack, gotify, ntfy] = hooks;
  try {
    await signIn(page, app, CHANNELS);

    const chat = await begin(page, "Chat", "Slack-compatible", "Korean");
    await field(chat.dialog, "Incoming webhook's address").fill(slack.url);
    await expectAccessible(page);
    await save(chat.dialog);
    // The address is a secret itself: nobody reads it again.
    await expect(cardOf(page, "Chat")).toContainText("Slack-compatible");
    await expect(cardOf(page, "Chat")).not.toContainText(slack.url);
    const said = body(await tryOut(page, "Chat", slack));
    expect(said).toMatchObject({
      text: "시험 알림",
      attachments: [{ title: "시험 알림", title_link: `${URL_OF_DROVER}/`, text: "알림이 이렇게 표시됩니다." }],
    });

    // Gotify asks for its token, and is called at its own place below the address.
    const phone = await begin(page, "Phone", "Gotify", "English");
    await field(phone.dialog, "Address").fill(gotify.url);
    await phone.dialog.getByRole("button", { name: "Save" }).click();
    await expect(field(phone.dialog, "Token")).toHaveAttribute("aria-invalid", "true");
    await field(phone.dialog, "Token").fill("A-gotify-token");
    await save(phone.dialog);
    const pushed = await tryOut(page, "Phone", gotify);
    expect(pushed.path).toBe("/hook/message");
    expect(pushed.headers["x-gotify-key"]).toBe("A-gotify-token");
    expect(body(pushed)).toEqual({
      title: "A trial notification",
      message: "This is what a notification looks like.",
      priority: 2,
      extras: { "client::notification": { click: { url: `${URL_OF_DROVER}/` } } },
    });

    // ntfy has a topic, and a token only where one is wanted.
    const watch = await begin(page, "Watch", "ntfy", "Korean");
    await field(watch.dialog, "Address").fill(ntfy.url);
    await watch.dialog.getByRole("button", { name: "Save" }).click();
    await expect(field(watch.dialog, "Topic")).toHaveAttribute("aria-invalid", "true");
    await expectAccessible(page);
    await field(watch.dialog, "Topic").fill("drover");
    await field(watch.dialog, "Token").fill("tk_ntfy");
    await save(watch.dialog);
    await expect(cardOf(page, "Watch")).toContainText(`${ntfy.url}/drover`);
    const published = await tryOut(page, "Watch", ntfy);
    expect(published.headers.authorization).toBe("Bearer tk_ntfy");
    expect(body(published)).toEqual({
      topic: "drover",
      title: "시험 알림",
      message: "알림이 이렇게 표시됩니다.",
      priority: 3,
      tags: ["information_source"],
      click: `${URL_OF_DROVER}/`,
    });
    await expectAccessible(page);
    for (const name of ["Chat", "Phone", "Watch"]) await remove(page, name);
  } finally {
    for (const hook of hooks) await hook.close();
  }
});

const TAGGED = { vmid: 5861, name: "routed-01" };
const NAMED = { vmid: 5862, name: "routed-02" };

/** Starts a server; it comes to its end, whichever that is. */
async function start(page: Page, app: App, vmid: number): Promise<void> {
  const asked = await page.request.post(`${app.url}/api/servers/main:${vmid}/start`, { data: {} });
  expect(asked.ok(), await asked.text()).toBe(true);
}

test("a notification goes out by level, category, tag and server, and by no other channel", async ({ page, app }) => {
  test.setTimeout(180_000);
  const hooks = { Grave: await startHook(), House: await startHook(), Tagged: await startHook(), Named: await startHook() };
  const config = { cores: 1, memory: 512, scsi0: "local-lvm:2", boot: "order=scsi0" };
  try {
    await app.control.addGuest({ ...TAGGED, node: "pve1", status: "stopped", config: { ...config, tags: "routed" } });
    await app.control.addGuest({ ...NAMED, node: "pve1", status: "stopped", config });
    await signIn(page, app, "/servers?filter=routed-");
    for (const { name } of [TAGGED, NAMED]) await expect(page.getByRole("link", { name, exact: true })).toBeVisible({ timeout: 40_000 });
    await open(page, CHANNELS);

    const make = async (name: keyof typeof hooks, level: string, narrow: (rule: Locator) => Promise<void>) => {
      const { dialog, rule } = await begin(page, name, "Webhook", "English");
      await field(dialog, "Address").fill(hooks[name].url);
      await field(dialog, "Signing secret").fill("a secret of some length");
      await rule.getByRole("combobox", { name: "Least level" }).selectOption({ label: level });
      await narrow(rule);
      await save(dialog);
    };
    await make("Grave", "Error", async (rule) => rule.getByRole("checkbox", { name: "Servers" }).check());
    await make("House", "Everything", async (rule) => rule.getByRole("checkbox", { name: "System" }).check());
    await make("Tagged", "Everything", async (rule) => field(rule, "Tags").fill("routed"));
    await make("Named", "Success and above", async (rule) => field(rule, "Servers").fill(NAMED.name));

    await start(page, app, TAGGED.vmid);
    await expect.poll(async () => (await found(app, TAGGED.vmid))?.status, { timeout: 60_000 }).toBe("running");
    await app.control.fault({ match: { method: "POST", path: `/qemu/${NAMED.vmid}/status/start$` }, action: "task_fail", message: "no such bridge" });
    await start(page, app, NAMED.vmid);
    const titles = (name: keyof typeof hooks) => hooks[name].got.map((got) => body(got).title);
    await expect.poll(() => titles("Grave"), { timeout: 60_000 }).toEqual(["Start server failed: routed-02"]);
    await start(page, app, NAMED.vmid);
    await expect.poll(() => titles("Named"), { timeout: 60_000 }).toEqual(["Start server failed: routed-02", "Start server completed: routed-02"]);
    const tested = await page.request.post("/api/test/simple", { data: {} });
    expect(tested.ok(), await tested.text()).toBe(true);
    await expect.poll(() => titles("House"), { timeout: 60_000 }).toEqual(["Self-test completed: Hello Celery"]);

    // By now each has got what is meant for it, and what was told last has gone out: nothing else is under way.
    await expect.poll(() => titles("Tagged")).toEqual(["Start server completed: routed-01"]);
    expect(titles("Grave")).toHaveLength(1);
    expect(titles("Named")).toHaveLength(2);
    expect(body(hooks.Tagged.got[0])).toMatchObject({ level: "success", category: "server", servers: ["routed-01"], type: expect.any(String) });
    expect(body(hooks.Grave.got[0])).toMatchObject({ level: "error", category: "server", url: expect.stringMatching(/^https:\/\/drover\.example\.org\/tasks\//) });

    // The record of the channel tells the same, and the rule still says whom it is about.
    await page.getByRole("button", { name: "Actions of Named" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    const edit = page.getByRole("dialog", { name: "Edit Named (Webhook)" });
    await expect(field(edit, "Servers")).toHaveValue(NAMED.name);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Deliveries of Named" }).click();
    await expect(cardOf(page, "Named").getByRole("list", { name: "Deliveries of Named" }).getByRole("listitem")).toHaveCount(2);
    for (const name of Object.keys(hooks)) await remove(page, name);
  } finally {
    await app.control.clearFaults();
    for (const hook of Object.values(hooks)) await hook.close();
  }
});
