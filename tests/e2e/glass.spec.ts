import { execFileSync } from "node:child_process";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixture";
import type { Gateway } from "./support/gateway";
import { planOf } from "./support/many";
import { type Person, begin } from "./support/person";
import { dialog, lever } from "./support/screen";
import { sound } from "./support/sound";

type People = Record<"product-owner" | "engineer" | "operations" | "legal", Person>;

/** A plan of one flag whose first gate is shut, with these rules about who may do what. */
async function shut(people: People, more: Record<string, unknown>): Promise<{ id: string; on: (who: keyof People) => Person }> {
  const plan = planOf(1, "Rules", "FEATURE_RULES");
  const slot = { slug: "approval", text: "Legal agrees to it", role: "legal", meaning: "approved" };
  const phases = plan.phases as Record<string, unknown>[];
  const whole = { ...plan, ...more, phases: [{ ...phases[0], prerequisites: [{ "sign-off": slot }] }] };
  const { id, plan_digest } = await begin(people["product-owner"], people.engineer, whole, "production");
  const on = (who: keyof People) => people[who].on(id);
  await on("product-owner").does({ type: "adopt", plan: plan_digest });
  return { id, on };
}

const BREAK_GLASS = { break_glass: { roles: ["operations"], hours: 2, reviewers: ["product-owner"] } };

async function breakIt(page: Page): Promise<void> {
  const shown = await dialog(page, "Break the glass for Flag 0001");
  await expect(shown).toContainText("Flag 0001 goes to on at once, past everything that locks it. It goes back by itself after 2 h");
  const confirm = shown.getByRole("button", { name: "Break the glass", exact: true });
  await shown.getByRole("textbox", { name: "What the emergency is" }).fill("The old way is down");
  await expect(confirm).toHaveAttribute("aria-disabled", "true");
  await expect(shown.getByRole("combobox", { name: "Raise it to" })).toHaveValue("on");
  await shown.getByRole("textbox", { name: /Type the flag/ }).fill("FEATURE_RULES_0001");
  await confirm.click();
  await expect(shown).toBeHidden();
}

test("in an emergency the role that the plan names raises past the rules, everybody sees it, and another reviews it", async ({ open, people }) => {
  test.setTimeout(180_000);
  const { id, on } = await shut(people, BREAK_GLASS);
  const viewer = await open("viewer", "/people");
  const engineer = await open("engineer", `/rollouts/${id}`);
  await expect(lever(engineer, "Flag 0001").getByRole("button", { name: /^Break the glass/ })).toHaveCount(0);

  const operations = await open("operations", `/rollouts/${id}`);
  await breakIt(operations);
  await expect(lever(operations, "Flag 0001").locator(".quad .here")).toHaveText("on");
  const banner = viewer.getByRole("alert").filter({ hasText: "Flag 0001 of Rules is at on past the rules: somebody broke the glass" });
  await expect(banner).toBeVisible();
  const glass = operations.getByRole("region", { name: /^Broken glass/ });
  await expect(glass).toContainText("A review is owed by: Product owner, and not by who broke it.");
  await expect(glass).toContainText("The old way is down");
  await expect(glass.getByRole("button")).toHaveCount(0);

  await sound(operations, "a broken glass");
  const owner = await open("product-owner", `/rollouts/${id}`);
  const review = await dialog(owner, /^Review record/);
  await review.getByRole("textbox", { name: "What you found" }).fill("It was right to do so");
  await review.getByRole("button", { name: "Review", exact: true }).click();
  await expect(review).toBeHidden();
  await expect(owner.getByRole("region", { name: /^Broken glass/ })).toHaveCount(0);
  await expect(banner).toBeHidden();
  expect((await on("engineer").settled()).state.flags["flag-0001"].applied).toBe("on");
});

test("what nobody reviews goes back by itself, and locks the gates after a day", async ({ open, people }) => {
  const { id, on } = await shut(people, BREAK_GLASS);
  const operations = await open("operations", `/rollouts/${id}`);
  await breakIt(operations);
  const here = lever(operations, "Flag 0001").locator(".quad .here");
  await expect(here).toHaveText("on");
  await people.viewer.moveClock(2);
  await expect(here).toHaveText("off");
  await expect(operations.getByRole("region", { name: /^Broken glass/ })).toContainText("nobody has reviewed that");
  await expect(operations.getByRole("alert").filter({ hasText: "past the rules: somebody broke" })).toHaveCount(0);

  await on("legal").does({ type: "sign", slot: "approval" });
  await people.viewer.moveClock(24);
  const go = { type: "decide", gate: 1, decision: "go", reason: "ready" };
  await expect(on("product-owner").does(go)).rejects.toThrow(/review-owed/);
  const { glasses } = (await on("product-owner").view()).state;
  await on("product-owner").does({ type: "review", glass: Number(Object.keys(glasses)[0]), reason: "It is understood" });
  await on("product-owner").does(go);
});

/** As if everybody had signed in ten minutes ago. */
function age(gateway: Gateway): void {
  const script = "import sqlite3,sys\nwith sqlite3.connect(sys.argv[1], timeout=5) as db: db.execute('UPDATE sessions SET proven_at = proven_at - 600000')";
  execFileSync("python3", ["-c", script, gateway.database]);
}

test("where the plan asks for it, whoever signs proves again who they are, and sees what has changed since they looked", async ({
  open,
  people,
  gateway,
}) => {
  const { id, on } = await shut(people, { safeguards: { prove_again: true } });
  const legal = await open("legal", `/rollouts/${id}`);
  await expect(lever(legal, "Flag 0001")).toBeVisible();
  await legal.goto("/");
  await on("legal").does({ type: "object", slot: "approval", reason: "The notice is missing" });
  await on("legal").does({ type: "withdraw", slot: "approval" });
  age(gateway);
  // The gateway believes for a second what it looked up.
  const unproven = async () => {
    const { now, signed_in } = await people.legal.get<any>("/api/session");
    return Date.parse(now) - Date.parse(signed_in.proof.at);
  };
  await expect.poll(unproven).toBeGreaterThan(300_000);
  await expect(on("legal").does({ type: "sign", slot: "approval" })).rejects.toThrow(/proof-needed/);

  await legal.goto(`/rollouts/${id}`);
  const shown = await dialog(legal, /^Sign: Legal agrees|^Sign/);
  await expect(shown.getByText(/2 changes in this phase since you last looked/)).toBeVisible();
  await shown.getByRole("textbox", { name: "Comment" }).fill("Now it is there");
  await shown.getByRole("button", { name: "Sign", exact: true }).click();
  await expect(shown.getByText("Prove again that it is you.")).toBeVisible();
  await shown.getByRole("button", { name: "It is me" }).click();
  await expect(shown).toBeHidden();
  const { slots } = (await on("legal").view()).state;
  expect(JSON.stringify(slots.approval)).toContain('"proof":"sample"');
});

test("whoever began a rollout does not let its plan take force, where the plan keeps that apart", async ({ people }) => {
  const plan = { ...planOf(1, "Apart", "FEATURE_APART"), safeguards: { beginner_may_not_approve: true } };
  const { id, plan_digest } = await begin(people["product-owner"], people.engineer, plan, "production");
  const adopt = people["product-owner"].on(id).does({ type: "adopt", plan: plan_digest });
  await expect(adopt).rejects.toThrow(/began-it/);
});
