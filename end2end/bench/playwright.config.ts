// How `make bench` runs: one measurement after another, nothing beside it, nothing recorded.
import { defineConfig } from "@playwright/test";

import tests from "../playwright.config";

export default defineConfig({
  ...tests,
  testDir: ".",
  outputDir: "../test-results",
  workers: 1,
  retries: 0,
  timeout: 300_000,
  use: { ...tests.use, screenshot: "off", trace: "off" },
});
