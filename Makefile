# Launchwire: the two commands are `make run` and `make test`.
#   make run ARGS=--once     options go to `python -m bot`
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=
# pip's own chatter hides what a person wants to see; its errors still show.
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: golden run test lint types whole-programs check eval bench torture soak fuzz pictures lock clean
.DEFAULT_GOAL := run

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Launchwire needs Python 3.11 or newer; set PYTHON=python3.x" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements.lock $(VENV)/.made
	@echo "Installing the locked dependencies into $(VENV) (once) ..." >&2
	@$(PIP) install --require-hashes --no-deps -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.made
	@echo "Installing the locked dependencies and test tools into $(VENV) (once) ..." >&2
	@$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	@touch $@ $(VENV)/.run

run: $(VENV)/.run
	@$(BIN)/python -m bot $(ARGS)

check: lint types

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.dev
	$(BIN)/mypy

# Whole programs and kills come after the rest, beside mypy only: they hold the bot to seconds, and
# leave most of one core free.
test: lint
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore=tests/end_to_end --ignore=tests/torture $(ARGS)
	@$(MAKE) --no-print-directory --jobs=2 types whole-programs

whole-programs: $(VENV)/.dev
	$(BIN)/python -m pytest tests/end_to_end tests/torture $(ARGS)

eval: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks.evaluate $(ARGS)

bench: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks.bench $(ARGS)

torture: $(VENV)/.dev
	$(BIN)/python -m tests.torture.run $(ARGS)

soak: $(VENV)/.dev
	$(BIN)/python -m tests.torture.soak $(ARGS)

# Writes tests/golden anew after a change that was meant; look at the difference before committing.
golden: $(VENV)/.dev
	LAUNCHWIRE_GOLDEN=write $(BIN)/python -m pytest -q tests/services/test_golden_messages.py tests/delivery

# Stops by itself: make fuzz ARGS="--minutes 30"
fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz.run $(ARGS)

# README's pictures; needs Chromium.
pictures: $(VENV)/.dev
	$(BIN)/python -m tests.pictures

# Pins everything anew; needs `uv`. The address of a package index must not get into the files.
lock:
	uv pip compile pyproject.toml --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header -o requirements.lock
	uv pip compile pyproject.toml --group dev -c requirements.lock --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header -o requirements-dev.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
