// Channels by which notifications leave: made, tried, refused, changed and deleted in the browser, against a receiver
// that answers as it is told and a mail server that shows what it takes.
import { createHmac } from "node:crypto";

import type { Locator, Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { type Got, startHook, startMailServer } from "../helpers/receivers";
import { signIn } from "../helpers/sign-in";
import { expect, hydrated, test } from "../helpers/test";

const CHANNELS = "/monitoring?tab=channels";
const SECRET = "a secret of some length";
const PASSWORD = "mail-word-9";

// The receivers stand on the loopback, which notifications may not reach unless it is allowed.
test.use({ moreEnv: { DROVER_WEBHOOK_ALLOW: "127.0.0.1", DROVER_SELF_TESTS: "true" } });

const field = (dialog: Locator, name: string) => dialog.getByRole("textbox", { name, exact: true });

const cardOf = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

/** Opens the form of a new channel. */
async function begin(page: Page, name: string, kind: string): Promise<Locator> {
  await page.getByRole("button", { name: "New channel" }).click();
  const dialog = page.getByRole("dialog", { name: "New channel" });
  await field(dialog, "Name").fill(name);
  await dialog.getByRole("combobox", { name: "Kind" }).selectOption({ label: kind });
  return dialog;
}

/** Lets through what the self-tests tell and nothing that the lab's servers do meanwhile. */
async function narrowDown(dialog: Locator): Promise<void> {
  const rule = dialog.getByRole("group", { name: "Rule 1" });
  await rule.getByRole("combobox", { name: "Least level" }).selectOption({ label: "Everything" });
  await rule.getByRole("checkbox", { name: "System" }).check();
}

async function makeWebhook(page: Page, name: string, url: string): Promise<Locator> {
  const dialog = await begin(page, name, "Webhook");
  await field(dialog, "Address").fill(url);
  await field(dialog, "Signing secret").fill(SECRET);
  await narrowDown(dialog);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  return cardOf(page, name);
}

async function remove(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: `Actions of ${name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog", { name: `Delete the channel ${name}` }).getByRole("button", { name: "Delete" }).click();
  await expect(cardOf(page, name)).toHaveCount(0);
}

/** Asks for a task that does nothing, of which the channels tell. */
async function tell(page: Page): Promise<void> {
  const answer = await page.request.post("/api/test/simple", { data: {} });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** Whether the signature is of this body, at the time that is told beside it. */
function expectSigned({ headers, body }: Got): void {
  const timestamp = String(headers["x-drover-timestamp"]);
  expect(Math.abs(Date.now() / 1000 - Number(timestamp))).toBeLessThan(300);
  const signature = createHmac("sha256", SECRET).update(`${timestamp}.${body}`).digest("hex");
  expect(headers["x-drover-signature"]).toBe(`sha256=${signature}`);
}

test("a webhook is made, and what its receiver gets is signed", async ({ page, app }) => {
  const hook = await startHook();
  try {
    await signIn(page, app, CHANNELS);
    await expect(page.getByText("There are no channels")).toBeVisible();
    await expectAccessible(page);

    // What is wrong stands beside its field, and nothing that was typed is lost.
    const dialog = await begin(page, "Operations", "Webhook");
    await field(dialog, "Address").fill("ftp://hooks.example.org/");
    await field(dialog, "Signing secret").fill("short");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(field(dialog, "Address")).toHaveAccessibleDescription(/begins with https/);
    await expect(field(dialog, "Signing secret")).toHaveAccessibleDescription(/at least 16 characters/);
    await expect(field(dialog, "Name")).toHaveValue("Operations");
    await expectAccessible(page);
    await field(dialog, "Address").fill(hook.url);
    await field(dialog, "Signing secret").fill(SECRET);
    await narrowDown(dialog);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog).toBeHidden();
    const card = cardOf(page, "Operations");
    await expect(card).toContainText(hook.url);
    await expect(page.getByText("There are no channels")).toBeHidden();

    await card.getByRole("button", { name: "Test Operations" }).click();
    await expect(card.getByText("The trial was taken.")).toBeVisible();
    await expectAccessible(page);
    expect(hook.got).toHaveLength(1);
    expectSigned(hook.got[0]!);
    expect(JSON.parse(hook.got[0]!.body)).toMatchObject({ channel: "Operations", type: "test", category: "system", language: "en" });

    await tell(page);
    await expect.poll(() => hook.got.length).toBe(2);
    expectSigned(hook.got[1]!);
    expect(JSON.parse(hook.got[1]!.body)).toMatchObject({ type: "self_test", title: "Self-test completed: Hello Celery" });

    await remove(page, "Operations");
    await expect(page.getByText("There are no channels")).toBeVisible();
  } finally {
    await hook.close();
  }
});

test("what a receiver refused is told in its words, given up, and sent again", async ({ page, app }) => {
  const hook = await startHook();
  try {
    await signIn(page, app, CHANNELS);
    const card = await makeWebhook(page, "Pager", hook.url);
    hook.answer(410, "closed for today");
    await card.getByRole("button", { name: "Test Pager" }).click();
    await expect(card.getByRole("alert")).toContainText("The server answered with HTTP 410.");
    await expect(card.getByRole("alert")).toContainText("closed for today");
    await expectAccessible(page);

    await tell(page);
    await expect.poll(() => hook.got.length).toBe(2);
    await page.reload();
    await hydrated(page);
    await expect(card.getByText("1 given up")).toBeVisible();
    await card.getByRole("button", { name: "Deliveries of Pager" }).click();
    const deliveries = card.getByRole("list", { name: "Deliveries of Pager" });
    await expect(deliveries.getByRole("listitem")).toHaveCount(1);
    await expect(deliveries).toContainText("closed for today");
    await expectAccessible(page);

    // It is the same notification that comes again.
    hook.answer(200, "");
    await deliveries.getByRole("button", { name: /^Send again/ }).click();
    await expect.poll(() => hook.got.length).toBe(3);
    expectSigned(hook.got[2]!);
    const id = (got: Got) => (JSON.parse(got.body) as { id: string }).id;
    expect(id(hook.got[2]!)).toBe(id(hook.got[1]!));
    await page.reload();
    await hydrated(page);
    await expect(card).toContainText(hook.url);
    await expect(card.getByText("1 given up")).toBeHidden();
    await card.getByRole("button", { name: "Deliveries of Pager" }).click();
    await expect(deliveries).toContainText("Sent");
    await remove(page, "Pager");
  } finally {
    await hook.close();
  }
});

test("the addresses from which clouds tell secrets are refused beside the field", async ({ page, app, complaints }) => {
  complaints.allowStatus(400);
  await signIn(page, app, CHANNELS);
  const dialog = await begin(page, "Metadata", "Webhook");
  await field(dialog, "Address").fill("http://169.254.169.254/latest/meta-data/");
  await field(dialog, "Signing secret").fill(SECRET);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(field(dialog, "Address")).toHaveAttribute("aria-invalid", "true");
  await expect(field(dialog, "Address")).toHaveAccessibleDescription(/169\.254\.169\.254 leads to an inner address.*DROVER_WEBHOOK_ALLOW/);
  await expect(field(dialog, "Address")).toHaveValue("http://169.254.169.254/latest/meta-data/");
  await expect(dialog.getByRole("alert")).toHaveCount(0);
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(cardOf(page, "Metadata")).toHaveCount(0);
});

test("a channel is changed, and its secret stays where nobody types another one", async ({ page, app, complaints }) => {
  complaints.allowStatus(400);
  const [hook, other] = [await startHook(), await startHook()];
  try {
    await signIn(page, app, CHANNELS);
    await makeWebhook(page, "Evening", hook.url);
    await page.getByRole("button", { name: "Actions of Evening" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    const edit = page.getByRole("dialog", { name: "Edit Evening (Webhook)" });
    await expect(field(edit, "Signing secret")).toHaveValue("********");
    await expect(edit.getByRole("checkbox", { name: "System" })).toBeChecked();
    await field(edit, "Name").fill("Night");
    await field(edit, "Address").fill(other.url);
    await expectAccessible(page);
    await edit.getByRole("button", { name: "Save" }).click();
    await expect(edit).toBeHidden();
    const card = cardOf(page, "Night");
    await expect(card).toContainText(other.url);
    await expect(cardOf(page, "Evening")).toHaveCount(0);

    await card.getByRole("button", { name: "Test Night" }).click();
    await expect(card.getByText("The trial was taken.")).toBeVisible();
    expect(hook.got).toEqual([]);
    expectSigned(other.got[0]!);

    // No two are called the same, in whatever case.
    const twin = await begin(page, "NIGHT", "Webhook");
    await field(twin, "Address").fill(other.url);
    await field(twin, "Signing secret").fill(SECRET);
    await twin.getByRole("button", { name: "Save" }).click();
    await expect(field(twin, "Name")).toHaveAttribute("aria-invalid", "true");
    await page.keyboard.press("Escape");
    await expect(twin).toBeHidden();

    // One that is switched off keeps quiet, and says that it is off.
    await page.getByRole("button", { name: "Actions of Night" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    await page.getByRole("dialog", { name: "Edit Night (Webhook)" }).getByRole("switch", { name: "Enabled" }).uncheck();
    await page.getByRole("dialog", { name: "Edit Night (Webhook)" }).getByRole("button", { name: "Save" }).click();
    await expect(card.getByText("Off", { exact: true })).toBeVisible();
    await remove(page, "Night");
  } finally {
    await hook.close();
    await other.close();
  }
});

test("mail is sent over TLS, signed in, in the language that was chosen", async ({ page, app }) => {
  const mail = await startMailServer(PASSWORD);
  try {
    await signIn(page, app, CHANNELS);
    const dialog = await begin(page, "Night shift", "E-mail");
    await field(dialog, "Mail server").fill("127.0.0.1");
    await dialog.getByRole("spinbutton", { name: "Port" }).fill(String(mail.port));
    await field(dialog, "User name").fill("drover");
    await field(dialog, "Password").fill(PASSWORD);
    await field(dialog, "From").fill("drover@example.org");
    await field(dialog, "To").fill("one@example.org\nnobody");
    await dialog.getByRole("combobox", { name: "Language" }).selectOption({ label: "Korean" });
    await narrowDown(dialog);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(field(dialog, "To")).toHaveAttribute("aria-invalid", "true");
    await expectAccessible(page);
    await field(dialog, "To").fill("one@example.org\ntwo@example.org");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog).toBeHidden();
    const card = cardOf(page, "Night shift");
    await expect(card).toContainText("one@example.org, two@example.org");

    // Nobody vouches for the certificate yet.
    await card.getByRole("button", { name: "Test Night shift" }).click();
    await expect(card.getByRole("alert")).toContainText("Check its certificate");
    expect(mail.taken()).toEqual([]);
    await page.getByRole("button", { name: "Actions of Night shift" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    const edit = page.getByRole("dialog", { name: "Edit Night shift (E-mail)" });
    await expect(field(edit, "Password")).toHaveValue("********");
    await field(edit, "Trusted authorities (PEM)").fill(mail.authority);
    await edit.getByRole("button", { name: "Save" }).click();
    await expect(edit).toBeHidden();

    await card.getByRole("button", { name: "Test Night shift" }).click();
    await expect(card.getByText("The trial was taken.")).toBeVisible();
    await expect.poll(() => mail.taken().length).toBe(1);
    const [trial] = mail.taken();
    expect(trial).toMatchObject({ from: "drover@example.org", to: ["one@example.org", "two@example.org"], tls: true, user: "drover" });
    expect(trial?.headers.Subject).toContain("시험 알림");
    expect(trial?.plain).toContain("알림이 이렇게 표시됩니다.");

    await tell(page);
    await expect.poll(() => mail.taken().length).toBe(2);
    expect(mail.taken()[1]?.headers.Subject).toContain("자체 점검 완료");
    await remove(page, "Night shift");
  } finally {
    await mail.stop();
  }
});
