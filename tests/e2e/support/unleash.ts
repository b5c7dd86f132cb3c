import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { BrowserContext } from "@playwright/test";
import { InMemStorageProvider, type Unleash as Client, startUnleash } from "unleash-client";
import type { Settings } from "./gateway";

const SCRIPT = fileURLToPath(new URL("../../../scripts/unleash.sh", import.meta.url));

interface Logged {
  type: string;
  environment: string | null;
}

/** A real Unleash on a new database; both go down, with their data, when it ends. */
export class Unleash {
  private constructor(
    private readonly script: ChildProcess,
    readonly url: string,
    private readonly admin: string,
    private readonly backend: string,
  ) {}

  static async start(): Promise<Unleash> {
    const script = spawn(SCRIPT, { stdio: ["ignore", "pipe", "inherit"] });
    const said = new Map<string, string>();
    for await (const line of createInterface({ input: script.stdout })) {
      const [what = "", value = ""] = line.split(" ");
      said.set(what, value);
      if (what === "ready") break;
    }
    const [url, admin, backend] = [said.get("url"), said.get("admin"), said.get("backend")];
    if (!url || !admin || !backend || !said.has("ready")) throw new Error("Unleash did not start");
    return new Unleash(script, url, admin, backend);
  }

  /** What a gateway is told that works on it. */
  settings(): Settings {
    return { config: `unleash.url = "${this.url}"\n`, env: { SIGNALBOX_UNLEASH_TOKEN: this.admin } };
  }

  /** What an application asks, by Unleash's own client. */
  async client(): Promise<Client> {
    return startUnleash({
      url: `${this.url}/api/`,
      appName: "witness",
      refreshInterval: 200,
      disableMetrics: true,
      storageProvider: new InMemStorageProvider(),
      customHeaders: { Authorization: this.backend },
    });
  }

  private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = { authorization: this.admin, "content-type": "application/json" };
    const sent = body === undefined ? null : JSON.stringify(body);
    const answer = await fetch(`${this.url}/api/admin/${path}`, { method, headers, body: sent });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === "" ? null : JSON.parse(text)) as T;
  }

  /** Whether production has the flag on for everybody, off, or something else, in words. */
  async exposure(key: string): Promise<string> {
    interface Feature {
      enabled: boolean;
      strategies: { disabled: boolean | null; parameters: { rollout: string }; constraints: unknown[] }[];
    }
    const there = await this.ask<Feature>("GET", `projects/default/features/${key}/environments/production`);
    if (!there.enabled) return "off";
    const [only, ...others] = there.strategies.filter(({ disabled }) => !disabled);
    const isPlain = only?.parameters.rollout === "100" && only.constraints.length === 0 && others.length === 0;
    return isPlain ? "on" : JSON.stringify(there.strategies);
  }

  /** What Unleash's event log says of the flag in production: each time it went on or off, oldest first. */
  async history(key: string): Promise<string[]> {
    const query = `search/events?feature=${encodeURIComponent(`IS:${key}`)}&limit=200`;
    const { events } = await this.ask<{ events: Logged[] }>("GET", query);
    const toggles = events.reverse().filter(({ environment }) => environment === "production");
    const words: Record<string, string> = { "feature-environment-enabled": "on", "feature-environment-disabled": "off" };
    return toggles.flatMap(({ type }) => words[type] ?? []);
  }

  /** Signs a browser in to Unleash's own screens, as its first administrator. */
  async signIn(context: BrowserContext): Promise<void> {
    const data = { username: "admin", password: "unleash4all" };
    const answer = await context.request.post(`${this.url}/auth/simple/login`, { data });
    if (!answer.ok()) throw new Error(`Unleash lets nobody in: ${answer.status()} ${await answer.text()}`);
  }

  /** Somebody makes a feature in Unleash, off, for everybody once it is on. */
  async make(key: string): Promise<void> {
    await this.ask("POST", "projects/default/features", { name: key, type: "release" });
    const strategy = { name: "flexibleRollout", parameters: { rollout: "100", stickiness: "default", groupId: key } };
    await this.ask("POST", `projects/default/features/${key}/environments/production/strategies`, strategy);
  }

  /** Somebody switches the flag in Unleash. */
  async switch(key: string, to: "on" | "off"): Promise<void> {
    await this.ask("POST", `projects/default/features/${key}/environments/production/${to}`);
  }

  /** Somebody opens the flag to everybody in Unleash: switching on alone would give it to nobody, as it was made. */
  async open(key: string): Promise<void> {
    const path = `projects/default/features/${key}/environments/production/strategies`;
    const [first] = await this.ask<{ id: string; parameters: Record<string, string> }[]>("GET", path);
    if (!first) throw new Error(`${key} has no strategy`);
    await this.ask("PUT", `${path}/${first.id}`, { ...first, parameters: { ...first.parameters, rollout: "100" } });
    await this.switch(key, "on");
  }

  async end(): Promise<void> {
    const gone = new Promise((resolve) => this.script.once("exit", resolve));
    this.script.kill("SIGTERM");
    await gone;
  }
}
