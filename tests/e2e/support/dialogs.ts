import { type Locator, expect } from "@playwright/test";

/** Gives each place where the Tab key stops in a dialog its number, in the order of the document. */
function number(dialog: Element): number {
  const reachable = 'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex^="-"])';
  const all = [...dialog.querySelectorAll<HTMLInputElement>(reachable)];
  const stops = all.filter((one) => {
    if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({ visibilityProperty: true })) return false;
    if (one.type !== "radio" || one.checked) return true;
    // A group of radio buttons is one stop: the chosen one, or the first.
    const group = all.filter((other) => other.type === "radio" && other.name === one.name);
    return !group.some((other) => other.checked) && group[0] === one;
  });
  stops.forEach((one, index) => one.setAttribute("data-stop", `${index}`));
  return stops.length;
}

/** Where the focus is: the number of a stop; none on the browser's own controls, or on the dialog itself, which then scrolls by
 * keyboard; else what has it. */
function focused(): number | string | null {
  const active = document.activeElement;
  if (!active || active === document.body || active.matches("dialog[open]")) return null;
  if (!active.closest("dialog[open]")) return `outside: ${active.outerHTML.slice(0, 80)}`;
  return active.hasAttribute("data-stop") ? Number(active.getAttribute("data-stop")) : active.outerHTML.slice(0, 80);
}

/** What is below another on the screen comes after it. */
function upwards(dialog: Element): string[] {
  const boxes = [...dialog.querySelectorAll("[data-stop]")].map((one) => ({ one, box: one.getBoundingClientRect() }));
  const wrong = boxes.slice(1).filter(({ box }, index) => box.bottom <= (boxes[index]?.box.top ?? 0));
  return wrong.map(({ one }) => one.outerHTML.slice(0, 80));
}

/**
 * Walks an open dialog by keyboard and in the accessibility tree: it and all in it have names, it is described, the focus
 * begins inside, goes round in reading order, both ways, and never leaves.
 */
export async function walked(dialog: Locator): Promise<void> {
  const page = dialog.page();
  await expect(dialog).toHaveAccessibleName(/\S/);
  await expect(dialog).toHaveAccessibleDescription(/\S/);
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest("dialog[open]") !== null)).toBe(true);
  const stops = await dialog.evaluate(number);
  for (let stop = 0; stop < stops; stop++) {
    const one = dialog.locator(`[data-stop="${stop}"]`);
    // A time or a fingerprint is text that shows more of itself where the focus is: it is read as what it says.
    const isText = await one.evaluate((element) => element.matches(".when") && element.textContent?.trim() !== "");
    if (!isText) await expect(one).toHaveAccessibleName(/\S/);
  }
  expect(await dialog.evaluate(upwards), "focus that jumps back up").toEqual([]);
  const start = await page.evaluate(focused);
  expect(typeof start, `the focus begins at ${start}`).toBe("number");
  for (const [key, step] of [["Tab", 1], ["Shift+Tab", stops - 1]] as const) {
    const order = [];
    for (let presses = 0; order.length < stops && presses < stops + 3; presses++) {
      await page.keyboard.press(key);
      const stop = await page.evaluate(focused);
      if (stop !== null) order.push(stop);
    }
    const expected = Array.from({ length: stops }, (_, n) => (Number(start) + step * (n + 1)) % stops);
    expect(order, key).toEqual(expected);
  }
}

/** Opens a dialog by keyboard, walks it, leaves it by Esc, and has the focus back where it was. */
export async function walk(opener: Locator): Promise<void> {
  const page = opener.page();
  await opener.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await walked(dialog);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
}
