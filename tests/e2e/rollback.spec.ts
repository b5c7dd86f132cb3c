import { type Page } from "@playwright/test";
import { expect, test } from "./support/fixture";
import { type Person, evaluate } from "./support/person";
import { go, prepare, steps, walkThrough } from "./support/plan";
import { dialog } from "./support/screen";

/** What the preview says, a row a flag: name, now, after. */
async function preview(page: Page): Promise<string[]> {
  const rows = page.getByRole("dialog").getByRole("table").getByRole("row");
  const cells = await rows.evaluateAll((rows) =>
    rows.slice(1).map((row) => [...(row as HTMLTableRowElement).cells].map((cell) => cell.firstChild?.textContent?.trim())),
  );
  return cells.map((row) => row.join(", "));
}

/** Each flag's outcome, once the backend has confirmed them all. */
async function outcomes(page: Page): Promise<string[]> {
  const shown = page.getByRole("dialog");
  await expect(shown.getByText("All done: the backend has confirmed every flag.")).toBeVisible();
  return shown.getByRole("table").getByRole("row").allInnerTexts();
}

/** The lowerings in the ledger since a version, by the flag's slug, with what each says it undoes. */
async function lowered(person: Person, after: number): Promise<any[]> {
  const { records, said } = await person.get(`/api/rollouts/${await person.rollout()}/records?after=${after}&limit=100`);
  const all = records.map((view: { bytes: string }) => JSON.parse(view.bytes));
  return all
    .filter(({ kind }: { kind: string }) => kind === "lowered")
    .map(({ actor, body }: any) => ({
      flag: body.flag,
      gates: body.undone.gates,
      by: said.people[actor.person].name,
      reason: said.texts[body.words.reason],
    }));
}

test("one flag is rolled back, and nothing beside it", async ({ open, people, gateway }) => {
  await walkThrough(people, 1);
  await prepare(people, 2);
  await go(people, 2);
  await steps(people, 2);
  const engineer = await open("engineer");
  const page = await open("operations");
  const { version } = (await people.viewer.view()).state;

  const shown = await dialog(page, "Roll back…");
  await shown.getByRole("radio", { name: "One flag" }).check();
  await shown.getByRole("combobox", { name: "Which flag" }).selectOption("Workshops & Consent");
  await expect(shown).toContainText("In production, Workshops & Consent goes to off.");
  await expect(shown).toContainText("It ends the go at gate 2 and reopens 2 steps.");
  expect(await preview(page)).toEqual(["Workshops & Consent, on, off"]);
  expect(await evaluate(gateway, "FEATURE_WORKSHOPS_ENABLED")).toBe(true);
  await shown.getByRole("textbox", { name: /reason/i }).fill("Consents are not on record");
  await shown.getByRole("button", { name: "Roll back 1 flag" }).click();
  expect(await outcomes(page)).toEqual(["Flag\tOutcome", expect.stringMatching(/^Workshops & Consent\s+off, read back$/)]);

  expect(await evaluate(gateway, "FEATURE_WORKSHOPS_ENABLED")).toBe(false);
  expect(await evaluate(gateway, "FEATURE_CSF_ENABLED")).toBe(true);
  await expect(engineer.locator("#gate-2")).toContainText("The go was ended");
  await expect(engineer.locator("#flag-workshops")).toContainText(/Last moved.*sample operations/i);
  await expect(engineer.locator("#flag-workshops")).toContainText("Consents are not on record");
  expect(await lowered(people.viewer, version)).toEqual([
    { flag: "workshops", gates: [2], by: expect.stringMatching(/operations/i), reason: "Consents are not on record" },
  ]);
  await page.goto(`/rollouts/${await people.viewer.rollout()}/ledger`);
  const record = page.getByRole("listitem").filter({ hasText: "Workshops & Consent: on → off asked for" });
  await expect(record).toContainText("ends the go at gate 2");
  await expect(record).toContainText(/sample operations/i);
  await expect(record).toContainText("Consents are not on record");
});

test("a phase is rolled back, alone or with what came after it", async ({ open, people, gateway }) => {
  await walkThrough(people, 2);
  await prepare(people, 3);
  await go(people, 3);
  await people.engineer.does({ type: "raise", step: "minutes-on", confirm: "FEATURE_MINUTES_ENABLED" });
  await people.engineer.settled();
  const page = await open("product-owner");
  const { version } = (await people.viewer.view()).state;

  const shown = await dialog(page, "Roll back…");
  await shown.getByRole("radio", { name: "A phase" }).check();
  // The phase that is under way is offered first.
  expect(await preview(page)).toEqual(["Minutes Publishing, on, off"]);
  await shown.getByRole("combobox", { name: "Which phase" }).selectOption("2, Workshops & Consent");
  await expect(shown).toContainText("In production, Workshops & Consent goes to off.");
  await expect(shown).toContainText("It ends the go at gates 2 and 3 and reopens 2 steps and 4 lines.");
  expect(await preview(page)).toEqual(["Workshops & Consent, on, off"]);
  await expect(shown.getByRole("button", { name: "Roll back 1 flag" })).toBeVisible();

  await shown.getByRole("checkbox", { name: "Later phases too" }).check();
  await expect(shown).toContainText("Workshops & Consent goes to off and Minutes Publishing goes to off.");
  await expect(shown).toContainText("It ends the go at gates 2 and 3 and reopens 3 steps and 4 lines.");
  expect(await preview(page)).toEqual([
    "Workshops & Consent, on, off",
    "Minutes Publishing, on, off",
    "Chat Shell Commands, off, off",
    "Service Bus Orchestration, off, off",
  ]);
  await shown.getByRole("textbox", { name: /reason/i }).fill("Data was lost");
  await shown.getByRole("button", { name: "Roll back 2 flags" }).click();
  const read = (name: string) => expect.stringMatching(new RegExp(`^${name}\\s+off, read back$`));
  expect((await outcomes(page)).slice(1)).toEqual([
    read("Workshops & Consent"),
    read("Minutes Publishing"),
    read("Chat Shell Commands"),
    read("Service Bus Orchestration"),
  ]);
  for (const key of ["WORKSHOPS", "MINUTES", "CHAT"]) expect(await evaluate(gateway, `FEATURE_${key}_ENABLED`)).toBe(false);
  expect(await evaluate(gateway, "FEATURE_CSF_ENABLED")).toBe(true);

  await shown.getByRole("button", { name: "Close" }).click();
  // The page goes back to the phase that is open again.
  await expect(page.locator("#gate-2")).toContainText("The go was ended");
  const records = await lowered(people.viewer, version);
  expect(records.map(({ flag }) => flag)).toEqual(["workshops", "minutes", "chat", "service-bus"]);
  for (const record of records) expect(record).toMatchObject({ by: expect.stringMatching(/product owner/i), reason: "Data was lost" });
  const { gates } = (await people.viewer.view()).state;
  expect([gates["1"].go, gates["2"].go, gates["3"].go].map((go) => go !== null)).toEqual([true, false, false]);
});
