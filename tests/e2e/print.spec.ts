import { type Page } from "@playwright/test";
import { expect, test } from "./support/fixture";
import { go, prepare, steps } from "./support/plan";
import { minding } from "./support/walk";

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name });

/** Nothing to press or to fill in, nothing cut off at the side. */
async function isReport(page: Page): Promise<void> {
  await expect(page.getByRole("button").filter({ visible: true })).toHaveCount(0);
  await expect(page.getByRole("textbox").filter({ visible: true })).toHaveCount(0);
  await page.setViewportSize({ width: 688, height: 1000 });
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(sideways, "cut off at the width of a sheet").toBeLessThanOrEqual(0);
}

test("a rollout prints as a report: every phase, who signed what and why, no controls", async ({ open, people }) => {
  await people["product-owner"].does({ type: "sign", slot: "s4-initiation", reason: "The board agreed on Monday" });
  for (const [role, line] of [
    ["operations", "s4-deployment"],
    ["engineer", "s4-flag-infrastructure"],
    ["operations", "s4-dashboards"],
  ] as const) {
    await people[role].does({ type: "tick", line });
  }
  await go(people, 1);
  await steps(people, 1);
  const { state, plan } = await people.viewer.view();
  const page = await open("legal", `/rollouts/${await people.viewer.rollout()}?phase=minutes-publishing`);
  await expect(heading(page, /^Phase 3 Minutes/)).toBeVisible();
  await expect(heading(page, /^Phase 1 CSF/)).toHaveCount(0);
  await expect(page.getByText(/^Printed /)).toHaveCount(0);

  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const [index, phase] of plan.phases.entries()) {
    await expect(heading(page, `Phase ${index + 1} ${phase.name}`)).toHaveCount(1);
    await expect(heading(page, `Phase ${index + 1} ${phase.name}`)).toBeVisible();
  }
  await expect(heading(page, /^Gate \d/)).toHaveCount(plan.phases.length + 1);
  await expect(page.getByText("The board agreed on Monday").first()).toBeVisible();
  await expect(page.getByText("The evidence is in").first()).toBeVisible();
  await expect(page.getByText(`after record ${state.version} of its ledger`)).toBeVisible();
  await expect(page.getByText(state.plan_digest)).toBeVisible();
  await expect(page.getByText(/^Printed .+ by .*Legal/)).toContainText(/UTC|GMT|[A-Z]{3,4}/);
  await expect(page.getByRole("table", { name: "Flags" })).toBeVisible();
  for (const folded of ["Whom to call, and when", "Roll back when", "Risks, and what is done about them"]) {
    await expect(heading(page, folded), "what is folded on screen is open on paper").toBeVisible();
  }
  await isReport(page);
  const ink = await page.evaluate(() => getComputedStyle(document.body).color);
  expect(ink, "dark on white whatever the theme").toBe("rgb(21, 23, 26)");

  await page.emulateMedia({ media: "screen" });
  await expect(heading(page, /^Phase 1 CSF/)).toHaveCount(0);
  await expect(heading(page, /^Phase 3 Minutes/)).toBeVisible();
});

test("every sample plan fits its sheets, and the browser prints them", async ({ open, people }) => {
  test.setTimeout(120_000);
  for (const name of ["Unified workflow", "Service orders"]) {
    const { id, people: minded } = await minding(people, name);
    const page = await open("product-owner", `/rollouts/${id}`);
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    const printed = await page.pdf({ format: "A4" });
    expect(printed.length, name).toBeGreaterThan(50_000);
    await page.emulateMedia({ media: "print" });
    const { plan } = await minded.viewer.view();
    await expect(heading(page, /^Phase \d/)).toHaveCount(plan.phases.length);
    await isReport(page);
  }
});

test("the ledger prints as a table, with the moment of each record", async ({ open, people }) => {
  await prepare(people, 1);
  const page = await open("viewer", `/rollouts/${await people.viewer.rollout()}/ledger`);
  const rows = page.getByRole("list", { name: /records/i }).getByRole("listitem");
  const { version } = (await people.viewer.view()).state;
  await expect(rows).toHaveCount(version);
  await page.emulateMedia({ media: "print" });
  await expect(page.getByText(`after record ${version} of its ledger`)).toBeVisible();
  await isReport(page);
  // Who and when stand in a column of their own, at the end of each row.
  const [what, when] = await rows.first().evaluate((row) => {
    const box = (selector: string) => row.querySelector(selector)?.getBoundingClientRect();
    return [box(".what"), box(".meta")];
  });
  expect(when!.left).toBeGreaterThan(what!.right - 1);
  await expect(rows.first().locator("time")).toContainText(/\d{1,2} \w+ \d{4}, \d\d:\d\d/);
});
