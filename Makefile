# `make demo` and `make test` need Debian's git, make and python3 (3.11 or newer) with venv, and nothing else.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
SETUP := cd config && exec $(PYTHON) -m local.setup

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset test quality fix benchmark lock

help:
	@echo "make demo         the product with an invented territory, on http://127.0.0.1:$(PORT)"
	@echo "make demo-reset   forget the demo's data"
	@echo "make test         everything that checks the product"
	@echo "make quality      style, types, layers, migrations"
	@echo "make fix          mend style"
	@echo "make benchmark    the figures of docs/benchmarks.md"
	@echo "make lock         lock the dependencies again (UPGRADE=1: take newer ones)"

setup:
	@$(SETUP) dev

demo:
	@$(SETUP) demo
	@PORT=$(PORT) exec $(BIN)/python -m config.local.demo

demo-reset:
	@$(SETUP) demo
	@exec $(BIN)/python -m config.local.demo --reset

test: setup
	@exec $(BIN)/python -m config.local.test $(BIN)/python -m config.local.quality -- $(BIN)/pytest -q -n 2

quality: setup
	@exec $(BIN)/python -m config.local.test $(BIN)/python -m config.local.quality

fix: setup
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

benchmark: setup
	@$(BIN)/python -m benchmarks
	@exec $(BIN)/python -m benchmarks.mailing

lock:
	@for kind in base demo dev; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(if $(UPGRADE),--upgrade) \
	    requirements/$$kind.in -o requirements/$$kind.txt || exit 1; \
	done
	@npm install --package-lock-only
