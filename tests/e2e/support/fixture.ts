import { type BrowserContext, type Page, test as base, expect } from "@playwright/test";
import { Gateway, type Settings } from "./gateway";
import { type Person, type Role, everyone } from "./person";

interface Fixtures {
  /** What this test's gateway is told. */
  settings: Settings;
  /** A gateway of this test's own, fresh. */
  gateway: Gateway;
  /** Everyone, by the API. */
  people: Record<Role, Person>;
  /** A browser of its own, signed in as this role by one click, on the S4 rollout; `before` it goes there, if anything. */
  open: (role: Role, path?: string, before?: (page: Page) => Promise<unknown>) => Promise<Page>;
}

export const test = base.extend<Fixtures>({
  settings: {},
  gateway: async ({ settings }, use) => {
    const gateway = await Gateway.start(settings);
    await use(gateway);
    await gateway.end();
  },
  people: async ({ gateway }, use) => {
    await use(await everyone(gateway));
  },
  open: async ({ browser, gateway, people }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (role, path, before) => {
      const context = await browser.newContext({ baseURL: gateway.url, viewport: { width: 1280, height: 900 } });
      contexts.push(context);
      const page = await context.newPage();
      page.on("pageerror", (error) => {
        throw error;
      });
      await before?.(page);
      await page.goto(path ?? `/rollouts/${await people.viewer.rollout()}`);
      await signIn(page, role);
      return page;
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});

export const NAMES: Record<Role, RegExp> = {
  "product-owner": /product owner/i,
  engineer: /engineer/i,
  operations: /operations/i,
  legal: /legal/i,
  privacy: /privacy/i,
  viewer: /viewer/i,
};

/** One click on the sample account. */
export async function signIn(page: Page, role: Role): Promise<void> {
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByRole("button", { name: NAMES[role] }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeHidden();
}

export { expect };
