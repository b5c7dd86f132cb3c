import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BINARY = process.env.SIGNALBOX_BIN ?? fileURLToPath(new URL("../../../target/debug/signalbox", import.meta.url));

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

/** What a gateway is told beside where to listen and where to keep its data. */
export interface Settings {
  /** Its configuration file. */
  config?: string;
  /** Its environment variables, beside those of the tests. */
  env?: Record<string, string>;
  /** False: no sample people, no sample rollout. */
  demo?: boolean;
  /** The host of its public address, if it has one: it answers to no other. */
  host?: string;
}

/** A real gateway with a data directory of its own. */
export class Gateway {
  #process: ChildProcess | undefined;
  #log = "";

  private constructor(
    readonly url: string,
    private readonly port: number,
    private readonly data: string,
    private readonly settings: Settings,
  ) {}

  static async start(settings: Settings = {}): Promise<Gateway> {
    const port = await freePort();
    const data = mkdtempSync(join(tmpdir(), "signalbox-e2e-"));
    const gateway = new Gateway(`http://127.0.0.1:${port}`, port, data, settings);
    await gateway.up();
    return gateway;
  }

  /** All that it has printed. */
  get log(): string {
    return this.#log;
  }

  /** Runs another command of the program on its data, with this on its standard input. */
  command(args: string[], input: string): void {
    execFileSync(BINARY, [...args, "--data", join(this.data, "data")], { input, stdio: ["pipe", "ignore", "pipe"] });
  }

  /** The file that the ledger is kept in. */
  get database(): string {
    return join(this.data, "data", "signalbox.db");
  }

  /** The file that the built-in backend keeps its flags in. */
  get flags(): string {
    return join(this.data, "data", "flags.db");
  }

  /** Starts it, on the same port and data as before. */
  async up(): Promise<void> {
    const { config, env, demo = true } = this.settings;
    const args = ["serve", ...(demo ? ["--demo"] : []), "--ops", "off", "--listen", `127.0.0.1:${this.port}`, "--data", join(this.data, "data")];
    if (config) {
      const file = join(this.data, "signalbox.toml");
      writeFileSync(file, config);
      args.push("--config", file);
    }
    const child = spawn(BINARY, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
    this.#process = child;
    child.stdout?.on("data", (chunk) => (this.#log += chunk));
    child.stderr?.on("data", (chunk) => (this.#log += chunk));
    for (let tries = 0; tries < 100; tries++) {
      if (child.exitCode !== null) break;
      if (await this.ready()) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the gateway did not start:\n${this.#log}`);
  }

  private ready(): Promise<boolean> {
    return new Promise((resolve) => {
      const headers = this.settings.host ? { host: this.settings.host } : {};
      const asked = get(`${this.url}/readyz`, { headers, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      });
      asked.once("error", () => resolve(false));
    });
  }

  /** Stops it, cleanly or at once. */
  async down(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await gone;
  }

  /** Stops it and removes its data. */
  async end(): Promise<void> {
    await this.down();
    rmSync(this.data, { recursive: true, force: true });
  }
}
