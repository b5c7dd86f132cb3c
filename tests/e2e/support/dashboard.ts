import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A dashboard with variables, as a person sets them: a server that tells what each is. */
export class Dashboard {
  readonly #values = new Map<string, string>();
  readonly #server: Server;

  private constructor(keys: string[]) {
    for (const key of keys) this.#values.set(key, "false");
    this.#server = createServer((request, answer) => {
      const value = this.#values.get(decodeURIComponent(request.url?.split("/").at(-1) ?? ""));
      answer.writeHead(value === undefined ? 404 : 200, { "content-type": "text/plain" }).end(value);
    });
  }

  /** With these variables, all false. */
  static async start(keys: string[]): Promise<Dashboard> {
    const dashboard = new Dashboard(keys);
    await new Promise<void>((resolve) => dashboard.#server.listen(0, "127.0.0.1", resolve));
    return dashboard;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Somebody sets a variable. */
  put(key: string, to: boolean): void {
    this.#values.set(key, String(to));
  }

  get(key: string): boolean {
    return this.#values.get(key) === "true";
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
