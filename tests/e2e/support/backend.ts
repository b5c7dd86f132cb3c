import { spawnSync } from "node:child_process";
import type { Gateway } from "./gateway";

// The built-in backend keeps its flags in a database of their own, beside the ledger's. Whoever opens these files does to
// them what an operator, a script or a bad day does: the gateway is not asked and not told.
const RUN = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
db.execute(sys.argv[2])
`;

function run(file: string, statement: string): void {
  const done = spawnSync("python3", ["-c", RUN, file, statement], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${file} beside the gateway: ${done.stderr || done.error}`);
}

/** Moves a flag behind the gateway's back. */
export function moveFlag(gateway: Gateway, key: string, to: "off" | "on"): void {
  run(gateway.flags, `UPDATE builtin_flags SET exposure = '"${to}"' WHERE key = '${key}'`);
}

/** Takes the backend's flags away, all of them: every call to it fails. The ledger is untouched. */
export function breakBackend(gateway: Gateway): void {
  run(gateway.flags, "ALTER TABLE builtin_flags RENAME TO builtin_flags_away");
}

/** Puts them back as they were. */
export function mendBackend(gateway: Gateway): void {
  run(gateway.flags, "ALTER TABLE builtin_flags_away RENAME TO builtin_flags");
}

/** From now on the store takes no record, as on a full disk; all else works. */
export function breakStore(gateway: Gateway): void {
  run(gateway.database, "CREATE TRIGGER full BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
}

/** It takes records again. */
export function mendStore(gateway: Gateway): void {
  run(gateway.database, "DROP TRIGGER full");
}
