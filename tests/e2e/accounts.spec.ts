import type { Browser, Page } from "@playwright/test";
import { walk } from "./support/dialogs";
import { expect, test as base } from "./support/fixture";
import type { Gateway } from "./support/gateway";
import { sound } from "./support/sound";

/** A gateway without the demo: nobody has an account yet. */
const test = base.extend({ settings: async ({}, use) => use({ demo: false }) });

// They look at whole screens, twice in each theme.
test.describe.configure({ timeout: 180_000 });

const PASSWORD = "a long enough password";

/** The one-time code, as whoever started the gateway reads it in the terminal. */
function code(gateway: Gateway): string {
  const found = gateway.log.match(/one-time code: (\S+)/)?.[1];
  if (!found) throw new Error(`no code was printed:\n${gateway.log}`);
  return found;
}

async function fresh(browser: Browser, gateway: Gateway, path = "/"): Promise<Page> {
  const context = await browser.newContext({ baseURL: gateway.url, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

async function signIn(page: Page, login: string, password: string): Promise<void> {
  await page.getByRole("textbox", { name: "Login" }).fill(login);
  await page.getByLabel("Password").fill(password);
  await page.getByLabel("Password").press("Enter");
}

/** Makes the first administrator in the browser. */
async function setUp(browser: Browser, gateway: Gateway): Promise<Page> {
  const page = await fresh(browser, gateway);
  await expect(page.getByRole("heading", { name: "Welcome" })).toBeVisible();
  await page.getByRole("textbox", { name: "One-time code" }).fill(code(gateway));
  await page.getByRole("textbox", { name: "Your name" }).fill("Sample Administrator");
  await page.getByRole("textbox", { name: "Login" }).fill("admin");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Set up" }).click();
  await expect(page.getByRole("heading", { name: "Rollouts" })).toBeVisible();
  return page;
}

const add = (gateway: Gateway, login: string, name: string, ...roles: string[]) =>
  gateway.command(["user", "add", login, "--name", name, ...roles.flatMap((role) => ["--role", role]), "--password-stdin"], PASSWORD);

test("the first administrator is whoever has the code from the terminal, and then there is no code any more", async ({ browser, gateway }) => {
  const page = await fresh(browser, gateway);
  await expect(page.getByRole("heading", { name: "Welcome" })).toBeVisible();
  await sound(page, "first start");
  await page.getByRole("textbox", { name: "One-time code" }).fill("0000-0000");
  await page.getByRole("textbox", { name: "Your name" }).fill("Somebody Else");
  await page.getByRole("textbox", { name: "Login" }).fill("else");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Set up" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "That is not the code" })).toBeVisible();
  await page.getByRole("textbox", { name: "One-time code" }).fill(code(gateway));
  await page.getByLabel("Password").fill("too short");
  await page.getByRole("button", { name: "Set up" }).click();
  await expect(page.getByLabel("Password")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Set up" }).click();
  await expect(page.getByRole("heading", { name: "Rollouts" })).toBeVisible();
  await expect(page.getByText("There is no rollout yet")).toBeVisible();

  const other = await fresh(browser, gateway);
  await expect(other.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect(other.getByRole("textbox", { name: "One-time code" })).toHaveCount(0);
  await sound(other, "sign in with an account");
});

test("one signs in with login and password, comes back to where one was going, and a wrong one tells nothing", async ({ browser, gateway }) => {
  await setUp(browser, gateway);
  add(gateway, "mia", "Mia Sample", "engineer");
  const page = await fresh(browser, gateway, "/flags");
  for (const login of ["mia", "nobody"]) {
    await signIn(page, login, "not the right password");
    await expect(page.getByRole("alert")).toHaveText("Login or password is wrong, or the account may not be used. Try again, or ask an administrator.");
    await expect(page.getByLabel("Password")).toHaveValue("");
  }
  await signIn(page, "Mia", PASSWORD);
  await expect(page).toHaveURL("/flags");
  const account = page.getByRole("button", { name: /Mia Sample/ });
  await expect(account).toContainText("Engineer");
  expect(await page.context().cookies()).toMatchObject([{ httpOnly: true, sameSite: "Strict" }]);

  // The second session, on another machine, is ended from the first.
  const phone = await fresh(browser, gateway);
  await signIn(phone, "mia", PASSWORD);
  await expect(phone.getByRole("heading", { name: "Rollouts" })).toBeVisible();
  await account.click();
  await page.getByRole("link", { name: "Your sessions" }).click();
  const all = page.getByRole("table", { name: "Your sessions" });
  await expect(all.getByRole("row")).toHaveCount(3);
  await sound(page, "sessions");
  await all.getByRole("row").filter({ hasNotText: "This one" }).getByRole("button", { name: /^End/ }).click();
  await expect(all.getByRole("row")).toHaveCount(2);
  await expect(phone.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await account.click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("too many tries have to wait, and are told how long", async ({ browser, gateway }) => {
  await setUp(browser, gateway);
  const page = await fresh(browser, gateway);
  const alert = page.getByRole("alert");
  for (let tries = 0; tries < 30; tries++) {
    await signIn(page, "admin", `guess number ${tries}`);
    await expect(page.getByRole("button", { name: "Sign in" })).not.toHaveAttribute("aria-busy", "true");
    await expect(alert).toBeVisible();
    if (/too many/i.test(await alert.innerText())) break;
  }
  await expect(alert).toHaveText(/^There were too many tries: wait \d+ s, then try again\.$/);
});

test("an administrator sees who was granted what, disables a person at once, and erases one", async ({ browser, gateway }) => {
  const page = await setUp(browser, gateway);
  add(gateway, "mia", "Mia Sample", "engineer", "legal@staging");
  const mia = await fresh(browser, gateway);
  await signIn(mia, "mia", PASSWORD);
  await expect(mia.getByRole("heading", { name: "Rollouts" })).toBeVisible();
  // Whoever is no administrator looks, and no more.
  await mia.goto("/people");
  await expect(mia.getByRole("row", { name: /Sample Administrator/ })).toContainText("Administrator");
  await expect(mia.getByRole("button", { name: /^(Disable|Erase)/ })).toHaveCount(0);

  await page.getByRole("link", { name: "People" }).click();
  const row = page.getByRole("row", { name: /Mia Sample/ });
  await expect(row).toContainText("Engineer, Legal in staging");
  await expect(row).toContainText("signs in as mia");
  await expect(page.getByRole("row", { name: /Sample Administrator/ }).getByRole("button")).toHaveCount(0);
  await sound(page, "people, for an administrator");

  const disable = page.getByRole("button", { name: "Disable Mia Sample" });
  await walk(disable);
  const dialog = page.getByRole("dialog", { name: "Disable Mia Sample" });
  await disable.click();
  await dialog.getByRole("button", { name: "Disable", exact: true }).click();
  await expect(row).toContainText("Disabled");
  await expect(mia.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await signIn(mia, "mia", PASSWORD);
  await expect(mia.getByRole("alert")).toContainText("Login or password is wrong");
  await page.getByRole("button", { name: "Enable Mia Sample" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Enable", exact: true }).click();
  await expect(row).not.toContainText("Disabled");
  await signIn(mia, "mia", PASSWORD);
  await expect(mia.getByRole("heading", { name: "People" })).toBeVisible();

  await walk(page.getByRole("button", { name: "Erase Mia Sample" }));
  await page.getByRole("button", { name: "Erase Mia Sample" }).click();
  const erase = page.getByRole("dialog", { name: "Erase Mia Sample" });
  await expect(erase.getByRole("button", { name: "Erase", exact: true })).toHaveAttribute("aria-disabled", "true");
  await erase.getByRole("textbox", { name: /Type the name/ }).fill("Mia Sample");
  await erase.getByRole("button", { name: "Erase", exact: true }).click();
  await expect(page.getByRole("row", { name: /Mia Sample/ })).toHaveCount(0);
  await expect(mia.getByRole("heading", { name: "Sign in" })).toBeVisible();
});
