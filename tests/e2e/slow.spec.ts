import { connect } from "node:net";
import { get } from "node:https";
import { type TLSSocket, connect as secure } from "node:tls";
import { expect, test as base } from "./support/fixture";
import { Gateway } from "./support/gateway";
import { Nginx } from "./support/nginx";

const CLIENTS = 1000;

/** A gateway behind the nginx of deploy/, as it is put before people. */
const test = base.extend<{ site: { port: number; gateway: Gateway } }>({
  site: async ({}, use) => {
    const { port, url } = await Nginx.address();
    const gateway = await Gateway.start({ demo: false, host: new URL(url).host, config: `public_url = "${url}"\n` });
    const nginx = await Nginx.start(port, gateway.url);
    await use({ port, gateway });
    await nginx.end();
    await gateway.end();
  },
});

/** How long one whole request takes, in milliseconds. */
function ask(port: number): Promise<number> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const asked = get({ host: "127.0.0.1", port, servername: "localhost", path: "/api/session", headers: { host: `localhost:${port}` }, rejectUnauthorized: false, agent: false }, (answer) => {
      answer.resume();
      answer.once("end", () => (answer.statusCode === 200 ? resolve(performance.now() - begun) : reject(new Error(`${answer.statusCode}`))));
    });
    asked.once("error", reject);
  });
}

const median = (all: number[]): number => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;

async function several(port: number): Promise<number> {
  const took = [];
  for (let n = 0; n < 20; n++) took.push(await ask(port));
  return median(took);
}

test("a thousand clients that never come to the end of a request keep nobody else waiting", async ({ site: { port } }) => {
  test.setTimeout(120_000);
  const before = await several(port);
  let gone = 0;
  const slow: TLSSocket[] = [];
  for (let begun = 0; begun < CLIENTS; begun += 50) {
    const batch = Array.from({ length: 50 }, () => {
      const socket = secure({ host: "127.0.0.1", port, servername: "localhost", rejectUnauthorized: false });
      socket.once("close", () => (gone += 1)).on("error", () => {});
      socket.resume();
      slow.push(socket);
      return new Promise<void>((resolve) => {
        socket.once("secureConnect", () => {
          socket.write(`GET /api/session HTTP/1.1\r\nHost: localhost:${port}\r\nX-Slow: `);
          resolve();
        });
        socket.once("close", () => resolve());
      });
    });
    await Promise.all(batch);
  }
  const held = CLIENTS - gone;
  const meanwhile = await several(port);
  console.log(`${held} of ${CLIENTS} slow clients held: ${meanwhile.toFixed(1)} ms beside ${before.toFixed(1)} ms without them`);
  slow.forEach((socket) => socket.destroy());
  await ask(port);
});

test("another name, another origin and a body without end are refused", async ({ site: { port, gateway } }) => {
  const { host } = new URL(gateway.url);
  // A name that leads here from elsewhere is not even spoken to.
  const foreign = new Promise((resolve) => {
    const socket = secure({ host: "127.0.0.1", port, servername: "elsewhere.example.org", rejectUnauthorized: false });
    socket.once("secureConnect", () => resolve("let in")).once("error", () => resolve("refused"));
  });
  expect(await foreign).toBe("refused");
  const tell = (request: string): Promise<string> =>
    new Promise((resolve) => {
      const [name, at] = host.split(":");
      const socket = connect(Number(at), name ?? "", () => socket.write(request));
      socket.once("data", (data) => resolve(String(data).split("\r\n")[0] ?? "")).once("error", (error) => resolve(error.message));
    });
  expect(await tell("GET /api/session HTTP/1.1\r\nHost: elsewhere.example.org\r\nConnection: close\r\n\r\n")).toContain("421");
  const post = (origin: string, length: number) =>
    `POST /api/session HTTP/1.1\r\nHost: localhost:${port}\r\nOrigin: ${origin}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n{}`;
  expect(await tell(post("https://elsewhere.example.org", 2))).toContain("403");
  expect(await tell(post(`https://localhost:${port}`, 1_000_000_000))).toContain("413");
});
