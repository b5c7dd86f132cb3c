import type { Person } from "./person";

/** A plan takes at most 1 MiB, so that a rollout has at most so many flags here. */
const EACH = 1_000;

/** Begins rollouts of so many flags in all, numbered from `first`. */
export async function manyFlags(owner: Person, count: number, first = 0): Promise<void> {
  for (let from = first; from < first + count; from += EACH) {
    const numbers = Array.from({ length: Math.min(EACH, first + count - from) }, (_, i) => from + i);
    const plan = {
      schema: "signalbox-plan/1",
      slug: `many-${from}`,
      name: `Many flags from ${from}`,
      summary: "As many flags as a plan takes, each raised by a step of its own.",
      flags: numbers.map((n) => ({
        slug: `flag-${n}`,
        key: `FEATURE_NUMBER_${n}`,
        name: `Feature number ${n}`,
        purpose: "To be one of many",
        code_default: "off",
        initial: "off",
      })),
      phases: [
        {
          slug: "all",
          name: "All of them",
          summary: "One after the other",
          risk: "low",
          prerequisites: [],
          steps: numbers.map((n) => ({
            slug: `on-${n}`,
            text: `Switch feature number ${n} on`,
            do: { exposure: { flag: `flag-${n}`, to: "on" } },
          })),
          rollback: { text: "Off" },
        },
      ],
    };
    const answer = await owner.post("/api/rollouts", { plan, environment: "production" });
    if (!answer.ok) throw new Error(`the plan of many flags: ${answer.status} ${await answer.text()}`);
  }
}
