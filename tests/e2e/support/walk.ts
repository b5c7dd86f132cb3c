import { EVIDENCE, type Person, type Role } from "./person";

type People = Record<Role, Person>;
type Command = Record<string, unknown>;

interface Slot {
  slug: string;
  role: Role;
}

/** As the gateway serves a plan's phase; what a walk needs of it. */
interface Phase {
  slug: string;
  prerequisites?: { task?: { slug: string; by: Role }; "sign-off"?: Slot }[];
  steps?: {
    slug: string;
    do: { exposure?: { flag: string }; attested?: { by?: Role; destructive?: boolean } };
    soak_hours?: number;
  }[];
  criteria?: { slug: string; by: Role }[];
  exit?: Slot[];
}

/** Everyone, minding the rollout of this name. */
export async function minding(people: People, name: string): Promise<{ people: People; id: string }> {
  const rollouts = await people.viewer.get<{ id: string; name: string }[]>("/api/rollouts");
  const id = rollouts.find((rollout) => rollout.name === name)?.id;
  if (!id) throw new Error(`no rollout is called ${name}`);
  const there = Object.entries(people).map(([role, person]) => [role, person.on(id)]);
  return { people: Object.fromEntries(there) as People, id };
}

/** Whatever plan it is, walked as it says: each by whose part it is, soaks waited out. */
export class Walk {
  /** `carryOut` sees to it that what was asked of a flag is so, where no gateway can; `after` each step, before its soak. */
  constructor(
    private readonly people: People,
    private readonly hooks: { carryOut?: (flag: string) => Promise<void>; after?: (step: string) => Promise<void> } = {},
  ) {}

  private async plan(): Promise<{ phases: Phase[]; flags: { slug: string; key: string }[] }> {
    return (await this.people.viewer.view()).plan;
  }

  private async phase(n: number): Promise<Phase> {
    const phase = (await this.plan()).phases[n - 1];
    if (!phase) throw new Error(`the plan has no phase ${n}`);
    return phase;
  }

  private async tick(slug: string, by: Role, evidence = {}): Promise<void> {
    const { tasks } = (await this.people.viewer.view()).state;
    if (!tasks[slug]?.ticked) await this.people[by].does({ type: "tick", line: slug, ...evidence });
  }

  private async sign({ slug, role }: Slot): Promise<void> {
    const marks = Object.values<{ act: string }>((await this.people.viewer.view()).state.slots[slug] ?? {});
    if (!marks.some(({ act }) => act === "signed")) await this.people[role].does({ type: "sign", slot: slug });
  }

  /** Clears the open prerequisites of phase `n`, from 1. */
  async prepare(n: number): Promise<void> {
    for (const line of (await this.phase(n)).prerequisites ?? []) {
      if (line.task) await this.tick(line.task.slug, line.task.by);
      if (line["sign-off"]) await this.sign(line["sign-off"]);
    }
  }

  /** Takes the open steps of phase `n`, each with its soak. */
  async steps(n: number): Promise<void> {
    const { flags } = await this.plan();
    const done = (await this.people.viewer.view()).state.steps;
    for (const step of (await this.phase(n)).steps ?? []) {
      if (step.slug in done) continue;
      const { exposure, attested } = step.do;
      const key = flags.find((flag) => flag.slug === exposure?.flag)?.key;
      const confirm = attested?.destructive ? { confirm: step.slug } : {};
      const command: Command = exposure
        ? { type: "raise", step: step.slug, confirm: key }
        : { type: "attest", step: step.slug, evidence: EVIDENCE, ...confirm };
      await this.people[attested?.by ?? "engineer"].does(command);
      if (exposure) await this.hooks.carryOut?.(exposure.flag);
      await this.people.viewer.settled();
      await this.hooks.after?.(step.slug);
      if (step.soak_hours) await this.people.viewer.moveClock(step.soak_hours);
    }
  }

  /** Confirms what phase `n` is to have achieved. */
  async confirm(n: number): Promise<void> {
    const { criteria, exit } = await this.phase(n);
    for (const { slug, by } of criteria ?? []) await this.tick(slug, by, { evidence: EVIDENCE });
    for (const slot of exit ?? []) await this.sign(slot);
  }

  async go(gate: number): Promise<void> {
    await this.people["product-owner"].does({ type: "decide", gate, decision: "go", reason: "The evidence is in" });
  }

  /** Phases `from` to `to` once more, after a rollback that reopened them. */
  async again(from: number, to = from): Promise<void> {
    for (let n = from; n <= to; n++) {
      await this.go(n);
      await this.steps(n);
      await this.confirm(n);
    }
  }

  /** Phases `from` to `to`, from before their gate to before the gate behind. */
  async through(from: number, to = from): Promise<void> {
    for (let n = from; n <= to; n++) {
      await this.prepare(n);
      await this.again(n);
    }
  }
}
