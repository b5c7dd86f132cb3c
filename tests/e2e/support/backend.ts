import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type { Gateway } from "./gateway";

// The built-in backend keeps its flags in a database of their own. Whoever opens that file beside the gateway does to it
// what an operator, a script or a bad day does to a flag system: the gateway is not asked and not told.
const RUN = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
for statement in sys.argv[2:]:
    db.execute(statement)
`;
const HOLD = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
`;

function run(gateway: Gateway, ...statements: string[]): void {
  const done = spawnSync("python3", ["-c", RUN, gateway.flags, ...statements], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`the flags beside the gateway: ${done.stderr || done.error}`);
}

/** Moves a flag behind the gateway's back. */
export function moveFlag(gateway: Gateway, key: string, to: "off" | "on"): void {
  run(gateway, `UPDATE builtin_flags SET exposure = '"${to}"' WHERE key = '${key}'`);
}

/** Takes the backend's flags away, all of them: every call to it fails. The ledger is untouched. */
export function breakBackend(gateway: Gateway): void {
  run(gateway, "ALTER TABLE builtin_flags RENAME TO builtin_flags_away");
}

/** Puts them back as they were. */
export function mendBackend(gateway: Gateway): void {
  run(gateway, "ALTER TABLE builtin_flags_away RENAME TO builtin_flags");
}

/** Holds the database's writing lock: nothing is recorded until the function given back is called. */
export async function holdStore(gateway: Gateway): Promise<() => Promise<void>> {
  const holder = spawn("python3", ["-c", HOLD, gateway.database], { stdio: ["pipe", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  return async () => {
    holder.stdin.end();
    await once(holder, "exit");
  };
}
