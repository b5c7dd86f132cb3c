# The one front door. What needs more than a line lives in scripts/ and crates/xtask.
#
#   make run     build what is missing, start the demo, print its URL (no root, no browser needed)
#   make run-unleash  the same on a real Unleash, started beside it and gone with it (fetches it; needs PostgreSQL)
#   make build   the console into dist/, the gateway at target/release/signalbox
#   make test    everything a change must pass, in real Chromium too (installs it when missing)
#   make check   the quick part of it: format, lints, tidy, unit tests
#   make bench   measure it all beside peers and limits, into docs/performance.md (about ten minutes once all is built; nothing else should run)
#   make dev     rebuild the console on every save, beside a gateway in its debug build
#   make fmt     format the Rust code

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run run-unleash build console test check bench dev fmt tools packages target tidy lint deny compiled unit e2e

TOOLS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/signalbox/tools
export PATH := $(TOOLS)/bin:$(PATH):$(HOME)/.cargo/bin
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

WASM := --target wasm32-unknown-unknown
# Its own folder: what turns trunk's output into dist/ does not wait for tests that are being compiled.
XTASK := cargo run --quiet --target-dir target/xtask --package xtask --
TESTED := --workspace --exclude signalbox-console --features bench/native
GATEWAY := target/release/signalbox
E2E_PACKAGES := tests/e2e/node_modules/.package-lock.json

help:
	@sed -n 's/^#   //p' Makefile

run: build
	exec $(GATEWAY) serve --demo $(ARGS)

run-unleash: build
	exec scripts/unleash.sh scripts/run-unleash.sh $(GATEWAY) $(ARGS)

# The gateway carries the console inside, so the console comes first.
build: console
	cargo build --release --package gateway
	@$(XTASK) first-screen dist

console: tools dist/index.html.br

# Only a release build has this file, so what `make dev` left in dist/ is never shipped.
dist/index.html.br: index.html Trunk.toml Cargo.toml Cargo.lock .cargo/config.toml scripts/wasm-link.sh $(shell find src style public crates/rollout/src crates/gateway-api/src -type f)
	cargo fetch --locked
	trunk build --release --offline
	@touch $@

# Lints what it compiles, as cargo-clippy lints what it checks: so that everything is read once.
TEST := RUSTC_WORKSPACE_WRAPPER=$$(rustc --print sysroot)/bin/clippy-driver CLIPPY_ARGS=--deny__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__ cargo test

# Linking the console keeps one processor busy for minutes: all else is compiled beside it. The runners come last, so that
# their own closing lines are what a log ends with.
test: packages tools
	@mkdir -p target
	@$(MAKE) --no-print-directory console >target/console.log 2>&1 & console=$$!; \
	trap "kill $$console 2>/dev/null || true" EXIT; \
	$(MAKE) --no-print-directory tidy deny compiled; \
	wait $$console || { cat target/console.log; exit 1; }
	@$(MAKE) --no-print-directory unit e2e

check: lint
	cargo test --package rollout --package gateway-api --package xtask
	cargo test --package gateway --lib --bins -- --skip unleash::tests::real --skip unleash::tests::shares

# Each part keeps its rows in target/bench; the last line makes the table of them.
BENCH := cargo run --quiet --release --package bench --features native --
bench: build packages $(E2E_PACKAGES)
	cargo build --quiet --release --package bench --features native
	$(XTASK) first-screen dist | $(BENCH) first-screen
	$(BENCH) rulebook
	scripts/browser-rates.sh | $(BENCH) browser
	$(BENCH) commands
	$(BENCH) streams
	$(BENCH) reading
	cd tests/e2e && SIGNALBOX_BIN=$(CURDIR)/$(GATEWAY) npx --no-install playwright test --config bench.config.ts
	$(BENCH) report

dev: tools
	cargo fetch --locked
	trunk build --offline
	trunk watch --offline & trap "kill $$!" EXIT; cargo run --package gateway -- serve --demo $(ARGS)

fmt:
	cargo fmt --all

packages:
	@scripts/debian.sh

tools:
	@scripts/tools.sh target trunk wasm-bindgen wasm-split wasm-opt

target:
	@scripts/tools.sh target

tidy:
	cargo fetch --locked
	cargo fmt --all --check
	$(XTASK) tidy

lint: target tidy
	cargo clippy $(TESTED) --all-targets -- --deny warnings
	cargo clippy $(WASM) --package signalbox-console --all-targets -- --deny warnings

# Licences, sources, and what must not come in.
deny:
	@scripts/tools.sh cargo-deny
	cargo fetch --locked
	cargo deny --workspace --offline check licenses bans sources

compiled:
	$(TEST) $(TESTED) --no-run
	$(TEST) --package signalbox-console --lib --no-run

# The console's plain tests need no browser: they run on the host. The gateway's sign-in at a provider is tried on one that
# npm brings.
unit: $(E2E_PACKAGES)
	$(TEST) $(TESTED)
	$(TEST) --package signalbox-console --lib

# On the gateway that the other tests were run with, compiled with every assertion. Outages are waited out beside: that is
# what they do for most of their time.
e2e: console packages $(E2E_PACKAGES)
	$(TEST) $(TESTED) --no-run
	@$(XTASK) first-screen dist
	cd tests/e2e && npx --no-install tsc --noEmit
	$(TEST) $(TESTED) --test unleash -- --ignored >target/outages.log 2>&1 & outages=$$!; \
	trap "kill $$outages 2>/dev/null || true" EXIT; \
	(cd tests/e2e && npx --no-install playwright test); \
	wait $$outages || { cat target/outages.log; exit 1; }

$(E2E_PACKAGES): tests/e2e/package.json tests/e2e/package-lock.json
	@scripts/tools.sh npm
	cd tests/e2e && npm ci --no-audit --no-fund
