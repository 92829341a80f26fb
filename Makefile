# The commands of this repository. Each target first installs what it needs, into this folder.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PORT ?= 4566
STACK_FILE ?= .local/stack.json
WORKERS ?= 4

PYTHON := .venv/bin/python
SAM := .local/env/sam/bin/sam
SAM_PATH := PATH="$(CURDIR)/.local/env/sam/bin:$$PATH"
# The stamp lies inside the build because a `sam build` by hand deletes it, and may build for another processor.
BUILT := .aws-sam/build/.made
ARCHITECTURE := $(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x86_64)

export PYTHONPATH := .:layers/bokabridge
export SAM_CLI_TELEMETRY := 0
export AWS_DEFAULT_REGION ?= eu-north-1

SOURCES := $(shell find functions layers tools/package -type f -not -path '*/__pycache__/*')
CLIENTS := .local/env/clients/.done .local/env/npm/.done
STACK_NEEDS := .venv/.done .local/env/emulator/.done .local/env/runtime/.done $(BUILT)
TEST_NEEDS := $(STACK_NEEDS) $(addprefix .local/env/,cli/.done awscli/.done oldest-runtime/.done) .local/bin/bokabridge $(CLIENTS)
LINT_NEEDS := .venv/.done .local/env/sam/.done .local/env/checkov/.done
INSTALL := +@tools/alone $(MAKE) --no-print-directory --silent

.PHONY: help
help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: stack-ready ## Watch 5,000 Axema users become customers, on the stack of `make up` or one of its own (PORT=4566)
	@$(PYTHON) -m local.demo --port "$(PORT)" --stack-file "$(STACK_FILE)"

.PHONY: up
up: stack-ready ## Start the local stack and keep it running (PORT=4566 and the next five, STACK_FILE=.local/stack.json)
	@$(PYTHON) -m local.up --port "$(PORT)" --stack-file "$(STACK_FILE)"

.PHONY: test
test: test-ready ## Run all tests (in 4 processes, because many tests wait: WORKERS=4)
	@$(PYTHON) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: sam-local
sam-local: stack-ready clients-ready cli-ready ## Test `sam local` in real containers, with this machine's Docker or one of its own
	@tools/engine $(PYTHON) -m pytest tests/sam_local

.PHONY: sam-up
sam-up: stack-ready ## Let `sam local` in another terminal reach the stack of `make up`
	@tools/engine $(PYTHON) -m local.sam.up --stack-file "$(STACK_FILE)"

.PHONY: lint
lint: lint-ready ## Check style, types, import rules, the template and the workflow
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(SAM_PATH) $(SAM) validate --lint
	@.local/env/sam/bin/cfn-lint template.yaml deployer.yaml
	@.local/env/checkov/bin/checkov --config-file .checkov.yaml
	@.venv/bin/statelint --yaml --eval-jsonata functions/usersync/workflow.asl.yaml

.PHONY: format
format: venv-ready ## Format the code
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

.PHONY: readme
readme: venv-ready ## Write README's table of operations from their declarations
	@$(PYTHON) -m tests.readme

.PHONY: pages
pages: venv-ready ## Write the metadata pages, the generated DTOs and openapi.json from the operations' declarations
	@$(PYTHON) -m codegen

.PHONY: build
build: ## Build the functions and layers for deployment (sam build)
	$(INSTALL) $(BUILT)

# An option that is given but empty is passed on, and refused: DAYS=$$UNSET must not make a key that never ends.
given = $(if $(filter undefined,$(origin $(1))),,--$(2) "$($(1))")

.PHONY: cli
cli: cli-ready ## Install the command line `bokabridge` into .local/bin
	@echo "bokabridge is in .local/bin; docs/cli.md describes it."

.PHONY: api-key
api-key: cli-ready ## Issue a company's API key, shown only this once: COMPANY=... STACK=bokabridge-dev [ROLE=read] [DAYS=90] [FORCE=1]
	@tools/bokabridge --stack "$(STACK)" keys issue --company "$(COMPANY)" \
	  $(call given,ROLE,role) $(call given,DAYS,days) $(if $(filter 1,$(FORCE)),--force)

.PHONY: api-keys
api-keys: cli-ready ## List the API keys and their last use: STACK=bokabridge-dev [COMPANY=...]
	@tools/bokabridge --stack "$(STACK)" keys list $(if $(COMPANY),--company "$(COMPANY)")

.PHONY: revoke-api-key
revoke-api-key: cli-ready ## Revoke an API key: ID=... STACK=bokabridge-dev
	@tools/bokabridge --stack "$(STACK)" keys revoke -- "$(ID)"

.PHONY: bench
bench: bench-ready ## Measure the sync against its peers and its memory, the ledger, the reconciler, the authorizer, cold starts and warm requests
	@$(PYTHON) -m benchmarks.usersync
	@$(PYTHON) -m benchmarks.memory
	@$(PYTHON) -m benchmarks.voss
	@$(PYTHON) -m benchmarks.reconcile
	@$(PYTHON) -m benchmarks.authorizer
	@$(PYTHON) -m benchmarks.start
	@$(PYTHON) -m benchmarks.warm

.PHONY: cost
cost: venv-ready ## Count what costs money, and write docs/cost.md with the prices of costs/prices.toml
	@$(PYTHON) -m tests.counted_costs > /dev/null
	@$(PYTHON) -m costs

.PHONY: requirements
requirements: venv-ready ## Pin the newest versions, with hashes, in the requirements files
	@for file in requirements/*.in layers/dependencies/requirements.in functions/*/requirements.in; do \
	  .local/uv/bin/uv pip compile -q --upgrade --universal --python-version 3.13 --generate-hashes --no-emit-index-url \
	    --no-annotate --custom-compile-command "make requirements" "$$file" -o "$${file%.in}.txt" || exit 1; done

.PHONY: clean
clean: ## Remove everything that make installed and built in this folder
	@rm -rf .venv .local .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: stack-ready test-ready lint-ready bench-ready venv-ready cli-ready clients-ready
stack-ready:
	$(INSTALL) $(STACK_NEEDS)
test-ready:
	$(INSTALL) $(TEST_NEEDS)
lint-ready:
	$(INSTALL) $(LINT_NEEDS)
bench-ready:
	$(INSTALL) $(STACK_NEEDS) .local/env/bench/.done
venv-ready:
	$(INSTALL) .venv/.done
cli-ready:
	$(INSTALL) .local/env/cli/.done .local/bin/bokabridge
clients-ready:
	$(INSTALL) $(CLIENTS)

.venv/.done: requirements/dev.txt tools/env
	@tools/env .venv $< && touch $@

.local/env/npm/.done: requirements/npm.txt tools/npm
	@tools/npm .local/env/npm $<

.local/env/cli/.done: requirements/cli.txt tools/env
	@tools/env .local/env/cli $< && touch $@
.local/bin/bokabridge: tools/bokabridge
	@mkdir -p $(@D) && ln -sf ../../$< $@

.local/env/%/.done: requirements/%.txt tools/env
	@tools/env .local/env/$* $< && touch $@

$(BUILT): template.yaml $(SOURCES) | .local/env/sam/.done
	@echo "· sam build"
	@$(SAM_PATH) $(SAM) build --parameter-overrides Architecture=$(ARCHITECTURE) $(if $(filter tools/package/%,$?),--no-cached) \
	  > .local/sam-build.log 2>&1 || { cat .local/sam-build.log; exit 1; }
	@touch $@
