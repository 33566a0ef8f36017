# Each target does its own set-up: Python 3.11+, git and make are all it needs.
PORT ?= $(or $(INCIDENTS_PORT),8501)
HOST ?= $(or $(INCIDENTS_HOST),127.0.0.1)
UV = scripts/uv.sh

.PHONY: help run wheel test test-integration bench setup browser lint

help:
	@echo "make run               serve the map on http://$(HOST):$(PORT)  (PORT= to change)"
	@echo "make wheel             the program as one file to install, in dist/"
	@echo "make test              lint, types, unit, page and browser tests"
	@echo "make test-integration  real databases, GIS programs and engines"
	@echo "make bench             measure against the peers; writes bench/"

setup:
	@scripts/setup.sh

browser: setup
	@scripts/install_browser.sh

# With what readers and editors meet, without other extras and the tools; it runs without
# any. What is installed already stays.
run:
	@scripts/setup.sh --no-dev --inexact --extra newsroom
	INCIDENTS_HOST=$(HOST) INCIDENTS_PORT=$(PORT) $(UV) run --no-sync app.py

wheel:
	$(UV) build --wheel --quiet --out-dir dist

lint: setup
	$(UV) run --no-sync ruff check .
	$(UV) run --no-sync ruff format --check .
	$(UV) run --no-sync mypy
	$(UV) run --no-sync lint-imports

test: lint browser
	$(UV) run --no-sync pytest

test-integration: browser
	@scripts/install_gis.sh
	@scripts/install_postgres.sh
	@scripts/install_java.sh
	$(UV) run --no-sync pytest -m integration tests/integration

bench: browser
	$(UV) run --no-sync python -m bench.run
	$(UV) run --no-sync python -m bench.intake
