# The two commands of the README: `make demo` and `make test`. Both need Python 3.11+ and make.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
ESLINT = .ci/node/node_modules/.bin/eslint
PYTEST_ARGS ?=

.PHONY: demo test lint clean

demo: $(VENV)/installed
	$(BIN)/distress demo

test: $(VENV)/tested
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@if [ -x $(ESLINT) ]; then $(ESLINT) monitor; \
	elif [ -n "$$DISTRESS_REQUIRE_COMPONENTS" ]; then echo "eslint is missing: npm install --prefix .ci/node"; exit 1; \
	else echo "eslint is skipped, for it is not installed: npm install --prefix .ci/node"; fi

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: setup.cfg constraints.txt $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/tested: setup.cfg constraints.txt $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) build dist *.egg-info distress-demo .pytest_cache .mypy_cache .ruff_cache
