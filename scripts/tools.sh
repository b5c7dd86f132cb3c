#!/usr/bin/env bash
# Ensures the named build tools, in exactly the versions this project is built with.
# A right one on PATH is used; else it is built into the cache folder, in its cheapest form. Needs no root.
#
#   scripts/tools.sh [npm] [target] [trunk] [wasm-bindgen] [wasm-split] [wasm-opt] [cargo-deny]
set -euo pipefail
cd "$(dirname "$0")/.."

tools="${XDG_CACHE_HOME:-$HOME/.cache}/signalbox/tools"
export PATH="$tools/bin:$PATH:$HOME/.cargo/bin"

# Newer ones do nothing more for this project, and take a quarter longer to build.
trunk_version=0.21.14
cargo_deny_version=0.20.2
# The command line must be of the crate's own version: the two speak a private format.
wasm_bindgen_version=$(sed -n 's/^wasm-bindgen = "=\([0-9.]*\)"$/\1/p' Cargo.toml)
# Of the version that the console's own part of it has.
wasm_split_version=$(sed -n '/^name = "wasm_split_helpers"$/{n;s/^version = "\(.*\)"$/\1/p}' Cargo.lock)
binaryen_version=$(sed -n 's/.*"binaryen": "\([0-9]*\)\..*/\1/p' scripts/wasm-opt/package.json)
rust_version=$(sed -n 's/^rust-version = "\([0-9.]*\)"$/\1/p' Cargo.toml)

say() { printf '%s\n' "$*" >&2; }
die() { say "signalbox: $*"; exit 1; }

need_cargo() {
  command -v cargo >/dev/null || die "cargo is missing. Install Rust $rust_version or newer from https://rustup.rs, then run this again."
  local have
  have=$(rustc --version | cut -d ' ' -f 2)
  [ "$(printf '%s\n' "$rust_version" "$have" | sort -V | head -n 1)" = "$rust_version" ] ||
    die "Rust $have is too old, $rust_version is needed. Run 'rustup update stable', then run this again."
}

need_npm() {
  command -v node >/dev/null || die "node is missing. Install Node.js 20 or newer (https://nodejs.org), then run this again."
  command -v npm >/dev/null || die "npm is missing. It comes with Node.js 20 or newer (https://nodejs.org); install it, then run this again."
}

# has NAME VERSION: is the tool that PATH finds of this version?
has() {
  command -v "$1" >/dev/null || return 1
  local answer
  answer=$("$1" --version 2>/dev/null) || return 1
  [[ " $answer " == *" $2 "* ]]
}

# cheap_install LEVEL ARG…: the tools run for seconds, so a build at a low opt-level, without link-time optimisation, takes the
# least time in all. What two of them are made of is compiled once.
cheap_install() {
  local level=$1
  shift
  CARGO_TARGET_DIR=target/tools CARGO_PROFILE_RELEASE_OPT_LEVEL=$level CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    cargo install --force --root "$tools" "$@"
}

ensure_target() {
  need_cargo
  local installed
  installed=$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown
  [ -d "$installed" ] && return
  command -v rustup >/dev/null ||
    die "this Rust has no wasm32-unknown-unknown target and there is no rustup to add it. Install Rust from https://rustup.rs, or your distribution's package of that target."
  say "Adding Rust's wasm32-unknown-unknown target (less than a minute)."
  rustup target add wasm32-unknown-unknown ||
    die "the target could not be added. Check the connection (rustup reads RUSTUP_DIST_SERVER), then run 'rustup target add wasm32-unknown-unknown'."
}

ensure_trunk() {
  need_cargo
  has trunk "$trunk_version" && return
  say "Building trunk $trunk_version into $tools: once, about 5 minutes on two cores."
  cheap_install 0 --locked --no-default-features --features rustls "trunk@$trunk_version"
}

ensure_wasm_bindgen() {
  need_cargo
  [ -n "$wasm_bindgen_version" ] || die "Cargo.toml no longer pins wasm-bindgen as \"=x.y.z\"; restore the pin."
  has wasm-bindgen "$wasm_bindgen_version" && has wasm-bindgen-test-runner "$wasm_bindgen_version" && return
  say "Building wasm-bindgen $wasm_bindgen_version into $tools: once, about 3 minutes on two cores."
  cheap_install 1 "wasm-bindgen-cli@$wasm_bindgen_version"
}

# It does not say its version; cargo's own list of what is in the cache folder does.
ensure_wasm_split() {
  need_cargo
  [ -n "$wasm_split_version" ] || die "Cargo.lock no longer names wasm_split_helpers, which leptos brings."
  grep -qs "^\"wasm_split_cli_support $wasm_split_version " "$tools/.crates.toml" && return
  say "Building wasm-split-cli $wasm_split_version into $tools: once, about a minute on two cores."
  cheap_install 1 --locked --features build-binary "wasm_split_cli_support@$wasm_split_version"
}

# From npm: the binaryen 108 that Debian 12 packages writes modules that validate, then fail in the page.
ensure_wasm_opt() {
  local folder="$tools/wasm-opt"
  if ! grep -qs "\"version\": \"$binaryen_version\." "$folder/node_modules/binaryen/package.json"; then
    need_npm
    say "Fetching wasm-opt (binaryen $binaryen_version) into $tools: once, some seconds."
    mkdir -p "$folder"
    cp scripts/wasm-opt/package.json scripts/wasm-opt/package-lock.json scripts/wasm-opt/.npmrc "$folder/"
    (cd "$folder" && npm ci --no-audit --no-fund)
  fi
  mkdir -p "$tools/bin"
  cp scripts/wasm-opt/optimize.mjs "$folder/"
  ln -sf ../wasm-opt/optimize.mjs "$tools/bin/signalbox-wasm-opt"
}

ensure_cargo_deny() {
  need_cargo
  has cargo-deny "$cargo_deny_version" && return
  say "Building cargo-deny $cargo_deny_version into $tools: once, about 3 minutes on two cores."
  # It compares every licence's text: only that part must be fast.
  cheap_install 0 --locked --no-default-features --config 'profile.release.package.askalono.opt-level=2' "cargo-deny@$cargo_deny_version"
}

for tool in "$@"; do
  case $tool in
    npm) need_npm ;;
    target) ensure_target ;;
    trunk) ensure_trunk ;;
    wasm-bindgen) ensure_wasm_bindgen ;;
    wasm-split) ensure_wasm_split ;;
    wasm-opt) ensure_wasm_opt ;;
    cargo-deny) ensure_cargo_deny ;;
    *) die "no tool is called '$tool'; see the head of scripts/tools.sh" ;;
  esac
done
