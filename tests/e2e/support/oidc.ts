import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Page, expect } from "@playwright/test";

const FOLDER = fileURLToPath(new URL("..", import.meta.url));
const CLIENT = { id: "signalbox", secret: "a secret: of/tests & no others" };

interface User {
  name: string;
  groups: string[];
}

/** A real, certified OpenID provider that does what a test says; it goes down when it ends. */
export class Provider {
  private constructor(
    private readonly process: ChildProcess,
    readonly issuer: string,
  ) {}

  /** For a gateway that browsers find at `origin`. */
  static async start(origin: string, users: Record<string, User>): Promise<Provider> {
    const config = {
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      redirectUris: [`${origin}/api/sign-in/callback`],
      postLogoutRedirectUris: [origin],
      users,
    };
    // Its own Node: the provider asks for a newer one than the tests do.
    const child = spawn(`${FOLDER}/node_modules/node/bin/node`, ["support/oidc/server.mjs"], {
      cwd: FOLDER,
      env: { ...process.env, OIDC_CONFIG: JSON.stringify(config) },
      stdio: ["pipe", "pipe", "ignore"],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const [what, issuer] = line.split(" ");
      if (what === "ready" && issuer) return new Provider(child, issuer);
    }
    throw new Error("the provider did not start");
  }

  /** What a gateway is told that people sign in at it. */
  config(roles: Record<string, string>): string {
    const granted = Object.entries(roles).map(([group, role]) => `[[sign_in.provider.roles]]\ngroup = "${group}"\nrole = "${role}"\n`);
    return `[sign_in.provider]\nissuer = "${this.issuer}"\nclient_id = "${CLIENT.id}"\nname = "Test Login"\n${granted.join("")}`;
  }

  get env(): Record<string, string> {
    return { SIGNALBOX_PROVIDER_SECRET: CLIENT.secret };
  }

  private async control(told: unknown): Promise<void> {
    const answer = await fetch(`${this.issuer}/control`, { method: "POST", body: JSON.stringify(told) });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** Does this wrong from now on: one of support/oidc/faults.mjs. */
  async fault(fault: string): Promise<void> {
    await this.control({ fault });
  }

  /** Does everything as it should. */
  async mend(): Promise<void> {
    await this.control({ fault: null });
  }

  /** Signs with another key from now on. */
  async rotate(): Promise<void> {
    await this.control({ rotate: true });
  }

  async end(): Promise<void> {
    const gone = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGTERM");
    await gone;
  }
}

/** Fills in the provider's first page: who it is. Then it asks, once, whether the gateway may know. */
export async function proveThere(page: Page, login: string): Promise<void> {
  await page.getByPlaceholder("Enter any login").fill(login);
  await page.getByPlaceholder("and password").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
}

/** All of the provider's pages, for whom it does not know yet in this browser. */
export async function signInThere(page: Page, login: string): Promise<void> {
  await proveThere(page, login);
  await page.getByRole("button", { name: "Continue" }).click();
}

/** The same, but for going back: gives where the provider sends this browser. */
export async function answerThere(page: Page, login: string, origin: string): Promise<string> {
  await proveThere(page, login);
  const action = await page.locator("form").filter({ hasText: "Continue" }).getAttribute("action");
  if (!action) throw new Error("the provider asks for nothing");
  let answer = await page.request.post(action, { form: { prompt: "consent" }, maxRedirects: 0 });
  for (let hops = 0; hops < 5; hops++) {
    const to = new URL(answer.headers().location ?? "", answer.url()).href;
    if (to.startsWith(origin)) return to;
    answer = await page.request.get(to, { maxRedirects: 0 });
  }
  throw new Error("the provider sends nobody back");
}

/** From the gateway's sign-in page to the provider and back. */
export async function signInAs(page: Page, login: string): Promise<void> {
  await page.getByRole("link", { name: "Sign in with Test Login" }).click();
  await signInThere(page, login);
}

/** What the sign-in page says went wrong. */
export async function told(page: Page, text: RegExp): Promise<void> {
  await expect(page.getByRole("heading", { name: "Sign in", exact: true })).toBeVisible();
  await expect(page.getByRole("main").getByRole("alert")).toContainText(text);
}
