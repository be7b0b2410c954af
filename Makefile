# Every command of a developer. On a fresh machine each sets up what it needs, inside this folder.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

export PATH := $(PATH):$(HOME)/.cargo/bin
export PYO3_PYTHON := $(CURDIR)/.venv/bin/python

TOOL := .venv/bin
CARGO := cargo
STEP := @scripts/step.sh
OUTSIDE := scripts/outside.sh
SOURCES := python tests standin demo scripts bench examples
RUSTDOC := env RUSTDOCFLAGS=-Dwarnings $(CARGO) doc --locked --quiet --workspace --no-deps
# Not --quiet: that hides warnings from --strict too. (The theme's makers warn of another mkdocs than the one pinned here.)
MKDOCS := NO_MKDOCS_2_WARNING=1 $(TOOL)/mkdocs
ARGS ?=
TARGET :=

.PHONY: help demo demo-rust test check wheel layer fuzz bench fleet instructions crash soak supply-chain templates compatibility s3-servers record-boto3 fmt clean pytest tools installed docs docs-serve

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: installed ## run the user guide's handlers in Lambda's Python runtime client, on a stand-in for AWS
	@.test-venv/bin/python -m demo

demo-rust: tools ## run a Rust function with all three sources under cargo lambda, on the same stand-in
	@$(TOOL)/python -m demo.rust

test: tools ## run every test, lint and type check, as CI does
	$(STEP) --first
	$(STEP) "Rust: format" $(CARGO) fmt --all --check
	$(STEP) "Rust: format (bench)" $(CARGO) fmt --all --check --manifest-path bench/rust/Cargo.toml
	$(STEP) "Rust: lints" $(CARGO) clippy --locked --quiet --workspace --all-targets -- -D warnings
	$(STEP) "Rust: tests" $(CARGO) test --locked --quiet --workspace
	$(STEP) "Rust: each source alone" scripts/features.sh
	$(STEP) "Rust: packages" scripts/package.sh
	$(STEP) "Rust: documentation" $(RUSTDOC)
	$(STEP) "Documentation: site" env $(MKDOCS) build --strict
	$(STEP) "Rust: supply chain" scripts/supply_chain.sh
	$(STEP) "Python: format" $(TOOL)/ruff format --check --quiet $(SOURCES)
	$(STEP) "Python: lints" $(TOOL)/ruff check --quiet $(SOURCES)
	$(STEP) "Python: types (mypy)" $(TOOL)/mypy
	$(STEP) "Python: types (pyright)" $(TOOL)/pyright
	$(STEP) "Rust: programs" scripts/programs.sh
	$(STEP) "Wheel: build" scripts/wheel.sh
	$(STEP) "Wheel: install" scripts/install.sh
	$(STEP) "Wheel: stubs" $(OUTSIDE) -m mypy.stubtest lambda_cache._native
	$(STEP) "Wheel: tests" $(OUTSIDE) -m pytest -p no:cacheprovider $(CURDIR)/tests
	$(STEP) "Wheel: beside other packages" scripts/compatibility.sh
	$(STEP) --last

check: test ## the same as test

docs: tools ## build the documentation as a site, into target/site, and check its links
	@$(RUSTDOC)
	@$(MKDOCS) build --strict
	@echo "The documentation: $(CURDIR)/target/site/index.html"

docs-serve: tools ## serve the documentation while it is edited, at http://127.0.0.1:8000
	@$(RUSTDOC)
	@$(MKDOCS) serve

wheel: tools ## build the wheel for this machine, and the source distribution (TARGET=aarch64-unknown-linux-gnu: another)
	@scripts/wheel.sh $(TARGET)

layer: wheel ## make a Lambda layer of that wheel, print its size and how to publish it (TARGET as above)
	@scripts/layer.sh $(TARGET)

fuzz: ## try much more at random than make test does: thread schedules, histories, hostile input (FUZZ_SECONDS each)
	@scripts/fuzz.sh

bench: installed ## measure against the original, Powertools and others, beside the targets (ARGS=--full: longer; --help)
	@$(TOOL)/python -m bench $(ARGS)

fleet: tools ## simulate up to 10,000 environments against SSM's request limit, by settings (ARGS=--save: docs/fleets.md too)
	@$(TOOL)/python -m bench.fleet $(ARGS)

instructions: tools ## count the instructions of a hit in Rust: what the attributes add to the plain API (valgrind)
	@$(TOOL)/python scripts/instructions.py

crash: installed ## kill processes in the middle of S3 downloads, 500 times (ARGS=50: so often), and look at what they leave
	@scripts/programs.sh
	@$(OUTSIDE) $(CURDIR)/scripts/crash.py $(ARGS)

soak: installed ## a million invocations (ARGS=50000: so many) with faults, forks and signals: nothing may grow
	@scripts/programs.sh
	@$(OUTSIDE) $(CURDIR)/scripts/soak.py $(ARGS)

supply-chain: ## check licences, sources and banned crates of the dependency tree (cargo-deny, installed at the first time)
	@scripts/supply_chain.sh

templates: installed ## have SAM, CDK and Terraform try the templates of examples/ (the tools, 1 GB, are installed at the first time)
	@scripts/templates.sh
	@$(OUTSIDE) -m pytest -p no:cacheprovider $(CURDIR)/tests/templates/by_tools.py $(ARGS)

compatibility: installed ## run the wheel beside the packages that functions already have (installed at the first time)
	@scripts/compatibility.sh $(ARGS)

record-boto3: tools ## record what boto3 does under each of tests/configurations, and write docs/configuration-compared.md (5 minutes)
	@$(TOOL)/python -m tests.configurations record
	@$(TOOL)/python -m tests.configurations page

s3-servers: installed ## try S3 servers that others wrote, and compare speeds with boto3 (ARGS=--no-speed; S3S=1: s3s-fs too)
	@S3_SERVERS=$$(scripts/s3_servers.sh) $(OUTSIDE) -m tests.s3_servers $(ARGS)

fmt: tools ## format everything
	$(CARGO) fmt --all
	$(TOOL)/ruff check --quiet --fix-only $(SOURCES)
	$(TOOL)/ruff format --quiet $(SOURCES)

clean: ## remove everything that was built or set up here
	rm -rf .venv .test-venv .tools dist target fuzz/target fuzz/corpus fuzz/artifacts .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

pytest: installed ## only the Python tests, on the wheel; with ARGS="-k secret" some of them
	@scripts/programs.sh
	@$(OUTSIDE) -m pytest -p no:cacheprovider $(CURDIR)/tests $(ARGS)

tools:
	@scripts/preflight.sh
	@scripts/tools.sh

installed: wheel
	@scripts/install.sh
