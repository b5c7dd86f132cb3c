#!/usr/bin/env bash
# Runs the console's browser tests (tests/browser, wasm-bindgen-test) in headless Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -d tests/browser ]; then
  echo "There are no browser tests (tests/browser) yet." >&2
  exit 0
fi
export CHROMEDRIVER="${CHROMEDRIVER:-/usr/bin/chromedriver}"
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner
export WASM_BINDGEN_TEST_WEBDRIVER_JSON=scripts/webdriver.json
export WASM_BINDGEN_TEST_TIMEOUT=120
exec cargo test --target wasm32-unknown-unknown --package signalbox-console --test browser
