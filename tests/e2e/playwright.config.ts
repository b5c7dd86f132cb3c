import { defineConfig } from "@playwright/test";

// Every spec starts its own gateway on a free port, so there is no shared server here.
export default defineConfig({
  testDir: ".",
  outputDir: "../../target/e2e",
  fullyParallel: true,
  workers: 2,
  // What passes only at the second try is listed as flaky in the end: that is a defect to look for, not a pass.
  retries: 1,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  use: {
    browserName: "chromium",
    // A trace of every first try costs as much as the tests themselves.
    trace: "on-first-retry",
    launchOptions: {
      executablePath: process.env.SIGNALBOX_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
