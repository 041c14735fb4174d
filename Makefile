# Two commands: `make report` and `make test`. Both set up all they need.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
DATASET ?= demo
QUARTER ?= latest

.PHONY: report test long quick docs oracle notebooks bench peers fuzz lint format lab lock clean

report: $(VENV)/ready
	$(BIN)/kam report $(DATASET) --quarter $(QUARTER)

test: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest -n 2 --dist loadscope

# What tries on more companies, days and draws what `make test` holds: about ten minutes more.
long: $(VENV)/ready
	$(BIN)/python -m pytest -n 2 --dist loadscope -m long

quick: lint
	$(BIN)/python tests/quick.py

docs: $(VENV)/ready
	$(BIN)/python -m kamlib.settings.document > docs/settings.md

# What the tests hold of the packs, made anew: for a commit that means to change what is seen.
oracle: $(VENV)/ready
	$(BIN)/python tests/oracle/held.py

notebooks: $(VENV)/ready
	$(BIN)/python -m kamlib.pack.notebooks

bench: $(VENV)/ready
	$(BIN)/python -m benchmarks

# kamlib held against published numbers and those of peers' packages: benchmarks/peers.md.
peers: $(VENV)/ready
	$(BIN)/python -m benchmarks.peers

# Hostile inputs, kills, planted caches and a browser; about an hour.
fuzz: $(VENV)/ready
	$(BIN)/python -m benchmarks.fuzz

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lab: $(VENV)/ready
	$(BIN)/kam lab

# Exact versions with hashes; uv, where it is installed, is only faster. The byte code is
# compiled now, because without it every notebook starts several times slower.
$(VENV)/ready: constraints.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	if command -v uv >/dev/null 2>&1; then \
	  VIRTUAL_ENV=$(VENV) uv pip install --quiet --compile-bytecode --require-hashes -r constraints.txt && \
	  VIRTUAL_ENV=$(VENV) uv pip install --quiet --no-deps --no-build-isolation -e . ; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --compile --require-hashes -r constraints.txt && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	$(BIN)/python -m compileall -q $(VENV)/lib kamlib >/dev/null || true
	touch $(VENV)/ready

# Needs uv. Pins and hashes only: no address of an index comes into the file.
lock:
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --output-file constraints.txt

clean:
	rm -rf $(VENV) reports build dist .pytest_cache .ruff_cache
