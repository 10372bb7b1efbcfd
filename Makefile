# What a person types. `make help` lists it; every target makes what it needs first.
#
#   PYTHON   the Python, 3.11 or newer, that .venv is made with
#   CLUSTER  where the control plane runs: kwok (processes on this machine, the default), kind, or existing
#            (KUBECONFIG and TENURE_CONTEXT name a cluster that may be used)

PYTHON ?= python3
CLUSTER ?= kwok
export CLUSTER KEEP

VENV := .venv
INSTALLED := $(VENV)/.installed
RUN := PYTHONPATH=operator:tests $(VENV)/bin/python

.DEFAULT_GOAL := help
.PHONY: help venv cluster cluster-down generate demo demo-down test lint test-unit test-cluster replay bench bench-telemetry bench-catchup

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: $(INSTALLED) ## Make .venv with the pinned Python packages

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "'$(PYTHON)' is not a Python 3.11 or newer. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Installing the Python packages into $(VENV)."
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

cluster: venv ## Bring up API server, controller manager, scheduler, kwok and Prometheus
	@$(RUN) -m controlplane up

cluster-down: venv ## End them and delete their state
	@$(RUN) -m controlplane down

generate: venv ## Write the CRDs, the references, the chart's templates and dashboards anew
	@PYTHONPATH=operator $(VENV)/bin/python -m tenure.api.generate
	@PYTHONPATH=operator $(VENV)/bin/python -m tenure.control.generate
	@$(VENV)/bin/python charts/generate.py
	@PYTHONPATH=operator:tests $(VENV)/bin/python -m cluster.attempts
	@PYTHONPATH=operator:tests $(VENV)/bin/python -m cluster.refusals

demo: venv ## Play a quarter of twelve tenants and check it (KEEP=1 leaves it running)
	@$(RUN) -m demo

demo-down: venv ## End what `make demo KEEP=1` left running
	@$(RUN) -m demo down

test: lint test-unit test-cluster ## Everything that CI runs, from nothing

lint: venv ## Static checks
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@$(VENV)/bin/mypy
	@PYTHONPATH=operator $(VENV)/bin/lint-imports

test-unit: venv ## Tests without a cluster
	@$(VENV)/bin/python -m pytest tests/unit tests/agent tests/browser

test-cluster: venv ## Tests against the real control plane and the real Prometheus
	@$(RUN) -m controlplane build
	@$(VENV)/bin/python -m pytest tests/prometheus tests/cluster

replay: venv ## Measure a real trace: make replay TRACE=file.csv.gz DEVICES=4 OUT=file.json
	@test -n "$(TRACE)" && test -n "$(DEVICES)" && test -n "$(OUT)" || { \
	  echo "Say which trace: make replay TRACE=file.csv.gz DEVICES=4 OUT=file.json" >&2; exit 2; }
	@$(RUN) -m replay "$(TRACE)" "$(DEVICES)" "$(OUT)"

bench: venv ## Allocations per second against a bare loop, and how fast cuts bite: make bench N=1000
	@$(RUN) -m bench $(or $(N),1000)

bench-telemetry: venv ## Read days of many tenants, in bulk and one by one: make bench-telemetry TENANTS=2000 DEVICES=4 DAYS=1
	@$(RUN) -m bench_telemetry $(or $(TENANTS),2000) $(or $(DEVICES),4) $(or $(DAYS),1)

bench-catchup: venv ## Read a quarter never read before, also after a kill: make bench-catchup TENANTS=200 DEVICES=1
	@$(RUN) -m bench_telemetry.catchup $(or $(TENANTS),200) $(or $(DEVICES),1)
