import { EVIDENCE, type Person, type Role } from "./person";

type People = Record<Role, Person>;

/** What each phase of the sample plan asks for, as the API takes it. */
const BEFORE: [Role, Record<string, unknown>][][] = [
  [
    ["operations", { type: "tick", line: "s4-deployment" }],
    ["engineer", { type: "tick", line: "s4-flag-infrastructure" }],
    ["operations", { type: "tick", line: "s4-dashboards" }],
    ["product-owner", { type: "sign", slot: "s4-initiation" }],
  ],
  [
    ["operations", { type: "tick", line: "workshops-containers" }],
    ["privacy", { type: "sign", slot: "gdpr-review" }],
    ["engineer", { type: "tick", line: "workshops-consent-staging" }],
  ],
  [
    ["engineer", { type: "tick", line: "minutes-immutability" }],
    ["engineer", { type: "tick", line: "minutes-workflow" }],
    ["legal", { type: "sign", slot: "retention-review" }],
  ],
  [
    ["product-owner", { type: "tick", line: "chat-training" }],
    ["engineer", { type: "tick", line: "chat-validation" }],
    ["engineer", { type: "tick", line: "chat-integration" }],
  ],
];

const raise = (step: string, key: string): [Role, Record<string, unknown>] => ["engineer", { type: "raise", step, confirm: key }];
const attest = (step: string): [Role, Record<string, unknown>] => ["engineer", { type: "attest", step, evidence: EVIDENCE }];

/** The steps of each phase, each with the hours to wait after it. */
const STEPS: [[Role, Record<string, unknown>], number][][] = [
  [[raise("csf-on", "FEATURE_CSF_ENABLED"), 48]],
  [
    [raise("workshops-on", "FEATURE_WORKSHOPS_ENABLED"), 24],
    [attest("workshops-creation"), 48],
  ],
  [
    [raise("minutes-on", "FEATURE_MINUTES_ENABLED"), 48],
    [attest("minutes-publishing"), 72],
  ],
  [
    [raise("chat-on", "FEATURE_CHAT_ENABLED"), 24],
    [attest("chat-more"), 24],
  ],
];

const AFTER: [Role, Record<string, unknown>][][] = [
  [
    ["operations", { type: "tick", line: "csf-errors" }],
    ["engineer", { type: "tick", line: "csf-taxonomy" }],
    ["operations", { type: "tick", line: "csf-performance" }],
  ],
  [
    ["engineer", { type: "tick", line: "workshops-crud" }],
    ["engineer", { type: "tick", line: "workshops-consent-tracked" }],
    ["operations", { type: "tick", line: "workshops-data" }],
    ["privacy", { type: "sign", slot: "workshops-compliance" }],
  ],
  [
    ["engineer", { type: "tick", line: "minutes-transitions" }],
    ["engineer", { type: "tick", line: "minutes-immutable" }],
    ["operations", { type: "tick", line: "minutes-audit" }],
    ["legal", { type: "sign", slot: "minutes-legal" }],
  ],
  [
    ["engineer", { type: "tick", line: "chat-backend" }],
    ["engineer", { type: "tick", line: "chat-no-interference" }],
    ["product-owner", { type: "tick", line: "chat-adoption" }],
    ["product-owner", { type: "tick", line: "chat-feedback", evidence: EVIDENCE }],
  ],
];

async function all(people: People, acts: [Role, Record<string, unknown>][]): Promise<void> {
  for (const [role, command] of acts) await people[role].does(command);
}

/** Clears the prerequisites of phase `n`, from 1. */
export async function prepare(people: People, n: number): Promise<void> {
  await all(people, BEFORE[n - 1] ?? []);
}

/** Go at this gate. */
export async function go(people: People, gate: number): Promise<void> {
  await people["product-owner"].does({ type: "decide", gate, decision: "go", reason: "The evidence is in" });
}

/** Takes every step of phase `n` and lets its soaks run. */
export async function steps(people: People, n: number): Promise<void> {
  for (const [[role, command], hours] of STEPS[n - 1] ?? []) {
    await people[role].does(command);
    await people[role].settled();
    await people.viewer.moveClock(hours);
  }
}

/** Confirms what stands at the end of phase `n`. */
export async function confirm(people: People, n: number): Promise<void> {
  await all(people, AFTER[n - 1] ?? []);
}

/** Walks phases 1 to `n` and stops before the go at the gate behind. */
export async function walkThrough(people: People, n: number): Promise<void> {
  for (let phase = 1; phase <= n; phase++) {
    await prepare(people, phase);
    await go(people, phase);
    await steps(people, phase);
    await confirm(people, phase);
  }
}
