import { breakBackend, mendBackend, moveFlag } from "./support/backend";
import { expect, test } from "./support/fixture";
import { lever } from "./support/screen";

/** Every page that is no rollout's own. */
const PAGES = ["/", "/flags", "/people", "/backend", "/new-rollout"];

test("a lowering that is not confirmed in 30 s stands in red on every page, with the way to what is to be done by hand", async ({
  open,
  people,
  gateway,
}) => {
  test.setTimeout(120_000);
  const id = await people.viewer.rollout();
  const page = await open("product-owner", "/people");
  const alarm = page.getByRole("alert").filter({ hasText: "went down, and the backend has not confirmed it" });
  breakBackend(gateway);
  await people.operations.does({ type: "lower", flag: "csf-grid", to: "off" });
  await expect(alarm).toContainText("CSF Grid of S4 in production", { timeout: 60_000 });
  for (const path of [...PAGES, `/rollouts/${id}/at/1`]) {
    await page.goto(path);
    await expect(alarm, path).toHaveCount(1);
  }
  // The rollout's own pages say it flag by flag, once.
  for (const path of [`/rollouts/${id}`, `/rollouts/${id}/ledger`]) {
    await page.goto(path);
    await expect(page.getByRole("alert").getByText("has not confirmed it"), path).toHaveCount(1);
    await expect(alarm, path).toHaveCount(0);
  }
  await page.goto("/backend");
  await alarm.getByRole("link", { name: "See what to do by hand" }).click();
  await expect(page).toHaveURL(`/rollouts/${id}#flag-csf-grid`);
  await page.goto("/people");
  mendBackend(gateway);
  await expect(alarm).toHaveCount(0, { timeout: 20_000 });
});

test("a flag that goes up past a gate that is not clear alarms on every page, until it is put back", async ({ open, people, gateway }) => {
  test.setTimeout(120_000);
  const id = await people.viewer.rollout();
  const page = await open("legal", "/flags");
  const alarm = page.getByRole("alert").filter({ hasText: "has gone up past gate 1, which is not clear" });
  moveFlag(gateway, "FEATURE_CSF_ENABLED", "on");
  await expect(alarm).toContainText("the backend gives it at on, the ledger wants off", { timeout: 30_000 });
  for (const path of [...PAGES, `/rollouts/${id}`, `/rollouts/${id}/ledger`, `/rollouts/${id}/at/1`]) {
    await page.goto(path);
    await expect(alarm, path).toHaveCount(1);
  }
  await alarm.getByRole("link", { name: "Put it back, or accept it" }).click();
  await expect(page).toHaveURL(`/rollouts/${id}#flag-csf-grid`);
  await expect(lever(page, "CSF Grid")).toContainText("the ledger did not ask for that");
  await people.engineer.does({ type: "lower", flag: "csf-grid", to: "off" });
  await expect(alarm).toHaveCount(0);
});
