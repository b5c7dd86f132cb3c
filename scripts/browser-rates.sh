#!/usr/bin/env bash
# Measures the rulebook in headless Chromium, as fast as it is in the console, and prints the rows.
set -euo pipefail
cd "$(dirname "$0")/.."

export CHROMEDRIVER="${CHROMEDRIVER:-/usr/bin/chromedriver}"
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner
export WASM_BINDGEN_TEST_TIMEOUT=300
exec cargo test --profile console --target wasm32-unknown-unknown --package bench --test browser -- --nocapture
