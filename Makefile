# Renkei: everything a person does here, by name. `make serve` and `make test` set up
# what they need; only Python 3.11 or later and make are taken for granted.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
PEERS ?= all
SOAK_SECONDS ?= 600
PART ?=
CLOCK ?=
AMEND ?=
# More than there are processors: many tests wait for a server to start, to stop, to give up.
WORKERS ?= 3
OXIGRAPH := build/peers/oxigraph
VENV := .venv
RENKEI := $(VENV)/bin/renkei
PIP := $(VENV)/bin/pip --disable-pip-version-check --quiet
# Extras stay in the lock files: pip's hash mode takes a package that is required with an
# extra (`coverage[toml]`) for one that nobody has pinned, where the lock names it without.
LOCK := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 \
  --generate-hashes --no-strip-extras --no-header --no-emit-index-url

# What needs no server, browser or program of others, and is done in seconds.
UNITS := $(wildcard tests/test_*.py) tests/data tests/conformance tests/results \
  $(filter-out %/test_wheel.py %/test_query_command.py %/test_redirects.py,$(wildcard tests/house/test_*.py)) \
  $(filter-out %/test_dying.py,$(wildcard tests/pack/test_*.py)) \
  $(addprefix tests/stores/test_,grammar.py queries.py turns.py) \
  $(addprefix tests/protocol/test_,budget.py cache.py limits.py) \
  $(addprefix tests/serve/test_,language.py negotiate.py troubles.py)

# Workers take the tests folder by folder, and from each other's end when one has none left.
PYTEST = $(if $(CLOCK),$(call at,$(CLOCK))) $(VENV)/bin/python -m pytest -n $(WORKERS) --dist worksteal
# The clock of Debian's libfaketime; what measures how long something takes is left alone.
LIBFAKETIME = $(firstword $(wildcard /usr/lib/*/faketime/libfaketimeMT.so.1))
at = LD_PRELOAD=$(or $(LIBFAKETIME),$(error CLOCK needs: apt-get install libfaketime)) \
  DONT_FAKE_MONOTONIC=1 FAKETIME='$(1)' PYTHONPATH=$(CURDIR)/tests/clock
# Programs that do not live by that clock: browsers, and Java.
CLOCKLESS = $(if $(CLOCK),--ignore=tests/browser --ignore=tests/ontology)

.PHONY: help serve accept pictures pack check test quick units coverage lint format bench soak browser editor lock clean conformance

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

serve: $(VENV)/.run ## pack if anything changed, then serve on http://HOST:PORT
	$(RENKEI) serve $(if $(AMEND),--amend) --host $(HOST) --port $(PORT)

pack: $(VENV)/.run ## check the publication and make a release of it
	$(RENKEI) pack $(if $(AMEND),--amend)

check: $(VENV)/.run ## all that packing does, but nothing is written
	$(RENKEI) check

test: $(VENV)/.test browser ## all tests, or PART=pack; CLOCK=+365d for another day
	$(PYTEST) $(CLOCKLESS) $(PART:%=tests/%)

quick: lint units ## lint, types and units: under a minute

units: $(VENV)/.test ## the tests that need no server, browser or program of others
	$(PYTEST) $(UNITS)

coverage: $(VENV)/.test browser ## all tests or PART=pack, and which lines none of them runs
	$(PYTEST) --cov=renkei --cov-report=term:skip-covered $(PART:%=tests/%)

lint: $(VENV)/.test ## ruff and mypy
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

format: $(VENV)/.test ## let ruff format the code
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: $(VENV)/.test ## ours beside its peers; PEERS=oxigraph for a quick one
	$(VENV)/bin/python tests/peers/bench.py --peers $(PEERS)

soak: $(VENV)/.test pack ## attacks beside normal queries, for SOAK_SECONDS; what those noticed
	$(VENV)/bin/python tests/peers/soak.py --seconds $(SOAK_SECONDS)

accept: $(VENV)/.test ## take the present reading of each source as the right one
	$(VENV)/bin/python -m tests.data.readings

pictures: $(VENV)/.test browser ## take map, timeline and first page as drawn now as right
	RENKEI_KEEP=1 $(VENV)/bin/python -m pytest -q tests/serve/test_pictures.py tests/browser/test_kept.py

conformance: $(VENV)/.test ## others' tests, data, clients: RDF_TESTS=, DCAT_AP=, RECON=, CSVW=, REAL=<checkouts>, CLIENTS=yes, CKAN=yes, LDES=yes
	@test -n "$(RDF_TESTS)$(DCAT_AP)$(RECON)$(CSVW)$(REAL)$(CLIENTS)$(CKAN)$(LDES)" || { echo 'Say where a checkout is: make conformance' \
	  'RDF_TESTS=<w3c/rdf-tests> DCAT_AP=<SEMICeu/DCAT-AP> RECON=<reconciliation-api/specs> CSVW=<w3c/csvw>' \
	  'REAL=<folder of checkouts> CLIENTS=yes CKAN=yes LDES=yes'; exit 2; }
ifneq ($(RDF_TESTS),)
	@test -e $(OXIGRAPH)/.ready || { $(PYTHON) -m venv --clear $(OXIGRAPH) && \
	  $(OXIGRAPH)/bin/pip install -q --disable-pip-version-check oxigraph==0.5.13 && \
	  touch $(OXIGRAPH)/.ready; } || echo "Oxigraph's own server cannot be had here: no comparison."
	$(VENV)/bin/python -m tests.conformance.w3c "$(RDF_TESTS)"
endif
ifneq ($(DCAT_AP),)
	$(VENV)/bin/python -m tests.conformance.dcat_ap "$(DCAT_AP)" $(DCAT_AP_DE)
endif
ifneq ($(RECON),)
	$(VENV)/bin/python tests/conformance/reconciliation.py "$(RECON)"
endif
ifneq ($(REAL),)
	ONLY="$(ONLY)" AT_MOST="$(AT_MOST)" $(VENV)/bin/python -m tests.conformance.real_data "$(REAL)"
endif
ifneq ($(CLIENTS),)
	ONLY="$(ONLY)" SEED="$(SEED)" $(VENV)/bin/python -m tests.conformance.clients
endif
ifneq ($(CKAN),)
	ONLY="$(ONLY)" $(VENV)/bin/python -m tests.conformance.harvesting "$(CKAN)"
endif
ifneq ($(LDES),)
	$(VENV)/bin/python -m tests.conformance.history
endif
ifneq ($(CSVW),)
	$(VENV)/bin/python -m tests.conformance.csvw "$(CSVW)"
endif

lock: $(VENV)/.test ## write the lock files anew from pyproject.toml
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) -c requirements.lock pyproject.toml --all-extras --group test -o requirements-test.lock
	$(LOCK) -c requirements-test.lock --group build -o requirements-build.lock

editor: ## build the query editor anew and compare with what is kept (needs npm)
	cd server/editor && npm ci && npm run -s check

clean: ## remove what was made, but not releases
	rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage $(VENV)

# Debian's Chromium and Japanese fonts, for the browser tests. Installed where that is
# possible without asking; else the tests say which command does it.
browser:
	@if command -v chromium >/dev/null && fc-list 2>/dev/null | grep -qi 'cjk'; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	  apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig >/dev/null; \
	else echo 'Browser tests need: apt-get install chromium fonts-noto-cjk fontconfig'; fi

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Python 3.11 or later is needed: make PYTHON=python3.11 …'; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo 'The module venv is missing: apt-get install python3-venv'; exit 1; }

$(VENV)/.run: requirements.lock requirements-build.lock pyproject.toml | $(VENV)/bin/pip
	$(PIP) install --require-hashes -r requirements.lock
	$(call install-this)
	@touch $@

$(VENV)/.test: requirements-test.lock requirements-build.lock pyproject.toml | $(VENV)/bin/pip
	$(PIP) install --require-hashes -r requirements-test.lock
	$(call install-this)
	@touch $@ $(VENV)/.run

# The checkout itself; the build backend comes from a lock of its own, and is nothing that runs.
define install-this
	$(PIP) install --require-hashes -r requirements-build.lock
	$(PIP) install --no-deps --no-build-isolation -e .
endef
