import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./gateway";

const CONFIG = fileURLToPath(new URL("../../../deploy/nginx.conf", import.meta.url));

/** As scripts/debian.sh sees to it that there is one. */
function program(): string {
  const unpacked = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "signalbox/tools/nginx/usr/sbin/nginx");
  return process.env.SIGNALBOX_NGINX ?? (existsSync(unpacked) ? unpacked : "nginx");
}

/** A real nginx with TLS, by the configuration that deploy/ hands out: only name, addresses and certificate are others. */
export class Nginx {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    readonly url: string,
    readonly port: number,
  ) {}

  /** A free port first: the gateway must be told its own address before there is anything to pass on to. */
  static async address(): Promise<{ port: number; url: string }> {
    const port = await freePort();
    return { port, url: `https://localhost:${port}` };
  }

  static async start(port: number, gateway: string): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-nginx-"));
    // Started by root, it serves as nobody.
    chmodSync(folder, 0o755);
    const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
    const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", ...name];
    execFileSync("openssl", [...made, "-keyout", key, "-out", certificate], { stdio: "ignore" });

    const changed: [RegExp, string][] = [
      [/^.*listen \[::\].*\n/gm, ""],
      [/listen 443/g, `listen 127.0.0.1:${port}`],
      [/listen 80/g, `listen 127.0.0.1:${await freePort()}`],
      [/signalbox\.example\.org/g, "localhost"],
      [/server 127\.0\.0\.1:8700/g, `server ${new URL(gateway).host}`],
      [/\/etc\/ssl\/certs\/signalbox\.pem/g, certificate],
      [/\/etc\/ssl\/private\/signalbox\.key/g, key],
    ];
    let site = readFileSync(CONFIG, "utf8");
    for (const [from, to] of changed) {
      if (site.search(from) < 0) throw new Error(`deploy/nginx.conf has no ${from}`);
      site = site.replace(from, to);
    }
    const own = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((part) => `${part}_temp_path ${join(folder, part)};`);
    const main = `daemon off;\npid ${join(folder, "pid")};\nerror_log stderr warn;\nevents { worker_connections 4096; }\nworker_rlimit_nofile 16384;\n`;
    writeFileSync(join(folder, "nginx.conf"), `${main}http {\naccess_log off;\n${own.join("\n")}\n${site}\n}\n`);

    const child = spawn(program(), ["-p", folder, "-c", join(folder, "nginx.conf")], { stdio: ["ignore", "ignore", "pipe"] });
    let log = "";
    child.stderr?.on("data", (chunk) => (log += chunk));
    child.once("error", (error) => (log += error));
    const nginx = new Nginx(child, folder, `https://localhost:${port}`, port);
    for (let tries = 0; tries < 100; tries++) {
      if (child.exitCode !== null) break;
      // Anything that speaks TLS there will do; who it says it is, the browser is told to believe.
      if (await nginx.listens()) return nginx;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`nginx did not start:\n${log}`);
  }

  private listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
  }

  async end(): Promise<void> {
    const gone = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGQUIT");
    await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
