#!/usr/bin/env bash
# The console's linker: links as ever, then takes the module apart where the code says so (src/part.rs).
# What is left in place is the first module; those loaded later, and the script that loads them, go to chunks/ beside it.
set -euo pipefail

rustc=${RUSTC:-rustc}
host=$("$rustc" -vV | sed -n 's/^host: //p')
"$("$rustc" --print sysroot)/lib/rustlib/$host/bin/rust-lld" "$@" --emit-relocs

while [ "$1" != -o ]; do shift; done
linked=$2
# Dependencies that could be modules of their own are linked too, and are whole as they are.
[[ $(basename "$linked") == signalbox_console* ]] || exit 0
chunks=$(dirname "$linked")/chunks

command -v wasm-split-cli >/dev/null || {
  echo "wasm-split-cli is missing: run 'make tools', and build the console with make." >&2
  exit 1
}
rm -rf "$chunks"
RUST_LOG=error wasm-split-cli --target web --out-name signalbox-console "$linked" "$chunks"
mv "$chunks/signalbox-console.wasm" "$linked"

# The modules share the table of functions. wasm-bindgen would take its export away, which it knows by the name that the
# linker gave it: another name of the same length keeps it.
LC_ALL=C sed -i 's/__indirect_function_table/__function_table_of_parts/g' "$linked" "$chunks"/*

# The loader awaits a module only after what that module needs: one that fails meanwhile is no error that nobody handles.
sed -i 's/^\( *\)const src = fetch(.*$/&\n\1src.catch(() => {});/' "$chunks/__wasm_split.js"
