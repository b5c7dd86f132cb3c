import { AxeBuilder } from "@axe-core/playwright";
import { type Page, expect } from "@playwright/test";

/** The two ways every screen is looked at: each of the themes, and each of the widths, once. */
const WAYS = [
  { width: 360, colorScheme: "dark" },
  { width: 1280, colorScheme: "light" },
] as const;

/** axe finds nothing, and nothing makes the page scroll sideways, in both themes and at both widths. */
export async function sound(page: Page, what: string): Promise<void> {
  for (const { width, colorScheme } of WAYS) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target.join(" ")).join(", ")}`);
    expect(found, `${what}, ${width} px, ${colorScheme}`).toEqual([]);
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(sideways, `${what}, ${width} px: sideways`).toBeLessThanOrEqual(0);
  }
}
