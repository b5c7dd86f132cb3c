import { type Person, begin } from "./person";

/** A plan of so many flags, each raised by a step of its own; their keys are numbered from 0001. */
export function planOf(flags: number, name: string, prefix: string): Record<string, unknown> {
  const numbers = Array.from({ length: flags }, (_, n) => String(n + 1).padStart(4, "0"));
  const slug = name.toLowerCase().replaceAll(" ", "-");
  return {
    schema: "signalbox-plan/1",
    slug,
    name,
    summary: "Many flags, so that a long list is long.",
    flags: numbers.map((n) => ({
      slug: `flag-${n}`,
      key: `${prefix}_${n}`,
      name: `Flag ${n}`,
      purpose: "One of many.",
      code_default: "off",
      initial: "off",
    })),
    phases: [
      {
        slug: "all",
        name: "All of them",
        summary: "Each is raised by itself.",
        risk: "low",
        prerequisites: [],
        steps: numbers.map((n) => ({ slug: `on-${n}`, text: "On", do: { exposure: { flag: `flag-${n}`, to: "on" } } })),
        rollback: { text: "Off" },
      },
    ],
  };
}

/** Begins a rollout of so many flags. */
export async function beginMany(owner: Person, engineer: Person, flags: number, name: string, prefix: string): Promise<string> {
  return (await begin(owner, engineer, planOf(flags, name, prefix), "staging")).id;
}
