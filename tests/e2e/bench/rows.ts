import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A line of the table, as crates/bench/src/row.rs reads it. */
export interface Row {
  what: string;
  value: number;
  unit: string;
  beside: string;
  peer: number;
  target: "none" | { "at-least": number } | { "at-most": number };
}

/** Keeps the rows of a part for the table. */
export function keep(part: string, rows: Row[]): void {
  const folder = fileURLToPath(new URL("../../../target/bench/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${part}.json`, JSON.stringify(rows, null, 2));
  for (const row of rows) {
    console.log(`${row.what}: ${row.value.toFixed(1)} ${row.unit}, ${(row.value / row.peer).toFixed(2)} × ${row.beside}`);
  }
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("nothing was measured");
  return middle;
}
