# The commands of a developer. On a fresh machine each installs its tools inside this folder.

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
SOURCES := python tests examples scripts bench
RUSTDOC := env RUSTDOCFLAGS=-Dwarnings $(CARGO) doc --locked --quiet --workspace --no-deps
# Without --quiet, which also hides warnings from --strict. (The theme's authors warn about a mkdocs that is not pinned here.)
MKDOCS := NO_MKDOCS_2_WARNING=1 $(TOOL)/mkdocs
ARGS ?=
TARGET :=

.PHONY: help agent agent-layer demo demo-rust test lint types test-rust test-python test-python-build test-python-run wheel layer fuzz bench fleet instructions crash soak supply-chain templates compatibility s3-servers agent-peer record-boto3 fmt clean pytest tools installed docs docs-serve

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## run the user guide's handlers in Lambda's Python runtime client, on a stand-in for AWS
	@scripts/preflight.sh
	@scripts/demo.sh

demo-rust: tools ## run a Rust function with all three sources under cargo lambda, on the same stand-in
	@$(TOOL)/python -m examples.demo.rust

test: tools ## run every lint, type check and test, as CI does: the four below
	@scripts/test.sh

lint: tools ## check formats, lints, documentation, packages and dependencies
	$(STEP) "Python: format" $(TOOL)/ruff format --check --quiet $(SOURCES)
	$(STEP) "Python: lints" $(TOOL)/ruff check --quiet $(SOURCES)
	$(STEP) "Rust: format" $(CARGO) fmt --all --check
	$(STEP) "Rust: format (bench)" $(CARGO) fmt --all --check --manifest-path bench/rust/Cargo.toml
	$(STEP) "Rust: supply chain" scripts/supply_chain.sh
	$(STEP) "Rust: lints" $(CARGO) clippy --locked --quiet --workspace --all-targets -- -D warnings
	$(STEP) "Rust: packages" scripts/package.sh
	$(STEP) "Rust: documentation" $(RUSTDOC)
	$(STEP) "Documentation: site" env $(MKDOCS) build --strict

types: tools ## check the types of all Python code
	$(STEP) "Python: types (mypy)" $(TOOL)/mypy
	$(STEP) "Python: types (pyright)" $(TOOL)/pyright

test-rust: tools ## run the Rust tests, those of each source alone, and those of the code for other systems than Linux
	$(STEP) "Rust: tests" $(CARGO) test --locked --quiet --workspace
	$(STEP) "Rust: other systems" scripts/portable.sh
	$(STEP) "Rust: each source alone" scripts/features.sh

test-python: tools test-python-build test-python-run ## build the wheel, and run the Python tests on it

test-python-build:
	$(STEP) "Wheel: build" scripts/wheel.sh

test-python-run:
	$(STEP) "Rust: programs" scripts/programs.sh
	$(STEP) "Agent: clients" scripts/agent_clients.sh
	$(STEP) "Wheel: install" scripts/install.sh
	$(STEP) "Wheel: stubs" $(OUTSIDE) -m mypy.stubtest lambda_cache._native
	$(STEP) "Wheel: tests" $(OUTSIDE) -m pytest -p no:cacheprovider $(CURDIR)/tests
	$(STEP) "Wheel: beside other packages" scripts/compatibility.sh

docs: tools ## build the documentation site in target/site, and check its links
	@$(RUSTDOC)
	@$(MKDOCS) build --strict
	@echo "The documentation: $(CURDIR)/target/site/index.html"

docs-serve: tools ## serve the documentation while it is edited, at http://127.0.0.1:8000
	@$(RUSTDOC)
	@$(MKDOCS) serve

wheel: tools ## build the wheel for this machine, and the source distribution (TARGET=aarch64-unknown-linux-gnu: another)
	@scripts/wheel.sh $(TARGET)

layer: wheel ## make a Lambda layer of that wheel, and print its size and the command that publishes it (TARGET as above)
	@scripts/layer.sh $(TARGET)

agent: tools ## build the agent for this machine, dist/lambda-cache-agent (TARGET as above)
	@scripts/agent.sh $(TARGET)

agent-layer: agent ## make a Lambda layer of the agent, and print its size and the command that publishes it (TARGET as above)
	@scripts/agent_layer.sh $(TARGET)

fuzz: ## try more random cases than make test: thread schedules, histories, hostile input (FUZZ_SECONDS each)
	@scripts/fuzz.sh

bench: installed ## compare with the original, Powertools and others, and with the targets (ARGS=--full: longer; --help)
	@$(TOOL)/python -m bench $(ARGS)

fleet: tools ## simulate up to 10,000 environments against SSM's request limit, by settings (ARGS=--save: docs/fleets.md too)
	@$(TOOL)/python -m bench.fleet $(ARGS)

instructions: tools ## count the instructions of a hit in Rust, with attributes and with the plain API (valgrind)
	@$(TOOL)/python scripts/instructions.py

crash: installed ## kill processes in the middle of S3 downloads 500 times (ARGS=50: 50 times), and check their files
	@scripts/programs.sh
	@$(OUTSIDE) $(CURDIR)/scripts/crash.py $(ARGS)

soak: installed ## run a million invocations and requests to the agent (ARGS=50000: 50,000) with faults, and check for leaks
	@scripts/programs.sh
	@$(OUTSIDE) $(CURDIR)/scripts/soak.py $(ARGS)
	@AGENT_SOAK_REQUESTS=$(or $(ARGS),1000000) $(CARGO) test --locked --quiet --workspace --test agent soak -- --nocapture

supply-chain: tools ## check licences, sources and banned crates of the dependencies (cargo-deny)
	@scripts/supply_chain.sh

templates: installed ## test the templates of examples/ with SAM, CDK and Terraform (1 GB of tools, installed on first use)
	@scripts/templates.sh
	@$(OUTSIDE) -m pytest -p no:cacheprovider $(CURDIR)/tests/templates/by_tools.py $(ARGS)

compatibility: installed ## test the wheel beside other packages that functions use (installed on first use)
	@scripts/compatibility.sh $(ARGS)

record-boto3: tools ## record boto3 under each of tests/configurations, and write docs/configuration-compared.md (5 minutes)
	@$(TOOL)/python -m tests.configurations record
	@$(TOOL)/python -m tests.configurations page

s3-servers: installed ## test other projects' S3 servers, and compare speeds with boto3 (ARGS=--no-speed; S3S=1: s3s-fs too)
	@S3_SERVERS=$$(scripts/s3_servers.sh) $(OUTSIDE) -m tests.s3_servers $(ARGS)

agent-peer: installed ## compare the agent's answers with AWS's Workload Credentials Provider's (compiled on first use)
	@scripts/programs.sh
	@AGENT_PEER=$$(scripts/agent_peer.sh) $(OUTSIDE) -m pytest -p no:cacheprovider $(CURDIR)/tests/agent_peer.py $(ARGS)

fmt: tools ## format everything
	$(CARGO) fmt --all
	$(TOOL)/ruff check --quiet --fix-only $(SOURCES)
	$(TOOL)/ruff format --quiet $(SOURCES)

clean: ## remove everything that was built or installed here
	rm -rf .venv .test-venv .demo-venv .tools dist target tests/fuzz/target tests/fuzz/corpus tests/fuzz/artifacts .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

pytest: installed ## run the Python tests on the wheel (ARGS="-k secret": some of them)
	@scripts/programs.sh
	@scripts/agent_clients.sh
	@$(OUTSIDE) -m pytest -p no:cacheprovider $(CURDIR)/tests $(ARGS)

tools:
	@scripts/preflight.sh
	@scripts/tools.sh

installed: wheel
	@scripts/install.sh
