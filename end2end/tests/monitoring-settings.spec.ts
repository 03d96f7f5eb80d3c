// The settings of monitoring: what is wrong is said beside its field, what was saved stays, and counts elsewhere.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe";
import { signIn } from "../helpers/sign-in";
import { expect, hydrated, open, test } from "../helpers/test";

const SETTINGS = "/monitoring?tab=settings";

const save = (page: Page) => page.getByRole("button", { name: "Save" });

async function expectSaved(page: Page): Promise<void> {
  await save(page).click();
  await expect(page.getByText("Settings saved").first()).toBeVisible();
  await expect(save(page)).toHaveAccessibleDescription("Nothing has been changed");
}

test("quiet hours begin in the browser's time zone, and another one stays", async ({ page, app, complaints }) => {
  complaints.allowStatus(400);
  await signIn(page, app, SETTINGS);
  await expect(save(page)).toBeDisabled();
  await page.getByRole("switch", { name: "Quiet hours" }).check();
  const zone = page.getByRole("combobox", { name: "Time zone" });
  await expect(zone).toHaveValue("Asia/Seoul");

  // A zone that nobody knows is refused beside its field, and the rest stays as it was typed.
  await page.getByLabel("From", { exact: true }).fill("21:30");
  await page.getByLabel("Until", { exact: true }).fill("06:15");
  await zone.fill("Mars/Olympus");
  await zone.press("Enter");
  await save(page).click();
  await expect(zone).toHaveAttribute("aria-invalid", "true");
  await expect(zone).toHaveAccessibleDescription(/Mars\/Olympus/);
  await expect(page.getByLabel("From", { exact: true })).toHaveValue("21:30");
  await expectAccessible(page);

  await zone.fill("Lisbon");
  await page.getByRole("option", { name: "Europe/Lisbon" }).click();
  await page.getByRole("switch", { name: "What is critical is told nevertheless" }).uncheck();
  await page.getByRole("checkbox", { name: "Sunday" }).uncheck();
  await expectSaved(page);
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole("switch", { name: "Quiet hours" })).toBeChecked();
  await expect(zone).toHaveValue("Europe/Lisbon");
  await expect(page.getByLabel("From", { exact: true })).toHaveValue("21:30");
  await expect(page.getByLabel("Until", { exact: true })).toHaveValue("06:15");
  await expect(page.getByRole("switch", { name: "What is critical is told nevertheless" })).not.toBeChecked();
  await expect(page.getByRole("checkbox", { name: "Saturday" })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "Sunday" })).not.toBeChecked();

  await page.getByRole("switch", { name: "Quiet hours" }).uncheck();
  await expectSaved(page);
});

test("charts look back as far as is set, and alerts are raised only where they are wanted", async ({ page, app }) => {
  await signIn(page, app, SETTINGS);
  const range = page.getByRole("combobox", { name: "How far back charts look at first" });
  const raised = page.getByRole("switch", { name: "Raise alerts" });
  const before = await range.inputValue();
  await range.selectOption({ label: "Last week" });
  await raised.uncheck();
  await expectSaved(page);

  await open(page, "/monitoring?tab=charts");
  await expect(page.getByRole("combobox", { name: "Period" }).locator("option:checked")).toHaveText("Last week");
  await open(page, SETTINGS);
  await expect(raised).not.toBeChecked();
  await raised.check();
  await expectSaved(page);
  // One's own save is no other's: the next one is taken from where the page stands.
  await range.selectOption(before);
  await expectSaved(page);
  await expect(page.getByText("Somebody else has changed")).toBeHidden();
});

test("without Prometheus and Grafana the page says what would bring them", async ({ page, app }) => {
  await signIn(page, app, SETTINGS);
  const sources = page.getByRole("region", { name: "Where figures come from" });
  await expect(sources).toContainText("always there");
  await expect(sources).toContainText("not configured");
  await expect(sources).toContainText("PROMETHEUS_URL");
  await expect(page.getByRole("region", { name: "Grafana" })).toContainText("GRAFANA_BASE_URL");
  await expect(page.locator("iframe")).toHaveCount(0);
});
