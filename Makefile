# `make demo` and `make test` do all their own set-up: a virtual environment in .venv, installed once.

BIN := .venv/bin
STAMP := .venv/.installed
WORKERS ?= 2

# The stamp holds the path of the checkout. In one that was moved it is out of date, as everything in .venv names the old path.
MOVED := $(shell test ! -f $(STAMP) || test "$$(cat $(STAMP))" = "$$(pwd)" || echo moved)

.PHONY: demo test test-all lint types format clean $(if $(MOVED),$(STAMP))

demo: $(STAMP)
	$(BIN)/python -m harness.cli.demo

test: lint
	$(BIN)/python -m pytest -q -n $(WORKERS) -m "not slow"

test-all: lint
	$(BIN)/python -m pytest -q -n $(WORKERS)

lint: $(STAMP)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	sh tools/types.sh

types: $(STAMP)
	sh tools/types.sh

format: $(STAMP)
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

clean:
	rm -rf .venv demo build *.egg-info

$(STAMP): setup.cfg setup.py pyproject.toml tools/install.sh
	sh tools/install.sh
