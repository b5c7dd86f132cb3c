import { randomUUID } from "node:crypto";
import { expect, test } from "./support/fixture";
import { go, prepare } from "./support/plan";

const KEY = "FEATURE_CSF_ENABLED";

test("two engineers on one lever: one wins, the other's dialog says what happened", async ({ open, people }) => {
  await prepare(people, 1);
  await go(people, 1);
  const pages = await Promise.all([open("engineer"), open("engineer")]);
  for (const page of pages) {
    await page.getByRole("button", { name: "Raise CSF Grid" }).click();
    await page.getByRole("dialog").getByRole("textbox").fill(KEY);
  }
  // Both stand in the dialog with what they saw; both send, without waiting for the button to stand still.
  const send = (button: Element) => (button as HTMLButtonElement).click();
  await Promise.all(pages.map((page) => page.getByRole("dialog").getByRole("button", { name: /^Raise/ }).evaluate(send)));
  await expect
    .poll(async () => (await Promise.all(pages.map((page) => page.getByRole("dialog").count()))).sort().join())
    .toBe("0,1");
  const loser = (await pages[0]!.getByRole("dialog").count()) ? pages[0]! : pages[1]!;
  await expect(loser.getByRole("dialog")).toContainText(/somebody was faster|already|sample engineer/i);
  const { records } = await people.viewer.get(`/api/rollouts/${await people.viewer.rollout()}/records?limit=500`);
  const raised = records.filter((record: { bytes: string }) => JSON.parse(record.bytes).kind === "raised");
  expect(raised).toHaveLength(1);
});

test("the same command sent twice is applied once", async ({ people }) => {
  const id = await people.viewer.rollout();
  const { state } = await people.viewer.view();
  const headers = { "if-match": `"${state.version}"`, "idempotency-key": randomUUID() };
  const command = { type: "tick", line: "s4-dashboards" };
  const send = () => people.operations.post(`/api/rollouts/${id}/commands`, command, headers);
  const [first, second] = await Promise.all([send(), send()]);
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(await second.text()).toBe(await first.text());
  expect((await people.viewer.view()).state.version).toBe(state.version + 1);
});

test("a record that comes while the rollout is on its way to the page is not lost", async ({ open, people }) => {
  const id = await people.viewer.rollout();
  const page = await open("engineer", "/");
  // The first answer is from before the record, and comes last.
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const asked = page.waitForRequest(new RegExp(`/api/rollouts/${id}$`));
  await page.route(
    new RegExp(`/api/rollouts/${id}$`),
    async (route) => {
      const answer = await route.fetch();
      await people.operations.does({ type: "tick", line: "s4-dashboards" });
      await held;
      await route.fulfill({ response: answer });
    },
    { times: 1 },
  );
  await page.getByRole("link", { name: /S4 in production/ }).first().click();
  await asked;
  await expect(page.locator("#line-s4-dashboards")).toContainText(/sample operations/i);
  const late = page.waitForResponse(new RegExp(`/api/rollouts/${id}$`));
  release();
  await (await late).finished();
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await expect(page.locator("#line-s4-dashboards")).toContainText(/sample operations/i);
});

test("the gateway stopped and started: the screen says how old it is, and heals without a reload", async ({
  open,
  gateway,
  people,
}) => {
  test.setTimeout(90_000);
  const page = await open("engineer");
  await page.evaluate(() => ((window as unknown as { same: boolean }).same = true));
  await gateway.down();
  await expect(page.getByText(/connection lost/i)).toBeVisible({ timeout: 15_000 });
  const raise = page.getByRole("button", { name: "Raise CSF Grid" });
  await expect(raise).toHaveAttribute("aria-disabled", "true");
  await gateway.up();
  await expect(page.getByText(/connection lost/i)).toBeHidden({ timeout: 20_000 });
  await people.operations.does({ type: "tick", line: "s4-dashboards" });
  await expect(page.locator("#line-s4-dashboards")).toContainText(/sample operations/i, { timeout: 5_000 });
  expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same)).toBe(true);
});

for (const [day, hours] of [["behind", -24], ["ahead", 24]] as const) {
  test(`a browser whose clock is a day ${day} counts down the same`, async ({ browser, gateway, people }) => {
    await prepare(people, 1);
    await go(people, 1);
    await people.engineer.does({ type: "raise", step: "csf-on", confirm: KEY });
    await people.engineer.settled();
    const context = await browser.newContext({ baseURL: gateway.url });
    await context.addInitScript((off) => {
      const real = Date.now.bind(Date);
      const Real = Date;
      globalThis.Date = new Proxy(Real, {
        construct: (target, args) => (args.length ? Reflect.construct(target, args) : new target(real() + off)),
        get: (target, name) => (name === "now" ? () => real() + off : Reflect.get(target, name)),
      });
    }, hours * 3_600_000);
    const page = await context.newPage();
    await page.goto(`/rollouts/${await people.viewer.rollout()}`);
    await page.getByRole("button", { name: /viewer/i }).click();
    await expect(page.locator("#phase-csf-grid, main").first()).toContainText(/47 h 5\d min|48 h/);
    await context.close();
  });
}
