import type { Page } from "@playwright/test";
import { Dashboard } from "./support/dashboard";
import { test as base, expect } from "./support/fixture";
import { EVIDENCE } from "./support/person";
import { act, decide, dialog, evidence, lever } from "./support/screen";
import { Walk, minding } from "./support/walk";

const KEYS = ["CSF", "WORKSHOPS", "MINUTES", "CHAT", "SERVICE_BUS"].map((name) => `FEATURE_${name}_ENABLED`);
/** Nothing tells what this one is. */
const UNASKED = "csf-grid";

const test = base.extend<{ dashboard: Dashboard }>({
  dashboard: async ({}, use) => {
    const dashboard = await Dashboard.start(KEYS);
    await use(dashboard);
    await dashboard.end();
  },
  settings: async ({ dashboard }, use) => {
    await use({ config: `[manual.targets.workflow]\nurl = "${dashboard.url}/{environment}/{key}"\n` });
  },
});

/** Raises a flag on its lever. */
async function raise(page: Page, name: string, key: string): Promise<void> {
  const shown = await dialog(page, `Raise ${name}`);
  await shown.getByRole("textbox", { name: /type/i }).fill(key);
  await shown.getByRole("button", { name: "Raise to on" }).click();
  await expect(shown).toBeHidden();
}

/** Says on the lever that it is done. */
async function say(page: Page, word: string, name: string, shows = false): Promise<void> {
  const shown = await dialog(page, `${word} ${name}`);
  if (shows) await evidence(page);
  await shown.locator("footer").getByRole("button").last().click();
  await expect(shown).toBeHidden();
}

test("S4 by hand, from its first signature to the closing gate: every flag moved by a person, and compared with the dashboard", async ({
  open,
  people: everyone,
  dashboard,
}) => {
  test.setTimeout(180_000);
  const { plan } = await everyone.viewer.view();
  const flags = plan.flags.map((flag: any) => ({
    ...flag,
    backend: "manual",
    by_hand: { ...flag.by_hand, ...(flag.slug === UNASKED ? {} : { verify: "workflow" }) },
  }));
  const byHand = { ...plan, slug: "s4-by-hand", name: "S4 by hand", flags };
  const begun = await everyone["product-owner"].post("/api/rollouts", { plan: byHand, environment: "production" });
  expect(begun.status, await begun.clone().text()).toBe(201);
  const { people, id } = await minding(everyone, "S4 by hand");
  await people["product-owner"].does({ type: "adopt", plan: (await begun.json()).plan_digest });

  const flag = async (slug: string) => (await people.viewer.view()).state.flags[slug];
  const key = (slug: string): string => flags.find((one: any) => one.slug === slug).key;
  /** What a person does who is asked to: the dashboard first, then the word. */
  const carryOut = async (slug: string) => {
    const { wanted, pending } = await flag(slug);
    dashboard.put(key(slug), wanted === "on");
    await people.engineer.does({ type: "moved", flag: slug, want: pending.want, evidence: EVIDENCE });
    await expect.poll(async () => (await flag(slug)).pending).toBeNull();
  };
  const walk = new Walk(people, { carryOut });
  /** The ledger and the dashboard agree on every flag that can be asked for. */
  const agree = async () => {
    const { state } = await people.viewer.settled();
    for (const { slug } of flags) expect(dashboard.get(key(slug)), slug).toBe(state.flags[slug].applied === "on");
  };

  const [engineer, operations] = [
    await open("engineer", `/rollouts/${id}`),
    await open("operations", `/rollouts/${id}`),
  ];
  const command = (name: string, action: string) =>
    `gh workflow run feature_flag_flip.yml -f feature=${name} -f action=${action} -e production`;

  // The first by the screen: the instruction, the word with evidence, and what it is after that.
  await walk.prepare(1);
  await walk.go(1);
  const grid = lever(engineer, "CSF Grid");
  await raise(engineer, "CSF Grid", "FEATURE_CSF_ENABLED");
  await expect(grid.getByText("Waits for a person: on")).toBeVisible();
  await expect(grid.getByRole("group", { name: "CSF Grid waits for a person" })).toContainText(command("CSF", "enable"));
  await expect(lever(operations, "CSF Grid")).toContainText("Engineer carries this out by hand");
  await expect(lever(operations, "CSF Grid").getByRole("button", { name: /have done it/ })).toHaveCount(0);
  const done = await dialog(engineer, "I have done it CSF Grid");
  await done.getByRole("button", { name: "Say that it is done" }).click();
  await expect(done).toContainText("Evidence is needed");
  await evidence(engineer);
  dashboard.put("FEATURE_CSF_ENABLED", true);
  await done.getByRole("button", { name: "Say that it is done" }).click();
  await expect(done).toBeHidden();
  await expect(grid.getByText(/waits for a person/i)).toHaveCount(0);
  await agree();
  await people.viewer.moveClock(48);
  await walk.confirm(1);

  // Where it can be asked for, a word that is not so does not count.
  await walk.prepare(2);
  await walk.go(2);
  await engineer.goto(`/rollouts/${id}?phase=workshops-consent`);
  const workshops = lever(engineer, "Workshops & Consent");
  await raise(engineer, "Workshops & Consent", "FEATURE_WORKSHOPS_ENABLED");
  await say(engineer, "I have done it", "Workshops & Consent", true);
  await expect(workshops).toContainText("It is something else by its own account");
  expect((await flag("workshops")).applied).toBe("off");
  dashboard.put("FEATURE_WORKSHOPS_ENABLED", true);
  await expect(workshops.getByText(/waits for a person/i)).toHaveCount(0, { timeout: 45_000 });
  await agree();
  await people.viewer.moveClock(24);
  await walk.steps(2);

  // Everything back: each line waits for its person.
  await people.operations.does({ type: "rollback", scope: { of: "everything" }, reason: "Sign-in fails for everybody" });
  await expect(lever(operations, "CSF Grid")).toContainText("Waits for a person: off");
  await say(operations, "I have done it", "CSF Grid");
  dashboard.put("FEATURE_CSF_ENABLED", false);
  // As any backend is told, so is a person: off, even where it seems off already.
  for (const slug of ["workshops", "minutes", "chat", "service-bus"]) await carryOut(slug);
  await agree();
  await walk.again(1, 2);

  // A raise that an incident overtakes: somebody may have carried it out.
  await walk.prepare(3);
  await walk.go(3);
  await people.engineer.does({ type: "raise", step: "minutes-on", confirm: "FEATURE_MINUTES_ENABLED" });
  await people.legal.does({ type: "incident", reason: "A draft is public" });
  await operations.goto(`/rollouts/${id}?phase=minutes-publishing`);
  const minutes = lever(operations, "Minutes Publishing");
  await expect(minutes).toContainText("The raise was cancelled");
  await expect(minutes).toContainText(command("MINUTES", "disable"));
  await say(operations, "Not done", "Minutes Publishing");
  await expect(minutes.getByText(/waits for a person/i)).toHaveCount(0);
  const incident = Number(Object.keys((await people.viewer.view()).state.incidents)[0]);
  await people.legal.does({ type: "resolve", incident, reason: "It was a sample" });

  // What somebody does at the dashboard is drift, here as anywhere; lowered like everything else.
  dashboard.put("FEATURE_MINUTES_ENABLED", true);
  await expect(minutes).toContainText(/the ledger did not ask for|not as the ledger says/i, { timeout: 45_000 });
  await act(operations, "Lower Minutes Publishing");
  await carryOut("minutes");
  await agree();

  await walk.steps(3);
  await walk.confirm(3);
  await walk.through(4);
  await agree();
  await people["product-owner"].does({ type: "skip", phase: "service-bus", reason: "There is no bus yet" });
  const owner = await open("product-owner", `/rollouts/${id}`);
  await decide(owner, "Go", 5, "All four features have succeeded");
  await expect(owner.locator(".titlebar")).toContainText("Closed");
});
