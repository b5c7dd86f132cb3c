import { randomUUID } from "node:crypto";
import type { Gateway } from "./gateway";

export type Role = "product-owner" | "engineer" | "operations" | "legal" | "privacy" | "viewer";

export const EVIDENCE = [{ title: "Dashboard of the sample", url: "https://example.org/dashboard" }];

/** Somebody who acts by the API: for what a test needs but is not about. */
export class Person {
  private constructor(
    private readonly gateway: Gateway,
    readonly cookie: string,
    private readonly id?: string,
  ) {}

  static async signIn(gateway: Gateway, role: Role): Promise<Person> {
    const answer = await fetch(`${gateway.url}/api/session`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: gateway.url },
      body: JSON.stringify({ account: role }),
    });
    if (!answer.ok) throw new Error(`${role} could not sign in: ${await answer.text()}`);
    const cookie = answer.headers.getSetCookie()[0]?.split(";")[0];
    if (!cookie) throw new Error("no session cookie");
    return new Person(gateway, cookie);
  }

  /** The same person, minding this rollout instead of the first. */
  on(rollout: string): Person {
    return new Person(this.gateway, this.cookie, rollout);
  }

  async get<T = any>(path: string): Promise<T> {
    const answer = await fetch(this.gateway.url + path, { headers: { cookie: this.cookie } });
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.gateway.url + path, {
      method: "POST",
      headers: { "content-type": "application/json", origin: this.gateway.url, cookie: this.cookie, ...headers },
      body: JSON.stringify(body),
    });
  }

  async rollout(): Promise<string> {
    if (this.id) return this.id;
    const [first] = await this.get<{ id: string }[]>("/api/rollouts");
    if (!first) throw new Error("no rollout");
    return first.id;
  }

  async view(): Promise<any> {
    return this.get(`/api/rollouts/${await this.rollout()}`);
  }

  /** Sends a command at the newest version; throws with the gateway's words when refused. */
  async does(command: Record<string, unknown>): Promise<any> {
    const id = await this.rollout();
    const version = (await this.get(`/api/rollouts/${id}`)).state.version;
    const headers = { "if-match": `"${version}"`, "idempotency-key": randomUUID(), ...(await this.confirms(command)) };
    const answer = await this.post(`/api/rollouts/${id}/commands`, command, headers);
    const body = await answer.json();
    if (!answer.ok) throw new Error(`${JSON.stringify(command)}: ${answer.status} ${JSON.stringify(body)}`);
    return body;
  }

  /** The header that goes with a command that gives a flag to somebody. */
  async confirms(command: Record<string, unknown>): Promise<Record<string, string>> {
    if (!["raise", "put-back", "break-glass"].includes(String(command.type))) return {};
    const answer = await this.post(`/api/rollouts/${await this.rollout()}/confirmations`, command);
    const { confirmation } = (await answer.json()) as { confirmation?: string };
    return confirmation ? { confirmation } : {};
  }

  async moveClock(hours: number): Promise<void> {
    const answer = await this.post("/api/demo/clock", { ahead_hours: hours });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** Waits until nothing is on its way to the backend. */
  async settled(): Promise<any> {
    let waiting: [string, any][] = [];
    for (let tries = 0; tries < 100; tries++) {
      const view = await this.view();
      waiting = Object.entries<any>(view.state.flags).filter(([, flag]) => flag.pending !== null);
      if (waiting.length === 0) return view;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`a delivery does not come to an end: ${JSON.stringify(waiting)}`);
  }
}

interface Begun {
  id: string;
  plan_digest: string;
}

/** Begins a rollout; an engineer creates the flags that the backend has not. */
export async function begin(owner: Person, engineer: Person, plan: unknown, environment: string): Promise<Begun> {
  const attempt = async () => {
    const answer = await owner.post("/api/rollouts", { plan, environment });
    return { ok: answer.ok, body: await answer.json() };
  };
  let { ok, body } = await attempt();
  const missing: string[] = (body.missing ?? []).map(({ key }: { key: string }) => key);
  for (let from = 0; from < missing.length; from += 200) {
    const made = await engineer.post("/api/backend/flags", { environment, keys: missing.slice(from, from + 200) });
    if (!made.ok) throw new Error(await made.text());
  }
  if (missing.length > 0) ({ ok, body } = await attempt());
  if (!ok) throw new Error(JSON.stringify(body).slice(0, 400));
  return body;
}

/** What an OpenFeature client is told. */
export async function evaluate(gateway: Gateway, key: string): Promise<unknown> {
  const answer = await fetch(`${gateway.url}/ofrep/v1/evaluate/flags/${key}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ context: { targetingKey: "user-1" } }),
  });
  return ((await answer.json()) as { value: unknown }).value;
}

/** Everyone who has a part in the plan. */
export async function everyone(gateway: Gateway): Promise<Record<Role, Person>> {
  const roles: Role[] = ["product-owner", "engineer", "operations", "legal", "privacy", "viewer"];
  const people = await Promise.all(roles.map((role) => Person.signIn(gateway, role)));
  return Object.fromEntries(roles.map((role, i) => [role, people[i]])) as Record<Role, Person>;
}
