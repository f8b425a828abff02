# Every target makes the environment it needs in .venv, from the hash-pinned lock; a stamp makes it quick.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The embedded mongod needs libcurl; root on Debian gets it here, anyone else is told by mongod's own error.
LIBRARIES := PATH=$$PATH:/sbin; ldconfig -p 2>/dev/null | grep -q 'libcurl\.so\.4' || ! command -v apt-get >/dev/null || test "$$(id -u)" != 0 || { echo "Installing libcurl4 ..."; apt-get update -qq && apt-get install -y -qq --no-install-recommends libcurl4 >/dev/null; }
# Tests render pages in a real Chromium; the same holds for it.
BROWSER := command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || command -v google-chrome >/dev/null || test -n "$$NEWSDESK_BROWSER" || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && echo "Installing chromium-headless-shell ..." && apt-get update -qq && { apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null || apt-get install -y -qq --no-install-recommends chromium >/dev/null; }; } || { echo "The tests need a Chromium: apt-get install chromium-headless-shell (or chromium), or set NEWSDESK_BROWSER to one"; exit 1; }
# Tests send jobs over a real RabbitMQ, each test with one of its own; the system's is not wanted to run.
BROKER := test -x /usr/lib/rabbitmq/bin/rabbitmq-server || command -v rabbitmq-server >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && echo "Installing rabbitmq-server ..." && apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq --no-install-recommends rabbitmq-server >/dev/null; } || { echo "The tests need a RabbitMQ: apt-get install rabbitmq-server"; exit 1; }
# Programs that judge what we write: $(call INSTALLED,program,package). (systemd judges the units of
# deploy/; every Debian that is no container has it.)
INSTALLED = command -v $(1) >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && echo "Installing $(2) ..." && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(2) >/dev/null; } || { echo "The tests need $(1): apt-get install $(2)"; exit 1; }
# One line that counts instead of the hundreds that pip writes; what goes wrong comes on its error stream.
PROGRESS := '/^Collecting/ { printf "\r  %d packages", ++n; fflush() } /^Installing collected/ { printf ", now put in place ..."; fflush() } END { print "" }'
# A failing pip fails the target, although awk reads what it says.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
# The tests start hundreds of processes; without bytecode each would compile all modules again.
export PYTHONDONTWRITEBYTECODE :=
.DEFAULT_GOAL := help
.PHONY: help demo up test soak lint bench lock clean

help: ## Show what there is to do
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Newsdesk needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3 has no venv module: install python3-venv"; exit 1; }
	@$(LIBRARIES)
	@echo "Preparing $(VENV) from requirements.lock (once, about a minute) ..."
	@$(BIN)/python -m pip install --no-color --progress-bar off --disable-pip-version-check --use-pep517 --require-hashes -r requirements.lock | awk $(PROGRESS)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## Crawl two nights of two recorded sites into MongoDB and show what came in
	@$(BIN)/newsdesk demo

up: $(READY) ## Start the database and the service that runs the nights (Ctrl-C ends it)
	@$(BIN)/newsdesk db start
	@$(BIN)/newsdesk up

# Four at once on two cores: tests wait for services more than they compute.
test: $(READY) ## Run the tests (about 10 minutes on two cores), or T=tests/crawler/pages alone
	@$(BROWSER)
	@$(BROKER)
	@$(call INSTALLED,newsboat,newsboat)
	@$(call INSTALLED,systemd-analyze,systemd)
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(T)

soak: $(READY) ## Run the long tests: months, each recorded site, and repeated kills of crawl, database, browser and service
	@$(BROWSER)
	@$(BROKER)
	@$(call INSTALLED,soffice,libreoffice-calc)
	@$(call INSTALLED,systemd-analyze,systemd)
	$(BIN)/python -m pytest -m soak --timeout 1800 -s $(T)

bench: $(READY) ## Measure: side by side, CPU per page and ratios
	@$(BROWSER)
	@$(BROKER)
	$(BIN)/python -m pytest -m bench --timeout 3600 -s tests/benchmarks

lint: $(READY) ## Format, rules, types and the directions of import
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(READY) ## Resolve the dependencies anew into requirements.lock and deploy/build.lock
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --all-extras --generate-hashes --no-emit-index-url --no-header --quiet pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --group build --generate-hashes --no-emit-index-url --no-header --quiet --output-file deploy/build.lock

clean: ## Remove the environment and caches (data stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
