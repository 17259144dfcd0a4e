# `make demo` and `make test` do all their own set-up: a virtual environment in .venv, installed once. Python 3.11 is taken where it
# is at hand, because Brain-Score is made for it; `make test-current` is for what newer Pythons bring, in .venv-current.

BIN := .venv/bin
STAMP := .venv/.installed
WORKERS ?= 2

CURRENT := .venv-current
CURRENT_TESTS := $(addprefix tests/harness/,assemblies brain_model brain_score engine identity metrics models stimuli store test_dependencies.py) \
	$(addprefix tests/plugins/models/,cordsnet dyrcnn gammanet test_cornet.py)

BRAIN_SCORE := .venv-brain-score

# A stamp holds the path of the checkout. In one that was moved it is out of date, as everything in .venv names the old path.
moved = $(shell test ! -f $(1) || test "$$(cat $(1))" = "$$(pwd)" || echo $(1))

.PHONY: demo demo-full site package release test test-all test-current test-brain-score lint types format clean
.PHONY: $(call moved,$(STAMP)) $(call moved,$(CURRENT)/.installed) $(call moved,$(BRAIN_SCORE)/.installed)

demo: $(STAMP)
	$(BIN)/harness demo

demo-full: $(STAMP)
	$(BIN)/harness demo --full

test: lint
	$(BIN)/python -m pytest -q -n $(WORKERS) -m "not slow"

test-all: lint
	$(BIN)/python -m pytest -q -n $(WORKERS)

# The core, its numerics and the models' parity with their originals on current numpy, pandas and xarray.
test-current: $(CURRENT)/.installed
	$(CURRENT)/bin/python -m pytest -q -n $(WORKERS) -m "not slow" $(CURRENT_TESTS)

# Brain-Score's own benchmark classes and models beside ours; its package lies in an environment on top of .venv.
test-brain-score: $(BRAIN_SCORE)/.installed
	$(BRAIN_SCORE)/bin/python -m pytest -q -n $(WORKERS) tests/harness/brain_score

lint: $(STAMP)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	sh tools/types.sh

types: $(STAMP)
	sh tools/types.sh

# A wheel and an sdist in build/package, tried in an environment of their own that sees the libraries of .venv.
package: $(STAMP)
	sh tools/package.sh build/package $(BIN)/python

# A wheel, an sdist and the site in build/release, the wheel tried in a clean environment with all that it asks for.
release: site
	sh tools/release.sh build/release $(BIN)/python build/site/html

# The documentation as static files in build/site/html; a warning is an error.
site: $(STAMP)
	$(BIN)/python -c 'import furo, myst_parser' 2>/dev/null || $(BIN)/python -m pip install -q --no-build-isolation -e '.[docs]'
	$(BIN)/python tools/make_site.py

format: $(STAMP)
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

clean:
	rm -rf .venv $(CURRENT) $(BRAIN_SCORE) demo build *.egg-info

$(STAMP): setup.cfg setup.py pyproject.toml tools/install.sh
	sh tools/install.sh .venv 3.11 3.12 3.13

$(CURRENT)/.installed: setup.cfg setup.py pyproject.toml tools/install.sh
	sh tools/install.sh $(CURRENT) 3.13 3.12

$(BRAIN_SCORE)/.installed: $(STAMP) tools/install_brain_score.sh
	sh tools/install_brain_score.sh $(BRAIN_SCORE) .venv
