# One command each; every one of them makes its own virtual environment from the lock first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: help demo test lint e2e e2e-packages bench docs wheel lock clean

help:               ## show this list
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("OfRecord needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.12" % sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: $(STAMP)      ## the whole product on this machine: practice page, daemon, review queue
	$(BIN)/ofrecord demo

test: $(STAMP)      ## the unit suite: no browser, no root, no network
	$(BIN)/pytest -n auto

lint: $(STAMP)      ## ruff, mypy --strict, the layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

e2e-packages:       ## what `make e2e` needs from Debian (as root)
	bash tests/e2e/install-packages.sh

e2e: $(STAMP) wheel ## real servers, a real browser, kill -9 (as root, on Debian)
	$(BIN)/pytest -o addopts="" --strict-markers -ra --durations=15 tests/e2e

bench: $(STAMP)     ## the figures of the README, measured here and now
	$(BIN)/python -m benchmarks

docs: $(STAMP)      ## write the reference pages that the code itself can tell
	$(BIN)/python -m docs.generate

wheel: $(STAMP)     ## build the wheel into dist/
	@rm -rf dist
	$(BIN)/python -m build --quiet --wheel --no-isolation

lock: $(STAMP)      ## refresh constraints.txt: newest allowed versions, with hashes
	$(BIN)/pip-compile --quiet --upgrade --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --no-header --extra dev -o constraints.txt pyproject.toml

clean:              ## remove what the commands above made
	rm -rf $(VENV) dist build demo-store
