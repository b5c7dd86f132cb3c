import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./support/fixture";
import type { Person } from "./support/person";
import { go, prepare, steps, walkThrough } from "./support/plan";

interface Record {
  seq: number;
  time: string;
  kind: string;
  actor: { person?: string; role?: string; system?: string };
  body: any;
}

/** The whole ledger, read by the API. */
async function ledger(person: Person): Promise<Record[]> {
  const { records } = await person.get(`/api/rollouts/${await person.rollout()}/records?limit=500`);
  return records.map((view: { bytes: string }) => JSON.parse(view.bytes));
}

const rows = (page: Page): Locator => page.getByRole("list", { name: "Records, newest first" }).getByRole("listitem");

/** The numbers on the page, newest first. */
const shown = (page: Page): Promise<number[]> =>
  rows(page).evaluateAll((rows) => rows.map((row) => Number(row.querySelector(".seq")?.textContent)));

async function shows(page: Page, expected: Record[]): Promise<void> {
  await expect.poll(() => shown(page)).toEqual(expected.map(({ seq }) => seq).reverse());
}

test("who, phase, what and when: each alone, together, in the address, taken back by its chip", async ({ open, people }) => {
  await walkThrough(people, 2);
  const id = await people.viewer.rollout();
  const all = await ledger(people.viewer);
  const page = await open("viewer", `/rollouts/${id}/ledger`);
  await shows(page, all);
  const select = (name: string) => page.getByRole("combobox", { name });
  const chips = page.getByRole("list", { name: "Looked for" });
  const found = page.getByRole("search").locator("xpath=following-sibling::*[@role='status']");

  await select("Who").selectOption({ label: "Sample operations" });
  const byOperations = all.filter(({ actor }) => actor.role === "operations");
  await shows(page, byOperations);
  await expect(found).toHaveText(`${byOperations.length} records match, of ${all.length}`);

  await select("Phase").selectOption({ label: "2, Workshops & Consent" });
  const lines = ["workshops-containers", "workshops-data"];
  const both = byOperations.filter(({ body }) => lines.includes(body.line));
  expect(both).toHaveLength(2);
  await shows(page, both);
  await expect(page).toHaveURL(/person=[0-9a-f-]{36}&phase=workshops-consent$/);

  await page.goBack();
  await shows(page, byOperations);
  await page.goForward();
  await shows(page, both);
  await page.reload();
  await shows(page, both);
  await expect(select("Who").locator("option:checked")).toHaveText("Sample operations");

  await chips.getByRole("link", { name: "Without: Sample operations" }).click();
  await select("What").selectOption({ label: "All about gates and plan" });
  await shows(page, all.filter(({ kind, body }) => kind === "decided" && body.gate === 2));
  await chips.getByRole("link", { name: "Without: Workshops & Consent" }).click();
  await shows(page, all.filter(({ kind }) => ["decided", "adopted", "attached"].includes(kind)));
  await select("What").selectOption({ label: "Ticked" });
  await shows(page, all.filter(({ kind }) => kind === "ticked"));
  await chips.getByRole("link", { name: "Clear" }).click();
  await shows(page, all);
  await expect(chips).toHaveCount(0);
  await expect(page).toHaveURL(new RegExp(`/rollouts/${id}/ledger$`));

  await select("Who").selectOption({ label: "Signalbox" });
  await shows(page, all.filter(({ actor }) => actor.system));
});

test("a span of time is typed in the viewer's zone and stands in the address in UTC", async ({ open, people }) => {
  await walkThrough(people, 1);
  const id = await people.viewer.rollout();
  const all = await ledger(people.viewer);
  const raised = all.find(({ kind }) => kind === "raised")!;
  const moved = all.find(({ kind, seq }) => kind === "clock-moved" && seq > raised.seq)!;
  // A minute that lies between the two, which are 48 hours apart.
  const minute = new Date(Date.parse(raised.time) + 3_600_000);
  minute.setUTCSeconds(0, 0);
  const page = await open("viewer", `/rollouts/${id}/ledger`);
  const typed = await page.evaluate((time) => {
    const date = new Date(time);
    date.setMinutes(date.getMinutes() - date.getTimezoneOffset());
    return date.toISOString().slice(0, 16);
  }, minute.getTime());
  await page.getByLabel("From", { exact: true }).fill(typed);
  await shows(page, all.filter(({ seq }) => seq >= moved.seq));
  await expect(page).toHaveURL(new RegExp(`from=${minute.toISOString()}$`));
  await page.reload();
  await expect(page.getByLabel("From", { exact: true })).toHaveValue(typed);
  await page.getByLabel("From", { exact: true }).fill("");
  await page.getByLabel("Before", { exact: true }).fill(typed);
  await shows(page, all.filter(({ seq }) => seq < moved.seq));
  await page.getByRole("link", { name: /^Without: Before / }).click();
  await shows(page, all);
});

test("with a filter set a record comes in by itself if it matches, and a record opened keeps the filter", async ({ open, people }) => {
  const id = await people.viewer.rollout();
  const page = await open("viewer", `/rollouts/${id}/ledger?kind=ticked`);
  const empty = page.getByText("No record matches");
  await expect(empty).toBeVisible();
  await prepare(people, 1);
  const ticked = (await ledger(people.viewer)).filter(({ kind }) => kind === "ticked");
  expect(ticked).toHaveLength(3);
  await shows(page, ticked);
  await expect(empty).toHaveCount(0);
  await people.engineer.does({ type: "note", text: "It does not match" });
  await people.engineer.does({ type: "untick", line: "s4-flag-infrastructure", reason: "Not proven after all" });
  await people.engineer.does({ type: "tick", line: "s4-flag-infrastructure" });
  await shows(page, (await ledger(people.viewer)).filter(({ kind }) => kind === "ticked"));

  await rows(page).last().getByRole("link").first().click();
  await expect(page).toHaveURL(new RegExp(`/rollouts/${id}/ledger/${ticked[0]!.seq}\\?kind=ticked$`));
  await expect(rows(page)).toHaveCount(4);
  const record = page.getByRole("region", { name: `Record ${ticked[0]!.seq}` });
  await record.getByRole("link", { name: "Next" }).click();
  await expect(page).toHaveURL(new RegExp(`/ledger/${ticked[0]!.seq + 1}\\?kind=ticked$`));
  await page.getByRole("link", { name: "Close" }).click();
  await expect(page).toHaveURL(new RegExp(`/rollouts/${id}/ledger\\?kind=ticked$`));
  await expect(rows(page)).toHaveCount(4);

  await page.goto(`/rollouts/${id}/ledger?kind=incident-opened,noted`);
  await expect(page.getByRole("combobox", { name: "What" }).locator("option:checked")).toHaveText("Several kinds");
  await page.goto(`/rollouts/${id}/ledger?kind=cancelled`);
  await page.getByRole("link", { name: "Show every record" }).click();
  await shows(page, await ledger(people.viewer));
});

test("a filter that is none is Not Found", async ({ open, people }) => {
  const id = await people.viewer.rollout();
  const page = await open("viewer");
  for (const bad of ["kind=tickled", "person=nobody", "from=yesterday", "phase=phase-nine", "phase=A%20b"]) {
    await page.goto(`/rollouts/${id}/ledger?${bad}`);
    await expect(page.getByText("There is nothing at this address"), bad).toBeVisible();
  }
});

/** No button that does anything to the rollout. */
async function offersNothing(page: Page): Promise<void> {
  for (const name of [/^Raise/, /^Lower/, /^Go at/, /^No-go/, /^Hold/, /^Tick/, /^Sign /, /^Object/, /^Attest/, /^Skip/, /^Roll back/, /incident/i]) {
    await expect(page.getByRole("button", { name }), String(name)).toHaveCount(0);
  }
}

const past = (page: Page): Locator => page.getByRole("region", { name: /^As it stood after record/ });

test("the rollout as it stood: at the start, before a rollback and after it, with nothing to press, and the bytes agree", async ({
  open,
  people,
}) => {
  test.setTimeout(120_000);
  await walkThrough(people, 1);
  await prepare(people, 2);
  await go(people, 2);
  await steps(people, 2);
  await people.operations.does({ type: "rollback", scope: { of: "everything" }, reason: "Consents are not on record" });
  await people.viewer.settled();
  const id = await people.viewer.rollout();
  const all = await ledger(people.viewer);
  const lowered = all.find(({ kind }) => kind === "lowered")!;
  const raised = all.find(({ kind }) => kind === "raised")!;
  // Whoever may do everything now may do nothing then.
  const page = await open("operations", `/rollouts/${id}/ledger/${lowered.seq - 1}`);
  await page.getByRole("link", { name: "See the rollout as it stood then" }).click();
  await expect(page).toHaveURL(new RegExp(`/rollouts/${id}/at/${lowered.seq - 1}`));
  await expect(page.locator("#flag-csf-grid")).toContainText(/on/);
  await expect(page.locator("#gate-2")).toContainText(/Clear/);
  await offersNothing(page);

  const check = async () => {
    await page.getByRole("button", { name: "Check that it stood so" }).click();
    await expect(page.getByText(/the same as the gateway's, byte for byte/i)).toBeVisible();
  };
  await check();
  await past(page).getByRole("link", { name: "Next" }).click();
  await expect(past(page)).toContainText(`As it stood after record ${lowered.seq}`);
  await expect(past(page)).toContainText("You: ");
  await expect(page.getByText(/byte for byte/i)).toHaveCount(0);
  await expect(page.locator("#gate-2")).toContainText("The go was ended");
  await check();

  const jump = past(page).getByRole("spinbutton", { name: /after record/i });
  await jump.fill(String(raised.seq));
  await jump.press("Enter");
  await expect(past(page)).toContainText(`As it stood after record ${raised.seq}`);
  await expect(page.locator("#flag-csf-grid")).toContainText("On its way: on");
  await past(page).getByRole("link", { name: "Next" }).click();
  await expect(page.locator("#phase-csf-grid")).toContainText("48 h of soak left");
  await check();

  await page.goto(`/rollouts/${id}/at/1`);
  await expect(past(page)).toContainText("The plan was attached");
  await expect(page.locator("#plan").getByText("Not in force", { exact: true })).toBeVisible();
  await expect(past(page).getByRole("link", { name: "Previous" })).toHaveCount(0);
  await offersNothing(page);
  await check();

  await page.goto(`/rollouts/${id}/at/${all.length}`);
  await expect(past(page).getByRole("link", { name: "Next" })).toHaveCount(0);
  const version = all.length;
  await people.engineer.does({ type: "incident", reason: "It came later" });
  // It is known that something came; what stood then stays.
  await expect(past(page).getByRole("link", { name: "Next" })).toBeVisible();
  await expect(page.getByText("It came later")).toHaveCount(0);
  await expect(past(page)).toContainText(`As it stood after record ${version}`);
  await past(page).getByRole("link", { name: "Next" }).click();
  await expect(page.getByRole("region", { name: /^Incident/ })).toContainText("It came later");
  await offersNothing(page);
  await past(page).getByRole("link", { name: "Back to now" }).click();
  await expect(page).toHaveURL(new RegExp(`/rollouts/${id}$`));
  await expect(page.getByRole("button", { name: "Roll back…" })).toBeVisible();
});

test("links on the page as it stood stay there, and a record that is not there is Not Found", async ({ open, people }) => {
  await walkThrough(people, 1);
  const id = await people.viewer.rollout();
  const head = (await ledger(people.viewer)).length;
  const page = await open("viewer", `/rollouts/${id}/at/${head - 1}`);
  await page.getByRole("region", { name: /^The line/ }).getByRole("link", { name: /Minutes Publishing/ }).click();
  await expect(page).toHaveURL(new RegExp(`/rollouts/${id}/at/${head - 1}\\?phase=minutes-publishing`));
  await past(page).getByRole("link", { name: "Previous" }).click();
  await expect(page).toHaveURL(new RegExp(`/rollouts/${id}/at/${head - 2}\\?phase=minutes-publishing$`));
  await expect(past(page)).toContainText(`As it stood after record ${head - 2}`);
  await expect(page.getByRole("heading", { level: 2, name: /Minutes Publishing/ })).toBeVisible();
  await past(page).getByRole("link", { name: "in the ledger" }).click();
  await expect(page.getByRole("heading", { name: `Record ${head - 2}` })).toBeFocused();
  for (const bad of ["0", "007", "x", String(head + 1)]) {
    await page.goto(`/rollouts/${id}/at/${bad}`);
    await expect(page.getByText("There is nothing at this address"), bad).toBeVisible();
  }
});

test("an evidence carries the hash of a file that was hashed in the browser, and whoever reads it sees it", async ({ open, people }) => {
  await prepare(people, 1);
  await go(people, 1);
  await steps(people, 1);
  const page = await open("operations");
  await page.getByRole("button", { name: "Open an incident" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /what is wrong/i }).fill("Sign-in fails since ten o'clock");
  await dialog.getByRole("button", { name: /add evidence/i }).click();
  await dialog.getByRole("textbox", { name: "Evidence 1: title" }).fill("The log");
  await dialog.getByRole("textbox", { name: "Evidence 1: link" }).fill("javascript:alert(1)");
  await dialog.getByText("Evidence 1: its SHA-256").click();
  await dialog.getByLabel("Take it from a file").setInputFiles({ name: "log.txt", mimeType: "text/plain", buffer: Buffer.from("abc") });
  const hash = dialog.getByRole("textbox", { name: /^SHA-256/ });
  await expect(hash).toHaveValue("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  await dialog.getByRole("button", { name: "Open the incident" }).click();
  await expect(dialog).toContainText("Begin it with https:// or http://");
  await dialog.getByRole("textbox", { name: "Evidence 1: link" }).fill("https://example.org/log");
  await hash.fill("abc");
  await dialog.getByRole("button", { name: "Open the incident" }).click();
  await expect(dialog).toContainText("Give its 64 digits");
  await hash.fill("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  await dialog.getByRole("button", { name: "Open the incident" }).click();
  await expect(dialog).toBeHidden();
  const incident = page.getByRole("region", { name: /^Incident/ });
  await expect(incident.getByRole("link", { name: "The log" })).toHaveAttribute("rel", /noopener noreferrer/);
  await expect(incident).toContainText("ba78 16bf");
});
