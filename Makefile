# The CSEA Accountability Dataset. `make help` lists the targets.
PYTHON ?= python3
PORT ?= 8001
# Bytecode is kept, wherever the environment says otherwise: without it each command and test process starts a second later.
unexport PYTHONDONTWRITEBYTECODE
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup build check serve test lint fmt bench lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## create .venv with exact versions; leaves .venv/bin/csea working

# uv is about five times faster than pip; where it cannot install, pip does the same from the same lock.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which with: make PYTHON=python3.11 ..."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@awk '/^[^ ]/ {uv = /^uv==/} uv && !/#/' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@touch $@

build: $(READY) ## make and check all tables from data/inputs/, and draw the pictures
	@$(BIN)/csea build
	@$(BIN)/csea figures --quiet

check: build ## check inputs and tables, with frictionless as outside witness
	@$(BIN)/csea check --witness

serve: build ## build, then open the dataset on http://127.0.0.1:$(PORT)/ (PORT=8001)
	@$(BIN)/csea serve --port $(PORT)

test: build ## run the whole test suite
	@$(BIN)/pytest

lint: $(READY) ## ruff and mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

fmt: $(READY) ## write code and hand-kept files in their canonical form
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	@$(BIN)/ruff format --quiet .
	@$(BIN)/csea fmt

bench: $(READY) ## measure against peers and physical limits
	@$(BIN)/python bench/check.py
	@$(BIN)/python bench/collect.py
	@$(BIN)/python bench/code.py
	@$(BIN)/python bench/link.py
	@$(BIN)/python bench/diff.py
	@$(BIN)/python bench/site.py

lock: $(READY) ## renew requirements.lock from pyproject.toml, keeping versions that still fit
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra dev pyproject.toml -o requirements.lock

clean: ## remove what can be made again: .venv, build, caches
	@rm -rf $(VENV) build .pytest_cache .ruff_cache .mypy_cache .hypothesis scripts/csea.egg-info
