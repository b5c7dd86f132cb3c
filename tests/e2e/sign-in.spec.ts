import { type Browser, type BrowserContext, type Page, expect, test } from "@playwright/test";
import { Gateway } from "./support/gateway";
import { planOf } from "./support/many";
import { Nginx } from "./support/nginx";
import { Provider, answerThere, proveThere, signInAs, signInThere, told } from "./support/oidc";

// One provider, one gateway and one nginx with TLS for all: each test has a browser of its own, and nobody else's session.
test.describe.configure({ mode: "default" });

let provider: Provider;
let gateway: Gateway;
let nginx: Nginx;
let contexts: BrowserContext[] = [];

test.beforeAll(async () => {
  const { port, url } = await Nginx.address();
  provider = await Provider.start(url, {
    ada: { name: "Ada Example", groups: ["developers", "owners", "admins"] },
    ben: { name: "Ben Example", groups: ["everybody"] },
  });
  const roles = provider.config({ developers: "engineer", owners: "product-owner", admins: "administrator" });
  const config = `public_url = "${url}"\n${roles}`;
  gateway = await Gateway.start({ demo: false, config, env: provider.env, host: new URL(url).host });
  nginx = await Nginx.start(port, gateway.url);
});

test.afterAll(async () => {
  await nginx?.end();
  await gateway?.end();
  await provider?.end();
});

test.afterEach(async () => {
  await provider.mend();
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
});

/** A browser that nobody has used, at the sign-in page or elsewhere. */
async function fresh(browser: Browser, path = "/sign-in"): Promise<Page> {
  const context = await browser.newContext({ baseURL: nginx.url, ignoreHTTPSErrors: true, viewport: { width: 1280, height: 900 } });
  contexts.push(context);
  const page = await context.newPage();
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.goto(path);
  return page;
}

const account = (page: Page) => page.getByRole("button", { name: /Ada Example/ });

/** Who is signed in in this browser, as the gateway says it. */
async function session(page: Page): Promise<any> {
  const answer = await page.request.get("/api/session");
  expect(answer.status()).toBe(200);
  return (await answer.json()).signed_in;
}

async function comeIn(browser: Browser): Promise<Page> {
  const page = await fresh(browser);
  await signInAs(page, "ada");
  await expect(account(page)).toBeVisible();
  return page;
}

test("somebody signs in at the provider, lands where they wanted to go, and has the roles of their groups", async ({ browser }) => {
  const page = await fresh(browser, "/people");
  await signInAs(page, "ada");
  await expect(page).toHaveURL(`${nginx.url}/people`);
  await expect(account(page)).toContainText("Product owner, Engineer");
  await expect(page.getByRole("table", { name: "Everyone" })).toContainText("Ada Example");
  const who = await session(page);
  expect([who.roles, who.administrator, who.proof.by]).toEqual([["product-owner", "engineer"], true, "provider"]);
  const cookies = (await page.context().cookies(nginx.url)).filter(({ domain }) => domain === "localhost");
  expect(cookies.map(({ name, secure, httpOnly, sameSite }) => ({ name, secure, httpOnly, sameSite }))).toEqual([
    { name: "__Host-signalbox_session", secure: true, httpOnly: true, sameSite: "Strict" },
  ]);
});

test("whoever has no role, or turns back, is told so and comes in nowhere", async ({ browser }) => {
  const page = await fresh(browser);
  await signInAs(page, "ben");
  await told(page, /none of your groups has a role/);
  expect(await session(page)).toBeNull();
  const other = await fresh(browser);
  await other.getByRole("link", { name: "Sign in with Test Login" }).click();
  await other.getByRole("link", { name: /cancel/i }).click();
  await told(other, /you turned back there/);
});

test("a proof of now is asked for in a tab of its own, whatever the provider remembers", async ({ browser }) => {
  await provider.fault("no-auth-time");
  const page = await comeIn(browser);
  const before = await session(page);
  expect(before.proof.at).toMatch(/^1970/);
  const again = await page.context().newPage();
  await again.goto("/api/sign-in?again=true&next=%2Fsign-in%3Fproved%3Dtrue");
  await proveThere(again, "ada");
  await told(again, /did not ask you to prove/);
  expect((await session(page)).proof).toEqual(before.proof);
  await provider.mend();
  const begun = Date.now();
  await again.goto("/api/sign-in?again=true&next=%2Fsign-in%3Fproved%3Dtrue");
  await proveThere(again, "ada");
  await expect(again.getByRole("heading", { name: "You have proved who you are" })).toBeVisible();
  const proof = (await session(page)).proof;
  expect(Date.parse(proof.at)).toBeGreaterThan(begun - 2_000);
  await again.goto("/api/sign-in?again=true");
  await signInThere(again, "ben");
  await told(again, /Somebody else proved who they are/);
  expect((await session(page)).proof).toEqual(proof);
});

/** Begins a rollout whose plan asks for a proof of now before each signature, and adopts it: a sign-in is such a proof. */
async function begin(page: Page): Promise<string> {
  const { phases, ...plan } = planOf(1, "Proof", "FEATURE_PROOF") as { phases: object[] };
  const slot = { slug: "may-begin", text: "The rollout may begin", role: "product-owner", meaning: "approved" };
  const asking = { ...plan, safeguards: { prove_again: true }, phases: phases.map((phase) => ({ ...phase, prerequisites: [{ "sign-off": slot }] })) };
  const post = async (path: string, data: unknown, headers = {}) => {
    const answer = await page.request.post(path, { data, headers: { origin: nginx.url, ...headers } });
    expect(answer.ok(), await answer.text()).toBe(true);
    return answer.json();
  };
  await post("/api/backend/flags", { environment: "staging", keys: ["FEATURE_PROOF_0001"] });
  const { id, plan_digest } = await post("/api/rollouts", { plan: asking, environment: "staging" });
  const path = `/api/rollouts/${id}`;
  const version = (await page.request.get(path)).headers().etag ?? "";
  await post(`${path}/commands`, { type: "adopt", plan: plan_digest }, { "if-match": version, "idempotency-key": "adopt" });
  return id;
}

test("a signature that needs a proof of now waits in its dialog until the provider has given one", async ({ browser }) => {
  const id = await begin(await comeIn(browser));
  await provider.fault("no-auth-time");
  const page = await comeIn(browser);
  await provider.mend();
  await page.goto(`/rollouts/${id}`);
  await page.getByRole("button", { name: "Sign The rollout may begin" }).click();
  const dialog = page.getByRole("dialog", { name: /Sign: The rollout may begin/ });
  await dialog.getByRole("button", { name: "Sign", exact: true }).click();
  const prove = dialog.getByRole("group", { name: "Prove who you are" });
  await expect(prove).toBeVisible();
  await prove.getByRole("button", { name: "I have signed in again" }).click();
  await expect(prove, "to say so is no proof").toBeVisible();
  const opened = page.context().waitForEvent("page");
  await prove.getByRole("link", { name: "Sign in again, in a new tab" }).click();
  const tab = await opened;
  await proveThere(tab, "ada");
  await expect(tab.getByRole("heading", { name: "You have proved who you are" })).toBeVisible();
  await tab.close();
  await prove.getByRole("button", { name: "I have signed in again" }).click();
  await expect(dialog).toBeHidden();
  const { records } = await (await page.request.get(`/api/rollouts/${id}/records`)).json();
  const [signed] = records.map(({ bytes }: { bytes: string }) => JSON.parse(bytes)).filter(({ kind }: { kind: string }) => kind === "signed");
  expect(signed.body.proof).toBe("provider");
});

test("signing out means it: here, and at the provider", async ({ browser }) => {
  const page = await comeIn(browser);
  const [stolen] = await page.context().cookies(nginx.url);
  await account(page).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Yes, sign me out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
  expect(await session(page)).toBeNull();
  if (stolen) await page.context().addCookies([stolen]);
  expect(await session(page), "the cookie is worth nothing any more").toBeNull();
  await page.getByRole("link", { name: "Sign in with Test Login" }).click();
  await expect(page.getByPlaceholder("Enter any login"), "the provider has forgotten them too").toBeVisible();
});

test("a session that is ended from another one is over at once", async ({ browser }) => {
  const [lost, here] = [await comeIn(browser), await comeIn(browser)];
  await lost.goto("/people");
  await expect(lost.getByRole("table", { name: "Everyone" })).toBeVisible();
  await here.goto("/sessions");
  const others = here.getByRole("row").filter({ hasNotText: "This one" }).getByRole("button");
  await expect(others.first()).toBeVisible();
  // Browsers of the tests before have left theirs.
  for (let left = await others.count(); left > 0; left--) {
    await others.first().click();
    await expect(others).toHaveCount(left - 1);
  }
  await expect(lost.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
  expect([await session(lost), (await session(here)).name]).toEqual([null, "Ada Example"]);
});

for (const fault of ["expired", "wrong-audience", "wrong-nonce", "forged-signature", "wrong-issuer"]) {
  test(`a token that is not for this sign-in lets nobody in: ${fault}`, async ({ browser }) => {
    await provider.fault(fault);
    const page = await fresh(browser);
    await signInAs(page, "ada");
    await told(page, /cannot be trusted/);
    expect(await session(page)).toBeNull();
    await provider.mend();
    await page.getByRole("link", { name: "Sign in with Test Login" }).click();
    await expect(account(page)).toBeVisible();
  });
}

test("an answer that was meant for another browser, or is swapped, lets nobody in", async ({ browser }) => {
  const thief = await fresh(browser);
  await thief.getByRole("link", { name: "Sign in with Test Login" }).click();
  const answer = await answerThere(thief, "ada", nginx.url);
  const victim = await fresh(browser);
  await victim.goto(answer);
  await told(victim, /not begun in this browser/);
  await victim.getByRole("link", { name: "Sign in with Test Login" }).click();
  await expect(victim.getByPlaceholder("Enter any login")).toBeVisible();
  await victim.goto(answer);
  await told(victim, /not begun in this browser/);
  expect(await session(victim)).toBeNull();
  await thief.goto(answer);
  await expect(account(thief), "their own browser it was meant for").toBeVisible();
});

test("the provider changes its keys, and people come in as before", async ({ browser }) => {
  await comeIn(browser);
  await provider.rotate();
  const page = await comeIn(browser);
  expect((await session(page)).name).toBe("Ada Example");
});

test("while the provider is down people are told, whoever is in stays in, and afterwards all is as before", async ({ browser }) => {
  const inside = await comeIn(browser);
  const page = await fresh(browser);
  await page.getByRole("link", { name: "Sign in with Test Login" }).click();
  await expect(page.getByPlaceholder("Enter any login")).toBeVisible();
  await provider.fault("busy");
  await signInThere(page, "ada");
  await told(page, /does not answer/);
  expect((await session(inside)).name).toBe("Ada Example");
  await provider.mend();
  await page.getByRole("link", { name: "Sign in with Test Login" }).click();
  await expect(account(page)).toBeVisible();
});
