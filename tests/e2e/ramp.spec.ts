import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixture";
import { type Person, begin } from "./support/person";

// Two small plans beside the demo's: six steps from a tenth of a percent to everybody, and one from the inside out.

const plan = (name: string) =>
  readFileSync(new URL(`../../crates/rollout/tests/scenarios/plans/${name}.yaml`, import.meta.url), "utf8");

/** Attaches a plan in production. */
async function attach(owner: Person, engineer: Person, name: string): Promise<string> {
  const begun = await begin(owner, engineer, plan(name), "production");
  await act(owner, begun.id, { type: "adopt", plan: begun.plan_digest });
  await act(owner, begun.id, { type: "decide", gate: 1, decision: "go", reason: "Ready" });
  return begun.id;
}

async function act(person: Person, id: string, command: Record<string, unknown>): Promise<void> {
  await person.on(id).does(command);
  await expect.poll(async () => (await person.get(`/api/rollouts/${id}`)).state.flags.ramp.pending).toBe(null);
}

/** Takes a step by the API, and lets its soak run. */
async function raise(engineer: Person, id: string, step: string, hours: number): Promise<void> {
  await act(engineer, id, { type: "raise", step, confirm: "FEATURE_RAMP" });
  await engineer.moveClock(hours);
}

const lever = (page: Page) => page.getByRole("article", { name: "The ramp" });
const quadrant = (page: Page) => lever(page).getByRole("img", { name: /^The ramp is at/ });

test("a ramp goes up notch by notch, down to any of them, and up again", async ({ people, open }) => {
  const id = await attach(people["product-owner"], people.engineer, "slow");
  await raise(people.engineer, id, "tenth", 1);
  await raise(people.engineer, id, "one", 2);
  const page = await open("engineer", `/rollouts/${id}`);
  await expect(quadrant(page)).toHaveAccessibleName("The ramp is at 1 %; the next notch, 5 %, is free");
  await expect(quadrant(page)).toHaveText(/off.*0\.1 %.*1 %.*5 %.*25 %.*50 %.*on/s);

  await page.getByRole("button", { name: "Raise The ramp" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("The ramp: 1 % → 5 %. 5 % of users in production get it; 1 % of users have it now.");
  await dialog.getByRole("textbox").fill("FEATURE_RAMP");
  await dialog.getByRole("button", { name: "Raise to 5 %" }).click();
  await expect(quadrant(page)).toHaveAccessibleName("The ramp is at 5 %; the next notch, 25 %, is locked");

  await page.getByRole("button", { name: "Lower The ramp" }).click();
  await expect(dialog.getByRole("radio")).toHaveCount(3);
  await dialog.getByRole("radio", { name: "0.1 %" }).check();
  await expect(dialog).toContainText("The ramp: 5 % → 0.1 %. 0.1 % of users in production keep it; whoever else has it now loses it.");
  await expect(dialog).toContainText("It reopens 2 steps.");
  await dialog.getByRole("button", { name: "Lower to 0.1 %" }).click();
  // Its soak has run: the notch above is free at once, and no go has ended.
  await expect(quadrant(page)).toHaveAccessibleName("The ramp is at 0.1 %; the next notch, 1 %, is free");
  await expect(page.getByRole("button", { name: "Raise The ramp" })).toBeEnabled();
});

test("segments stand on the lever and in its dialogs", async ({ people, open }) => {
  const id = await attach(people["product-owner"], people.engineer, "insiders");
  await raise(people.engineer, id, "half-of-staff", 8);
  await raise(people.engineer, id, "staff", 8);
  const page = await open("engineer", `/rollouts/${id}`);
  const there = "The ramp is at 100 % of staff; the next notch, 100 % of beta, staff, is free";
  await expect(quadrant(page)).toHaveAccessibleName(there);
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Raise The ramp" }).click();
  await expect(dialog).toContainText("Everybody in beta or staff, in production, gets it; everybody in staff has it now.");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Lower The ramp" }).click();
  await dialog.getByRole("radio", { name: "50 % of staff" }).check();
  await expect(dialog).toContainText("50 % of those in staff, in production, keep it; whoever else has it now loses it.");
  await dialog.getByRole("button", { name: "Lower to 50 % of staff" }).click();
  await expect(quadrant(page)).toHaveAccessibleName(/^The ramp is at 50 % of staff; the next notch, 100 % of staff, is free$/);
  await page.setViewportSize({ width: 360, height: 800 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide, "nothing sticks out on a phone").toBeLessThanOrEqual(360);
});
