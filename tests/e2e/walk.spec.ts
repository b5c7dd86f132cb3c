import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./support/fixture";
import { evaluate } from "./support/person";
import { act, ask, decide, dialog, evidence, lever, rollBack } from "./support/screen";
import { Walk, minding } from "./support/walk";

/** Says no-go, sees that this control is locked by it, and says go after all. */
async function noGoFirst(owner: Page, gate: number, locked: Locator): Promise<void> {
  await decide(owner, "No-go", gate, "Support is on holiday");
  await expect(locked).toHaveAttribute("aria-disabled", "true");
  await decide(owner, "Go", gate, "Support is back");
  await expect(locked).not.toHaveAttribute("aria-disabled", "true");
}

/** Holds a gate, and releases it. */
async function holdAndRelease(legal: Page, owner: Page, gate: number): Promise<void> {
  await decide(legal, "Hold", gate, "A contract has to be read first");
  await expect(owner.locator(`#gate-${gate}`)).toContainText(/held/i);
  await act(legal, `Release gate ${gate}`, "Read, and fine");
}

test("S4, from its first signature to the closing gate: a no-go, an objection, an emergency, a hold, one flag back", async ({
  open,
  people: everyone,
  gateway,
}) => {
  test.setTimeout(180_000);
  const { people, id } = await minding(everyone, "S4 in production");
  const walk = new Walk(people);
  const [owner, engineer, operations, legal, privacy] = [
    await open("product-owner", `/rollouts/${id}`),
    await open("engineer", `/rollouts/${id}`),
    await open("operations", `/rollouts/${id}`),
    await open("legal", `/rollouts/${id}`),
    await open("privacy", `/rollouts/${id}?phase=workshops-consent`),
  ];

  await walk.prepare(1);
  await noGoFirst(owner, 1, lever(engineer, "CSF Grid").getByRole("button", { name: "Raise CSF Grid" }));
  await walk.steps(1);
  await walk.confirm(1);

  await walk.prepare(2);
  const review = "Workshops and consent are reviewed against the GDPR";
  await act(privacy, `Object to ${review}`, "The purpose is not stated");
  await expect(owner.locator("#gate-2")).toContainText(/waits for 1 sign-off/i);
  const sign = await dialog(privacy, `Sign ${review}`);
  await sign.getByRole("button", { name: "Sign", exact: true }).click();
  await expect(sign).toBeHidden();
  await decide(owner, "Go", 2, "The purpose is stated now");
  await walk.steps(2);

  await rollBack(operations, "everything", 2, "Sign-in fails for everybody");
  for (const key of ["FEATURE_CSF_ENABLED", "FEATURE_WORKSHOPS_ENABLED"]) expect(await evaluate(gateway, key), key).toBe(false);
  await expect(owner.locator(".titlebar")).toContainText("Phase 1 of 5");
  await walk.again(1, 2);

  await walk.prepare(3);
  await holdAndRelease(legal, owner, 3);
  await walk.go(3);
  await walk.steps(3);
  await rollBack(operations, "Minutes Publishing", 1, "Drafts are published");
  expect(await evaluate(gateway, "FEATURE_MINUTES_ENABLED")).toBe(false);
  expect(await evaluate(gateway, "FEATURE_WORKSHOPS_ENABLED")).toBe(true);
  await walk.again(3);
  await walk.through(4);
  await people["product-owner"].does({ type: "skip", phase: "service-bus", reason: "There is no bus yet" });
  await decide(owner, "Go", 5, "All four features have succeeded");
  await expect(engineer.locator(".titlebar")).toContainText("Closed");
});

test("service orders, from the migrations to the closing gate: a no-go, a hold, one flag back, everything back, and once more", async ({
  open,
  people: everyone,
  gateway,
}) => {
  test.setTimeout(180_000);
  const { people, id } = await minding(everyone, "Service orders");
  const walk = new Walk(people);
  const [owner, operations, legal] = [
    await open("product-owner", `/rollouts/${id}`),
    await open("operations", `/rollouts/${id}`),
    await open("legal", `/rollouts/${id}`),
  ];

  await walk.prepare(1);
  await decide(owner, "No-go", 1, "The backup is a week old");
  const first = operations.getByRole("button", { name: "Attest Apply 001_add_car_number_column" });
  await expect(first).toHaveAttribute("aria-disabled", "true");
  await decide(owner, "Go", 1, "It is of this morning now");

  // The first phase sets no flag: its steps stand by themselves, in their order, and cannot be undone.
  const steps = operations.getByRole("list", { name: "Steps of this phase, which sets no flag" });
  await expect(steps.getByRole("listitem")).toHaveCount(2);
  await ask(steps.getByRole("button", { name: "Attest Apply 002_create_categories_parts_tables" }));
  await expect(operations.getByRole("dialog")).toHaveCount(0);
  const attest = await dialog(operations, "Attest Apply 001_add_car_number_column");
  await expect(attest).toContainText("this cannot be undone");
  await evidence(operations);
  await attest.getByRole("textbox", { name: /type/i }).fill("car-number-column");
  await attest.getByRole("button", { name: "Attest", exact: true }).click();
  await expect(attest).toBeHidden();
  await expect(steps.getByRole("listitem").first()).toContainText(/attested.*by you/i);
  await walk.steps(1);
  await walk.confirm(1);

  await walk.prepare(2);
  await holdAndRelease(legal, owner, 2);
  await walk.go(2);
  await walk.steps(2);
  await walk.confirm(2);
  await walk.through(3);

  await operations.goto(`/rollouts/${id}?phase=interface`);
  await rollBack(operations, "Fresh look", 1, "It hides a button");
  expect(await evaluate(gateway, "ENABLE_UI_REFRESH")).toBe(false);
  await walk.again(3);

  // An emergency on the way: the migrations stand, but the go behind them has ended, so it is in their phase again.
  await rollBack(operations, "everything", 4, "Orders are lost");
  await expect(owner.locator(".titlebar")).toContainText("Phase 1 of 6");
  await walk.again(2, 3);

  await walk.through(4, 6);
  await walk.go(7);
  await expect(owner.locator(".titlebar")).toContainText("Closed");
  const { flags } = (await people.viewer.view()).plan;
  for (const { key } of flags) expect(await evaluate(gateway, key), key).toBe(true);

  await rollBack(operations, "everything", 6, "The provider is down");
  for (const { key } of flags) expect(await evaluate(gateway, key), key).toBe(false);
});

test("the unified workflow, ten flags through five phases to the closing gate: a no-go, one flag back, a hold, an emergency", async ({
  open,
  people: everyone,
  gateway,
}) => {
  test.setTimeout(180_000);
  const { people, id } = await minding(everyone, "Unified workflow");
  const walk = new Walk(people);
  const [owner, engineer, operations, legal] = [
    await open("product-owner", `/rollouts/${id}`),
    await open("engineer", `/rollouts/${id}`),
    await open("operations", `/rollouts/${id}`),
    await open("legal", `/rollouts/${id}`),
  ];

  await walk.prepare(1);
  await noGoFirst(owner, 1, operations.getByRole("button", { name: "Attest Deploy the toggle system to production with its initial settings" }));
  // A step outside the flags stands on one lever only.
  await expect(engineer.getByRole("region", { name: "Levers" }).getByText(/^Deploy the toggle system/)).toHaveCount(1);
  await expect(lever(engineer, "Workflow schema")).toContainText("Deploy the toggle system");
  await walk.steps(1);
  await expect(lever(engineer, "Reading")).toContainText("10 %");
  await rollBack(operations, "Reading", 1, "Half the answers are empty");
  await expect(lever(engineer, "Workflow schema")).toContainText("on");
  await walk.again(1);

  await walk.prepare(2);
  await holdAndRelease(legal, owner, 2);
  await walk.again(2);
  await rollBack(operations, "everything", 5, "Data is not whole");
  await expect(owner.locator(".titlebar")).toContainText("Phase 1 of 5");
  await walk.again(1, 2);
  await walk.through(3, 5);
  await walk.go(6);
  await expect(engineer.locator(".titlebar")).toContainText("Closed");
  expect(await evaluate(gateway, "unified_workflow_read")).toBe(true);

  await engineer.goto(`/rollouts/${id}/ledger`);
  await engineer.getByRole("button", { name: /check this ledger/i }).click();
  await expect(engineer.getByText(/the same as the gateway's, byte for byte/i)).toBeVisible({ timeout: 20_000 });
});
