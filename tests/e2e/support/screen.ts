import { type Locator, type Page, expect } from "@playwright/test";
import { walk } from "./dialogs";

export const lever = (page: Page, name: string): Locator => page.getByRole("article", { name });

export const line = (page: Page): Locator => page.getByRole("region", { name: /^The line/ });

/** Asks a locked button. It says `aria-disabled`, which Playwright takes for unable; a person can press it all the same. */
export async function ask(button: Locator): Promise<void> {
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await button.press("Enter");
}

/** Opens a dialog by its button, after it was walked by keyboard. */
export async function dialog(page: Page, opener: string | RegExp): Promise<Locator> {
  const button = page.getByRole("button", { name: opener, exact: true });
  await expect(button).not.toHaveAttribute("aria-disabled", "true");
  await walk(button);
  await button.click();
  return page.getByRole("dialog");
}

/** Opens a dialog by its button, fills in the reason, and confirms by the last button of its footer. */
export async function act(page: Page, opener: string | RegExp, reason?: string): Promise<void> {
  const shown = await dialog(page, opener);
  if (reason) await shown.getByRole("textbox", { name: /reason/i }).fill(reason);
  await shown.locator("footer").getByRole("button").last().click();
  await expect(shown).toBeHidden();
}

/** Fills in a first piece of evidence. */
export async function evidence(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /title/i }).first().fill("Dashboard of the sample");
  await dialog.getByRole("textbox", { name: /link|url/i }).first().fill("https://example.org/dashboard");
}

/** Decides at a gate. */
export const decide = (page: Page, decision: "Go" | "No-go" | "Hold", gate: number, reason: string) =>
  act(page, `${decision} at gate ${gate}`.replace("Hold at", "Hold"), reason);

/** Rolls back one flag, by its name, or everything, and waits until the backend has confirmed it all. */
export async function rollBack(page: Page, what: string, flags: number, reason: string): Promise<void> {
  const shown = await dialog(page, "Roll back…");
  if (what === "everything") {
    await shown.getByRole("radio", { name: /everything/i }).check();
  } else {
    await shown.getByRole("radio", { name: "One flag" }).check();
    await shown.getByRole("combobox", { name: "Which flag" }).selectOption(what);
  }
  await shown.getByRole("textbox", { name: /reason/i }).fill(reason);
  await shown.getByRole("button", { name: flags === 1 ? "Roll back 1 flag" : `Roll back ${flags} flags` }).click();
  await expect(shown.getByText("All done: the backend has confirmed every flag.")).toBeVisible();
  await shown.getByRole("button", { name: "Close" }).click();
}
