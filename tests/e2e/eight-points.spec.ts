import { expect, test } from "./support/fixture";
import { evaluate } from "./support/person";
import { confirm, go, prepare, steps, walkThrough } from "./support/plan";
import { act, ask, decide, dialog, evidence, lever, line } from "./support/screen";

test("1: the viewer sees the line with five phases, and no control", async ({ open, people }) => {
  const page = await open("viewer", "/");
  await expect(page.getByText(/this is a demo with sample accounts/i)).toBeVisible();
  await page.getByRole("link", { name: /S4 in production/ }).first().click();
  await expect(page).toHaveURL(new RegExp(await people.viewer.rollout()));
  const phases = line(page).getByRole("listitem");
  for (const [name, risk] of [
    ["CSF Grid", "Low risk"],
    ["Workshops & Consent", "Medium risk"],
    ["Minutes Publishing", "High risk"],
    ["Chat Shell Commands", "Low risk"],
    ["Service Bus Orchestration", "Medium risk"],
  ] as const) {
    await expect(phases.filter({ hasText: name }).filter({ hasText: risk })).toHaveCount(1);
  }
  await expect(phases.first()).toContainText(/Product owner/);
  for (const name of [/^Raise/, /^Lower/, /^Go at/, /^Tick/, /^Sign /, /^Roll back/, /incident/i]) {
    await expect(page.getByRole("button", { name })).toHaveCount(0);
  }
});

test("2: the engineer asks a locked lever why, and each blocker leads to where it is cleared", async ({ open }) => {
  const page = await open("engineer");
  const csf = lever(page, "CSF Grid");
  const raise = csf.getByRole("button", { name: "Raise CSF Grid" });
  await ask(raise);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const blockers = csf.getByRole("listitem");
  for (const [what, who] of [
    [/Gate 1 has no go/, /Product owner/],
    [/Not signed: The S4 rollout may begin/, /Product owner/],
    [/Not ticked: Dashboards/, /Operations/],
    [/Not ticked: Switching a flag/, /Engineer/],
  ] as const) {
    await expect(blockers.filter({ hasText: what }).filter({ hasText: who })).toHaveCount(1);
  }
  await blockers.filter({ hasText: "Dashboards" }).getByRole("link").click();
  await expect(page).toHaveURL(/#line-s4-dashboards$/);
  await expect(page.locator("#line-s4-dashboards")).toBeInViewport();
});

test("3 and 4: ticks, signature and go appear on the engineer's open screen; the lever is raised and read back", async ({
  open,
  gateway,
}) => {
  const engineer = await open("engineer");
  const operations = await open("operations");
  await operations.getByRole("button", { name: "Tick v0.2.0 runs in production" }).click();
  await operations.getByRole("button", { name: "Tick Dashboards show how much each feature is used" }).click();
  await engineer.getByRole("button", { name: "Tick Switching a flag is proven to work" }).click();
  await operations.context().close();

  const owner = await open("product-owner");
  const sign = await dialog(owner, "Sign The S4 rollout may begin");
  await expect(sign).toContainText("The S4 rollout may begin");
  await expect(sign).toContainText(/approved/i);
  await sign.getByRole("button", { name: "Sign", exact: true }).click();
  await expect(sign).toBeHidden();
  await expect(engineer.locator("#line-s4-initiation")).toContainText(/sample product owner/i, { timeout: 2_000 });
  await decide(owner, "Go", 1, "Dashboards are up, the team is ready");
  await expect(engineer.locator("#gate-1")).toContainText(/Clear/, { timeout: 2_000 });
  await expect(engineer.locator("#gate-1")).toContainText(/sample product owner/i);
  await expect(engineer.locator("#gate-1")).toContainText("Dashboards are up, the team is ready");

  expect(await evaluate(gateway, "FEATURE_CSF_ENABLED")).toBe(false);
  const csf = lever(engineer, "CSF Grid");
  await csf.getByRole("button", { name: "Raise CSF Grid" }).click();
  const raising = engineer.getByRole("dialog", { name: "Raise CSF Grid" });
  await expect(raising).toContainText("CSF Grid: off → on");
  await expect(raising).toContainText("production");
  const confirmRaise = raising.getByRole("button", { name: /^Raise/ });
  await expect(confirmRaise).toHaveAttribute("aria-disabled", "true");
  await raising.getByRole("textbox").fill("FEATURE_CSF_ENABLED");
  await confirmRaise.click();
  await expect(raising).toBeHidden();
  await expect(csf).toContainText(/read back/i);
  expect(await evaluate(gateway, "FEATURE_CSF_ENABLED")).toBe(true);
  await expect(owner.locator("#flag-csf-grid")).toContainText(/on/, { timeout: 2_000 });
});

test("5: the whole plan is walked, the demo's clock moved ahead by its banner, phase 5 skipped, the rollout closed", async ({
  open,
  people,
  gateway,
}) => {
  test.setTimeout(120_000);
  const engineer = await open("engineer");
  await prepare(people, 1);
  await go(people, 1);
  await people.engineer.does({ type: "raise", step: "csf-on", confirm: "FEATURE_CSF_ENABLED" });
  await people.engineer.settled();
  // Phase 2 stays locked with the time left.
  const workshops = lever(engineer, "Workshops & Consent");
  await ask(workshops.getByRole("button", { name: "Raise Workshops & Consent" }));
  await expect(workshops).toContainText(/Gate 2 has no go/);
  await expect(engineer.locator("#phase-csf-grid")).toContainText(/4[78] h.*of soak left/);
  await engineer.getByRole("button", { name: "48 h ahead" }).click();
  await confirm(people, 1);
  await prepare(people, 2);

  const owner = await open("product-owner");
  await decide(owner, "Go", 2, "48 hours ran clean");
  await workshops.getByRole("button", { name: "Raise Workshops & Consent" }).click();
  await engineer.getByRole("dialog").getByRole("textbox").fill("FEATURE_WORKSHOPS_ENABLED");
  await engineer.getByRole("dialog").getByRole("button", { name: /^Raise/ }).click();
  await people.engineer.settled();
  const attest = engineer.getByRole("button", { name: "Attest Open the creation of workshops to everybody" });
  await expect(attest).toHaveAttribute("aria-disabled", "true");
  await engineer.getByRole("button", { name: "24 h ahead" }).click();
  await expect(attest).not.toHaveAttribute("aria-disabled", "true");
  await dialog(engineer, "Attest Open the creation of workshops to everybody");
  await evidence(engineer);
  await engineer.getByRole("dialog").getByRole("button", { name: /^Attest/ }).click();
  await expect(engineer.getByRole("dialog")).toBeHidden();
  await people.viewer.moveClock(48);
  await confirm(people, 2);

  await prepare(people, 3);
  await go(people, 3);
  await steps(people, 3);
  await confirm(people, 3);
  await prepare(people, 4);
  await go(people, 4);
  await steps(people, 4);
  await confirm(people, 4);

  await owner.goto(`/rollouts/${await people.viewer.rollout()}?phase=service-bus`);
  const skip = await dialog(owner, "Skip Service Bus Orchestration");
  await skip.getByRole("textbox", { name: /reason/i }).fill("There is no bus yet");
  await skip.getByRole("button", { name: /^Skip/ }).click();
  await expect(skip).toBeHidden();
  await decide(owner, "Go", 5, "All four features have succeeded");
  await expect(engineer.locator(".titlebar")).toContainText(/Closed/);
  for (const key of ["CSF", "WORKSHOPS", "MINUTES", "CHAT"]) expect(await evaluate(gateway, `FEATURE_${key}_ENABLED`)).toBe(true);
  expect(await evaluate(gateway, "FEATURE_SERVICE_BUS_ENABLED")).toBe(false);
});

test("6: no-go, hold and release, objection, withdrawal and incident lock what they must", async ({ open, people }) => {
  test.setTimeout(120_000);
  const engineer = await open("engineer");
  const owner = await open("product-owner");
  await prepare(people, 1);
  const raise = lever(engineer, "CSF Grid").getByRole("button", { name: "Raise CSF Grid" });
  const locked = async () => expect(raise).toHaveAttribute("aria-disabled", "true");
  const free = async () => expect(raise).not.toHaveAttribute("aria-disabled", "true");

  await decide(owner, "Go", 1, "Ready");
  await free();
  await decide(owner, "No-go", 1, "Support is on holiday");
  await locked();
  await expect(engineer.locator("#gate-1")).toContainText("Support is on holiday");
  await decide(owner, "Go", 1, "Support is back");
  await free();

  const legal = await open("legal");
  await decide(legal, "Hold", 1, "A contract has to be read first");
  await locked();
  await expect(owner.locator("#gate-1")).toContainText(/Held/);
  await expect(owner.getByRole("button", { name: "Release gate 1" })).toHaveCount(0);
  await dialog(legal, "Release gate 1");
  await legal.getByRole("dialog").getByRole("textbox", { name: /reason/i }).fill("Read, and fine");
  await legal.getByRole("dialog").getByRole("button", { name: /^Release/ }).click();
  await free();

  const privacy = await open("privacy");
  await dialog(privacy, "Open an incident");
  await privacy.getByRole("dialog").getByRole("textbox", { name: /what|reason/i }).first().fill("A consent text is wrong");
  await privacy.getByRole("dialog").getByRole("button", { name: /^Open/ }).click();
  await locked();
  await expect(engineer.getByRole("region", { name: /^Incident/ }).filter({ hasText: "A consent text is wrong" })).toBeVisible();
  await expect(owner.getByRole("button", { name: /^Resolve incident/ })).toHaveCount(0);
  await dialog(privacy, /^Resolve incident/);
  await privacy.getByRole("dialog").getByRole("textbox").first().fill("The text is mended");
  await privacy.getByRole("dialog").getByRole("button", { name: /^Resolve/ }).click();
  await free();

  await steps(people, 1);
  await confirm(people, 1);
  await people.operations.does({ type: "tick", line: "workshops-containers" });
  await people.engineer.does({ type: "tick", line: "workshops-consent-staging" });
  await privacy.goto(`/rollouts/${await people.viewer.rollout()}?phase=workshops-consent`);
  const review = "Workshops and consent are reviewed against the GDPR";
  await privacy.getByRole("button", { name: `Sign ${review}` }).click();
  await privacy.getByRole("dialog").getByRole("button", { name: "Sign", exact: true }).click();
  await expect(privacy.getByRole("dialog")).toBeHidden();
  await go(people, 2);
  const second = lever(engineer, "Workshops & Consent");
  const raiseSecond = second.getByRole("button", { name: "Raise Workshops & Consent" });
  await expect(raiseSecond).not.toHaveAttribute("aria-disabled", "true");

  await dialog(privacy, `Object to ${review}`);
  await privacy.getByRole("dialog").getByRole("textbox", { name: /reason/i }).fill("The purpose is not stated");
  await privacy.getByRole("dialog").getByRole("button", { name: /^Object/ }).click();
  await expect(privacy.getByRole("dialog")).toBeHidden();
  await expect(raiseSecond).toHaveAttribute("aria-disabled", "true");
  await ask(raiseSecond);
  await expect(second).toContainText(/Objected to/);
  await privacy.getByRole("button", { name: `Sign ${review}` }).click();
  await privacy.getByRole("dialog").getByRole("button", { name: "Sign", exact: true }).click();
  await expect(raiseSecond).not.toHaveAttribute("aria-disabled", "true");
  const withdraw = await dialog(privacy, `Withdraw ${review}`);
  await withdraw.getByRole("button", { name: /^Withdraw/ }).click();
  await expect(raiseSecond).toHaveAttribute("aria-disabled", "true");
});

test("7: operations rolls back everything, with a preview and each flag's outcome, and the engineer sees it", async ({
  open,
  people,
  gateway,
}) => {
  await walkThrough(people, 2);
  const operations = await open("operations");
  const engineer = await open("engineer");
  await operations.getByRole("button", { name: "Roll back…" }).click();
  const rolling = operations.getByRole("dialog");
  await rolling.getByRole("radio", { name: /everything/i }).check();
  const preview = rolling.getByRole("table");
  await expect(preview.getByRole("row").filter({ hasText: "CSF Grid" })).toContainText(/on.*off/);
  await expect(preview.getByRole("row").filter({ hasText: "Workshops & Consent" })).toContainText(/on.*off/);
  await rolling.getByRole("button", { name: "Roll back 2 flags" }).click();
  await expect(rolling.getByText(/read back/i).first()).toBeVisible();
  expect(await evaluate(gateway, "FEATURE_CSF_ENABLED")).toBe(false);
  expect(await evaluate(gateway, "FEATURE_WORKSHOPS_ENABLED")).toBe(false);
  await expect(engineer.locator("#flag-csf-grid")).toContainText(/off/i, { timeout: 2_000 });
  const view = await people.viewer.settled();
  expect(view.state.gates["1"].go).toBeNull();
  expect(view.state.gates["2"].go).toBeNull();
});

test("8: everything is in the ledger, newest first, each record with a URL, and the browser folds the same bytes", async ({
  open,
  people,
}) => {
  await walkThrough(people, 4);
  await people["product-owner"].does({ type: "skip", phase: "service-bus", reason: "There is no bus yet" });
  await go(people, 5);
  const id = await people.viewer.rollout();
  const head = (await people.viewer.view()).state.version as number;
  const page = await open("viewer", `/rollouts/${id}/ledger`);
  const records = page.getByRole("main").getByRole("list").first().getByRole("listitem");
  await expect(records.first()).toContainText(String(head));
  await expect(records.first()).toContainText(/gate 5/i);
  await records.first().getByRole("link").first().click();
  await expect(page).toHaveURL(new RegExp(`/rollouts/${id}/ledger/${head}$`));
  await expect(page.getByRole("main")).toContainText(/sample product owner/i);
  const { records: [last] } = await people.viewer.get(`/api/rollouts/${id}/records?after=${head - 1}&limit=1`);
  await expect(page.getByRole("main")).toContainText(last.leaf);

  await page.goto(`/rollouts/${id}/ledger`);
  await page.getByRole("button", { name: /check this ledger/i }).click();
  await expect(page.getByText(/the same as the gateway's, byte for byte/i)).toBeVisible();
  await expect(page.getByText(`${head} records`, { exact: true })).toBeVisible();
});
