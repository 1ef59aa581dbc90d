# make dashboard, make test: everything is set up on the first call; later calls start at once.
# Only relative paths, so that a directory with a space in its name will do.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
READY_DEV := .venv/.ready-dev
CHECKED := docs hubmodel tests
# Of the dashboard's packages only what it imports is compiled: a sixth less on disk, and a quicker set-up.
USED := babel.numbers, ipecharts, ipykernel.kernelapp, IPython, llvmlite.binding, \
  matplotlib.backends.backend_svg, matplotlib.figure, nbconvert.exporters, numpy_financial, openpyxl, pandas, \
  pydantic, scipy.stats, tqdm, typer, typst, voila.app, xlsxwriter
INSTALL := $(BIN)/python -m pip install --quiet --no-compile --require-hashes
PYTEST := $(BIN)/python -m pytest
# What the packages of the dashboard are; requirements-dev.txt has the other extras, too.
RUNS := --extra dashboard --extra report --extra fast --extra checkout
NOTEBOOKS := -p nbval --nbval-lax --nbval-current-env --ignore=notebooks/dashboards
BESIDE := -n auto  # a process for each core; what shares a file stays in one (tests/conftest.py)
# make quick: the tests that hold numbers, and those of the engine
NUMBERS := hubmodel tests/lines tests/published tests/engine tests/study/test_checks.py tests/study/test_figures.py \
  tests/study/test_result.py tests/case/test_facility.py tests/case/test_quote_terms.py tests/text/test_numbers.py \
  tests/uncertainty/test_ranges.py

# One thread: results and timings then do not depend on the machine's number of cores.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help dashboard test quick full coverage mutate format docs bench bench-dashboard lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

# A changed lock or pyproject installs again; what is already there is kept.
$(READY): requirements.txt pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "hubmodel needs Python 3.11 or newer; name one: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(BIN)/python -c '' 2>/dev/null || "$(PYTHON)" -m venv --clear .venv
	$(INSTALL) -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -c 'import $(USED)'
	@touch $(READY)

$(READY_DEV): requirements-dev.txt $(READY)
	$(INSTALL) -r requirements-dev.txt
	@$(BIN)/python -W ignore -m compileall -qq -j 0 .venv/lib || true  # some packages carry files that are no Python
	@touch $(READY_DEV)

dashboard: $(READY) ## open the dashboard in the browser (PORT=8900 OPEN=no PAGE=pricing_desk CASE=northx)
	@$(BIN)/hubmodel dashboard $(CASE) $(if $(PORT),--port $(PORT)) $(if $(PAGE),--page $(PAGE)) $(if $(filter no,$(OPEN)),--no-open)

ifdef FILE
test: $(READY_DEV)
	$(PYTEST) --doctest-modules $(if $(filter %.ipynb,$(FILE)),$(NOTEBOOKS)) $(FILE)
else
test: $(READY_DEV) ## run every test: style, types, doctests, notebooks and browser (FILE=tests/test_x.py for one file)
	$(BIN)/codespell
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy --strict hubmodel docs/derived docs/conf.py
	$(PYTEST) $(BESIDE) --doctest-modules $(NOTEBOOKS) -m "not full" hubmodel tests notebooks
endif

quick: $(READY_DEV) ## run the doctests and the tests that hold numbers, in half a minute
	$(PYTEST) $(BESIDE) --hypothesis-profile=hubmodel-quick --doctest-modules --ignore=hubmodel/dashboard \
	  -m "not slow and not browser and not full" $(NUMBERS)

full: $(READY_DEV) ## run every test as make test does, and the variants that it leaves out
	$(PYTEST) $(BESIDE) --doctest-modules $(NOTEBOOKS) hubmodel tests notebooks

coverage: $(READY_DEV) ## measure which lines and branches of hubmodel the tests reach, and fail below the floor
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(BESIDE) -m "not slow and not browser and not full" tests
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

mutate: $(READY_DEV) ## break the lines of the model in many small ways; which does tests/lines notice? (MUTANTS=200 SEED=1 MINUTES=60)
	$(BIN)/python -m tests.bench.mutate $(if $(MUTANTS),--mutants $(MUTANTS)) $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES))

format: $(READY_DEV) ## put the code into the form that make test asks for
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

docs: $(READY_DEV) ## write the reference as web pages, which need no network
	@$(BIN)/sphinx-build -q -W --keep-going -d docs/_build/doctrees docs docs/_build/html
	@echo "docs/_build/html/index.html"

bench: $(READY_DEV) ## measure speed (PEERS=all adds other packages; COMPARE=old.json names what became slower)
	$(BIN)/python -m tests.bench $(if $(COMPARE),--compare "$(COMPARE)")

bench-dashboard: $(READY_DEV) ## measure the dashboard in Chromium: time to use, lever to charts, memory
	$(BIN)/python -m tests.browser.bench

# Resolved for every platform and every Python from 3.11.0 on; no index address or machine path gets in. What is locked
# stays unless a range leaves it out; the dashboard's versions are those of requirements-dev.txt.
COMPILE := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --fork-strategy fewest \
  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate $(if $(UPGRADE),--upgrade)
WRITTEN := for Linux, macOS and Windows and Python 3.11 or newer (installed and tested on Linux with Python 3.11 only).
lock: $(READY_DEV) ## write both locks from the ranges in pyproject.toml (UPGRADE=yes takes the newest versions)
	cp requirements-dev.txt requirements-dev.new
	$(COMPILE) --all-extras -o requirements-dev.new pyproject.toml > /dev/null
	$(COMPILE) $(RUNS) -c requirements-dev.new pyproject.toml > requirements.new
	{ echo "# Everything, tests included; written by \`make lock\` from pyproject.toml,"; echo "# $(WRITTEN)"; \
	  cat requirements-dev.new; } | awk '!/^#/ || NR < 3' > requirements-dev.txt
	{ echo "# What the dashboard needs; written by \`make lock\` from pyproject.toml,"; echo "# $(WRITTEN)"; \
	  cat requirements.new; } > requirements.txt
	rm requirements.new requirements-dev.new

clean: ## remove the environment and everything that tests and builds leave behind
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage* dist build docs/_build docs/reference
	find hubmodel tests notebooks -name __pycache__ -prune -exec rm -rf {} + -o -name .ipynb_checkpoints -prune -exec rm -rf {} +
