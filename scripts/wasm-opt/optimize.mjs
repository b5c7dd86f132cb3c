#!/usr/bin/env node
// Optimizes WebAssembly modules for size, in place, all in one process: to start costs more than most of them do.
//
//   signalbox-wasm-opt FILE…
import binaryen from "binaryen";
import { readFileSync, writeFileSync } from "node:fs";

// What the console's code uses of WebAssembly beyond its first version: every browser of the last three years has it.
const { BulkMemory, BulkMemoryOpt, NontrappingFPToInt, SignExt, MutableGlobals, ReferenceTypes, Multivalue } = binaryen.Features;
const features = BulkMemory | BulkMemoryOpt | NontrappingFPToInt | SignExt | MutableGlobals | ReferenceTypes | Multivalue;

// What wasm-opt calls -Oz.
binaryen.setOptimizeLevel(2);
binaryen.setShrinkLevel(2);

for (const file of process.argv.slice(2)) {
  const module = binaryen.readBinary(readFileSync(file));
  module.setFeatures(features);
  if (!module.validate()) throw new Error(`${file} is not valid`);
  module.optimize();
  module.runPasses(["strip-debug", "strip-producers"]);
  writeFileSync(file, module.emitBinary());
  module.dispose();
}
