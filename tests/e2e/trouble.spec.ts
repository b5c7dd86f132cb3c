import { createHash } from "node:crypto";
import { type Page, type Route } from "@playwright/test";
import { breakBackend, breakStore, mendBackend, mendStore, moveFlag } from "./support/backend";
import { expect, test } from "./support/fixture";
import { evaluate } from "./support/person";
import { go, prepare, steps, walkThrough } from "./support/plan";
import { act, ask, dialog, lever } from "./support/screen";

for (const [how, meet] of [
  ["is refused", (route: Route) => route.abort()],
  ["is never answered", () => {}],
] as const) {
  test(`a live stream that ${how}: the page says so, and raising is locked`, async ({ open, people }) => {
    await prepare(people, 1);
    await go(people, 1);
    const page = await open("engineer", undefined, (page) => page.route(/\/api\/live/, meet));
    const lost = page.getByRole("region", { name: "Connection", includeHidden: true });
    await expect(lost).toContainText(/connection lost/i, { timeout: 10_000 });
    await expect(lost).toBeVisible();
    const csf = lever(page, "CSF Grid");
    await ask(csf.getByRole("button", { name: "Raise CSF Grid" }));
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(csf).toContainText("raising waits until it is back");

    await page.unroute(/\/api\/live/);
    // It may heal by itself before the press: then there is nothing left to press, and that is well too.
    await lost.getByRole("button", { name: "Try now", includeHidden: true }).dispatchEvent("click");
    await expect(lost).toBeHidden();
    await expect(csf.getByRole("button", { name: "Raise CSF Grid" })).not.toHaveAttribute("aria-disabled", "true");
  });
}

test("what the backend does not confirm stands in red on every page of the rollout, and is delivered once it can be", async ({
  open,
  people,
  gateway,
}) => {
  test.setTimeout(120_000);
  await prepare(people, 1);
  await go(people, 1);
  await steps(people, 1);
  const page = await open("operations");
  await page.setViewportSize({ width: 360, height: 900 });
  const id = await people.viewer.rollout();
  const csf = lever(page, "CSF Grid");
  const late = page.getByRole("alert").getByText("and the backend has not confirmed it");

  breakBackend(gateway);
  const shown = await dialog(page, "Roll back…");
  await shown.getByRole("textbox", { name: /reason/i }).fill("Errors have doubled");
  await shown.getByRole("button", { name: "Roll back 1 flag" }).click();
  await expect(shown.getByText("The backend does not answer; it is tried again")).toHaveCount(5);
  await expect(shown.getByRole("status")).toContainText("5 flags are not confirmed yet. You may close this");
  expect(await shown.evaluate((element) => element.scrollWidth - element.clientWidth), "cut off").toBe(0);
  await shown.getByRole("button", { name: "Close" }).click();
  await expect(csf).toContainText("On its way: off");
  await expect(csf).toContainText("The backend does not answer; it is tried again");
  await expect(late).toHaveCount(0);
  // In the plan's order; flags that were off are made sure of too.
  await expect(late).toHaveText([/^CSF Grid/, /^Workshops/, /^Minutes/, /^Chat/, /^Service Bus/], { timeout: 40_000 });
  const command = "gh workflow run feature_flag_flip.yml -f feature=CSF -f action=disable -e production";
  await expect(late.first()).toContainText(`was asked to go to off and the backend has not confirmed it. The backend does not answer; it is tried again. By hand: ${command}`);
  // Whoever comes now is told at once, wherever they look.
  for (const path of [`/rollouts/${id}/ledger`, `/rollouts/${id}`]) {
    await page.goto(path);
    await expect(late).toHaveCount(5, { timeout: 5_000 });
  }

  mendBackend(gateway);
  expect(await evaluate(gateway, "FEATURE_CSF_ENABLED")).toBe(true);
  await expect(late).toHaveCount(0);
  await expect(csf).toContainText(/Read back/);
  expect(await evaluate(gateway, "FEATURE_CSF_ENABLED")).toBe(false);
});

test("a raise the backend does not take is not counted, and goes through once it can", async ({ open, people, gateway }) => {
  await prepare(people, 1);
  await go(people, 1);
  const page = await open("engineer");
  const csf = lever(page, "CSF Grid");
  breakBackend(gateway);
  const shown = await dialog(page, "Raise CSF Grid");
  await shown.getByRole("textbox").fill("FEATURE_CSF_ENABLED");
  await shown.getByRole("button", { name: /^Raise/ }).click();
  await expect(csf).toContainText("On its way: on");
  await expect(csf).toContainText("The backend does not answer; it is tried again");
  await expect(csf.getByRole("img", { name: /is at off/ })).toBeVisible();
  mendBackend(gateway);
  await expect(csf).toContainText(/Read back/);
  await expect(csf.getByRole("img", { name: /is at on/ })).toBeVisible();
  expect(await evaluate(gateway, "FEATURE_CSF_ENABLED")).toBe(true);
});

test("a ledger that cannot be written: a lowering is carried out and recorded later, a raise is refused", async ({
  open,
  people,
  gateway,
}) => {
  await walkThrough(people, 1);
  await prepare(people, 2);
  await go(people, 2);
  const { version } = (await people.viewer.view()).state;
  const page = await open("operations");
  const engineer = await open("engineer");
  const shown = await dialog(page, "Lower CSF Grid");
  await shown.getByRole("textbox", { name: /reason/i }).fill("Errors have doubled");
  const raise = await dialog(engineer, "Raise Workshops & Consent");
  await raise.getByRole("textbox").fill("FEATURE_WORKSHOPS_ENABLED");
  breakStore(gateway);
  await shown.getByRole("button", { name: "Lower to off" }).click();
  await expect(shown.getByRole("alert")).toContainText(/carried out but not recorded yet/);
  await expect(shown.getByRole("alert")).toContainText("FEATURE_CSF_ENABLED is off, read back");
  expect(await evaluate(gateway, "FEATURE_CSF_ENABLED")).toBe(false);
  await raise.getByRole("button", { name: /^Raise/ }).click();
  await expect(raise.getByRole("alert")).toContainText(/store does not do its work.*Try again/);
  expect(await evaluate(gateway, "FEATURE_WORKSHOPS_ENABLED")).toBe(false);
  expect((await people.viewer.view()).state.version).toBe(version);

  mendStore(gateway);
  const csf = lever(engineer, "CSF Grid");
  await expect(csf).toContainText(/Last moved.*sample operations/i);
  await expect(csf).toContainText("Errors have doubled");
  await expect(csf).toContainText(/Read back/);
  // Asked again it says that it stands in the ledger, and does not lower twice.
  await shown.getByRole("button", { name: "Lower to off" }).click();
  await expect(shown).toBeHidden();
  const { records } = await people.viewer.get(`/api/rollouts/${await people.viewer.rollout()}/records?after=${version}&limit=100`);
  const kinds = records.map((view: { bytes: string }) => JSON.parse(view.bytes).kind);
  expect(kinds.filter((kind: string) => kind === "lowered")).toHaveLength(1);
  expect(kinds).not.toContain("raised");
});

test("flags moved behind the gateway's back: seen, then accepted or put back as far as the rules allow", async ({
  open,
  people,
  gateway,
}) => {
  await walkThrough(people, 2);
  await prepare(people, 3);
  await go(people, 3);
  const page = await open("engineer");
  const drift = async (name: string, key: string, to: "off" | "on") => {
    moveFlag(gateway, key, to);
    return { flag: lever(page, name), key, said: `The backend has it at ${to}, and the ledger did not ask for that` };
  };
  const csf = await drift("CSF Grid", "FEATURE_CSF_ENABLED", "off");
  const workshops = await drift("Workshops & Consent", "FEATURE_WORKSHOPS_ENABLED", "off");
  const minutes = await drift("Minutes Publishing", "FEATURE_MINUTES_ENABLED", "on");
  const chat = await drift("Chat Shell Commands", "FEATURE_CHAT_ENABLED", "on");
  for (const { flag, said } of [csf, workshops, minutes, chat]) await expect(flag).toContainText(said, { timeout: 30_000 });

  // Gate 4 has no go: what it would lock as a raise, it locks as drift too. Putting down is free.
  await ask(page.getByRole("button", { name: "Accept Chat Shell Commands at on" }));
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(chat.flag).toContainText(/Gate 4 has no go/);
  await act(page, "Put Chat Shell Commands back", "Nobody agreed to that");
  await expect(chat.flag).not.toContainText(chat.said);
  expect(await evaluate(gateway, chat.key)).toBe(false);

  // Putting up gives it to people again, so the flag's key is typed.
  const shown = await dialog(page, "Put CSF Grid back");
  await expect(shown).toContainText("CSF Grid: off → on, as the ledger says.");
  await expect(shown.getByRole("button", { name: "Put back" })).toHaveAttribute("aria-disabled", "true");
  await shown.getByRole("textbox").fill(csf.key);
  await shown.getByRole("button", { name: "Put back" }).click();
  await expect(shown).toBeHidden();
  await expect(csf.flag).not.toContainText(csf.said);
  await expect(csf.flag.getByRole("img", { name: /is at on/ })).toBeVisible();
  expect(await evaluate(gateway, csf.key)).toBe(true);

  // Gate 3 is clear.
  await dialog(page, "Accept Minutes Publishing at on");
  await expect(shown).toContainText("Minutes Publishing stays at on. The ledger takes it over; it said off.");
  await shown.getByRole("button", { name: "Accept", exact: true }).click();
  await expect(shown).toContainText("Say why");
  await shown.getByRole("textbox", { name: /reason/i }).fill("Switched by hand, and meant");
  await shown.getByRole("button", { name: "Accept", exact: true }).click();
  await expect(shown).toBeHidden();
  await expect(minutes.flag).not.toContainText(minutes.said);
  expect(await evaluate(gateway, minutes.key)).toBe(true);
  const records = page.getByRole("region", { name: "Ledger" }).getByRole("listitem");
  const accepted = records.filter({ hasText: "Minutes Publishing: on, as the backend has it, was accepted" });
  await expect(accepted).toContainText("You");
  await expect(accepted).toContainText("Switched by hand, and meant");

  // Accepting what fell is a rollback, and is never locked.
  await dialog(page, "Accept Workshops & Consent at off");
  await expect(shown).toContainText("Workshops & Consent stays at off. The ledger takes it over; it said on.");
  await expect(shown).toContainText("It ends the go at gates 2 and 3 and reopens 2 steps and 4 lines.");
  await shown.getByRole("textbox", { name: /reason/i }).fill("It was switched off by hand");
  await shown.getByRole("button", { name: "Accept", exact: true }).click();
  await expect(shown).toBeHidden();
  await expect(page.locator("#gate-2")).toContainText("The go was ended");
});

test("a record of a newer gateway: the page says it is outdated, breaks nothing, and is current after Reload", async ({
  open,
  people,
}) => {
  const id = await people.viewer.rollout();
  const { records, said } = await people.viewer.get(`/api/rollouts/${id}/records?after=0&limit=500`);
  const last = records.at(-1);
  const bytes = JSON.stringify({ ...JSON.parse(last.bytes), seq: last.seq + 1, kind: "teleported", body: {} });
  const live = { cursor: 1, record: { ...last, seq: last.seq + 1, bytes }, said, now: JSON.parse(last.bytes).time };
  const body = `event: record\ndata: ${JSON.stringify(live)}\n\n`;
  const page = await open("engineer", undefined, (page) =>
    page.route(/\/api\/live/, (route) => route.fulfill({ contentType: "text/event-stream", body }), { times: 1 }),
  );
  const outdated = page.getByRole("region", { name: "Outdated" });
  await expect(outdated).toContainText("This page is older than the gateway");
  // The page goes on with what it understands.
  await people.operations.does({ type: "tick", line: "s4-dashboards" });
  await expect(page.locator("#line-s4-dashboards")).toContainText(/sample operations/i);
  await expect(outdated).toBeVisible();
  await outdated.getByRole("button", { name: "Reload" }).click();
  await expect(page.locator("#line-s4-dashboards")).toContainText(/sample operations/i);
  await expect(outdated).toHaveCount(0);
});

test("a ledger with a record of an unknown kind is shown, that record as its bytes", async ({ open, people }) => {
  const id = await people.viewer.rollout();
  let odd = 0;
  const page = await open("viewer", `/rollouts/${id}/ledger`, (page) =>
    page.route(/\/records\?/, async (route) => {
      const answer = await route.fetch();
      const json = await answer.json();
      const last = json.records.at(-1);
      odd = last.seq;
      last.bytes = JSON.stringify({ ...JSON.parse(last.bytes), kind: "teleported", body: {} });
      await route.fulfill({ response: answer, json });
    }),
  );
  const records = page.getByRole("list", { name: "Records, newest first" }).getByRole("listitem");
  await expect(records).not.toHaveCount(1);
  await records.filter({ hasText: "teleported" }).getByRole("link", { name: "A record this page cannot read" }).click();
  await expect(page.getByRole("region", { name: `Record ${odd}` })).toContainText("Does not match");
  await expect(page.getByRole("region", { name: "Outdated" })).toContainText("This page is older than the gateway");
});

test("Copy puts the record's bytes on the clipboard, as they were hashed", async ({ open, people }) => {
  const id = await people.viewer.rollout();
  const page = await open("viewer", `/rollouts/${id}/ledger/1`, (page) =>
    page.context().grantPermissions(["clipboard-read", "clipboard-write"]),
  );
  const { records: [first] } = await people.viewer.get(`/api/rollouts/${id}/records?after=0&limit=1`);
  const record = page.getByRole("region", { name: "Record 1" });
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  // Laid out to be read on the screen, but copied as it is stored.
  await record.getByRole("button", { name: "Copy the bytes" }).click();
  await expect(page.getByText("The record's bytes are on the clipboard.")).toBeVisible();
  expect(await copied()).toBe(first.bytes);
  expect(createHash("sha256").update("\0").update(await copied()).digest("hex")).toBe(first.leaf);
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await record.getByRole("button", { name: "As stored" }).click();
  await expect(record.getByRole("region", { name: "The record's bytes" })).toHaveText(first.bytes);
  await record.getByRole("button", { name: "Copy the bytes" }).click();
  await expect.poll(copied).toBe(first.bytes);
});

for (const [why, before] of [
  ["refuses it", (page: Page) => page.context().grantPermissions([])],
  ["has no clipboard for this page", (page: Page) => page.addInitScript("delete Navigator.prototype.clipboard")],
] as const) {
  test(`Copy says so when the browser ${why}`, async ({ open, people }) => {
    const page = await open("viewer", `/rollouts/${await people.viewer.rollout()}/ledger/1`, before);
    await page.getByRole("button", { name: "Copy the bytes" }).click();
    await expect(page.getByText("does not let this page write to the clipboard. Select what you need and copy it.")).toBeVisible();
  });
}

test("a part of the console that does not come is asked for again, and nothing else is lost", async ({ open, people }) => {
  let refused = 0;
  const page = await open("viewer", "/", (page) =>
    page.route(/split_ledger-.*\.wasm$/, (route) => (refused++ ? route.continue() : route.abort())),
  );
  await page.goto(`/rollouts/${await people.viewer.rollout()}/ledger`);
  const failed = page.getByRole("alert").filter({ hasText: "It did not load: the ledger" });
  await failed.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(failed).toHaveCount(0);
});
