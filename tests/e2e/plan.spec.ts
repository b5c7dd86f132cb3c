import { type Page } from "@playwright/test";
import { expect, test } from "./support/fixture";
import { EVIDENCE } from "./support/person";
import { go } from "./support/plan";
import { minding } from "./support/walk";

const ROLES: Record<string, string> = {
  "product-owner": "Product owner",
  engineer: "Engineer",
  operations: "Operations",
  legal: "Legal",
  privacy: "Privacy (DPO)",
};
const role = (name: string) => ROLES[name] ?? name;
const days = (n: number) => (n === 1 ? "1 day" : `${n} days`);
const minutes = (n: number) => (n % 60 === 0 && n > 0 ? `${n / 60} h` : `${n} min`);
const range = ({ min_minutes: min = 0, max_minutes: max }: { min_minutes?: number; max_minutes: number }) =>
  min === 0 ? `at most ${minutes(max)}` : min === max ? minutes(min) : `${minutes(min)} to ${minutes(max)}`;
const exposure = (to: any) =>
  typeof to === "string" ? (/^[\d.]+$/.test(to) ? `${to} %` : to) : `${to.percent} % of ${[...to.segments].sort().join(", ")}`;
const day = (text: string) =>
  new Date(`${text}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

type Rule = ((value: any, plan: any) => string) | { notShown: string };

/** How each field is said on screen, where not word for word. `*` is any list's or object's name. */
const RULES: [RegExp, Rule][] = [
  [/^schema$/, { notShown: "which edition of the file form it is: for machines" }],
  [/(^|\.)slug$/, { notShown: "the name within the file; addresses carry it" }],
  [/\.dependency\.phases$/, { notShown: "its text says which; the rules read it" }],
  [/\.do\.exposure\.flag$/, { notShown: "its text says it, and it stands on that flag's lever" }],
  [/^decider$/, role],
  [/(^|\.)duration$/, ({ min_days: min, max_days: max }) => (min === max ? `${min} d` : `${min} to ${max} d`)],
  [/^effort$|\.takes$/, range],
  [/\.code_default$|\.exposure\.to$/, exposure],
  [/\.initial$/, (value) => `Begins ${exposure(value)}`],
  [/\.rollback_to$/, () => "goes back to where it was before the phase"],
  [/^phases\.risk$/, (value) => `${value[0].toUpperCase()}${value.slice(1)} risk`],
  [/^phases\.risk_note$|^phases\.start\.note$/, (value) => value.slice(1)],
  [/^phases\.optional$/, () => "Optional"],
  [
    /^phases\.start$/,
    ({ after, days: n }, plan) => {
      const name = plan.phases.find((phase: any) => phase.slug === after).name;
      return n ? `${n} d after ${name} starts` : `After ${name}`;
    },
  ],
  [/\.task\.by$|\.criteria\.by$/, (value) => `${role(value)} ticks it`],
  [/\.task\.days_before$/, (value) => `Should be done ${days(value)} before the phase starts`],
  [/\.task\.claimed$/, () => "The document says done"],
  [/\.dependency\.claimed$/, () => "the document shows it as so already"],
  [/\.role$/, role],
  [/\.meaning$/, (value) => `Signing it means: ${value.replace("-", " ")}`],
  [/\.soak_hours$/, (value) => `then ${value} h of soak`],
  [/\.attested\.by$/, (value) => `${role(value)} attests it`],
  [/\.target_minutes$/, (value) => `to be done in ${minutes(value)}`],
  [/\.destructive$/, () => "cannot be undone"],
  [/\.window$/, ({ from, to }) => `meant for ${day(from)} to ${day(to)}`],
  [/\.rounds$/, ({ from_hour: from, to_hour: to, every }) => `Hours ${from} to ${to}: every ${range(every)}`],
  [/\.evidence$/, () => "Needs evidence to be ticked"],
  [/\.probability$/, (value) => `probability ${value}`],
  [/\.impact$/, (value) => `impact ${value}`],
  [/^communications\.days_before$/, (value) => `${days(value)} before the start`],
  [/^communications\.every_days$/, (value) => (value === 1 ? "every day" : `every ${days(value)}`)],
  [/^communications\.days_after$/, (value) => `${days(value)} after closing`],
  [/\.within_minutes$/, (value) => (value === 0 ? "at once" : `within ${minutes(value)}`)],
];

/** Every field of the plan with its path, down to where a rule speaks of it whole. */
function* fields(value: any, path: string): Generator<[string, any]> {
  const whole = RULES.some(([at]) => at.test(path)) && !(path === "phases.start" && value.note);
  if (path && whole && !Array.isArray(value)) yield [path, value];
  else if (Array.isArray(value)) for (const one of value) yield* fields(one, path);
  else if (value && typeof value === "object") {
    for (const [name, below] of Object.entries(value)) yield* fields(below, path ? `${path}.${name}` : name);
  } else yield [path, value];
}

const flat = (text: string) => text.replace(/\s+/g, " ");

/** All that one sees of the rollout's page, every phase chosen once, nothing folded. */
async function seen(page: Page, id: string, phases: { slug: string; name: string }[]): Promise<string> {
  let all = "";
  for (const [index, { slug, name }] of phases.entries()) {
    await page.goto(`/rollouts/${id}?phase=${slug}`);
    await expect(page.getByRole("heading", { level: 2, name: `Phase ${index + 1} ${name}` })).toBeVisible();
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    all += flat(await page.getByRole("main").innerText());
  }
  return all;
}

for (const name of ["S4 in production", "Unified workflow", "Service orders"]) {
  test(`a person finds each field of the plan on the page: ${name}`, async ({ open, people: everyone }) => {
    test.setTimeout(120_000);
    const { people, id } = await minding(everyone, name);
    const page = await open("engineer", `/rollouts/${id}`);
    const { plan } = await people.viewer.view();
    const text = await seen(page, id, plan.phases);
    const missing: string[] = [];
    for (const [path, value] of fields(plan, "")) {
      const rule = RULES.find(([at]) => at.test(path))?.[1];
      if (rule && "notShown" in rule) continue;
      expect(rule || typeof value === "string", `${path} has a rule, for it is no text`).toBeTruthy();
      const words = flat(rule ? rule(value, plan) : value);
      if (!text.includes(words)) missing.push(`${path}: ${words}`);
    }
    expect(missing).toEqual([]);
  });
}

test("the contents lead to a topic, which unfolds; an address leads there too", async ({ open, people: everyone }) => {
  const { id } = await minding(everyone, "Unified workflow");
  const page = await open("viewer", `/rollouts/${id}?phase=advanced`);
  const contents = page.getByRole("navigation", { name: "In the plan" });
  await expect(contents.getByRole("link")).toHaveCount(7);
  const risks = page.locator("#plan-risks");
  await expect(page.getByRole("table", { name: "How likely, and how bad" })).toBeHidden();
  await contents.getByRole("link", { name: "Risks and contingencies" }).click();
  await expect(risks).toBeFocused();
  await expect(page).toHaveURL(`/rollouts/${id}?phase=advanced#plan-risks`);
  const matrix = page.getByRole("table", { name: "How likely, and how bad" });
  const row = matrix.getByRole("row", { name: /^Probability low/ });
  await expect(row.getByRole("cell").nth(2)).toContainText("The toggle system fails");
  await expect(row.getByRole("cell").nth(0)).toHaveText("none");

  await page.goto(`/rollouts/${id}#plan-people`);
  await expect(page.locator("#plan-people")).toBeFocused();
  await expect(page.getByRole("heading", { name: "Who is called next" })).toBeVisible();
});

test("flags stand in their groups, and a step's command at its lever can be copied", async ({ open, people: everyone, browserName }) => {
  const { id } = await minding(everyone, "Unified workflow");
  const page = await open("engineer", `/rollouts/${id}?phase=core`);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const flags = page.getByRole("table", { name: "Flags" });
  await expect(flags.getByRole("rowheader", { name: /^Experimental features Tried with few/ })).toBeVisible();
  const lever = page.getByRole("article", { name: "Writing" });
  await lever.getByText("By hand, without Signalbox").click();
  await lever.getByRole("button", { name: "Copy npm run monitor:performance --duration=24h" }).click();
  await expect(page.getByText("The command is on the clipboard.")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText()), browserName).toBe("npm run monitor:performance --duration=24h");
});

test("relative days become dates once the rollout has begun", async ({ open, people: everyone }) => {
  const { people, id } = await minding(everyone, "Service orders");
  const page = await open("viewer", `/rollouts/${id}#plan-people`);
  const report = page.getByRole("row", { name: /^Report Management/ });
  await expect(report).toContainText("1 day after closing");
  await expect(report).not.toContainText("expected");
  for (const { task } of (await people.viewer.view()).plan.phases[0].prerequisites) {
    await people[task.by as "operations"].does({ type: "tick", line: task.slug, evidence: EVIDENCE });
  }
  await go(people, 1);
  await expect(report).toContainText(/1 day after closing: expected \w+/);
});

test("a beginning that is not answered is asked for again, and begins once", async ({ open, people }) => {
  const page = await open("product-owner", "/new-rollout");
  const keys: string[] = [];
  await page.route("**/api/rollouts", async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    keys.push((await route.request().allHeaders())["idempotency-key"] ?? "none");
    // The gateway hears it; its first answer is lost.
    if (keys.length === 1) {
      await route.fetch();
      return route.abort();
    }
    return route.fallback();
  });
  await page.getByRole("textbox", { name: /plan, yaml/i }).fill(PLAN);
  await page.getByRole("textbox", { name: "Environment" }).fill("staging");
  await page.getByRole("button", { name: "Begin" }).click();
  await expect(page.getByRole("heading", { name: "The rollout began" })).toBeVisible();
  expect(keys).toEqual([keys[0], keys[0]]);
  const rollouts: { name: string }[] = await people.viewer.get("/api/rollouts");
  expect(rollouts.filter(({ name }) => name === "Prüfung")).toHaveLength(1);
});

const PLAN = `schema: signalbox-plan/1
slug: small
name: Prüfung
summary: One phase
flags: []
phases:
  - slug: only
    name: Only
    summary: All of it
    risk: low
    prerequisites: []
    steps:
      - { slug: done, text: Do it, do: { attested: {} } }
    rollback: { text: Nothing to undo }
`;

test("a file in another encoding is told by its first wrong byte, and read as what it is", async ({ open }) => {
  const page = await open("product-owner", "/new-rollout");
  const file = page.getByLabel("Open a file, or drop it on the text");
  const text = page.getByRole("textbox", { name: /plan, yaml/i });
  await file.setInputFiles({ name: "plan.yaml", mimeType: "text/yaml", buffer: Buffer.from(PLAN, "latin1") });
  const notice = page.getByRole("alert").filter({ hasText: "no UTF-8" });
  await expect(notice).toContainText("Byte 45 of the file, in line 3, is 0xFC: that is no UTF-8.");
  await expect(notice).toContainText("name: Prüfung");
  await expect(notice).toContainText("name: Pr¸fung");
  await expect(text).toHaveValue("");
  await notice.getByRole("button", { name: "Read it as Windows-1252" }).click();
  await expect(text).toHaveValue(PLAN);
  await expect(notice).toHaveCount(0);

  // The same, dropped on the text.
  await text.fill("");
  const dropped = await page.evaluateHandle((plan) => {
    const data = new DataTransfer();
    data.items.add(new File([plan], "plan.yaml", { type: "text/yaml" }));
    return data;
  }, PLAN);
  await text.dispatchEvent("drop", { dataTransfer: dropped });
  await expect(text).toHaveValue(PLAN);
});
