# Two commands for a fresh machine with Python 3.11, make and git: `make run` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test env lint accuracy bench docs clean

run: $(STAMP)  ## the main job, offline, on the bundled sample
	$(BIN)/sitrep run --place "Al Jufra"

test: $(STAMP) lint  ## everything CI checks
	$(BIN)/pytest -n 2 --dist loadgroup

env: $(STAMP)  ## only the environment

lint: $(STAMP)
	$(BIN)/ruff check flows tests benchmarks
	$(BIN)/ruff format --check flows tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sitrep check
	$(BIN)/sqlfluff lint dbt_project/models dbt_project/macros dbt_project/tests --processes 2

$(STAMP): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: '$(PYTHON)' was not found (make run PYTHON=/path/to/python3.11)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "$(PYTHON) is not Python 3.11"; exit 1; }
	@echo "environment: installing the locked packages into $(VENV) (once, about a minute)"
	$(PYTHON) -m venv --clear $(VENV)
	# The lock is complete, so nothing is left to resolve; pip before 24 trips over extras when it tries with hashes.
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

accuracy: $(STAMP)  ## the coder's figures on the project's annotated set, against the last accepted ones
	$(BIN)/python benchmarks/accuracy.py

bench: $(STAMP)  ## speed of clean beside plain trafilatura: make bench BENCH="--pages FOLDER"
	$(BIN)/python benchmarks/bench_clean.py $(BENCH)

docs: $(STAMP)  ## dbt's documentation site, under warehouse/dbt
	$(BIN)/sitrep docs

clean:  ## remove what runs made here: raw data, warehouse, caches (not the environment)
	rm -rf raw/warc raw/batches warehouse/build.duckdb* warehouse/published warehouse/report warehouse/reference warehouse/dbt warehouse/.writer.lock .prefect
