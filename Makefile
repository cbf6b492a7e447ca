# Everything a newcomer types. `make help` lists it.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
RUN = .venv/bin/python
# Two tests at a time fit two cores; more cores can take `make test WORKERS=4`.
WORKERS ?= 2
INSTALLED = .venv/.requirements-installed

.DEFAULT_GOAL := help
.PHONY: help demo clean-demo test endurance bench lint

help: ## List what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: $(INSTALLED) ## Run the whole console on this machine, until Ctrl-C
	@$(RUN) manage.py demo

clean-demo: $(INSTALLED) ## Forget the demo's data, to start afresh
	@$(RUN) manage.py cluster remove

test: $(INSTALLED) ## Run every test, on a cluster of their own
	@$(RUN) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

endurance: $(INSTALLED) ## Kill and write at random for long; `make endurance MINUTES=60` is longer
	@ENDURANCE_MINUTES=$(or $(MINUTES),10) $(RUN) -m pytest tests/endurance -m endurance

bench: $(INSTALLED) ## Measure at 5,000,000 versions, as ratios; `make bench VERSIONS=50000` is a try
	@$(RUN) -m tests.benchmarks $(if $(VERSIONS),--versions $(VERSIONS))

lint: $(INSTALLED) ## Check style, types, migrations and catalogues
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy
	@LOG_LEVEL=CRITICAL DATABASE_CONNECT_TIMEOUT=1 $(RUN) -W ignore manage.py makemigrations --check --dry-run
	@$(RUN) manage.py check_catalogues

# Installs again only when a list of requirements has changed.
$(INSTALLED): requirements.txt tests/requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found. Install it, or run: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than Python 3.11. Run: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(RUN) -m pip --version >/dev/null 2>&1 || { echo "Making .venv …"; $(PYTHON) -m venv --clear .venv; } || { echo "Python's module venv did not work. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Installing what tests/requirements.txt lists …"
	@$(RUN) -m pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
	@touch $@
