import { expect, test } from "./support/fixture";
import { evaluate } from "./support/person";
import { act, ask, decide, dialog, evidence, lever } from "./support/screen";
import { Walk, minding } from "./support/walk";

test("service orders, from the migrations to the closing gate: a no-go, a hold, one flag back, then everything", async ({
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
  await first.click();
  const attest = operations.getByRole("dialog");
  await expect(attest).toContainText("this cannot be undone");
  await evidence(operations);
  await attest.getByRole("textbox", { name: /type/i }).fill("car-number-column");
  await attest.getByRole("button", { name: "Attest", exact: true }).click();
  await expect(attest).toBeHidden();
  await expect(steps.getByRole("listitem").first()).toContainText(/attested.*by you/i);
  await walk.steps(1);
  await walk.confirm(1);

  await walk.prepare(2);
  await decide(legal, "Hold", 2, "The catalog names a competitor's parts");
  await expect(owner.locator("#gate-2")).toContainText(/held/i);
  await act(legal, "Release gate 2", "The names are gone");
  await walk.go(2);
  await walk.steps(2);
  await walk.confirm(2);
  await walk.through(3);

  await operations.goto(`/rollouts/${id}?phase=interface`);
  const back = await dialog(operations, "Roll back…");
  await back.getByRole("radio", { name: "One flag" }).check();
  await back.getByRole("combobox", { name: "Which flag" }).selectOption("Fresh look");
  await back.getByRole("textbox", { name: /reason/i }).fill("It hides a button");
  await back.getByRole("button", { name: "Roll back 1 flag" }).click();
  await expect(back.getByText("All done: the backend has confirmed every flag.")).toBeVisible();
  await back.getByRole("button", { name: "Close" }).click();
  expect(await evaluate(gateway, "ENABLE_UI_REFRESH")).toBe(false);
  await walk.go(3);
  await walk.steps(3);
  await walk.confirm(3);

  await walk.through(4, 6);
  await walk.go(7);
  await expect(owner.locator(".titlebar")).toContainText("Closed");
  const { flags } = (await people.viewer.view()).plan;
  for (const { key } of flags) expect(await evaluate(gateway, key), key).toBe(true);

  const emergency = await dialog(operations, "Roll back…");
  await emergency.getByRole("radio", { name: /everything/i }).check();
  await emergency.getByRole("button", { name: "Roll back 6 flags" }).click();
  await expect(emergency.getByText("All done: the backend has confirmed every flag.")).toBeVisible();
  for (const { key } of flags) expect(await evaluate(gateway, key), key).toBe(false);
});

test("the unified workflow, ten flags through five phases to the closing gate", async ({ open, people: everyone, gateway }) => {
  test.setTimeout(180_000);
  const { people, id } = await minding(everyone, "Unified workflow");
  const walk = new Walk(people);
  const engineer = await open("engineer", `/rollouts/${id}`);

  await walk.prepare(1);
  await walk.go(1);
  // A step outside the flags stands on one lever only.
  await expect(engineer.getByRole("region", { name: "Levers" }).getByText(/^Deploy the toggle system/)).toHaveCount(1);
  await expect(lever(engineer, "Workflow schema")).toContainText("Deploy the toggle system");
  await walk.steps(1);
  await expect(lever(engineer, "Reading")).toContainText("10 %");
  await walk.confirm(1);
  await walk.through(2, 5);
  await walk.go(6);
  await expect(engineer.locator(".titlebar")).toContainText("Closed");
  expect(await evaluate(gateway, "unified_workflow_read")).toBe(true);

  await engineer.goto(`/rollouts/${id}/ledger`);
  await engineer.getByRole("button", { name: /check this ledger/i }).click();
  await expect(engineer.getByText(/the same as the gateway's, byte for byte/i)).toBeVisible({ timeout: 20_000 });
});
