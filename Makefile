# The commands a person must know; `make` lists them. Each sets up what it needs: a file under
# target/ or node_modules says that it is there, and is made anew when its list changes.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

export PATH := $(HOME)/.cargo/bin:$(PATH)
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

PYTHON ?= python3
LAB_VENV := $(CURDIR)/target/lab-venv
export LAB_PYTHON ?= $(LAB_VENV)/bin/python
ANSIBLE_VENV := $(CURDIR)/target/ansible-venv
export ANSIBLE_PLAYBOOK ?= $(ANSIBLE_VENV)/bin/ansible-playbook

# Set-up, as files.
TOOLCHAIN := target/setup/toolchain
# Another interpreter, named by LAB_PYTHON, has its packages already; ANSIBLE_PLAYBOOK names another Ansible.
LAB := $(if $(filter $(LAB_VENV)/bin/python,$(LAB_PYTHON)),$(LAB_VENV)/ready)
ANSIBLE := $(if $(filter $(ANSIBLE_VENV)/bin/ansible-playbook,$(ANSIBLE_PLAYBOOK)),$(ANSIBLE_VENV)/ready)
NODE := end2end/node_modules/.package-lock.json

# One build for the server and its tests: another choice of packages would mean other features of
# what they share, and so all of it built twice.
ALL := --workspace --all-targets --locked
NEXTEST := $(shell PATH="$(HOME)/.cargo/bin:$$PATH" command -v cargo-nextest)
RUST_TESTS := $(if $(NEXTEST),cargo nextest run --workspace --locked --no-fail-fast,cargo test --workspace --locked --no-fail-fast)

.PHONY: help
help: ## Say what there is.
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name what; do printf '%-12s %s\n' "make $$name" "$$what"; done

.PHONY: run
run: $(TOOLCHAIN) $(LAB) $(ANSIBLE) $(NODE) ## Build and serve http://127.0.0.1:3000; without PROXMOX_ENDPOINT on a lab of its own.
	@cargo build -p server -p bundle --locked
	@target/debug/bundle --locked
	@end2end/run-with-lab target/debug/drover serve

.PHONY: dev
dev: $(TOOLCHAIN) $(LAB) $(ANSIBLE) $(NODE) ## Like run, unoptimised, and again on every change.
	@cargo build -p server -p bundle
	@end2end/run-with-lab target/debug/bundle --profile dev --watch -- target/debug/drover serve

.PHONY: lab
lab: $(LAB) ## A Proxmox to try things on; LAB_FLAGS="--guests 10000 --latency 0.2" sets its size and speed.
	@cd end2end && exec "$(LAB_PYTHON)" -m lab $(LAB_FLAGS)

.PHONY: test
test: test-rust test-lab test-roles test-e2e ## Rust on both databases, the lab, the roles in a machine, and the site in Chromium.

# The base of throw-away machines takes minutes, once: longer than a test may, so it is made before.
.PHONY: test-rust
test-rust: $(TOOLCHAIN) $(LAB) $(ANSIBLE)
	end2end/need postgresql openssh-client debootstrap prometheus prometheus-node-exporter
	cd end2end && { "$(LAB_PYTHON)" -m lab.machine </dev/null >/dev/null || [ $$? = 77 ]; }
	cargo build $(ALL)
	end2end/with-postgres $(RUST_TESTS)

.PHONY: test-lab
test-lab: $(LAB)
	cd end2end && "$(LAB_PYTHON)" -m pytest -q lab

.PHONY: test-roles
test-roles: $(ANSIBLE_VENV)/ready
	end2end/need openssh-client debootstrap
	cd server && "$(ANSIBLE_VENV)/bin/python" -m pytest -q -rs roles/tests

.PHONY: test-e2e
test-e2e: $(TOOLCHAIN) $(LAB) $(ANSIBLE) $(NODE)
	end2end/need chromium openssh-client debootstrap
	cargo build $(ALL)
	target/debug/bundle --locked
	cd end2end && npx playwright test $(E2E_FLAGS)

.PHONY: lint
lint: $(TOOLCHAIN) $(ANSIBLE_VENV)/ready $(NODE) ## Format, clippy on both sides, the arrows between crates, styles, TypeScript, roles.
	cargo fmt --all --check
	.ci/rules
	cargo clippy $(ALL) -- -D warnings
	cargo clippy -p frontend -p app -p drover-ui --target wasm32-unknown-unknown --locked -- -D warnings
	cd end2end && npx tsc --noEmit
	cd server/roles && PATH="$(ANSIBLE_VENV)/bin:$$PATH" ansible-lint -q

.PHONY: release
release: $(TOOLCHAIN) $(NODE) ## target/release/drover: one binary with the site inside.
	cargo build -p bundle --locked
	target/debug/bundle --locked
	DROVER_SITE="$(CURDIR)/target/site" cargo build --release -p server --features embed-site --locked

.PHONY: bench
bench: $(if $(DROVER_BIN),,release) $(LAB) $(NODE) ## Speed with 10,000 guests against docs/performance.md; DROVER_BIN=... measures that binary.
	end2end/need chromium
	cd end2end && DROVER_BIN="$(abspath $(or $(DROVER_BIN),target/release/drover))" npx playwright test -c bench/playwright.config.ts

# rustup brings the toolchain of rust-toolchain.toml; whoever has no rustup has their own.
$(TOOLCHAIN): rust-toolchain.toml
	@if command -v rustup >/dev/null; then rustup toolchain install; fi
	@mkdir -p $(@D) && touch $@

$(LAB_VENV)/ready: end2end/lab/requirements.txt end2end/lab/requirements-dev.txt
	@$(PYTHON) -m venv "$(LAB_VENV)"
	@"$(LAB_VENV)/bin/python" -m pip install --quiet --disable-pip-version-check -r end2end/lab/requirements-dev.txt
	@touch $@

# An older Python runs everything but Ansible: Drover says then that it is not there.
$(ANSIBLE_VENV)/ready: server/roles/requirements.txt server/roles/requirements-dev.txt
	@if $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
	  $(PYTHON) -m venv "$(ANSIBLE_VENV)" && \
	  "$(ANSIBLE_VENV)/bin/python" -m pip install --quiet --disable-pip-version-check -r server/roles/requirements-dev.txt; \
	else echo "Roles are left out: Ansible needs Python 3.11 or newer."; fi
	@mkdir -p $(@D) && touch $@

$(NODE): end2end/package.json end2end/package-lock.json
	@cd end2end && npm ci --no-fund --no-audit
	@touch $@
