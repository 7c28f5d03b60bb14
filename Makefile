# The two commands of the README: `make demo` and `make test`. Both need Python 3.11+ and make.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
ESLINT = .ci/node/node_modules/.bin/eslint
PYTEST_ARGS ?=
# Every core, one file of tests at a time on each; what is skipped is told with its reason.
PYTEST = $(BIN)/python -m pytest -n auto --dist loadfile -rs

.PHONY: demo test test-long lint clean

demo: $(VENV)/installed
	@echo "Making a desk in the midst of its day:"
	$(BIN)/distress demo

test: $(VENV)/tested
	@echo "Running the tests on every core; some minutes:"
	$(PYTEST) $(PYTEST_ARGS)

# What takes minutes, one test at a time on each core: thousands of walks of agents through pages,
# each fault put into the pages' rules until the walks find it, and the line killed by chance.
# Fewer or others: make test-long PYTEST_ARGS="tests/calling/test_walks.py --walks 300 --faults 3 --seed 7"
test-long: $(VENV)/tested
	@echo "Running the long tests on every core; each is told as it ends, a quarter of an hour or more in all:"
	$(BIN)/python -m pytest -n auto --dist load -rs -vv -m long $(PYTEST_ARGS)

lint: $(VENV)/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@if [ -x $(ESLINT) ]; then $(ESLINT) monitor; \
	elif [ -n "$$DISTRESS_REQUIRE_COMPONENTS" ]; then echo "eslint is missing: npm install --prefix .ci/node"; exit 1; \
	else echo "eslint is skipped, for it is not installed: npm install --prefix .ci/node"; fi

INSTALL = $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 …"; exit 1; }
	@echo "Making a virtual environment in $(VENV):"
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: setup.cfg constraints.txt $(VENV)/bin/python
	@echo "Installing the program into $(VENV), about 1 GB; a minute or two:"
	$(INSTALL) -e .
	touch $@

$(VENV)/tested: setup.cfg constraints.txt $(VENV)/bin/python
	@echo "Installing the program and its test tools into $(VENV), about 1 GB; a minute or two:"
	$(INSTALL) -e '.[test]'
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) build dist *.egg-info distress-demo .pytest_cache .mypy_cache .ruff_cache
