import { type Page } from "@playwright/test";
import { expect, test } from "./support/fixture";

const palette = (page: Page) => page.getByRole("dialog", { name: "Go anywhere, or do something" });

/** Opens the palette and types; the field has the focus without a click. */
async function type(page: Page, words: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await expect(palette(page).getByRole("combobox")).toBeFocused();
  await page.keyboard.type(words);
}

/** The entry that Enter would choose. */
const chosen = (page: Page) => palette(page).getByRole("option", { selected: true });

test("the palette leads to pages, rollouts and places, by keyboard alone", async ({ open, people }) => {
  const id = await people.viewer.rollout();
  const page = await open("legal");
  await expect(page.getByRole("heading", { level: 1, name: "S4 in production" })).toBeVisible();

  await type(page, "long kept");
  await expect(palette(page).getByRole("option")).toHaveCount(1);
  await expect(chosen(page)).toContainText("phase 3, Legal");
  await page.keyboard.press("Enter");
  await expect(palette(page)).toBeHidden();
  await expect(page).toHaveURL(`/rollouts/${id}?phase=minutes-publishing#line-retention-review`);
  await expect(page.locator("#line-retention-review")).toBeFocused();

  await type(page, "gate 3");
  await page.keyboard.press("Enter");
  await expect(page.locator("#gate-3")).toBeFocused();

  await type(page, "contingencies");
  await expect(page.locator("#plan-risks")).not.toHaveAttribute("open");
  await page.keyboard.press("Enter");
  await expect(page.locator("#plan-risks")).toBeFocused();
  await expect(page.locator("#plan-risks")).toHaveAttribute("open");

  await type(page, "unified");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Unified workflow" })).toBeVisible();

  await type(page, "feature_csf");
  await expect(palette(page).getByText("Nothing matches").last()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(palette(page)).toBeHidden();
});

test("up, down, home and end choose; the list is read to whoever does not see it", async ({ open }) => {
  const page = await open("product-owner", "/");
  await expect(page.getByRole("heading", { level: 1, name: "Rollouts" })).toBeVisible();
  await page.getByRole("button", { name: "Go anywhere" }).click();
  const field = palette(page).getByRole("combobox");
  await expect(field).toBeFocused();
  const active = async () => page.locator(`#${await field.getAttribute("aria-activedescendant")}`);
  await expect(await active()).toHaveText(/^Rollouts/);
  await page.keyboard.press("ArrowDown");
  await expect(chosen(page)).toHaveText(/^Flags/);
  await expect(await active()).toHaveText(/^Flags/);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await expect(chosen(page)).toHaveText(/^Service orders|^Unified workflow/);
  await page.keyboard.press("Home");
  await expect(chosen(page)).toHaveText(/^Rollouts/);
  await page.keyboard.press("End");
  await expect(chosen(page)).toHaveText(/^Service orders|^Unified workflow/);
  await page.keyboard.press("Home");
  await expect(palette(page).getByRole("group", { name: "Pages" }).getByRole("option")).toHaveCount(6);

  // The pointer chooses as well, and New rollout is there for whom it is.
  await palette(page).getByRole("option", { name: /^New rollout/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "New rollout" })).toBeVisible();
  // A second press closes it, and the focus is back where it was.
  await page.getByRole("textbox", { name: "Environment" }).focus();
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toBeHidden();
  await expect(page.getByRole("textbox", { name: "Environment" })).toBeFocused();
});

test("the palette opens dialogs and switches, and offers only what the page offers", async ({ open }) => {
  const page = await open("operations");
  await expect(page.getByRole("button", { name: "Roll back…" })).toBeVisible();
  await type(page, "roll back");
  await page.keyboard.press("Enter");
  const rollback = page.getByRole("dialog", { name: /^Roll back in production/ });
  await expect(rollback).toBeVisible();
  // Over another dialog it does not open.
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(rollback).toBeHidden();

  await type(page, "theme");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");

  await type(page, "keyboard");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
  await page.keyboard.press("Escape");

  await type(page, "sign out");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toBeHidden();

  const viewer = await open("viewer");
  await expect(viewer.getByRole("heading", { level: 1, name: "S4 in production" })).toBeVisible();
  await type(viewer, "roll back");
  await expect(palette(viewer).getByText("Nothing matches").last()).toBeVisible();
});

test("letters move among rows and pages, and not while somebody types", async ({ open, people }) => {
  const id = await people.viewer.rollout();
  const page = await open("product-owner", "/");
  const rows = page.locator("[data-row]");
  await expect(rows.first()).toBeVisible();
  await page.keyboard.press("j");
  await expect(rows.first()).toBeFocused();
  await page.keyboard.press("j");
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("k");
  await expect(rows.first()).toBeFocused();
  await page.keyboard.press("k");
  await expect(rows.first(), "one stays at the end").toBeFocused();

  await page.goto(`/rollouts/${id}`);
  await expect(page.getByRole("heading", { level: 1, name: "S4 in production" })).toBeVisible();
  await page.keyboard.press("j");
  await expect(page.getByRole("link", { name: /CSF Grid/ }).first()).toBeFocused();
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await expect(page).toHaveURL(`/rollouts/${id}/ledger`);
  await page.keyboard.press("g");
  await page.keyboard.press("f");
  await expect(page).toHaveURL("/flags");
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await expect(page).toHaveURL("/people");
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await expect(page.getByRole("heading", { level: 1, name: "Rollouts" })).toBeVisible();

  await page.goto("/new-rollout");
  const environment = page.getByRole("textbox", { name: "Environment" });
  await environment.fill("");
  await environment.pressSequentially("grj");
  await expect(environment).toHaveValue("grj");
});

test("the map lists what works here, and letters can be switched off for good", async ({ open, people }) => {
  const page = await open("engineer", "/");
  await expect(page.locator("[data-row]").first()).toBeVisible();
  await page.keyboard.press("?");
  const map = page.getByRole("dialog", { name: "Keyboard" });
  await expect(map).toContainText("Go to the next row");
  await expect(map).not.toContainText("Go to the ledger of this rollout");
  await page.keyboard.press("Escape");
  await page.goto(`/rollouts/${await people.viewer.rollout()}`);
  await expect(page.getByRole("heading", { level: 1, name: "S4 in production" })).toBeVisible();
  await page.keyboard.press("?");
  await expect(map).toContainText("Go to the ledger of this rollout");
  await map.getByRole("checkbox", { name: /single letters/i }).uncheck();
  await page.keyboard.press("Escape");
  await expect(map).toBeHidden();

  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "S4 in production" })).toBeVisible();
  await page.keyboard.press("?");
  await page.keyboard.press("/");
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page).toHaveURL(/\/rollouts\//);
  // What needs a second key besides the letter stays, and leads back to the switch.
  await type(page, "keyboard");
  await page.keyboard.press("Enter");
  await map.getByRole("checkbox", { name: /single letters/i }).check();
  await page.keyboard.press("Escape");
  await expect(map).toBeHidden();
  // No field of its own: the palette searches.
  await page.keyboard.press("/");
  await expect(palette(page)).toBeVisible();
});
