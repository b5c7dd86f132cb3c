import type { Browser, Page } from "@playwright/test";
import { expect, test } from "../support/fixture";
import { Gateway } from "../support/gateway";
import { beginMany } from "../support/many";
import { Person } from "../support/person";
import { leastPage } from "./least";
import { type Row, keep, median } from "./rows";

const LOADS = 7;
const TYPED = "flag 0077";

/** Notes when the first row was on the screen, by the page's own clock, which begins with the navigation. */
const noteFirstRow = () => {
  const look = () => {
    if (!document.querySelector("[data-row]")) return requestAnimationFrame(look);
    // After this frame is painted.
    requestAnimationFrame(() => setTimeout(() => ((window as any).usable = performance.now())));
  };
  requestAnimationFrame(look);
};

/** From the key to the frame that shows what came of it. */
const noteKeystrokes = () => {
  (window as any).keystrokes = [];
  addEventListener(
    "input",
    (event) => requestAnimationFrame(() => setTimeout(() => (window as any).keystrokes.push(performance.now() - event.timeStamp))),
    true,
  );
};

/** From the navigation to the first row, with an empty cache. */
async function coldLoad(browser: Browser, url: string, cookie?: { name: string; value: string }): Promise<number> {
  const loads = [];
  for (let load = 0; load < LOADS; load++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    if (cookie) await context.addCookies([{ ...cookie, url }]);
    const page = await context.newPage();
    await page.addInitScript(noteFirstRow);
    await page.goto(url);
    loads.push(await (await page.waitForFunction(() => (window as any).usable)).jsonValue());
    await context.close();
  }
  return median(loads);
}

async function keystrokes(page: Page): Promise<number[]> {
  await page.evaluate(noteKeystrokes);
  const search = page.getByRole("searchbox").or(page.getByRole("textbox")).first();
  await search.focus();
  for (let round = 0; round < 3; round++) {
    await page.keyboard.type(TYPED, { delay: 120 });
    for (const _ of TYPED) await page.keyboard.press("Backspace", { delay: 120 });
  }
  const expected = TYPED.length * 6;
  await page.waitForFunction((expected) => (window as any).keystrokes.length >= expected, expected);
  return page.evaluate(() => (window as any).keystrokes);
}

test("pages", async ({ browser }) => {
  const rows: Row[] = [];
  const gateway = await Gateway.start();
  const owner = await Person.signIn(gateway, "product-owner");
  const [name, value] = owner.cookie.split("=") as [string, string];
  const flags = async () => JSON.stringify(await owner.get("/api/flags"));

  const load = async (what: string) => {
    const { url, server } = await leastPage(await flags());
    rows.push({
      what: `Cold load of the flags page, ${what}`,
      value: await coldLoad(browser, `${gateway.url}/flags`, { name, value }),
      unit: "ms",
      beside: "a page without framework that shows all of them",
      peer: await coldLoad(browser, url),
      target: "none",
    });
    server.close();
  };
  await load("21 flags");
  const engineer = await Person.signIn(gateway, "engineer");
  const thousand = (n: number) => beginMany(owner, engineer, 1_000, `Thousand ${n}`, `FEATURE_${n}`);
  await thousand(0);
  await load("1,021 flags");
  const [, some] = rows;
  if (some) rows.push({ ...some, beside: "one second", peer: 1_000, target: { "at-most": 1 } });
  for (let n = 1; n < 10; n++) await thousand(n);
  await load("10,021 flags");

  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.addCookies([{ name, value, url: gateway.url }]);
  const page = await context.newPage();
  await page.goto(`${gateway.url}/flags`);
  await expect(page.locator("[data-row]").first()).toBeVisible();
  const typed = await keystrokes(page);
  const { url, server } = await leastPage('{"rollouts": []}');
  await page.goto(url);
  const least = await keystrokes(page);
  server.close();
  await context.close();
  const keystroke = (what: string, value: number, beside: string, peer: number): Row => {
    return { what: `Keystroke to paint, 10,021 flags, ${what}`, value, unit: "ms", beside, peer, target: "none" };
  };
  const worst = Math.max(...typed);
  rows.push(keystroke("median", median(typed), "the same in an empty page", median(least)));
  rows.push(keystroke("slowest", worst, "the same in an empty page", Math.max(...least)));
  rows.push({ ...keystroke("slowest", worst, "a tenth of a second", 100), target: { "at-most": 1 } });
  await gateway.end();
  keep("pages", rows);
});
