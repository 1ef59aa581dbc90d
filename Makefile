# make dashboard, make test: everything is set up on the first call; later calls start at once.
# Only relative paths, so that a directory with a space in its name will do.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
CHECKED := docs hubmodel tests
BESIDE := -n auto  # a process for each core; what shares a file stays in one (tests/conftest.py)

# One thread: results and timings then do not depend on the machine's number of cores.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help dashboard test quick format docs bench bench-dashboard lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

# A changed lock or pyproject installs again; what is already there is kept.
$(READY): requirements.txt pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "hubmodel needs Python 3.11 or newer; name one: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(BIN)/python -c '' 2>/dev/null || "$(PYTHON)" -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $(READY)

dashboard: $(READY) ## open the dashboard in the browser (PORT=8900 OPEN=no PAGE=pricing_desk CASE=northx)
	@$(BIN)/hubmodel dashboard $(CASE) $(if $(PORT),--port $(PORT)) $(if $(PAGE),--page $(PAGE)) $(if $(filter no,$(OPEN)),--no-open)

test: $(READY) ## run every test: style, types, doctests, notebooks and browser included
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy --strict hubmodel docs/derived docs/conf.py
	$(BIN)/python -m pytest $(BESIDE) --doctest-modules --nbval-lax --nbval-current-env --ignore=notebooks/dashboards hubmodel tests notebooks

quick: $(READY) ## run the unit tests and doctests only (no notebooks, browser or fresh environments)
	$(BIN)/python -m pytest $(BESIDE) --doctest-modules -m "not slow and not browser" hubmodel tests

format: $(READY) ## put the code into the form that make test asks for
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

docs: $(READY) ## write the reference as web pages, which need no network
	@$(BIN)/sphinx-build -q -W --keep-going -d docs/_build/doctrees docs docs/_build/html
	@echo "docs/_build/html/index.html"

bench: $(READY) ## measure speed (PEERS=all adds other packages, each in its own environment)
	$(BIN)/python -m tests.bench

bench-dashboard: $(READY) ## measure the dashboard in Chromium: time to use, lever to charts, memory
	$(BIN)/python -m tests.browser.bench

# Resolved for every platform and every Python from 3.11.0 on; no index address or machine path gets in.
lock: $(READY) ## write requirements.txt anew from the ranges in pyproject.toml
	{ echo "# Written by \`make lock\` from the ranges in pyproject.toml, for Linux, macOS and Windows and Python 3.11 or newer"; \
	  echo "# (installed and tested on Linux with Python 3.11 only)."; \
	  $(BIN)/uv pip compile --quiet --no-config --all-extras --universal --python-version 3.11 --fork-strategy fewest \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml; } > requirements.new
	mv requirements.new requirements.txt

clean: ## remove the environment and everything that tests and builds leave behind
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis dist build docs/_build docs/reference
	find hubmodel tests notebooks -name __pycache__ -prune -exec rm -rf {} + -o -name .ipynb_checkpoints -prune -exec rm -rf {} +
