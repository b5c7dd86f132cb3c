import { breakBackend, mendBackend } from "./support/backend";
import { expect, test } from "./support/fixture";
import { go, prepare } from "./support/plan";

test("the backend's page says whether it answers and since when, and what came of each delivery", async ({ open, people, gateway }) => {
  const page = await open("operations", "/backend");
  const one = page.getByRole("region", { name: "Built-in" });
  await expect(one.getByRole("status")).toContainText(/^Answers since/);
  await expect(one).toContainText("Part of this gateway");
  await expect(one).toContainText("Off, on, and percentages in steps of 0.0001 %; of everybody, or of segments");
  await expect(one).toContainText(/Median .* of the last \d+/);
  await expect(one).toContainText(/All of them .*(just now|ago)/);
  const deliveries = page.getByRole("region", { name: "Latest deliveries" });
  await expect(deliveries.getByText("Nothing was delivered yet")).toBeVisible();

  // What is delivered while one looks appears by itself.
  await prepare(people, 1);
  await go(people, 1);
  await people.engineer.does({ type: "raise", step: "csf-on", confirm: "FEATURE_CSF_ENABLED" });
  const raised = deliveries.getByRole("row").filter({ hasText: "asked for by" });
  await expect(raised).toHaveCount(1);
  await expect(raised).toContainText("Sent, and read back as it was wanted.");

  breakBackend(gateway);
  await people.operations.does({ type: "lower", flag: "csf-grid", to: "off" });
  await expect(one.getByRole("status")).toContainText(/^Does not answer since/, { timeout: 20_000 });
  const lowered = deliveries.getByRole("row", { name: /off.*Failed/ });
  await expect(lowered).toContainText("The backend did not answer.");
  await expect(lowered.getByText(/earlier attempt/)).toBeVisible({ timeout: 20_000 });
  mendBackend(gateway);
  await expect(lowered.or(deliveries.getByRole("row", { name: /off.*Applied/ })).getByText("Applied")).toBeVisible({ timeout: 20_000 });
  await expect(one.getByRole("status")).toContainText(/^Answers since/);

  await raised.last().getByRole("link", { name: "FEATURE_CSF_ENABLED" }).click();
  await expect(page).toHaveURL(/\/rollouts\/.*#flag-csf-grid$/);
  await page.goBack();
  await page.keyboard.press("g");
  await page.keyboard.press("f");
  await expect(page.getByRole("heading", { level: 1, name: "Flags" })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await expect(page.getByRole("heading", { level: 1, name: "Backend" })).toBeVisible();
});

test("a backend page that cannot be renewed says so, and how old it is", async ({ open }) => {
  const page = await open("viewer", "/backend");
  await expect(page.getByRole("region", { name: "Built-in" })).toContainText("Answers");
  await page.route("**/api/backend", (route) => route.fulfill({ status: 503, contentType: "text/html", body: "<p>away</p>" }));
  await expect(page.getByRole("alert").getByText("The gateway does not say how the backend does now.")).toBeVisible({ timeout: 15_000 });
  await page.reload();
  await expect(page.getByText("The gateway did not say how the backend does")).toBeVisible();
  await page.unroute("**/api/backend");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("region", { name: "Built-in" })).toContainText("Answers");
});
