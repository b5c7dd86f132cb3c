import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixture";
import { planOf } from "./support/many";
import { begin } from "./support/person";
import { confirm, go, prepare, steps, walkThrough } from "./support/plan";
import { walk, walked } from "./support/dialogs";
import { sound } from "./support/sound";

test("every screen is sound for those who see, hear or touch it differently", async ({ open, people, browser, gateway }) => {
  test.setTimeout(420_000);
  const context = await browser.newContext({ baseURL: gateway.url });
  const stranger = await context.newPage();
  await stranger.goto("/sign-in");
  await expect(stranger.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await sound(stranger, "sign in");
  await context.close();

  const id = await people.viewer.rollout();
  await prepare(people, 1);
  await go(people, 1);
  await steps(people, 1);
  await confirm(people, 1);
  const page = await open("product-owner");
  await sound(page, "rollout");
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  await sound(page, "rollout, all unfolded");
  await page.goto("/");
  await expect(page.getByRole("link", { name: /S4 in production/ }).first()).toBeVisible();
  await sound(page, "rollouts");
  await page.goto("/rollouts/no-such-rollout");
  await expect(page.getByText("There is nothing at this address")).toBeVisible();
  await sound(page, "not found");
});

test("the ledger in all its ways is sound too, and the rollout as it stood", async ({ open, people }) => {
  test.setTimeout(420_000);
  const id = await people.viewer.rollout();
  await prepare(people, 1);
  const page = await open("product-owner", `/rollouts/${id}/ledger`);
  await expect(page.getByRole("button", { name: /check this ledger/i })).toBeVisible();
  await sound(page, "ledger");
  await page.goto(`/rollouts/${id}/ledger/1`);
  await expect(page.getByRole("main")).toContainText(/leaf/i);
  await sound(page, "record");
  await page.goto(`/rollouts/${id}/ledger?kind=ticked&phase=csf-grid&from=2000-01-01T00:00:00Z`);
  await page.locator("summary").filter({ hasText: "Filter" }).waitFor();
  await expect(page.getByText(/records match, of/)).toBeVisible();
  await sound(page, "ledger, looked through");
  await page.goto(`/rollouts/${id}/ledger?kind=cancelled`);
  await expect(page.getByText("No record matches")).toBeVisible();
  await sound(page, "ledger, nothing found");
  await page.goto(`/rollouts/${id}/at/5`);
  await expect(page.getByText("As it stood after record 5")).toBeVisible();
  await sound(page, "as it stood");
});

test("flags, people and the backend are sound too", async ({ open, people }) => {
  test.setTimeout(420_000);
  const page = await open("product-owner", "/flags");
  await expect(page.getByRole("link", { name: "FEATURE_CSF_ENABLED" })).toBeVisible();
  await sound(page, "flags");
  await page.goto("/flags?q=no-such-flag");
  await expect(page.getByText("No flag is like that")).toBeVisible();
  await sound(page, "no flag found");
  await page.goto("/people");
  await expect(page.getByRole("table", { name: "Who may do what" })).toBeVisible();
  await sound(page, "people");
  await people.operations.does({ type: "lower", flag: "csf-grid", to: "off" });
  await people.viewer.settled();
  await page.goto("/backend");
  await expect(page.getByRole("table", { name: "Latest deliveries" })).toBeVisible();
  await sound(page, "backend");
});

test("plans of many flags and the page for a new one are sound too", async ({ open, people }) => {
  test.setTimeout(420_000);
  const page = await open("product-owner", "/");
  const rollouts: { id: string; name: string }[] = await people.viewer.get("/api/rollouts");
  for (const { id, name } of rollouts.slice(1)) {
    await page.goto(`/rollouts/${id}`);
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await sound(page, name);
  }
  await page.goto("/");
  await page.getByRole("link", { name: "New rollout" }).click();
  await page.getByRole("textbox", { name: /plan/i }).fill("name: Half a plan\nflags: 3\n");
  await page.getByRole("button", { name: "Begin" }).click();
  await expect(page.getByText(/line 2, column/i)).toBeVisible();
  await sound(page, "new rollout");
  await page.getByRole("textbox", { name: /plan/i }).fill(JSON.stringify(planOf(2, "Two", "FEATURE_TWO")));
  await page.getByRole("button", { name: "Begin" }).click();
  await expect(page.getByRole("table", { name: "Missing flags" })).toBeVisible();
  await sound(page, "missing flags");
  const engineer = await open("engineer", "/backend?environment=staging&key=FEATURE_TWO_0001&key=FEATURE_CSF_ENABLED");
  await engineer.getByRole("button", { name: "Create 2 flags, off…" }).click();
  await sound(engineer, "creating flags");
});

test("every dialog is sound, takes the focus, closes on Esc and gives the focus back", async ({ open, people }) => {
  test.setTimeout(420_000);
  await prepare(people, 1);
  const owner = await open("product-owner");
  const engineer = await open("engineer");
  const dialog = async (page: Page, name: string | RegExp) => {
    const opener = page.getByRole("button", { name, exact: typeof name === "string" }).first();
    await walk(opener);
    await opener.click();
    await sound(page, `dialog ${name}`);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
  };
  await dialog(owner, "Go at gate 1");
  await dialog(owner, "No-go at gate 1");
  await dialog(owner, "Hold gate 1");
  await dialog(owner, "Open an incident");
  await dialog(owner, "Roll back…");
  await go(people, 1);
  await dialog(engineer, "Raise CSF Grid");
  await dialog(engineer, "Lower CSF Grid");
  await dialog(engineer, "Go anywhere");
  await engineer.keyboard.press("?");
  await expect(engineer.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
  await walked(engineer.getByRole("dialog"));
  await sound(engineer, "dialog Keyboard");
});

test("dialogs that are seldom opened are walked too", async ({ open, people }) => {
  test.setTimeout(120_000);
  await walkThrough(people, 1);
  await prepare(people, 2);
  await go(people, 2);
  await steps(people, 2);
  const engineer = await open("engineer");
  await walk(engineer.getByRole("button", { name: /^Take back / }));
  const owner = await open("product-owner");
  await walk(owner.getByRole("button", { name: /^Waive / }).first());
  await people.operations.does({ type: "lower", flag: "csf-grid", to: "off" });
  const operations = await open("operations");
  await walk(operations.getByRole("button", { name: "Say why CSF Grid was lowered" }));
  const { id } = await begin(people["product-owner"], people.engineer, planOf(1, "One", "FEATURE_ONE"), "production");
  await owner.goto(`/rollouts/${id}`);
  await walk(owner.getByRole("button", { name: "Adopt the plan" }));
});

test("the first lever is raised by keyboard alone", async ({ open, people }) => {
  await prepare(people, 1);
  await go(people, 1);
  const page = await open("engineer");
  const raise = page.getByRole("button", { name: "Raise CSF Grid" });
  await expect(raise).toBeVisible();
  for (let tabs = 0; tabs < 120 && !(await raise.evaluate((button) => button === document.activeElement)); tabs++) {
    await page.keyboard.press("Tab");
  }
  await expect(raise).toBeFocused();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Raise CSF Grid" });
  await expect(dialog).toBeVisible();
  const field = dialog.getByRole("textbox");
  for (let tabs = 0; tabs < 10 && !(await field.evaluate((input) => input === document.activeElement)); tabs++) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.type("FEATURE_CSF_ENABLED");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("article", { name: "CSF Grid" })).toContainText(/read back/i);
});
