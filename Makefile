# What a person types. `make help` lists it; every target makes what it needs first.
#
#   PYTHON   the Python, 3.11 or newer, that .venv is made with
#   CLUSTER  where the control plane runs: kwok (processes on this machine, the default), kind, or existing
#            (KUBECONFIG and TENURE_CONTEXT name a cluster that may be used)

PYTHON ?= python3
CLUSTER ?= kwok
export CLUSTER

VENV := .venv
INSTALLED := $(VENV)/.installed
RUN := PYTHONPATH=tests $(VENV)/bin/python

.DEFAULT_GOAL := help
.PHONY: help venv cluster cluster-down

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

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
