import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "./support/fixture";
import type { Gateway } from "./support/gateway";
import type { Person } from "./support/person";

const RUN = fileURLToPath(new URL("../../scripts/schemathesis/run.sh", import.meta.url));

/** The document against the gateway, by whatever Schemathesis thinks of, with this cookie or none. */
async function hold(gateway: Gateway, cookie: string | undefined): Promise<void> {
  // Signing in and out would make it somebody else; the live stream never ends; the clock is anybody's in the demo, and so
  // is what applications ask; hints need a secret that is not configured here.
  const apart = ["--exclude-path-regex", "^/api/(live|session|sessions/.*|demo/clock|backend/hint)$|ofrep"];
  const session = cookie?.split("=")[1] ?? "nobodys";
  const more = ["--checks", "all", "--phases", "examples,coverage,fuzzing", "--max-examples", "10", "--generation-deterministic"];
  const folder = mkdtempSync(join(tmpdir(), "signalbox-schemathesis-"));
  try {
    const origin = ["--header", `Origin: ${gateway.url}`];
    const arguments_ = ["run", `${gateway.url}/openapi.json`, ...origin, ...apart, ...more];
    await promisify(execFile)(RUN, arguments_, { cwd: folder, maxBuffer: 64 << 20, env: { ...process.env, SIGNALBOX_SESSION: session } }).catch((failed) => {
      const kept = fileURLToPath(new URL(`../../target/schemathesis-${cookie ? "signed-in" : "anonymous"}.txt`, import.meta.url));
      writeFileSync(kept, failed.stdout ?? "");
      throw new Error(`${failed.message}\n${String(failed.stdout).slice(-6_000)}`);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What nobody but its role may have changed. */
async function standing(person: Person): Promise<unknown> {
  const rollouts = await person.get<{ id: string; version: number }[]>("/api/rollouts");
  return rollouts.map(({ id, version }) => [id, version]);
}

for (const role of [undefined, "viewer", "engineer"] as const) {
  test(`the API does what its document says, asked by ${role ?? "nobody"} in every way that a machine thinks of`, async ({ gateway, people }) => {
    test.setTimeout(300_000);
    const before = await standing(people.operations);
    await hold(gateway, role && people[role].cookie);
    if (role !== "engineer") expect(await standing(people.operations), "nothing was done").toEqual(before);
    for (const [id] of before as [string, number][]) {
      const { records } = await people.operations.on(id).get<any>(`/api/rollouts/${id}/records?after=0&limit=500`);
      const acts = records.map((record: { bytes: string }) => JSON.parse(record.bytes)).filter(({ seq }: { seq: number }) => seq > 2);
      for (const { actor } of acts) expect(["engineer", undefined]).toContain(actor.role);
    }
  });
}
