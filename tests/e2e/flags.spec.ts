import type { Locator, Page } from "@playwright/test";
import { breakBackend, mendBackend, moveFlag } from "./support/backend";
import { expect, test } from "./support/fixture";
import { beginMany } from "./support/many";
import { go, prepare, steps } from "./support/plan";

const table = (page: Page): Locator => page.getByRole("table", { name: "Flags" });
const row = (page: Page, key: string): Locator => table(page).getByRole("row").filter({ has: page.getByRole("link", { name: key, exact: true }) });
const search = (page: Page): Locator => page.getByRole("searchbox", { name: "Search" });
const keys = (page: Page): Promise<string[]> => table(page).locator("[data-row]").allTextContents();
const count = (page: Page, words: string | RegExp) => expect(page.getByRole("status").filter({ hasText: words })).toBeVisible();

test("a flag is found, filtered and sorted, and the address says how", async ({ open }) => {
  const page = await open("viewer", "/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Flags" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Flags" })).toBeVisible();
  await count(page, "All 21 flags");
  await expect(table(page)).toHaveAttribute("aria-rowcount", "22");

  await search(page).fill("csf feature");
  await count(page, "1 of 21 flags");
  await expect(page).toHaveURL(/\/flags\?q=csf%20feature$/);
  await page.reload();
  await expect(search(page)).toHaveValue("csf feature");
  expect(await keys(page)).toEqual(["FEATURE_CSF_ENABLED"]);
  await expect(row(page, "FEATURE_CSF_ENABLED")).toContainText("fails open");

  await page.getByRole("combobox", { name: "State" }).selectOption("Raised");
  await expect(page.getByText("No flag is like that")).toBeVisible();
  await page.getByRole("button", { name: "Clear search and filters" }).click();
  await count(page, "All 21 flags");
  await page.goBack();
  await expect(page).toHaveURL(/q=csf%20feature&show=raised$/);
  await expect(page.getByText("No flag is like that")).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("combobox", { name: "State" })).toHaveValue("");
  await expect.poll(() => keys(page)).toEqual(["FEATURE_CSF_ENABLED"]);

  await page.goto("/flags?environment=production");
  await page.getByRole("combobox", { name: "Rollout" }).selectOption("S4 in production, production");
  await count(page, "5 of 21 flags");
  const head = page.getByRole("columnheader", { name: "Flag", exact: true });
  await expect(head).toHaveAttribute("aria-sort", "ascending");
  const upwards = await keys(page);
  expect(upwards).toEqual([...upwards].sort());
  await head.getByRole("button").click();
  await expect(head).toHaveAttribute("aria-sort", "descending");
  await expect(page).toHaveURL(/sort=-key/);
  await expect.poll(() => keys(page)).toEqual([...upwards].reverse());
});

test("an address that means nothing leads nowhere", async ({ open }) => {
  const page = await open("viewer", "/flags?show=everything");
  for (const bad of ["show=everything", "sort=colour", "rollout=x", "rollout=0193a5c0-0000-7000-8000-000000000001"]) {
    await page.goto(`/flags?${bad}`);
    await expect(page.getByText("There is nothing at this address"), bad).toBeVisible();
  }
});

test("what another does shows by itself, with who did it, and leads to the lever and the record", async ({ open, people }) => {
  await prepare(people, 1);
  await go(people, 1);
  const page = await open("viewer", "/flags");
  const csf = row(page, "FEATURE_CSF_ENABLED");
  await expect(csf.getByRole("cell").nth(4)).toHaveText("Off");
  await csf.getByRole("link", { name: "FEATURE_CSF_ENABLED" }).focus();
  await steps(people, 1);
  await expect(csf.getByRole("cell").nth(4)).toHaveText("Raised");
  await expect(csf.getByRole("cell").nth(3)).toHaveText("on");
  await expect(csf.getByRole("cell").nth(5)).toContainText("Sample engineer");
  await expect(csf.getByRole("link", { name: "FEATURE_CSF_ENABLED" })).toBeFocused();
  await expect(page.getByText("1 raised")).toBeVisible();

  await csf.getByRole("link", { name: /^Sample engineer, record/ }).click();
  await expect(page).toHaveURL(/\/ledger\/\d+$/);
  await page.goBack();
  await csf.getByRole("link", { name: "FEATURE_CSF_ENABLED" }).press("Enter");
  await expect(page).toHaveURL(/\/rollouts\/.*\?phase=.*#flag-csf-grid$/);
});

test("drift shows on the flags and in the line of its rollout, and a lowering that is not confirmed on both in red", async ({
  open,
  people,
  gateway,
}) => {
  test.setTimeout(120_000);
  await prepare(people, 1);
  await go(people, 1);
  await steps(people, 1);
  const page = await open("operations", "/flags");
  moveFlag(gateway, "FEATURE_CHAT_ENABLED", "on");
  const chat = row(page, "FEATURE_CHAT_ENABLED");
  await expect(chat.getByRole("cell").nth(4)).toHaveText("Drift", { timeout: 20_000 });
  await expect(chat.getByRole("cell").nth(2)).toHaveText("off");
  await expect(chat.getByRole("cell").nth(3)).toHaveText("on");
  await page.getByRole("combobox", { name: "State" }).selectOption("Drift");
  await expect.poll(() => keys(page)).toEqual(["FEATURE_CHAT_ENABLED"]);
  await page.getByRole("link", { name: "Rollouts" }).click();
  await expect(page.getByRole("row", { name: /S4 in production/ })).toContainText("1 flag drifts");

  breakBackend(gateway);
  await people.operations.does({ type: "lower", flag: "csf-grid", to: "off" });
  const late = page.getByRole("alert").getByText("went down, and the backend has not confirmed it");
  await expect(late).toContainText("CSF Grid of S4 in production in production", { timeout: 45_000 });
  await page.goto("/flags?show=pending");
  await expect(late).toBeVisible();
  await expect(row(page, "FEATURE_CSF_ENABLED").getByRole("cell").nth(4)).toHaveText("Not confirmed");
  await expect(page.getByText("The backend has not answered since")).toBeVisible();
  mendBackend(gateway);
  await expect(late).toBeHidden();
  await expect(page.getByText("No flag is like that")).toBeVisible();
  await expect(page.getByText("The backend has not answered since")).toBeHidden();
});

test("of thousands of flags only those on screen are drawn, and the last is reached by scrolling and by keyboard", async ({ open, people }) => {
  test.setTimeout(180_000);
  await beginMany(people["product-owner"], people.engineer, 1_500, "Many in staging", "MANY");
  const page = await open("viewer", "/flags?environment=staging");
  await count(page, "1500 of 1521 flags");
  await expect(table(page)).toHaveAttribute("aria-rowcount", "1501");
  const drawn = () => table(page).locator("[data-row]").count();
  expect(await drawn()).toBeLessThan(90);
  await expect(row(page, "MANY_1500")).toHaveCount(0);

  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await expect(row(page, "MANY_1500")).toBeInViewport();
  await expect(row(page, "MANY_1500")).toHaveAttribute("aria-rowindex", "1501");
  expect(await drawn()).toBeLessThan(90);

  // Whoever goes on by keyboard takes the window along, and is not lost when the wheel takes it elsewhere.
  await page.evaluate(() => window.scrollTo(0, 0));
  const link = (n: number) => table(page).getByRole("link", { name: `MANY_${String(n).padStart(4, "0")}`, exact: true });
  await link(1).focus();
  for (let tabs = 0; tabs < 200; tabs++) await page.keyboard.press("Tab");
  await expect(link(101)).toBeFocused();
  await expect(link(101)).toBeInViewport();
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await expect(row(page, "MANY_1500")).toBeInViewport();
  await expect(link(101)).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(link(102)).toBeFocused();
  await expect(link(102)).toBeInViewport();
  await expect(link(104)).toHaveCount(1);

  // On a phone each is a card of two lines.
  await page.setViewportSize({ width: 360, height: 800 });
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await expect(row(page, "MANY_1500")).toBeInViewport();
  await search(page).fill("1234");
  await expect.poll(() => keys(page)).toEqual(["MANY_1234"]);

  // Paper has no window.
  await search(page).fill("");
  await count(page, "1500 of 1521 flags");
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await expect(table(page).locator("[data-row]")).toHaveCount(1_000);
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  await expect.poll(drawn).toBeLessThan(90);
});

test("flags that do not come say so, and come at the second try", async ({ open }) => {
  const page = await open("viewer", "/flags", (page) => page.route("**/api/flags*", (route) => route.abort()));
  await expect(page.getByText("The flags did not load")).toBeVisible();
  await page.unroute("**/api/flags*");
  await page.getByRole("button", { name: "Try again" }).click();
  await count(page, "All 21 flags");
});
