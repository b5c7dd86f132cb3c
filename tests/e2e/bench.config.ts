import { defineConfig } from "@playwright/test";
import tests from "./playwright.config";

// `make bench`: one after the other, each once, nothing recorded meanwhile.
export default defineConfig({
  ...tests,
  testDir: "./bench",
  testMatch: "*.bench.ts",
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 600_000,
  use: { ...tests.use, trace: "off" },
});
